package imports

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/sheets"
)

// row is one row of the file.
type row struct {
	line  int // on which it begins
	draft fields.Draft
}

// rowOf turns the cells of a row into a draft. An empty cell leaves the field of
// the contact as it is. If a field has several columns, the first one with a value
// counts; p.reading has them in that order. Further e-mails and phone numbers are added to
// what the contact has.
func (p *Plan) rowOf(line int, cells []string) row {
	r := row{line: line, draft: make(fields.Draft, len(p.reading))}
	var attributes map[string]any
	for i := range p.reading {
		c := &p.reading[i]
		for _, value := range c.values(cells[c.Position-1]) {
			members, key := map[string]any(r.draft), c.Field
			if c.attribute != "" {
				if attributes == nil {
					attributes = make(map[string]any, len(p.reading))
					r.draft["attributes"] = attributes
				}
				members, key = attributes, c.attribute
			}
			if !c.extra || members[key] != nil {
				enter(members, key, value, c.joined)
			}
		}
	}
	if p.format != nil {
		p.format.finish(r.draft)
	}
	return r
}

// furtherOf are the members for the further values of fields that may have several columns.
var furtherOf = map[string]string{"email": contacts.FurtherEmails, "phone": contacts.FurtherPhones}

// enter puts a value into a draft, or into its attributes.
func enter(members map[string]any, key string, value any, behind bool) {
	before, taken := members[key]
	further := furtherOf[key]
	switch {
	case !taken:
		members[key] = value
	case behind:
		members[key] = joined(before, value)
	case further != "" && before != value:
		list, _ := members[further].([]any)
		members[further] = append(list, value)
	}
}

// isKeyless reports whether a row has no id, identifier, e-mail, phone and identity, so that
// no contact can be found by it.
func (r row) isKeyless() bool {
	for _, key := range []string{"id", "identifier", "email", "phone", "emails", "phones", "identities"} {
		if r.draft[key] != nil {
			return false
		}
	}
	return true
}

// joined joins two texts.
func joined(before, value any) any {
	a, isText := before.(string)
	b, both := value.(string)
	if !isText || !both {
		return before
	}
	return a + " " + b
}

// values returns the values of a cell: one, or none, but for a column that has several in a cell.
func (c *Column) values(cell string) (values []any) {
	if cell == "" {
		return nil
	}
	parts := []string{sheets.Unguard(cell)}
	if c.each != "" {
		parts = strings.Split(parts[0], c.each)
	}
	for _, part := range parts {
		if value := c.value(part); value != nil {
			values = append(values, value)
		}
	}
	return values
}

// value returns the value of a text, nil if there is none.
func (c *Column) value(text string) any {
	text = strings.TrimSpace(text)
	if text != "" && c.clean != nil {
		text = c.clean(text)
	}
	if text == "" || c.formal && (isPlaceholder(text) || isYearless(text)) {
		return nil
	}
	return c.cell(text)
}

// isPlaceholder reports whether a text stands for no value, such as "n/a".
func isPlaceholder(text string) bool {
	if len(text) > len("undefined") {
		return false
	}
	switch strings.Trim(strings.ToLower(text), "#<>()") {
	case "", "n/a", "n.a.", "none", "null", "nil", "undefined", "unknown", "-", "--", "---", "?", ".", "0/0/00":
		return true
	}
	return false
}

// yearless is a birthday without a year: --05-12, as Google writes it.
var yearless = regexp.MustCompile(`^--\d{1,2}-?\d{1,2}$`)

// isYearless reports whether a text is a day without a year. No field can store
// one.
func isYearless(text string) bool { return strings.HasPrefix(text, "--") && yearless.MatchString(text) }

// isFormal reports whether the values of a field have a fixed form, so that a
// placeholder cannot be a value.
func isFormal(f fields.Field) bool {
	switch f.Type {
	case fields.FieldEmail, fields.FieldPhone, fields.FieldLink, fields.FieldNumber, fields.FieldCurrency, fields.FieldDate, fields.FieldInstant:
		return true
	}
	return f.Name == "country" || f.Name == "type"
}

// cellOf returns the function that reads the cells of a field. The function
// returns nil for no value. It leaves to the domain what the domain coerces from
// text. split splits lists; nil stands for the form that Kundi writes.
func cellOf(f fields.Field, split func(string) []string) func(string) any {
	switch f.Type {
	case fields.FieldMany:
		if split == nil {
			split = sheets.SplitList
		}
		return func(text string) any { return listOf(split(text)) }
	case fields.FieldCheckbox:
		return checkboxCell
	case fields.FieldPhone, fields.FieldNumber, fields.FieldCurrency:
		// People write an apostrophe to tell a spreadsheet that digits are text.
		return func(text string) any { return strings.TrimPrefix(text, "'") }
	case fields.FieldText, fields.FieldOption:
		return func(text string) any { return oneLine(text) }
	}
	return func(text string) any { return text }
}

// oneLine replaces line breaks and tabs by blanks.
func oneLine(text string) string {
	if !strings.ContainsFunc(text, unicode.IsControl) {
		return text
	}
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' || r == '\v' || r == '\f' }), " ")
}

// listOf returns the members of a list that have a value, nil if there are none.
func listOf(members []string) any {
	var list []any
	for _, member := range members {
		if member = strings.TrimSpace(oneLine(member)); member != "" {
			list = append(list, member)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

// checkboxCell reads the yes and no of spreadsheets, too. Other texts are left to
// the domain.
func checkboxCell(text string) any {
	switch strings.ToLower(text) {
	case "yes", "y":
		return true
	case "no", "n":
		return false
	}
	return text
}
