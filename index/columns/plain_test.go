package columns

import (
	"fmt"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/words"
)

// TestPlainTextsInManyChunks: long texts are found in every chunk of rows and piece of a
// checkpoint, by all rows and among few, also by many parts at once.
func TestPlainTextsInManyChunks(t *testing.T) {
	column := newPlainColumn(words.Canonical)
	wanted := []uint32{}
	for row := uint32(1); row < 3*plainPiece; row++ {
		text := fmt.Sprintf("Note %d\nabout %s.", row, strings.Repeat("nothing ", 20))
		switch {
		case row%7 == 0:
			continue
		case row%500 == 0:
			text += " A REFUND of the größe"
			wanted = append(wanted, row)
		}
		column.set(row, fields.TextValue(text))
	}
	loaded := newPlainColumn(words.Canonical)
	for i := range column.pieces() {
		require.NoError(t, loaded.decode(i, column.encode(i, nil)))
	}
	require.Equal(t, column.folds, loaded.folds)
	require.Equal(t, column.bytes, loaded.bytes)
	require.True(t, column.present.Equals(loaded.present))
	require.ErrorIs(t, loaded.decode(1, column.encode(1, nil)), errCorrupt, "a piece that is there")

	few := roaring.BitmapOf(1, 500, 501, 1000, 7*500)
	for _, within := range []*roaring.Bitmap{nil, few} {
		q := query{work: newWork(nil), within: within}
		want := roaring.BitmapOf(wanted...)
		if within != nil {
			want.And(within)
		}
		for _, part := range []textPart{partOf(filter.Contains, "refund of the grosse"), partOf(filter.EndsWith, "grosse"), {any: newAutomaton([]string{"zebra", "refund"})}} {
			require.Equal(t, want.ToArray(), loaded.matchText(q, part).rows.ToArray(), "%+v", part)
		}
	}
	all := newSubset(loaded.present, loaded.present)
	require.Equal(t, fields.Facet{Other: loaded.present.GetCardinality()}, loaded.facet(fields.FacetQuery{}, all)())
	loaded.set(500, fields.Value{})
	require.True(t, loaded.holds(500, ""))
	require.False(t, loaded.holds(1000, "note"))
}
