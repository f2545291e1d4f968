package columns

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// checkboxColumn is a column of yes and no; rows in neither are unset.
type checkboxColumn struct {
	yes, no *roaring.Bitmap
}

func newCheckboxColumn() *checkboxColumn {
	return &checkboxColumn{yes: roaring.New(), no: roaring.New()}
}

// set ticks or unticks a row; a missing value unsets it.
func (c *checkboxColumn) set(row uint32, v fields.Value) {
	c.put(c.yes, row, v.Kind == fields.KindBool && v.Bool)
	c.put(c.no, row, v.Kind == fields.KindBool && !v.Bool)
}

func (c *checkboxColumn) put(rows *roaring.Bitmap, row uint32, in bool) {
	if in {
		rows.Add(row)
	} else {
		rows.Remove(row)
	}
}
