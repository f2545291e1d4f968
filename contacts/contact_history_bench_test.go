package contacts_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// changes is how many changes each record of the benchmarks has, and together how many of each are
// in one commit.
const changes, together = 10_000, 500

// manyChanges is a contact on a disk with 10,000 changes, in a company that has had 10,000 at the
// same time.
func manyChanges(b *testing.B) (service *contacts.Service, c *contacts.Contact, company *ledger.Link) {
	dir := filepath.Join(b.TempDir(), "data")
	service, store := open(b, dir)
	r, err := service.Create(b.Context(), tester, fields.Draft{"name": "Ada", "country": "KE", "company": "Maji"})
	require.NoError(b, err)
	for i := range changes / together {
		_, err := store.Update(b.Context(), tester.Author, func(tx ledger.Tx) error {
			for n := range together {
				if err := changeBoth(tx, r, fmt.Sprint("Nairobi ", i, n)); err != nil {
					return err
				}
			}
			return nil
		})
		require.NoError(b, err)
	}
	require.NoError(b, store.Close()) // writes it into tables, which take longer to read than what is in memory
	service, store = open(b, dir)
	b.Cleanup(func() { require.NoError(b, store.Close()) })
	c, company, err = service.Get(b.Context(), r.ID)
	require.NoError(b, err)
	return service, c, company
}

// changeBoth gives a contact and its company another city.
func changeBoth(tx ledger.Tx, r contacts.Result, city string) error {
	now := time.Now().UTC().Truncate(time.Millisecond)
	before, err := contacts.Kind.ByID(tx, r.ID)
	if err != nil {
		return err
	}
	after := before.Clone()
	after.City, after.UpdatedAt = city, now
	if err := contacts.Kind.Update(tx, before, after); err != nil {
		return err
	}
	was, err := companies.Kind.Get(tx, before.Company)
	if err != nil {
		return err
	}
	is := was.Clone()
	is.City, is.UpdatedAt = city, now
	return companies.Kind.Update(tx, was, is)
}

// The bars of a contact with 10,000 changes: a page within 5 ms (p99), the past within 50, also
// where its company has as many.
func BenchmarkHistoryPage(b *testing.B) {
	service, c, _ := manyChanges(b)
	random := rand.New(rand.NewPCG(14, 35))
	for name, ask := range map[string]struct {
		field  string
		before func() uint64
		limit  int
	}{
		"newest 50": {"", newest, 50}, "50 from anywhere": {"", func() uint64 { return c.Version - random.Uint64N(2*changes) }, 50},
		"rare field": {"country", newest, 50}, "a thousand": {"", newest, 1_000},
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				before := ask.before()
				began := time.Now()
				_, _, err := service.History(b.Context(), c.ID, ask.field, before, ask.limit)
				took = append(took, time.Since(began))
				require.NoError(b, err)
			}
			reportP99(b, took)
		})
	}
}

func newest() uint64 { return 0 }

// reportP99 reports the 99th percentile.
func reportP99(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1e3, "p99-ms")
}

func BenchmarkPast(b *testing.B) {
	service, c, company := manyChanges(b)
	for name, ask := range map[string]func() error{
		"as of the creation": func() error {
			_, _, err := service.GetAt(b.Context(), c.ID, c.CreatedAt)
			return err
		},
		"provenance": func() error {
			_, err := service.Provenance(b.Context(), c, company)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				require.NoError(b, ask())
				took = append(took, time.Since(began))
			}
			reportP99(b, took)
		})
	}
}
