package columns

import (
	"iter"
	"math"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// joinedOrder is a column of the other table of a relation as one to sort by. It
// knows no groups, and rows that belong to none come last.
type joinedOrder struct {
	*relation
	column sortable
}

// order returns what gives the order of the field, false when nothing does.
func (j joinedColumn) order(f fields.Field) (sortable, bool) {
	column, ok := orderOf(j.column, f)
	if !ok {
		return nil, false
	}
	order := joinedOrder{j.relation, column}
	switch column := column.(type) {
	case *textColumn:
		return joinedTexts{order, column}, true
	case *numberColumn:
		return joinedNumbers{order, column}, true
	}
	return order, true
}

func (j joinedOrder) keys(f fields.Field) func(uint32) sortKey {
	of := j.column.keys(f)
	switch j.column.(type) {
	case *checkboxColumn, *choiceColumn: // which have a key for rows that are not there
		return func(row uint32) sortKey {
			if other := j.other(row); j.to.live.Contains(other) {
				return of(other)
			}
			return sortKey{}
		}
	}
	return func(row uint32) sortKey { return of(j.other(row)) }
}

// joinedTexts is joinedOrder for texts, which stand in order.
type joinedTexts struct {
	joinedOrder
	texts *textColumn
}

// groups goes through the texts of the other table in order.
func (j joinedTexts) groups(_ fields.Field, rows *roaring.Bitmap, desc bool, from *sortKey, most int) iter.Seq[*roaring.Bitmap] {
	return func(yield func(*roaring.Bitmap) bool) {
		if from == nil || from.kind != fields.Missing {
			looks := min(most, int(rows.GetCardinality()/patience))
			codes := j.texts.walk(desc, from)
			if codes == nil {
				yield(gaveUp)
				return
			}
			for code := range codes {
				others := j.named(j.texts.rows.list(code))
				if looks -= len(others); looks < 0 {
					yield(gaveUp)
					return
				}
				if !yield(j.under(others, rows)) {
					return
				}
			}
		}
		yield(roaring.AndNot(rows, j.rowsOf(newWork(nil), j.texts.present).rows))
	}
}

// under returns those of the rows that name one of some others.
func (j joinedOrder) under(others []uint32, rows *roaring.Bitmap) *roaring.Bitmap {
	group := roaring.New()
	for _, other := range others {
		if members := j.members.within(other, rows); members != nil {
			group.Or(members)
		}
	}
	return group
}

// joinedNumbers is joinedOrder for numbers.
type joinedNumbers struct {
	joinedOrder
	numbers *numberColumn
}

// manyOthers is from how many others that share a number on it is quicker to look up all of their rows.
const manyOthers = 256

// groups goes through the numbers of the other table in order.
func (j joinedNumbers) groups(_ fields.Field, rows *roaring.Bitmap, desc bool, from *sortKey, most int) iter.Seq[*roaring.Bitmap] {
	return func(yield func(*roaring.Bitmap) bool) {
		if from == nil || from.kind != fields.Missing {
			looks := min(most, int(rows.GetCardinality()/patience))
			for same := range j.numbers.valued(j.to.live, desc, from) {
				var group *roaring.Bitmap
				if same.GetCardinality() < manyOthers {
					group = j.under(j.named(same.ToArray()), rows)
				} else {
					group = roaring.And(rows, j.rowsOf(newWork(nil), same).rows)
				}
				if looks -= int(min(same.GetCardinality(), manyOthers)); looks < 0 {
					yield(gaveUp)
					return
				}
				if !yield(group) {
					return
				}
			}
		}
		numbered := j.numbers.within(j.to.live, none+1, math.MaxInt64)
		yield(roaring.AndNot(rows, j.rowsOf(newWork(nil), numbered).rows))
	}
}
