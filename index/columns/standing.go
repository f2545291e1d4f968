package columns

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// Standing is how some contacts are, for those who want to write to them. Each of them is in one set
// at most: the first that applies, in this order. The sets are the caller's own.
type Standing struct {
	Deleted *roaring.Bitmap
	// Merged are those who were merged into others, and Survivors the others.
	Merged, Survivors *roaring.Bitmap
	Blocked           *roaring.Bitmap
	// These are empty without a channel. Unreached are those of the rest who cannot be reached on it.
	Unsubscribed, Unreached *roaring.Bitmap

	Seq uint64 // the newest change that was taken in
}

// Standing says how contacts are on a channel, "" for any.
func (v *View) Standing(set *roaring.Bitmap, channel string) Standing {
	s := Standing{
		Deleted: roaring.New(), Merged: roaring.New(), Survivors: roaring.New(), Blocked: v.Blocked(set),
		Unsubscribed: roaring.New(), Unreached: roaring.New(), Seq: v.Seq(),
	}
	for row := range each(roaring.AndNot(set, v.of.live)) {
		if survivor := v.of.redirects.to.get(row); survivor != 0 && v.of.live.Contains(survivor) {
			s.Merged.Add(row)
			s.Survivors.Add(survivor)
		} else {
			s.Deleted.Add(row)
		}
	}
	if channel == "" {
		return s
	}
	rest := roaring.And(set, v.of.live)
	rest.AndNot(s.Blocked)
	s.Unsubscribed = roaring.And(rest, columnOf[*choiceColumn](v.of, "consent."+channel).having("unsubscribed"))
	rest.AndNot(s.Unsubscribed)
	s.Unreached = roaring.AndNot(rest, columnOf[*setColumn](v.of, "reachable").having(channel))
	return s
}

// WithAny returns the contacts that have a value in any of some fields, which are of texts or lists. The
// set is the caller's own.
func (v *View) WithAny(names ...string) *roaring.Bitmap {
	all := roaring.New()
	for _, name := range names {
		switch c := v.of.named(name).(type) {
		case *textColumn:
			all.Or(c.present)
		case *setColumn:
			all.Or(c.present)
		}
	}
	return all
}

// having returns the rows that have a word other than the unset one, to be read only.
func (c *choiceColumn) having(word string) *roaring.Bitmap {
	at := slices.Index(c.words, word)
	if at < 0 {
		return roaring.New()
	}
	return c.rows[at]
}
