package columns

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/filter"
)

// picked returns the rows that were picked one by one. A row also stands for those that it has
// absorbed.
func (q query) picked(p *filter.Picked) selection {
	of, set := q.view.of, p.Ordinals
	if q.within != nil && q.within.GetCardinality() < set.GetCardinality() {
		return q.pickedWithin(set)
	}
	gone := roaring.AndNot(set, of.live)
	steps := ruleSteps + q.setSteps() + gone.GetCardinality()
	if !q.work.charge(steps) {
		return nobody()
	}
	rows := roaring.And(set, of.live)
	for row := range each(gone) {
		if survivor := of.meant(row); survivor != row {
			rows.Add(survivor)
		}
	}
	q.work.rules++
	q.work.done(steps)
	return selection{rows: rows, owned: true}
}

// pickedWithin is picked where few rows matter: it looks at each of them.
func (q query) pickedWithin(set *roaring.Bitmap) selection {
	of := q.view.of
	steps := ruleSteps + q.setSteps() + q.within.GetCardinality()
	if !q.work.charge(steps) {
		return nobody()
	}
	rows := roaring.And(set, q.within)
	rows.And(of.live)
	if len(of.absorbs) > 0 {
		for row := range each(q.within) {
			if of.live.Contains(row) && slices.ContainsFunc(of.absorbs[row], set.Contains) {
				rows.Add(row)
			}
		}
	}
	q.work.rules++
	q.work.done(steps)
	return selection{rows: rows, owned: true, inside: true}
}
