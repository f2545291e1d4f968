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
func (j joinedTexts) groups(_ fields.Field, rows *roaring.Bitmap, desc bool, from *sortKey, most uint64) iter.Seq[*roaring.Bitmap] {
	return func(yield func(*roaring.Bitmap) bool) {
		if from == nil || from.kind != fields.Missing {
			w := j.texts.newTextWalk(rows, &j.of, func(row uint32) uint32 { return j.texts.codes.get(j.other(row)) }, most)
			defer w.end()
			for code := range w.codes(desc, from) {
				if w.passesOver(code) {
					continue
				}
				others := j.named(j.texts.rows.list(code))
				if !w.charge(j.underSteps(others, rows)) {
					break
				}
				if !yield(j.under(others, rows)) {
					return
				}
			}
			if w.gaveUp {
				yield(gaveUp)
				return
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

// underSteps is what under costs.
func (j joinedOrder) underSteps(others []uint32, rows *roaring.Bitmap) uint64 {
	steps := uint64(groupSteps)
	for _, other := range others {
		steps += j.members.withinSteps(other, rows)
	}
	return steps
}

// joinedNumbers is joinedOrder for numbers.
type joinedNumbers struct {
	joinedOrder
	numbers *numberColumn
}

// manyOthers is from how many others that share a number on it is quicker to look up all of their rows.
const manyOthers = 256

// groups goes through the numbers of the other table in order.
func (j joinedNumbers) groups(_ fields.Field, rows *roaring.Bitmap, desc bool, from *sortKey, most uint64) iter.Seq[*roaring.Bitmap] {
	return func(yield func(*roaring.Bitmap) bool) {
		if from == nil || from.kind != fields.Missing {
			steps := valuesOf(int(j.to.live.GetCardinality()), rows) * groupSteps // at first those that are expected
			if steps > most {
				yield(gaveUp)
				return
			}
			steps = 0
			for same := range j.numbers.valued(j.to.live, desc, from) {
				if steps += j.withinSteps(same, rows); steps > most {
					yield(gaveUp)
					return
				}
				if !yield(j.within(same, rows)) {
					return
				}
			}
		}
		numbered := j.numbers.within(j.to.live, none+1, math.MaxInt64)
		yield(roaring.AndNot(rows, j.rowsOf(newWork(nil), numbered).rows))
	}
}

// within returns those of the rows that belong to some others.
func (j joinedNumbers) within(others, rows *roaring.Bitmap) *roaring.Bitmap {
	if others.GetCardinality() < manyOthers {
		return j.under(j.named(others.ToArray()), rows)
	}
	return roaring.And(rows, j.rowsOf(newWork(nil), others).rows)
}

// withinSteps is what within costs.
func (j joinedNumbers) withinSteps(others, rows *roaring.Bitmap) uint64 {
	if others.GetCardinality() < manyOthers {
		return j.underSteps(j.named(others.ToArray()), rows)
	}
	return manyOthers * groupSteps
}
