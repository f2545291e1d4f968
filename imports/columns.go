package imports

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/spelling"
	"github.com/ndoto/kundi/words"
)

// Column is one column of a file and the field it holds.
type Column struct {
	Position int    // from 1
	Field    string // as in filters, "company" and "id" besides; "" when the column is left out

	attribute string                // the key of a custom attribute
	clean     func(string) string   // before the cell is read, nil for nothing; "" is no value
	list      func(string) []string // how a list is taken apart, nil for as we write it
	formal    bool                  // placeholders are no value
	cell      func(text string) any
	joined    bool // put behind what another column of the field gave
	rank      int  // columns of one field are read in rising order
}

// mapping finds the field of each column.
type mapping struct {
	header  []string
	format  *format                 // the program that has written the file, nil when nobody knows
	fields  map[string]fields.Field // the writable ones by name
	known   map[string]string       // plain name of a column -> field, "" for one that is left out
	mapped  map[int]string          // position -> field as the caller named it
	skipped map[int]bool
	skipAll bool // columns that are not known

	columns []Column
	unknown []int // positions
	faults  []fault.Fault
}

// mapColumns maps every column that it can; err says what it cannot.
func mapColumns(header []string, attributes []*fields.AttributeDefinition, o *Options) *mapping {
	m := &mapping{header: header, format: formatOf(header), mapped: map[int]string{}, skipped: map[int]bool{}, skipAll: o.SkipUnknown}
	m.learn(attributes)
	m.readOptions(o)
	m.mapAll()
	return m
}

// learn collects the names under which fields are known: aliases, then labels
// and keys of attributes, then the standard fields, the later over the
// earlier. Two attributes of one plain name have none.
func (m *mapping) learn(attributes []*fields.AttributeDefinition) {
	schema := contacts.NewSchema(fields.DefaultSettings(), attributes)
	m.fields = map[string]fields.Field{}
	m.known = maps.Clone(aliases)
	labels, keys := map[string]string{}, map[string]string{}
	for _, a := range attributes {
		name := fields.AttributePrefix + a.Key
		m.fields[name], _ = schema.Field(name)
		learnOnce(labels, plain(a.Label), name)
		learnOnce(keys, plain(a.Key), name)
		learnOnce(keys, plain(name), name)
	}
	for _, names := range []map[string]string{labels, keys} {
		maps.Copy(m.known, names)
	}
	for _, name := range writableFields() {
		m.fields[name], _ = schema.Field(name)
		m.known[plain(name)] = name
	}
	m.fields["company"], _ = schema.Field("company.name")
	maps.DeleteFunc(m.known, func(_, field string) bool { return field == ambiguous })
	delete(m.known, "")
}

// ambiguous is in the place of a field where a plain name has two.
const ambiguous = "?"

func learnOnce(names map[string]string, plain, field string) {
	if before, taken := names[plain]; taken && before != field {
		field = ambiguous
	}
	names[plain] = field
}

// plain folds the name of a column to its letters and digits.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, words.Canonical(name))
}

func (m *mapping) readOptions(o *Options) {
	for _, column := range slices.Sorted(maps.Keys(o.Map)) {
		field, ok := m.named(o.Map[column])
		if !ok {
			m.fault(mapPath(column, o.Map[column]), m.noField(o.Map[column]))
			continue
		}
		for _, position := range m.find(mapPath(column, field), column) {
			m.mapped[position] = field
		}
	}
	for _, column := range o.Skip {
		for _, position := range m.find(fmt.Sprintf("--skip %q", column), column) {
			m.skipped[position] = true
		}
	}
}

// mapPath names a map as the caller gave it.
func mapPath(column, field string) string { return fmt.Sprintf("--map %q", column+"="+field) }

// noField says which field a caller may have meant instead of one that contacts
// do not have.
func (m *mapping) noField(field string) string {
	names := slices.Sorted(maps.Keys(m.fields))
	for _, name := range names {
		if key, is := strings.CutPrefix(name, fields.AttributePrefix); is {
			names = append(names, key)
		}
	}
	const fault = "names a field that contacts do not have; "
	if near := spelling.Nearest(strings.ToLower(field), names, 3); near != "" {
		return fault + "did you mean " + near + "?"
	}
	return fault + "the fields are " + strings.Join(slices.Sorted(maps.Keys(m.fields)), ", ")
}

// named returns the field that a caller means.
func (m *mapping) named(field string) (string, bool) {
	for _, name := range []string{field, fields.AttributePrefix + field} {
		if _, ok := m.fields[name]; ok {
			return name, true
		}
	}
	return "", false
}

// find returns the positions of the columns that a caller means, by name or
// by position.
func (m *mapping) find(path, column string) []int {
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
	m.fault(path, fmt.Sprintf("names a column that the file does not have: give its name in the header or its position, 1 to %d", len(m.header)))
	return nil
}

func (m *mapping) fault(path, detail string) {
	m.faults = append(m.faults, fault.Fault{Path: path, Detail: detail})
}

// severalColumns are the fields of which a file often has several columns. Of
// each row the first counts that has a value.
var severalColumns = []string{"email", "phone"}

func (m *mapping) mapAll() {
	m.columns = make([]Column, len(m.header))
	for i, name := range m.header {
		c := &m.columns[i]
		c.Position = i + 1
		if m.skipped[c.Position] {
			continue
		}
		known := m.fieldOf(c, name)
		if !known && !m.skipAll {
			m.unknown = append(m.unknown, c.Position)
		}
		if c.Field != "" {
			c.attribute, _ = strings.CutPrefix(c.Field, fields.AttributePrefix)
			if c.attribute == c.Field {
				c.attribute = ""
			}
			c.cell, c.formal = cellOf(m.fields[c.Field], c.list), isFormal(m.fields[c.Field])
		}
	}
	m.dropCompanyID()
	m.checkTwice()
	if len(m.faults)+len(m.unknown) == 0 && !slices.ContainsFunc(m.columns, Column.isRead) {
		m.fault("skip", "leaves no column to import")
	}
}

func (c Column) isRead() bool { return c.Field != "" }

// fieldOf finds the field of a column; it is not known when nobody has said
// what it holds.
func (m *mapping) fieldOf(c *Column, name string) (known bool) {
	if field, ok := m.mapped[c.Position]; ok {
		c.Field = field
		return true
	}
	if m.format != nil && m.format.take(c, name) {
		return true
	}
	if _, exact := m.fields[strings.TrimSpace(name)]; exact {
		c.Field = strings.TrimSpace(name)
		return true
	}
	if c.Field, known = m.known[plain(name)]; known && m.format != nil && c.Field != "" && !strings.HasPrefix(c.Field, fields.AttributePrefix) {
		// What a known program has in such a column its format says.
		c.Field = ""
	}
	return known || m.format != nil
}

// dropCompanyID leaves out the ids of companies where their names are there,
// too: names are unique, and may have been changed in the file.
func (m *mapping) dropCompanyID() {
	if !slices.ContainsFunc(m.columns, func(c Column) bool { return c.Field == "company" }) {
		return
	}
	for i := range m.columns {
		if m.columns[i].Field == "company_id" {
			m.columns[i].Field = ""
		}
	}
}

// checkTwice refuses a field in two columns, where it is not clear which counts.
func (m *mapping) checkTwice() {
	holder := map[string]int{} // field -> position of its column
	for _, c := range m.columns {
		first, twice := holder[c.Field]
		switch {
		case c.Field == "" || c.rank > 0 || slices.Contains(severalColumns, c.Field):
		case twice:
			m.fault(columnPath(c.Position), fmt.Sprintf("holds the same field as column %d (%s): leave one out with --skip, or map it", first, c.Field))
		default:
			holder[c.Field] = c.Position
		}
	}
}

// reading are the columns that are read, those of one field in the order in
// which they count.
func (m *mapping) reading() []Column {
	list := slices.DeleteFunc(slices.Clone(m.columns), func(c Column) bool { return !c.isRead() })
	slices.SortStableFunc(list, func(a, b Column) int { return cmp.Compare(a.rank, b.rank) })
	return list
}

func columnPath(position int) string { return fmt.Sprintf("column %d", position) }

// err is the one error over all columns that cannot be mapped, with what the
// samples of the unknown ones look like; nil when there is none. A column that
// is empty in every row is left out.
func (m *mapping) err(found *structure) error {
	for _, position := range m.unknown {
		if samples := found.samples[position]; len(samples) > 0 || !slices.ContainsFunc(m.columns, Column.isRead) {
			m.fault(columnPath(position), m.proposal(position, samples))
		}
	}
	if len(m.faults) == 0 {
		return nil
	}
	message := "Some columns cannot be imported: nothing was imported."
	if !slices.ContainsFunc(m.columns, Column.isRead) {
		message = "No column has a name that is known: nothing was imported. The first row must be a header."
	}
	return &fault.Error{Kind: fault.KindInvalid, Type: "invalid-columns", Message: message, Faults: cut(m.faults)}
}
