package columns

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// talksEach is how many conversations a contact of the benchmarks has, on average.
const talksEach = 5

// benchTalk makes a conversation, always the same: of the last three years, with one of the people,
// of whom some write much more than others, a third of them on WhatsApp.
func benchTalk(ordinal uint32, people int) *conversations.Conversation {
	r := rand.New(rand.NewPCG(uint64(ordinal), 11))
	began := env.Now.Add(-time.Duration(r.Int64N(int64(3 * 365 * 24 * time.Hour)))).Truncate(time.Millisecond)
	last := began.Add(time.Duration(r.Int64N(int64(72 * time.Hour))))
	c := &conversations.Conversation{
		Ordinal: ordinal, Owner: uint32(float64(people)*r.Float64()*r.Float64()) + 1, ID: uuid.New(),
		Channel: fields.Channel(len(fields.Channels) - int(float64(len(fields.Channels))*r.Float64()*r.Float64())), Status: conversations.Resolved,
		Priority: conversations.Priority(r.IntN(5)), Assignee: fmt.Sprintf("Agent %d", r.IntN(200)), Team: fmt.Sprintf("Team %d", r.IntN(12)),
		Messages: uint32(2 + r.IntN(6)), Inbound: uint32(1 + r.IntN(4)),
		CreatedAt: began, UpdatedAt: last, LastMessageAt: last, LastInboundAt: last.Add(-time.Hour), FirstReplyAt: began.Add(time.Hour), LastReplyAt: last, ResolvedAt: last,
	}
	if r.IntN(5) == 0 {
		c.Status, c.ResolvedAt = conversations.Open, time.Time{}
	}
	if r.IntN(3) == 0 {
		c.Satisfaction = uint8(1 + r.IntN(5))
	}
	if r.IntN(2) == 0 {
		c.Labels = []string{fmt.Sprintf("label %d", int(300*r.Float64()*r.Float64()))}
	}
	return c
}

// talked are tables of n people and their conversations, and the bytes of a conversation.
type talked struct {
	tables *Tables
	bytes  float64
}

var talkedTables = map[int]talked{}

// benchTalks makes tables of n people and their conversations once.
func benchTalks(n int) talked {
	benchLock.Lock()
	defer benchLock.Unlock()
	if known, found := talkedTables[n]; found {
		return known
	}
	t := NewTables(contacts.Kind, companies.Kind, conversations.Kind)
	inPages(n, func(i uint32) ledger.Record { return person(i) }, func(page []ledger.Record) { t.Fill(contacts.Kind, page...) })
	without := heapInUse()
	inPages(n*talksEach, func(i uint32) ledger.Record { return benchTalk(i, n) }, func(page []ledger.Record) { t.Fill(conversations.Kind, page...) })
	known := talked{t, float64(heapInUse()-without) / float64(n*talksEach)}
	talkedTables[n] = known
	return known
}

// inPages gives the records of the ordinals from 1 to n to fill, a thousand at once.
func inPages(n int, record func(uint32) ledger.Record, fill func([]ledger.Record)) {
	for page := range slices.Chunk(ordinalsTo(n), 1000) {
		records := make([]ledger.Record, len(page))
		for i, ordinal := range page {
			records[i] = record(ordinal)
		}
		fill(records)
	}
}

func ordinalsTo(n int) []uint32 {
	list := make([]uint32, n)
	for i := range list {
		list[i] = uint32(i + 1)
	}
	return list
}

// heapInUse is the memory that is reachable.
func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// benchAsk asks a question again and again, as the server does, and reports the median and the
// 99th percentile.
func benchAsk(b *testing.B, of fields.Entity, rules string) {
	schema := ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind, conversations.Kind)
	f, err := filter.Decoder{Schema: schema, Of: of}.Decode([]byte(`{"combinator":"and","rules":[`+rules+`]}`), "filter")
	require.NoError(b, err)
	for _, n := range []int{100_000, 1_000_000} {
		if n > 100_000 && testing.Short() {
			continue
		}
		b.Run(fmt.Sprintf("%dk", n/1000), func(b *testing.B) {
			known := benchTalks(n)
			var took []time.Duration
			var count uint64
			b.ResetTimer()
			for b.Loop() {
				start := time.Now()
				a, err := known.tables.Ask(context.Background(), Question{Of: of, Filter: f, Env: env})
				took = append(took, time.Since(start))
				require.NoError(b, err)
				count = a.Count
			}
			slices.Sort(took)
			b.ReportMetric(float64(count), "rows")
			b.ReportMetric(known.bytes, "B/conversation")
			b.ReportMetric(took[len(took)/2].Seconds()*1e3, "p50-ms")
			b.ReportMetric(took[len(took)*99/100].Seconds()*1e3, "p99-ms")
		})
	}
}

// BenchmarkContactsByTheirConversations: at least two on WhatsApp in 30 days.
func BenchmarkContactsByTheirConversations(b *testing.B) {
	benchAsk(b, fields.EntityContact, `{"field":"conversations","operator":"count_gte","value":2,"where":{"combinator":"and","rules":[
		{"field":"channel","operator":"eq","value":"whatsapp"},{"field":"last_message_at","operator":"within_last","value":"P30D"}]}}`)
}

// BenchmarkContactsWithoutConversations: none on WhatsApp ever, which most of them pass.
func BenchmarkContactsWithoutConversations(b *testing.B) {
	benchAsk(b, fields.EntityContact, `{"field":"conversations","operator":"none","where":{"combinator":"and","rules":[{"field":"channel","operator":"eq","value":"whatsapp"}]}}`)
}

// BenchmarkConversationsFiltered: the open ones of a year, of some teams.
func BenchmarkConversationsFiltered(b *testing.B) {
	benchAsk(b, fields.EntityConversation, `{"field":"status","operator":"eq","value":"open"},{"field":"last_message_at","operator":"within_last","value":"P1Y"},
		{"field":"team","operator":"in","value":["Team 1","Team 2","Team 3"]}`)
}
