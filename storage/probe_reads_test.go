package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

// TestReadsOfAnyKind reads neighbours, which are scanned, strangers and those that are
// not there.
func TestReadsOfAnyKind(t *testing.T) {
	l := newLab(t)
	ada, ben := l.person(nil), l.person(nil)
	var refs []ledger.Ref
	all := map[ledger.Ref]*probe{}
	for i := range 100 {
		p := l.probe([]*contacts.Contact{ada, ben}[i/10%2], fmt.Sprint(i))
		ref := ledger.Ref{Owner: p.Owner, Ordinal: p.Ordinal}
		if i%7 == 3 {
			within(t, l.Store, func(t *tx) error { return t.Delete(probeKind, p) })
			p = nil
		}
		refs, all[ref] = append(refs, ref), p
	}
	ctx := context.Background()
	for name, order := range map[string]func(a, b ledger.Ref) int{
		"made": func(a, b ledger.Ref) int { return cmp.Compare(a.Ordinal, b.Ordinal) },
		"owner": func(a, b ledger.Ref) int {
			return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Ordinal, b.Ordinal))
		},
		"back": func(a, b ledger.Ref) int { return cmp.Compare(b.Ordinal, a.Ordinal) },
	} {
		slices.SortFunc(refs, order)
		found, err := probeKind.Many(ctx, l.Store, refs)
		require.NoError(t, err)
		for i, ref := range refs {
			require.Equal(t, all[ref], found[i], "%s %v", name, ref)
		}
	}
	wrong, err := probeKind.Many(ctx, l.Store, []ledger.Ref{{Owner: ben.Ordinal, Ordinal: 1}, {Ordinal: 1}})
	require.NoError(t, err)
	require.Equal(t, []*probe{nil, nil}, wrong, "it is another's")

	var scanned []ledger.Ref
	for from := (ledger.Ref{Owner: ada.Ordinal}); ; {
		page, err := probeKind.Scan(ctx, l.Store, from, 9)
		require.NoError(t, err)
		for _, p := range page {
			from = ledger.Ref{Owner: p.Owner, Ordinal: p.Ordinal}
			require.Equal(t, all[from], p)
			scanned = append(scanned, from)
		}
		if len(page) < 9 {
			break
		}
		from.Ordinal++
	}
	require.Len(t, scanned, 100-14)
	require.True(t, slices.IsSortedFunc(scanned, func(a, b ledger.Ref) int {
		return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Ordinal, b.Ordinal))
	}))

	graves, err := l.Buried(ctx, probeKind.Info(), []uint32{1, 4})
	require.NoError(t, err)
	require.Equal(t, ledger.Grave{}, graves[0])
	require.NotEqual(t, ledger.ID{}, graves[1].ID)
	require.False(t, graves[1].At.IsZero())
	other := newOffice(t)
	_, err = probeKind.Many(ctx, other.Store, refs)
	require.ErrorContains(t, err, "no records of the kind probe")
	_, err = probeKind.Scan(ctx, other.Store, refs[0], 1)
	require.Error(t, err)
	_, err = other.Buried(ctx, probeKind.Info(), []uint32{1})
	require.Error(t, err)
}
