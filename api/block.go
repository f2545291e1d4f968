package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

type blockInput struct {
	ID      ledger.ID  `path:"id" noun:"contact" doc:"The id of the contact."`
	IfMatch string     `header:"If-Match" doc:"The ETag that the contact must still have, else 412."`
	Body    blockDraft `body:"optional"`
}

type unblockInput struct {
	ID      ledger.ID `path:"id" noun:"contact" doc:"The id of the contact."`
	IfMatch string    `header:"If-Match" doc:"The ETag that the contact must still have, else 412."`
}

// blockDraft is the text of a block to be written, nil for none.
type blockDraft json.RawMessage

// Schema describes it.
func (blockDraft) Schema(r huma.Registry) *huma.Schema {
	return wire.Creation(r, reflect.TypeFor[newBlock]())
}

// newBlock describes what may be sent of a block.
type newBlock struct {
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"One line." example:"Sends advertisements"`
	Until  string `json:"until,omitempty" format:"date-time" doc:"A moment to come, at which the block is over by itself. Absent: it lasts."`
}

// contactBlock is the block of a contact.
type contactBlock struct {
	Reason string      `json:"reason,omitempty" example:"Sends advertisements"`
	Until  string      `json:"until,omitempty" format:"date-time" doc:"When it is over by itself. Absent: it lasts."`
	At     string      `json:"at,omitempty" format:"date-time" doc:"When it got this reason and end. Absent, like the author, of one that an older version made, and of a state of the past in which it came by a merge."`
	Author *authorBody `json:"author,omitempty" doc:"Who gave it this reason and end."`
}

// blockOf is the block of a contact, nil when it is not blocked.
func blockOf(c *contacts.Contact) *contactBlock {
	block := c.Block()
	if block == nil {
		return nil
	}
	body := &contactBlock{Reason: block.Reason, Until: wire.Instant(block.Until), At: wire.Instant(block.At)}
	if block.By != (ledger.Author{}) {
		body.Author = &authorBody{Source: string(block.By.Source), Name: block.By.Name}
	}
	return body
}

func (s *server) registerBlock() {
	headers := []string{wire.ETagHeader}
	wire.Register(s.Server, wire.Operation{
		ID: "block-contact", Refuses: []int{http.StatusGone}, Method: http.MethodPost, Path: "/v1/contacts/{id}/block", Tag: "contacts", Writes: true, Headers: headers,
		Summary: "Block a contact",
		About: "The contact is marked in every answer and filters have the field blocked; it is still found. Of one that is blocked already, reason and until are replaced, so that a block " +
			"without until lasts. Without a body, one that is blocked already is left as it is.",
	}, s.block)
	wire.Register(s.Server, wire.Operation{
		ID: "unblock-contact", Refuses: []int{http.StatusGone}, Method: http.MethodDelete, Path: "/v1/contacts/{id}/block", Tag: "contacts", Writes: true, Headers: headers,
		Summary: "Unblock a contact",
	}, s.unblock)
}

func (s *server) block(ctx context.Context, in *blockInput) (wire.Answer[contactBody], error) {
	version, err := wire.ParseIfMatch(in.IfMatch)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	var draft fields.Draft
	if in.Body != nil {
		if draft, err = draftOf(in.Body); err != nil {
			return wire.Answer[contactBody]{}, err
		}
	}
	result, err := s.contacts.Block(ctx, wire.CallerOf(ctx), in.ID, draft, version)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	return s.written(result)
}

func (s *server) unblock(ctx context.Context, in *unblockInput) (wire.Answer[contactBody], error) {
	version, err := wire.ParseIfMatch(in.IfMatch)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	result, err := s.contacts.Unblock(ctx, wire.CallerOf(ctx), in.ID, version)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	return s.written(result)
}
