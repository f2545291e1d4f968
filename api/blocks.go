package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

type blocksInput struct {
	Value string `query:"value" required:"true" minLength:"1" doc:"An e-mail address, phone number or identifier, written as in a contact, or an identity of a channel as channel:source_id; it is read as each of these that it can be. A phone number may begin with 00 or 011, and with a + that is not encoded. Without country code it needs the workspace's phone_region." example:"amina@example.org"`
}

// valueAsked is the value that a query asks for. A + that was not encoded has arrived as a
// blank: where it makes a phone number, it is put back.
func valueAsked(sent string) string {
	if rest, blank := strings.CutPrefix(sent, " "); blank && fields.IsPhone("+"+rest) {
		return "+" + rest
	}
	return sent
}

type blocksBody struct {
	Blocked bool        `json:"blocked" doc:"Whether a contact that takes the value is blocked, or the one that has it is."`
	Blocks  []blockBody `json:"blocks" doc:"As what the value is blocked."`
}

type blockBody struct {
	Field     string `json:"field" enum:"email,phone,identifier,identity" doc:"As what the value was read."`
	KeptAt    string `json:"kept_at,omitempty" format:"date-time" doc:"When a blocked contact was deleted or given another value, so that this one stays blocked; absent when none was."`
	Until     string `json:"until,omitempty" format:"date-time" doc:"When it is blocked no more; absent when that is never."`
	ContactID string `json:"contact_id,omitempty" format:"uuid" doc:"The blocked contact that has the value; absent when none has."`
}

func (s *server) registerBlocks() {
	wire.Register(s.Server, wire.Operation{
		ID: "get-blocks", Method: http.MethodGet, Path: "/v1/blocks", Tag: "contacts",
		Summary: "Whether an e-mail, phone, identifier or identity is blocked",
		About: "What a blocked contact was known by stays blocked when the contact is deleted or gets another value: whoever takes it is blocked. Only a keyed hash of it is kept, " +
			"so it can be asked for and not be listed. Shared addresses are not blocked. 422 when the value looks like a phone number that cannot be read without a phone_region, and is nobody's identifier.",
	}, s.getBlocks)
	wire.Register(s.Server, wire.Operation{
		ID: "lift-blocks", Refuses: []int{http.StatusNotFound}, Method: http.MethodDelete, Path: "/v1/blocks", Tag: "contacts", Status: http.StatusNoContent, Writes: true,
		Summary: "Lift the block of an e-mail, phone, identifier or identity",
		About:   "A blocked contact that has the value is unblocked. 404 when the value is not blocked.",
	}, s.liftBlocks)
}

func (s *server) getBlocks(ctx context.Context, in *blocksInput) (wire.Answer[blocksBody], error) {
	list, err := s.contacts.BlockedAddresses(ctx, valueAsked(in.Value))
	if err != nil {
		return wire.Answer[blocksBody]{}, err
	}
	body := blocksBody{Blocked: len(list) > 0, Blocks: make([]blockBody, len(list))}
	for i, b := range list {
		body.Blocks[i].Field = b.Field
		if !b.KeptAt.IsZero() {
			body.Blocks[i].KeptAt = fields.FormatInstant(b.KeptAt.UnixMilli())
		}
		body.Blocks[i].Until = wire.Instant(b.Until)
		if b.Contact != (ledger.ID{}) {
			body.Blocks[i].ContactID = b.Contact.String()
		}
	}
	return wire.Answer[blocksBody]{Body: body}, nil
}

func (s *server) liftBlocks(ctx context.Context, in *blocksInput) (wire.Answer[wire.None], error) {
	done, err := s.contacts.LiftBlocks(ctx, wire.CallerOf(ctx), valueAsked(in.Value))
	return wire.Answer[wire.None]{Seq: done.Seq, Replayed: done.Replayed}, err
}
