package columns

import (
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// contactLayout is that of contacts.
var contactLayout = layout{
	entity:       fields.EntityContact,
	columns:      contactColumns,
	attributesOf: func(record any) fields.Attributes { return record.(*contacts.Contact).Attributes },
	absorbedBy:   func(record any) []ledger.Absorbed { return record.(*contacts.Contact).Absorbed },
	relations: []relationLayout{{
		name: "company", other: fields.EntityCompany, ref: func(record any) uint32 { return record.(*contacts.Contact).Company },
		instant: "last_seen_at", countName: "contacts_count", latestName: "last_seen_at",
	}},
}

// companyLayout is that of companies.
var companyLayout = layout{
	entity:       fields.EntityCompany,
	columns:      companyColumns,
	attributesOf: func(record any) fields.Attributes { return record.(*companies.Company).Attributes },
	absorbedBy:   func(record any) []ledger.Absorbed { return record.(*companies.Company).Absorbed },
}

// companyColumns returns the empty columns of the fields that a company has, and of
// what it has of others that it has absorbed.
func companyColumns(batch int) []standardColumn {
	absorbed := func(c *companies.Company) []ledger.Absorbed { return c.Absorbed }
	return append(standardColumns(companies.Kind.Columns(), batch),
		aliasesColumn(absorbed),
		absorbedColumn("id", exact, absorbed, func(a *ledger.Absorbed) string { return a.ID.String() }),
		absorbedColumn("identifier", words.VisibleText, absorbed, func(a *ledger.Absorbed) string { return a.Identifier }),
	)
}

// contactColumns returns the empty columns of the fields that a contact has
// itself, and of what it has of others that it has absorbed.
func contactColumns(batch int) []standardColumn {
	absorbed := func(c *contacts.Contact) []ledger.Absorbed { return c.Absorbed }
	return append(standardColumns(contacts.Kind.Columns(), batch),
		aliasesColumn(absorbed),
		absorbedColumn("id", exact, absorbed, func(a *ledger.Absorbed) string { return a.ID.String() }),
		absorbedColumn("email", fields.CanonicalEmail, absorbed, func(a *ledger.Absorbed) string { return a.Email }),
		absorbedColumn("phone", fields.RenewedPhone, absorbed, func(a *ledger.Absorbed) string { return a.Phone }),
		absorbedColumn("identifier", words.VisibleText, absorbed, func(a *ledger.Absorbed) string { return a.Identifier }),
	)
}

// standardColumns returns the empty columns of declared fields.
func standardColumns(declared []ledger.Column, batch int) []standardColumn {
	list := make([]standardColumn, len(declared))
	for i, c := range declared {
		list[i] = standardColumn{name: c.Name, of: c.Of, column: columnOfType(c, batch)}
		if c.Type == fields.FieldCheckbox {
			list[i].of = func(record any) fields.Value { return yesValue(c.Of(record)) }
		}
	}
	return list
}

// columnOfType is the empty column of a declared field. Values fold as those of
// filters do, so that of two who have one value in two forms (storage: renewal.go)
// both are met. Keys are looked up whole, so only texts have an index of their
// parts, or of their words.
func columnOfType(c ledger.Column, batch int) column {
	switch c.Type {
	case fields.FieldMany:
		return newSetColumn(words.Canonical)
	case fields.FieldCheckbox:
		return newCheckboxColumn()
	case fields.FieldNumber, fields.FieldCurrency, fields.FieldDate, fields.FieldInstant:
		return &numberColumn{}
	case fields.FieldID:
		if c.Name == "id" { // which the store has made
			return newTextColumn(exact)
		}
		return newTextColumn(words.VisibleText)
	case fields.FieldPhone:
		return newTextColumn(fields.RenewedPhone)
	case fields.FieldEmail:
		email := newTextColumn(fields.CanonicalEmail).indexed(batch)
		email.tails = newTails('@')
		return email
	}
	if c.Words {
		return newTextColumn(words.Canonical).worded(batch)
	}
	return newTextColumn(words.Canonical).indexed(batch)
}

// columnFor makes a column that of a field of records of type T.
func columnFor[T any](name string, c column, of func(T) fields.Value) standardColumn {
	return standardColumn{name: name, of: func(record any) fields.Value { return of(record.(T)) }, column: c}
}

// personColumns are the columns that the code asks for by name.
type personColumns struct {
	name, first, last, email, phone, identifier, country, city *textColumn
	company                                                    *textColumn // of companies
	aliases                                                    *setColumn
	blocked                                                    *checkboxColumn
	seen                                                       *numberColumn
}

func personColumnsOf(t, companies *table) personColumns {
	text := columnOf[*textColumn]
	return personColumns{
		name: text(t, "name"), first: text(t, "first_name"), last: text(t, "last_name"),
		email: text(t, "email"), phone: text(t, "phone"), identifier: text(t, "identifier"),
		country: text(t, "country"), city: text(t, "city"), company: text(companies, "name"),
		aliases: columnOf[*setColumn](t, aliasColumn), blocked: columnOf[*checkboxColumn](t, "blocked"),
		seen: columnOf[*numberColumn](t, "last_seen_at"),
	}
}

// yesValue is missing for no, which is the same, as a standard checkbox has two
// states: of most, few records have it.
func yesValue(v fields.Value) fields.Value {
	if !v.Bool {
		return fields.Value{}
	}
	return v
}
