package columns

import (
	"cmp"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// place is a row and what it is sorted by.
type place struct {
	row  uint32
	keys []sortKey
}

// Page returns the ordinals of the first limit of the rows that come after the
// position (nil for the first page) in the order, and the position of the last
// one when there are more. Among equals, and without an order, rows come by
// ordinal. A many-valued field is an error of KindInvalid.
func (v *View) Page(rows *roaring.Bitmap, order []fields.Sort, after *fields.Position, limit int) ([]uint32, *fields.Position, error) {
	return v.page(newWork(v.t), rows, order, after, limit)
}

// page is Page for as long as the work allows, see its err.
func (v *View) page(w *work, rows *roaring.Bitmap, order []fields.Sort, after *fields.Position, limit int) ([]uint32, *fields.Position, error) {
	if limit <= 0 {
		return nil, nil, nil
	}
	criteria, err := v.criteria(order)
	if err != nil {
		return nil, nil, err
	}
	p := pager{work: w, limit: limit + 1, criteria: criteria}
	p.take(rows, criteria, placeOf(after, criteria))
	list, next := p.page()
	return list, next, nil
}

// criteria returns the parts of an order.
func (v *View) criteria(order []fields.Sort) ([]criterion, error) {
	criteria := make([]criterion, len(order))
	for i, s := range order {
		column, ok := v.sortable(s.Field)
		if !ok {
			return nil, &fault.Error{
				Kind: fault.KindInvalid, Type: "invalid-sort",
				Message: "A many-valued field gives no order.",
			}
		}
		criteria[i] = newCriterion(column, s)
	}
	return criteria, nil
}

// sortable returns what gives the order of a field; false when nothing does.
func (v *View) sortable(f fields.Field) (sortable, bool) {
	column := v.field(f)
	if j, is := column.(joinedColumn); is {
		return j.order(f)
	}
	return orderOf(column, f)
}

// orderOf is sortable for a column.
func orderOf(c field, f fields.Field) (sortable, bool) {
	column, ok := c.(sortable)
	if texts, is := column.(*textColumn); is && f.Attribute != nil && f.Attribute.Type == fields.AttributeList {
		return listColumn{texts, f.Attribute}, true
	}
	return column, ok
}

// pager collects the rows of a page and one more, to know whether there is a
// next one.
type pager struct {
	work     *work
	criteria []criterion
	limit    int
	rows     []uint32
}

// page returns the page and, when there are more, the position of its last row.
func (p *pager) page() ([]uint32, *fields.Position) {
	if !p.full() {
		return p.rows, nil
	}
	page := p.rows[:p.limit-1]
	return page, p.place(page[len(page)-1]).position()
}

// full reports whether the page is complete.
func (p *pager) full() bool { return len(p.rows) == p.limit }

// take appends the first of the rows, in the order of the criteria, that come
// after start: value by value of the first criterion where that is quick.
func (p *pager) take(rows *roaring.Bitmap, criteria []criterion, start *place) {
	switch {
	case len(criteria) == 0:
		p.rows = appendAfter(p.rows, rows, start, p.limit)
	case isNumber(criteria):
		p.takeNumbers(rows, criteria[0], start)
	case criteria[0].groups == nil || rows.GetCardinality() < fewRows || !p.takeGroups(rows, criteria, start):
		if p.work.charge(2 * rows.GetCardinality()) {
			p.takeFirst(rows, criteria, start)
		}
	}
}

// fewRows are sorted at once.
const fewRows = 256

// takeGroups does so value by value and reports whether it could in fewer steps than there are rows, to look at which
// takes twice as many. Otherwise it has taken nothing.
func (p *pager) takeGroups(rows *roaring.Bitmap, criteria []criterion, start *place) bool {
	c, taken := criteria[0], len(p.rows)
	var from *sortKey
	if start != nil {
		from = &start.keys[0]
	}
	for group := range c.groups(rows, from, min(p.work.quick, rows.GetCardinality())) {
		if group == gaveUp {
			p.rows = p.rows[:taken]
			return false
		}
		if group.IsEmpty() {
			continue
		}
		behind := -1
		if from != nil {
			behind = c.compare(*from, c.of(group.Minimum()))
		}
		switch {
		case behind < 0:
			p.take(group, criteria[1:], nil)
		case behind == 0:
			p.take(group, criteria[1:], &place{start.row, start.keys[1:]})
		}
		if p.full() || p.work.err != nil {
			break
		}
	}
	return true
}

// place returns what a row is sorted by.
func (p pager) place(row uint32) place {
	made := place{row: row}
	for _, c := range p.criteria {
		made.keys = append(made.keys, c.of(row))
	}
	return made
}

// appendAfter appends rows by ordinal, those behind start, until the list is as
// long as the limit.
func appendAfter(list []uint32, rows *roaring.Bitmap, start *place, limit int) []uint32 {
	it := rows.Iterator()
	if start != nil {
		it.AdvanceIfNeeded(start.row)
		if it.HasNext() && it.PeekNext() == start.row {
			it.Next()
		}
	}
	for it.HasNext() && len(list) < limit {
		list = append(list, it.Next())
	}
	return list
}

func rowsOf[T any](places []T, row func(T) uint32) []uint32 {
	rows := make([]uint32, len(places))
	for i := range places {
		rows[i] = row(places[i])
	}
	return rows
}

// offer puts a row among the first if it comes after start.
func offer(first *top[place], criteria []criterion, start *place, row uint32) {
	leading := criteria[0].of(row)
	if first.full() {
		// Rows come by ordinal, so among equals the ones that are there win.
		order := criteria[0].compare(leading, first.last().keys[0])
		if order > 0 || order == 0 && len(criteria) == 1 {
			return
		}
	}
	p := place{row: row, keys: make([]sortKey, len(criteria))}
	p.keys[0] = leading
	for i := 1; i < len(criteria); i++ {
		p.keys[i] = criteria[i].of(row)
	}
	if start == nil || comparePlaces(criteria, p, *start) > 0 {
		first.add(p)
	}
}

func comparePlaces(criteria []criterion, a, b place) int {
	for i := range criteria {
		if order := criteria[i].compare(a.keys[i], b.keys[i]); order != 0 {
			return order
		}
	}
	return cmp.Compare(a.row, b.row)
}

func (p place) position() *fields.Position {
	position := &fields.Position{Ordinal: p.row}
	for _, key := range p.keys {
		position.Keys = append(position.Keys, key.value())
	}
	return position
}

// placeOf is the place of a position, nil for none. Keys that it lacks are
// missing ones.
func placeOf(position *fields.Position, criteria []criterion) *place {
	if position == nil {
		return nil
	}
	p := &place{row: position.Ordinal, keys: make([]sortKey, len(criteria))}
	for i := range min(len(criteria), len(position.Keys)) {
		p.keys[i] = keyOf(position.Keys[i])
		if list, ok := optionsOf(criteria[i].column); ok && p.keys[i].kind != fields.Missing {
			p.keys[i] = list.key(p.keys[i].text)
		}
	}
	return p
}
