package columns

import (
	"slices"
	"strconv"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Differs returns the fields in which the row of a record of the view's entity is not what
// the record says, attributes by number. "row" means that it has none.
func (v *View) Differs(record ledger.Record) []string {
	return v.of.differs(v.of.layout.ordinalOf(record), record)
}

func (t *table) differs(row uint32, record any) (fields []string) {
	if !t.live.Contains(row) {
		return []string{"row"}
	}
	for s := range t.own {
		if !holds(s.column, row, s.value(record)) {
			fields = append(fields, s.name)
		}
	}
	absorbed := t.absorbed(record)
	for i := range absorbed {
		if t.redirects.to.get(absorbed[i].Ordinal) != row {
			fields = append(fields, "redirect")
		}
	}
	for _, r := range t.relations {
		if !r.holds(row, r.declared.Of(record)) {
			fields = append(fields, r.declared.Name)
		}
	}
	for _, r := range t.members {
		fields = append(fields, r.differs(row)...)
	}
	return append(fields, t.attributesThatDiffer(row, t.values(record))...)
}

func (t *table) attributesThatDiffer(row uint32, values fields.Attributes) (names []string) {
	differs := func(number uint32) { names = append(names, "attribute "+strconv.Itoa(int(number))) }
	for i := range t.attributes {
		a := &t.attributes[i]
		value := values.Get(a.number)
		if value.Kind != a.kind {
			value = fields.Value{}
		}
		if !holds(a.column, row, value) {
			differs(a.number)
		}
	}
	for _, a := range values {
		if _, found := t.attributeAt(a.Number, a.Value.Kind); !found && t.known(a.Number) {
			differs(a.Number)
		}
	}
	return names
}

// holds reports whether a column has the value for a row, both by row and in
// what is looked up by value.
func holds(c column, row uint32, value fields.Value) bool {
	switch c := c.(type) {
	case *textColumn:
		return c.holds(row, value.Text)
	case *plainColumn:
		return c.holds(row, value.Text)
	case *setColumn:
		return c.holdsLabels(row, value.List)
	case *numberColumn:
		return c.get(row) == c.of(value) && c.sketched(row)
	case *seedColumn:
		return c.get(row) == uint32(value.Int)
	case *choiceColumn:
		return c.holds(row, value.Text)
	case *checkboxColumn:
		set := value.Kind == fields.KindBool
		return c.yes.Contains(row) == (set && value.Bool) && c.no.Contains(row) == (set && !value.Bool)
	}
	return false
}

// sketched reports whether a row's number is seen as what it is.
func (c *numberColumn) sketched(row uint32) bool {
	block, n := int(row>>blockBits), c.get(row)
	if block >= len(c.sketches) || c.sketches[block].codes == nil {
		return true
	}
	s := &c.sketches[block]
	return s.codes[uint16(row)] == s.code(n) && (n == none || s.least <= n && n <= s.most)
}

func (t *textColumn) holds(row uint32, text string) bool {
	code := t.codes.get(row)
	if t.present.Contains(row) != (text != "") || (code != 0) != (text != "") {
		return false
	}
	return code == 0 || t.text(row) == text && t.folds.key(code) == t.fold(text) && t.rows.has(code, row) && t.words.holds(row, t.fold(text))
}

func (s *setColumn) holdsLabels(row uint32, labels []string) bool {
	set := s.codes.get(row)
	if s.present.Contains(row) != (len(labels) > 0) || !s.spells(set, labels) {
		return false
	}
	for spelling := range s.labels(set) {
		if !s.rows.has(s.member[spelling], row) {
			return false
		}
	}
	return true
}

// has reports whether a row is under a code.
func (p *postings) has(code, row uint32) bool {
	if many := p.many(code); many != nil {
		return many.Contains(row)
	}
	return slices.Contains(p.few(code, nil), row)
}
