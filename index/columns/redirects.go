package columns

import "github.com/RoaringBitmap/roaring/v2"

// redirects say of rows whose contacts were absorbed which row it was by. One of
// a row that is live, or to one that is not, says nothing: the contact came back,
// or the survivor was deleted.
type redirects struct{ to codes }

func (r *redirects) parts() []part { return []part{&r.to} }

// restore has nothing to make.
func (r *redirects) restore() error { return nil }

// Resolve returns a set of contacts as they are present: those who were absorbed
// since are replaced by who absorbed them. merged is how many of them are left
// out because their survivor is in the set already, deleted how many members do
// not exist any more; with those that are present they add up to the set.
func (v *View) Resolve(set *roaring.Bitmap) (present *roaring.Bitmap, merged, deleted uint64) {
	present = roaring.And(set, v.of.live)
	for row := range each(roaring.AndNot(set, v.of.live)) {
		survivor := v.of.redirects.to.get(row)
		switch {
		case survivor == 0 || !v.of.live.Contains(survivor):
			deleted++
		case !present.CheckedAdd(survivor):
			merged++
		}
	}
	return present, merged, deleted
}

// Blocked returns those of a set of contacts who are blocked.
func (v *View) Blocked(set *roaring.Bitmap) *roaring.Bitmap {
	return roaring.And(set, v.t.person.blocked.yes)
}
