package columns

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// pledgesField is the field of contacts that is about their pledges.
var pledgesField = fields.Field{Name: "pledges", Type: fields.FieldRelated, Standard: &fields.Standard{Records: "pledge"}}

func related(o filter.Operator, where *filter.Group, n ...int64) *filter.Rule {
	r := &filter.Rule{Field: pledgesField, Operator: o, Related: &filter.Related{Of: "pledge", Where: where}}
	for _, one := range n {
		r.Values = append(r.Values, fields.IntValue(one))
	}
	return r
}

// facts are a contact with the pledges of it and of whom it has absorbed.
func (o *owners) facts(c *contacts.Contact) ledger.Facts {
	x := contacts.Kind.Facts(c)
	of := map[uint32]bool{c.Ordinal: true}
	for _, a := range c.Absorbed {
		of[a.Ordinal] = true
	}
	x.Owned = map[fields.Entity][]ledger.Facts{}
	for _, p := range o.pledges {
		if of[p.Owner] {
			x.Owned["pledge"] = append(x.Owned["pledge"], pledgeKind.Facts(p))
		}
	}
	return x
}

// where draws a filter over pledges, nil for all of them.
func (o *owners) where(depth int) *filter.Group {
	if depth == 2 && rapid.IntRange(0, 3).Draw(o.t, "all pledges") == 0 {
		return nil
	}
	g := &filter.Group{Or: rapid.Bool().Draw(o.t, "or"), Not: rapid.Bool().Draw(o.t, "not")}
	for range rapid.IntRange(0, 3).Draw(o.t, "rules") {
		switch {
		case depth > 0 && rapid.IntRange(0, 3).Draw(o.t, "nested") == 0:
			g.Rules = append(g.Rules, o.where(depth-1))
		case rapid.Bool().Draw(o.t, "by amount"):
			g.Rules = append(g.Rules, &filter.Rule{
				Field:    fields.Field{Name: "amount", Type: fields.FieldNumber},
				Operator: rapid.SampledFrom([]filter.Operator{filter.Eq, filter.Gt, filter.Lte}).Draw(o.t, "operator"),
				Values:   []fields.Value{fields.NumberValue(float64(rapid.IntRange(0, 3).Draw(o.t, "limit")))},
				Not:      rapid.Bool().Draw(o.t, "other"),
			})
		case rapid.Bool().Draw(o.t, "by text"):
			g.Rules = append(g.Rules, o.textRule())
		default:
			g.Rules = append(g.Rules, &filter.Rule{
				Field: fields.Field{Name: "kind", Type: fields.FieldText}, Operator: filter.Eq,
				Values: []fields.Value{fields.TextValue(rapid.SampledFrom([]string{"once", "monthly", "never"}).Draw(o.t, "kind"))},
				Not:    rapid.Bool().Draw(o.t, "other"),
			})
		}
	}
	return g
}

// textRule draws one on the texts of pledges.
func (o *owners) textRule() *filter.Rule {
	r := &filter.Rule{Field: fields.Field{Name: "text", Type: fields.FieldText}, Not: rapid.Bool().Draw(o.t, "other")}
	r.Operator = rapid.SampledFrom([]filter.Operator{filter.Eq, filter.In, filter.Contains, filter.StartsWith, filter.EndsWith, filter.Exists}).Draw(o.t, "operator")
	switch r.Operator {
	case filter.Exists:
	case filter.Eq, filter.In:
		for range map[filter.Operator]int{filter.Eq: 1, filter.In: 2}[r.Operator] {
			text := rapid.SampledFrom(pledgeTexts[1:]).Draw(o.t, "text")
			r.Values = append(r.Values, fields.TextValue(words.Canonical(text)))
		}
	default:
		r.Values = []fields.Value{fields.TextValue(rapid.SampledFrom([]string{"who", "jose, who", "asked", "strasse", "e", "for", "zebra"}).Draw(o.t, "part"))}
	}
	return r
}

// rule draws one on pledges, or on who somebody is.
func (o *owners) rule() *filter.Rule {
	var r *filter.Rule
	operator := rapid.SampledFrom([]filter.Operator{filter.Any, filter.CountEq, filter.CountGte, filter.CountLte, filter.Eq}).Draw(o.t, "operator")
	switch {
	case operator == filter.Any:
		r = related(operator, o.where(2))
	case operator != filter.Eq:
		r = related(operator, o.where(2), int64(rapid.IntRange(0, 4).Draw(o.t, "count")))
	default:
		r = &filter.Rule{Field: fields.Field{Name: "id", Type: fields.FieldID}, Operator: filter.In, Values: []fields.Value{fields.TextValue("nobody")}}
		for _, ordinal := range sortedKeys(o.people) {
			if rapid.Bool().Draw(o.t, "named") {
				r.Values = append(r.Values, fields.TextValue(o.people[ordinal].ID.String()))
			}
		}
	}
	r.Not = rapid.Bool().Draw(o.t, "not")
	return r
}

// filter draws one of several rules, of which some may be there twice.
func (o *owners) filter() *filter.Filter {
	g := &filter.Group{Or: rapid.Bool().Draw(o.t, "or")}
	for range rapid.IntRange(1, 4).Draw(o.t, "rules") {
		g.Rules = append(g.Rules, o.rule())
	}
	if rapid.Bool().Draw(o.t, "twice") {
		again := *g.Rules[0].(*filter.Rule)
		again.Not = !again.Not
		g.Rules = append(g.Rules, &filter.Group{Or: !g.Or, Rules: []filter.Node{&again, o.rule()}})
	}
	return &filter.Filter{Root: g}
}

// matching are those whom Match accepts.
func (o *owners) matching(f *filter.Filter) []uint32 {
	list := []uint32{}
	for _, ordinal := range sortedKeys(o.people) {
		if filter.Match(f.Root, o.facts(o.people[ordinal]), env) {
			list = append(list, ordinal)
		}
	}
	return list
}

// TestRelatedRulesAcceptWhatMatchAccepts: after any history of contacts who are merged, parted
// and deleted, and of their pledges, whether the question is answered at once or lets changes in
// at nearly every step. A filter and its opposite are all.
func TestRelatedRulesAcceptWhatMatchAccepts(t *testing.T) {
	met, kept, patient := map[filter.Operator]int{}, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		o := &owners{t: t, tables: newPledgeTables(), people: map[uint32]*contacts.Contact{}, pledges: map[uint32]*pledge{}}
		for range rapid.IntRange(0, 60).Draw(t, "events") {
			if rapid.IntRange(0, 15).Draw(t, "event") == 0 {
				o.reload()
			} else {
				o.write()
			}
		}
		o.tables.asked = func(w *work) {
			kept += w.kept
			if w.patient {
				patient++
			}
		}
		for range 20 {
			f := o.filter()
			wanted := o.matching(f)
			o.tables.View(func(v *View) {
				require.Equal(t, wanted, append([]uint32{}, v.Evaluate(f, env).ToArray()...), "%+v", f.Root)
				opposite := &filter.Filter{Root: &filter.Group{Not: true, Rules: []filter.Node{f.Root}}}
				require.EqualValues(t, len(o.people), v.Count(f, env)+v.Count(opposite, env))
			})
			if r, ok := f.Root.Rules[0].(*filter.Rule); ok && len(f.Root.Rules) == 1 && len(wanted) > 0 && len(wanted) < len(o.people) {
				met[r.Operator]++
			}
			o.askPatiently(f)
		}
	})
	if testing.Short() { // too few are drawn to meet everything
		return
	}
	for _, operator := range []filter.Operator{filter.Any, filter.CountEq, filter.CountGte, filter.CountLte} {
		require.Positive(t, met[operator], operator)
	}
	require.Positive(t, patient)
	require.Positive(t, kept, "changes must come in every round")
}

// askPatiently asks while changes go on.
func (o *owners) askPatiently(f *filter.Filter) {
	o.tables.limits = limits{
		quick: uint64(rapid.IntRange(0, 500).Draw(o.t, "quick")), pause: uint64(rapid.IntRange(1, 100).Draw(o.t, "pause")), most: MaxSteps,
	}
	changes := 0
	o.tables.paused = func() {
		for rapid.IntRange(0, 2).Draw(o.t, "meanwhile") == 0 && changes < 30 {
			changes++
			o.write()
		}
	}
	a, err := o.tables.Ask(context.Background(), Question{Filter: f, Env: env, Members: true, Limit: 5})
	require.NoError(o.t, err)
	require.Equal(o.t, o.matching(f), append([]uint32{}, a.Members.ToArray()...), "%+v", f.Root)
	o.tables.paused, o.tables.limits = nil, defaultLimits
}

// manyPledges are contacts 1 to 3 of whom the second has so many pledges, half of them monthly,
// and the third has absorbed the fourth, who have some each.
func manyPledges(n int) *Tables {
	tables := newPledgeTables()
	for _, c := range []*contacts.Contact{{Ordinal: 1}, {Ordinal: 2}, {Ordinal: 3, Absorbed: []ledger.Absorbed{{Ordinal: 4}}}} {
		c.ID = uuid.New()
		tables.Fill(contacts.Kind, c)
	}
	for i := range n {
		p := &pledge{Ordinal: uint32(i + 1), ID: uuid.New(), Owner: 2, Kind: []string{"once", "monthly"}[i%2]}
		tables.Fill(pledgeKind, p)
	}
	for i := range 400 {
		tables.Fill(pledgeKind, &pledge{Ordinal: uint32(n + i + 1), ID: uuid.New(), Owner: uint32(3 + i%2), Kind: "once"})
	}
	return tables
}

// TestCountsBeyondAByte: counts are kept in a byte where that is enough, and are exact where it
// is not.
func TestCountsBeyondAByte(t *testing.T) {
	tables := manyPledges(600)
	monthly := filterOf(&filter.Rule{Field: fields.Field{Name: "kind", Type: fields.FieldText}, Operator: filter.Eq, Values: []fields.Value{fields.TextValue("monthly")}}).Root
	for where, sizes := range map[*filter.Group][3]int64{nil: {0, 600, 400}, monthly: {0, 300, 0}} {
		for _, n := range []int64{0, 1, 199, 200, 201, 253, 254, 255, 256, 299, 300, 301, 399, 400, 401, 600, 601, filter.MaxCount} {
			for operator, passes := range map[filter.Operator]func(int64) bool{
				filter.CountEq: func(size int64) bool { return size == n }, filter.CountGte: func(size int64) bool { return size >= n },
				filter.CountLte: func(size int64) bool { return size <= n },
			} {
				wanted := []uint32{}
				for i, size := range sizes {
					if passes(size) {
						wanted = append(wanted, uint32(i+1))
					}
				}
				f := filterOf(related(operator, where, n))
				tables.View(func(v *View) {
					require.Equal(t, wanted, append([]uint32{}, v.Evaluate(f, env).ToArray()...), "%s %d", operator, n)
				})
				few := &filter.Rule{Field: fields.Field{Name: "blocked", Type: fields.FieldCheckbox}, Operator: filter.Eq, Values: []fields.Value{fields.BoolValue(true)}, Not: true}
				tables.View(func(v *View) {
					all := v.ask(newWork(tables), env, v.Everyone())
					require.Equal(t, wanted, append([]uint32{}, v.materialize(all.filter(filterOf(few, related(operator, where, n)))).ToArray()...), "%s %d within", operator, n)
				})
			}
		}
	}
}

// TestRelatedRulesOfNoTable: nobody has what has no table.
func TestRelatedRulesOfNoTable(t *testing.T) {
	tables := newTables(gramBatch)
	fill(tables, nil, []*contacts.Contact{person(1), person(2)})
	for _, test := range []struct {
		rule *filter.Rule
		size uint64
	}{{related(filter.Any, nil), 0}, {related(filter.CountEq, nil, 0), 2}, {related(filter.CountGte, nil, 1), 0}, {related(filter.CountGte, nil, 0), 2}, {related(filter.CountLte, nil, 3), 2}} {
		tables.View(func(v *View) { require.Equal(t, test.size, v.Count(filterOf(test.rule), env)) })
	}
}
