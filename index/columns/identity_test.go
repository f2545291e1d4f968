package columns

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// survivor has absorbed two others. Of everything else it is alone.
func survivor() *contacts.Contact {
	return &contacts.Contact{
		Ordinal: 1, ID: uuid.MustParse("019abcde-0000-7000-8000-000000000001"), Name: "Ada", Email: "ada@example.com",
		Absorbed: []ledger.Absorbed{
			{Ordinal: 8, ID: uuid.MustParse("019abcde-0000-7000-8000-000000000008"), Email: "King@old.example", Phone: "+254722000001", Identifier: "K-8"},
			{Ordinal: 9, ID: uuid.MustParse("019abcde-0000-7000-8000-000000000009"), Email: "king@OLD.example", Identifier: "K-9"},
		},
	}
}

// TestRulesMeetEveryAddress: a rule on an e-mail or a phone accepts who has it as any of them; its
// negative is the complement. Facets and sorts know the primary one only.
func TestRulesMeetEveryAddress(t *testing.T) {
	table := newTables(gramBatch)
	ada := &contacts.Contact{
		Ordinal: 1, ID: uuid.New(), Name: "Ada", Email: "ada@example.com", Phone: "+254722000001",
		MoreEmails: []contacts.Address{{Value: "Ada@work.example"}, {Value: "line@x.example", Shared: true}}, MorePhones: []contacts.Address{{Value: "+254722000002"}},
		Identities: []contacts.Identity{{Channel: fields.ChannelNamed("whatsapp"), SourceID: "a:B"}},
	}
	fill(table, nil, []*contacts.Contact{ada, {Ordinal: 2, ID: uuid.New(), Name: "Bea", Email: "bea@example.com"}})
	for rule, want := range map[string]bool{
		`{"field":"email","operator":"eq","value":"ada@WORK.example"}`:                  true,
		`{"field":"email","operator":"eq","value":"ada@example.com"}`:                   true,
		`{"field":"email","operator":"ne","value":"line@x.example"}`:                    false,
		`{"field":"email","operator":"not_contains","value":"work"}`:                    false,
		`{"field":"email","operator":"ends_with","value":"x.example"}`:                  true,
		`{"field":"phone","operator":"in","value":["+254722000002"]}`:                   true,
		`{"field":"phone","operator":"not_starts_with","value":"0722 000 002"}`:         false,
		`{"field":"identities","operator":"any_of","value":["whatsapp:a:B"]}`:           true,
		`{"field":"identities","operator":"any_of","value":["whatsapp:a:b"]}`:           false,
		`{"field":"identities","operator":"none_of","value":["whatsapp:a:b"]}`:          true,
		`{"field":"identities","operator":"all_of","value":["whatsapp:a:B","sms:a:B"]}`: false,
		`{"field":"identities","operator":"exists"}`:                                    true,
	} {
		f := decoded(t, rule)
		require.Equal(t, want, filter.Match(f.Root, contacts.Kind.Facts(ada), env), "Match of %s", rule)
		a, err := table.Ask(t.Context(), Question{Filter: f, Env: env, Members: true})
		require.NoError(t, err)
		require.Equal(t, want, a.Members.Contains(1), rule)
	}
}

// TestRulesMeetWhatWasAbsorbed: a rule on a field by which contacts are unique
// accepts who has such a value or has absorbed it; its negative is the complement.
func TestRulesMeetWhatWasAbsorbed(t *testing.T) {
	table := newTables(gramBatch)
	fill(table, nil, []*contacts.Contact{survivor(), {Ordinal: 2, ID: uuid.New(), Name: "Bea", Email: "bea@example.com"}})
	many := make([]string, 40)
	for i := range many {
		many[i] = fmt.Sprintf(`{"field":"email","operator":"contains","value":"no%d"}`, i)
	}
	someParts := strings.Join(many, ",")
	noParts := strings.ReplaceAll(someParts, `"contains"`, `"not_contains"`)
	for rules, want := range map[string]bool{
		`{"field":"email","operator":"eq","value":"king@old.example"}`:                                           true,
		`{"field":"email","operator":"eq","value":"ada@example.com"}`:                                            true,
		`{"field":"email","operator":"ne","value":"king@old.example"}`:                                           false,
		`{"field":"email","operator":"not_in","value":["x@y.example","KING@old.example"]}`:                       false,
		`{"field":"email","operator":"not_in","value":["x@y.example"]}`:                                          true,
		`{"field":"email","operator":"contains","value":"g@o"}`:                                                  true,
		`{"field":"email","operator":"not_contains","value":"old"}`:                                              false,
		`{"field":"email","operator":"starts_with","value":"king"}`:                                              true,
		`{"field":"email","operator":"ends_with","value":".EXAMPLE"}`:                                            true,
		`{"field":"email","operator":"not_ends_with","value":"old.example"}`:                                     false,
		`{"field":"phone","operator":"exists"}`:                                                                  true,
		`{"field":"phone","operator":"not_exists"}`:                                                              false,
		`{"field":"phone","operator":"eq","value":"+254722000001"}`:                                              true,
		`{"field":"phone","operator":"starts_with","value":"+254722"}`:                                           true,
		`{"field":"phone","operator":"contains","value":"2000 001"}`:                                             true,
		`{"field":"phone","operator":"not_in","value":["+254722000001"]}`:                                        false,
		`{"field":"identifier","operator":"in","value":["K-9"]}`:                                                 true,
		`{"field":"identifier","operator":"in","value":["k-9"]}`:                                                 false,
		`{"field":"identifier","operator":"not_starts_with","value":"K-"}`:                                       false,
		`{"field":"id","operator":"eq","value":"019abcde-0000-7000-8000-000000000008"}`:                          true,
		`{"field":"id","operator":"not_in","value":["019abcde-0000-7000-8000-000000000009"]}`:                    false,
		`{"field":"name","operator":"eq","value":"Ada"},{"field":"email","operator":"contains","value":"old"}`:   true,
		`{"combinator":"or","rules":[` + someParts + `,{"field":"email","operator":"contains","value":"king"}]}`: true,
		`{"combinator":"or","rules":[` + someParts + `]}`:                                                        false,
		noParts + `,{"field":"email","operator":"not_contains","value":"king"}`:                                  false,
		noParts + `,{"field":"email","operator":"contains","value":"king"}`:                                      true,
	} {
		for _, limits := range []limits{defaultLimits, {quick: 0, pause: 1, most: MaxSteps}} {
			table.limits = limits
			a, err := table.Ask(t.Context(), Question{Filter: decoded(t, rules), Env: env, Members: true})
			require.NoError(t, err)
			require.Equal(t, want, a.Members.Contains(1), rules)
		}
	}
}

// TestFacetsAndOrdersKnowOwnValuesOnly: who has absorbed others counts once, by what
// is its own.
func TestFacetsAndOrdersKnowOwnValuesOnly(t *testing.T) {
	table := newTables(gramBatch)
	fill(table, nil, []*contacts.Contact{survivor(), {Ordinal: 2, ID: uuid.New(), Name: "Bea", Phone: "+254722000009"}})
	email, _ := benchSchema.Field("email")
	phone, _ := benchSchema.Field("phone")
	a, err := table.Ask(t.Context(), Question{Facets: fields.CountValues(email, phone), Sort: []fields.Sort{{Field: phone}}, Limit: 2})
	require.NoError(t, err)
	require.Equal(t, []fields.FacetValue{{Value: fields.TextValue("ada@example.com"), Count: 1}}, a.Facets[0].Values)
	require.EqualValues(t, 1, a.Facets[0].Missing)
	require.Equal(t, []fields.FacetValue{{Value: fields.TextValue("+254722000009"), Count: 1}}, a.Facets[1].Values)
	require.Equal(t, []uint32{2, 1}, a.Ordinals)
}

// TestUndoneMergesAreForgotten: after an undo nothing is left of what was absorbed.
func TestUndoneMergesAreForgotten(t *testing.T) {
	table, alone := newTables(gramBatch), survivor()
	fill(table, nil, []*contacts.Contact{survivor()})
	alone.Absorbed = nil
	fill(table, nil, []*contacts.Contact{alone})
	for _, field := range []string{"id", "email", "phone", "identifier"} {
		column := columnOf[*setColumn](table.people, aliasColumn+"."+field)
		require.Zero(t, column.members.live())
		require.True(t, column.present.IsEmpty())
	}
	table.View(func(v *View) {
		require.Zero(t, v.Count(eq("email", "king@old.example"), env))
		_, plain := v.rules(fields.Field{Name: "email"}).(*textColumn)
		require.True(t, plain, "where nobody is merged, a rule costs nothing more")
	})
}

// TestTwinsOfOlderFoldersAreMet: of two who have one value in two forms, since an
// older folder had both, both are met by either, and each shows its own.
func TestTwinsOfOlderFoldersAreMet(t *testing.T) {
	person := func(ordinal uint32, email, phone, identifier string) *contacts.Contact {
		return &contacts.Contact{Ordinal: ordinal, ID: uuid.New(), Name: "Kim", Email: email, Phone: phone, Identifier: identifier}
	}
	older := []string{"k\u00adim@f.example", "+551187654321", "ID-7\u200b"}
	table := newTables(gramBatch)
	fill(table, nil, []*contacts.Contact{
		person(1, "kim@f.example", "+5511987654321", "ID-7"), person(2, older[0], older[1], older[2]), person(3, "lea@f.example", "+254722000001", "ID-8"),
		{Ordinal: 4, ID: uuid.New(), Name: "Max", Absorbed: []ledger.Absorbed{{Ordinal: 9, ID: uuid.New(), Email: older[0], Phone: older[1], Identifier: older[2]}}},
	})
	met := func(rules string) []uint32 {
		a, err := table.Ask(t.Context(), Question{Filter: decoded(t, rules), Env: env, Members: true})
		require.NoError(t, err)
		return a.Members.ToArray()
	}
	for field, values := range map[string][2]string{
		"email": {"kim@f.example", older[0]}, "phone": {"+5511987654321", older[1]}, "identifier": {"ID-7", older[2]},
	} {
		for _, value := range values {
			for _, rule := range []string{`"operator":"eq","value":%q`, `"operator":"in","value":[%q]`} {
				require.Equal(t, []uint32{1, 2, 4}, met(fmt.Sprintf(`{"field":%q,`+rule+`}`, field, value)), "%s %+q", field, value)
			}
			require.Equal(t, []uint32{3}, met(fmt.Sprintf(`{"field":%q,"operator":"not_in","value":[%q]}`, field, value)), "%s %+q", field, value)
		}
	}
	table.View(func(v *View) {
		require.Equal(t, older, []string{v.t.person.email.text(2), v.t.person.phone.text(2), v.t.person.identifier.text(2)})
	})
}
