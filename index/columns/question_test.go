package columns

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/workers"
)

// A patient question lets random changes in at every pause, of which there is
// one after nearly every step, and answers what Match accepts in the end.
func TestPatientQuestionsAreExactAsOfTheirEnd(t *testing.T) {
	holds, rounds, patient := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		h := anyHistory(t, 20)
		h.run()
		h.table.limits = limits{
			quick: uint64(rapid.IntRange(0, 500).Draw(t, "quick")), pause: uint64(rapid.IntRange(1, 200).Draw(t, "pause")), most: MaxSteps,
			spare: rapid.IntRange(0, 4).Draw(t, "spare"),
		}
		changes := 0
		h.table.paused = func() {
			for rapid.IntRange(0, 2).Draw(t, "meanwhile") == 0 && changes < 40 {
				changes++
				h.change()
			}
		}
		h.table.asked = func(w *work) {
			holds += w.holds
			if w.patient {
				patient++
			}
			rounds += w.kept
		}
		for range 3 {
			h.ask()
		}
	})
	t.Logf("%d patient questions, %d pauses, %d that kept the lock in the end", patient, holds, rounds)
	require.Positive(t, holds)
	require.Positive(t, rounds)
}

// ask asks a random question and compares everything that is answered.
func (h *history) ask() {
	t := h.t
	if h.asked = ""; h.wide != nil && rapid.Bool().Draw(t, "of companies") {
		h.asked = fields.EntityCompany
	}
	f, order := h.filter(), h.order()
	q := Question{Of: h.asked, Filter: f, Env: h.world.Env, Members: true, Facets: h.facetQueries(), Sort: order, Limit: rapid.IntRange(1, 12).Draw(t, "limit")}
	var among *roaring.Bitmap
	if rapid.IntRange(0, 4).Draw(t, "among") == 0 {
		_, among = h.some()
		q.Among = among.Clone()
	}
	var within *roaring.Bitmap
	if among == nil && rapid.IntRange(0, 2).Draw(t, "within") == 0 {
		_, within = h.some()
		q.Within = within.Clone()
	}
	q.Funnel = rapid.SampledFrom([]*filter.Filter{nil, f, h.filter()}).Draw(t, "funnel")
	if rapid.Bool().Draw(t, "beside") {
		q.Beside = []*filter.Filter{nil, h.filter(), f}
	}
	a, err := h.table.Ask(t.Context(), q)
	require.NoError(t, err)
	require.EqualValues(t, len(h.log), a.Seq)
	require.Empty(t, h.table.watches.list)

	var people []*contacts.Contact
	members := []uint32{}
	for _, c := range h.records() {
		if within != nil && !within.Contains(c.Ordinal) {
			continue
		}
		if among == nil && h.passes(c, f.Root) || among != nil && among.Contains(c.Ordinal) {
			people, members = append(people, c), append(members, c.Ordinal)
		}
	}
	if among != nil { // also of those who do not exist any more
		require.True(t, among.Equals(a.Members))
		people = slices.DeleteFunc(people, func(c *contacts.Contact) bool { return !among.Contains(c.Ordinal) })
	} else {
		slices.Sort(members)
		require.Equal(t, members, append([]uint32{}, a.Members.ToArray()...), f)
		require.EqualValues(t, len(members), a.Count)
	}
	h.compareFunnel(q, a)
	h.compareBeside(q, a)
	if among != nil && len(people) < int(among.GetCardinality()) {
		return // what is counted of somebody who does not exist is not said
	}
	for i, facet := range q.Facets {
		require.Equal(t, h.facet(facet, people), a.Facets[i], "%+v", facet)
	}
	slices.SortFunc(people, func(a, b *contacts.Contact) int { return comparePeople(order, h.value, a, b) })
	var page []uint32
	for _, c := range people[:min(q.Limit, len(people))] {
		page = append(page, c.Ordinal)
	}
	require.Equal(t, append([]uint32{}, page...), append([]uint32{}, a.Ordinals...))
	require.Equal(t, len(people) > q.Limit, a.Next != nil)
}

// countPassing counts those within the limits of a question who pass a filter.
func (h *history) countPassing(q Question, passes func(*contacts.Contact) bool) (n uint64) {
	for _, c := range h.records() {
		if (q.Within == nil || q.Within.Contains(c.Ordinal)) && passes(c) {
			n++
		}
	}
	return n
}

// compareFunnel compares what is left after each rule with who passes a group that ends with it.
func (h *history) compareFunnel(q Question, a Answer) {
	if q.Funnel == nil {
		require.Nil(h.t, a.Funnel)
		return
	}
	root := q.Funnel.Root
	require.Len(h.t, a.Funnel, len(root.Rules))
	for i := range root.Rules {
		part := &filter.Group{Or: root.Or, Not: root.Not, Rules: root.Rules[:i+1]}
		require.Equal(h.t, h.countPassing(q, func(c *contacts.Contact) bool { return h.passes(c, part) }), a.Funnel[i], "rule %d of %s", i, q.Filter)
		if i == len(root.Rules)-1 && q.Funnel == q.Filter && q.Among == nil {
			require.Equal(h.t, a.Count, a.Funnel[i])
		}
	}
}

// compareBeside compares the further filters of a question with who passes them.
func (h *history) compareBeside(q Question, a Answer) {
	require.Len(h.t, a.Beside, len(q.Beside))
	for i, f := range q.Beside {
		passes := func(c *contacts.Contact) bool { return f == nil || h.passes(c, f.Root) }
		require.Equal(h.t, h.countPassing(q, passes), a.Beside[i].Count, f)
		require.Equal(h.t, a.Beside[i].Count, a.Beside[i].Members.GetCardinality())
		both := h.countPassing(q, func(c *contacts.Contact) bool { return passes(c) && a.Members.Contains(c.Ordinal) })
		require.Equal(h.t, both, a.Beside[i].Both, f)
	}
}

// change makes a random change of a contact or a company, or lets the table
// forget a deleted attribute or sort a column.
func (h *history) change() {
	switch rapid.IntRange(0, 9).Draw(h.t, "change") {
	case 0:
		if h.wide != nil {
			h.changeWide()
			return
		}
		i := rapid.IntRange(0, len(h.world.Companies)-1).Draw(h.t, "company")
		company := *h.world.Companies[i]
		company.Name = h.world.Companies[(i+1)%len(h.world.Companies)].Name
		h.world.Companies[i] = &company
		h.tell(ledger.Change{Entity: fields.EntityCompany, Op: ledger.OpUpdate, Ordinal: company.Ordinal, Record: &company})
	case 1:
		h.table.KeepAttributes(butFor(deletedAttribute))
	default:
		h.write()
	}
}

// deletedAttribute is the number of an attribute that no schema of a world has.
const deletedAttribute = 3

// countdown is a context that ends after left looks at it.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// A question whose context ends does at most what is done between two pauses.
func TestQuestionsEndWithTheirContext(t *testing.T) {
	table := someTable(t, 5000)
	table.limits = limits{quick: 100, pause: 64, most: MaxSteps}
	for _, rules := range []string{
		`{"field":"email","operator":"contains","value":"st1"},{"field":"email","operator":"contains","value":"3"}`,
		`{"field":"name","operator":"contains","value":"a"},{"field":"email","operator":"contains","value":"1"}`,
		`{"combinator":"or","rules":[{"field":"attributes.score","operator":"in","value":[1,2,3,4,5,6]},{"field":"attributes.mrr","operator":"gt","value":7}]}`,
		`{"field":"city","operator":"in","value":["City 1","City 2"]},{"field":"attributes.note","operator":"not_contains","value":"5"}`,
	} {
		var done *work
		table.asked = func(w *work) { done = w }
		q := Question{Filter: decoded(t, rules), Env: env, Members: true}
		_, err := table.Ask(t.Context(), q)
		require.NoError(t, err, rules)
		require.Greater(t, done.looks, 2, rules)
		for left := range done.looks {
			_, err := table.Ask(&countdown{t.Context(), left + 2}, q) // it looks once before each attempt
			require.ErrorIs(t, err, context.Canceled, rules)
			require.Equal(t, left+1, done.looks, "it goes on after its context: %s", rules)
		}
	}
}

func TestACostlyQuestionIsRefused(t *testing.T) {
	table := someTable(t, 1000)
	var done *work
	table.asked = func(w *work) { done = w }
	ask := func(rules string) error {
		_, err := table.Ask(t.Context(), Question{Filter: decoded(t, `{"combinator":"or","rules":[`+rules+`]}`), Env: env})
		return err
	}
	one, two := `{"field":"email","operator":"contains","value":"1"}`, `{"field":"email","operator":"not_contains","value":"2"}`
	require.NoError(t, ask(one))
	table.limits.most = done.steps + done.steps/2
	require.NoError(t, ask(one))
	err := ask(one + "," + two)
	require.Equal(t, fault.KindInvalid, fault.KindOf(err))
	var refused *fault.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "too-costly", refused.Type)
}

// someTable returns a table with this number of people.
func someTable(t testing.TB, people int) *Tables {
	t.Helper()
	table := newTables(gramBatch)
	for i := range people {
		fill(table, nil, []*contacts.Contact{person(uint32(i + 1))})
	}
	return table
}

// A segment is evaluated once however often it is named, directly or by others.
func TestASegmentIsEvaluatedOnce(t *testing.T) {
	table := someTable(t, 300)
	segment := decoded(t, `{"field":"email","operator":"contains","value":"1"},{"field":"city","operator":"contains","value":"2"}`).Root
	named, _ := benchSchema.Field("segment")
	names := func(not bool, segments ...filter.Node) *filter.Rule {
		return &filter.Rule{Field: named, Operator: filter.In, Not: not, Segments: segments}
	}
	outer := &filter.Group{Or: true, Rules: []filter.Node{names(true, segment), names(false, segment)}}
	f := &filter.Filter{Root: &filter.Group{}}
	for i := range 95 {
		f.Root.Rules = append(f.Root.Rules, names(i%2 == 0, outer), names(i%3 > 0, segment, outer))
	}
	for _, quick := range []uint64{1 << 40, 0} {
		table.limits.quick = quick
		var done *work
		table.asked = func(w *work) { done = w }
		a, err := table.Ask(t.Context(), Question{Filter: f, Env: env, Members: true})
		require.NoError(t, err)
		require.LessOrEqual(t, done.rules, 2, "the two rules of the segment")
		table.View(func(v *View) { require.True(t, v.Evaluate(f, env).Equals(a.Members)) })
	}
}

// A rule and its opposite share one set; a part of the filter between the two that looks
// only at the rows of the set knows nothing of the others, and must not stand for them.
func TestARuleAndItsOppositeAcceptNobody(t *testing.T) {
	table := newTables(gramBatch)
	for i := range uint32(300) {
		c := person(i + 1)
		if i > 2 {
			c.FirstName = ""
		}
		fill(table, nil, []*contacts.Contact{c})
	}
	f := decoded(t, `{"field":"first_name","operator":"exists"},{"combinator":"and","rules":[
		{"field":"first_name","operator":"not_exists"},{"field":"attributes.score","operator":"between","value":[0,1000000]}]}`)
	for _, quick := range []uint64{1 << 40, 0} {
		table.limits.quick = quick
		a, err := table.Ask(t.Context(), Question{Filter: f, Env: env, Members: true})
		require.NoError(t, err)
		require.Zero(t, a.Count)
		require.True(t, a.Members.IsEmpty())
	}
}

// Equal rules and groups are evaluated once, wherever they stand.
func TestEqualRulesAreEvaluatedOnce(t *testing.T) {
	table := someTable(t, 300)
	one := `{"combinator":"or","rules":[{"field":"email","operator":"contains","value":"1"},{"field":"city","operator":"eq","value":"city 2"}]}`
	other := `{"combinator":"or","not":true,"rules":[{"field":"city","operator":"eq","value":"CITY 2"},{"field":"email","operator":"contains","value":"1"}]}`
	f := decoded(t, `{"combinator":"or","rules":[`+one+","+other+","+one+`]},{"field":"email","operator":"not_contains","value":"1"}`)
	var done *work
	table.asked = func(w *work) { done = w }
	_, err := table.Ask(t.Context(), Question{Filter: f, Env: env})
	require.NoError(t, err)
	require.Equal(t, 2, done.rules)
}

// What changes for many at once while a question is under way counts, too, in
// whichever pause it changes.
func TestCompaniesAndAttributesChangeMeanwhile(t *testing.T) {
	f := decoded(t, `{"combinator":"or","rules":[
		{"combinator":"and","rules":[{"field":"company.name","operator":"eq","value":"acme"},{"field":"email","operator":"contains","value":"1"}]},
		{"combinator":"and","rules":[{"field":"attributes.score","operator":"gt","value":40},{"field":"email","operator":"contains","value":"2"}]}]}`)
	for name, change := range map[string]func(*Tables){
		"a company gets the name": func(table *Tables) { fill(table, []*companies.Company{{Ordinal: 2, Name: "Acme"}}, nil) },
		"a company loses it":      func(table *Tables) { fill(table, []*companies.Company{{Ordinal: 1, Name: "Other"}}, nil) },
		"somebody moves": func(table *Tables) {
			moved := person(1)
			moved.Company = 2
			fill(table, nil, []*contacts.Contact{moved})
		},
		"an attribute goes": func(table *Tables) { table.KeepAttributes(butFor(2)) },
	} {
		for at, changed := 1, true; changed; at++ {
			table := newTables(gramBatch)
			fill(table, []*companies.Company{{Ordinal: 1, Name: "Acme"}, {Ordinal: 2, Name: "Beta"}}, nil)
			for i := range uint32(50) {
				c := person(i + 1)
				c.Company = i%2 + 1
				fill(table, nil, []*contacts.Contact{c})
			}
			table.limits = limits{quick: 0, pause: 1, most: MaxSteps}
			pauses := 0
			table.paused = func() {
				if pauses++; pauses == at {
					change(table)
				}
			}
			a, err := table.Ask(t.Context(), Question{Filter: f, Env: env, Members: true})
			require.NoError(t, err)
			table.View(func(v *View) { require.True(t, v.Evaluate(f, env).Equals(a.Members), "%s in pause %d", name, at) })
			changed = pauses >= at
			require.True(t, changed || at > 10)
		}
	}
}

// Five hundred parts of the texts of a field are one walk over the texts, in an
// "or" and in an "and" of what must not be.
func TestManyPartsAreOneWalk(t *testing.T) {
	table := someTable(t, 2000)
	fill(table, []*companies.Company{{Ordinal: 1, Name: "Acme 12"}, {Ordinal: 2, Name: "Beta"}}, nil)
	for _, field := range []string{"email", "name", "company.name", "phone", "attributes.note"} {
		for _, form := range []struct{ combinator, operator string }{{"or", "contains"}, {"and", "not_contains"}} {
			rules := func(n int) string {
				list := make([]string, n)
				for i := range list {
					list[i] = fmt.Sprintf(`{"field":%q,"operator":%q,"value":"%d"}`, field, form.operator, 10+i*17)
				}
				return fmt.Sprintf(`{"combinator":%q,"rules":[%s]}`, form.combinator, strings.Join(list, ","))
			}
			cost := func(n int) uint64 {
				var done *work
				table.asked = func(w *work) { done = w }
				a, err := table.Ask(t.Context(), Question{Filter: decoded(t, rules(n)), Env: env, Members: true})
				require.NoError(t, err)
				// One by one, a rule at a time.
				byRule := roaring.New()
				table.View(func(v *View) {
					for _, n := range decoded(t, rules(n)).Root.Rules[0].(*filter.Group).Rules {
						r := *n.(*filter.Rule)
						r.Not = false
						byRule.Or(v.Evaluate(&filter.Filter{Root: &filter.Group{Rules: []filter.Node{&r}}}, env))
					}
					if form.combinator == "and" {
						byRule = roaring.AndNot(v.Everyone(), byRule)
					}
				})
				require.True(t, byRule.Equals(a.Members), "%s %s", field, form.operator)
				return done.steps
			}
			some, many := cost(50), cost(490)
			require.Less(t, many, 2*some+2*490*ruleSteps, "%s %s", field, form.operator)
		}
	}
}

// A panic of a goroutine that evaluates is that of who asked. The table is as
// good as before.
func TestAPanicOfAWorkerIsOfWhoAsked(t *testing.T) {
	table := someTable(t, 10)
	score := decoded(t, `{"field":"attributes.score","operator":"gt","value":1}`)
	at, _ := table.people.attributeAt(2, fields.KindNumber)
	column := table.people.attributes[at].column.(*numberColumn)
	sound, short := *column, numberBlock{wide: make([]int64, 10), runs: blockRows / 64, ends: column.blocks[0].ends}
	for range 64 { // many blocks, which are looked at by several goroutines, too short
		column.blocks, column.sketches = append(column.blocks, short), append(column.sketches, sketch{})
	}
	for _, quick := range []uint64{defaultLimits.quick, 0} {
		table.limits.quick = quick
		caught := func() (cause any) {
			defer func() { cause = recover() }()
			_, err := table.Ask(t.Context(), Question{Filter: score, Env: env, Members: true})
			t.Error("answered", err)
			return nil
		}()
		p, ok := caught.(*workers.Panic)
		require.True(t, ok, caught)
		require.ErrorContains(t, p, "slice")
	}
	require.True(t, table.mu.TryLock(), "the lock was given back")
	table.mu.Unlock()
	require.Empty(t, table.watches.list)
	*column = sound
	_, err := table.Ask(t.Context(), Question{Filter: score, Env: env})
	require.NoError(t, err)
}
