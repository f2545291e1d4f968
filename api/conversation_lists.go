package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/ledger"
)

type conversationList struct {
	Conversations []conversationBody `json:"conversations"`
	NextCursor    string             `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type conversationSearchBody struct {
	Conversations []conversationBody   `json:"conversations"`
	Total         totalBody            `json:"total"`
	Facets        map[string]facetBody `json:"facets" doc:"By field, as asked for."`
	NextCursor    string               `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
	TookMS        float64              `json:"took_ms" doc:"How long the server took, in milliseconds."`
	Seq           uint64               `json:"seq" doc:"The newest change that the answer reflects."`
}

type conversationsOfContactInput struct {
	ID      ledger.ID `path:"id" noun:"contact" doc:"The id of the contact."`
	Status  []string  `query:"status" enum:"open,pending,snoozed,resolved" doc:"Only those that have one of these." example:"open,pending"`
	Channel []string  `query:"channel" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp" doc:"Only those on one of these." example:"whatsapp"`
	Limit   int       `query:"limit" doc:"Conversations a page. Absent: 50 in JSON, all in NDJSON." minimum:"1" maximum:"1000"`
	Cursor  string    `query:"cursor" doc:"next_cursor of the page before, in NDJSON the header Kundi-Next-Cursor, with the same status and channel."`
}

func (s *server) registerConversationLists(n wire.Noun) {
	l := listing[conversations.Conversation, conversationBody]{
		server: s, noun: n, kind: conversations.Kind, elsewhere: wordsElsewhere("is not taken here: GET /v1/conversations/search?q= finds conversations by the words of their messages"),
		about: "The fields are contact_id, channel, status, priority, labels, assignee, team, satisfaction, messages_count, inbound_count, created_at, updated_at, last_message_at, " +
			"first_reply_at, last_reply_at, resolved_at, and the attributes of conversations (attributes.KEY). ",
		bodies: func(ctx context.Context, _ index.Answer, list []*conversations.Conversation) ([]conversationBody, error) {
			return s.conversationBodies(ctx, list)
		},
	}
	onList := func(list []conversationBody, next string) conversationList { return conversationList{list, next} }
	registerListing(l, onList, func(f foundRecords[conversationBody]) conversationSearchBody {
		return conversationSearchBody{f.records, f.total, f.facets, f.next, f.tookMS, f.seq}
	})
	wire.Register(s.Server, wire.Operation{
		ID: "list-contact-conversations", Method: http.MethodGet, Path: "/v1/contacts/{id}/conversations", Heavy: true, Tag: "conversations", Summary: "List the conversations of a contact",
		Media: []string{wire.NDJSONMedia}, Headers: []string{wire.CountHeader, wire.NextCursorHeader},
		About: "The newest activity first. Those of contacts that were merged into it are its own.",
	}, func(ctx context.Context, in *conversationsOfContactInput) (wire.Answer[conversationList], error) {
		only, err := s.filterOfContact(ctx, in)
		if err != nil {
			return wire.Answer[conversationList]{}, err
		}
		return listed(ctx, l, "list-contact-conversations", filtersInput{Filter: only, Sort: "-last_message_at", Limit: in.Limit, Cursor: in.Cursor}, onList)
	})
}

// filterOfContact is the filter that the conversations of a contact pass.
func (s *server) filterOfContact(ctx context.Context, in *conversationsOfContactInput) ([]byte, error) {
	rules := []map[string]any{}
	for field, words := range map[string][]string{"status": in.Status, "channel": in.Channel} {
		known := conversations.Kind.Named(field).Standard
		if slices.ContainsFunc(words, func(word string) bool { return !slices.Contains(known.Choices, word) }) {
			return nil, wire.InvalidRequest([]fault.Fault{{Path: field, Detail: "must be " + known.Expected}})
		}
		if len(words) > 0 {
			rules = append(rules, map[string]any{"field": field, "operator": "in", "value": words})
		}
	}
	c, _, err := s.contacts.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	rules = append(rules, map[string]any{"field": "contact_id", "operator": "eq", "value": c.ID.String()})
	return json.Marshal(map[string]any{"combinator": "and", "rules": rules})
}
