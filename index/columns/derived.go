package columns

// derived are columns of a table that are made of the rows which belong to its own: how many they
// are, the latest of their instants, and what else is declared as a rollup. A row that is not there has
// none of it.
type derived struct {
	rollups []rollup

	// apart are the numbers of the rows that belong to a survivor, and of those that belong to
	// each that it has absorbed, a number a rollup. So a merge and its undo look at none of them.
	apart map[uint32][]int64

	was, now, old standing // of the row that is followed, see follow and shift
	spare         []uint32 // rows of a group
}

// derive makes the columns of a relation, if it has any, and gives them to its other table.
func (r *relation) derive() {
	declared := r.declared.Rollups
	if len(declared) == 0 {
		return
	}
	r.apart = make(map[uint32][]int64)
	for i := range declared {
		r.rollups = append(r.rollups, newRollup(&declared[i], r.from, r.to))
	}
	for _, s := range []*standing{&r.was, &r.now, &r.old} {
		s.given = make([]int64, len(declared))
	}
	r.to.members = append(r.to.members, r)
}

// bind finds what the rollups are made of, once all tables have all columns.
func (r *relation) bind() {
	rests := false
	for i := range r.rollups {
		u := &r.rollups[i]
		u.source = newSource(u.declared, r.from)
		rests = rests || u.derived
	}
	if rests {
		r.from.rests = append(r.from.rests, r)
	}
}

// standing is under whom a row is, and what it gives to each rollup.
type standing struct {
	other uint32
	given []int64
}

// stand notes how a row stands.
func (r *relation) stand(row uint32, s *standing) {
	s.other = r.of.get(row)
	for i := range s.given {
		s.given[i] = r.rollups[i].of(row)
	}
}

// keeps reports whether a change of some fields, nil for any, leaves alone what a row gives.
func (r *relation) keeps(changed []string) bool {
	if changed == nil {
		return len(r.rollups) == 0
	}
	for i := range r.rollups {
		if !r.rollups[i].source.keeps(changed) {
			return false
		}
	}
	return true
}

// follow brings the derived columns in line with a row that stood elsewhere. Only where what
// decided is gone does it look at the rows that are left.
func (r *relation) follow(row uint32, was *standing) {
	if len(r.rollups) == 0 {
		return
	}
	now := &r.now
	r.stand(row, now)
	for i := range r.rollups {
		switch zero := r.rollups[i].zero; {
		case was.other != now.other:
			r.change(i, was.other, was.given[i], zero)
			r.change(i, now.other, zero, now.given[i])
		case was.given[i] != now.given[i]:
			r.change(i, now.other, was.given[i], now.given[i])
		}
	}
	r.forget(was.other)
	r.forget(now.other)
}

// change says that a row under another gives a rollup another number.
func (r *relation) change(i int, other uint32, was, now int64) {
	if was == now || !r.counts(other) {
		return
	}
	u := &r.rollups[i]
	n, ok := u.changed(r.under(i, other), was, now)
	if !ok {
		n = r.lookUnder(u, other)
	}
	if apart, merged := r.apart[other]; merged {
		apart[i] = n
		r.show(i, r.to.meant(other))
		return
	}
	r.put(u, other, n)
}

// forget drops what stands apart of another that is nobody's.
func (r *relation) forget(other uint32) {
	if len(r.apart) > 0 && !r.counts(other) {
		delete(r.apart, other)
	}
}

// counts reports whether another is there, or absorbed by one that is.
func (r *relation) counts(other uint32) bool { return r.to.live.Contains(r.to.meant(other)) }

// under is the number of the rows that name another.
func (r *relation) under(i int, other uint32) int64 {
	if apart, merged := r.apart[other]; merged {
		return apart[i]
	}
	return r.rollups[i].at(other)
}

// show makes the number of a survivor of those that stand apart.
func (r *relation) show(i int, survivor uint32) {
	u := &r.rollups[i]
	n := u.zero
	r.spare = r.to.group(r.spare[:0], survivor)
	for _, one := range r.spare {
		n = u.joins(n, r.under(i, one))
	}
	r.put(u, survivor, n)
}

// put gives another a number.
func (r *relation) put(u *rollup, other uint32, n int64) {
	n = u.kept(n)
	switch {
	case u.column.get(other) == n:
	case u.combined == nil:
		r.shift(other, func() { u.column.put(other, n) })
	default:
		u.column.put(other, n)
		r.combine(u, other)
	}
}

// shift changes what a row of the other table shows. It first tells the watches, and then what rests
// on the row, unless that is being written: then it follows in the end.
func (r *relation) shift(other uint32, change func()) {
	r.watches.each(func(w *watch) { w.derives(r.to, other) })
	if r.to.rests == nil || r.to.writing == other {
		change()
		return
	}
	for _, up := range r.to.rests {
		up.stand(other, &up.old)
	}
	change()
	for _, up := range r.to.rests {
		up.follow(other, &up.old)
	}
}

// lookUnder looks at all rows that name another.
func (r *relation) lookUnder(u *rollup, other uint32) int64 {
	n := u.zero
	for row := range r.members.each(other) {
		n = u.joins(n, u.of(row))
	}
	return n
}

// lookOf looks at all rows that belong to another.
func (r *relation) lookOf(u *rollup, other uint32) int64 {
	n := u.zero
	for _, one := range r.to.group(nil, other) {
		n = u.joins(n, r.lookUnder(u, one))
	}
	return n
}

// comes makes the numbers of another that was not there before.
func (r *relation) comes(other uint32) {
	apart, parted := r.apart[other]
	delete(r.apart, other)
	named := r.members.ref(other) != 0 // of a new record seldom
	for i := range r.rollups {
		u := &r.rollups[i]
		n := u.zero
		switch {
		case parted:
			n = apart[i]
		case named:
			n = r.lookUnder(u, other)
		}
		r.put(u, other, n)
	}
}

// regroup makes the numbers of another that has absorbed others, none any more if there are
// none. comes says that it was not there before.
func (r *relation) regroup(other uint32, absorbed []uint32, comes bool) {
	r.setApart(other, !comes)
	for _, one := range absorbed {
		r.setApart(one, r.to.live.Contains(one))
	}
	for i := range r.rollups {
		r.show(i, other)
	}
	if len(absorbed) == 0 {
		delete(r.apart, other)
	}
}

// setApart keeps the numbers under another apart. there says that the columns have them.
func (r *relation) setApart(other uint32, there bool) {
	if _, known := r.apart[other]; known {
		return
	}
	apart := make([]int64, len(r.rollups))
	for i := range r.rollups {
		if u := &r.rollups[i]; there {
			apart[i] = u.at(other)
		} else {
			apart[i] = r.lookUnder(u, other)
		}
	}
	r.apart[other] = apart
}

// goes takes the numbers of another away. If it was absorbed, what stands apart is the
// survivor's.
func (r *relation) goes(other uint32) {
	for i := range r.rollups {
		u := &r.rollups[i]
		switch {
		case u.combined != nil:
			u.column.put(other, none)
			r.combine(u, other)
		case u.column.get(other) != none:
			r.shift(other, func() { u.column.put(other, none) })
		}
	}
	if r.to.meant(other) != other {
		return
	}
	for _, gone := range r.to.group(nil, other) {
		delete(r.apart, gone)
	}
}

// differs returns the derived columns in which another is not what its rows say.
func (r *relation) differs(other uint32) (names []string) {
	for i := range r.rollups {
		u := &r.rollups[i]
		agrees := u.column.agrees(other, u.kept(r.lookOf(u, other)))
		if u.combined != nil {
			agrees = agrees && u.combined.agrees(other, u.joined(other))
		}
		if !agrees {
			names = append(names, u.declared.Field)
		}
	}
	return names
}
