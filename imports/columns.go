package imports

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/ndoto/kundi/contacts"
)

// Column is one column of a file and the field it holds.
type Column struct {
	Position int    // from 1
	Field    string // as in filters; "" when the column is left out
	cell     func(text string) any
}

// aliases are names of columns that other systems write, folded by plain. An
// attribute of the same key or label wins over them.
var aliases = map[string]string{
	"id": "identifier", "externalid": "identifier", "customerid": "identifier", "contactid": "identifier", "userid": "identifier",
	"fullname": "name", "displayname": "name", "contactname": "name",
	"givenname": "first_name", "forename": "first_name", "firstname": "first_name",
	"surname": "last_name", "familyname": "last_name", "lastname": "last_name",
	"emailaddress": "email", "mail": "email", "primaryemail": "email",
	"phonenumber": "phone", "mobile": "phone", "mobilephone": "phone", "telephone": "phone", "tel": "phone", "cell": "phone", "primaryphone": "phone",
	"countrycode": "country", "town": "city",
	"companyname": "company", "organisation": "company", "organization": "company", "account": "company", "accountname": "company",
	"tags": "labels", "label": "labels", "channel": "channels", "contacttype": "type",
	"created": "created_at", "createdon": "created_at", "createdate": "created_at", "signedupat": "created_at",
	"lastseen": "last_seen_at", "lastactivity": "last_seen_at", "lastactive": "last_seen_at",
}

// writableFields are the standard fields that a file may give.
func writableFields() []string {
	fields := []string{"company"}
	for _, f := range contacts.StandardFields {
		switch f.Name {
		case "id", "blocked", "updated_at", "company.name", "segment":
			continue
		}
		fields = append(fields, f.Name)
	}
	return fields
}

// mapping finds the field of each column.
type mapping struct {
	header  []string
	fields  map[string]contacts.Field // the writable ones by name
	known   map[string]string         // plain name of a column -> field
	mapped  map[int]string            // position -> field as the caller named it
	skipped map[int]bool
	faults  []contacts.Fault
}

// mapColumns maps every column, or returns all that it cannot map.
func mapColumns(header []string, attributes []*contacts.AttributeDefinition, o *Options) ([]Column, error) {
	m := &mapping{header: header, mapped: map[int]string{}, skipped: map[int]bool{}}
	m.learn(attributes)
	m.readOptions(o)
	columns := m.columns()
	if len(m.faults) > 0 {
		return nil, m.err(columns)
	}
	return columns, nil
}

// learn collects the names under which fields are known: aliases, then labels
// and keys of attributes, then the standard fields, the later over the
// earlier.
func (m *mapping) learn(attributes []*contacts.AttributeDefinition) {
	schema := contacts.NewSchema(contacts.DefaultSettings(), attributes)
	m.fields = map[string]contacts.Field{}
	m.known = maps.Clone(aliases)
	for _, a := range attributes {
		m.known[plain(a.Label)] = contacts.AttributePrefix + a.Key
	}
	for _, a := range attributes {
		name := contacts.AttributePrefix + a.Key
		m.fields[name], _ = schema.Field(name)
		m.known[plain(a.Key)] = name
		m.known[plain(name)] = name
	}
	for _, name := range writableFields() {
		m.fields[name], _ = schema.Field(name)
		m.known[plain(name)] = name
	}
	delete(m.known, "")
}

// plain folds the name of a column to its letters and digits.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, contacts.Canonical(name))
}

func (m *mapping) readOptions(o *Options) {
	for _, column := range slices.Sorted(maps.Keys(o.Map)) {
		field, ok := m.named(o.Map[column])
		if !ok {
			m.fault("map", "names a field that contacts do not have; the fields are "+strings.Join(slices.Sorted(maps.Keys(m.fields)), ", "))
			continue
		}
		for _, position := range m.find("map", column) {
			m.mapped[position] = field
		}
	}
	for _, column := range o.Skip {
		for _, position := range m.find("skip", column) {
			m.skipped[position] = true
		}
	}
}

// named returns the field that a caller means.
func (m *mapping) named(field string) (string, bool) {
	for _, name := range []string{field, contacts.AttributePrefix + field} {
		if _, ok := m.fields[name]; ok {
			return name, true
		}
	}
	return "", false
}

// find returns the positions of the columns that a caller means, by name or
// by position.
func (m *mapping) find(option, column string) []int {
	var positions []int
	for i, name := range m.header {
		if strings.TrimSpace(name) == strings.TrimSpace(column) || (plain(name) != "" && plain(name) == plain(column)) {
			positions = append(positions, i+1)
		}
	}
	if len(positions) > 0 {
		return positions
	}
	if n, err := strconv.Atoi(column); err == nil && n >= 1 && n <= len(m.header) {
		return []int{n}
	}
	m.fault(option, fmt.Sprintf("names a column that the file does not have: give its name in the header or its position, 1 to %d", len(m.header)))
	return nil
}

func (m *mapping) fault(path, detail string) {
	m.faults = append(m.faults, contacts.Fault{Path: path, Detail: detail})
}

func (m *mapping) columns() []Column {
	columns := make([]Column, len(m.header))
	holder := map[string]int{} // field -> position of its column
	for i, name := range m.header {
		position := i + 1
		columns[i].Position = position
		if m.skipped[position] {
			continue
		}
		field := m.fieldOf(position, name)
		if field == "" {
			continue
		}
		if first, twice := holder[field]; twice {
			m.fault(columnPath(position), fmt.Sprintf("holds the same field as column %d (%s): leave one out with --skip, or map it", first, field))
			continue
		}
		holder[field] = position
		columns[i].Field = field
		columns[i].cell = cellOf(m.fields[field])
	}
	if len(holder) == 0 && len(m.faults) == 0 {
		m.fault("skip", "leaves no column to import")
	}
	return columns
}

// fieldOf returns the field of a column, "" after a fault.
func (m *mapping) fieldOf(position int, name string) string {
	if field, ok := m.mapped[position]; ok {
		return field
	}
	folded := plain(name)
	field, ok := m.known[folded]
	switch {
	case ok:
		return field
	case folded == "updatedat" || folded == "segment":
		m.fault(columnPath(position), fmt.Sprintf("is set by Kundi itself: leave it out with --skip %d", position))
	default:
		m.fault(columnPath(position), fmt.Sprintf(
			"has no name that is known: give its field with --map %d=FIELD, leave it out with --skip %d, or define it as an attribute first", position, position))
	}
	return ""
}

func columnPath(position int) string { return fmt.Sprintf("column %d", position) }

// err is the one error over all columns that cannot be mapped.
func (m *mapping) err(columns []Column) error {
	message := "Some columns cannot be imported: nothing was imported."
	if !slices.ContainsFunc(columns, func(c Column) bool { return c.Field != "" }) {
		message = "No column has a name that is known: nothing was imported. The first row must be a header."
	}
	return &contacts.Error{Kind: contacts.KindInvalid, Type: "invalid-columns", Message: message, Faults: cut(m.faults)}
}
