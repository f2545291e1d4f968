package columns

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
)

// survivor has absorbed two others. Of everything else it is alone.
func survivor() *contacts.Contact {
	return &contacts.Contact{
		Ordinal: 1, ID: uuid.MustParse("019abcde-0000-7000-8000-000000000001"), Name: "Ada", Email: "ada@example.com",
		Absorbed: []contacts.Absorbed{
			{Ordinal: 8, ID: uuid.MustParse("019abcde-0000-7000-8000-000000000008"), Email: "King@old.example", Phone: "+254722000001", Identifier: "K-8"},
			{Ordinal: 9, ID: uuid.MustParse("019abcde-0000-7000-8000-000000000009"), Email: "king@OLD.example", Identifier: "K-9"},
		},
	}
}

// TestRulesMeetWhatWasAbsorbed: a rule on a field by which contacts are unique
// accepts who has such a value or has absorbed it; its negative is the complement.
func TestRulesMeetWhatWasAbsorbed(t *testing.T) {
	table := NewTable()
	table.Fill(nil, []*contacts.Contact{survivor(), {Ordinal: 2, ID: uuid.New(), Name: "Bea", Email: "bea@example.com"}})
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
	table := NewTable()
	table.Fill(nil, []*contacts.Contact{survivor(), {Ordinal: 2, ID: uuid.New(), Name: "Bea", Phone: "+254722000009"}})
	email, _ := benchSchema.Field("email")
	phone, _ := benchSchema.Field("phone")
	a, err := table.Ask(t.Context(), Question{Facets: contacts.CountValues(email, phone), Sort: []contacts.Sort{{Field: phone}}, Limit: 2})
	require.NoError(t, err)
	require.Equal(t, []contacts.FacetValue{{Value: contacts.TextValue("ada@example.com"), Count: 1}}, a.Facets[0].Values)
	require.EqualValues(t, 1, a.Facets[0].Missing)
	require.Equal(t, []contacts.FacetValue{{Value: contacts.TextValue("+254722000009"), Count: 1}}, a.Facets[1].Values)
	require.Equal(t, []uint32{2, 1}, a.Ordinals)
}

// TestUndoneMergesAreForgotten: after an undo nothing is left of what was absorbed.
func TestUndoneMergesAreForgotten(t *testing.T) {
	table, alone := NewTable(), survivor()
	table.Fill(nil, []*contacts.Contact{survivor()})
	alone.Absorbed = nil
	table.Fill(nil, []*contacts.Contact{alone})
	for place := columnAbsorbedID; place <= columnAbsorbedIdentifier; place++ {
		column := table.standard[place].column.(*setColumn)
		require.Zero(t, column.members.live())
		require.True(t, column.present.IsEmpty())
	}
	table.View(func(v *View) {
		require.Zero(t, v.Count(eq("email", "king@old.example"), env))
		_, plain := v.rules(contacts.Field{Name: "email"}).(*textColumn)
		require.True(t, plain, "where nobody is merged, a rule costs nothing more")
	})
}
