package columns

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// wideLayouts are those of contacts and of companies that have all fields and
// attributes that contacts have: their records are contacts, too. So a field of
// every type is joined, and a question about companies has as much to ask.
func wideLayouts() []layout {
	people, companies := contactLayout(), contactLayout()
	companies.entity, companies.relations = fields.EntityCompany, nil
	columns := companies.columns
	companies.columns = func(batch int) []standardColumn { // search wants their domains
		none := func(any) fields.Value { return fields.Value{} }
		return append(columns(batch), standardColumn{name: "domains", of: none, column: newSetColumn(exact)})
	}
	people.relations = slices.Clone(people.relations)
	people.relations[0].Rollups = slices.Clone(people.relations[0].Rollups)
	people.relations[0].Rollups[1].Field = latestName // for they have a last_seen_at of their own
	return []layout{people, companies}
}

const (
	countName  = "contacts_count"
	latestName = "contacts_last_seen_at"
)

// wideCompanies is the highest ordinal of one. Contacts name the first three.
const wideCompanies = 8

// newWideHistory is a history whose companies are contacts, too.
func newWideHistory(t *rapid.T) *history {
	h := emptyHistory(t, 20, wideLayouts()...)
	h.wide = map[uint32]*contacts.Contact{}
	for i := range uint32(wideCompanies - 2) {
		h.writeWide(i + 1)
	}
	h.tellPeople()
	return h
}

// writeWide writes a company, or deletes it for ever.
func (h *history) writeWide(ordinal uint32) {
	company, known := h.wide[ordinal]
	switch {
	case known && company == nil:
		return
	case known && rapid.IntRange(0, 5).Draw(h.t, "deleted") == 0:
		h.wide[ordinal] = nil
		h.merges = slices.DeleteFunc(h.merges, func(m wideMerge) bool { return m.survivor == ordinal })
		h.tell(ledger.Change{Entity: fields.EntityCompany, Op: ledger.OpDelete, Ordinal: ordinal})
		return
	}
	c := h.world.Contact(h.t, ordinal)
	if known {
		c.Absorbed = append(c.Absorbed, company.Absorbed...)
	}
	h.wide[ordinal] = c
	change := ledger.Change{Entity: fields.EntityCompany, Op: ledger.OpUpdate, Ordinal: ordinal, Record: c}
	if known {
		change.Fields = h.changed(company, c)
	}
	h.tell(change)
}

// joinedPrefix is that of the fields of the company.
const joinedPrefix = "company."

// joinedField is a field of the company as one of the contact.
func joinedField(f fields.Field) fields.Field {
	f.Name = joinedPrefix + f.Name
	return f
}

// ofTheCompany reports whether a field shows the company of a contact.
func ofTheCompany(f fields.Field) bool { return strings.HasPrefix(f.Name, "company") }

// passes reports whether a filter accepts a contact: that is for Match to say which,
// for the fields of a wide company, sees that as the contact that it is.
func (h *history) passes(c *contacts.Contact, n filter.Node) bool {
	is := func(n filter.Node) bool { return h.passes(c, n) }
	switch n := n.(type) {
	case *filter.Group:
		if h.wide == nil || len(n.Rules) == 0 {
			return filter.Match(n, h.world.Facts(c), h.world.Env)
		}
		if n.Or {
			return slices.ContainsFunc(n.Rules, is) != n.Not
		}
		return !slices.ContainsFunc(n.Rules, func(n filter.Node) bool { return !is(n) }) != n.Not
	case *filter.Rule:
		if n.Field.Type == fields.FieldSegment {
			return slices.ContainsFunc(n.Segments, is) != n.Not
		}
		if !strings.HasPrefix(n.Field.Name, joinedPrefix) {
			return filter.Match(n, wideFacts{h, c}, h.world.Env)
		}
		positive := *n
		positive.Not, positive.Field.Name = false, strings.TrimPrefix(n.Field.Name, joinedPrefix)
		company := h.wide[h.meant(c.Company)]
		return (company != nil && filter.Match(&positive, wideFacts{h, company}, h.world.Env)) != n.Not
	case *filter.Picked:
		return filter.Match(n, wideFacts{h, c}, h.world.Env)
	}
	return false
}

// wideFacts are a contact, or a wide company with what it has of its contacts.
type wideFacts struct {
	of     *history
	record *contacts.Contact
}

func (x wideFacts) Values(f fields.Field) []fields.Value {
	if f.Name != countName && f.Name != latestName {
		return contacts.Kind.Facts(x.record).Values(f)
	}
	if v := x.of.derived(f.Name, x.record.Ordinal); !v.IsMissing() {
		return []fields.Value{v}
	}
	return nil
}

func (wideFacts) Records(fields.Entity) []fields.Facts { return nil }

func (x wideFacts) Ordinals() []uint32 { return contacts.Kind.Facts(x.record).Ordinals() }

// filter draws one. Where companies are wide, some rules are of their fields.
func (h *history) filter() *filter.Filter {
	f := h.world.Filter(h.t)
	if h.wide == nil {
		return f
	}
	some := rapid.IntRange(0, 2).Draw(h.t, "joined")
	if h.asked != "" {
		some = 2
	}
	root := with(f.Root, func(f fields.Field) fields.Field {
		if some == 0 || some == 1 && rapid.Bool().Draw(h.t, "of the company") {
			return joinedField(f)
		}
		return f
	}).(*filter.Group)
	if rapid.Bool().Draw(h.t, "derived") {
		root = &filter.Group{Or: rapid.Bool().Draw(h.t, "or"), Rules: []filter.Node{root, h.derivedRule()}}
	}
	return &filter.Filter{Root: root}
}

// derivedRule draws a rule on what companies have of their contacts.
func (h *history) derivedRule() *filter.Rule {
	f := fields.Field{Name: latestName, Type: fields.FieldInstant}
	operators := []filter.Operator{filter.On, filter.Before, filter.Lte, filter.Exists}
	if rapid.Bool().Draw(h.t, "count") {
		f = fields.Field{Name: countName, Type: fields.FieldNumber}
		operators = []filter.Operator{filter.Eq, filter.Gt, filter.Lte, filter.Exists}
	}
	if h.asked == "" {
		f = joinedField(f)
	}
	r := &filter.Rule{Field: f, Operator: rapid.SampledFrom(operators).Draw(h.t, "operator"), Not: rapid.Bool().Draw(h.t, "not")}
	v := h.anyValue(f)
	if v.IsMissing() {
		r.Operator = filter.Exists
	}
	if r.Operator != filter.Exists {
		r.Values, r.Days = []fields.Value{v}, []bool{false}
	}
	return r
}

// with gives the rules of a node other fields. Those on the company go.
func with(n filter.Node, field func(fields.Field) fields.Field) filter.Node {
	each := func(nodes []filter.Node) (rules []filter.Node) {
		for _, n := range nodes {
			if n = with(n, field); n != nil {
				rules = append(rules, n)
			}
		}
		return rules
	}
	switch n := n.(type) {
	case *filter.Group:
		other := *n
		other.Rules = each(n.Rules)
		return &other
	case *filter.Rule:
		other := *n
		switch {
		case n.Field.Type == fields.FieldSegment:
			other.Segments = each(n.Segments)
		case ofTheCompany(n.Field):
			return nil
		case n.Related != nil: // nobody has any here
		default:
			other.Field = field(n.Field)
		}
		return &other
	case *filter.Picked:
		return n
	}
	return nil
}

// records are those that a question is about, in order of their ordinals where they
// are companies.
func (h *history) records() (list []*contacts.Contact) {
	if h.asked == "" {
		return h.world.Contacts
	}
	for ordinal := range uint32(wideCompanies) {
		if c := h.wide[ordinal+1]; c != nil {
			list = append(list, c)
		}
	}
	return list
}

// derived is how many contacts a company has, or when the latest of them was seen.
func (h *history) derived(name string, company uint32) fields.Value {
	count, latest := 0.0, fields.Value{}
	for _, c := range h.world.Contacts {
		if h.meant(c.Company) == company {
			count++
			if seen := fields.IntValue(c.LastSeenAt.UnixMilli()); !c.LastSeenAt.IsZero() && (latest.IsMissing() || seen.Int > latest.Int) {
				latest = seen
			}
		}
	}
	if name == countName {
		return fields.NumberValue(count)
	}
	return latest
}

// TestCompaniesKnowTheirContacts: after any history a company has the count of its
// contacts, and when the latest of them was seen.
func TestCompaniesKnowTheirContacts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newWideHistory(t)
		h.run()
		h.asked = fields.EntityCompany
		h.table.View(func(v *View) {
			for _, c := range h.records() {
				require.Empty(t, h.table.employer.differs(c.Ordinal))
				for _, name := range []string{countName, latestName} {
					n := columnOf[*numberColumn](h.table.companies, name)
					require.Equal(t, h.derived(name, c.Ordinal), n.value(n.get(c.Ordinal)), name)
				}
			}
		})
	})
}

// anyHistory is a history with or without wide companies.
func anyHistory(t *rapid.T, size int) *history {
	if rapid.IntRange(0, 2).Draw(t, "wide") == 0 {
		return newWideHistory(t)
	}
	return newHistory(t, size)
}

// TestJoinedFieldsAcceptWhatMatchAccepts: a rule on any field of the company accepts
// the contacts of those companies that Match accepts, by every operator, after any
// history of both.
func TestJoinedFieldsAcceptWhatMatchAccepts(t *testing.T) {
	met := map[fields.FieldType]int{}
	rapid.Check(t, func(t *rapid.T) {
		h := newWideHistory(t)
		h.run()
		var filters []*filter.Filter
		for _, f := range h.world.EveryOperator(t) {
			filters = append(filters, &filter.Filter{Root: with(f.Root, joinedField).(*filter.Group)})
		}
		for range 5 {
			filters = append(filters, h.filter())
		}
		for _, f := range filters {
			wanted := []uint32{}
			for _, c := range h.world.Contacts {
				if h.passes(c, f.Root) {
					wanted = append(wanted, c.Ordinal)
				}
			}
			slices.Sort(wanted)
			require.Equal(t, wanted, h.members(f), "%+v", f.Root)
			if len(f.Root.Rules) == 1 && len(wanted) > 0 && len(wanted) < len(h.world.Contacts) {
				if r, ok := f.Root.Rules[0].(*filter.Rule); ok {
					met[r.Field.Type]++
				}
			}
		}
	})
	for ft := fields.FieldText; ft <= fields.FieldCheckbox; ft++ {
		require.Positive(t, met[ft], "field type %d", ft)
	}
}

// TestACheckboxOfNoCompanyIsMissing: a checkbox is false until set, but not of who has
// no company, or one that was deleted: no rule accepts them, and they come last.
func TestACheckboxOfNoCompanyIsMissing(t *testing.T) {
	table := tablesOf(gramBatch, wideLayouts()...)
	newsletter, _ := benchSchema.Field("attributes.newsletter")
	newsletter = joinedField(newsletter)
	yes := fields.Attributes{{Number: newsletter.Attribute.Number, Value: fields.BoolValue(true)}}
	for i, of := range []fields.Attributes{yes, nil, yes} {
		company := &contacts.Contact{Ordinal: uint32(i + 1), Attributes: of}
		table.Apply([]ledger.Change{{Seq: uint64(i + 1), Entity: fields.EntityCompany, Ordinal: company.Ordinal, Record: company}})
	}
	table.Apply([]ledger.Change{{Seq: 4, Entity: fields.EntityCompany, Op: ledger.OpDelete, Ordinal: 3}})
	for i, company := range []uint32{3, 0, 2, 1} { // of contacts 1 to 4
		fill(table, nil, []*contacts.Contact{{Ordinal: uint32(i + 1), Name: []string{"Ada", "Bea"}[i%2], Company: company}})
	}
	unticked := &filter.Rule{Field: newsletter, Operator: filter.Eq, Values: []fields.Value{fields.BoolValue(false)}}
	ada := eq("name", "ada").Root.Rules[0]
	for _, rules := range [][]filter.Node{{unticked}, {ada, unticked}} {
		a, err := table.Ask(t.Context(), Question{
			Filter: &filter.Filter{Root: &filter.Group{Rules: rules}}, Env: env, Members: true,
		})
		require.NoError(t, err)
		require.Equal(t, []uint32{3}, a.Members.ToArray())
	}
	for desc, wanted := range map[bool][]uint32{false: {3, 4, 1, 2}, true: {4, 3, 1, 2}} {
		a, err := table.Ask(t.Context(), Question{Sort: []fields.Sort{{Field: newsletter, Desc: desc}}, Limit: 4})
		require.NoError(t, err)
		require.Equal(t, wanted, a.Ordinals)
	}
}

// BenchmarkJoinedRange counts the contacts of the companies whose number lies in a
// range, ten contacts a company.
func BenchmarkJoinedRange(b *testing.B) {
	f := decoded(b, `{"field":"attributes.score","operator":"between","value":[10,20]}`)
	f = &filter.Filter{Root: with(f.Root, joinedField).(*filter.Group)}
	for _, people := range []int{100_000, 1_000_000} {
		if people > 100_000 && testing.Short() {
			continue
		}
		b.Run(fmt.Sprintf("%dk", people/1000), func(b *testing.B) {
			table := wideBenchTable(people)
			took, rows := []time.Duration{}, uint64(0)
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				table.View(func(v *View) { rows = v.Count(f, env) })
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(rows), "rows")
			b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "ms-p99")
		})
	}
}

func wideBenchTable(people int) *Tables {
	table := tablesOf(gramBatch, wideLayouts()...)
	companies := people / 10
	for i := range uint32(companies) {
		table.Apply([]ledger.Change{{Seq: uint64(i + 1), Entity: fields.EntityCompany, Ordinal: i + 1, Record: person(i + 1)}})
	}
	for i := range uint32(people) {
		c := person(i + 1)
		c.Company = 1 + i*7919%uint32(companies)
		fill(table, nil, []*contacts.Contact{c})
	}
	return table
}
