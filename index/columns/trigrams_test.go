package columns

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/segments/filter"
)

// partsModel is a text column whose parts are indexed, and its texts by row.
type partsModel struct {
	column *textColumn
	texts  map[uint32]string
}

func (m partsModel) set(row uint32, text string) {
	m.column.set(row, contacts.TextValue(text))
	m.texts[row] = text
}

// require holds one search against a look at every text. The search must take
// its codes from the index wherever there is one.
func (m partsModel) require(t require.TestingT, f contacts.Field, o filter.Operator, part string) {
	wanted := []uint32{}
	for row, text := range m.texts {
		s := m.column.fold(text)
		if f.Type == contacts.FieldPhone {
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
	r := &filter.Rule{Field: f, Operator: o, Values: []contacts.Value{contacts.TextValue(part)}}
	require.Equal(t, wanted, append([]uint32{}, m.column.match(query{}, r).rows.ToArray()...), "%s %q", o, part)
}

func TestTrigramsFindWhatAScanFinds(t *testing.T) {
	var segments, changed, dense, listed, short, exact int
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.UintRange(3, 7).Draw(t, "width")
		m := partsModel{newTextColumn(contacts.Canonical).indexed(width), map[uint32]string{}}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		alphabet := []rune("aab-é語")
		text := func(n int) string {
			s := make([]rune, n)
			for i := range s {
				s[i] = alphabet[r.IntN(len(alphabet))]
			}
			return string(s)
		}
		for range rapid.IntRange(1, 800).Draw(t, "writes") {
			if row := uint32(1 + r.IntN(400)); r.IntN(4) == 0 {
				m.set(row, "")
			} else {
				m.set(row, text(1+r.IntN(10)))
			}
		}
		if rapid.Bool().Draw(t, "restored") { // what loading does
			fresh := &trigrams{width: width, filling: 1}
			fresh.restore(m.column.folds)
			m.column.trigrams = fresh
		}
		for _, s := range m.column.trigrams.segments {
			segments++
			changed += s.changes
			start := uint32(0)
			for _, end := range s.ends {
				if int(end-start) == bitmapBytes(width) {
					dense++
				} else {
					listed++
				}
				start = end
			}
		}
		for range 20 {
			part := contacts.Canonical(text(1 + r.IntN(5)))
			o := []filter.Operator{filter.Contains, filter.StartsWith, filter.EndsWith}[r.IntN(3)]
			typ := []contacts.FieldType{contacts.FieldText, contacts.FieldPhone}[r.IntN(2)]
			if len(part) < 3 {
				short++
			} else if len(part) == 3 {
				exact++
			}
			m.require(t, contacts.Field{Name: "name", Type: typ}, o, part)
		}
	})
	if testing.Short() { // which draws too little to meet everything
		return
	}
	for what, n := range map[string]int{"segments": segments, "changed codes": changed, "bitmaps": dense, "lists": listed, "short parts": short, "parts of three bytes": exact} {
		require.Positive(t, n, what)
	}
}

// Segments as wide as they really are have gaps that take two bytes, and are
// made anew when enough of their codes have changed.
func TestTrigramsOfWideSegments(t *testing.T) {
	m := partsModel{newTextColumn(contacts.Canonical).indexed(segmentWidth), map[uint32]string{}}
	const rows = 2<<segmentWidth + 100
	for row := range uint32(rows) {
		m.set(row+1, fmt.Sprintf("text %x", row*2654435761))
	}
	require.Len(t, m.column.trigrams.segments, 3)
	f := contacts.Field{Name: "name", Type: contacts.FieldText}
	check := func() {
		t.Helper()
		for _, part := range []string{"ext", "777", "7a7a", "text f0", "zzz", "new", "ne"} {
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
	for row := range uint32(1000) {
		m.set(row*3+1, fmt.Sprintf("new %d", row))
	}
	require.Equal(t, 1101, sizes(), "with the last 101 codes, which are not indexed yet")
	check()
	for row := range uint32(1000) {
		m.set(row*3+2, fmt.Sprintf("newer %d", row))
	}
	require.Less(t, sizes(), 1101, "a segment with many changes was made anew")
	check()
}

// A search that could use the index looks at few texts.
func TestTrigramsLookAtFewTexts(t *testing.T) {
	column := newTextColumn(contacts.Canonical).indexed(6)
	for row := range uint32(64 * 10) {
		column.set(row+1, contacts.TextValue(fmt.Sprintf("person %d", row)))
	}
	looks := func(part string) int {
		r := &filter.Rule{Operator: filter.Contains, Values: []contacts.Value{contacts.TextValue(part)}}
		return column.trigrams.looks(newTextPart(r), column.folds.size())
	}
	require.Less(t, looks("n 77"), 64)
	require.Equal(t, column.folds.size(), looks("pe"))
	require.Equal(t, column.folds.size(), looks("person"))
}
