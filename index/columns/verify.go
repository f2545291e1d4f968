package columns

import (
	"slices"
	"strconv"

	"github.com/ndoto/kundi/contacts"
)

// Differs returns the fields in which a contact's row is not what its record
// says, attributes by number. "row" means that it has none.
func (v *View) Differs(c *contacts.Contact) []string {
	if !v.Has(c.Ordinal) {
		return []string{"row"}
	}
	var fields []string
	for i := range v.of.standard {
		s := &v.of.standard[i]
		if !holds(s.column, c.Ordinal, s.of(c)) {
			fields = append(fields, s.name)
		}
	}
	for i := range c.Absorbed {
		if v.of.redirects.to.get(c.Absorbed[i].Ordinal) != c.Ordinal {
			fields = append(fields, "redirect")
		}
	}
	if !v.t.companies.holds(c.Ordinal, c.Company) {
		fields = append(fields, "company")
	}
	return append(fields, v.attributesThatDiffer(c)...)
}

func (v *View) attributesThatDiffer(c *contacts.Contact) (fields []string) {
	differs := func(number uint32) { fields = append(fields, "attribute "+strconv.Itoa(int(number))) }
	for i := range v.of.attributes {
		a := &v.of.attributes[i]
		value := c.Attributes.Get(a.number)
		if value.Kind != a.kind {
			value = contacts.Value{}
		}
		if !holds(a.column, c.Ordinal, value) {
			differs(a.number)
		}
	}
	for _, a := range c.Attributes {
		if _, found := v.of.attributeAt(a.Number, a.Value.Kind); !found && !v.of.dropped[a.Number] {
			differs(a.Number)
		}
	}
	return fields
}

// CompanyDiffers reports whether a company's row is not what its record says.
func (v *View) CompanyDiffers(c *contacts.Company) bool {
	return !holds(v.t.companies.id, c.Ordinal, contacts.TextValue(c.ID.String())) ||
		!holds(v.t.companies.name, c.Ordinal, contacts.TextValue(c.Name))
}

// holds reports whether a column has the value for a row, both by row and in
// what is looked up by value.
func holds(c column, row uint32, value contacts.Value) bool {
	switch c := c.(type) {
	case *textColumn:
		return c.holds(row, value.Text)
	case *setColumn:
		return c.holdsLabels(row, value.List)
	case *numberColumn:
		return c.get(row) == c.of(value) && c.sketched(row)
	case *checkboxColumn:
		set := value.Kind == contacts.KindBool
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
	return s.of(uint16(row)) == s.code(n) && (n == none || s.least <= n && n <= s.most)
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

func (c *companyTable) holds(row, company uint32) bool {
	return c.of.get(row) == company && c.present.Contains(row) == (company != 0) &&
		(company == 0 || c.members.has(company, row))
}

// has reports whether a row is under a code.
func (p *postings) has(code, row uint32) bool {
	if many := p.many(code); many != nil {
		return many.Contains(row)
	}
	return slices.Contains(p.few(code, nil), row)
}
