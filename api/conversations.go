package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Conversations are the use cases of conversations and their messages.
type Conversations interface {
	Get(ctx context.Context, id ledger.ID) (*conversations.Conversation, error)
	Patch(ctx context.Context, by ledger.Caller, id ledger.ID, d fields.Draft, version uint64) (conversations.Result, error)
	Receive(ctx context.Context, by ledger.Caller, d fields.Draft) (conversations.Received, error)
	Add(ctx context.Context, by ledger.Caller, id ledger.ID, d fields.Draft) (conversations.Received, error)
	Messages(ctx context.Context, id ledger.ID, w ledger.Window) (conversations.Page, error)
	Quarantine(ctx context.Context, owners []uint32, w ledger.Window) (list []*conversations.Held, more bool, err error)
	Release(ctx context.Context, by ledger.Caller, id ledger.ID) (conversations.Received, error)
}

// conversationBody is a conversation on the wire. A value that it does not have is absent; labels
// and attributes are always there.
type conversationBody struct {
	ID            string         `json:"id" format:"uuid"`
	ContactID     string         `json:"contact_id" format:"uuid" doc:"Whose conversation it is: of a contact that was merged into another, the id of that one."`
	Channel       string         `json:"channel" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp"`
	Status        string         `json:"status" enum:"open,pending,snoozed,resolved"`
	SnoozedUntil  string         `json:"snoozed_until,omitempty" format:"date-time" doc:"When it opens by itself; there while it is snoozed."`
	Subject       string         `json:"subject,omitempty" example:"Refund of order 4711"`
	Priority      string         `json:"priority,omitempty" enum:"low,medium,high,urgent"`
	Labels        []string       `json:"labels"`
	Assignee      string         `json:"assignee,omitempty" doc:"Who answers, as you call them." example:"amina@example.org"`
	Team          string         `json:"team,omitempty" example:"billing"`
	Satisfaction  int            `json:"satisfaction,omitempty" minimum:"1" maximum:"5" doc:"What the contact thought of it: 5 is best."`
	Attributes    map[string]any `json:"attributes" doc:"The custom attributes of conversations, by key, as contacts have theirs."`
	Messages      uint32         `json:"messages_count" doc:"How many messages it has." example:"4"`
	Inbound       uint32         `json:"inbound_count" doc:"How many of them are the contact's." example:"2"`
	CreatedAt     string         `json:"created_at" format:"date-time" doc:"When its earliest message was written."`
	UpdatedAt     string         `json:"updated_at" format:"date-time"`
	LastMessageAt string         `json:"last_message_at" format:"date-time" doc:"When its latest message was written."`
	FirstReplyAt  string         `json:"first_reply_at,omitempty" format:"date-time" doc:"When an agent or an assistant answered first."`
	LastReplyAt   string         `json:"last_reply_at,omitempty" format:"date-time" doc:"When one answered last."`
	ResolvedAt    string         `json:"resolved_at,omitempty" format:"date-time" doc:"There while it is resolved."`
	Version       uint64         `json:"version" doc:"The sequence number of the change that wrote this state, which may be a message; the ETag is the same number."`
}

// conversationText is the text of a conversation to be changed.
type conversationText json.RawMessage

// Schema describes it.
func (conversationText) Schema(r huma.Registry) *huma.Schema {
	return wire.MergePatch(r, reflect.TypeFor[conversationInput]())
}

// conversationInput describes what may be sent of a conversation.
type conversationInput struct {
	Status       string         `json:"status,omitempty" null:"no" enum:"open,pending,snoozed,resolved" doc:"snoozed needs snoozed_until, and cannot follow resolved."`
	SnoozedUntil string         `json:"snoozed_until,omitempty" format:"date-time" doc:"With the status snoozed: a moment in the future, when it opens by itself."`
	Subject      string         `json:"subject,omitempty" maxLength:"500"`
	Priority     string         `json:"priority,omitempty" enum:"low,medium,high,urgent"`
	Labels       []string       `json:"labels,omitempty" doc:"Replaces all labels. Unique regardless of case and accents; at most 200 of 100 characters." maxItems:"200"`
	Assignee     string         `json:"assignee,omitempty" maxLength:"200"`
	Team         string         `json:"team,omitempty" maxLength:"200"`
	Satisfaction int            `json:"satisfaction,omitempty" minimum:"1" maximum:"5"`
	Attributes   map[string]any `json:"attributes,omitempty" doc:"Custom attributes of conversations by key, merged with those there are; null removes one."`
}

func (s *server) registerConversations() {
	n := wire.Noun{
		Server: s.Server, Article: "a", Name: "conversation", Plural: "conversations",
		PatchDoc: "A merge patch (RFC 7396): null removes, absent keeps, arrays replace.",
	}
	wire.RegisterGet(n, wire.Operation{}, func(ctx context.Context, id ledger.ID) (wire.Answer[conversationBody], error) {
		c, err := s.conversations.Get(ctx, id)
		if err == nil {
			err = s.countPeople(ctx, 1)
		}
		if err != nil {
			return wire.Answer[conversationBody]{}, err
		}
		return s.answerConversation(ctx, c)
	})
	e := edits[conversations.Conversation, conversationBody]{noun: n, kind: conversations.Kind, present: s.answerConversation}
	wire.RegisterPatch(n, wire.Operation{
		Refuses: []int{http.StatusGone}, About: "Every message changes the version, too.",
	}, func(ctx context.Context, id ledger.ID, text conversationText, version uint64) (wire.Answer[conversationBody], error) {
		if err := s.countPeople(ctx, 1); err != nil {
			return wire.Answer[conversationBody]{}, err
		}
		return e.write(ctx, text, func(ctx context.Context, by ledger.Caller, d fields.Draft) (conversations.Result, error) {
			return s.conversations.Patch(ctx, by, id, d, version)
		})
	})
	s.registerMessages(n)
	s.registerConversationLists(n)
	s.registerConversationWords()
}

// answerConversation answers with a conversation as it is, which is not found when its contact was
// deleted meanwhile.
func (s *server) answerConversation(ctx context.Context, c *conversations.Conversation) (wire.Answer[conversationBody], error) {
	bodies, err := s.conversationBodies(ctx, []*conversations.Conversation{c})
	if err == nil && len(bodies) == 0 {
		err = fault.NotFound("conversation")
	}
	if err != nil {
		return wire.Answer[conversationBody]{}, err
	}
	return wire.Answer[conversationBody]{Body: bodies[0], Version: c.Version, Moving: true}, nil // a merge gives it another contact_id
}

// conversationBodies writes those conversations that are not nil and whose contact is there.
func (s *server) conversationBodies(ctx context.Context, list []*conversations.Conversation) ([]conversationBody, error) {
	owners, err := contacts.Kind.ListMeant(ctx, s.records, conversations.Owners(list))
	if err != nil {
		return nil, err
	}
	shown := taggedFieldsOf(s.records.Schema().Of(fields.EntityConversation))
	bodies := make([]conversationBody, 0, len(list))
	for i, c := range list {
		if c != nil && owners[i] != nil {
			bodies = append(bodies, conversationOnWire(c, owners[i].ID, shown))
		}
	}
	return bodies, nil
}

// conversationOnWire writes a conversation of a contact.
func conversationOnWire(c *conversations.Conversation, contact ledger.ID, shown taggedFields) conversationBody {
	body := conversationBody{
		ID: c.ID.String(), ContactID: contact.String(), Channel: c.Channel.String(), Status: c.Status.String(), SnoozedUntil: wire.Instant(c.SnoozedUntil),
		Subject: c.Subject, Priority: c.Priority.String(), Labels: notNil(conversations.Kind.Value(shown.labels, c).List), Assignee: c.Assignee, Team: c.Team,
		Satisfaction: int(c.Satisfaction), Attributes: make(map[string]any, len(c.Attributes)), Messages: c.Messages, Inbound: c.Inbound,
		CreatedAt: wire.Instant(c.CreatedAt), UpdatedAt: wire.Instant(c.UpdatedAt), LastMessageAt: wire.Instant(c.LastMessageAt),
		FirstReplyAt: wire.Instant(c.FirstReplyAt), LastReplyAt: wire.Instant(c.LastReplyAt), ResolvedAt: wire.Instant(c.ResolvedAt), Version: c.Version,
	}
	for _, field := range shown.attributes {
		if v := conversations.Kind.Value(field, c); !v.IsMissing() {
			body.Attributes[field.Attribute.Key] = field.JSON(v)
		}
	}
	return body
}
