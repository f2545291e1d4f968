package columns

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
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
