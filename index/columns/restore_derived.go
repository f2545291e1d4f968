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
		r.restoreFolds()
	}
}

// restoreFolds makes the columns of a relation.
func (r *relation) restoreFolds() {
	parallel(len(r.folds), math.MaxInt64, func(_, i int) { r.restoreFold(&r.folds[i]) })
	for survivor := range r.to.absorbs {
		for _, one := range r.to.group(nil, survivor) {
			r.setApart(one, false)
		}
		for i := range r.folds {
			r.show(i, survivor)
		}
	}
}

// restoreFold makes a column as if nobody had absorbed anybody.
func (r *relation) restoreFold(f *fold) {
	numbers := make([]int64, len(r.members.refs))
	for i := range numbers {
		numbers[i] = f.zero
	}
	given := f.all()
	r.of.rows(func(row, other uint32) uint32 {
		numbers[other] = f.joins(numbers[other], given(row))
		return other
	})
	for other := range each(r.to.live) {
		n := f.zero
		if int(other) < len(numbers) {
			n = numbers[other]
		}
		f.column.load(other, f.kept(n))
		if f.combined != nil {
			f.combined.load(other, f.joined(other))
		}
	}
	f.column.sketch()
	if f.combined != nil {
		f.combined.loaded()
	}
}
