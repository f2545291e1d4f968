package columns

import (
	"iter"

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
	if texts, ok := column.(*textColumn); ok {
		return joinedTexts{order, texts}, true
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
				group := roaring.New()
				for _, other := range others {
					if members := j.members.within(other, rows); members != nil {
						group.Or(members)
					}
				}
				if !yield(group) {
					return
				}
			}
		}
		yield(roaring.AndNot(rows, j.rowsOf(newWork(nil), j.texts.present).rows))
	}
}
