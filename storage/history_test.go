package storage

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/ledger"
)

// TestHistoryOfAllKindsIsTrimmed removes old values of contacts, companies and probes,
// over several pages, and goes on in every place where a sweep may have been cut off.
func TestHistoryOfAllKindsIsTrimmed(t *testing.T) {
	l := newLab(t)
	ada := l.person(nil)
	acme := &companies.Company{ID: uuid.New(), Name: "Acme", Kept: true}
	l.update(func(tx ledger.Tx) error { return companyKind.Create(tx, acme) })
	p := l.probe(ada, "A")
	last := map[*kind]uint64{} // the newest entry from before
	for i := range 700 {
		within(t, l.Store, func(t *tx) error {
			person, company, other := *ada, *acme, *p
			person.City, company.City, other.Text = fmt.Sprint("c", i), fmt.Sprint("c", i), fmt.Sprint("c", i)
			require.NoError(l.t, t.Update(contactKind, ada, &person))
			require.NoError(l.t, t.Update(companyKind, acme, &company))
			require.NoError(l.t, t.Update(probeKind, p, &other))
			ada, acme, p = &person, &company, &other
			return nil
		})
	}
	for k, version := range map[ledger.AnyKind]uint64{contactKind: ada.Version, companyKind: acme.Version, probeKind: p.Version} {
		last[l.kinds.of(k)] = version
	}
	require.Len(t, last, 3)
	steps := 0
	for from := ledger.HistoryPlace(1); from > 0; steps++ {
		next, removed, err := l.TrimHistory(context.Background(), tester, from, time.Now().Add(time.Hour))
		require.NoError(t, err)
		require.True(t, removed)
		require.True(t, next == 0 || next > from)
		from = next
	}
	require.Greater(t, steps, 1, "it can be cut off")
	for k, seq := range last {
		entries, err := l.History(context.Background(), k.Shape, 1, 0, 10)
		require.NoError(t, err)
		require.Len(t, entries, 1, k.Entity)
		require.Equal(t, seq, entries[0].Seq)
		require.Empty(t, entries[0].Changes, "without its values")
	}
	_, _, err := l.TrimHistory(context.Background(), tester, 9<<32, time.Now())
	require.Error(t, err, "a kind that there is not")
	l.requireSound()
}
