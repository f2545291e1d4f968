package storage

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/ledger"
)

// TestWhatIsScannedTogether: where every third record is wanted or more, but not beyond a wide gap.
func TestWhatIsScannedTogether(t *testing.T) {
	from := func(first, step uint32, n int) (list []ledger.Ref) {
		for i := range n {
			list = append(list, ledger.Ref{Ordinal: first + step*uint32(i)})
		}
		return list
	}
	join := func(lists ...[]ledger.Ref) (all []ledger.Ref) {
		for _, list := range lists {
			all = append(all, list...)
		}
		return all
	}
	for name, c := range map[string]struct {
		refs []ledger.Ref
		want int
	}{
		"all":                       {from(1, 1, 100), 100},
		"every third":               {from(1, 3, 100), 100},
		"every fourth":              {from(1, 4, 100), 1},
		"a gap that pays":           {join(from(1, 1, 50), from(70, 1, 50)), 100},
		"a gap that does not":       {join(from(1, 1, 50), from(150, 1, 50)), 50},
		"few behind a gap":          {join(from(1, 1, 50), from(75, 1, 5)), 50},
		"backwards":                 {join(from(100, 1, 5), from(1, 1, 5)), 5},
		"of two owners":             {join(from(1, 1, 5), []ledger.Ref{{Ordinal: 6, Owner: 1}}), 5},
		"none lies beside the next": {from(1, 1_000, 10), 1},
	} {
		require.Equal(t, c.want, runLength(c.refs), name)
	}
}
