package columns

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// hostile are questions that are about the worst that may be asked.
func hostile(b testing.TB) map[string]Question {
	b.Helper()
	var all []fields.Field
	for _, f := range contacts.StandardFields {
		if f.Type != fields.FieldSegment {
			all = append(all, f)
		}
	}
	list := func(n int, rule string) string {
		rules := make([]string, n)
		for i := range rules {
			rules[i] = fmt.Sprintf(rule, string(rune('a'+i%26))+string(rune('a'+i/26)))
		}
		return strings.Join(rules, ",")
	}
	ids := make([]string, 10_000)
	for i := range ids {
		ids[i] = fmt.Sprintf(`"crm-%08d"`, i*97)
	}
	part := `{"field":"email","operator":"contains","value":"%s"}`
	mixed := `{"combinator":"and","rules":[{"field":"email","operator":"contains","value":"%s"},{"field":"country","operator":"ne","value":"KE"}]}`
	return map[string]Question{
		"500 contains":         {Filter: decoded(b, `{"combinator":"or","rules":[`+list(500, part)+`]}`)},
		"240 mixed":            {Filter: decoded(b, `{"combinator":"or","rules":[`+list(240, mixed)+`]}`)},
		"parts of company":     {Filter: decoded(b, `{"combinator":"or","rules":[`+list(200, `{"field":"company.name","operator":"not_contains","value":"%s"}`)+`]}`)},
		"10,000 values":        {Filter: decoded(b, `{"field":"identifier","operator":"not_in","value":[`+strings.Join(ids, ",")+`]}`), Members: true},
		"20 facets":            {Filter: decoded(b, `{"field":"type","operator":"ne","value":"customer"}`), Facets: fields.CountValues(all...)},
		"sorted by company":    {Sort: sortOf("company.name"), Limit: 50},
		"sorted by phone":      {Sort: sortOf("phone"), Limit: 50},
		"sorted by two fields": {Sort: sortOf("country,email"), Limit: 50},
	}
}

// BenchmarkApplyBesideHostileReaders reports how long single changes wait while
// two others ask one of the worst questions all the time.
func BenchmarkApplyBesideHostileReaders(b *testing.B) {
	for name, q := range hostile(b) {
		b.Run(strings.ReplaceAll(name, " ", "_"), func(b *testing.B) {
			sizes(b, func(b *testing.B, t *Tables) {
				q.Env = env
				ctx, stop := context.WithCancel(b.Context())
				var reading sync.WaitGroup
				asked := 0
				for i := range 2 {
					reading.Go(func() {
						for ctx.Err() == nil {
							if _, err := t.Ask(ctx, q); err != nil && ctx.Err() == nil {
								b.Error(err)
								return
							}
							if i == 0 {
								asked++
							}
						}
					})
				}
				var waits []time.Duration
				for b.Loop() {
					c := person(uint32(len(waits)%100_000 + 1))
					c.City = fmt.Sprint("City ", len(waits)%3000)
					time.Sleep(time.Millisecond)
					began := time.Now()
					t.Apply([]ledger.Change{{Seq: t.Seq() + 1, Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: c.Ordinal, Record: c}})
					waits = append(waits, time.Since(began))
				}
				stop()
				reading.Wait()
				slices.Sort(waits)
				b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "ms/p50")
				b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "ms/p99")
				b.ReportMetric(float64(waits[len(waits)-1].Microseconds())/1000, "ms/max")
				b.ReportMetric(float64(asked), "asked")
			})
		})
	}
}
