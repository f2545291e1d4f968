package columns

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// partsModel is a text column whose parts are indexed, and its texts by row.
type partsModel struct {
	column *textColumn
	texts  map[uint32]string
}

func (m partsModel) set(row uint32, text string) {
	m.put(row, text)
	tend(m.column)
}

// put is set that leaves the jobs.
func (m partsModel) put(row uint32, text string) {
	m.column.set(row, fields.TextValue(text))
	m.texts[row] = text
}

// tend does the jobs of a column that no table has.
func tend(c *textColumn) {
	for index, keys := range c.gramIndexes {
		for job := index.take(keys); job != nil; job = index.take(keys) {
			job.build()
			job.put()
		}
	}
}

// require holds one search against a look at every text. The search must take
// its codes from the index wherever there is one.
func (m partsModel) require(t require.TestingT, f fields.Field, o filter.Operator, part string) {
	wanted := []uint32{}
	for row, text := range m.texts {
		s := m.column.fold(text)
		if f.Type == fields.FieldPhone {
			s = strings.TrimPrefix(s, "+")
		}
		has := strings.Contains(s, part)
		switch o {
		case filter.StartsWith:
			has = strings.HasPrefix(s, part)
		case filter.EndsWith:
			has = strings.HasSuffix(s, part)
		}
		if has && s != "" {
			wanted = append(wanted, row)
		}
	}
	slices.Sort(wanted)
	r := &filter.Rule{Field: f, Operator: o, Values: []fields.Value{fields.TextValue(part)}}
	require.Equal(t, wanted, append([]uint32{}, m.column.match(query{work: newWork(nil)}, r).rows.ToArray()...), "%s %q", o, part)
}

func TestTrigramsFindWhatAScanFinds(t *testing.T) {
	var segments, several, changed, late, dense, listed, short, exact int
	rapid.Check(t, func(t *rapid.T) {
		m := partsModel{newTextColumn(words.Canonical).indexed(rapid.IntRange(8, 64).Draw(t, "batch")), map[uint32]string{}}
		m.column.trigrams.most = rapid.IntRange(100, 2000).Draw(t, "most")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		alphabet := []rune("aab-é語")
		text := func(n int) string {
			s := make([]rune, n)
			for i := range s {
				s[i] = alphabet[r.IntN(len(alphabet))]
			}
			return string(s)
		}
		var job *gramJob // under way while texts change
		for range rapid.IntRange(1, 800).Draw(t, "writes") {
			if row := uint32(1 + r.IntN(400)); r.IntN(4) == 0 {
				m.put(row, "")
			} else {
				m.put(row, text(1+r.IntN(10)))
			}
			switch {
			case job == nil:
				job = m.column.trigrams.take(m.column.folds)
			case r.IntN(4) == 0:
				job.build()
				late += len(job.changed)
				job.put()
				job = nil
			}
		}
		if rapid.Bool().Draw(t, "restored") { // what loading does
			m.column.trigrams.segments = nil
			m.column.trigrams.restore(m.column.folds)
		}
		segments += len(m.column.trigrams.segments)
		if len(m.column.trigrams.segments) > 1 {
			several++
		}
		for _, s := range m.column.trigrams.segments {
			changed += s.changes
			for i := range s.grams {
				if s.dense(s.list(i)) {
					dense++
				} else {
					listed++
				}
			}
		}
		for range 20 {
			part := words.Canonical(text(1 + r.IntN(5)))
			o := []filter.Operator{filter.Contains, filter.StartsWith, filter.EndsWith}[r.IntN(3)]
			typ := []fields.FieldType{fields.FieldText, fields.FieldPhone}[r.IntN(2)]
			if len(part) < 3 {
				short++
			} else if len(part) == 3 {
				exact++
			}
			m.require(t, fields.Field{Name: "name", Type: typ}, o, part)
		}
	})
	if testing.Short() { // which draws too little to meet everything
		return
	}
	for what, n := range map[string]int{"segments": segments, "several segments": several, "changed codes": changed, "codes that change while a segment is made": late, "bitmaps": dense, "lists": listed, "short parts": short, "parts of three bytes": exact} {
		require.Positive(t, n, what)
	}
}

// Segments are joined, so that few hold many texts, and one with gaps that take
// three bytes is renewed when enough of its codes have changed.
func TestTrigramsOfManyTexts(t *testing.T) {
	m := partsModel{newTextColumn(words.Canonical).indexed(gramBatch), map[uint32]string{}}
	const rows = 44<<10 + 100
	for row := range uint32(rows) {
		text := fmt.Sprintf("text %x", row*2654435761)
		if row%40_000 == 7 {
			text = fmt.Sprintf("rare %d", row)
		}
		m.set(row+1, text)
	}
	require.Len(t, m.column.trigrams.segments, 1)
	f := fields.Field{Name: "name", Type: fields.FieldText}
	check := func() {
		t.Helper()
		for _, part := range []string{"ext", "777", "7a7a", "are", "text f0", "zzz", "new", "ne"} {
			for _, o := range []filter.Operator{filter.Contains, filter.StartsWith, filter.EndsWith} {
				m.require(t, f, o, part)
			}
		}
	}
	check()
	sizes := func() (changes int) {
		for _, s := range m.column.trigrams.segments {
			changes += s.changes
		}
		return changes
	}
	for row := range uint32(1500) {
		m.set(row*3+1, fmt.Sprintf("new %d", row))
	}
	require.Equal(t, 1500, sizes())
	check()
	for row := range uint32(1500) {
		m.set(row*3+2, fmt.Sprintf("newer %d", row))
	}
	require.Less(t, sizes(), 1500, "a segment with many changes was renewed")
	check()
}

// A search that could use the index looks at few texts.
func TestTrigramsLookAtFewTexts(t *testing.T) {
	column := newTextColumn(words.Canonical).indexed(6)
	for row := range uint32(64 * 10) {
		column.set(row+1, fields.TextValue(fmt.Sprintf("person %d", row)))
		tend(column)
	}
	looks := func(part string) int {
		r := &filter.Rule{Operator: filter.Contains, Values: []fields.Value{fields.TextValue(part)}}
		return texts{keys: column.folds, trigrams: column.trigrams}.look(newWork(nil), newTextPart(r)).looks
	}
	require.Less(t, looks("n 77"), 64)
	require.Equal(t, column.folds.size(), looks("pe"))
	require.Equal(t, column.folds.size(), looks("person"))
}

// A change only takes note of the segments that are to be made: nothing is made of
// texts under the lock. Apply makes them after it.
func TestSegmentsAreMadeWithoutTheLock(t *testing.T) {
	table := newTables(8)
	email := columnOf[*textColumn](table.people, "email").trigrams
	for i := range uint32(500) {
		table.fill(table.people, []ledger.Record{person(i + 1)})
		require.Zero(t, email.indexed())
	}
	require.True(t, table.jobsDue())
	table.Apply([]ledger.Change{{Seq: 1, Entity: fields.EntityContact, Op: ledger.OpCreate, Ordinal: 501, Record: person(501)}})
	require.EqualValues(t, 502, email.indexed())
	require.False(t, table.jobsDue())
}
