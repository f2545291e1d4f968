package api

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

type mergeInput struct {
	ID      ledger.ID      `path:"id" noun:"contact" doc:"The id of the contact that stays."`
	IfMatch string         `header:"If-Match" doc:"The ETag that the contact must still have, else 412."`
	Body    mergeInputBody `body:"json"`
}

type mergeInputBody struct {
	ContactID string `json:"contact_id" doc:"The id of the contact that is absorbed." format:"uuid"`
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
			"the later last_seen_at win, and who was blocked stays blocked. From then on the other's id, e-mail, phone and identifier mean this contact, which is found by them too. " +
			"Two that are one already are left as they are. A 409 is one of the limits: 100 merged contacts, 200 labels, 256 KiB of text.",
	}, s.mergeContacts)
	wire.Register(s.Server, wire.Operation{
		ID: "undo-merge", Refuses: []int{http.StatusConflict, http.StatusGone}, Method: http.MethodPost, Path: "/v1/merges/{id}/undo", Tag: "contacts", Writes: true, Headers: headers,
		Summary: "Undo a merge",
		About: "Answers the contact or the company that was absorbed, which is as it was; a contact is not blocked if its block was lifted since. What the merge gave the other is taken back unless it was changed since; what has come to it since stays there. The contacts of a company are its own again, but for those that have got another one since. " +
			"The newest merge of a contact or company comes first: else 409 later-merge, with the merge_id to undo before. A 409 identity-taken or company-taken: somebody else has got what the other had.",
	}, s.undoMerge)
}

func (s *server) mergeContacts(ctx context.Context, in *mergeInput) (wire.Answer[contactBody], error) {
	version, err := wire.ParseIfMatch(in.IfMatch)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	other, err := uuid.Parse(in.Body.ContactID)
	if err != nil {
		return wire.Answer[contactBody]{}, wire.InvalidRequest([]fault.Fault{{Path: "contact_id", Detail: "must be the id of a contact"}})
	}
	result, err := s.contacts.Merge(ctx, wire.CallerOf(ctx), in.ID, other, version)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	return s.written(result)
}
