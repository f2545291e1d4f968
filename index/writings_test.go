package index

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/search"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// inbox is a store of people who write, and its index.
type inbox struct {
	t      *testing.T
	store  *storage.Store
	people *contacts.Service
	index  *Index
	last   uint64 // seq of the newest write
}

var agent = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAgent, Name: "Eve"}}

func newInbox(t *testing.T) *inbox {
	t.Helper()
	kinds := []ledger.AnyKind{contacts.Kind, companies.Kind, conversations.Kind, conversations.MessageKind, conversations.HeldKind}
	store, err := storage.Open(context.Background(), storage.Options{Kinds: kinds, Engine: memory.New()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	x, err := Open(t.Context(), Options{Dir: t.TempDir(), Source: store, Kinds: kinds, Pace: patient})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, x.Close(context.Background())) })
	store.Follow(x.Apply)
	return &inbox{t: t, store: store, index: x, people: contacts.NewService(store, companies.Directory{}, nil, nil)}
}

func (b *inbox) person(name string) *contacts.Contact {
	b.t.Helper()
	r, err := b.people.Create(context.Background(), agent, fields.Draft{"name": name})
	require.NoError(b.t, err)
	return r.Contact
}

// talk is a conversation to be written: at are minutes of its messages from a moment on.
type talk struct {
	owner uint32
	team  string
	texts []string
	at    int
}

// dawn is when everything begins.
var dawn = time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)

// write makes conversations and returns their ordinals.
func (b *inbox) write(talks ...talk) (ordinals []uint32) {
	b.t.Helper()
	seq, err := b.store.Update(context.Background(), agent.Author, func(tx ledger.Tx) error {
		ordinals = ordinals[:0]
		for _, t := range talks {
			last := dawn.Add(time.Duration(t.at) * time.Minute)
			c := &conversations.Conversation{
				Owner: t.owner, ID: uuid.New(), Channel: fields.ChannelNamed("email"), Status: conversations.Open, Team: t.team,
				Messages: uint32(len(t.texts)), CreatedAt: last, UpdatedAt: last, LastMessageAt: last,
			}
			if err := conversations.Kind.Create(tx, c); err != nil {
				return err
			}
			ordinals = append(ordinals, c.Ordinal)
			for i, text := range t.texts {
				m := &conversations.Message{
					Owner: c.Ordinal, ID: uuid.New(), At: last.Add(time.Duration(i-len(t.texts)+1) * time.Second), Channel: c.Channel,
					Author: conversations.Author{Kind: conversations.AuthorContact}, Text: text,
				}
				if err := conversations.MessageKind.Create(tx, m); err != nil {
					return err
				}
			}
		}
		return nil
	})
	require.NoError(b.t, err)
	b.last = seq
	return slices.Clone(ordinals)
}

// search asks for all that is found, newest write included.
func (b *inbox) search(q search.WritingQuery) search.WritingAnswer {
	b.t.Helper()
	if q.Limit == 0 {
		q.Limit = 10_000
	}
	q.MinSeq, q.Env = b.last, everyone
	a, err := b.index.SearchWritings(context.Background(), fields.EntityConversation, q)
	require.NoError(b.t, err)
	return a
}

// found are the ordinals of all that is found.
func (b *inbox) found(query string) []uint32 {
	b.t.Helper()
	return b.search(search.WritingQuery{Text: query}).Page.Ordinals
}

func TestConversationsAreFoundByWhatWasWritten(t *testing.T) {
	b := newInbox(t)
	ana, bo := b.person("Ana"), b.person("Bo")
	list := b.write(
		talk{owner: ana.Ordinal, at: 1, texts: []string{"Hello", "Where is my refund for the blue jacket?"}},
		talk{owner: bo.Ordinal, at: 3, texts: []string{"The jacket is late", "and I want a refund"}},
		talk{owner: bo.Ordinal, at: 2, texts: []string{"Two refunds, please", "Grüße"}},
		talk{owner: ana.Ordinal, at: 4, texts: []string{"我要退款吗", "Bestellung 471102"}},
	)
	first, second, third, fourth := list[0], list[1], list[2], list[3]
	for query, want := range map[string][]uint32{
		"refund":          {second, third, first}, // the latest first
		"refund ":         {second, third, first}, // other forms, while there are few
		"REFUND":          {second, third, first},
		"jacket refund":   {first},         // all in one message
		"late refund":     {second},        // in several, when no message has all
		"refnud":          {second, first}, // a typo, when nobody has it
		"grusse":          {third},
		"gruesse":         {third},
		"退款":              {fourth},
		"471102":          {fourth},
		"4711":            {fourth}, // a number may go on
		"471103":          nil,      // and has no typos
		"ref":             {second, third, first},
		"re":              nil,
		"bestellung":      {fourth},
		"refund umbrella": nil,
		"?!":              nil,
		"":                nil,
	} {
		require.Equal(t, want, b.found(query), query)
	}
	a := b.search(search.WritingQuery{Text: "refund", Limit: 2})
	require.EqualValues(t, 3, a.Total)
	require.Equal(t, []uint32{second, third}, a.Page.Ordinals)
	require.Equal(t, []ledger.Ref{{Owner: bo.Ordinal, Ordinal: second}, {Owner: bo.Ordinal, Ordinal: third}}, a.Page.Refs())
	require.Equal(t, b.last, a.Seq)
	a = b.search(search.WritingQuery{Text: "refund", Limit: 2, After: a.Next})
	require.Equal(t, []uint32{first}, a.Page.Ordinals)
	require.Nil(t, a.Next)
}

func TestWordsAreFoundBesideAFilterAndAContact(t *testing.T) {
	b := newInbox(t)
	ana, bo := b.person("Ana"), b.person("Bo")
	list := b.write(
		talk{owner: ana.Ordinal, at: 1, team: "billing", texts: []string{"my refund"}},
		talk{owner: bo.Ordinal, at: 2, team: "care", texts: []string{"my refund"}},
		talk{owner: bo.Ordinal, at: 3, team: "billing", texts: []string{"hello"}},
	)
	team, ok := b.store.Schema().Of(fields.EntityConversation).Field("team")
	require.True(t, ok)
	billing := &filter.Filter{Root: &filter.Group{Rules: []filter.Node{&filter.Rule{Field: team, Operator: filter.Eq, Values: []fields.Value{fields.TextValue("Billing")}}}}}
	require.Equal(t, []uint32{list[0]}, b.search(search.WritingQuery{Text: "refund", Filter: billing}).Page.Ordinals)
	require.Equal(t, []uint32{list[1]}, b.search(search.WritingQuery{Text: "refund", Owners: []uint32{bo.Ordinal}}).Page.Ordinals)
	require.Empty(t, b.search(search.WritingQuery{Text: "refund", Filter: billing, Owners: []uint32{bo.Ordinal}}).Page.Ordinals)
	require.Empty(t, b.search(search.WritingQuery{Text: "refund", Owners: []uint32{}}).Page.Ordinals)

	// A merge moves nothing: the conversations of both are those of the survivor's group.
	r, err := b.people.Merge(t.Context(), agent, ana.ID, bo.ID, 0)
	require.NoError(t, err)
	group := ledger.Ordinals(contacts.Kind, r.Contact)
	require.Len(t, group, 2)
	require.Equal(t, []uint32{list[1], list[0]}, b.search(search.WritingQuery{Text: "refund", Owners: group}).Page.Ordinals)
}

// What belonged to a contact who was deleted is not found from then on, whatever the text has.
func TestWhatADeletedContactWroteIsNotFound(t *testing.T) {
	b := newInbox(t)
	ana, bo := b.person("Ana"), b.person("Bo")
	list := b.write(talk{owner: ana.Ordinal, texts: []string{"my refund"}}, talk{owner: bo.Ordinal, texts: []string{"a refund"}})
	require.Len(t, b.found("refund"), 2)
	_, err := b.people.Delete(t.Context(), agent, ana.ID, 0)
	require.NoError(t, err)
	a, err := b.index.SearchWritings(t.Context(), fields.EntityConversation, search.WritingQuery{Text: "refund", Env: everyone, Limit: 9})
	require.NoError(t, err)
	require.Equal(t, []uint32{list[1]}, a.Page.Ordinals)
	require.EqualValues(t, 1, a.Total)

	differences, err := b.index.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, differences)
	require.NoError(t, b.index.Compact(t.Context()))
}

func TestSearchesInTextsRefuseWhatTheyCannotRead(t *testing.T) {
	b := newInbox(t)
	ask := func(of fields.Entity, q search.WritingQuery) error {
		_, err := b.index.SearchWritings(t.Context(), of, q)
		return err
	}
	require.Equal(t, fault.KindInvalid, fault.KindOf(ask(fields.EntityConversation, search.WritingQuery{Text: strings.Repeat("x", search.MaxText+1)})))
	require.Equal(t, fault.KindInvalid, fault.KindOf(ask(fields.EntityConversation, search.WritingQuery{Text: "x", MinSeq: 99})))
	for _, keys := range [][]fields.Value{nil, {fields.IntValue(1)}, {fields.IntValue(1), fields.IntValue(99)}, {fields.IntValue(1), fields.IntValue(-1)}, {fields.IntValue(1), fields.TextValue("x")}} {
		require.Equal(t, fault.KindInvalid, fault.KindOf(ask(fields.EntityConversation, search.WritingQuery{Text: "x", After: &fields.Position{Keys: keys}})))
	}
	require.Error(t, ask(fields.EntityCompany, search.WritingQuery{Text: "x"}), "companies have no texts")
	require.Error(t, b.index.WaitForWritings(t.Context(), fields.EntityCompany, 0))
	require.NoError(t, b.index.WaitForWritings(t.Context(), fields.EntityConversation, b.store.Head()))
}

// Of two thousand generated conversations, whatever words are asked for: every one with a message
// that has all of them is found, the latest first, and nothing twice on pages.
func TestEveryExactWordIsFound(t *testing.T) {
	b := newInbox(t)
	random := rand.New(rand.NewPCG(15, 12))
	vocabulary := strings.Fields(`order refund invoice delivery jacket shoes late broken thanks hello please address change cancel subscription price discount
		coupon login password account phone screen battery warranty repair store hours pickup return exchange size colour blue red green
		Bestellung Rückgabe Größe Lieferung pedido envío devolución коробка возврат заказ 退款 订单 配送 注文 返品 환불 배송 طلب שלום वापसी คืนเงิน`)
	word := func() string {
		if random.IntN(6) == 0 {
			return fmt.Sprint(random.IntN(3_000))
		}
		return vocabulary[int(float64(len(vocabulary))*random.Float64()*random.Float64())]
	}
	owners := []uint32{b.person("Ana").Ordinal, b.person("Bo").Ordinal, b.person("Cy").Ordinal}
	var talks []talk
	for i := range 2_000 {
		one := talk{owner: owners[i%3], at: random.IntN(100_000)}
		for range 1 + random.IntN(4) {
			var list []string
			for range 1 + random.IntN(9) {
				list = append(list, word())
			}
			one.texts = append(one.texts, strings.Join(list, " "))
		}
		talks = append(talks, one)
	}
	var ordinals []uint32
	for part := range slices.Chunk(talks, 200) {
		ordinals = append(ordinals, b.write(part...)...)
	}
	for range 200 {
		asked := []string{word(), word(), word()}[:1+random.IntN(3)]
		var want []uint32
		for i, one := range talks {
			if slices.ContainsFunc(one.texts, func(text string) bool {
				has := strings.Fields(text)
				return !slices.ContainsFunc(asked, func(w string) bool { return !slices.Contains(has, w) })
			}) {
				want = append(want, ordinals[i])
			}
		}
		at := func(ordinal uint32) int { return talks[slices.Index(ordinals, ordinal)].at }
		found := b.found(strings.Join(asked, " "))
		require.Subset(t, found, want, "%v", asked)
		if len(want) >= 20 {
			require.Len(t, found, len(want), "%v: nothing else is looked for", asked)
		}
		require.True(t, slices.IsSortedFunc(found, func(a, b uint32) int { return at(b) - at(a) }), "%v: the latest first", asked)
		require.Equal(t, found, b.paged(strings.Join(asked, " "), 1+len(found)/3), "%v", asked)
	}
}

// paged are the ordinals of all that is found, page by page.
func (b *inbox) paged(query string, limit int) (all []uint32) {
	b.t.Helper()
	for q := (search.WritingQuery{Text: query, Limit: limit}); ; {
		a := b.search(q)
		all = append(all, a.Page.Ordinals...)
		if q.After = a.Next; q.After == nil {
			return all
		}
	}
}
