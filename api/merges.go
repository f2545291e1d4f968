package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

type mergeInput struct {
	ID      ledger.ID      `path:"id" noun:"contact" doc:"The id of the contact that stays."`
	IfMatch string         `header:"If-Match" doc:"The ETag that the contact must still have, else 412."`
	Body    mergeInputBody `body:"json"`
}

type mergeInputBody struct {
	ContactID string     `json:"contact_id" doc:"The id of the contact that is absorbed." format:"uuid"`
	Version   uint64     `json:"contact_version,omitempty" minimum:"1" doc:"The version that the contact which is absorbed must still have, else 412; absent: any."`
	Choose    choiceText `json:"choose,omitempty"`
	DryRun    bool       `json:"dry_run,omitempty" doc:"With true, nothing is written. The answer is a RehearsedContact: the contact as it would be, and what of the other one would be shown with it."`
}

// rehearsedContact is what a merge of contacts would make.
type rehearsedContact struct {
	Contact contactBody  `json:"contact" doc:"The contact as it would be, with the version that it has. The newest one of absorbed has no merge_id. What it shows of its conversations is that of now."`
	Version uint64       `json:"absorbed_version,omitempty" doc:"The version of the contact that would be absorbed, for contact_version. Absent when the two are one already."`
	Moves   movedRecords `json:"moves"`
}

// movedRecords is how many records of the absorbed contact would be shown with the survivor.
type movedRecords struct {
	Conversations uint64 `json:"conversations"`
	Notes         uint64 `json:"notes"`
}

type undoMergeInput struct {
	ID ledger.ID `path:"id" noun:"merge" doc:"The merge_id of the absorbed contact."`
}

func (s *server) registerMerges() {
	headers := []string{wire.ETagHeader}
	wire.Register(s.Server, wire.Operation{
		ID: "merge-contacts", Refuses: []int{http.StatusConflict, http.StatusGone}, Method: http.MethodPost, Path: "/v1/contacts/{id}/merge", Tag: "contacts", Writes: true, Headers: headers,
		Summary: "Merge another contact into this one",
		About: "What this contact has stays; what it lacks comes from the other. Labels and channels are united, the further type, the earlier created_at and " +
			"the later last_seen_at win, and who was blocked stays blocked. Of the fields in choose it gets what the other has. From then on the other's id, e-mail, phone and identifier mean this contact, which is found by them too. " +
			"Two that are one already are left as they are. A 409 is one of the limits: 100 merged contacts, 200 labels, 256 KiB of text. With dry_run nothing is written.",
	}, s.mergeContacts, func(_ context.Context, in *mergeInput) error {
		if in.Body.ContactID == "" {
			return nil // it is told that it is required
		}
		_, err := in.order()
		return err
	})
	wire.Register(s.Server, wire.Operation{
		ID: "undo-merge", Refuses: []int{http.StatusConflict, http.StatusGone}, Method: http.MethodPost, Path: "/v1/merges/{id}/undo", Tag: "contacts", Writes: true, Headers: headers,
		Summary: "Undo a merge",
		About: "Answers the contact or the company that was absorbed, which is as it was; a contact is not blocked if its block was lifted since. What the merge gave the other is taken back unless it was changed since; what has come to it since stays there. The contacts of a company are its own again, but for those that have got another one since. " +
			"The newest merge of a contact or company comes first: else 409 later-merge, with the merge_id to undo before. A 409 identity-taken or company-taken: somebody else has got what the other had.",
	}, s.undoMerge)
}

func (in *mergeInput) order() (ledger.MergeOrder, error) {
	return mergeOrder(in.IfMatch, "contact", in.Body.ContactID, in.Body.Version, in.Body.Choose)
}

func (s *server) mergeContacts(ctx context.Context, in *mergeInput) (wire.Answer[mergedContact], error) {
	order, err := in.order()
	if err != nil {
		return wire.Answer[mergedContact]{}, err
	}
	if in.Body.DryRun {
		return s.rehearseMerge(ctx, in.ID, order)
	}
	result, err := s.contacts.MergeChosen(ctx, wire.CallerOf(ctx), in.ID, order)
	if err != nil {
		return wire.Answer[mergedContact]{}, err
	}
	out, err := s.written(result)
	return recordAnswer(out, err, func(body contactBody) mergedContact { return mergedContact{body} })
}

// rehearseMerge answers what a merge would make.
func (s *server) rehearseMerge(ctx context.Context, id ledger.ID, order ledger.MergeOrder) (wire.Answer[mergedContact], error) {
	result, absorbed, err := s.contacts.RehearseMerge(ctx, wire.CallerOf(ctx), id, order)
	if err != nil {
		return wire.Answer[mergedContact]{}, err
	}
	body := rehearsedContact{}
	body.Contact, _ = s.contactNow(result.Contact, result.Company)
	if absorbed != nil {
		body.Version = absorbed.Version
		body.Moves.Conversations = uint64(s.index.FiguresOf(fields.EntityContact, []uint32{absorbed.Ordinal})[0].Value("conversations_count").Float)
		if body.Moves.Notes, err = s.notes.Count(ctx, ledger.Ordinals(contacts.Kind, absorbed)); err != nil {
			return wire.Answer[mergedContact]{}, err
		}
	}
	return wire.Answer[mergedContact]{Body: mergedContact{body}, Seq: result.Seq, Version: result.Contact.Version}, nil
}
