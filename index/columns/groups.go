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
	// value may be empty. It yields nil and ends when it cannot, when going through
	// the values would take longer than going through the rows, or after most
	// looks.
	groups(f fields.Field, rows *roaring.Bitmap, desc bool, from *sortKey, most int) iter.Seq[*roaring.Bitmap]
}

// patience is how many looks at a row take as long as one at a value of many rows. Looks at values may be in vain, so all
// together take no longer than looks at the rows would.
const patience = 16

// gaveUp is what groups yields then.
var gaveUp *roaring.Bitmap

// groups goes through the texts in order.
func (t *textColumn) groups(_ fields.Field, rows *roaring.Bitmap, desc bool, from *sortKey, most int) iter.Seq[*roaring.Bitmap] {
	return func(yield func(*roaring.Bitmap) bool) {
		if from == nil || from.kind != fields.Missing {
			looks := min(patience*most, int(rows.GetCardinality()))
			codes := t.walk(desc, from)
			if codes == nil {
				yield(gaveUp)
				return
			}
			for code := range codes {
				if looks -= t.rows.looks(code); looks < 0 {
					yield(gaveUp)
					return
				}
				if group := t.rows.within(code, rows); group != nil && !yield(group) {
					return
				}
			}
		}
		yield(roaring.AndNot(rows, t.present))
	}
}

// looks is how many looks at a row take as long as one at the rows of a code.
func (p *postings) looks(code uint32) int {
	if p.many(code) != nil {
		return patience
	}
	return 1
}

// walk yields the codes in the order of their texts, from a key on; nil when
// there is no order (yet).
func (t *textColumn) walk(desc bool, from *sortKey) iter.Seq[uint32] {
	order := t.order()
	switch {
	case order == nil:
		return nil
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
func (c *checkboxColumn) groups(f fields.Field, rows *roaring.Bitmap, desc bool, _ *sortKey, _ int) iter.Seq[*roaring.Bitmap] {
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
