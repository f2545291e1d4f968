package columns

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/ledger"
)

// relation says to which row of another table each row of a table belongs. A row
// may name one that is not there, or not yet: the fields of that are missing.
type relation struct {
	declared ledger.Relation
	from, to *table
	others   *View // of the other table
	watches  *watches

	of      codes           // row -> row of the other table that it names, 0 for none: see other
	members postings        // by row of the other table
	present *roaring.Bitmap // rows that name another, there or not

	derived      // columns of the other table
	stays   bool // the row that is being written is whose it was, and gives what it gave
}

// assign makes a row one of another's, 0 for none.
func (r *relation) assign(row, other uint32) {
	old := r.of.get(row)
	if old == other {
		return
	}
	if old != 0 {
		r.members.remove(old, row)
	}
	r.of.set(row, other)
	if other == 0 {
		r.present.Remove(row)
		return
	}
	r.members.add(other, row)
	r.present.Add(row)
}

// rowsOf returns the rows that belong to any of the others.
func (r *relation) rowsOf(w *work, others *roaring.Bitmap) selection {
	return r.of.having(w, r.named(others.ToArray()), &r.members)
}

// othersOf returns those that some rows belong to.
func (r *relation) othersOf(rows *roaring.Bitmap) *roaring.Bitmap {
	var others []uint32
	for row := range each(rows) {
		if other := r.other(row); other != 0 {
			others = append(others, other)
		}
	}
	return fromRows(others)
}

// holds reports whether a row belongs to another, both by row and in what is
// looked up. One that is not there may be forgotten.
func (r *relation) holds(row, other uint32) bool {
	is := r.of.get(row)
	if is != other && (is != 0 || r.counts(other)) {
		return false
	}
	return r.present.Contains(row) == (is != 0) && (is == 0 || r.members.has(is, row))
}

func (r *relation) parts() []part { return []part{&r.of} }

// restore puts every row under its other again. One that has no place was made
// after the checkpoint began, like the change that names it. One that has a place and is not
// there was deleted, or absorbed, and may come back.
func (r *relation) restore() error {
	places := max(len(columnOf[*textColumn](r.to, "id").codes.blocks), len(r.to.redirects.to.blocks))
	r.members = newPostings(&r.of, min(r.of.size(), places<<blockBits), func(uint32) bool { return true })
	r.present = r.of.present()
	return nil
}
