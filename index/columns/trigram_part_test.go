package columns

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// TestTrigramsOfACheckpointFindWhatAScanFinds: texts change while the parts of a column are written, and what has changed
// since the first of them is written again after loading, in any order.
func TestTrigramsOfACheckpointFindWhatAScanFinds(t *testing.T) {
	var taken, left, changed, gaps int
	rapid.Check(t, func(t *rapid.T) {
		batch, most := rapid.IntRange(4, 32).Draw(t, "batch"), rapid.IntRange(100, 2000).Draw(t, "most")
		m := partsModel{newTextColumn(words.Canonical).indexed(batch), map[uint32]string{}}
		m.column.trigrams.most = most
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		text := func(n int) string {
			s := make([]byte, n)
			for i := range s {
				s[i] = "aabc-"[r.IntN(5)]
			}
			return string(s)
		}
		var since []uint32 // rows that have changed since the first part was written
		write := func(most int) {
			for range r.IntN(most) {
				row, now := uint32(1+r.IntN(300)), ""
				if r.IntN(4) > 0 {
					now = text(3 + r.IntN(6))
				}
				m.set(row, now)
				since = append(since, row)
			}
		}
		write(600)
		since = nil
		m.column.trigrams.writing = true
		var pieces [][][]byte
		for _, p := range m.column.parts() {
			var list [][]byte
			for i := 0; i < p.pieces(); i++ {
				list = append(list, p.encode(i, nil))
				write(8)
			}
			pieces = append(pieces, list)
			write(40)
		}

		loaded := newTextColumn(words.Canonical).indexed(batch)
		loaded.trigrams.most = most
		for i, list := range pieces {
			for j, b := range list {
				require.NoError(t, loaded.parts()[i].decode(j, b))
			}
		}
		stored := loaded.trigrams.loaded
		require.NoError(t, loaded.restore())
		for _, s := range stored {
			if slices.ContainsFunc(loaded.trigrams.segments, func(of segment) bool { return of.first == s.first && of.end == s.end }) {
				taken++
				changed += len(s.codes)
			} else {
				left++
			}
		}
		gaps += max(0, len(loaded.trigrams.segments)-len(stored))
		m.column = loaded
		r.Shuffle(len(since), func(i, j int) { since[i], since[j] = since[j], since[i] })
		for _, row := range since {
			m.set(row, m.texts[row])
		}
		for range 12 {
			part := text(1 + r.IntN(4))
			o := []filter.Operator{filter.Contains, filter.StartsWith, filter.EndsWith}[r.IntN(3)]
			m.require(t, fields.Field{Name: "name", Type: fields.FieldText}, o, words.Canonical(part))
		}
	})
	if testing.Short() { // which draws too little to meet everything
		return
	}
	for what, n := range map[string]int{"segments taken": taken, "segments left": left, "codes that have changed": changed, "codes that none has": gaps} {
		require.Positive(t, n, what)
	}
}

// TestSegmentsAreReadAsTheyWere, and no others: a search must be able to read all of their postings.
func TestSegmentsAreReadAsTheyWere(t *testing.T) {
	column := newTextColumn(words.Canonical).indexed(64)
	for row := range uint32(64) {
		column.set(row+1, fields.TextValue(words.Canonical([]string{"every one", "text", "has parts"}[row%3]+string(rune('a'+row/3)))))
	}
	tend(column)
	column.set(7, fields.TextValue("another"))
	index := column.trigrams
	require.Len(t, index.segments, 1)
	require.Zero(t, gramParts{index}.pieces(), "no checkpoint is written")
	index.writing = true
	b := gramParts{index}.encode(0, nil)
	read, ok := decodeSegment(b)
	require.True(t, ok)
	require.Equal(t, index.segments[0].grams, read.grams)
	require.Equal(t, index.segments[0].ends, read.ends)
	require.Equal(t, index.segments[0].postings, read.postings)
	require.Equal(t, index.segments[0].changedCodes(), read.codes)

	for length := range b { // of which some are right by chance, but for what has changed
		if s, ok := decodeSegment(b[:length]); ok {
			readAll(&s.segment)
		}
	}
	wrong := 0
	for at := range b {
		for bit := range 8 {
			damaged := slices.Clone(b)
			damaged[at] ^= 1 << bit
			if s, ok := decodeSegment(damaged); ok {
				readAll(&s.segment)
			} else {
				wrong++
			}
		}
	}
	require.Positive(t, wrong)
}

// readAll reads the postings of a segment, and panics if it cannot.
func readAll(s *segment) {
	for i := range s.grams {
		for _, code := range s.unpack(s.list(i), nil) {
			if code < s.first || code >= s.end {
				panic("a code of another segment")
			}
		}
	}
}

// besideWriter changes tables whenever a section of a checkpoint was written: no lock is held then.
type besideWriter struct {
	bytes.Buffer
	beside func()
}

func (w *besideWriter) Write(b []byte) (int, error) {
	w.beside()
	return w.Buffer.Write(b)
}

// TestTrigramsOfADeltaFindWhatAScanFinds: texts change before a base, while it is written, before its delta, and while that is
// written. What was logged since is written again after loading, and a delta to what was loaded is loaded, too.
func TestTrigramsOfADeltaFindWhatAScanFinds(t *testing.T) {
	fewer := 0 // deltas that have fewer segments than their base
	rapid.Check(t, func(t *rapid.T) {
		batch := rapid.IntRange(2, 16).Draw(t, "batch")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		text := func(n int) string {
			s := make([]byte, n)
			for i := range s {
				s[i] = "aabc-"[r.IntN(5)]
			}
			return string(s)
		}
		table, log := newTables(batch), []ledger.Change(nil)
		cities := map[uint32]string{}
		write := func(n int) {
			for range n {
				row := uint32(1 + r.IntN(200))
				c := &contacts.Contact{Ordinal: row}
				if r.IntN(4) > 0 {
					c.City = text(3 + r.IntN(5))
				}
				cities[row] = c.City
				log = append(log, ledger.Change{Seq: uint64(len(log) + 1), Entity: fields.EntityContact, Op: ledger.OpCreate, Ordinal: row, Record: c})
				table.Apply(log[len(log)-1:])
			}
		}
		some := func() {
			if r.IntN(4) == 0 {
				write(r.IntN(20))
			}
		}
		loadAll := func(base, delta []byte) (loaded *Tables, of *Base) {
			loaded = newTables(batch)
			d, err := loaded.ReadDelta(bytes.NewReader(delta))
			require.NoError(t, err)
			of, err = loaded.LoadBase(bytes.NewReader(base), d)
			require.NoError(t, err)
			loaded.Apply(log[loaded.Seq():])
			return loaded, of
		}
		check := func(loaded *Tables) {
			m := partsModel{columnOf[*textColumn](loaded.of(fields.EntityContact), "city"), cities}
			for range 12 {
				m.require(t, fields.Field{Name: "city", Type: fields.FieldText}, filter.Contains, words.Canonical(text(3+r.IntN(2))))
			}
		}
		write(r.IntN(400))
		file := besideWriter{beside: some}
		base, err := table.WriteBase(&file)
		require.NoError(t, err)
		for range 2 {
			write(r.IntN(200))
			delta := besideWriter{beside: some}
			before := len(columnOf[*textColumn](table.of(fields.EntityContact), "city").trigrams.segments)
			_, err = table.WriteDelta(&delta, base)
			require.NoError(t, err)
			if len(columnOf[*textColumn](table.of(fields.EntityContact), "city").trigrams.segments) < before {
				fewer++
			}
			write(r.IntN(30))
			loaded, again := loadAll(file.Bytes(), delta.Bytes())
			check(loaded)
			table, base = loaded, again
		}
	})
	if !testing.Short() {
		require.Positive(t, fewer)
	}
}

// TestASegmentOfTheBaseIsNotTakenForOneOfTheDelta: the last segments are joined when the piece before theirs was written, so that
// the delta has none in place of the base's last one. That does not know of a code that was given to another text since.
func TestASegmentOfTheBaseIsNotTakenForOneOfTheDelta(t *testing.T) {
	const batch = 4
	table, log := newTables(batch), []ledger.Change(nil)
	set := func(row uint32, city string) {
		log = append(log, ledger.Change{
			Seq: uint64(len(log) + 1), Entity: fields.EntityContact, Op: ledger.OpCreate, Ordinal: row, Record: &contacts.Contact{Ordinal: row, City: city},
		})
		table.Apply(log[len(log)-1:])
	}
	cityOf := func(t *Tables) *textColumn { return columnOf[*textColumn](t.of(fields.EntityContact), "city") }
	index, rows := cityOf(table).trigrams, uint32(0)
	for len(index.segments) < 3 {
		rows++
		set(rows, fmt.Sprintf("first %04d", rows))
		require.Less(t, rows, uint32(1000))
	}
	var file bytes.Buffer
	base, err := table.WriteBase(&file)
	require.NoError(t, err)
	for _, s := range index.segments[1:] { // codes are given in the order of the rows
		set(s.first, "")
		set(s.first, fmt.Sprintf("another %d", s.first))
		require.Equal(t, s.first, cityOf(table).codes.get(s.first))
	}

	delta := sectionsWritten{after: func(column string, part, piece byte) {
		if column == "contact/city" && part == 4 && piece == 1 {
			for range batch {
				rows++
				set(rows, fmt.Sprintf("late %04d", rows))
			}
		}
	}}
	_, err = table.WriteDelta(&delta, base)
	require.NoError(t, err)
	require.Less(t, len(index.segments), 3)

	loaded := newTables(batch)
	d, err := loaded.ReadDelta(&delta)
	require.NoError(t, err)
	_, err = loaded.LoadBase(&file, d)
	require.NoError(t, err)
	loaded.Apply(log[loaded.Seq():])
	texts := map[uint32]string{}
	for _, c := range log {
		texts[c.Ordinal] = c.Record.(*contacts.Contact).City
	}
	partsModel{cityOf(loaded), texts}.require(t, fields.Field{Name: "city", Type: fields.FieldText}, filter.Contains, "another")
}

// sectionsWritten is a file of sections, and says which piece was written to it.
type sectionsWritten struct {
	bytes.Buffer
	column string
	after  func(column string, part, piece byte)
}

func (w *sectionsWritten) Write(b []byte) (int, error) {
	n, err := w.Buffer.Write(b)
	switch body := b[min(len(b), sectionHead) : len(b)-4]; b[0] {
	case sectionColumn:
		w.column = string(body[2:]) // behind a number and a kind
	case sectionPiece:
		w.after(w.column, body[0], body[1])
	}
	return n, err
}

// TestGapsAreSoundThatLeadToCodesOfTheSegment: one by one, and eight at once.
func TestGapsAreSoundThatLeadToCodesOfTheSegment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := segment{first: rapid.Uint32Range(0, 1000).Draw(t, "first")}
		var list []byte
		last := s.first
		for range rapid.IntRange(1, 40).Draw(t, "gaps") {
			gap := rapid.OneOf(rapid.Uint32Range(0, 0x7F), rapid.Uint32Range(0, 0x7F), rapid.Uint32Range(0, 1<<20)).Draw(t, "gap")
			list = binary.AppendUvarint(list, uint64(gap))
			last += gap + 1
		}
		s.end = last
		require.True(t, s.soundGaps(list))
		require.False(t, s.soundGaps(append(slices.Clone(list), 0x80)), "the last gap is cut short")
		require.False(t, s.soundGaps(binary.AppendUvarint(slices.Clone(list), 1<<32)), "no code is as large")
		s.end--
		require.False(t, s.soundGaps(list), "the last code is beyond the segment")
	})
}
