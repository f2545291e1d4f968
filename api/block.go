package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/ledger"
)

type blockInput struct {
	ID      ledger.ID `path:"id" noun:"contact" doc:"The id of the contact."`
	IfMatch string    `header:"If-Match" doc:"The ETag that the contact must still have, else 412."`
}

func (s *server) registerBlock() {
	headers := []string{wire.ETagHeader}
	wire.Register(s.Server, wire.Operation{
		ID: "block-contact", Refuses: []int{http.StatusGone}, Method: http.MethodPost, Path: "/v1/contacts/{id}/block", Tag: "contacts", Writes: true, Headers: headers,
		Summary: "Block a contact",
		About:   "The contact is marked in every answer and filters have the field blocked; it is still found. One that is blocked already is left as it is.",
	}, func(ctx context.Context, in *blockInput) (wire.Answer[contactBody], error) {
		return s.block(ctx, in, true)
	})
	wire.Register(s.Server, wire.Operation{
		ID: "unblock-contact", Refuses: []int{http.StatusGone}, Method: http.MethodDelete, Path: "/v1/contacts/{id}/block", Tag: "contacts", Writes: true, Headers: headers,
		Summary: "Unblock a contact",
	}, func(ctx context.Context, in *blockInput) (wire.Answer[contactBody], error) {
		return s.block(ctx, in, false)
	})
}

func (s *server) block(ctx context.Context, in *blockInput, blocked bool) (wire.Answer[contactBody], error) {
	version, err := wire.ParseIfMatch(in.IfMatch)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	result, err := s.contacts.Block(ctx, wire.CallerOf(ctx), in.ID, blocked, version)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	return s.written(result)
}
