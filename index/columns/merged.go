package columns

import "slices"

// A merge rewrites nothing that refers to the absorbed record: rows that belong to it go on
// to name its row, which is not live any more. What follows finds the survivor for it, and
// the absorbed rows for the survivor.

// meant returns the row that one means: itself, or if its record was absorbed, the
// survivor's.
func (t *table) meant(row uint32) uint32 {
	if len(t.absorbs) == 0 {
		return row
	}
	survivor := t.redirects.to.get(row)
	if survivor == 0 || t.live.Contains(row) || !t.live.Contains(survivor) {
		return row
	}
	return survivor
}

// group appends to a list a row and those that it has absorbed.
func (t *table) group(list []uint32, row uint32) []uint32 {
	return append(append(list, row), t.absorbs[row]...)
}

// absorb says which rows a row has absorbed now, and returns those that it had before.
func (t *table) absorb(row uint32, absorbed []uint32) (before []uint32) {
	before = t.absorbs[row]
	for _, parted := range before {
		if !slices.Contains(absorbed, parted) && t.redirects.to.get(parted) == row {
			t.redirects.to.set(parted, 0)
		}
	}
	for _, one := range absorbed {
		t.redirects.to.set(one, row)
	}
	if len(absorbed) == 0 {
		delete(t.absorbs, row)
	} else {
		t.absorbs[row] = absorbed
	}
	return before
}

// restoreAbsorbs makes what the redirects say of survivors.
func (t *table) restoreAbsorbs() {
	t.redirects.to.rows(func(row, survivor uint32) uint32 {
		if !t.live.Contains(row) && t.live.Contains(survivor) {
			t.absorbs[survivor] = append(t.absorbs[survivor], row)
		}
		return survivor
	})
}

// other returns the row of the other table that a row belongs to, 0 for none. It may not be
// there.
func (r *relation) other(row uint32) uint32 { return r.to.meant(r.of.get(row)) }

// named returns the rows of the other table under which rows belong to any of some.
func (r *relation) named(others []uint32) []uint32 {
	if len(r.to.absorbs) == 0 {
		return others
	}
	list := make([]uint32, 0, len(others))
	for _, other := range others {
		list = r.to.group(list, other)
	}
	slices.Sort(list)
	return list
}

// size is how many rows belong to another.
func (r *relation) size(other uint32) (n uint64) {
	n = r.members.count(other)
	for _, absorbed := range r.to.absorbs[other] {
		n += r.members.count(absorbed)
	}
	return n
}

// countsOf brings counts by the rows that are named to those that are meant.
func (r *relation) countsOf(counts []uint32) []uint32 {
	for survivor, absorbed := range r.to.absorbs {
		for _, one := range absorbed {
			if int(one) < len(counts) && counts[one] > 0 {
				*at(&counts, survivor) += counts[one]
				counts[one] = 0
			}
		}
	}
	return counts
}
