package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/ndoto/kundi/contacts"
)

type blocksInput struct {
	Value string `query:"value" required:"true" minLength:"1" doc:"An e-mail address, phone number or identifier, written as in a contact; it is read as each of these that it can be. A phone number may begin with 00 or 011, and with a + that is not encoded. Without country code it needs the workspace's phone_region." example:"amina@example.org"`
}

// value is the value that was asked for. A + that was not encoded has arrived as a
// blank: where it makes a phone number, it is put back.
func (in *blocksInput) value() string {
	if rest, blank := strings.CutPrefix(in.Value, " "); blank && contacts.IsPhone("+"+rest) {
		return "+" + rest
	}
	return in.Value
}

type blocksBody struct {
	Blocked bool        `json:"blocked" doc:"Whether a contact that takes the value is blocked, or the one that has it is."`
	Blocks  []blockBody `json:"blocks" doc:"As what the value is blocked."`
}

type blockBody struct {
	Field     string `json:"field" enum:"email,phone,identifier" doc:"As what the value was read."`
	KeptAt    string `json:"kept_at,omitempty" format:"date-time" doc:"When a blocked contact was deleted or given another value, so that this one stays blocked; absent when none was."`
	ContactID string `json:"contact_id,omitempty" format:"uuid" doc:"The blocked contact that has the value; absent when none has."`
}

func (s *server) registerBlocks() {
	register(s.machine, operation{
		id: "get-blocks", method: http.MethodGet, path: "/v1/blocks", tag: "contacts",
		summary: "Whether an e-mail, phone or identifier is blocked",
		about: "What a blocked contact was known by stays blocked when the contact is deleted or gets another value: whoever takes it is blocked. Only a keyed hash of it is kept, " +
			"so it can be asked for and not be listed. 422 when the value looks like a phone number that cannot be read without a phone_region, and is nobody's identifier.",
	}, s.getBlocks)
	register(s.machine, operation{
		id: "lift-blocks", refuses: []int{http.StatusNotFound}, method: http.MethodDelete, path: "/v1/blocks", tag: "contacts", status: http.StatusNoContent, writes: true,
		summary: "Lift the block of an e-mail, phone or identifier",
		about:   "A blocked contact that has the value is unblocked. 404 when the value is not blocked.",
	}, s.liftBlocks)
}

func (s *server) getBlocks(ctx context.Context, in *blocksInput) (answer[blocksBody], error) {
	list, err := s.contacts.BlockedAddresses(ctx, in.value())
	if err != nil {
		return answer[blocksBody]{}, err
	}
	body := blocksBody{Blocked: len(list) > 0, Blocks: make([]blockBody, len(list))}
	for i, b := range list {
		body.Blocks[i].Field = b.Field
		if !b.KeptAt.IsZero() {
			body.Blocks[i].KeptAt = contacts.FormatInstant(b.KeptAt.UnixMilli())
		}
		if b.Contact != (contacts.ID{}) {
			body.Blocks[i].ContactID = b.Contact.String()
		}
	}
	return answer[blocksBody]{Body: body}, nil
}

func (s *server) liftBlocks(ctx context.Context, in *blocksInput) (answer[none], error) {
	done, err := s.contacts.LiftBlocks(ctx, authorOf(ctx), in.value())
	return answer[none]{Seq: done.Seq, Replayed: done.Replayed}, err
}
