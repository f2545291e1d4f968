package columns

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// View is the records of one entity at one moment, under the read lock of the
// tables. It is valid only in the function it was given to, and safe for several
// goroutines there.
type View struct {
	t  *Tables
	of *table
}

// View calls f with the tables as they are; changes wait until f returns. f does
// no I/O and calls no method of the Tables.
func (t *Tables) View(f func(*View)) {
	t.sortAll(t.view(f))
}

// view returns the columns whose order is to be made.
func (t *Tables) view(f func(*View)) (unsorted []*textColumn) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	f(t.first)
	return t.wanted()
}

// Of returns the view of the records of another entity at the same moment, nil for
// one that has no table. A View begins with contacts.
func (v *View) Of(entity fields.Entity) *View {
	if of := v.t.of(entity); of != nil {
		return &View{v.t, of}
	}
	return nil
}

// Seq is the newest change that the view reflects.
func (v *View) Seq() uint64 { return v.t.seq }

// Size is the number of records.
func (v *View) Size() uint64 { return v.of.live.GetCardinality() }

// Has reports whether there is a record with the ordinal.
func (v *View) Has(ordinal uint32) bool { return v.of.live.Contains(ordinal) }

// Everyone returns the ordinals of all records, in a bitmap of the caller's own.
func (v *View) Everyone() *roaring.Bitmap { return v.of.live.Clone() }

// field returns what answers for a field. One that no record has is an empty
// column.
func (v *View) field(f fields.Field) field {
	if r, other := v.related(f); r != nil {
		return joinedColumn{joined{r, r.others.rules(other)}, r.others.field(other)}
	}
	if c := v.of.changeColumnOf(f); c != nil {
		return &c.numberColumn
	}
	if f.Attribute != nil {
		kind := kindOf(f.Type)
		if i, found := v.of.attributeAt(f.Attribute.Number, kind); found {
			return v.of.attributes[i].column
		}
		return newAttributeColumn(kind, v.of.batch)
	}
	if c := v.of.named(f.Name); c != nil {
		return c
	}
	return newAttributeColumn(kindOf(f.Type), v.of.batch)
}

// known reports whether a field has a column of its own: that of an attribute is made
// with its first value, which may come while a question pauses.
func (v *View) known(f fields.Field) bool {
	if r, other := v.related(f); r != nil {
		return r.others.known(other)
	}
	if f.Attribute == nil {
		return true
	}
	_, found := v.of.attributeAt(f.Attribute.Number, kindOf(f.Type))
	return found
}

// kindOf is the kind of value that a field of the type holds.
func kindOf(t fields.FieldType) fields.ValueKind {
	switch t {
	case fields.FieldNumber:
		return fields.KindNumber
	case fields.FieldCurrency, fields.FieldDate, fields.FieldInstant:
		return fields.KindInt
	case fields.FieldCheckbox:
		return fields.KindBool
	case fields.FieldMany:
		return fields.KindList
	}
	return fields.KindText
}

// Person is what search ranks a contact or a company by: its strings as spelled.
type Person struct {
	Name, FirstName, LastName string
	Identifier                string
	Anonymous                 bool // it has neither e-mail, phone nor identifier
	IsCompany                 bool
	LastSeenAt                int64 // milliseconds since 1970, 0 for never

	// These only when it is whole.
	Email, Phone, Company, Country, City string
	Domains, Labels                      []string // of a company, see IsCompany
	Absorbed                             []Alias
}

// Person returns the strings of a record, all empty when there is none. They
// stay valid after the view.
func (v *View) Person(ordinal uint32) Person {
	if v.of == v.t.companies {
		return v.t.organisation.whole(ordinal)
	}
	p, of := v.Named(ordinal), &v.t.person
	p.Email, p.Phone = of.email.text(ordinal), of.phone.text(ordinal)
	p.Country, p.City = of.country.text(ordinal), of.city.text(ordinal)
	if company := v.t.employer.other(ordinal); company != 0 {
		p.Company = v.t.person.company.text(company)
	}
	p.Absorbed = aliases(of.aliases, ordinal)
	return p
}

// Named is Person without what most records are not looked for by: each string
// lies elsewhere in memory, which a search of hundreds would wait for.
func (v *View) Named(ordinal uint32) Person {
	if v.of == v.t.companies {
		return v.t.organisation.named(ordinal)
	}
	of := &v.t.person
	return Person{
		Name: of.name.text(ordinal), FirstName: of.first.text(ordinal), LastName: of.last.text(ordinal),
		Identifier: of.identifier.text(ordinal),
		Anonymous:  !of.email.has(ordinal) && !of.phone.has(ordinal) && !of.identifier.has(ordinal),
		LastSeenAt: v.LastSeen(ordinal),
	}
}

// LastSeen returns when a contact, or one of a company's, was last seen, in
// milliseconds since 1970, 0 for never.
func (v *View) LastSeen(ordinal uint32) int64 {
	if v.of == v.t.companies {
		return instantOrNever(v.t.organisation.seen.get(ordinal))
	}
	return instantOrNever(v.t.person.seen.get(ordinal))
}
