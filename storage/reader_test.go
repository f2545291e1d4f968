package storage_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

// TestContactsReadTogetherAreThoseReadAlone asks for neighbours, for strangers,
// for the same one twice, and for some that are not there, in any order.
func TestContactsReadTogetherAreThoseReadAlone(t *testing.T) {
	s, ctx := memoryStore(t), context.Background()
	const people = 200
	alone := make([]*contacts.Contact, people+50)
	for i := range people {
		c := person("Ada", fmt.Sprintf("ada%d@example.com", i))
		create(t, s, c)
		if alone[c.Ordinal] = c; i%3 != 0 {
			continue
		}
		_, err := s.Update(ctx, api, func(tx ledger.Tx) error { return contacts.Kind.Delete(tx, c) })
		require.NoError(t, err)
		alone[c.Ordinal] = nil
	}
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Uint32Range(0, people).Draw(t, "from")
		n := rapid.IntRange(0, 100).Draw(t, "n")
		ordinals := rapid.SliceOfN(rapid.Uint32Range(from, min(from+100, people+49)), n, n).Draw(t, "ordinals")
		if rapid.Bool().Draw(t, "sorted") {
			slices.Sort(ordinals)
		}
		want := make([]*contacts.Contact, len(ordinals))
		for i, ordinal := range ordinals {
			want[i] = alone[ordinal]
		}
		got, err := contacts.Kind.List(ctx, s, ordinals)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}
