package columns

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// The benchmarks run over people with 22 fields: 15 standard ones and seven
// attributes, skewed and with missing values like real ones.
var benchSchema = ledger.NewSchema(fields.DefaultSettings(), []*fields.AttributeDefinition{
	{Number: 1, Key: "mrr", Type: fields.AttributeCurrency, Currency: "USD"},
	{Number: 2, Key: "score", Type: fields.AttributeNumber},
	{Number: 3, Key: "tier", Type: fields.AttributeList, Options: []string{"Gold", "Silver", "Bronze"}},
	{Number: 4, Key: "renewal", Type: fields.AttributeDate},
	{Number: 5, Key: "newsletter", Type: fields.AttributeCheckbox},
	{Number: 6, Key: "website", Type: fields.AttributeLink},
	{Number: 7, Key: "note", Type: fields.AttributeText},
}, contacts.Kind, companies.Kind)

var countries = strings.Fields("KE TZ UG RW ET NG GH ZA EG MA US CA MX BR AR CL DE FR IT ES PT NL BE SE NO DK FI PL CZ AT CH GB IE IN PK BD CN JP KR AU NZ TR SA AE IL")

// person makes the contact of an ordinal, always the same.
func person(ordinal uint32) *contacts.Contact {
	r := rand.New(rand.NewPCG(uint64(ordinal), 7))
	skewed := func(n int) int { return int(float64(n) * r.Float64() * r.Float64() * r.Float64()) }
	first, last := fmt.Sprintf("First%d", skewed(4000)), fmt.Sprintf("Lást%d", skewed(20000))
	var id uuid.UUID
	for i := range id {
		id[i] = byte(r.Uint32())
	}
	made := time.UnixMilli(1_600_000_000_000 + int64(ordinal)*1000).UTC()
	c := &contacts.Contact{
		Ordinal: ordinal, ID: id, Type: contacts.Types[skewed(3)],
		Name: first + " " + last, FirstName: first, LastName: last,
		Email:      fmt.Sprintf("%s.%s.%d@example.com", first, last, ordinal),
		Phone:      fmt.Sprintf("+2547%08d", ordinal),
		Identifier: fmt.Sprintf("crm-%08d", ordinal),
		Country:    countries[skewed(len(countries))],
		City:       fmt.Sprintf("City %d", skewed(3000)),
		Company:    uint32(skewed(20000)),
		Channels:   []string{fields.Channels[skewed(14)]},
		CreatedAt:  made, UpdatedAt: made.Add(time.Duration(r.IntN(1000)) * time.Hour),
	}
	if r.IntN(4) > 0 {
		c.LastSeenAt = made.Add(time.Duration(r.IntN(200_000)) * time.Hour / 4)
	}
	for range skewed(4) {
		c.Labels = append(c.Labels, fmt.Sprintf("label %d-%d", len(c.Labels), skewed(40)))
	}
	put := func(number uint32, v fields.Value) {
		if r.IntN(3) > 0 {
			c.Attributes = append(c.Attributes, fields.Attribute{Number: number, Value: v})
		}
	}
	put(1, fields.IntValue(int64(skewed(1_000_000))))
	put(2, fields.NumberValue(float64(skewed(1000))/10))
	put(3, fields.TextValue([]string{"Gold", "Silver", "Bronze"}[skewed(3)]))
	put(4, fields.IntValue(int64(20000+r.IntN(1000))))
	put(5, fields.BoolValue(r.IntN(2) == 0))
	put(6, fields.TextValue(fmt.Sprintf("https://example.com/%d", skewed(50000))))
	put(7, fields.TextValue(fmt.Sprintf("Note %d", skewed(500))))
	return c
}

var benchTables = map[int]*Tables{}
var benchLock sync.Mutex

// benchTable makes a table of n people once.
func benchTable(b *testing.B, n int) *Tables {
	b.Helper()
	benchLock.Lock()
	defer benchLock.Unlock()
	if benchTables[n] == nil {
		t := newTables(gramBatch)
		var firms []*companies.Company
		for i := range uint32(20001) {
			firms = append(firms, &companies.Company{Ordinal: i + 1, ID: uuid.New(), Name: fmt.Sprintf("Company %d", i+1)})
		}
		fill(t, firms, nil)
		page := make([]*contacts.Contact, 0, 1000)
		for i := 1; i <= n; i++ {
			if page = append(page, person(uint32(i))); len(page) == cap(page) || i == n {
				fill(t, nil, page)
				page = page[:0]
			}
		}
		benchTables[n] = t
	}
	return benchTables[n]
}

func sizes(b *testing.B, f func(b *testing.B, t *Tables)) {
	for _, n := range []int{100_000, 1_000_000} {
		if n > 100_000 && testing.Short() {
			continue
		}
		b.Run(fmt.Sprintf("%dk", n/1000), func(b *testing.B) {
			t := benchTable(b, n)
			b.ReportAllocs()
			b.ResetTimer()
			f(b, t)
		})
	}
}

func decoded(b testing.TB, rules string) *filter.Filter {
	b.Helper()
	f, err := filter.Decoder{Schema: benchSchema}.Decode([]byte(`{"combinator":"and","rules":[`+rules+`]}`), "filter")
	if err != nil {
		b.Fatal(err)
	}
	return f
}

const equalities = `{"field":"type","operator":"eq","value":"visitor"},
	{"field":"country","operator":"eq","value":"KE"},
	{"field":"attributes.tier","operator":"eq","value":"Gold"}`

const ranges = `{"field":"attributes.mrr","operator":"between","value":[100,2000]},
	{"field":"last_seen_at","operator":"within_last","value":"P4Y"}`

func benchCount(b *testing.B, rules string) { countOf(b, decoded(b, rules)) }

func countOf(b *testing.B, f *filter.Filter) {
	sizes(b, func(b *testing.B, t *Tables) {
		var n uint64
		for b.Loop() {
			t.View(func(v *View) { n = v.Count(f, env) })
		}
		b.ReportMetric(float64(n), "rows")
	})
}

func benchIDs(b *testing.B, rules string) {
	f := decoded(b, rules)
	sizes(b, func(b *testing.B, t *Tables) {
		var ids []uint32
		for b.Loop() {
			t.View(func(v *View) { ids = v.Evaluate(f, env).ToArray() })
		}
		b.ReportMetric(float64(len(ids)), "rows")
	})
}

func BenchmarkCountOfThreeEqualities(b *testing.B) { benchCount(b, equalities) }

// BenchmarkPassing asks which of a thousand filters one contact passes.
func BenchmarkPassing(b *testing.B) {
	roots := make([]filter.Node, 1000)
	for i := range roots {
		roots[i] = decoded(b, fmt.Sprintf(`%s,%s,{"combinator":"or","rules":[{"field":"name","operator":"contains","value":"a%d"},
			{"field":"company.name","operator":"eq","value":"Company %d"},{"field":"city","operator":"ne","value":"x"}]}`, equalities, ranges, i, i)).Root
	}
	repeated := filter.Repeated(&filter.Group{Rules: roots})
	sizes(b, func(b *testing.B, t *Tables) {
		for i := uint32(1); b.Loop(); i++ {
			if _, err := t.Passing(b.Context(), i%100_000, roots, repeated, env); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkIDsOfEqualitiesAndRanges(b *testing.B) { benchIDs(b, equalities+","+ranges) }

func BenchmarkIDsOfRanges(b *testing.B) { benchIDs(b, ranges) }

func BenchmarkCountOfAnyRange(b *testing.B) {
	benchCount(b, `{"field":"attributes.mrr","operator":"gte","value":3000},{"combinator":"or","rules":[
		{"field":"attributes.score","operator":"lt","value":5},{"field":"last_seen_at","operator":"not_within_last","value":"P90D"}]}`)
}

func BenchmarkCountOfNeither(b *testing.B) {
	benchCount(b, `{"field":"type","operator":"ne","value":"lead"},{"field":"country","operator":"ne","value":"KE"}`)
}

func BenchmarkIDsOfThirtyPercent(b *testing.B) {
	benchIDs(b, `{"field":"attributes.mrr","operator":"gt","value":1000}`)
}

func BenchmarkCountOfARandomShare(b *testing.B) {
	benchCount(b, `{"field":"random_bucket","operator":"lt","value":1000,"salt":"spring"}`)
}

func BenchmarkCountOfAMonth(b *testing.B) {
	benchCount(b, `{"field":"last_seen_at","operator":"in_last","value":"month"}`)
}

func BenchmarkCountOfAnniversaries(b *testing.B) {
	benchCount(b, `{"field":"last_seen_at","operator":"anniversary_within","value":"P7D"}`)
}

// BenchmarkAnniversariesOfBirthdays: a block of the birthdays of a century.
func BenchmarkAnniversariesOfBirthdays(b *testing.B) {
	var block numberBlock
	for row := range blockRows {
		block.set(uint16(row), int64(row*7%36_525-20_000))
	}
	r := decoded(b, `{"field":"attributes.renewal","operator":"anniversary_within","value":"P7D"}`).Root.Rules[0].(*filter.Rule)
	words := make([]uint64, blockWords)
	for b.Loop() {
		clear(words)
		least, most := block.extremes()
		block.inSpans(least, most, r.Anniversaries(env).Spans(least, most), words)
	}
}

// BenchmarkCrossings: the moments at which the windows of 1,000 watched segments have turned.
func BenchmarkCrossings(b *testing.B) {
	var rules []string
	for i := range 1_000 {
		at := env.Now.AddDate(0, 0, -7-i).UTC()
		rules = append(rules, fmt.Sprintf(`{"field":"last_seen_at","operator":"between","value":[%q,%q]}`,
			at.Format(time.RFC3339), at.Add(4*time.Second).Format(time.RFC3339)))
	}
	group := &filter.Group{Or: true}
	for part := range slices.Chunk(rules, 500) {
		group.Rules = append(group.Rules, decoded(b, strings.Join(part, ",")).Root.Rules...)
	}
	countOf(b, &filter.Filter{Root: group})
}

func BenchmarkContainsInName(b *testing.B) {
	benchCount(b, `{"field":"name","operator":"contains","value":"last123"}`)
}

func BenchmarkPartsOfTexts(b *testing.B) {
	for _, part := range []struct{ field, operator, text string }{
		{"name", "contains", "t12"},
		{"name", "contains", "t123 l"},
		{"name", "starts_with", "first12"},
		{"email", "contains", "com"},
		{"email", "contains", "777"},
		{"email", "contains", "98765"},
		{"email", "contains", "example.com"},
		{"email", "ends_with", "@example.org"},
		{"email", "contains", "12"},
	} {
		b.Run(strings.Join([]string{part.field, part.operator, part.text}, " "), func(b *testing.B) {
			benchCount(b, fmt.Sprintf(`{"field":%q,"operator":%q,"value":%q}`, part.field, part.operator, part.text))
		})
	}
}

func BenchmarkCompanyName(b *testing.B) {
	benchCount(b, `{"field":"company.name","operator":"starts_with","value":"company 1"}`)
}

func BenchmarkCountOfNumbers(b *testing.B) {
	values := make([]string, 100)
	for i := range values {
		values[i] = fmt.Sprint(i)
	}
	benchCount(b, `{"field":"attributes.score","operator":"in","value":[`+strings.Join(values, ",")+`]}`)
}

func benchFacets(b *testing.B, rules string, names ...string) {
	var f *filter.Filter
	if rules != "" {
		f = decoded(b, rules)
	}
	var all []fields.Field
	for _, name := range names {
		field, ok := benchSchema.Field(name)
		if !ok {
			b.Fatal(name)
		}
		all = append(all, field)
	}
	sizes(b, func(b *testing.B, t *Tables) {
		for b.Loop() {
			var finish func() []fields.Facet
			t.View(func(v *View) { finish = v.Facets(v.Evaluate(f, env), fields.CountValues(all...)) })
			finish()
		}
	})
}

func BenchmarkFourFacetsOfEveryone(b *testing.B) {
	benchFacets(b, "", "type", "country", "city", "labels")
}

func BenchmarkFourFacetsOfMost(b *testing.B) {
	benchFacets(b, `{"field":"type","operator":"ne","value":"customer"}`, "type", "country", "city", "labels")
}

func BenchmarkFacetOfDistinctTexts(b *testing.B) { benchFacets(b, "", "email") }

func BenchmarkFacetOfNumbers(b *testing.B) { benchFacets(b, "", "attributes.mrr") }

func benchPage(b *testing.B, names ...string) {
	order := sortOf(strings.Join(names, ","))
	sizes(b, func(b *testing.B, t *Tables) {
		for b.Loop() {
			t.View(func(v *View) {
				if _, _, err := v.Page(v.Evaluate(nil, env), order, nil, 50); err != nil {
					b.Fatal(err)
				}
			})
		}
	})
}

func BenchmarkPageByName(b *testing.B)        { benchPage(b, "name") }
func BenchmarkPageByCountryName(b *testing.B) { benchPage(b, "country", "name") }
func BenchmarkPageByOption(b *testing.B)      { benchPage(b, "-attributes.tier") }
func BenchmarkPageByInstant(b *testing.B)     { benchPage(b, "-last_seen_at") }

func BenchmarkPerson(b *testing.B) {
	sizes(b, func(b *testing.B, t *Tables) {
		t.View(func(v *View) {
			size := uint32(v.Size())
			row := uint32(1)
			for b.Loop() {
				if v.Person(row).Name == "" {
					b.Fatal("no name")
				}
				row = (row+7919)%size + 1
			}
		})
	})
}

// BenchmarkOneContactChanged changes two fields of random contacts.
func BenchmarkOneContactChanged(b *testing.B) { benchmarkChange(b, nil) }

// BenchmarkOneContactChangedAsTold is the same with what the store tells of each update.
func BenchmarkOneContactChangedAsTold(b *testing.B) { benchmarkChange(b, []string{"city"}) }

func benchmarkChange(b *testing.B, told []string) {
	sizes(b, func(b *testing.B, t *Tables) {
		r := rand.New(rand.NewPCG(1, 1))
		size := int(t.Size())
		people := make([]*contacts.Contact, 4096)
		for i := range people {
			people[i] = person(uint32(r.IntN(size) + 1))
		}
		changes := make([]ledger.Change, 1)
		i := 0
		b.ResetTimer()
		for b.Loop() {
			c := people[i%len(people)]
			c.UpdatedAt = c.UpdatedAt.Add(time.Second)
			c.City = fmt.Sprintf("City %d", i%3000)
			changes[0] = ledger.Change{Seq: t.seq + 1, Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: c.Ordinal, Record: c, Fields: told}
			t.Apply(changes)
			i++
		}
	})
}

func BenchmarkFill(b *testing.B) {
	page := make([]*contacts.Contact, 1000)
	t := newTables(gramBatch)
	n := uint32(0)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		for i := range page {
			n++
			page[i] = person(n)
		}
		b.StartTimer()
		fill(t, nil, page)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/contact")
}

// BenchmarkCheckpoint also reports the longest that a writer waited for the
// lock meanwhile.
func BenchmarkCheckpoint(b *testing.B) {
	sizes(b, func(b *testing.B, t *Tables) {
		var written int
		var worst time.Duration
		for b.Loop() {
			written = 0
			done := make(chan struct{})
			var writer sync.WaitGroup
			writer.Go(func() {
				for {
					start := time.Now()
					t.Advance(0)
					worst = max(worst, time.Since(start))
					select {
					case <-done:
						return
					default:
						runtime.Gosched()
					}
				}
			})
			if _, err := t.Checkpoint(writerFunc(func(p []byte) (int, error) { written += len(p); return len(p), nil })); err != nil {
				b.Fatal(err)
			}
			close(done)
			writer.Wait()
		}
		b.ReportMetric(float64(written)/(1<<20), "MiB")
		b.ReportMetric(worst.Seconds()*1000, "ms-worst-wait")
	})
}

func BenchmarkLoad(b *testing.B) {
	sizes(b, func(b *testing.B, t *Tables) {
		var file bytes.Buffer
		if _, err := t.Checkpoint(&file); err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		for b.Loop() {
			if _, err := load(bytes.NewReader(file.Bytes())); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkMemory reports how many bytes a contact takes.
func BenchmarkMemory(b *testing.B) {
	sizes(b, func(b *testing.B, t *Tables) {
		var file bytes.Buffer
		if _, err := t.Checkpoint(&file); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			before := heap()
			loaded, err := load(bytes.NewReader(file.Bytes()))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(heap()-before)/float64(loaded.Size()), "B/contact")
		}
	})
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Size is the number of contacts.
func (t *Tables) Size() (size uint64) {
	t.View(func(v *View) { size = v.Size() })
	return size
}
