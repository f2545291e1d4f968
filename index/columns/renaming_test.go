package columns

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// TestRenamedRowsAreThoseOfRenamedRecords: after a renaming, and writes of records before
// and after it, the columns are those of records that have the new name.
func TestRenamedRowsAreThoseOfRenamedRecords(t *testing.T) {
	names := []string{"Pro", "pro", "Gold", "gold", "Max", "free"}
	rapid.Check(t, func(t *rapid.T) {
		r := &fields.Renaming{
			Number: uint32(rapid.IntRange(0, 2).Draw(t, "number")), Entity: fields.EntityContact,
			From: rapid.SampledFrom(names).Draw(t, "from"), To: rapid.SampledFrom(names).Draw(t, "to"),
		}
		tables, plain := newTables(gramBatch), newTables(gramBatch)
		records := map[uint32]*contacts.Contact{}
		write := func() {
			list := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 3, words.Canonical).Draw(t, "labels")
			c := &contacts.Contact{Ordinal: uint32(rapid.IntRange(1, 9).Draw(t, "row")), Labels: list}
			c.Attributes = c.Attributes.With(1, fields.TextValue(rapid.SampledFrom(append(names, "")).Draw(t, "tier"))).With(2, fields.ListValue(list))
			records[c.Ordinal] = c
			fill(tables, nil, []*contacts.Contact{c})
		}
		for range rapid.IntRange(0, 20).Draw(t, "before") {
			write()
		}
		tables.Rename([]*fields.Renaming{r})
		for range rapid.IntRange(0, 5).Draw(t, "after") {
			write()
		}
		tables.View(func(v *View) {
			for _, c := range records {
				require.Empty(t, v.Differs(c), "the columns know that the record has another name")
			}
		})
		for row, c := range records {
			after := c.Clone()
			if v, had := r.Present(c.Attributes.Get(r.Number)); had {
				after.Attributes = c.Attributes.With(r.Number, v)
			}
			if r.Number == 0 {
				v, _ := r.Present(fields.ListValue(c.Labels))
				after.Labels = v.List
			}
			records[row] = after
			fill(plain, nil, []*contacts.Contact{after})
		}
		tables.Rename(nil) // it has ended
		tables.View(func(v *View) {
			for _, c := range records {
				require.Empty(t, v.Differs(c))
			}
		})
		for _, name := range names { // nobody is left under the former name
			for i, c := range tables.people.renamedColumns(r) {
				var want []uint32 // nobody, where none of the records that are left has a value
				if all := plain.people.renamedColumns(r); i < len(all) {
					want = all[i].having(name).ToArray()
				}
				require.ElementsMatch(t, want, c.having(name).ToArray(), name)
				if labels, is := c.(*setColumn); is {
					require.Equal(t, labels.countLabels(labels.holders), labels.countAll(), "labels are counted by row as by set")
				}
			}
		}
	})
}
