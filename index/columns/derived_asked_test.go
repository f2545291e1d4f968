package columns

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

var (
	countOfCompany  = fields.Field{Name: "company.contacts_count", Type: fields.FieldNumber}
	latestOfCompany = fields.Field{Name: "company.last_seen_at", Type: fields.FieldInstant}
)

func filterOf(nodes ...filter.Node) *filter.Filter {
	return &filter.Filter{Root: &filter.Group{Rules: nodes}}
}

// twoCompanies have 12 contacts each, half of the first by a merge. The contacts have the
// ordinals 1 to 24 and name company 1, 2, 3, 2 in turn.
func twoCompanies() *Tables {
	table := newTables(gramBatch)
	fill(table, []*companies.Company{
		{Ordinal: 1, ID: uuid.New(), Name: "Acme", Absorbed: []ledger.Absorbed{{Ordinal: 3}}}, {Ordinal: 2, ID: uuid.New(), Name: "Beta"},
	}, nil)
	for i := range uint32(24) {
		fill(table, nil, []*contacts.Contact{employed(i+1, []uint32{1, 2, 3, 2}[i%4])})
	}
	return table
}

// employed is a contact of a company who was seen so many seconds after 1970.
func employed(ordinal, company uint32) *contacts.Contact {
	c := person(ordinal)
	c.Company, c.LastSeenAt = company, time.Unix(int64(ordinal), 0)
	return c
}

// TestContactsOfACompanyChangeMeanwhile: the other contacts of a company count, too, for a
// question about what the company has of them, in whichever pause they change.
func TestContactsOfACompanyChangeMeanwhile(t *testing.T) {
	some := decoded(t, `{"field":"email","operator":"contains","value":"1"}`).Root
	many := &filter.Rule{Field: countOfCompany, Operator: filter.Gt, Values: []fields.Value{fields.NumberValue(11)}}
	late := &filter.Rule{Field: latestOfCompany, Operator: filter.Gte, Values: []fields.Value{fields.IntValue(24_000)}, Days: []bool{false}}
	sorted := func(f fields.Field) []fields.Sort { return []fields.Sort{{Field: f, Desc: true}} }
	questions := map[string]Question{
		"how many":           {Filter: filterOf(some, many)},
		"seen when":          {Filter: filterOf(some, late)},
		"by how many":        {Filter: filterOf(some), Sort: sorted(countOfCompany)},
		"by when":            {Filter: filterOf(some), Sort: sorted(latestOfCompany)},
		"with facets of all": {Filter: filterOf(some), Facets: fields.CountValues(countOfCompany, latestOfCompany)},
	}
	changes := map[string]ledger.Change{
		"somebody leaves the absorbed one": {Ordinal: 3, Record: employed(3, 2)},
		"somebody comes to it":             {Ordinal: 2, Record: employed(2, 3)},
		"somebody of it is seen":           {Ordinal: 3, Record: employed(300, 3)},
		"the last one of Beta is deleted":  {Ordinal: 24, Op: ledger.OpDelete},
	}
	for asked, q := range questions {
		q.Env, q.Members, q.Limit = env, true, 4
		for changed, change := range changes {
			change.Entity = fields.EntityContact
			if c, written := change.Record.(*contacts.Contact); written {
				c.Ordinal = change.Ordinal
			}
			pauses := 0
			for at, more := 1, true; more; at++ {
				table := twoCompanies()
				change.Seq = table.Seq() + 1
				table.limits, pauses = limits{quick: 0, pause: 1, most: MaxSteps, spare: 2}, 0
				table.paused = func() {
					if pauses++; pauses == at {
						table.Apply([]ledger.Change{change})
					}
				}
				a, err := table.Ask(t.Context(), q)
				require.NoError(t, err)
				table.View(func(v *View) {
					rows := v.Evaluate(q.Filter, env)
					require.Equal(t, rows.ToArray(), a.Members.ToArray(), "%s, %s in pause %d", asked, changed, at)
					page, _, err := v.Page(rows, q.Sort, nil, q.Limit)
					require.NoError(t, err)
					require.Equal(t, page, a.Ordinals, "%s, %s in pause %d", asked, changed, at)
					require.Equal(t, v.Facets(rows, q.Facets)(), a.Facets, "%s, %s in pause %d", asked, changed, at)
				})
				more = pauses >= at
			}
			require.Positive(t, pauses)
		}
	}
}

// TestOnlyWhoAsksForItWaitsForOtherContacts: a company of 100,000 contacts is not evaluated
// again for each write of one, unless the question is about what it has of them.
func TestOnlyWhoAsksForItWaitsForOtherContacts(t *testing.T) {
	named := decoded(t, `{"field":"company.name","operator":"exists"}`).Root
	counted := &filter.Rule{Field: countOfCompany, Operator: filter.Exists}
	segment := &filter.Rule{Field: fields.Field{Name: "segment", Type: fields.FieldSegment}, Operator: filter.In, Segments: []filter.Node{named, counted}}
	for name, one := range map[string]struct {
		question Question
		others   []uint32 // that are noted when contact 3 of company 3 goes to company 2
	}{
		"no filter":    {Question{}, nil},
		"another one":  {Question{Filter: filterOf(named)}, nil},
		"facets":       {Question{Facets: fields.CountValues(countOfCompany, latestOfCompany)}, nil},
		"a filter":     {Question{Filter: filterOf(named, filterOf(counted).Root)}, []uint32{1, 2, 3}},
		"a segment":    {Question{Filter: filterOf(segment, segment)}, []uint32{1, 2, 3}},
		"an order":     {Question{Sort: []fields.Sort{{Field: countOfCompany}}}, []uint32{1, 2, 3}},
		"another sort": {Question{Sort: []fields.Sort{{Field: fields.Field{Name: "company.name", Type: fields.FieldText}}}}, nil},
	} {
		table := twoCompanies()
		q := asking{Question: one.question, view: table.first}
		w := q.watch()
		table.watches.add(w)
		fill(table, nil, []*contacts.Contact{employed(3, 2)})
		require.Equal(t, append([]uint32{}, one.others...), append([]uint32{}, w.others[0].ToArray()...), name)
		require.Equal(t, []uint32{3}, w.rows.ToArray(), name)
		renamed := employed(3, 2)
		renamed.Name = "Another"
		w.take()
		fill(table, nil, []*contacts.Contact{renamed})
		require.True(t, w.others[0].IsEmpty(), "%s: the company has no other number", name)
	}
}
