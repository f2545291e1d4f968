package columns

import (
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// layoutOf is that of the records of a kind.
func layoutOf(k ledger.AnyKind) layout {
	return layout{
		entity:       k.Info().Entity,
		dated:        k.Info().Dated,
		declared:     k.Columns(),
		columns:      func(batch int) []standardColumn { return kindColumns(k, batch) },
		ordinalOf:    func(record any) uint32 { return *k.StampOf(record).Ordinal },
		attributesOf: k.AttributesOf,
		absorbedBy:   k.AbsorbedOf,
		relations:    k.Related(),
	}
}

// kindColumns returns the empty columns of the fields that a record of a kind has itself,
// and of the other values that it has in some: those beside the first, and those of records
// that it has absorbed.
func kindColumns(k ledger.AnyKind, batch int) []standardColumn {
	list := standardColumns(k.Columns(), batch)
	if !k.Absorbs() {
		return list
	}
	list = append(list, aliasesColumn(k))
	for _, c := range k.Columns() {
		if c.OfAbsorbed != nil {
			list = append(list, othersColumn(c, foldOf(c), k.AbsorbedOf))
		}
	}
	return list
}

// standardColumns returns the empty columns of declared fields.
func standardColumns(declared []ledger.Column, batch int) []standardColumn {
	list := make([]standardColumn, len(declared))
	for i, c := range declared {
		list[i] = standardColumn{name: c.Name, of: c.Of, column: columnOfType(c, batch)}
		if c.Told {
			list[i].told = c.Name
		}
		if c.Type == fields.FieldCheckbox {
			list[i].of = func(record any) fields.Value { return yesValue(c.Of(record)) }
		}
	}
	return list
}

// columnOfType is the empty column of a declared field. Keys are looked up whole, so only
// texts have an index of their parts, or of their words.
func columnOfType(c ledger.Column, batch int) column {
	if c.Standard != nil && c.Standard.Unset != "" {
		return newChoiceColumn(c.Standard)
	}
	switch c.Type {
	case fields.FieldMany:
		return newSetColumn(foldOf(c))
	case fields.FieldCheckbox:
		return newCheckboxColumn()
	case fields.FieldBucket:
		return &seedColumn{}
	case fields.FieldNumber, fields.FieldCurrency, fields.FieldDate, fields.FieldInstant:
		return &numberColumn{form: formOf(c), inner: c.Standard.Unfiltered}
	}
	if c.Standard != nil && c.Standard.Lines {
		return newPlainColumn(foldOf(c))
	}
	text := newTextColumn(foldOf(c))
	text.ids = c.Name == "id"
	switch {
	case c.Type == fields.FieldID, c.Type == fields.FieldPhone:
		return text
	case c.Type == fields.FieldEmail:
		text.indexed(batch)
		text.tails = newTails('@')
		return text
	case c.Words:
		return text.worded(batch)
	}
	return text.indexed(batch)
}

func formOf(c ledger.Column) numberForm {
	switch {
	case c.Type != fields.FieldNumber:
		return minors
	case c.Standard.Whole:
		return counts
	}
	return floats
}

// foldOf is the form in which texts of a field are equal. Values fold as those of filters
// do, so that of two who have one value in two forms (storage: renewal.go) both are met.
func foldOf(c ledger.Column) func(string) string {
	if c.HasExactMembers() {
		return exact
	}
	switch c.Type {
	case fields.FieldEmail:
		return fields.CanonicalEmail
	case fields.FieldPhone:
		return fields.RenewedPhone
	case fields.FieldID:
		if c.Name == "id" { // which the store has made
			return exact
		}
		return words.VisibleText
	}
	return words.Canonical
}

// personColumns are the columns that the code asks for by name.
type personColumns struct {
	name, first, last, email, phone, identifier, country, city *textColumn
	company                                                    *textColumn // of companies
	aliases                                                    *setColumn
	blocked                                                    *checkboxColumn
	seen                                                       *numberColumn
	seeds                                                      *seedColumn
}

func personColumnsOf(t, companies *table) personColumns {
	text := columnOf[*textColumn]
	return personColumns{
		name: text(t, "name"), first: text(t, "first_name"), last: text(t, "last_name"),
		email: text(t, "email"), phone: text(t, "phone"), identifier: text(t, "identifier"),
		country: text(t, "country"), city: text(t, "city"), company: text(companies, "name"),
		aliases: columnOf[*setColumn](t, aliasColumn), blocked: columnOf[*checkboxColumn](t, "blocked"),
		seen: columnOf[*numberColumn](t, "last_seen_at"), seeds: columnOf[*seedColumn](t, "random_bucket"),
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
