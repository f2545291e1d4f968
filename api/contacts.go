package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/contacts"
)

// Contacts are the use cases of single contacts.
type Contacts interface {
	Create(ctx context.Context, by contacts.Author, d contacts.Draft) (contacts.Result, error)
	Upsert(ctx context.Context, by contacts.Author, d contacts.Draft) (contacts.Result, error)
	Batch(ctx context.Context, by contacts.Author, drafts []contacts.Draft) (contacts.BatchResult, error)
	Patch(ctx context.Context, by contacts.Author, id contacts.ID, d contacts.Draft, version uint64) (contacts.Result, error)
	Delete(ctx context.Context, by contacts.Author, id contacts.ID, version uint64) (contacts.Done, error)
	Merge(ctx context.Context, by contacts.Author, id, other contacts.ID, version uint64) (contacts.Result, error)
	UndoMerge(ctx context.Context, by contacts.Author, merge contacts.ID) (contacts.Result, error)
	Block(ctx context.Context, by contacts.Author, id contacts.ID, blocked bool, version uint64) (contacts.Result, error)
	BlockedAddresses(ctx context.Context, value string) ([]contacts.BlockedAddress, error)
	LiftBlocks(ctx context.Context, by contacts.Author, value string) (contacts.Done, error)
	Get(ctx context.Context, id contacts.ID) (*contacts.Contact, *contacts.Company, error)
	Find(ctx context.Context, field, text string) (*contacts.Contact, *contacts.Company, error)
}

type writeContactInput struct {
	Body contactDraft `body:"json"`
}

type contactIDInput struct {
	ID contacts.ID `path:"id" noun:"contact" doc:"The id of the contact."`
}

type findContactInput struct {
	Field string `path:"field" noun:"path" enum:"email,phone,identifier" doc:"By what the contact is known."`
	Value string `path:"value" noun:"contact" doc:"The value, percent-encoded: an e-mail regardless of case, a phone number in any form (with 00 or 011 in the place of the +; without country code as in the workspace's phone_region), an identifier exactly. That of a contact which was merged into another means that other one." minLength:"1" example:"amina@example.org"`
}

type patchContactInput struct {
	ID      contacts.ID  `path:"id" noun:"contact" doc:"The id of the contact."`
	IfMatch string       `header:"If-Match" doc:"The ETag that the contact must still have, else 412."`
	Body    contactDraft `body:"json" doc:"A merge patch (RFC 7396): null removes, absent keeps, arrays replace."`
}

type deleteContactInput struct {
	ID      contacts.ID `path:"id" noun:"contact" doc:"The id of the contact."`
	IfMatch string      `header:"If-Match" doc:"The ETag that the contact must still have, else 412."`
}

func (s *server) registerContacts() {
	register(s.machine, operation{
		id: "create-contact", refuses: []int{http.StatusConflict, http.StatusGone}, method: http.MethodPost, path: "/v1/contacts", tag: "contacts", status: http.StatusCreated,
		writes: true, headers: []string{etagHeader, locationHeader},
		summary: "Make a contact",
		about:   "An e-mail, phone or identifier that another contact has is a 409 that names the field and that contact.",
	}, s.createContact)
	register(s.machine, operation{
		id: "upsert-contact", refuses: []int{http.StatusConflict, http.StatusGone}, method: http.MethodPost, path: "/v1/contacts/upsert", tag: "contacts",
		writes: true, headers: []string{etagHeader, locationHeader},
		also:    map[int]string{http.StatusCreated: "There was none: it was made."},
		summary: "Update the contact with this identifier, e-mail or phone, or make it",
		about:   "It is looked for by identifier, then e-mail, then phone. Keys of different contacts, or a match that has another identifier, are a 409 that names them; nothing is ever merged.",
	}, s.upsertContact)
	register(s.machine, operation{
		id: "get-contact", method: http.MethodGet, path: "/v1/contacts/{id}", tag: "contacts", summary: "Read a contact",
		headers: []string{etagHeader},
		about:   "Here as everywhere the id of a contact that was merged into another means that other one, whose own id is in the answer.",
	}, s.getContact)
	register(s.machine, operation{
		id: "get-contact-by", method: http.MethodGet, path: "/v1/contacts/by/{field}/{value}", tag: "contacts",
		headers: []string{etagHeader},
		summary: "Read the contact that has an e-mail, phone or identifier",
		about:   "404 when nobody has it, 422 when nobody can: a text that is no e-mail or phone number.",
	}, s.findContact)
	register(s.machine, operation{
		id: "update-contact", refuses: []int{http.StatusConflict, http.StatusGone}, method: http.MethodPatch, path: "/v1/contacts/{id}", tag: "contacts", summary: "Change a contact",
		writes: true, headers: []string{etagHeader},
	}, s.patchContact)
	register(s.machine, operation{
		id: "delete-contact", method: http.MethodDelete, path: "/v1/contacts/{id}", tag: "contacts", status: http.StatusNoContent,
		writes:  true,
		summary: "Delete a contact", about: "Its history and the contacts it has absorbed go with it.",
	}, s.deleteContact)
}

func (s *server) createContact(ctx context.Context, in *writeContactInput) (answer[contactBody], error) {
	return s.writeContact(ctx, in, func(ctx context.Context, by contacts.Author, d contacts.Draft) (contacts.Result, error) {
		result, err := s.contacts.Create(ctx, by, d)
		// What the caller has just written tells it nothing. What others have
		// written since does, when the request is repeated.
		if err == nil && result.Replayed && result.Contact != nil && result.Contact.Version != result.Seq {
			err = s.countPeople(ctx, 1)
		}
		return result, err
	})
}

func (s *server) upsertContact(ctx context.Context, in *writeContactInput) (answer[contactBody], error) {
	return s.writeContact(ctx, in, func(ctx context.Context, by contacts.Author, d contacts.Draft) (contacts.Result, error) {
		if err := s.countPeople(ctx, 1); err != nil { // it may find somebody, and is refused before it writes
			return contacts.Result{}, err
		}
		return s.contacts.Upsert(ctx, by, d)
	})
}

func (s *server) writeContact(
	ctx context.Context, in *writeContactInput,
	useCase func(context.Context, contacts.Author, contacts.Draft) (contacts.Result, error),
) (answer[contactBody], error) {
	draft, err := draftOf(in.Body)
	if err != nil {
		return answer[contactBody]{}, err
	}
	result, err := useCase(ctx, authorOf(ctx), draft)
	if err != nil {
		return answer[contactBody]{}, err
	}
	return s.written(result)
}

func (s *server) patchContact(ctx context.Context, in *patchContactInput) (answer[contactBody], error) {
	version, err := parseIfMatch(in.IfMatch)
	if err != nil {
		return answer[contactBody]{}, err
	}
	draft, err := draftOf(in.Body)
	if err != nil {
		return answer[contactBody]{}, err
	}
	if err := s.countPeople(ctx, 1); err != nil { // its answer has the whole contact
		return answer[contactBody]{}, err
	}
	result, err := s.contacts.Patch(ctx, authorOf(ctx), in.ID, draft, version)
	if err != nil {
		return answer[contactBody]{}, err
	}
	return s.written(result)
}

// written answers with the contact that a use case wrote.
func (s *server) written(r contacts.Result) (answer[contactBody], error) {
	out := answer[contactBody]{Seq: r.Seq, Replayed: r.Replayed}
	if r.Contact == nil {
		return out, &contacts.Error{
			Kind: contacts.KindGone, Type: "deleted-since",
			Message: "The request was carried out before, and its contact has been deleted since.", ContactIDs: []contacts.ID{r.ID},
		}
	}
	out.Body = newRenderer(s.records.Schema()).contact(r.Contact, r.Company)
	out.Version = r.Contact.Version
	if r.Status == contacts.StatusCreated {
		out.Status, out.Location = http.StatusCreated, "/v1/contacts/"+out.Body.ID
	}
	return out, nil
}

func (s *server) getContact(ctx context.Context, in *contactIDInput) (answer[contactBody], error) {
	c, company, err := s.contacts.Get(ctx, in.ID)
	if err != nil {
		return answer[contactBody]{}, err
	}
	return s.answerContact(ctx, c, company)
}

func (s *server) findContact(ctx context.Context, in *findContactInput) (answer[contactBody], error) {
	c, company, err := s.contacts.Find(ctx, in.Field, in.Value)
	if err != nil {
		return answer[contactBody]{}, err
	}
	return s.answerContact(ctx, c, company)
}

func (s *server) answerContact(ctx context.Context, c *contacts.Contact, company *contacts.Company) (answer[contactBody], error) {
	if err := s.countPeople(ctx, 1); err != nil {
		return answer[contactBody]{}, err
	}
	return answer[contactBody]{Body: newRenderer(s.records.Schema()).contact(c, company), Version: c.Version}, nil
}

func (s *server) deleteContact(ctx context.Context, in *deleteContactInput) (answer[none], error) {
	version, err := parseIfMatch(in.IfMatch)
	if err != nil {
		return answer[none]{}, err
	}
	done, err := s.contacts.Delete(ctx, authorOf(ctx), in.ID, version)
	return answer[none]{Seq: done.Seq, Replayed: done.Replayed}, err
}
