package columns

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// state lists everything a table knows, codes left aside, so that two tables
// can be compared. Nothing unused is in it but what is really kept.
func state(t *Tables) map[string][]uint32 {
	all := map[string][]uint32{}
	for _, of := range t.tables {
		tableState(all, string(of.layout.entity)+" ", of)
	}
	return all
}

func tableState(all map[string][]uint32, prefix string, t *table) {
	all[prefix+"live"] = t.live.ToArray()
	for _, s := range t.standard {
		columnState(all, prefix+s.name, s.column)
	}
	for _, a := range t.attributes {
		if a.number != 3 { // a deleted attribute's column may be there or not
			columnState(all, fmt.Sprint(prefix, "attribute ", a.number, " ", a.kind), a.column)
		}
	}
	for _, r := range t.relations {
		list(all, prefix+"has "+r.declared.Name, r.present.ToArray())
		for other := range r.members.refs {
			rows, _ := r.members.bitmap(uint32(other))
			list(all, fmt.Sprint(prefix, "of ", r.declared.Name, " ", other), rows.ToArray())
		}
	}
}

func columnState(all map[string][]uint32, name string, c column) {
	switch c := c.(type) {
	case *textColumn:
		textState(all, name, c)
	case *plainColumn:
		list(all, name, c.present.ToArray())
		for row := range each(c.present) {
			key := name + " " + c.get(row)
			all[key] = append(all[key], row)
		}
	case *setColumn:
		setState(all, name, c)
	case *numberColumn:
		for row := range each(c.scan(query{work: newWork(nil)}, none+1, math.MaxInt64)) {
			key := fmt.Sprint(name, " ", c.get(row))
			all[key] = append(all[key], row)
		}
	case *seedColumn: // of rows that are not there, anything may be left
	case *checkboxColumn:
		list(all, name+" yes", c.yes.ToArray())
		list(all, name+" no", c.no.ToArray())
	}
}

func textState(all map[string][]uint32, name string, c *textColumn) {
	list(all, name, c.present.ToArray())
	for row := range each(c.present) {
		key := fmt.Sprint(name, " spelled ", c.text(row))
		all[key] = append(all[key], row)
	}
	for code := range uint32(c.folds.size()) {
		if c.folds.used(code) {
			rows, _ := c.rows.bitmap(code)
			all[name+" "+c.folds.key(code)] = rows.ToArray()
			all[name+" count "+c.folds.key(code)] = []uint32{uint32(c.rows.count(code))}
		}
	}
	if c.tails != nil {
		for tail := range uint32(c.tails.texts.size()) {
			if c.tails.texts.used(tail) {
				all[name+" tail "+c.tails.texts.key(tail)] = []uint32{c.tails.users[tail]}
			}
		}
	}
	if c.words != nil {
		for word := range uint32(c.words.keys.size()) {
			if c.words.keys.used(word) {
				rows, _ := c.words.rows.bitmap(word)
				all[name+" word "+c.words.keys.key(word)] = rows.ToArray()
			}
		}
	}
	for code, v := range c.variants {
		spelled := map[string][]uint32{}
		for i, text := range v.texts {
			if v.rows[i] > 0 {
				spelled[fmt.Sprint(name, " ", c.folds.key(code), " as ", text)] = []uint32{v.rows[i]}
			}
		}
		if len(spelled) > 1 { // one spelling needs no count, but may have it
			maps.Copy(all, spelled)
		}
	}
}

func setState(all map[string][]uint32, name string, c *setColumn) {
	list(all, name, c.present.ToArray())
	for row := range each(c.present) {
		key := fmt.Sprint(name, " set")
		for spelling := range c.labels(c.codes.get(row)) {
			key += " " + c.spellings.key(spelling)
		}
		all[key] = append(all[key], row)
	}
	for member := range uint32(c.members.size()) {
		if c.members.used(member) {
			rows, _ := c.rows.bitmap(member)
			all[fmt.Sprint(name, " ", c.members.key(member), " in ", c.forms[member])] = rows.ToArray()
		}
	}
	for set := range uint32(c.sets.size()) {
		if c.sets.used(set) {
			list(all, name+" holders", append(all[name+" holders"], c.holders[set]))
		}
	}
	slices.Sort(all[name+" holders"])
	for spelling := range uint32(c.spellings.size()) {
		if c.spellings.used(spelling) {
			all[name+" spelled "+c.spellings.key(spelling)] = []uint32{c.spelled[spelling]}
		}
	}
	if n := c.spellings.live(); n > 0 {
		all[name+" spellings"] = []uint32{uint32(n)}
	}
}

// list notes rows, nothing when there are none.
func list(all map[string][]uint32, name string, rows []uint32) {
	if len(rows) > 0 {
		all[name] = rows
	}
}

// TestHistoryLeavesNothingBehind: after any history a table is as one that was
// filled with what there is in the end.
func TestHistoryLeavesNothingBehind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t, 10)
		for range 2 {
			h.run()
		}
		fresh := newTables(gramBatch)
		fill(fresh, h.world.Companies, h.world.Contacts)
		require.Equal(t, state(fresh), state(h.table))
		require.EqualValues(t, len(h.log), h.table.Seq())
	})
}

func TestApplyingAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t, 10)
		h.run()
		before := state(h.table)
		h.table.Apply(h.replay(0)) // skipped by their numbers
		require.Equal(t, before, state(h.table))
		fill(h.table, h.world.Companies, h.world.Contacts)
		require.Equal(t, before, state(h.table))
	})
}

func TestDictionaryGivesFreedCodesAgainAndCompacts(t *testing.T) {
	d := newDictionary()
	text := func(i int) string { return fmt.Sprintf("text %d %050d", i, i) }
	for i := range 100_000 {
		code, added := d.add(text(i), text(i))
		require.True(t, added)
		if i%10 != 0 {
			d.release(code)
		}
	}
	require.Equal(t, 10_000, d.live())
	require.LessOrEqual(t, d.size(), 10_002)
	require.Less(t, d.arena.used, uint64(4<<20), "the records of released keys are dropped")
	for i := range 100_000 {
		require.Equal(t, i%10 == 0, d.find(text(i)) != 0)
	}
}

// TestDictionaryOfFewKeysWithLargeCodes has one key left of many, as after a checkpoint was loaded.
func TestDictionaryOfFewKeysWithLargeCodes(t *testing.T) {
	const keys = 1_000
	stored, loaded := newDictionary(), newDictionary()
	for i := range keys {
		stored.add(fmt.Sprint(i), "")
	}
	loaded.refs = nil
	for i := range stored.pieces() {
		require.NoError(t, loaded.decode(i, stored.encode(i, nil)))
	}
	require.NoError(t, loaded.reindex(func(code uint32) bool { return code == keys }))
	require.Equal(t, 1, loaded.live())
	require.EqualValues(t, keys, loaded.find(fmt.Sprint(keys-1)))
	for i := range 2 * keys {
		loaded.add(fmt.Sprint(i), "")
	}
	require.Equal(t, 2*keys, loaded.live())
	for i := range 2 * keys {
		require.Equal(t, fmt.Sprint(i), loaded.key(loaded.find(fmt.Sprint(i))))
	}
}

func TestTextsLongerThanAChunk(t *testing.T) {
	c := newTextColumn(words.Canonical)
	long := string(make([]byte, 3*chunkBytes))
	c.set(1, fields.TextValue("a"))
	c.set(2, fields.TextValue(long))
	c.set(3, fields.TextValue("B"))
	require.Equal(t, []string{"a", "B"}, []string{c.text(1), c.text(3)})
	require.Len(t, c.text(2), len(long))
}

func TestNumbersKeepTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64().Draw(t, "a"), rapid.Float64().Draw(t, "b")
		require.Equal(t, a < b, inOrder(a) < inOrder(b))
		require.Equal(t, a == b, inOrder(a) == inOrder(b))
		require.Equal(t, a, unorder(inOrder(a)))
		require.Greater(t, inOrder(a), int64(none))
	})
}
