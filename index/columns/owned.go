package columns

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/ledger"
)

// The log has the deletion of a record, and not of those that belong to it. Here they go with
// it. A merge moves none: rows go on to name the absorbed record, see relation.other.

// remove removes a record's row, and if it was deleted also the rows that belong to it and to
// those that it has absorbed.
func (t *Tables) remove(of *table, row uint32, deleted bool) {
	var gone []uint32
	if deleted && len(of.owns) > 0 {
		gone = of.group(nil, row)
	}
	t.erase(of, row)
	for _, r := range of.owns {
		for _, owner := range gone {
			t.removeOwned(r, owner)
		}
	}
}

// removeOwned removes the rows that belong to a row by a relation.
func (t *Tables) removeOwned(r *relation, owner uint32) {
	for _, row := range r.members.list(owner) {
		t.remove(r.from, row, true)
	}
}

// Owners returns the ordinals of the records that others belong to, in the order of those, and nil
// for records that belong to nothing. One may have been absorbed: a merge moves nothing.
func (v *View) Owners(ordinals []uint32) []uint32 {
	for _, r := range v.of.relations {
		if !r.declared.Owner || len(ordinals) == 0 {
			continue
		}
		owners := make([]uint32, len(ordinals))
		for i, ordinal := range ordinals {
			owners[i] = r.of.get(ordinal)
		}
		return owners
	}
	return nil
}

// Moments returns the moments that records of a dated kind have in their keys, in the order of the
// ordinals, and nil for any other kind. They are those of the field created_at, or at.
func (v *View) Moments(ordinals []uint32) []int64 {
	if !v.of.layout.dated || len(ordinals) == 0 {
		return nil
	}
	name := "created_at"
	if v.of.named(name) == nil {
		name = "at"
	}
	made := columnOf[*numberColumn](v.of, name)
	moments := make([]int64, len(ordinals))
	for i, ordinal := range ordinals {
		moments[i] = made.get(ordinal)
	}
	return moments
}

// Span is a record that belongs to another, with two of its instants in milliseconds.
type Span struct {
	Ref      ledger.Ref
	From, To int64
}

// Spans returns the records that belong to some others, each with what it has in two fields that
// are instants, in any order. A record without one of them is left out. The time that it takes grows
// with how many they are, some 50 ns each.
func (v *View) Spans(owners []uint32, from, to string) (list []Span) {
	froms, tos := columnOf[*numberColumn](v.of, from), columnOf[*numberColumn](v.of, to)
	for _, r := range v.of.relations {
		if !r.declared.Owner {
			continue
		}
		for _, owner := range owners {
			for row := range r.members.each(owner) {
				span := Span{ledger.Ref{Owner: owner, Ordinal: row}, froms.get(row), tos.get(row)}
				if span.From != none && span.To != none {
					list = append(list, span)
				}
			}
		}
	}
	return list
}

// DropOrphans removes the rows that belong to records which are not there. It is called when
// the tables have caught up with the log by Replay. The pieces of a checkpoint are of several
// moments, so there may also be rows of which it is not known whose they were.
func (t *Tables) DropOrphans() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, of := range t.tables {
		for _, r := range of.owns {
			for owner := range r.members.refs {
				if owner := uint32(owner); r.members.count(owner) > 0 && !r.counts(owner) {
					t.removeOwned(r, owner)
				}
			}
			for _, row := range roaring.AndNot(r.from.live, r.present).ToArray() {
				t.remove(r.from, row, true)
			}
		}
	}
}

// Belonging returns the rows that belong to any of some records, in a bitmap of the caller's own.
// It is empty for records that belong to nothing.
func (v *View) Belonging(owners []uint32) *roaring.Bitmap {
	rows := roaring.New()
	for _, r := range v.of.relations {
		if !r.declared.Owner {
			continue
		}
		for _, owner := range owners {
			some, _ := r.members.bitmap(owner)
			rows.Or(some)
		}
	}
	return rows
}
