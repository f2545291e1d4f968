package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/search"
	"github.com/ndoto/kundi/ledger"
)

type conversationWordsInput struct {
	Q         string `query:"q" doc:"Words of the messages and of the names of their attachments; the last one may be unfinished. Blank: no conversation." maxLength:"1000" required:"true" example:"late refund"`
	Filter    string `query:"filter" doc:"A filter as JSON, over the fields of conversations."`
	ContactID string `query:"contact_id" minLength:"1" doc:"Only conversations of this contact, and of those that it has absorbed." format:"uuid"`
	Limit     int    `query:"limit" doc:"Hits a page." minimum:"1" maximum:"100" default:"20"`
	Cursor    string `query:"cursor" doc:"next_cursor of the page before, with the same q, filter and contact_id."`
	MinSeq    uint64 `query:"min_seq" doc:"A Kundi-Seq that the answer must reflect. The search waits for it up to 2 seconds, then 503 index-behind."`
}

type conversationWordsBody struct {
	Hits       []conversationHitBody `json:"hits" doc:"The newest activity first."`
	Total      totalBody             `json:"total"`
	NextCursor string                `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
	TookMS     float64               `json:"took_ms" doc:"How long the server took, in milliseconds."`
	Seq        uint64                `json:"seq" doc:"The newest change that the answer reflects."`
}

type conversationHitBody struct {
	Conversation conversationBody `json:"conversation"`
	Contact      foundContact     `json:"contact"`
	Message      messageBody      `json:"message" doc:"The newest one with all words. If that is not one of the newest 200, it is the newest one with the most words."`
	Snippet      string           `json:"snippet" doc:"Of the message, or of the name of an attachment that has more of the words."`
	Highlights   [][2]int         `json:"highlights"`
}

func (s *server) registerConversationWords() {
	wire.Register(s.Server, wire.Operation{
		ID: "find-conversations", Called: wordsAre("q"), Method: http.MethodGet, Path: "/v1/conversations/search", Heavy: true, Tag: "conversations",
		Summary: "Search conversations by words", Refuses: []int{http.StatusNotFound},
		About: "Finds conversations with a message that has all words, and takes a filter. The newest activity comes first. If no message has all words, it finds conversations that have each of them in some message. " +
			matchesDoc + snippetDoc,
	}, s.findConversations)
}

func (s *server) findConversations(ctx context.Context, in *conversationWordsInput) (wire.Answer[conversationWordsBody], error) {
	began := s.now()
	found, err := s.searchWritings(ctx, writingsAsked{
		of: fields.EntityConversation, name: "find-conversations", words: in.Q, contact: in.ContactID, filter: filterText(in.Filter),
		limit: in.Limit, cursor: in.Cursor, minSeq: in.MinSeq,
	})
	if err != nil {
		return wire.Answer[conversationWordsBody]{}, err
	}
	hits, err := s.conversationHits(ctx, &found)
	if err != nil {
		return wire.Answer[conversationWordsBody]{}, err
	}
	return wire.Answer[conversationWordsBody]{Body: conversationWordsBody{
		Hits: hits, Total: totalBody{Value: found.Total, Relation: "eq"}, NextCursor: found.next, TookMS: s.elapsed(began), Seq: found.Seq,
	}}, nil
}

// conversationHits writes those of the conversations found that still exist.
func (s *server) conversationHits(ctx context.Context, found *writingsFound) ([]conversationHitBody, error) {
	list, err := conversations.Kind.Many(ctx, s.records, found.refs)
	if err != nil {
		return nil, err
	}
	ration := wire.VisitOf(ctx).Ration()
	shown := taggedFieldsOf(s.records.Schema().Of(fields.EntityConversation))
	hits := make([]conversationHitBody, 0, len(list))
	for i, c := range list {
		if c == nil || found.owners[i] == nil {
			continue
		}
		m, err := s.messageWith(ctx, c.Ordinal, found.Matched)
		if err != nil {
			return nil, err
		}
		if m == nil {
			continue // the conversation was deleted meanwhile
		}
		if err := ration.Spend(weightOfHit(c, m)); err != nil {
			return nil, err
		}
		snippet, _, _ := found.Matched.In(m.Texts()...)
		hits = append(hits, conversationHitBody{
			Conversation: conversationOnWire(c, found.owners[i].ID, shown), Contact: found.onWire(i), Message: messageOnWire(m, c),
			Snippet: snippet.Text, Highlights: snippet.Highlights,
		})
	}
	return hits, nil
}

// weightOfHit is about how many bytes a hit takes.
func weightOfHit(c *conversations.Conversation, m *conversations.Message) int64 {
	const fixed, perAttribute, perFile = 1_500, 60, 200
	n := fixed + len(c.Subject) + len(c.Attributes)*perAttribute + len(m.Text)
	for _, label := range c.Labels {
		n += len(label)
	}
	for _, a := range m.Attachments {
		n += perFile + len(a.URL) + len(a.Name)
	}
	return int64(n)
}

// How far a message is looked for that has what was found.
const (
	newestLooked   = 200     // messages of a conversation
	mostTextLooked = 1 << 18 // bytes of their texts
	firstLooked    = 10      // messages that are read at once, at first
)

// messageWith returns the newest message of a conversation that has all words by which it was found.
// When none of the newest has, it is the one with the most of them. Nil: the conversation is gone.
func (s *server) messageWith(ctx context.Context, conversation uint32, words search.Matched) (best *conversations.Message, err error) {
	looked, read, most := 0, 0, -1
	for w := (ledger.Window{Reverse: true, Limit: firstLooked}); looked < newestLooked && read < mostTextLooked; w.Limit = min(4*w.Limit, newestLooked-looked) {
		list, err := conversations.MessageKind.OwnedBy(ctx, s.records, []uint32{conversation}, w)
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			n, all := words.Has(m.Texts()...)
			if n > most {
				best, most = m, n
			}
			if all {
				return best, nil
			}
			looked, read = looked+1, read+len(m.Text)
		}
		if len(list) < w.Limit {
			break
		}
		last := list[len(list)-1]
		w.After = &ledger.Ref{Owner: last.Owner, Ordinal: last.Ordinal, At: last.At.UnixMilli()}
	}
	return best, nil
}
