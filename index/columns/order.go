package columns

import (
	"cmp"
	"iter"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// sortKey is what a row is sorted by in one column: its folded text or its
// number. The zero sortKey is a missing value.
type sortKey struct {
	kind   fields.ValueKind
	number int64 // of numbers as numberColumn keeps them, of checkboxes 0 or 1, of options their place
	text   string
}

// sortable is a column by which rows can be put in order.
type sortable interface {
	// keys returns the sort key of a row of the field.
	keys(f fields.Field) func(row uint32) sortKey
}

// span is the part of an order in which the rows of a page lie: from the end
// of the page before to the last row found so far. An end that is nil is open.
type span struct{ from, to *sortKey }

// criterion is one part of an order.
type criterion struct {
	of     func(row uint32) sortKey
	column sortable
	desc   bool
	// groups is that of a grouping, nil when the column is none.
	groups func(rows *roaring.Bitmap, from *sortKey, most uint64) iter.Seq[*roaring.Bitmap]

	heads func(rows []uint32, heads []int64) // that of a headed, for up to headRows rows; nil when the column has no heads
	rank  numberRank                         // of the heads
	texts bool                               // the heads are those of texts
}

func newCriterion(c sortable, s fields.Sort) criterion {
	made := criterion{of: c.keys(s.Field), column: c, desc: s.Desc, rank: newNumberRank(s.Desc)}
	if c, ok := c.(headed); ok {
		made.heads = c.heads(s.Field)
	}
	switch c.(type) {
	case *textColumn, joinedTexts:
		made.texts = true
	}
	if c, ok := c.(grouping); ok {
		made.groups = func(rows *roaring.Bitmap, from *sortKey, most uint64) iter.Seq[*roaring.Bitmap] {
			return c.groups(s.Field, rows, s.Desc, from, most)
		}
	}
	return made
}

// compare puts missing keys last in both directions.
func (c *criterion) compare(a, b sortKey) int {
	if a.kind == fields.Missing || b.kind == fields.Missing {
		switch {
		case a.kind == b.kind:
			return 0
		case a.kind == fields.Missing:
			return 1
		}
		return -1
	}
	order := cmp.Compare(a.number, b.number)
	if order == 0 {
		order = strings.Compare(a.text, b.text)
	}
	if c.desc {
		return -order
	}
	return order
}

// value is the key as the position of a page holds it.
func (k sortKey) value() fields.Value {
	switch k.kind {
	case fields.KindText: // present even when it folds to nothing
		return fields.Value{Kind: fields.KindText, Text: k.text}
	case fields.KindNumber:
		return fields.NumberValue(unorder(k.number))
	case fields.KindInt:
		return fields.IntValue(k.number)
	case fields.KindBool:
		return fields.BoolValue(k.number == 1)
	}
	return fields.Value{}
}

// keyOf is the inverse of value.
func keyOf(v fields.Value) sortKey {
	k := sortKey{kind: v.Kind, text: v.Text, number: v.Int}
	switch {
	case v.Kind == fields.KindNumber:
		k.number = inOrder(v.Float)
	case v.Kind == fields.KindBool && v.Bool:
		k.number = 1
	}
	return k
}

func (t *textColumn) keys(fields.Field) func(uint32) sortKey {
	return func(row uint32) sortKey {
		code := t.codes.get(row)
		if code == 0 {
			return sortKey{}
		}
		return sortKey{kind: fields.KindText, text: t.folds.key(code)}
	}
}

func (c *numberColumn) keys(fields.Field) func(uint32) sortKey {
	kind := fields.KindInt
	if c.form == floats {
		kind = fields.KindNumber
	}
	return func(row uint32) sortKey {
		n := c.get(row)
		if n == none {
			return sortKey{}
		}
		return sortKey{kind: kind, number: n}
	}
}

func (c *checkboxColumn) keys(f fields.Field) func(uint32) sortKey {
	return func(row uint32) sortKey {
		switch {
		case c.yes.Contains(row):
			return sortKey{kind: fields.KindBool, number: 1}
		case threeState(f) && !c.no.Contains(row):
			return sortKey{}
		}
		return sortKey{kind: fields.KindBool}
	}
}

// threeState reports whether a checkbox is missing until set.
func threeState(f fields.Field) bool { return f.Attribute != nil && f.Attribute.ThreeState }
