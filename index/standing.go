package index

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/index/columns"
)

// Standing is how some contacts are, see columns.Standing.
type Standing = columns.Standing

// Standing says how contacts are on a channel, "" for any, at one moment.
func (x *Index) Standing(set *roaring.Bitmap, channel string) (s Standing) {
	x.table.View(func(v *columns.View) { s = v.Standing(set, channel) })
	return s
}

// WithAny returns the contacts that have a value in any of some fields, see columns.View.WithAny.
func (x *Index) WithAny(names ...string) (set *roaring.Bitmap) {
	x.table.View(func(v *columns.View) { set = v.WithAny(names...) })
	return set
}

// Seeds returns the seeds of contacts, see columns.View.Seeds.
func (x *Index) Seeds(set *roaring.Bitmap) (seeds []uint32) {
	x.table.View(func(v *columns.View) { seeds = v.Seeds(set) })
	return seeds
}
