package api

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/contacts"
)

type mergeInput struct {
	ID      contacts.ID    `path:"id" noun:"contact" doc:"The id of the contact that stays."`
	IfMatch string         `header:"If-Match" doc:"The ETag that the contact must still have, else 412."`
	Body    mergeInputBody `body:"json"`
}

type mergeInputBody struct {
	ContactID string `json:"contact_id" doc:"The id of the contact that is absorbed." format:"uuid"`
}

type undoMergeInput struct {
	ID contacts.ID `path:"id" noun:"merge" doc:"The merge_id of the absorbed contact."`
}

func (s *server) registerMerges() {
	headers := []string{etagHeader}
	register(s.machine, operation{
		id: "merge-contacts", refuses: []int{http.StatusConflict, http.StatusGone}, method: http.MethodPost, path: "/v1/contacts/{id}/merge", tag: "contacts", writes: true, headers: headers,
		summary: "Merge another contact into this one",
		about: "What this contact has stays; what it lacks comes from the other. Labels and channels are united, the further type, the earlier created_at and " +
			"the later last_seen_at win, and who was blocked stays blocked. From then on the other's id, e-mail, phone and identifier mean this contact, which is found by them too. " +
			"Two that are one already are left as they are. A 409 is one of the limits: 100 merged contacts, 200 labels, 256 KiB of text.",
	}, s.mergeContacts)
	register(s.machine, operation{
		id: "undo-merge", refuses: []int{http.StatusConflict, http.StatusGone}, method: http.MethodPost, path: "/v1/merges/{id}/undo", tag: "contacts", writes: true, headers: headers,
		summary: "Undo a merge",
		about: "Answers the contact that was absorbed, which is as it was; it is not blocked if its block was lifted since. What the merge gave the other is taken back unless it was changed since; what has come to it since stays there. " +
			"The newest merge of a contact comes first: else 409 later-merge, with the merge_id to undo before. A 409 identity-taken: somebody else has got what the other had.",
	}, s.undoMerge)
}

func (s *server) mergeContacts(ctx context.Context, in *mergeInput) (answer[contactBody], error) {
	version, err := parseIfMatch(in.IfMatch)
	if err != nil {
		return answer[contactBody]{}, err
	}
	other, err := uuid.Parse(in.Body.ContactID)
	if err != nil {
		return answer[contactBody]{}, invalidRequest([]contacts.Fault{{Path: "contact_id", Detail: "must be the id of a contact"}})
	}
	result, err := s.contacts.Merge(ctx, authorOf(ctx), in.ID, other, version)
	if err != nil {
		return answer[contactBody]{}, err
	}
	return s.written(result)
}

func (s *server) undoMerge(ctx context.Context, in *undoMergeInput) (answer[contactBody], error) {
	result, err := s.contacts.UndoMerge(ctx, authorOf(ctx), in.ID)
	if err != nil {
		return answer[contactBody]{}, err
	}
	return s.written(result)
}
