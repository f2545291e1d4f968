package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Contacts are the use cases of single contacts.
type Contacts interface {
	Create(ctx context.Context, by ledger.Caller, d fields.Draft) (contacts.Result, error)
	Upsert(ctx context.Context, by ledger.Caller, d fields.Draft) (contacts.Result, error)
	Batch(ctx context.Context, by ledger.Caller, drafts []fields.Draft) (contacts.BatchResult, error)
	Patch(ctx context.Context, by ledger.Caller, id ledger.ID, d fields.Draft, version uint64) (contacts.Result, error)
	Delete(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64) (ledger.Done, error)
	MergeChosen(ctx context.Context, by ledger.Caller, id ledger.ID, o ledger.MergeOrder) (contacts.Result, error)
	RehearseMerge(ctx context.Context, by ledger.Caller, id ledger.ID, o ledger.MergeOrder) (contacts.Result, *contacts.Contact, error)
	UndoMerge(ctx context.Context, by ledger.Caller, merge ledger.ID) (contacts.Result, error)
	Block(ctx context.Context, by ledger.Caller, id ledger.ID, d fields.Draft, version uint64) (contacts.Result, error)
	Unblock(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64) (contacts.Result, error)
	BlockedAddresses(ctx context.Context, value string) ([]contacts.BlockedAddress, error)
	LiftBlocks(ctx context.Context, by ledger.Caller, value string) (ledger.Done, error)
	SetConsent(ctx context.Context, by ledger.Caller, id ledger.ID, channel fields.Channel, d fields.Draft, version uint64) (contacts.Result, error)
	Suppress(ctx context.Context, by ledger.Caller, drafts []fields.Draft) (contacts.BatchResult, error)
	Suppressions(ctx context.Context, channel fields.Channel, value string) ([]contacts.Suppression, error)
	LiftSuppressions(ctx context.Context, by ledger.Caller, channel fields.Channel, value string) (ledger.Done, error)
	Get(ctx context.Context, id ledger.ID) (*contacts.Contact, *ledger.Link, error)
	Find(ctx context.Context, field, text string) (*contacts.Contact, *ledger.Link, error)
	History
}

type upsertContactInput struct {
	Body contactDraft `body:"json"`
}

type findContactInput struct {
	Field string `path:"field" noun:"path" enum:"email,phone,identifier" doc:"By what the contact is known."`
	Value string `path:"value" noun:"contact" doc:"The value, percent-encoded: an e-mail regardless of case, a phone number in any form (with 00 or 011 in the place of the +; without country code as in the workspace's phone_region), an identifier exactly. That of a contact which was merged into another means that other one." minLength:"1" example:"amina@example.org"`
}

func (s *server) registerContacts() {
	n := wire.Noun{
		Server: s.Server, Article: "a", Name: "contact", Plural: "contacts",
		PatchDoc: "A merge patch (RFC 7396): null removes, absent keeps, arrays replace.",
	}
	refuses := []int{http.StatusConflict, http.StatusGone}
	wire.RegisterCreate(n, wire.Operation{
		Refuses: refuses, About: "An e-mail, phone or identifier that another contact has is a 409 that names the field and that contact.",
	}, s.createContact)
	wire.RegisterPatch(n, wire.Operation{Refuses: refuses}, s.patchContact)
	wire.RegisterDelete(n, wire.Operation{About: "Its history and the contacts it has absorbed go with it."}, s.deleteContact)
	wire.Register(s.Server, wire.Operation{
		ID: "upsert-contact", Refuses: refuses, Method: http.MethodPost, Path: "/v1/contacts/upsert", Tag: "contacts",
		Writes: true, Headers: []string{wire.ETagHeader, wire.LocationHeader},
		Also:    map[int]string{http.StatusCreated: "There was none: it was made."},
		Summary: "Update the contact with this identifier, e-mail or phone, or make it",
		About:   "It is looked for by identifier, then e-mail, then phone. Keys of different contacts, or a match that has another identifier, are a 409 that names them; nothing is ever merged.",
	}, s.upsertContact)
	s.registerContactHistory(n)
	wire.Register(s.Server, wire.Operation{
		ID: "get-contact-by", Method: http.MethodGet, Path: "/v1/contacts/by/{field}/{value}", Tag: "contacts",
		Headers: []string{wire.ETagHeader},
		Summary: "Read the contact that has an e-mail, phone or identifier",
		About:   "404 when nobody has it, 422 when nobody can: a text that is no e-mail or phone number.",
	}, s.findContact)
}

func (s *server) createContact(ctx context.Context, text contactDraft) (wire.Answer[contactBody], error) {
	return s.writeContact(ctx, text, func(ctx context.Context, by ledger.Caller, d fields.Draft) (contacts.Result, error) {
		result, err := s.contacts.Create(ctx, by, d)
		// What the caller has just written tells it nothing. What others have
		// written since does, when the request is repeated.
		if err == nil && result.Replayed && result.Contact != nil && result.Contact.Version != result.Seq {
			err = s.countPeople(ctx, 1)
		}
		return result, err
	})
}

func (s *server) upsertContact(ctx context.Context, in *upsertContactInput) (wire.Answer[contactBody], error) {
	return s.writeContact(ctx, in.Body, func(ctx context.Context, by ledger.Caller, d fields.Draft) (contacts.Result, error) {
		if err := s.countPeople(ctx, 1); err != nil { // it may find somebody, and is refused before it writes
			return contacts.Result{}, err
		}
		return s.contacts.Upsert(ctx, by, d)
	})
}

func (s *server) writeContact(
	ctx context.Context, text contactDraft,
	useCase func(context.Context, ledger.Caller, fields.Draft) (contacts.Result, error),
) (wire.Answer[contactBody], error) {
	draft, err := draftOf(text)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	result, err := useCase(ctx, wire.CallerOf(ctx), draft)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	return s.written(result)
}

func (s *server) patchContact(ctx context.Context, id ledger.ID, text contactDraft, version uint64) (wire.Answer[contactBody], error) {
	draft, err := draftOf(text)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	if err := s.countPeople(ctx, 1); err != nil { // its answer has the whole contact
		return wire.Answer[contactBody]{}, err
	}
	result, err := s.contacts.Patch(ctx, wire.CallerOf(ctx), id, draft, version)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	return s.written(result)
}

// written answers with the contact that a use case wrote.
func (s *server) written(r contacts.Result) (wire.Answer[contactBody], error) {
	out := wire.Answer[contactBody]{Seq: r.Seq, Replayed: r.Replayed}
	if r.Contact == nil {
		return out, wire.DeletedSince("contact", r.ID)
	}
	out.Body, _ = s.contactNow(r.Contact, r.Company)
	out.Version = r.Contact.Version
	if r.Status == ledger.StatusCreated {
		out.Status, out.Location = http.StatusCreated, "/v1/contacts/"+out.Body.ID
	}
	return out, nil
}

func (s *server) findContact(ctx context.Context, in *findContactInput) (wire.Answer[contactBody], error) {
	c, company, err := s.contacts.Find(ctx, in.Field, in.Value)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	return s.answerContact(ctx, c, company)
}

func (s *server) answerContact(ctx context.Context, c *contacts.Contact, company *ledger.Link) (wire.Answer[contactBody], error) {
	if err := s.countPeople(ctx, 1); err != nil {
		return wire.Answer[contactBody]{}, err
	}
	body, moving := s.contactNow(c, company)
	return wire.Answer[contactBody]{Body: body, Version: c.Version, Moving: moving || companyChanged(c, company)}, nil
}

// answerFormer answers with a contact as it was. The tag is that of the present state, and so are its
// conversations: nobody knows how many it had.
func (s *server) answerFormer(ctx context.Context, c *contacts.Contact, company *ledger.Link) (wire.Answer[contactBody], error) {
	if err := s.countPeople(ctx, 1); err != nil {
		return wire.Answer[contactBody]{}, err
	}
	return wire.Answer[contactBody]{Body: newRenderer(s.records.Schema()).contact(c, linked(company)), Moving: companyChanged(c, company)}, nil
}

// companyChanged reports whether the company that a contact shows may have changed since
// the contact did, whose version then does not say how it is shown.
func companyChanged(c *contacts.Contact, company *ledger.Link) bool {
	return c.Company != 0 && (company == nil || company.Version > c.Version)
}

func (s *server) deleteContact(ctx context.Context, id ledger.ID, version uint64) (ledger.Done, error) {
	return s.contacts.Delete(ctx, wire.CallerOf(ctx), id, version)
}
