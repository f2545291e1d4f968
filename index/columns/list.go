package columns

import (
	"iter"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// listColumn is a column of the options of a single-valued list, which come in
// the order of the definition. What is no option any more comes behind them, by
// fold.
type listColumn struct {
	texts *textColumn
	list  *fields.AttributeDefinition
}

// optionsOf returns the column of options that gives an order, also of another table;
// false when none does.
func optionsOf(c sortable) (listColumn, bool) {
	if j, ok := c.(joinedOrder); ok {
		c = j.column
	}
	list, ok := c.(listColumn)
	return list, ok
}

// key is that of an option, given its fold.
func (l listColumn) key(fold string) sortKey {
	return sortKey{kind: fields.KindText, number: int64(l.list.OptionPlace(fold)), text: fold}
}

func (l listColumn) keys(f fields.Field) func(uint32) sortKey {
	of := l.texts.keys(f)
	return func(row uint32) sortKey {
		k := of(row)
		if k.kind == fields.Missing {
			return k
		}
		return l.key(k.text)
	}
}

// groups goes through the options in order. They are few enough to be put in
// order each time.
func (l listColumn) groups(_ fields.Field, rows *roaring.Bitmap, desc bool, from *sortKey, most uint64) iter.Seq[*roaring.Bitmap] {
	return func(yield func(*roaring.Bitmap) bool) {
		if from == nil || from.kind != fields.Missing {
			steps := uint64(0)
			for _, code := range l.codes(desc) {
				if steps += l.texts.rows.withinSteps(code, rows); steps > most {
					yield(gaveUp)
					return
				}
				if group := l.texts.rows.within(code, rows); group != nil && !yield(group) {
					return
				}
			}
		}
		yield(roaring.AndNot(rows, l.texts.present))
	}
}

// codes returns the codes in the order of their options.
func (l listColumn) codes(desc bool) []uint32 {
	type option struct {
		sortKey
		code uint32
	}
	var options []option
	for _, code := range l.texts.folds.all() {
		options = append(options, option{l.key(l.texts.folds.key(code)), code})
	}
	order := criterion{desc: desc}
	slices.SortFunc(options, func(a, b option) int { return order.compare(a.sortKey, b.sortKey) })
	codes := make([]uint32, len(options))
	for i, o := range options {
		codes[i] = o.code
	}
	return codes
}
