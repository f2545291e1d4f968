package columns

import (
	"bytes"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// TestSeedsAreThoseOfIds: also of contacts in several blocks, after a change, and from a checkpoint.
func TestSeedsAreThoseOfIds(t *testing.T) {
	table := newTables(gramBatch)
	ordinals := []uint32{1, 2, blockRows - 1, blockRows, 3*blockRows + 5}
	var people []*contacts.Contact
	for _, ordinal := range ordinals {
		people = append(people, person(ordinal))
	}
	fill(table, nil, people)
	requireSeeds(t, table, people)

	changed := people[1].Clone()
	changed.Name = "Another"
	table.Apply([]ledger.Change{{Seq: 1, Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: changed.Ordinal, Record: changed, Fields: []string{"name"}}})
	requireSeeds(t, table, people)
	loaded, err := load(bytes.NewReader(checkpointOf(t, table)))
	require.NoError(t, err)
	requireSeeds(t, loaded, people)
	loaded.View(func(v *View) { require.Empty(t, v.Differs(changed)) })

	other := changed.Clone()
	other.ID[0]++
	loaded.View(func(v *View) { require.Contains(t, v.Differs(other), "random_bucket") })
}

func requireSeeds(t *testing.T, table *Tables, people []*contacts.Contact) {
	t.Helper()
	some, want := roaring.New(), []uint32(nil)
	for _, c := range people {
		some.Add(c.Ordinal)
		want = append(want, fields.SeedOf(c.ID))
	}
	table.View(func(v *View) { require.Equal(t, want, v.Seeds(some)) })
}
