package contacts_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// manyChanges is a contact on a disk with 10,000 changes.
func manyChanges(b *testing.B) (service *contacts.Service, c *contacts.Contact, company *ledger.Link) {
	service, store := open(b, filepath.Join(b.TempDir(), "data"))
	b.Cleanup(func() { require.NoError(b, store.Close()) })
	r, err := service.Create(b.Context(), tester, fields.Draft{"name": "Ada", "country": "KE"})
	require.NoError(b, err)
	const changes, together = 10_000, 500
	for i := range changes / together {
		_, err := store.Update(b.Context(), tester, func(tx ledger.Tx) error {
			for n := range together {
				before, err := contacts.Kind.ByID(tx, r.ID)
				if err != nil {
					return err
				}
				after := before.Clone()
				after.City, after.UpdatedAt = fmt.Sprint("Nairobi ", i, n), time.Now().UTC().Truncate(time.Millisecond)
				if err := contacts.Kind.Update(tx, before, after); err != nil {
					return err
				}
			}
			return nil
		})
		require.NoError(b, err)
	}
	c, company, err = service.Get(b.Context(), r.ID)
	require.NoError(b, err)
	return service, c, company
}

// The bars of a contact with 10,000 changes: a page within 5 ms, the past within 50.
func BenchmarkHistoryPage(b *testing.B) {
	service, c, _ := manyChanges(b)
	for name, ask := range map[string]struct {
		field  string
		before uint64
		limit  int
	}{
		"newest 50": {"", 0, 50}, "from the middle": {"", c.Version - 5_000, 50}, "rare field": {"country", 0, 50}, "a thousand": {"", 0, 1_000},
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				_, _, err := service.History(b.Context(), c.ID, ask.field, ask.before, ask.limit)
				require.NoError(b, err)
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1e3, "p99-ms")
		})
	}
}

func BenchmarkPast(b *testing.B) {
	service, c, company := manyChanges(b)
	b.Run("as of the creation", func(b *testing.B) {
		for b.Loop() {
			_, _, err := service.GetAt(b.Context(), c.ID, c.CreatedAt)
			require.NoError(b, err)
		}
	})
	b.Run("provenance", func(b *testing.B) {
		for b.Loop() {
			_, err := service.Provenance(b.Context(), c, company)
			require.NoError(b, err)
		}
	})
}
