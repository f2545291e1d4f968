package columns

import (
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// contactLayout is that of contacts.
var contactLayout = layout{
	entity:       fields.EntityContact,
	columns:      contactColumns,
	attributesOf: func(record any) fields.Attributes { return record.(*contacts.Contact).Attributes },
	absorbedBy:   func(record any) []contacts.Absorbed { return record.(*contacts.Contact).Absorbed },
	relations: []relationLayout{{
		name: "company", other: fields.EntityCompany, ref: func(record any) uint32 { return record.(*contacts.Contact).Company },
		instant: "last_seen_at", countName: "contacts_count", latestName: "last_seen_at",
	}},
}

// companyLayout is that of companies.
var companyLayout = layout{
	entity:       fields.EntityCompany,
	columns:      companyColumns,
	attributesOf: func(record any) fields.Attributes { return record.(*contacts.Company).Attributes },
	absorbedBy:   func(record any) []contacts.Absorbed { return record.(*contacts.Company).Absorbed },
}

// companyColumns returns the empty columns of the fields that a company has.
func companyColumns(batch int) []standardColumn {
	type company = *contacts.Company
	absorbed := func(c company) []contacts.Absorbed { return c.Absorbed }
	text := func(name string, of func(company) string) standardColumn {
		return textOf(name, newTextColumn(words.Canonical).indexed(batch), of)
	}
	set := func(name string, of func(company) []string) standardColumn {
		return columnFor(name, newSetColumn(words.Canonical), func(c company) fields.Value { return fields.ListValue(of(c)) })
	}
	return []standardColumn{
		textOf("id", newTextColumn(exact), func(c company) string { return c.ID.String() }),
		text("name", func(c company) string { return c.Name }),
		set("domains", func(c company) []string { return c.Domains }),
		textOf("identifier", newTextColumn(words.VisibleText), func(c company) string { return c.Identifier }),
		absorbedColumn("id", exact, absorbed, func(a *contacts.Absorbed) string { return a.ID.String() }),
		absorbedColumn("identifier", words.VisibleText, absorbed, func(a *contacts.Absorbed) string { return a.Identifier }),
		text("country", func(c company) string { return c.Country }),
		text("city", func(c company) string { return c.City }),
		set("labels", func(c company) []string { return c.Labels }),
		aliasesColumn(func(c company) []contacts.Absorbed { return c.Absorbed }),
		instantOf("created_at", func(c company) time.Time { return c.CreatedAt }),
		instantOf("updated_at", func(c company) time.Time { return c.UpdatedAt }),
	}
}

// contactColumns returns the empty columns of the fields that a contact has
// itself. Values fold as those of filters do, so that of two who have one value in
// two forms (storage: renewal.go) both are met. Keys are looked up whole, so only
// texts have an index of their parts: names of their words.
func contactColumns(batch int) []standardColumn {
	type contact = *contacts.Contact
	absorbed := func(c contact) []contacts.Absorbed { return c.Absorbed }
	name := textOf("name", newTextColumn(words.Canonical).worded(batch), func(c contact) string { return c.Name })
	email := newTextColumn(fields.CanonicalEmail).indexed(batch)
	email.tails = newTails('@')
	text := func(name string, of func(contact) string) standardColumn {
		return textOf(name, newTextColumn(words.Canonical).indexed(batch), of)
	}
	set := func(name string, of func(contact) []string) standardColumn {
		return columnFor(name, newSetColumn(words.Canonical), func(c contact) fields.Value { return fields.ListValue(of(c)) })
	}
	return []standardColumn{
		textOf("id", newTextColumn(exact), func(c contact) string { return c.ID.String() }),
		text("type", func(c contact) string { return string(c.Type) }),
		name,
		text("first_name", func(c contact) string { return c.FirstName }),
		text("last_name", func(c contact) string { return c.LastName }),
		textOf("email", email, func(c contact) string { return c.Email }),
		textOf("phone", newTextColumn(fields.RenewedPhone), func(c contact) string { return c.Phone }),
		textOf("identifier", newTextColumn(words.VisibleText), func(c contact) string { return c.Identifier }),
		text("country", func(c contact) string { return c.Country }),
		text("city", func(c contact) string { return c.City }),
		set("labels", func(c contact) []string { return c.Labels }),
		set("channels", func(c contact) []string { return c.Channels }),
		columnFor("blocked", newCheckboxColumn(), blockedValue),
		aliasesColumn(func(c contact) []contacts.Absorbed { return c.Absorbed }),

		absorbedColumn("id", exact, absorbed, func(a *contacts.Absorbed) string { return a.ID.String() }),
		absorbedColumn("email", fields.CanonicalEmail, absorbed, func(a *contacts.Absorbed) string { return a.Email }),
		absorbedColumn("phone", fields.RenewedPhone, absorbed, func(a *contacts.Absorbed) string { return a.Phone }),
		absorbedColumn("identifier", words.VisibleText, absorbed, func(a *contacts.Absorbed) string { return a.Identifier }),

		instantOf("created_at", func(c contact) time.Time { return c.CreatedAt }),
		instantOf("updated_at", func(c contact) time.Time { return c.UpdatedAt }),
		instantOf("last_seen_at", func(c contact) time.Time { return c.LastSeenAt }),
	}
}

// columnFor makes a column that of a field of records of type T.
func columnFor[T any](name string, c column, of func(T) fields.Value) standardColumn {
	return standardColumn{name: name, of: func(record any) fields.Value { return of(record.(T)) }, column: c}
}

// textOf is columnFor for a text.
func textOf[T any](name string, c *textColumn, of func(T) string) standardColumn {
	return standardColumn{name: name, of: func(record any) fields.Value { return fields.TextValue(of(record.(T))) }, column: c}
}

// instantOf is the column of an instant in milliseconds, missing when it is zero.
func instantOf[T any](name string, of func(T) time.Time) standardColumn {
	return columnFor(name, &numberColumn{}, func(record T) fields.Value { return instantValue(of(record)) })
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

// blockedValue is missing for the many who are not blocked, which is the same:
// the field has two states.
func blockedValue(c *contacts.Contact) fields.Value {
	if !c.Blocked {
		return fields.Value{}
	}
	return fields.BoolValue(true)
}

// instantValue is an instant in milliseconds, missing when it is zero.
func instantValue(t time.Time) fields.Value {
	if t.IsZero() {
		return fields.Value{}
	}
	return fields.IntValue(t.UnixMilli())
}
