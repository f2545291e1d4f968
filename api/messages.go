package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// messageBody is a message on the wire.
type messageBody struct {
	ID             string           `json:"id" format:"uuid"`
	ConversationID string           `json:"conversation_id" format:"uuid"`
	Direction      string           `json:"direction" enum:"inbound,outbound"`
	Author         messageAuthor    `json:"author"`
	Text           string           `json:"text" doc:"It may have several lines." example:"Where is my order?"`
	At             string           `json:"at" format:"date-time" doc:"When it was written."`
	SourceID       string           `json:"source_id,omitempty" doc:"Its id where it came from." example:"wamid.HBgM"`
	Attachments    []attachmentBody `json:"attachments"`
	Seq            uint64           `json:"seq" doc:"The sequence number of the change that made it."`
}

type messageAuthor struct {
	Kind string `json:"kind,omitempty" enum:"contact,agent,ai,rule,system"`
	Name string `json:"name,omitempty" maxLength:"200" example:"Amina"`
}

type attachmentBody struct {
	URL       string `json:"url" doc:"Where the file is: http or https." maxLength:"2048" example:"https://files.example/receipt.pdf"`
	Name      string `json:"name,omitempty" maxLength:"255" example:"receipt.pdf"`
	MediaType string `json:"media_type,omitempty" maxLength:"100" example:"application/pdf"`
	Bytes     uint64 `json:"bytes,omitempty" minimum:"0" example:"48213"`
}

type messageList struct {
	Messages   []messageBody `json:"messages"`
	NextCursor string        `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

// receivedBody is what became of an inbound message.
type receivedBody struct {
	Conversation conversationBody `json:"conversation"`
	Message      messageBody      `json:"message"`
	ContactID    string           `json:"contact_id" format:"uuid"`
	Created      createdBody      `json:"created" doc:"What was made beside the message."`
}

type createdBody struct {
	Contact      bool `json:"contact"`
	Conversation bool `json:"conversation"`
}

type (
	inboundText json.RawMessage // of an inbound message with who wrote it
	messageText json.RawMessage // of a message of a conversation
)

// Schema describes it.
func (inboundText) Schema(r huma.Registry) *huma.Schema {
	return wire.Creation(r, reflect.TypeFor[inboundInput](), "channel", "sender", "message")
}

// Schema describes it.
func (messageText) Schema(r huma.Registry) *huma.Schema {
	return wire.Creation(r, reflect.TypeFor[messageInput](), "direction")
}

// inboundInput describes an inbound message with who wrote it.
type inboundInput struct {
	Channel string              `json:"channel,omitempty" null:"no" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp"`
	Sender  senderInput         `json:"sender,omitempty" null:"no" doc:"Who wrote: at least one of source_id, identifier, email and phone."`
	Message inboundMessageInput `json:"message,omitempty" null:"no"`
	Subject string              `json:"subject,omitempty" maxLength:"500" doc:"Of the conversation, where that has none."`
	Labels  []string            `json:"labels,omitempty" maxItems:"200" doc:"Added to those of the conversation."`
}

type senderInput struct {
	SourceID   string `json:"source_id,omitempty" maxLength:"255" doc:"The id of the person on the channel, compared exactly." example:"254712345678"`
	Identifier string `json:"identifier,omitempty" maxLength:"255" doc:"Your own id of the person."`
	Email      string `json:"email,omitempty" example:"amina@example.org"`
	Phone      string `json:"phone,omitempty" example:"+254712345678"`
	Name       string `json:"name,omitempty" maxLength:"500" example:"Amina Yusuf"`
}

type inboundMessageInput struct {
	Text        string           `json:"text,omitempty" maxLength:"100000" doc:"Required without attachments." example:"Where is my order?"`
	SourceID    string           `json:"source_id,omitempty" maxLength:"255" doc:"Its id where it came from: of a channel, one message has it." example:"wamid.HBgM"`
	At          string           `json:"at,omitempty" format:"date-time" doc:"When it was written; absent: now."`
	Attachments []attachmentBody `json:"attachments,omitempty" maxItems:"20"`
}

// messageInput describes a message of a conversation.
type messageInput struct {
	Direction   string           `json:"direction,omitempty" null:"no" enum:"inbound,outbound"`
	Text        string           `json:"text,omitempty" maxLength:"100000" doc:"Required without attachments."`
	Author      messageAuthor    `json:"author,omitempty" doc:"Absent: the contact; of an outbound message, whoever the key is of."`
	SourceID    string           `json:"source_id,omitempty" maxLength:"255" doc:"Its id where it came from: of a channel, one message has it."`
	At          string           `json:"at,omitempty" format:"date-time" doc:"When it was written; absent: now."`
	Attachments []attachmentBody `json:"attachments,omitempty" maxItems:"20"`
}

type receiveInput struct {
	Body inboundText `body:"json"`
}

type addMessageInput struct {
	ID   ledger.ID   `path:"id" noun:"conversation" doc:"The id of the conversation."`
	Body messageText `body:"json"`
}

type listMessagesInput struct {
	ID     ledger.ID `path:"id" noun:"conversation" doc:"The id of the conversation."`
	Order  string    `query:"order" enum:"oldest,newest" default:"oldest" doc:"Which message comes first."`
	Limit  int       `query:"limit" doc:"Messages a page. It may have fewer and still not be the last: it ends when it has 4 MiB of text." minimum:"1" maximum:"200" default:"50"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before, with the same order."`
}

func (s *server) registerMessages(n wire.Noun) {
	refuses := []int{http.StatusConflict, http.StatusGone}
	known := map[int]string{http.StatusOK: "The message was there before, by its source_id. Nothing was changed."}
	wire.Register(s.Server, n.OfAll(wire.Operation{
		Status: http.StatusCreated, Also: known, Writes: true, Refuses: refuses, Headers: []string{wire.LocationHeader, wire.ETagHeader},
		About: "Who wrote is found by the identity on the channel, else by identifier, e-mail or phone, and else becomes a contact; what was not known of them is added. The message joins their newest conversation " +
			"on the channel that is not resolved, else opens the one that was resolved a short time ago (the setting reopen_within), else begins one.",
	}, "receive-message", http.MethodPost, "", "Take a message that came in"), s.receiveMessage)
	wire.Register(s.Server, n.OfOne(wire.Operation{
		Status: http.StatusCreated, Also: known, Writes: true, Refuses: refuses,
		About: "An inbound message that is not older than what is there opens the conversation.",
	}, "add-message", http.MethodPost, "/messages", "Add a message to a conversation"), s.addMessage)
	wire.Register(s.Server, n.OfOne(wire.Operation{Heavy: true}, "list-messages", http.MethodGet, "/messages", "List the messages of a conversation"), s.listMessages)
}

func (s *server) receiveMessage(ctx context.Context, in *receiveInput) (wire.Answer[receivedBody], error) {
	got, err := s.take(ctx, in.Body, s.conversations.Receive)
	if err != nil {
		return wire.Answer[receivedBody]{}, err
	}
	return s.answerReceived(ctx, got)
}

// answerReceived answers with a message that came in, and with its conversation.
func (s *server) answerReceived(ctx context.Context, got conversations.Received) (wire.Answer[receivedBody], error) {
	c, err := s.answerConversation(ctx, got.Conversation)
	if err != nil {
		return wire.Answer[receivedBody]{}, err
	}
	out := wire.Answer[receivedBody]{
		Body: receivedBody{
			Conversation: c.Body, Message: messageOnWire(got.Message, got.Conversation), ContactID: c.Body.ContactID,
			Created: createdBody{got.Created.Contact, got.Created.Conversation},
		},
		Version: got.Conversation.Version, Location: "/v1/conversations/" + c.Body.ID, Seq: got.Seq, Replayed: got.Replayed,
	}
	if got.Known {
		out.Status, out.Location = http.StatusOK, ""
	}
	return out, nil
}

func (s *server) addMessage(ctx context.Context, in *addMessageInput) (wire.Answer[messageBody], error) {
	got, err := s.take(ctx, in.Body, func(ctx context.Context, by ledger.Caller, d fields.Draft) (conversations.Received, error) {
		return s.conversations.Add(ctx, by, in.ID, d)
	})
	if err != nil {
		return wire.Answer[messageBody]{}, err
	}
	out := wire.Answer[messageBody]{Body: messageOnWire(got.Message, got.Conversation), Seq: got.Seq, Replayed: got.Replayed}
	if got.Known {
		out.Status = http.StatusOK
	}
	return out, nil
}

// take takes a message. The answer tells of one person.
func (s *server) take(
	ctx context.Context, text []byte, useCase func(context.Context, ledger.Caller, fields.Draft) (conversations.Received, error),
) (conversations.Received, error) {
	draft, err := draftOf(text)
	if err == nil {
		err = s.countPeople(ctx, 1)
	}
	if err != nil {
		return conversations.Received{}, err
	}
	got, err := useCase(ctx, wire.CallerOf(ctx), draft)
	if err == nil && got.Message == nil {
		err = wire.DeletedSince("message")
	}
	return got, err
}

func (s *server) listMessages(ctx context.Context, in *listMessagesInput) (wire.Answer[messageList], error) {
	boundTo := []string{"list-messages", in.ID.String(), in.Order}
	w := ledger.Window{Reverse: in.Order == "newest", Limit: in.Limit}
	var err error
	if w.After, err = s.Cursors.OpenRef(in.Cursor, boundTo...); err != nil {
		return wire.Answer[messageList]{}, err
	}
	page, err := s.conversations.Messages(ctx, in.ID, w)
	if err != nil {
		return wire.Answer[messageList]{}, err
	}
	if err := s.countPeople(ctx, 1); err != nil {
		return wire.Answer[messageList]{}, err
	}
	body := messageList{Messages: make([]messageBody, len(page.Messages))}
	for i, m := range page.Messages {
		body.Messages[i] = messageOnWire(m, page.Conversation)
	}
	if page.More {
		last := page.Messages[len(page.Messages)-1]
		body.NextCursor = s.Cursors.SealRef(&ledger.Ref{Ordinal: last.Ordinal, At: last.At.UnixMilli()}, boundTo...)
	}
	return wire.Answer[messageList]{Body: body}, nil
}

// messageOnWire writes a message of a conversation.
func messageOnWire(m *conversations.Message, c *conversations.Conversation) messageBody {
	return messageBody{
		ID: m.ID.String(), ConversationID: c.ID.String(), Direction: m.Direction(), Author: messageAuthor{m.Author.Kind.String(), m.Author.Name},
		Text: m.Text, At: wire.Instant(m.At), SourceID: m.SourceID, Attachments: attachmentsOnWire(m.Attachments), Seq: m.Version,
	}
}

func attachmentsOnWire(list []conversations.Attachment) []attachmentBody {
	bodies := make([]attachmentBody, len(list))
	for i, a := range list {
		bodies[i] = attachmentBody(a)
	}
	return bodies
}
