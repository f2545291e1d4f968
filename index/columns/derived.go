package columns

// derived are the columns of a table that are made of the rows which belong to
// its own: how many they are, and the latest of their instants. A row that is not
// there has neither.
type derived struct {
	count, latest *numberColumn
	instants      *numberColumn // of the rows

	// apart are the latest instants of the rows that belong to a survivor, and of those that
	// belong to each that it has absorbed, so that a merge and its undo look at none of them.
	apart map[uint32]int64
}

// derive makes the columns of a relation, if it has any, and gives them to its other table.
func (r *relation) derive() {
	s := r.declared.Summary
	if s.Count == "" {
		return
	}
	r.derived = &derived{&numberColumn{floats: true}, &numberColumn{}, columnOf[*numberColumn](r.from, s.Of), make(map[uint32]int64)}
	r.to.add(standardColumn{name: s.Count, column: r.count})
	r.to.add(standardColumn{name: s.Latest, column: r.latest})
	r.to.members = append(r.to.members, r)
}

// standing is under whom a row is, and its instant.
type standing struct {
	other   uint32
	instant int64
}

func (r *relation) standing(row uint32) standing {
	if r.derived == nil {
		return standing{}
	}
	return standing{r.of.get(row), r.instants.get(row)}
}

// follow brings the derived columns in line with a row that stood elsewhere. Only
// when the latest of all is gone does it look at those that are left.
func (r *relation) follow(row uint32, was standing) {
	now := r.standing(row)
	if now == was {
		return
	}
	moved := now.other != was.other
	if r.counts(was.other) {
		if moved {
			r.putCount(was.other)
		}
		if was.instant != none && was.instant == r.latestUnder(was.other) && (moved || now.instant < was.instant) {
			r.putLatest(was.other, r.lookUnder(was.other))
		}
	} else {
		delete(r.apart, was.other)
	}
	if r.counts(now.other) {
		if moved {
			r.putCount(now.other)
		}
		r.putLatest(now.other, max(now.instant, r.latestUnder(now.other)))
	} else {
		delete(r.apart, now.other)
	}
}

// counts reports whether another is there, or absorbed by one that is.
func (r *relation) counts(other uint32) bool { return r.to.live.Contains(r.to.meant(other)) }

// put gives another a number in a derived column. It first tells the watches.
func (r *relation) put(derived *numberColumn, other uint32, n int64) {
	if derived.get(other) != n {
		r.watches.each(func(w *watch) { w.derives(r.to, other) })
		derived.put(other, n)
	}
}

// putCount counts anew those who belong to whom another means.
func (r *relation) putCount(other uint32) {
	other = r.to.meant(other)
	r.put(r.count, other, r.counted(other))
}

// latestUnder is the latest instant of the rows that name another.
func (r *relation) latestUnder(other uint32) int64 {
	if latest, merged := r.apart[other]; merged {
		return latest
	}
	return r.latest.get(other)
}

// putLatest says what that is now.
func (r *relation) putLatest(other uint32, latest int64) {
	if _, merged := r.apart[other]; !merged {
		r.put(r.latest, other, latest)
		return
	}
	r.apart[other] = latest
	r.show(r.to.meant(other))
}

// show makes the latest instant of a survivor of those that stand apart.
func (r *relation) show(survivor uint32) {
	latest := r.apart[survivor]
	for _, absorbed := range r.to.absorbs[survivor] {
		latest = max(latest, r.apart[absorbed])
	}
	r.put(r.latest, survivor, latest)
}

// counted is how many rows belong to another, as the column has numbers.
func (r *relation) counted(other uint32) int64 { return inOrder(float64(r.size(other))) }

// lookUnder looks at all rows that name another.
func (r *relation) lookUnder(other uint32) int64 {
	latest := int64(none)
	rows, _ := r.members.bitmap(other)
	for row := range each(rows) {
		latest = max(latest, r.instants.get(row))
	}
	return latest
}

// latestOf looks at all rows that belong to another.
func (r *relation) latestOf(other uint32) int64 {
	latest := r.lookUnder(other)
	for _, absorbed := range r.to.absorbs[other] {
		latest = max(latest, r.lookUnder(absorbed))
	}
	return latest
}

// comes makes the values of another that was not there before.
func (r *relation) comes(other uint32) {
	latest, parted := r.apart[other]
	if !parted {
		latest = r.lookUnder(other)
	}
	delete(r.apart, other)
	r.put(r.count, other, r.counted(other))
	r.put(r.latest, other, latest)
}

// regroup makes the values of another that has absorbed others, none any more if there are
// none. comes says that it was not there before.
func (r *relation) regroup(other uint32, absorbed []uint32, comes bool) {
	r.setApart(other, !comes)
	for _, one := range absorbed {
		r.setApart(one, r.to.live.Contains(one))
	}
	r.put(r.count, other, r.counted(other))
	r.show(other)
	if len(absorbed) == 0 {
		delete(r.apart, other)
	}
}

// setApart keeps the latest instant under another apart. there says that the column has it.
func (r *relation) setApart(other uint32, there bool) {
	if _, known := r.apart[other]; known {
		return
	}
	if there {
		r.apart[other] = r.latest.get(other)
	} else {
		r.apart[other] = r.lookUnder(other)
	}
}

// goes takes the values of another away. If it was absorbed, what stands apart is the
// survivor's.
func (r *relation) goes(other uint32) {
	r.put(r.count, other, none)
	r.put(r.latest, other, none)
	if r.to.meant(other) != other {
		return
	}
	for _, gone := range r.to.group(nil, other) {
		delete(r.apart, gone)
	}
}

// restoreDerived makes the values of all others, once all else is restored. They are
// not written: a piece of theirs would be of another moment than the rows that they
// are made of.
func (r *relation) restoreDerived() {
	if r.derived == nil {
		return
	}
	latest := make([]int64, len(r.members.refs))
	for i := range latest {
		latest[i] = none
	}
	r.of.rows(func(row, other uint32) uint32 {
		latest[other] = max(latest[other], r.instants.get(row))
		return other
	})
	under := func(other uint32) int64 {
		if int(other) < len(latest) {
			return latest[other]
		}
		return none
	}
	for other := range each(r.to.live) {
		r.put(r.count, other, r.counted(other))
		r.put(r.latest, other, under(other))
	}
	for survivor := range r.to.absorbs {
		for _, one := range r.to.group(nil, survivor) {
			r.apart[one] = under(one)
		}
		r.show(survivor)
	}
}

// differs returns the derived columns in which another is not what its rows say.
func (r *relation) differs(other uint32) (fields []string) {
	if !r.count.agrees(other, r.counted(other)) {
		fields = append(fields, r.declared.Summary.Count)
	}
	if !r.latest.agrees(other, r.latestOf(other)) {
		fields = append(fields, r.declared.Summary.Latest)
	}
	return fields
}

// agrees reports whether a row has a number, and is seen as what it is.
func (c *numberColumn) agrees(row uint32, n int64) bool { return c.get(row) == n && c.sketched(row) }
