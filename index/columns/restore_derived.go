package columns

import "math"

// What follows makes the derived columns once all else is restored. They are not written to
// checkpoints: a piece of theirs would be of another moment than the rows that they are made of.

// restoreDerived makes the derived columns of a table, after those that they are made of.
func (t *table) restoreDerived(done map[*table]bool) {
	if done[t] {
		return
	}
	done[t] = true
	for _, r := range t.members {
		r.from.restoreDerived(done)
		r.restoreRollups()
	}
}

// restoreRollups makes the columns of a relation.
func (r *relation) restoreRollups() {
	parallel(len(r.rollups), math.MaxInt64, func(_, i int) { r.restoreRollup(&r.rollups[i]) })
	for survivor := range r.to.absorbs {
		for _, one := range r.to.group(nil, survivor) {
			r.setApart(one, false)
		}
		for i := range r.rollups {
			r.show(i, survivor)
		}
	}
}

// restoreRollup makes a column as if nobody had absorbed anybody.
func (r *relation) restoreRollup(u *rollup) {
	numbers := make([]int64, len(r.members.refs))
	for i := range numbers {
		numbers[i] = u.zero
	}
	given := u.all()
	r.of.rows(func(row, other uint32) uint32 {
		numbers[other] = u.joins(numbers[other], given(row))
		return other
	})
	for other := range each(r.to.live) {
		n := u.zero
		if int(other) < len(numbers) {
			n = numbers[other]
		}
		u.column.load(other, u.kept(n))
		if u.combined != nil {
			u.combined.load(other, u.joined(other))
		}
	}
	u.column.sketch()
	if u.combined != nil {
		u.combined.loaded()
	}
}
