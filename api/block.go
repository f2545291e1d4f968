package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/contacts"
)

type blockInput struct {
	ID      contacts.ID `path:"id" noun:"contact" doc:"The id of the contact."`
	IfMatch string      `header:"If-Match" doc:"The ETag that the contact must still have, else 412."`
}

func (s *server) registerBlock() {
	headers := []string{etagHeader}
	register(s.machine, operation{
		id: "block-contact", refuses: []int{http.StatusGone}, method: http.MethodPost, path: "/v1/contacts/{id}/block", tag: "contacts", writes: true, headers: headers,
		summary: "Block a contact",
		about:   "The contact is marked in every answer and filters have the field blocked; it is still found. One that is blocked already is left as it is.",
	}, func(ctx context.Context, in *blockInput) (answer[contactBody], error) { return s.block(ctx, in, true) })
	register(s.machine, operation{
		id: "unblock-contact", refuses: []int{http.StatusGone}, method: http.MethodDelete, path: "/v1/contacts/{id}/block", tag: "contacts", writes: true, headers: headers,
		summary: "Unblock a contact",
	}, func(ctx context.Context, in *blockInput) (answer[contactBody], error) { return s.block(ctx, in, false) })
}

func (s *server) block(ctx context.Context, in *blockInput, blocked bool) (answer[contactBody], error) {
	version, err := parseIfMatch(in.IfMatch)
	if err != nil {
		return answer[contactBody]{}, err
	}
	result, err := s.contacts.Block(ctx, authorOf(ctx), in.ID, blocked, version)
	if err != nil {
		return answer[contactBody]{}, err
	}
	return s.written(result)
}
