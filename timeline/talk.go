package timeline

import (
	"cmp"
	"context"
	"time"

	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/ledger"
)

// begun are the conversations of the people, each where it began.
type begun struct {
	r     *reading
	spans *queue
	parts []Span // that are being read
	read  []*conversations.Conversation
	head  *item
}

// readAtOnce is how many conversations, or messages of one conversation, are read at once.
const readAtOnce = 16

func (r *reading) conversations(spans []Span) source {
	return &begun{r: r, spans: newQueue(spans,
		func(s Span) bool { return r.ahead(s.key()) },
		func(x, y Span) bool { return r.before(x.key(), y.key()) })}
}

func (s Span) key() key { return key{s.Began, rankConversation, uint64(s.Ref.Ordinal)} }

// peek implements source.
func (b *begun) peek(ctx context.Context) (*item, error) {
	for b.head == nil {
		if err := b.fill(ctx); err != nil || len(b.parts) == 0 {
			return nil, err
		}
		if b.read[0] == nil { // it was deleted meanwhile
			b.take()
			continue
		}
		var err error
		if b.head, err = b.show(ctx, b.parts[0], b.read[0]); err != nil {
			return nil, err
		}
	}
	return b.head, nil
}

// fill reads more when there is none at hand.
func (b *begun) fill(ctx context.Context) (err error) {
	if len(b.parts) > 0 || b.spans.Len() == 0 {
		return nil
	}
	var refs []ledger.Ref
	for len(refs) < min(readAtOnce, b.r.limit+1) && b.spans.Len() > 0 {
		s := b.spans.pop()
		b.parts, refs = append(b.parts, s), append(refs, s.Ref)
	}
	b.read, err = conversations.Kind.Many(ctx, b.r.service.store, refs)
	return err
}

// show makes an entry of a conversation. Its author is that of the first message.
func (b *begun) show(ctx context.Context, s Span, c *conversations.Conversation) (*item, error) {
	shown := &item{s.key(), Entry{
		Kind: Conversation, At: time.UnixMilli(s.Began).UTC(), Seq: c.Version, Contact: b.r.people.ids[c.Owner], Conversation: c,
	}}
	list, err := conversations.MessageKind.OwnedBy(ctx, b.r.service.store, []uint32{c.Ordinal}, ledger.Window{Limit: 1})
	if err == nil && len(list) > 0 {
		shown.entry.Author = authorOf(list[0])
	}
	return shown, err
}

// take implements source.
func (b *begun) take() { b.parts, b.read, b.head = b.parts[1:], b.read[1:], nil }

// authorOf is who wrote a message.
func authorOf(m *conversations.Message) ledger.Author {
	return ledger.Author{Source: ledger.Source(m.Author.Kind.String()), Name: m.Author.Name}
}

// said are the messages of the people. A conversation is opened when one of its messages may come
// next: so a page opens those that were at the moment where it begins, and one more at most for each of
// its entries.
type said struct {
	r     *reading
	spans *queue // that are not open, in the order in which they are met
	open  []source
	of    source // that has the head
	head  *item
}

func (r *reading) messages(spans []Span) source {
	return &said{r: r, spans: newQueue(spans,
		func(s Span) bool {
			return r.ahead(key{at: s.Began, rank: rankMessage}) || r.ahead(key{at: s.Ended, rank: rankMessage + 1})
		},
		func(x, y Span) bool { return r.turned(cmp.Compare(r.met(x), r.met(y))) < 0 })}
}

// met is the moment at which a page comes to the messages of a conversation.
func (r *reading) met(s Span) int64 {
	if r.from.Newer {
		return s.Began
	}
	return s.Ended
}

// peek implements source.
func (s *said) peek(ctx context.Context) (*item, error) {
	for s.head == nil {
		if err := s.first(ctx); err != nil {
			return nil, err
		}
		if s.spans.Len() == 0 || s.head != nil && s.r.turned(cmp.Compare(s.r.met(s.spans.list[0]), s.head.key.at)) > 0 {
			return s.head, nil
		}
		s.head = nil
		if err := s.openNext(ctx); err != nil {
			return nil, err
		}
	}
	return s.head, nil
}

// first finds the first message of the open conversations.
func (s *said) first(ctx context.Context) error {
	for _, open := range s.open {
		one, err := open.peek(ctx)
		if err != nil {
			return err
		}
		if one != nil && (s.head == nil || s.r.before(one.key, s.head.key)) {
			s.head, s.of = one, open
		}
	}
	return nil
}

// openNext opens the conversation that is met next.
func (s *said) openNext(ctx context.Context) error {
	span := s.spans.pop()
	list, err := conversations.Kind.Many(ctx, s.r.service.store, []ledger.Ref{span.Ref})
	if err != nil || list[0] == nil { // it was deleted meanwhile
		return err
	}
	in, contact := list[0], s.r.people.ids[list[0].Owner]
	s.open = append(s.open, newWindow(s.r, conversations.MessageKind, rankMessage, []uint32{in.Ordinal}, min(readAtOnce, s.r.limit+1), func(m *conversations.Message) []item {
		return []item{{key{m.At.UnixMilli(), rankMessage, uint64(m.Ordinal)}, Entry{
			Kind: Message, At: m.At, Seq: m.Version, Contact: contact, Author: authorOf(m), Message: m, Conversation: in,
		}}}
	}))
	return nil
}

// take implements source.
func (s *said) take() {
	s.of.take()
	s.head = nil
}
