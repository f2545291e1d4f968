package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/ledger"
)

// heldBody is a message that is kept aside.
type heldBody struct {
	ID          string           `json:"id" format:"uuid" doc:"By which it is released; the message that it becomes has the same."`
	Channel     string           `json:"channel" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp"`
	Text        string           `json:"text" doc:"It may have several lines." example:"Please let me in."`
	At          string           `json:"at" format:"date-time" doc:"When it was written."`
	Sender      *heldSender      `json:"sender,omitempty" doc:"As whom it came. Absent when it was added to a conversation."`
	SourceID    string           `json:"source_id,omitempty" doc:"Its id where it came from."`
	Attachments []attachmentBody `json:"attachments"`
	Subject     string           `json:"subject,omitempty"`
	Labels      []string         `json:"labels,omitempty"`
}

type heldSender struct {
	SourceID   string `json:"source_id,omitempty"`
	Identifier string `json:"identifier,omitempty"`
	Email      string `json:"email,omitempty"`
	Phone      string `json:"phone,omitempty"`
	Name       string `json:"name,omitempty"`
}

type quarantineBody struct {
	Quarantine []heldBody `json:"quarantine" doc:"The newest first."`
	NextCursor string     `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type quarantineInput struct {
	ID     ledger.ID `path:"id" noun:"contact" doc:"The id of the contact."`
	Limit  int       `query:"limit" doc:"Messages a page. It may have fewer and still not be the last: it ends when it has 4 MiB of text." minimum:"1" maximum:"200" default:"50"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before."`
}

type releaseInput struct {
	ID ledger.ID `path:"id" noun:"message" doc:"The id of the message that is kept aside."`
}

func (s *server) registerQuarantine() {
	wire.Register(s.Server, wire.Operation{
		ID: "list-quarantine", Method: http.MethodGet, Path: "/v1/contacts/{id}/quarantine", Heavy: true, Tag: "conversations",
		Summary: "List the messages of a blocked contact",
		About:   "What a blocked contact writes is kept aside, the last 50 messages, and is in no conversation. It stays there when the contact is unblocked. Those of contacts that were merged into it are its own.",
	}, s.listQuarantine)
	wire.Register(s.Server, wire.Operation{
		ID: "release-message", Method: http.MethodPost, Path: "/v1/quarantine/{id}/release", Tag: "conversations", Status: http.StatusCreated, Writes: true,
		Also: map[int]string{http.StatusOK: "A message with its source_id had come another way. The one that was kept aside is gone."}, Refuses: []int{http.StatusNotFound, http.StatusGone},
		Headers: []string{wire.LocationHeader, wire.ETagHeader},
		Summary: "Take a message that was kept aside",
		About:   "As if it came in now, with the moment at which it was written. The contact may still be blocked: it stays so. 404 when it was released before, or is not kept any more.",
	}, s.releaseMessage)
}

func (s *server) listQuarantine(ctx context.Context, in *quarantineInput) (wire.Answer[quarantineBody], error) {
	c, _, err := s.contacts.Get(ctx, in.ID)
	if err == nil {
		err = s.countPeople(ctx, 1)
	}
	if err != nil {
		return wire.Answer[quarantineBody]{}, err
	}
	boundTo := []string{"list-quarantine", c.ID.String()}
	w := ledger.Window{Reverse: true, Limit: in.Limit}
	if w.After, err = s.Cursors.OpenRef(in.Cursor, boundTo...); err != nil {
		return wire.Answer[quarantineBody]{}, err
	}
	list, more, err := s.conversations.Quarantine(ctx, ledger.Ordinals(contacts.Kind, c), w)
	if err != nil {
		return wire.Answer[quarantineBody]{}, err
	}
	body := quarantineBody{Quarantine: make([]heldBody, len(list))}
	for i, h := range list {
		body.Quarantine[i] = heldOnWire(h)
	}
	if more {
		last := list[len(list)-1]
		body.NextCursor = s.Cursors.SealRef(&ledger.Ref{Ordinal: last.Ordinal, At: last.At.UnixMilli()}, boundTo...)
	}
	return wire.Answer[quarantineBody]{Body: body}, nil
}

func heldOnWire(h *conversations.Held) heldBody {
	body := heldBody{
		ID: h.ID.String(), Channel: h.Channel.String(), Text: h.Text, At: wire.Instant(h.At), SourceID: h.SourceID, Attachments: attachmentsOnWire(h.Attachments),
		Subject: h.Subject, Labels: h.Labels,
	}
	if sender := (heldSender{h.SenderID, h.Identifier, h.Email, h.Phone, h.Name}); sender != (heldSender{}) {
		body.Sender = &sender
	}
	return body
}

func (s *server) releaseMessage(ctx context.Context, in *releaseInput) (wire.Answer[receivedBody], error) {
	if err := s.countPeople(ctx, 1); err != nil {
		return wire.Answer[receivedBody]{}, err
	}
	got, err := s.conversations.Release(ctx, wire.CallerOf(ctx), in.ID)
	if err == nil && got.Message == nil {
		err = wire.DeletedSince("message")
	}
	if err != nil {
		return wire.Answer[receivedBody]{}, err
	}
	return s.answerReceived(ctx, got)
}
