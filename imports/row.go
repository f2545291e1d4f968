package imports

import (
	"strings"

	"github.com/ndoto/kundi/contacts"
)

// row is one row of the file.
type row struct {
	line  int // on which it begins
	draft contacts.Draft
}

// draftOf turns the cells of a row into a draft. Empty cells give nothing:
// they leave the contact as it is.
func draftOf(columns []Column, cells []string) contacts.Draft {
	d := make(contacts.Draft, len(columns))
	var attributes map[string]any
	for i, c := range columns {
		text := strings.TrimSpace(cells[i])
		if c.Field == "" || text == "" {
			continue
		}
		value := c.cell(text)
		if value == nil {
			continue
		}
		key, isAttribute := strings.CutPrefix(c.Field, contacts.AttributePrefix)
		if !isAttribute {
			d[c.Field] = value
			continue
		}
		if attributes == nil {
			attributes = make(map[string]any, len(columns))
			d["attributes"] = attributes
		}
		attributes[key] = value
	}
	return d
}

// cellOf returns how the cells of a field are read, nil for no value. Whatever
// the domain coerces from text is left to it.
func cellOf(f contacts.Field) func(string) any {
	switch f.Type {
	case contacts.FieldMany:
		return listCell
	case contacts.FieldCheckbox:
		return checkboxCell
	}
	return func(text string) any { return text }
}

// listCell takes the members of a cell apart, at semicolons and bars; nil
// when there are none.
func listCell(text string) any {
	members := strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == '|' })
	list := make([]any, 0, len(members))
	for _, member := range members {
		if member = strings.TrimSpace(member); member != "" {
			list = append(list, member)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

// checkboxCell reads yes and no, which spreadsheets have, beside what every
// checkbox takes.
func checkboxCell(text string) any {
	switch strings.ToLower(text) {
	case "yes", "y":
		return true
	case "no", "n":
		return false
	}
	return text
}
