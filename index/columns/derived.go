package columns

// derived are the columns of a table that are made of the rows which belong to
// its own: how many they are, and the latest of their instants. A row that is not
// there has neither.
type derived struct {
	count, latest *numberColumn
	instants      *numberColumn // of the rows
}

// derive makes the columns of a relation and gives them to its other table.
func (r *relation) derive() {
	r.derived = derived{&numberColumn{floats: true}, &numberColumn{}, columnOf[*numberColumn](r.from, r.instant)}
	r.to.add(standardColumn{name: r.countName, column: r.count})
	r.to.add(standardColumn{name: r.latestName, column: r.latest})
	r.to.members = append(r.to.members, r)
}

// standing is whom a row belongs to, and its instant.
type standing struct {
	other   uint32
	instant int64
}

func (r *relation) standing(row uint32) standing {
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
	if r.to.live.Contains(was.other) {
		if moved {
			r.count.put(was.other, r.counted(was.other))
		}
		if was.instant != none && was.instant == r.latest.get(was.other) && (moved || now.instant < was.instant) {
			r.latest.put(was.other, r.latestOf(was.other))
		}
	}
	if r.to.live.Contains(now.other) {
		if moved {
			r.count.put(now.other, r.counted(now.other))
		}
		r.latest.put(now.other, max(now.instant, r.latest.get(now.other)))
	}
}

// counted is how many rows belong to another, as the column has numbers.
func (r *relation) counted(other uint32) int64 { return inOrder(float64(r.members.count(other))) }

// latestOf looks at all rows that belong to another.
func (r *relation) latestOf(other uint32) int64 {
	latest := int64(none)
	rows, _ := r.members.bitmap(other)
	for row := range each(rows) {
		latest = max(latest, r.instants.get(row))
	}
	return latest
}

// comes makes the values of another that was not there before.
func (r *relation) comes(other uint32) {
	r.count.put(other, r.counted(other))
	r.latest.put(other, r.latestOf(other))
}

// goes takes the values of another away.
func (r *relation) goes(other uint32) {
	r.count.put(other, none)
	r.latest.put(other, none)
}

// restoreDerived makes the values of all others, once all else is restored. They are
// not written: a piece of theirs would be of another moment than the rows that they
// are made of.
func (r *relation) restoreDerived() {
	latest := make([]int64, len(r.members.refs))
	for i := range latest {
		latest[i] = none
	}
	r.of.rows(func(row, other uint32) uint32 {
		latest[other] = max(latest[other], r.instants.get(row))
		return other
	})
	for other := range each(r.to.live) {
		r.count.put(other, r.counted(other))
		if int(other) < len(latest) {
			r.latest.put(other, latest[other])
		}
	}
}

// differs returns the derived columns in which another is not what its rows say.
func (r *relation) differs(other uint32) (fields []string) {
	if !r.count.agrees(other, r.counted(other)) {
		fields = append(fields, r.countName)
	}
	if !r.latest.agrees(other, r.latestOf(other)) {
		fields = append(fields, r.latestName)
	}
	return fields
}

// agrees reports whether a row has a number, and is seen as what it is.
func (c *numberColumn) agrees(row uint32, n int64) bool { return c.get(row) == n && c.sketched(row) }
