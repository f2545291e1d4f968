package columns

import (
	"strconv"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Alias is what a contact or a company is found by, beside its own, that it has of
// one it has absorbed.
type Alias struct {
	Index                          int // in the record's Absorbed
	Name, Email, Phone, Identifier string
}

// aliasColumn names the column of aliases, which is no field of filters. Few
// contacts have any, so it is a column of sets of texts.
const aliasColumn = "*absorbed"

// aliasEnd stands behind each part of an alias in the column. No value has
// control characters.
const aliasEnd = "\x00"

// aliasesColumn is the empty column of the aliases of records that absorb others.
func aliasesColumn(absorbed func(any) []ledger.Absorbed) standardColumn {
	of := func(record any) fields.Value { return aliasesValue(absorbed(record)) }
	return standardColumn{name: aliasColumn, of: of, column: newSetColumn(exact), told: ledger.FieldAbsorbed}
}

// aliasesValue are the aliases of a record that has absorbed others, a text each.
func aliasesValue(absorbed []ledger.Absorbed) fields.Value {
	var list []string
	for i := range absorbed {
		a := &absorbed[i]
		if text := strings.Join([]string{a.Name, a.Email, a.Phone, a.Identifier}, aliasEnd); len(text) > 3*len(aliasEnd) {
			list = append(list, strconv.Itoa(i)+aliasEnd+text)
		}
	}
	return fields.ListValue(list)
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
		index, _ := strconv.Atoi(parts[0])
		list = append(list, Alias{index, parts[1], parts[2], parts[3], parts[4]})
	}
	return list
}
