package columns

import (
	"strconv"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Alias is what a contact or a company is found by, beside the first values of its fields: what
// it has of one it has absorbed, or another value of its own.
type Alias struct {
	Index                          int    // in the record's Absorbed
	Field                          string // of another value of its own, see ledger.Alias; else ""
	Name, Email, Phone, Identifier string
}

// aliasColumn names the column of aliases, which is no field of filters. Few
// contacts have any, so it is a column of sets of texts.
const aliasColumn = "*absorbed"

// aliasEnd stands behind each part of an alias in the column. No value has
// control characters.
const aliasEnd = "\x00"

// aliasesColumn is the empty column of the aliases of records that absorb others.
func aliasesColumn(k ledger.AnyKind) standardColumn {
	of := func(record any) fields.Value {
		list := aliasesOf(k.AbsorbedOf(record))
		for _, a := range k.AliasesOf(record) {
			list = append(list, aliasText(a.Field, "", a.Email, a.Phone, a.Identifier))
		}
		return fields.ListValue(list)
	}
	return standardColumn{name: aliasColumn, of: of, column: newSetColumn(exact)}
}

// aliasText is an alias in the column. Its place is a number in Absorbed, or the name of a field.
func aliasText(place string, parts ...string) string {
	return place + aliasEnd + strings.Join(parts, aliasEnd)
}

// aliasesOf are the aliases of a record that has absorbed others, a text each.
func aliasesOf(absorbed []ledger.Absorbed) (list []string) {
	for i := range absorbed {
		if a := &absorbed[i]; a.Name+a.Email+a.Phone+a.Identifier != "" {
			list = append(list, aliasText(strconv.Itoa(i), a.Name, a.Email, a.Phone, a.Identifier))
		}
	}
	return list
}

// aliases returns the aliases of a record, nil for none.
func aliases(column *setColumn, row uint32) []Alias {
	set := column.codes.get(row)
	if set == 0 {
		return nil
	}
	var list []Alias
	for spelling := range column.labels(set) {
		parts := strings.Split(column.spellings.key(spelling), aliasEnd)
		a := Alias{Name: parts[1], Email: parts[2], Phone: parts[3], Identifier: parts[4]}
		if index, err := strconv.Atoi(parts[0]); err == nil {
			a.Index = index
		} else {
			a.Field = parts[0]
		}
		list = append(list, a)
	}
	return list
}
