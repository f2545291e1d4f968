package columns

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// Worlds that are drawn are small. What the columns do only with many rows,
// over more than one block, is held against the same references here.

const largeSize = 70_000

// largeWorld is who is in a large table, and what the references have said of them. They
// take longer than the columns, and several tables are held against them.
type largeWorld struct {
	people    []*contacts.Contact
	companies []*companies.Company
	facts     []ledger.Facts                          // by ordinal
	matching  map[string][]uint32                     // by the rules of a filter
	counted   map[string]map[string]map[string]uint64 // by who is counted, and the field
	ordered   map[string][]*contacts.Contact          // some of them, by the order
}

// learn makes the facts of everyone, once for all references.
func (w *largeWorld) learn() {
	w.facts = make([]ledger.Facts, largeSize+1)
	for _, c := range w.people {
		var company *companies.Company
		if c.Company != 0 {
			company = w.companies[c.Company-1]
		}
		w.facts[c.Ordinal] = contacts.Kind.Facts(c, companies.Kind.Facts(company))
	}
}

func largeTable() (*Tables, *largeWorld) {
	w := &largeWorld{matching: map[string][]uint32{}, counted: map[string]map[string]map[string]uint64{}, ordered: map[string][]*contacts.Contact{}}
	for i := range uint32(largeSize) {
		if i%11 != 0 {
			w.people = append(w.people, person(i+1))
		}
	}
	for i := range uint32(20_001) {
		w.companies = append(w.companies, &companies.Company{Ordinal: i + 1, Name: fmt.Sprintf("Company %d", i+1)})
	}
	w.learn()
	t := newTables(gramBatch)
	fill(t, w.companies, w.people)
	return t, w
}

// once returns what is known under a key, or learns it.
func once[V any](known map[string]V, key string, learn func() V) V {
	v, is := known[key]
	if !is {
		v = learn()
		known[key] = v
	}
	return v
}

func TestManyRows(t *testing.T) {
	if testing.Short() {
		t.Skip("its references take seconds")
	}
	table, world := largeTable()
	t.Run("filters", func(t *testing.T) { testLargeFilters(t, table, world) })
	t.Run("facets", func(t *testing.T) { testLargeFacets(t, table, world) })
	t.Run("pages", func(t *testing.T) { testLargePages(t, table, world) })
	t.Run("in order", func(t *testing.T) {
		for c := range table.texts() {
			table.sort(c)
		}
		testLargeFilters(t, table, world)
		testLargeFacets(t, table, world)
		testLargePages(t, table, world)
	})
	t.Run("checkpoint", func(t *testing.T) {
		loaded, err := load(strings.NewReader(string(checkpointOf(t, table))))
		require.NoError(t, err)
		testLargeFilters(t, loaded, world)
	})
}

func testLargeFilters(t *testing.T, table *Tables, world *largeWorld) {
	values := func(n, step int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprint(i*step))
		}
		return strings.Join(list, ",")
	}
	for _, rules := range []string{
		equalities,
		equalities + "," + ranges, // a scan of what is left
		`{"field":"city","operator":"eq","value":"city 17"},` + ranges, // a test of what is left
		`{"field":"name","operator":"contains","value":"last1"}`,       // many texts
		`{"field":"name","operator":"contains","value":"last4321"}`,    // few
		`{"field":"name","operator":"contains","value":"st1 last1"}`,   // of two words
		`{"field":"name","operator":"contains","value":" last12"}`,
		`{"field":"name","operator":"contains","value":"11 "}`, // a typed space is no part
		`{"field":"name","operator":"contains","value":"las"}`, // a word of everyone
		`{"field":"name","operator":"ends_with","value":"t77"}`,
		`{"field":"name","operator":"starts_with","value":"first11 l"}`,
		`{"field":"name","operator":"starts_with","value":"last1"}`, // of later words only
		`{"field":"name","operator":"not_contains","value":"last1"}`,
		`{"field":"city","operator":"eq","value":"city 17"},{"field":"name","operator":"contains","value":"last1"}`,
		`{"field":"city","operator":"not_starts_with","value":"city 1"}`, // most rows of many texts
		`{"field":"phone","operator":"ends_with","value":"99"}`,
		`{"field":"phone","operator":"starts_with","value":"25470001"}`,
		`{"field":"email","operator":"contains","value":"EXAMPLE.com"}`, // every text, by its tail
		`{"field":"email","operator":"contains","value":"7@example"}`,
		`{"field":"email","operator":"contains","value":"1@"}`, // no tail
		`{"field":"email","operator":"not_ends_with","value":"example.com"}`,
		`{"field":"email","operator":"starts_with","value":"first12"}`,
		`{"field":"email","operator":"starts_with","value":"first1"},{"field":"city","operator":"eq","value":"city 17"}`,
		// The last two sets of a count, all but some of either or both.
		`{"field":"type","operator":"ne","value":"visitor"},{"field":"country","operator":"ne","value":"KE"}`,
		`{"field":"type","operator":"eq","value":"visitor"},{"field":"country","operator":"ne","value":"KE"}`,
		`{"field":"type","operator":"ne","value":"lead"},{"field":"country","operator":"eq","value":"ZA"}`,
		// Only a negative narrows, then a test within what the outer group left.
		`{"field":"city","operator":"eq","value":"city 17"},{"combinator":"and","rules":[
			{"field":"type","operator":"ne","value":"visitor"},{"field":"attributes.mrr","operator":"between","value":[1,5000]}]}`,
		// The inner group narrows by itself, to rows that the outer one has not.
		`{"field":"city","operator":"eq","value":"city 17"},{"combinator":"and","rules":[
			{"field":"country","operator":"eq","value":"TZ"},{"field":"attributes.mrr","operator":"between","value":[1,5000]}]}`,
		`{"field":"city","operator":"eq","value":"CITY 3"},{"field":"email","operator":"contains","value":"first1"}`,
		`{"field":"company.name","operator":"contains","value":"1"}`,
		`{"field":"company.name","operator":"eq","value":"company 3"}`,
		`{"field":"attributes.score","operator":"in","value":[` + values(30, 1) + `]}`,         // close together
		`{"field":"attributes.mrr","operator":"in","value":[` + values(30, 1_000_000) + `,5]}`, // far apart
		`{"field":"attributes.mrr","operator":"not_in","value":[1,2,3]}`,
		// One pass for several ranges: nested, negated, and where nobody is.
		`{"field":"attributes.mrr","operator":"gte","value":3000},{"combinator":"or","rules":[
			{"field":"attributes.score","operator":"lt","value":5},{"field":"last_seen_at","operator":"not_within_last","value":"P5Y"}]}`,
		`{"combinator":"or","rules":[{"field":"attributes.mrr","operator":"not_exists"},
			{"combinator":"and","not":true,"rules":[{"field":"attributes.score","operator":"gt","value":1},{"field":"attributes.renewal","operator":"exists"}]}]}`,
		`{"combinator":"and","not":true,"rules":[{"field":"attributes.mrr","operator":"gt","value":7},{"field":"attributes.score","operator":"lte","value":7}]}`,
		`{"field":"type","operator":"eq","value":"visitor"},{"combinator":"or","not":true,"rules":[
			{"field":"attributes.mrr","operator":"not_exists"},{"field":"attributes.score","operator":"lt","value":-1}]}`,
		// Values in a pass: several of many rows and of few, negated, beside ranges, and of labels that one row may have all.
		`{"combinator":"or","rules":[
			{"combinator":"and","rules":[{"field":"country","operator":"in","value":["TZ","KE","UG"]},{"field":"attributes.tier","operator":"ne","value":"Gold"}]},
			{"combinator":"and","rules":[{"field":"labels","operator":"any_of","value":["label 0-0","label 1-2"]},{"field":"attributes.mrr","operator":"gte","value":2000}]}]}`,
		`{"combinator":"or","rules":[{"field":"city","operator":"in","value":["City 2999","City 17","City 0"]},
			{"field":"country","operator":"in","value":["IL","KE"]},{"field":"attributes.score","operator":"lt","value":1}]}`,
		`{"combinator":"or","not":true,"rules":[{"field":"type","operator":"eq","value":"visitor"},{"field":"country","operator":"eq","value":"KE"}]}`,
		`{"combinator":"or","rules":[{"field":"type","operator":"ne","value":"visitor"},{"combinator":"and","not":true,"rules":[
			{"field":"country","operator":"eq","value":"KE"},{"field":"attributes.score","operator":"gt","value":3}]}]}`,
		`{"field":"country","operator":"ne","value":"KE"},{"field":"attributes.score","operator":"gt","value":3}`,
		`{"field":"attributes.score","operator":"gt","value":3}`, // counted by a pass of one range
		`{"field":"attributes.mrr","operator":"not_between","value":[100,2000]},{"field":"attributes.score","operator":"not_between","value":[1,2]}`,
		`{"field":"labels","operator":"any_of","value":["label 0-0","label 1-2"]},{"field":"labels","operator":"all_of","value":["label 0-1","label 1-0"]}`,
	} {
		f := decoded(t, rules)
		wanted := once(world.matching, rules, func() []uint32 {
			wanted := []uint32{}
			for _, c := range world.people {
				if filter.Match(f.Root, world.facts[c.Ordinal], env) {
					wanted = append(wanted, c.Ordinal)
				}
			}
			return wanted
		})
		table.View(func(v *View) {
			require.EqualValues(t, len(wanted), v.Count(f, env), rules)
			require.True(t, slices.Equal(wanted, v.Evaluate(f, env).ToArray()), rules) // Equal would print them all
		})
	}
}

func testLargeFacets(t *testing.T, table *Tables, world *largeWorld) {
	for name, in := range map[string]func(c *contacts.Contact) bool{
		"everyone": func(*contacts.Contact) bool { return true },
		"most":     func(c *contacts.Contact) bool { return c.Ordinal%10 != 0 },
		"some":     func(c *contacts.Contact) bool { return c.Ordinal%3 == 0 },
	} {
		var who []*contacts.Contact
		rows := roaring.New()
		for _, c := range world.people {
			if in(c) {
				who = append(who, c)
				rows.Add(c.Ordinal)
			}
		}
		all := []string{"type", "country", "city", "company.name", "labels", "attributes.mrr", "email", "name"}
		counts := once(world.counted, name, func() map[string]map[string]uint64 { return world.count(who, all) })
		table.View(func(v *View) {
			for _, field := range all {
				f, _ := benchSchema.Field(field)
				facet := v.Facets(rows, fields.CountValues(f))()[0]
				listed, total := uint64(0), uint64(0)
				for _, value := range facet.Values {
					key := value.Value.Text
					if field != "labels" {
						key = fmt.Sprint(value.Value.Text, value.Value.Int)
					}
					require.Equal(t, counts[field][key], value.Count, "%s of %s", field, name)
					listed += value.Count
				}
				for _, n := range counts[field] {
					total += n
				}
				require.Equal(t, total-listed, facet.Other, field)
				require.Len(t, facet.Values, min(fields.MaxFacetValues, len(counts[field])))
				require.True(t, slices.IsSortedFunc(facet.Values, func(a, b fields.FacetValue) int {
					return cmp.Or(cmp.Compare(b.Count, a.Count), compareValues(f, a.Value, b.Value))
				}), "%s of %s", field, name)
				if field == "email" { // all distinct, so the first ones by text
					listed := facet.Values[len(facet.Values)-1].Value.Text
					before := 0
					for text := range counts[field] {
						if strings.Compare(folded(f, text[:len(text)-1]), folded(f, listed)) < 0 {
							before++
						}
					}
					require.Equal(t, len(facet.Values)-1, before)
				}
				if field != "labels" {
					require.Equal(t, rows.GetCardinality(), listed+facet.Other+facet.Missing, field)
				}
			}
		})
	}
}

// count counts the values that some of the people have in fields.
func (w *largeWorld) count(who []*contacts.Contact, all []string) map[string]map[string]uint64 {
	counts := map[string]map[string]uint64{}
	for _, name := range all {
		f, _ := benchSchema.Field(name)
		of := map[string]uint64{}
		for _, c := range who {
			switch v := w.facts[c.Ordinal].Value(f); v.Kind {
			case fields.Missing:
			case fields.KindList:
				for _, label := range v.List {
					of[label]++
				}
			default:
				of[fmt.Sprint(v.Text, v.Int)]++
			}
		}
		counts[name] = of
	}
	return counts
}

func testLargePages(t *testing.T, table *Tables, world *largeWorld) {
	var some []*contacts.Contact
	rows := roaring.New()
	for i := 0; i < len(world.people); i += 7 {
		some = append(some, world.people[i])
		rows.Add(world.people[i].Ordinal)
	}
	for _, order := range []string{
		"name", "-name", "country,-name", "-attributes.tier,attributes.score", "attributes.tier", "country,attributes.tier", "last_seen_at", "-last_seen_at",
		"attributes.mrr", "-attributes.mrr,city", "company.name", "-attributes.newsletter",
		"-type,name", "-attributes.newsletter,-company.name,email", "city", "-attributes.note,-country", "identifier",
	} {
		criteria := sortOf(order)
		wanted := once(world.ordered, order, func() []*contacts.Contact {
			wanted := slices.Clone(some)
			values := map[string][]fields.Value{} // of each criterion, by ordinal: a sort compares each many times
			for _, s := range criteria {
				values[s.Field.Name] = make([]fields.Value, largeSize+1)
				for _, c := range some {
					values[s.Field.Name][c.Ordinal] = world.facts[c.Ordinal].Value(s.Field)
				}
			}
			value := func(c *contacts.Contact, f fields.Field) fields.Value { return values[f.Name][c.Ordinal] }
			slices.SortFunc(wanted, func(a, b *contacts.Contact) int { return comparePeople(criteria, value, a, b) })
			return wanted
		})
		table.View(func(v *View) {
			check := func(at int) {
				// The page behind the row at which the one before ended.
				var after *fields.Position
				if at > 0 {
					last := place{row: wanted[at-1].Ordinal}
					for _, s := range criteria {
						last.keys = append(last.keys, criterionOf(v, s).of(last.row))
					}
					after = last.position()
				}
				page, _, err := v.Page(rows, criteria, after, 100)
				require.NoError(t, err)
				for i, ordinal := range page {
					require.Equal(t, wanted[at+i].Ordinal, ordinal, "%s at %d", order, at+i)
				}
				require.Len(t, page, min(100, len(wanted)-at))
			}
			for _, at := range []int{0, 1, len(wanted) / 3, len(wanted) * 2 / 3, len(wanted) - 150, len(wanted) - 50} {
				check(at)
			}
		})
	}
}

func criterionOf(v *View, s fields.Sort) criterion {
	column, _ := v.sortable(s.Field)
	return newCriterion(column, s)
}

func sortOf(order string) []fields.Sort {
	var criteria []fields.Sort
	for _, name := range strings.Split(order, ",") {
		f, _ := benchSchema.Field(strings.TrimPrefix(name, "-"))
		criteria = append(criteria, fields.Sort{Field: f, Desc: name[0] == '-'})
	}
	return criteria
}

// comparePeople orders two contacts as convention has it: missing values last
// both ways, text by fold, ties by ordinal.
func comparePeople(order []fields.Sort, value func(*contacts.Contact, fields.Field) fields.Value, a, b *contacts.Contact) int {
	for _, s := range order {
		x, y := value(a, s.Field), value(b, s.Field)
		switch {
		case x.IsMissing() && y.IsMissing():
			continue
		case x.IsMissing():
			return 1
		case y.IsMissing():
			return -1
		}
		if c := compareSorted(s.Field, x, y); c != 0 {
			if s.Desc {
				return -c
			}
			return c
		}
	}
	return cmp.Compare(a.Ordinal, b.Ordinal)
}
