package columns

import (
	"iter"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// grouping is a sortable that knows its values in their order.
type grouping interface {
	// groups yields, value by value from a key on (nil for the first), those of
	// the rows that have it, and at last those without one. What is left of a
	// value may be empty. It yields nil and ends when it cannot, when the first page
	// probably takes more than a number of steps, or after so many steps.
	groups(f fields.Field, rows *roaring.Bitmap, desc bool, from *sortKey, most uint64) iter.Seq[*roaring.Bitmap]
}

// What it costs to look whether a value of few rows has some of others, and to make a set of those that it has.
const (
	valueSteps = 8
	groupSteps = 64
)

// someRows is about how many rows a page has.
const someRows = 50

// valuesOf is about how many of some values a page of some rows takes, if all values have as many of the rows.
func valuesOf(values int, rows *roaring.Bitmap) uint64 {
	return uint64(values) * someRows / max(1, rows.GetCardinality())
}

// gaveUp is what groups yields then.
var gaveUp *roaring.Bitmap

// groups goes through the texts in order.
func (t *textColumn) groups(_ fields.Field, rows *roaring.Bitmap, desc bool, from *sortKey, most uint64) iter.Seq[*roaring.Bitmap] {
	return func(yield func(*roaring.Bitmap) bool) {
		if from == nil || from.kind != fields.Missing {
			w := t.newTextWalk(rows, &t.codes, t.codes.get, most)
			defer w.end()
			for code := range w.codes(desc, from) {
				if w.passesOver(code) {
					continue
				}
				if !w.charge(t.rows.withinSteps(code, rows)) {
					break
				}
				if group := t.rows.within(code, rows); group != nil && !yield(group) {
					return
				}
			}
			if w.gaveUp {
				yield(gaveUp)
				return
			}
		}
		yield(roaring.AndNot(rows, t.present))
	}
}

// withinSteps is what within costs.
func (p *postings) withinSteps(code uint32, rows *roaring.Bitmap) uint64 {
	if many := p.many(code); many != nil {
		return intersectSteps(rows, uint64(p.groups[p.ref(code)&^grouped].size))
	}
	return valueSteps
}

// intersectSteps is what it costs to intersect some rows with a set of a size.
func intersectSteps(rows *roaring.Bitmap, size uint64) uint64 {
	blocks, fewer := uint64(blocksTo(rows)), min(rows.GetCardinality(), size)
	if fewer > maxList*blocks {
		return (setSteps + bitsSteps) * blocks
	}
	return setSteps*blocks + fewer/countedRows
}

// walk yields the codes in the order of their texts, from a key on; nil when
// there is no order (yet).
func (t *textColumn) walk(desc bool, from *sortKey) iter.Seq[uint32] {
	order := t.order()
	if order == nil {
		return nil
	}
	return t.along(order, desc, from)
}

// along is walk for an order.
func (t *textColumn) along(order *sortedCodes, desc bool, from *sortKey) iter.Seq[uint32] {
	switch {
	case desc && from == nil:
		return order.backward(order.end())
	case desc:
		return order.backward(order.seek(t.folds, from.text, true))
	case from == nil:
		return order.between(codePlace{}, order.end())
	}
	return order.between(order.seek(t.folds, from.text, false), order.end())
}

// groups are yes and no, the unset among the latter unless they are missing.
func (c *checkboxColumn) groups(f fields.Field, rows *roaring.Bitmap, desc bool, _ *sortKey, _ uint64) iter.Seq[*roaring.Bitmap] {
	return func(yield func(*roaring.Bitmap) bool) {
		yes, unset := roaring.And(rows, c.yes), roaring.New()
		no := roaring.AndNot(rows, yes)
		if threeState(f) {
			unset = roaring.AndNot(no, c.no)
			no.AndNot(unset)
		}
		if desc {
			yes, no = no, yes
		}
		_ = yield(no) && yield(yes) && yield(unset)
	}
}

// within returns those of the rows that have a code, nil for none.
func (p *postings) within(code uint32, rows *roaring.Bitmap) *roaring.Bitmap {
	if many := p.many(code); many != nil {
		return roaring.And(many, rows)
	}
	var buffer [maxFew]uint32
	few := p.few(code, buffer[:0])
	kept := few[:0]
	for _, row := range few {
		if rows.Contains(row) {
			kept = append(kept, row)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return fromSorted(kept)
}
