package perf

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// changes measures what a change of the columns takes, and their memory: last,
// for it gives them up.
func changes() []Measurement {
	return []Measurement{
		{Name: "change", What: "one contact changed in the columns: city and last seen", Unit: Microseconds, Run: runChange},
		{Name: "columns-memory", What: "heap of the columns a contact", Unit: Bytes, Run: runColumnsMemory},
		{
			Name: "campaign-events-memory", What: "heap of the columns a campaign event", Unit: Bytes,
			Floor: Bar{P50: 32}, Goal: Bar{P50: 16}, Run: runEventsMemory,
		},
	}
}

// changed is how many contacts are changed in turn.
const changed = 4096

func runChange(ctx context.Context, s *Subject) (Result, error) {
	table := s.columns()
	random := rand.New(rand.NewPCG(1, uint64(s.contacts)))
	people := make([]*contacts.Contact, changed)
	for i := range people {
		n := random.IntN(s.contacts)
		person := s.people.Person(n)
		people[i] = s.contact(uint32(n+1), &person)
	}
	cities := []string{"Nairobi", "Porto", "Kraków", "Lima"}
	// The store names the fields that an update has changed, and the columns look at no others.
	change := []ledger.Change{{Entity: fields.EntityContact, Op: ledger.OpUpdate, Fields: []string{"city", "last_seen_at"}}}
	return sample(ctx, s, time.Microsecond, func(i int) error {
		c := people[i%changed]
		c.City, c.LastSeenAt = cities[i%len(cities)], s.env.Now.Add(-time.Duration(i)*time.Second)
		change[0].Seq, change[0].Ordinal, change[0].Record = table.Seq()+1, c.Ordinal, c
		table.Apply(change)
		return nil
	})
}

func runColumnsMemory(_ context.Context, s *Subject) (Result, error) {
	s.columns()
	with := heap()
	s.table = nil
	without := heap()
	return single(float64(with-min(with, without))/float64(s.contacts), ""), nil
}

// filledFields are fields of which nobody has asked before when they changed.
var filledFields = []string{"country", "city", "attributes.tier", "attributes.mrr", "attributes.health"}

// runChangedFill asks when fields have changed, each for the first time.
func runChangedFill(ctx context.Context, s *Subject) (Result, error) {
	a, err := s.loaded(ctx)
	if err != nil {
		return Result{}, err
	}
	var took []time.Duration
	for _, name := range filledFields {
		rule := fmt.Sprintf(`{"field":"changed.%s","operator":"within_last","value":"P1D"}`, name)
		f, err := filter.Decoder{Schema: a.Store.Schema()}.Decode([]byte(group(rule)), "filter")
		if err != nil {
			return Result{}, err
		}
		start := time.Now()
		if _, _, err := a.Index.Members(ctx, f, s.env); err != nil {
			return Result{}, err
		}
		took = append(took, time.Since(start))
	}
	return distribution(took, time.Second), nil
}
