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
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/spelling"
	"github.com/ndoto/kundi/words"
)

// Column is one column of a file and the field that its cells have.
type Column struct {
	Position int    // from 1
	Field    string // as in filters, "company" and "id" besides; "" when the column is left out

	attribute string                // the key of a custom attribute
	clean     func(string) string   // before the cell is read, nil for nothing; "" is no value
	list      func(string) []string // how a list is taken apart, nil for as we write it
	each      string                // what stands between several values of a cell, "" for one value
	formal    bool                  // placeholders are no value
	cell      func(text string) any
	joined    bool // put behind what another column of the field gave
	extra     bool // counts only behind a value of another column of the field
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

	companies bool // the header is that of companies

	columns []Column
	unknown []int // positions
	faults  []fault.Fault
}

// mapColumns finds the field of every column. The error names the columns for
// which there is none.
func mapColumns(header []string, attributes []*fields.AttributeDefinition, o *Options) *mapping {
	m := &mapping{header: header, format: formatOf(header), mapped: map[int]string{}, skipped: map[int]bool{}, skipAll: o.SkipUnknown}
	m.learn(attributes)
	m.readOptions(o)
	m.mapAll()
	m.refuseCompanies()
	return m
}

// ofCompaniesAlone are columns that Kundi writes of companies and never of contacts.
var ofCompaniesAlone = []string{"domains", "contacts_count"}

// refuseCompanies refuses a file that shows by its header that its rows are companies: they
// would become people who are called like them. Who maps or skips these columns by name knows
// better.
func (m *mapping) refuseCompanies() {
	for i, name := range m.header {
		column := strings.ToLower(strings.TrimSpace(name))
		c := m.columns[i]
		if c.Field == "" && !m.skipped[c.Position] && slices.Contains(ofCompaniesAlone, column) {
			m.companies = true
			m.fault(columnPath(c.Position), fmt.Sprintf(
				"is %s, which companies have and contacts do not. An import takes contacts only: make companies with POST /v1/companies. "+
					"If the rows are contacts, leave the column out with --skip %s", column, column))
		}
	}
}

// learn collects the names of fields: first the aliases, then the labels and keys
// of attributes, then the standard fields. A later name replaces an equal earlier
// one. If two attributes have the same plain name, neither is found by it.
func (m *mapping) learn(attributes []*fields.AttributeDefinition) {
	schema := ledger.NewSchema(fields.DefaultSettings(), attributes, contacts.Kind)
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
	for _, name := range addressLists {
		m.fields[name] = fields.Field{Name: name, Type: fields.FieldMany}
	}
	m.fields["company"], _ = schema.Field("company.name")
	maps.DeleteFunc(m.known, func(_, field string) bool { return field == ambiguous })
	delete(m.known, "")
}

// ambiguous stands for the field of a plain name that two attributes have.
const ambiguous = "?"

func learnOnce(names map[string]string, plain, field string) {
	if before, taken := names[plain]; taken && before != field {
		field = ambiguous
	}
	names[plain] = field
}

// plain reduces the name of a column to its letters and digits, in lower case.
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

// mapPath is the path, for a fault, of an entry of Options.Map.
func mapPath(column, field string) string { return fmt.Sprintf("--map %q", column+"="+field) }

// noField is the fault of a field that contacts do not have. It names the field
// that the caller may have meant.
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

// named returns the field for a name that the caller gave.
func (m *mapping) named(field string) (string, bool) {
	for _, name := range []string{field, fields.AttributePrefix + field} {
		if _, ok := m.fields[name]; ok {
			return name, true
		}
	}
	return "", false
}

// find returns the indexes of the columns for a name or a position (from 1) that
// the caller gave.
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

// severalColumns are the fields that often have several columns in a file. The first one that
// is not empty in a row is the primary one, and the others are added.
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

// fieldOf finds the field of a column. known is false if no name or format says
// what the column has.
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
	if ofCompany(name) {
		return true // it is left out
	}
	if c.Field, known = m.known[plain(name)]; known && m.format != nil && c.Field != "" && !strings.HasPrefix(c.Field, fields.AttributePrefix) {
		// What a known program has in such a column its format says.
		c.Field = ""
	}
	return known || m.format != nil
}

// ofCompany reports whether a name is that of a field which a contact shows of its company,
// as Kundi writes it. Only the name of the company can be imported: the rest is changed with
// the company.
func ofCompany(name string) bool {
	field, of := strings.CutPrefix(strings.TrimSpace(name), fields.CompanyPrefix)
	return of && field != "" && field != "name"
}

// dropCompanyID leaves out the column of company ids if there is a column of
// company names. The names are unique, and somebody may have changed them in the
// file.
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

// checkTwice refuses a field that two columns have, if it is not clear which one
// counts.
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

// reading returns the columns that are read. Of several columns of one field, the
// one that counts first is first.
func (m *mapping) reading() []Column {
	list := slices.DeleteFunc(slices.Clone(m.columns), func(c Column) bool { return !c.isRead() })
	slices.SortStableFunc(list, func(a, b Column) int { return cmp.Compare(a.rank, b.rank) })
	return list
}

func columnPath(position int) string { return fmt.Sprintf("column %d", position) }

// err returns one error for all columns without a field, nil if there is none. It
// says what the cells of an unknown column look like. A column that is empty in
// every row does not count.
func (m *mapping) err(found *structure) error {
	if m.companies {
		return &fault.Error{Kind: fault.KindInvalid, Type: "invalid-columns", Message: "The file has companies, and an import takes contacts: nothing was imported.", Faults: cut(m.faults)}
	}
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
