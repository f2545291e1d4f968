package filter

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// visits are records that only these tests have: each belongs to a contact.
const visits fields.Entity = "visit"

// visitSchema has contacts with visits, which share some names of fields with contacts.
func visitSchema(definitions ...*fields.AttributeDefinition) *fields.Schema {
	shops := &fields.Standard{Choices: []string{"nairobi", "thika"}, Expected: "nairobi or thika", Former: map[string]string{"nbo": "nairobi"}}
	return fields.NewSchema([]fields.Noun{
		{Entity: fields.EntityContact, Plural: "contacts", Defined: true, Fields: append(contacts.Kind.StandardFields(), fields.Field{
			Name: "visits", Type: fields.FieldRelated, Standard: &fields.Standard{Access: fields.InFilters, Records: visits},
		})},
		{Entity: fields.EntityCompany, Plural: "companies", Fields: companies.Kind.StandardFields()},
		{Entity: visits, Plural: "visits", Defined: true, Fields: []fields.Field{
			{Name: "shop", Type: fields.FieldOption, Standard: shops},
			{Name: "name", Type: fields.FieldText, Standard: &fields.Standard{}},
			{Name: "spent", Type: fields.FieldNumber, Standard: &fields.Standard{}},
			{Name: "created_at", Type: fields.FieldInstant, Standard: &fields.Standard{}},
			{Name: "labels", Type: fields.FieldMany, Standard: &fields.Standard{}},
			{Name: "report", Type: fields.FieldText, Standard: &fields.Standard{Lines: true}},
			{Name: "visits", Type: fields.FieldRelated, Standard: &fields.Standard{Records: visits}},
		}},
	}, fields.Settings{TimeZone: "America/Sao_Paulo", Currency: "USD", PhoneRegion: "KE", WeekStart: "monday"}, append(definitions, &fields.AttributeDefinition{
		Number: 1, Entity: visits, Key: "mood", Type: fields.AttributeList, Options: []string{"Good", "Bad"}, Former: []fields.FormerOption{{Name: "Fine", Option: "Good"}},
	}))
}

func visitDecoder() Decoder {
	return Decoder{Schema: visitSchema(), Segments: testSaved}
}

func decodeVisits(t testing.TB, raw string) *Filter {
	t.Helper()
	f, err := visitDecoder().Decode([]byte(raw), "filter")
	require.NoError(t, err, raw)
	return f
}

const ofShop = `{"combinator":"and","rules":[{"field":"shop","operator":"eq","value":"nairobi"}]}`

// TestRelatedFaults holds each mistake in a rule on related records to its path and to what its
// text must tell.
func TestRelatedFaults(t *testing.T) {
	rule := func(members string) string { return english(`{"field":"visits",` + members + `}`) }
	where := func(rules string) string { return rule(`"operator":"any","where":` + inGroup(rules)) }
	for _, test := range []struct{ name, raw, path, says string }{
		{"exists", rule(`"operator":"exists"`), "filter.rules[0].operator", "any, none, count_eq, count_gte, count_lte; use any here"},
		{"equal", rule(`"operator":"=","value":2`), "filter.rules[0].operator", "use count_eq here"},
		{"all_of", rule(`"operator":"all_of","value":["x"]`), "filter.rules[0].operator", "related records"},
		{"value of any", rule(`"operator":"any","value":1`), "filter.rules[0].value", "takes no value"},
		{"value of none", rule(`"operator":"none","value":""`), "filter.rules[0].value", "takes no value"},
		{"no count", rule(`"operator":"count_gte"`), "filter.rules[0].value", "required"},
		{"null count", rule(`"operator":"count_eq","value":null`), "filter.rules[0].value", "required"},
		{"half", rule(`"operator":"count_gte","value":1.5`), "filter.rules[0].value", "whole number"},
		{"negative", rule(`"operator":"count_lte","value":-1`), "filter.rules[0].value", "from 0 to 10000000"},
		{"too many", rule(`"operator":"count_lte","value":10000001`), "filter.rules[0].value", "from 0 to 10000000"},
		{"far too many", rule(`"operator":"count_lte","value":1e300`), "filter.rules[0].value", "from 0 to 10000000"},
		{"word", rule(`"operator":"count_lte","value":"two"`), "filter.rules[0].value", "number"},
		{"list", rule(`"operator":"count_lte","value":[2]`), "filter.rules[0].value", "number"},
		{"yes", rule(`"operator":"count_lte","value":true`), "filter.rules[0].value", "number"},
		{"where of a field", english(`{"field":"name","operator":"eq","value":"x","where":` + ofShop + `}`), "filter.rules[0].where", "only rules on related records"},
		{"where as text", rule(`"operator":"any","where":"x"`), "filter.rules[0].where", "a group of rules"},
		{"where as a rule", rule(`"operator":"any","where":{"field":"shop","operator":"eq","value":"thika"}`), "filter.rules[0].where", "a group of rules"},
		{"where as a list", rule(`"operator":"any","where":[]`), "filter.rules[0].where", "a group of rules"},
		{"where without combinator", rule(`"operator":"any","where":{"rules":[{"field":"name","operator":"exists"}]}`), "filter.rules[0].where.combinator", `"and" or "or"`},
		{"empty group in where", where(inGroup("")), "filter.rules[0].where.rules[0].rules", "empty"},
		{"value in where", where(`{"field":"spent","operator":"gt","value":1},{"field":"shop","operator":"eq","value":"mombasa"}`), "filter.rules[0].where.rules[1].value", "nairobi or thika"},
		{"deep in where", where(inGroup(`{"field":"spent","operator":"contains","value":"1"}`)), "filter.rules[0].where.rules[0].rules[0].operator", "between"},
		{"where under a wrong operator", rule(`"operator":"exists","where":` + inGroup(`{"field":"spent","operator":"gt"}`)), "filter.rules[0].where.rules[0].value", "required"},
		{"unknown member in where", where(`{"field":"name","operator":"exists","vlaue":1}`), "filter.rules[0].where.rules[0]", "unknown member"},
		{"slip of the pen in where", where(`{"field":"shopp","operator":"exists"}`), "filter.rules[0].where.rules[0].field", "did you mean shop?"},
		{"field of contacts in where", where(`{"field":"city","operator":"exists"}`), "filter.rules[0].where.rules[0].field", "it is a field of contacts"},
		{"segment in where", where(`{"field":"segment","operator":"in","value":["customers"]}`), "filter.rules[0].where.rules[0].field", "no such field"},
		{"related records in where", where(`{"field":"visits","operator":"any"}`), "filter.rules[0].where.rules[0].field", "no other related records"},
		{"company in where", where(`{"field":"company.name","operator":"exists"}`), "filter.rules[0].where.rules[0].field", "no such field"},
		{"field of visits beside where", english(`{"field":"spent","operator":"gt","value":1}`), "filter.rules[0].field", "it is a field of visits: ask for it in the where of a rule on these"},
		{"field of visits behind their name", english(`{"field":"visits.spent","operator":"gt","value":1}`), "filter.rules[0].field", "it is a field of visits: ask for it in the where of a rule on these"},
		{"attribute of visits beside where", english(`{"field":"attributes.mood","operator":"eq","value":"Good"}`), "filter.rules[0].field", "it is a field of visits"},
		{"option in where", where(`{"field":"attributes.mood","operator":"eq","value":"Sad"}`), "filter.rules[0].where.rules[0].value", "options"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := visitDecoder().Decode([]byte(test.raw), "filter")
			require.Error(t, err, test.raw)
			found := faultsOf(t, visitDecoder(), test.raw)
			require.Contains(t, paths(found), test.path)
			for _, f := range found {
				if f.Path == test.path {
					require.Contains(t, f.Detail, test.says)
				}
			}
		})
	}
}

func inGroup(rules string) string { return `{"combinator":"and","rules":[` + rules + `]}` }

// TestWhereCountsToTheLimits: the rules of a where are some of the filter's, and its groups lie
// within that of its rule.
func TestWhereCountsToTheLimits(t *testing.T) {
	rules := func(n int) string {
		return strings.TrimSuffix(strings.Repeat(`{"field":"name","operator":"exists"},`, n), ",")
	}
	filter := func(n int) string {
		return english(`{"field":"visits","operator":"any","where":` + inGroup(rules(n)) + `}`)
	}
	decodeVisits(t, filter(MaxRules-1))
	require.Equal(t, []fault.Fault{{Path: "filter", Detail: "must have at most 500 rules"}}, faultsOf(t, visitDecoder(), filter(MaxRules)))

	deep := func(n int) string {
		return english(`{"field":"visits","operator":"any","where":` + strings.Repeat(`{"combinator":"and","rules":[`, n) + rules(1) + strings.Repeat(`]}`, n) + `}`)
	}
	decodeVisits(t, deep(MaxDepth-1))
	found := faultsOf(t, visitDecoder(), deep(MaxDepth))
	require.Len(t, found, 1)
	require.Contains(t, found[0].Detail, "32 deep")
}

// TestRelatedForms: what a rule on related records is kept as, its normal form, and how it
// reads.
func TestRelatedForms(t *testing.T) {
	for _, test := range []struct{ sent, saved, canonical, reads string }{
		{`"operator":"any"`, `"operator":"any"`, `"operator":"any"`, "Contact has a visit"},
		{`"operator":"any","value":null,"where":null`, `"operator":"any"`, `"operator":"any"`, "Contact has a visit"},
		{`"operator":"none","where":{}`, `"operator":"none","where":{"combinator":"and","rules":[]}`, `"operator":"none"`, "Contact has no visit"},
		{`"operator":"any","where":{"not":true}`, `"operator":"any","where":{"combinator":"and","not":true,"rules":[]}`,
			`"operator":"any","where":{"combinator":"and","not":true,"rules":[]}`, "Contact has a visit where (no one)"},
		{`"operator":"count_eq","value":"1"`, `"operator":"count_eq","value":"1"`, `"operator":"count_eq","value":1`, "Contact has exactly 1 visit"},
		{`"operator":"count_gte","value":2.0,"id":7,"where":{"id":1,"combinator":"or","rules":[{"id":2,"field":"name","operator":"=","value":"José"}]}`,
			`"operator":"count_gte","value":2.0,"where":{"combinator":"or","rules":[{"field":"name","operator":"eq","value":"José"}]}`,
			`"operator":"count_gte","value":2,"where":{"combinator":"and","rules":[{"field":"name","operator":"eq","value":"jose"}]}`,
			`Contact has at least 2 visits where (Name is "José")`},
		{`"operator":"count_lte","value":0,"where":{"combinator":"and","not":true,"rules":[{"field":"shop","operator":"eq","value":"thika"},{"field":"spent","operator":"gt","value":5}]}`,
			`"operator":"count_lte","value":0,"where":{"combinator":"and","not":true,"rules":[{"field":"shop","operator":"eq","value":"thika"},{"field":"spent","operator":"gt","value":5}]}`,
			`"operator":"count_lte","value":0,"where":{"combinator":"and","not":true,"rules":[{"field":"shop","operator":"eq","value":"thika"},{"field":"spent","operator":"gt","value":5}]}`,
			"Contact has at most 0 visits where not (Shop is thika and Spent is more than 5)"},
	} {
		rule := func(members string) string { return english(`{"field":"visits",` + members + `}`) }
		f := decodeVisits(t, rule(test.sent))
		require.JSONEq(t, rule(test.saved), string(f.Saved()), test.sent)
		require.Equal(t, rule(test.canonical), string(f.Canonical()), test.sent)
		require.Equal(t, test.reads, f.String())
		for _, again := range []json.RawMessage{f.Saved(), f.Canonical()} {
			require.Equal(t, f.Hash(), decodeVisits(t, string(again)).Hash())
		}
	}
	for operator, reads := range map[Operator]string{CountEq: "not exactly 2", CountGte: "fewer than 2", CountLte: "more than 2"} {
		rule := decodeVisits(t, english(`{"field":"visits","operator":"`+string(operator)+`","value":2}`)).Root.Rules[0].(*Rule)
		rule.Not = true
		negated := &Filter{Root: &Group{Rules: []Node{rule}}}
		require.Equal(t, "Contact has "+reads+" visits", negated.String())
		require.JSONEq(t, inGroup(`{"combinator":"and","not":true,"rules":[{"field":"visits","operator":"`+string(operator)+`","value":2}]}`), string(negated.Canonical()))
	}
}

// visitor is somebody with visits.
type visitor []visit

type visit map[string]fields.Value

func (v visit) Values(f fields.Field) []fields.Value {
	if value, has := v[f.Name]; has {
		return []fields.Value{value}
	}
	return nil
}

func (visit) Records(fields.Entity) []fields.Facts { return nil }
func (visit) Ordinals() []uint32                   { return nil }

func (visitor) Values(fields.Field) []fields.Value { return nil }
func (visitor) Ordinals() []uint32                 { return nil }

func (v visitor) Records(of fields.Entity) (list []fields.Facts) {
	for _, one := range v {
		if of == visits {
			list = append(list, one)
		}
	}
	return list
}

func TestMatchCountsRelatedRecords(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	env := Env{Now: now, Zone: time.UTC}
	at := func(shop string, days int) visit {
		return visit{"shop": fields.TextValue(shop), "created_at": fields.IntValue(now.AddDate(0, 0, -days).UnixMilli())}
	}
	one := visitor{at("nairobi", 1), at("nairobi", 40), at("thika", 2)}
	recent := inGroup(`{"field":"shop","operator":"eq","value":"nairobi"},{"field":"created_at","operator":"within_last","value":"P30D"}`)
	for rule, counts := range map[string][]int{ // which of 0 to 4 visits pass, by operator
		``:                       {3},
		`,"where":` + ofShop:     {2},
		`,"where":` + recent:     {1},
		`,"where":{"not":true}`:  {0},
		`,"where":{"rules": []}`: {3},
	} {
		n := counts[0]
		passes := func(operator string) bool {
			f := decodeVisits(t, english(`{"field":"visits",`+operator+rule+`}`))
			return Match(f.Root, one, env)
		}
		require.Equal(t, n > 0, passes(`"operator":"any"`), rule)
		require.Equal(t, n == 0, passes(`"operator":"none"`), rule)
		for k := range 5 {
			require.Equal(t, n == k, passes(fmt.Sprintf(`"operator":"count_eq","value":%d`, k)), rule)
			require.Equal(t, n >= k, passes(fmt.Sprintf(`"operator":"count_gte","value":%d`, k)), rule)
			require.Equal(t, n <= k, passes(fmt.Sprintf(`"operator":"count_lte","value":%d`, k)), rule)
		}
	}
}

// TestRepeatedKnowsWhoseFieldsAre: contacts and their visits both have a name, which is not
// the same one.
func TestRepeatedKnowsWhoseFieldsAre(t *testing.T) {
	const name = `{"field":"name","operator":"eq","value":"x"}`
	visit := func(operator, where string) string {
		return `{"field":"visits","operator":` + operator + `,"where":` + where + `}`
	}
	for rules, numbers := range map[string]int{
		name + `,` + visit(`"any"`, inGroup(name)):                                                                 0,
		visit(`"any"`, inGroup(name)) + `,` + visit(`"none"`, inGroup(name)):                                       3, // the rule, its where, and what is in it
		visit(`"any"`, inGroup(name)) + `,` + visit(`"count_gte","value":2`, inGroup(name)):                        2,
		visit(`"any"`, inGroup(name)) + `,` + visit(`"any"`, ofShop):                                               0,
		visit(`"any"`, `null`) + `,` + visit(`"any"`, inGroup(name)):                                               0,
		visit(`"any"`, inGroup(name)) + `,` + visit(`"any"`, `{"combinator":"and","not":true,"rules":[`+name+`]}`): 2, // where and name, but not the rules
	} {
		distinct := map[int]bool{}
		for _, number := range Repeated(decodeVisits(t, inGroup(rules)).Root) {
			distinct[number] = true
		}
		require.Len(t, distinct, numbers, rules)
	}
}

// TestRenamedWordsInWhere: labels, options and former words of closed fields reach into where.
func TestRenamedWordsInWhere(t *testing.T) {
	rule := func(where string) string {
		return english(`{"field":"visits","operator":"any","where":` + inGroup(where) + `}`)
	}
	labelled := func(name string) string {
		return rule(`{"field":"labels","operator":"any_of","value":["` + name + `"]}`)
	}

	renamed, named := WithLabel([]byte(labelled("vip")), &fields.Renaming{From: "VIP", To: "key account"})
	require.True(t, named)
	require.JSONEq(t, labelled("key account"), string(renamed))
	_, named = WithLabel([]byte(rule(`{"field":"name","operator":"in","value":["vip"]}`)), &fields.Renaming{From: "VIP", To: "key account"})
	require.False(t, named)

	mine := english(`{"field":"labels","operator":"any_of","value":["vip"]}`)
	of := func(e fields.Entity) *fields.Schema {
		return visitSchema().WithRenaming(fields.DefinitionDocument(e, "labels"), &fields.Renaming{Entity: e, From: "vip", To: "key account"})
	}
	require.JSONEq(t, labelled("key account"), string(WithPresentLabels([]byte(labelled("vip")), of(visits))))
	require.JSONEq(t, mine, string(WithPresentLabels([]byte(mine), of(visits))))
	require.JSONEq(t, labelled("vip"), string(WithPresentLabels([]byte(labelled("vip")), of(fields.EntityContact))))

	require.JSONEq(t, rule(`{"field":"shop","operator":"eq","value":"nairobi"},{"field":"shop","operator":"in","value":["nairobi","thika"]}`),
		string(Former([]byte(rule(`{"field":"shop","operator":"eq","value":"nbo"},{"field":"shop","operator":"in","value":["nbo","thika"]}`)), visitSchema())))

	mood := func(name string) string {
		return rule(`{"field":"attributes.mood","operator":"eq","value":"` + name + `"}`)
	}
	require.Equal(t, decodeVisits(t, mood("Good")).Hash(), decodeVisits(t, mood("Fine")).Hash())
}

// A text of lines is looked for with its line breaks, whole and in parts.
func TestLinesAreLookedFor(t *testing.T) {
	for _, word := range []string{"eq", "contains", "starts_with", "ends_with"} {
		f := decodeVisits(t, english(`{"field":"visits","operator":"any","where":`+inGroup(`{"field":"report","operator":"`+word+`","value":"Two\nlines"}`)+`}`))
		where := f.Root.Rules[0].(*Rule).Related.Where.Rules[0].(*Rule)
		require.Equal(t, "two lines", where.Values[0].Text, word)
	}
	_, err := visitDecoder().Decode([]byte(english(`{"field":"visits","operator":"any","where":`+inGroup(`{"field":"name","operator":"contains","value":"Two\nlines"}`)+`}`)), "filter")
	require.Error(t, err, "a text of one line")
}
