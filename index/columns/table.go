package columns

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// table holds the records of one kind, a row each by their ordinal. The lock of
// the Tables that it is one of guards it.
type table struct {
	layout     layout
	live       *roaring.Bitmap
	standard   []standardColumn
	places     map[string]int           // in standard, by name
	attributes []attributeColumn        // in order of number, then kind
	known      func(number uint32) bool // whether an attribute is defined
	redirects  redirects
	absorbs    map[uint32][]uint32 // by row: the rows that it has absorbed
	relations  []*relation         // to others
	members    []*relation         // of others to it, of which it has derived columns
	owns       []*relation         // of others that go with its records
	rests      []*relation         // to others, of which they have rollups of derived columns
	writing    uint32              // the row that is being written, 0 for none

	changed   map[ChangeKey]*changeColumn // see KeepChanges; of people only
	returned  []uint32                    // see Tables.Returned
	renamings []*fields.Renaming          // of options and labels, under way

	batch int // of trigrams; never changes
}

// layout says how the records of one kind lie in columns.
type layout struct {
	entity   fields.Entity
	dated    bool // see ledger.Shape
	declared []ledger.Column
	// columns returns the empty columns of the fields that such a record has
	// itself. The batch is that of their trigrams.
	columns   func(batch int) []standardColumn
	ordinalOf func(record any) uint32
	// attributesOf returns the custom attributes of a record, and absorbedBy the
	// records that it has absorbed.
	attributesOf func(record any) fields.Attributes
	absorbedBy   func(record any) []ledger.Absorbed
	relations    []ledger.Relation
}

// column is one field of every row.
type column interface {
	field
	stored
	// set gives a row its value; a missing one takes it away.
	set(row uint32, v fields.Value)
}

// standardColumn is the column of a field that every record of a kind has.
type standardColumn struct {
	name string
	of   func(record any) fields.Value // nil for a derived column
	column
	told     string           // what names a change of it, see written; "" for nothing
	renaming *fields.Renaming // of a label, nil for none

	// others has the other values of a record in the field, see othersColumn. It is nil for a
	// field with one value.
	others *setColumn
}

// attributeColumn is the column of a custom attribute. It is made when the
// first record has a value, in the kind of that value.
type attributeColumn struct {
	number uint32
	kind   fields.ValueKind
	column
}

// newTable returns an empty table.
func newTable(l layout, batch int) *table {
	t := &table{
		layout: l, live: roaring.New(), places: make(map[string]int), absorbs: make(map[uint32][]uint32),
		known: func(uint32) bool { return true }, batch: batch,
	}
	for _, s := range l.columns(batch) {
		t.add(s)
	}
	for i := range t.standard {
		s := &t.standard[i]
		s.others, _ = t.named(othersPrefix + s.name).(*setColumn)
	}
	return t
}

// add adds a standard column. That there is one of its name is a mistake in the
// program, so it panics.
func (t *table) add(s standardColumn) {
	if _, twice := t.places[s.name]; twice {
		panic(fmt.Sprintf("a %s has two columns %s", t.layout.entity, s.name))
	}
	t.places[s.name] = len(t.standard)
	t.standard = append(t.standard, s)
}

// own yields the standard columns whose values the records have themselves.
func (t *table) own(yield func(*standardColumn) bool) {
	for i := range t.standard {
		if s := &t.standard[i]; s.of != nil && !yield(s) {
			return
		}
	}
}

// named returns the standard column of a name, nil for none.
func (t *table) named(name string) column {
	if s := t.standardNamed(name); s != nil {
		return s.column
	}
	return nil
}

// standardNamed is named with what belongs to the column.
func (t *table) standardNamed(name string) *standardColumn {
	if i, found := t.places[name]; found {
		return &t.standard[i]
	}
	return nil
}

// columnOf returns the standard column of a name. That there is none of the type
// is a mistake in the program, so it panics.
func columnOf[C column](t *table, name string) C {
	c, ok := t.named(name).(C)
	if !ok {
		panic(fmt.Sprintf("the column %s of a %s is a %T", name, t.layout.entity, t.named(name)))
	}
	return c
}

// write replaces a record's row. changed names the fields in which it is not as it was, nil
// when that is not known: most updates change few, and looking at each costs time in which
// readers wait.
func (t *table) write(row uint32, record any, changed []string) {
	if t.live.CheckedAdd(row) {
		changed = nil
	}
	for s := range t.own {
		if s.written(changed) {
			s.set(row, s.value(record))
		}
	}
	if changed == nil || slices.ContainsFunc(changed, fields.IsAttribute) {
		t.writeAttributes(row, t.values(record))
	}
}

// written reports whether a change of some fields may be one of the column.
func (s *standardColumn) written(changed []string) bool {
	return changed == nil || s.told == "" || slices.Contains(changed, s.told)
}

// absorbedRows returns the rows of the records that one has absorbed.
func (t *table) absorbedRows(record any) []uint32 {
	absorbed := t.absorbed(record)
	if len(absorbed) == 0 {
		return nil
	}
	rows := make([]uint32, len(absorbed))
	for i := range absorbed {
		rows[i] = absorbed[i].Ordinal
	}
	return rows
}

// values returns the custom attributes of a record.
func (t *table) values(record any) fields.Attributes {
	return t.present(t.layout.attributesOf(record))
}

// absorbed returns the records that one has absorbed.
func (t *table) absorbed(record any) []ledger.Absorbed { return t.layout.absorbedBy(record) }

// writeAttributes replaces a record's custom attributes: those it has not are
// taken away.
func (t *table) writeAttributes(row uint32, values fields.Attributes) {
	for _, a := range values {
		if _, found := t.attributeAt(a.Number, a.Value.Kind); !found && t.known(a.Number) {
			t.addAttribute(a.Number, a.Value.Kind)
		}
	}
	next := 0
	for i := range t.attributes {
		a := &t.attributes[i]
		for next < len(values) && values[next].Number < a.number {
			next++
		}
		var v fields.Value
		if next < len(values) && values[next].Number == a.number && values[next].Value.Kind == a.kind {
			v = values[next].Value
		}
		a.set(row, v)
	}
}

// attributeAt returns where in attributes a column is, or belongs.
func (t *table) attributeAt(number uint32, kind fields.ValueKind) (int, bool) {
	return slices.BinarySearchFunc(t.attributes, attributeColumn{number: number, kind: kind}, func(a, b attributeColumn) int {
		if a.number != b.number {
			return cmp.Compare(a.number, b.number)
		}
		return cmp.Compare(a.kind, b.kind)
	})
}

// addAttribute makes the column of an attribute.
func (t *table) addAttribute(number uint32, kind fields.ValueKind) {
	if c := newAttributeColumn(kind, t.batch); c != nil {
		i, _ := t.attributeAt(number, kind)
		t.attributes = slices.Insert(t.attributes, i, attributeColumn{number, kind, c})
	}
}

// keep removes the columns of attributes that are not known and ignores their
// values from then on. It reports whether there were any.
func (t *table) keep(known func(number uint32) bool) bool {
	t.known = known
	before := len(t.attributes)
	t.attributes = slices.DeleteFunc(t.attributes, func(a attributeColumn) bool { return !known(a.number) })
	return len(t.attributes) < before
}

// newAttributeColumn returns an empty column for a kind of value, nil for a
// missing one. The batch is that of its trigrams.
func newAttributeColumn(kind fields.ValueKind, batch int) column {
	switch kind {
	case fields.KindText:
		return newTextColumn(words.Canonical).indexed(batch)
	case fields.KindNumber:
		return &numberColumn{form: floats}
	case fields.KindInt:
		return &numberColumn{}
	case fields.KindBool:
		return newCheckboxColumn()
	case fields.KindList:
		return newSetColumn(words.Canonical)
	}
	return nil
}

// erase removes a record's row. After a checkpoint was loaded, what is not live
// may still have values.
func (t *table) erase(row uint32) {
	t.live.Remove(row)
	for s := range t.own {
		s.set(row, fields.Value{})
	}
	for i := range t.attributes {
		t.attributes[i].set(row, fields.Value{})
	}
	t.forgetChanges(row)
}
