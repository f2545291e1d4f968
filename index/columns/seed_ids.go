package columns

import (
	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/fields"
)

// SeedsOfIDs returns the seeds of contacts, in the order of their ordinals.
func (v *View) SeedsOfIDs(set *roaring.Bitmap) []uint32 {
	ids := columnOf[*textColumn](v.of, "id")
	var seeds []uint32
	for row := range each(set) {
		id, _ := uuid.Parse(ids.text(row))
		seeds = append(seeds, fields.SeedOf(id))
	}
	return seeds
}
