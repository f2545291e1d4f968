package filter

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
)

// TestSaved: what is kept of a filter is what was sent, in our words.
func TestSaved(t *testing.T) {
	for _, test := range []struct{ name, sent, saved string }{
		{"nothing", ``, ``},
		{"null", `null`, ``},
		{"empty object", `{}`, `{"combinator":"and","rules":[]}`},
		{"everyone", `{"combinator":"or","rules":[]}`, `{"combinator":"or","rules":[]}`},
		{"nobody", `{"not":true}`, `{"combinator":"and","not":true,"rules":[]}`},
		{"ids of any type",
			`{"id":7,"rules":[{"id":{"a":1},"value":"x","operator":"eq","field":"name"},{"id":null,"rules":[{"field":"city","operator":"exists"}],"combinator":"or"}],"combinator":"or"}`,
			`{"combinator":"or","rules":[{"field":"name","operator":"eq","value":"x"},{"combinator":"or","rules":[{"field":"city","operator":"exists"}]}]}`},
		{"what react-querybuilder writes beside",
			`{"id":"r","path":[],"disabled":false,"muted":false,"combinator":"and","rules":[{"id":"a","path":[0],"disabled":false,"muted":false,"field":"city","operator":"=","valueSource":"value","value":"x"}]}`,
			english(`{"field":"city","operator":"eq","value":"x"}`)},
		{"spelling is kept",
			english(`{"field":"name","operator":"in","value":["  José <b>&","a","JOSÉ"]}`),
			english(`{"field":"name","operator":"in","value":["  José <b>&","a","JOSÉ"]}`)},
		{"numbers are kept",
			english(`{"field":"attributes.visits","operator":"eq","value":1.50}`),
			english(`{"field":"attributes.visits","operator":"eq","value":1.50}`)},
		{"a value that is none", english(`{"field":"name","operator":"exists","value":null}`), english(`{"field":"name","operator":"exists"}`)},
		{"null of react-querybuilder", english(`{"field":"name","operator":"null","value":null}`), english(`{"field":"name","operator":"not_exists"}`)},
		{"null with empty text", english(`{"field":"name","operator":"null","value":""}`), english(`{"field":"name","operator":"not_exists"}`)},
		{"notNull with the value of another operator", english(`{"field":"name","operator":"notNull","value":["x",3]}`), english(`{"field":"name","operator":"exists"}`)},
		{"a pair as text", english(`{"field":"attributes.visits","operator":"between","value":"1, 2.5"}`), english(`{"field":"attributes.visits","operator":"between","value":["1"," 2.5"]}`)},
		{"a pair of days as text", english(`{"field":"last_seen_at","operator":"notBetween","value":"2026-01-01,2026-01-31"}`),
			english(`{"field":"last_seen_at","operator":"not_between","value":["2026-01-01","2026-01-31"]}`)},
		{"an operator of a date", english(`{"field":"attributes.renewal","operator":"=","value":"2026-01-01"}`), english(`{"field":"attributes.renewal","operator":"eq","value":"2026-01-01"}`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := decodeAll(t, test.sent)
			require.Equal(t, test.saved, string(f.Saved()))
			require.Equal(t, f.Hash(), decodeAll(t, string(f.Saved())).Hash())
			require.Equal(t, test.saved, string(decodeAll(t, string(f.Saved())).Saved()))
		})
	}
}

// TestAliasesMeanOurWords: of every type of field, an alias is our word for it.
func TestAliasesMeanOurWords(t *testing.T) {
	require.Equal(t, []string{
		"!=", "<", "<=", "=", ">", ">=", "beginsWith", "doesNotBeginWith", "doesNotContain", "doesNotEndWith", "endsWith",
		"notBetween", "notIn", "notNull", "null",
	}, Aliases())
	schema, values := testSchema(), map[string]string{
		"id": `"x"`, "type": `"lead"`, "name": `"x"`, "email": `"a@b.example"`, "phone": `"0722000000"`, "country": `"KE"`, "labels": `"x"`,
		"attributes.visits": `1`, "attributes.mrr": `1`, "attributes.score": `1`, "attributes.site": `"https://a.example"`, "attributes.renewal": `"2026-01-01"`,
		"attributes.tier": `"Gold"`, "attributes.topics": `"News"`, "attributes.vip": `true`, "attributes.opted_in": `true`, "created_at": `"2026-01-01"`, "segment": `"customers"`,
	}
	ignored := cmp.Options{cmpopts.IgnoreUnexported(Rule{}), cmp.Comparer(func(a, b *fields.AttributeDefinition) bool { return (a == nil) == (b == nil) })}
	known := 0
	for name, value := range values {
		field, ok := schema.Field(name)
		require.True(t, ok, name)
		for alias, ours := range aliases {
			rule := func(word string) string {
				value := value
				switch meanings[word].operator {
				case Exists:
					return english(`{"field":"` + name + `","operator":"` + word + `"}`)
				case In:
					value = "[" + value + "]"
				case Between:
					value = "[" + value + "," + value + "]"
				}
				return english(`{"field":"` + name + `","operator":"` + word + `","value":` + value + `}`)
			}
			want, wantErr := testDecoder().Decode([]byte(rule(ours)), "filter")
			got, err := testDecoder().Decode([]byte(strings.Replace(rule(ours), `"`+ours+`"`, `"`+alias+`"`, 1)), "filter")
			if _, known := meaningOf(field, ours); !known {
				require.Error(t, wantErr, "%s %s", name, ours)
				require.Equal(t, wantErr.Error(), err.Error(), "%s %s", name, alias)
				continue
			}
			known++
			require.NoError(t, err, "%s %s", name, alias)
			require.Empty(t, cmp.Diff(want.Root, got.Root, ignored), "%s %s", name, alias)
			var saved struct{ Rules []struct{ Operator string } }
			require.NoError(t, json.Unmarshal(got.Saved(), &saved))
			require.Equal(t, ours, saved.Rules[0].Operator)
		}
	}
	require.Greater(t, known, 100)
}
