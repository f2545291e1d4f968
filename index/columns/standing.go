package columns

import "github.com/RoaringBitmap/roaring/v2"

// Standing is how some contacts are, for those who want to write to them. Each of them is in one set
// at most: the first that applies, in this order. The sets are the caller's own.
type Standing struct {
	Deleted *roaring.Bitmap
	// Merged are those who were merged into others, and Survivors the others.
	Merged, Survivors *roaring.Bitmap
	Blocked           *roaring.Bitmap
	// These are empty without a channel.
	Unsubscribed, Suppressed, Unreachable *roaring.Bitmap

	Seq uint64 // the newest change that was taken in
}

// Standing says how contacts are on a channel, "" for any.
func (v *View) Standing(set *roaring.Bitmap, channel string) Standing {
	s := Standing{
		Deleted: roaring.New(), Merged: roaring.New(), Survivors: roaring.New(), Blocked: v.Blocked(set),
		Unsubscribed: roaring.New(), Suppressed: roaring.New(), Unreachable: roaring.New(), Seq: v.Seq(),
	}
	for row := range each(roaring.AndNot(set, v.of.live)) {
		if survivor := v.of.redirects.to.get(row); survivor != 0 && v.of.live.Contains(survivor) {
			s.Merged.Add(row)
			s.Survivors.Add(survivor)
		} else {
			s.Deleted.Add(row)
		}
	}
	return s
}
