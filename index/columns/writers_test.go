package columns

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// countingWriter changes people at random and knows how many pass a filter after
// every change, by filter.Match.
type countingWriter struct {
	table  *Tables
	filter *filter.Filter
	random *rand.Rand

	companies []*companies.Company
	people    map[uint32]*contacts.Contact

	mu     sync.Mutex
	counts []uint64 // by sequence number
}

func newCountingWriter(people int, f *filter.Filter) *countingWriter {
	w := &countingWriter{
		table: newTables(64), filter: f, random: rand.New(rand.NewPCG(1, 2)), people: map[uint32]*contacts.Contact{}, counts: []uint64{0},
	}
	for i := range uint32(20) {
		w.companies = append(w.companies, &companies.Company{Ordinal: i + 1, Name: fmt.Sprintf("Company %d", i+1)})
		w.apply(ledger.Change{Entity: fields.EntityCompany, Op: ledger.OpCreate, Ordinal: i + 1, Record: w.companies[i]}, w.last())
	}
	for i := range people {
		w.put(uint32(i+1), person(uint32(i+1)))
	}
	return w
}

func (w *countingWriter) last() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts[len(w.counts)-1]
}

// changes is how many were made.
func (w *countingWriter) changes() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.counts) - 1
}

// apply applies one change, after which count contacts pass the filter.
func (w *countingWriter) apply(c ledger.Change, count uint64) {
	w.mu.Lock()
	c.Seq = uint64(len(w.counts))
	w.counts = append(w.counts, count)
	w.mu.Unlock()
	w.table.Apply([]ledger.Change{c})
}

func (w *countingWriter) passes(c *contacts.Contact) uint64 {
	if c != nil && filter.Match(w.filter.Root, contacts.Kind.Facts(c, companies.Kind.Facts(w.companies[c.Company-1])), env) {
		return 1
	}
	return 0
}

// put writes a contact, nil deletes it.
func (w *countingWriter) put(ordinal uint32, c *contacts.Contact) {
	change := ledger.Change{Entity: fields.EntityContact, Op: ledger.OpDelete, Ordinal: ordinal}
	if c != nil {
		c.Ordinal, c.Company = ordinal, 1+c.Company%20
		change.Op, change.Record = ledger.OpUpdate, c
	}
	count := w.last() - w.passes(w.people[ordinal]) + w.passes(c)
	w.people[ordinal] = c
	w.apply(change, count)
}

// rename gives a company another name.
func (w *countingWriter) rename(i int) {
	company := &companies.Company{Ordinal: uint32(i + 1), Name: fmt.Sprintf("Company %d", w.random.IntN(40))}
	w.companies[i] = company
	count := uint64(0)
	for _, c := range w.people {
		count += w.passes(c)
	}
	w.apply(ledger.Change{Entity: fields.EntityCompany, Op: ledger.OpUpdate, Ordinal: company.Ordinal, Record: company}, count)
}

// step makes a random change.
func (w *countingWriter) step() {
	ordinal := uint32(1 + w.random.IntN(len(w.people)))
	switch w.random.IntN(40) {
	case 0:
		w.rename(w.random.IntN(20))
	case 1, 2, 3:
		w.put(ordinal, nil)
	default:
		w.put(ordinal, person(ordinal+uint32(w.random.IntN(5_000))))
	}
}

// TestQuestionsBesideWritersAreExact asks long questions beside a writer and
// checkpoints, under a deadline: every count is that of the change that it says
// it reflects. The race detector watches.
func TestQuestionsBesideWritersAreExact(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	f := decoded(t, `{"combinator":"or","rules":[
		{"combinator":"and","rules":[{"field":"email","operator":"contains","value":"1"},{"field":"company.name","operator":"contains","value":"2"}]},
		{"combinator":"and","rules":[{"field":"attributes.score","operator":"in","value":[1,2,3,4,5,6,7,8,9]},{"field":"labels","operator":"exists"}]},
		{"combinator":"and","rules":[{"field":"city","operator":"not_contains","value":"1"},{"field":"attributes.mrr","operator":"gt","value":100},
			{"field":"last_seen_at","operator":"exists"},{"field":"name","operator":"contains","value":"12"}]}]}`)
	w := newCountingWriter(3000, f)
	w.table.limits.quick, w.table.limits.pause, w.table.limits.texts = 0, 500, 100
	country, _ := benchSchema.Field("country")
	score, _ := benchSchema.Field("attributes.score")
	email, _ := benchSchema.Field("email")

	const wanted, written = 30, 200 // answers of each, and changes beside them
	before := w.changes()
	var running, asking sync.WaitGroup
	stop := make(chan struct{})
	loop := func(step func()) {
		running.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					step()
				}
			}
		})
	}
	loop(w.step)
	loop(func() {
		var file bytes.Buffer
		if _, err := w.table.Checkpoint(&file); err != nil {
			t.Error(err)
		}
	})
	for range 3 {
		asking.Go(func() {
			for n := 0; n < wanted || w.changes() < before+written; n++ {
				a, err := w.table.Ask(ctx, Question{Filter: f, Env: env, Facets: fields.CountValues(country, score, email), Sort: sortOf("-city"), Limit: 5})
				if err != nil {
					t.Error(err)
					return
				}
				w.mu.Lock()
				count := w.counts[a.Seq]
				w.mu.Unlock()
				if a.Count != count {
					t.Errorf("%d, but %d pass after change %d", a.Count, count, a.Seq)
				}
				everyone := Question{Of: fields.EntityCompany, Members: true, Facets: fields.CountValues(fields.Field{Name: "name"})}
				if of, err := w.table.Ask(ctx, everyone); err != nil || of.Count != 20 || of.Facets[0].Missing > 0 {
					t.Errorf("there are 20 companies with a name: %v, %v", of, err)
				}
				for _, facet := range a.Facets {
					sum := facet.Missing + facet.Other
					for _, v := range facet.Values {
						sum += v.Count
					}
					if sum != count {
						t.Errorf("the facet of %s counts %d of %d", facet.Field.Name, sum, count)
					}
				}
			}
		})
	}
	answered := make(chan struct{})
	go func() { asking.Wait(); close(answered) }()
	select {
	case <-answered:
	case <-ctx.Done():
		t.Error("questions, writers and checkpoints wait for each other")
	}
	close(stop)
	running.Wait()
	require.GreaterOrEqual(t, w.changes(), before+written, "the writer went on")
}
