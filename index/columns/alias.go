package columns

import (
	"strconv"
	"strings"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// Alias is what a contact is found by, beside its own, that it has of one it
// has absorbed.
type Alias struct {
	Index                          int // in contacts.Contact.Absorbed
	Name, Email, Phone, Identifier string
}

// aliasColumn names the column of aliases, which is no field of filters. Few
// contacts have any, so it is a column of sets of texts.
const aliasColumn = "*absorbed"

// aliasEnd stands behind each part of an alias in the column. No value has
// control characters.
const aliasEnd = "\x00"

// aliasesValue are the aliases of a contact, a text each.
func aliasesValue(c *contacts.Contact) fields.Value {
	var list []string
	for i := range c.Absorbed {
		a := &c.Absorbed[i]
		if text := strings.Join([]string{a.Name, a.Email, a.Phone, a.Identifier}, aliasEnd); len(text) > 3*len(aliasEnd) {
			list = append(list, strconv.Itoa(i)+aliasEnd+text)
		}
	}
	return fields.ListValue(list)
}

// aliases returns the aliases of a contact, nil for none.
func (v *View) aliases(ordinal uint32) []Alias {
	column := v.t.person.aliases
	set := column.codes.get(ordinal)
	if set == 0 {
		return nil
	}
	var aliases []Alias
	for spelling := range column.labels(set) {
		parts := strings.Split(column.spellings.key(spelling), aliasEnd)
		index, _ := strconv.Atoi(parts[0])
		aliases = append(aliases, Alias{index, parts[1], parts[2], parts[3], parts[4]})
	}
	return aliases
}
