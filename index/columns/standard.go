package columns

import (
	"time"

	"github.com/ndoto/kundi/contacts"
)

// The places of the standard columns, for those that are asked for by name in
// the code.
const (
	columnID = iota
	columnType
	columnName
	columnFirstName
	columnLastName
	columnEmail
	columnPhone
	columnIdentifier
	columnCountry
	columnCity
	columnLabels
	columnChannels
	columnBlocked
	columnAbsorbed
	columnAbsorbedID
	columnAbsorbedEmail
	columnAbsorbedPhone
	columnAbsorbedIdentifier
	columnCreatedAt
	columnUpdatedAt
	columnLastSeenAt
	standardCount
)

// standardColumns returns the empty columns of the fields that a contact has
// itself, in the order of the constants. Values fold as those of filters do, so that
// of two who have one value in two forms (storage: renewal.go) both are met. Keys
// are looked up whole, so only texts
// have an index of their parts: names of their words.
func standardColumns(batch int) []standardColumn {
	type contact = *contacts.Contact
	key := func(name string, fold func(string) string, of func(contact) string) standardColumn {
		return standardColumn{name, func(c contact) contacts.Value { return contacts.TextValue(of(c)) }, newTextColumn(fold)}
	}
	text := func(name string, fold func(string) string, of func(contact) string) standardColumn {
		return standardColumn{name, func(c contact) contacts.Value { return contacts.TextValue(of(c)) }, newTextColumn(fold).indexed(batch)}
	}
	set := func(name string, of func(contact) []string) standardColumn {
		return standardColumn{name, func(c contact) contacts.Value { return contacts.ListValue(of(c)) }, newSetColumn(contacts.Canonical)}
	}
	instant := func(name string, of func(contact) time.Time) standardColumn {
		return standardColumn{name, func(c contact) contacts.Value { return instantValue(of(c)) }, &numberColumn{}}
	}
	standard := []standardColumn{
		columnID:         key("id", exact, func(c contact) string { return c.ID.String() }),
		columnType:       text("type", contacts.Canonical, func(c contact) string { return string(c.Type) }),
		columnName:       text("name", contacts.Canonical, func(c contact) string { return c.Name }),
		columnFirstName:  text("first_name", contacts.Canonical, func(c contact) string { return c.FirstName }),
		columnLastName:   text("last_name", contacts.Canonical, func(c contact) string { return c.LastName }),
		columnEmail:      text("email", contacts.CanonicalEmail, func(c contact) string { return c.Email }),
		columnPhone:      key("phone", contacts.RenewedPhone, func(c contact) string { return c.Phone }),
		columnIdentifier: key("identifier", contacts.VisibleText, func(c contact) string { return c.Identifier }),
		columnCountry:    text("country", contacts.Canonical, func(c contact) string { return c.Country }),
		columnCity:       text("city", contacts.Canonical, func(c contact) string { return c.City }),
		columnLabels:     set("labels", func(c contact) []string { return c.Labels }),
		columnChannels:   set("channels", func(c contact) []string { return c.Channels }),
		columnBlocked:    {"blocked", blockedValue, newCheckboxColumn()},
		columnAbsorbed:   {aliasColumn, aliasesValue, newSetColumn(exact)},

		columnAbsorbedID:         absorbedColumn("id", exact, func(a *contacts.Absorbed) string { return a.ID.String() }),
		columnAbsorbedEmail:      absorbedColumn("email", contacts.CanonicalEmail, func(a *contacts.Absorbed) string { return a.Email }),
		columnAbsorbedPhone:      absorbedColumn("phone", contacts.RenewedPhone, func(a *contacts.Absorbed) string { return a.Phone }),
		columnAbsorbedIdentifier: absorbedColumn("identifier", contacts.VisibleText, func(a *contacts.Absorbed) string { return a.Identifier }),

		columnCreatedAt:  instant("created_at", func(c contact) time.Time { return c.CreatedAt }),
		columnUpdatedAt:  instant("updated_at", func(c contact) time.Time { return c.UpdatedAt }),
		columnLastSeenAt: instant("last_seen_at", func(c contact) time.Time { return c.LastSeenAt }),
	}
	standard[columnName].column = newTextColumn(contacts.Canonical).worded(batch)
	standard[columnEmail].column.(*textColumn).tails = newTails('@')
	return standard
}

// blockedValue is missing for the many who are not blocked, which is the same:
// the field has two states.
func blockedValue(c *contacts.Contact) contacts.Value {
	if !c.Blocked {
		return contacts.Value{}
	}
	return contacts.BoolValue(true)
}

// instantValue is an instant in milliseconds, missing when it is zero.
func instantValue(t time.Time) contacts.Value {
	if t.IsZero() {
		return contacts.Value{}
	}
	return contacts.IntValue(t.UnixMilli())
}
