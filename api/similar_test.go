package api

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
)

func TestSimilar(t *testing.T) {
	h := newHarness(t)
	seq := h.people()
	similar := func(typed string) []similarHitBody {
		body := strings.TrimSuffix(typed, "}") + `,"min_seq":` + seq + `}`
		v, _ := ok[similarBody](h.call("POST", "/v1/contacts/similar", strings.Replace(body, "{,", "{", 1)), 200)
		require.NotZero(t, v.Seq)
		require.NotNil(t, v.Hits)
		return v.Hits
	}
	hits := similar(`{"name":"Zoe Mueller","email":"ZOE@example.org","company":"maji safi"}`)
	require.Len(t, hits, 1)
	require.Equal(t, "Zoë Müller", hits[0].Contact.Name)
	require.Equal(t, "Maji Safi", hits[0].Contact.Company.Name)
	require.Equal(t, 1.0, hits[0].Score)
	require.Equal(t, reasonBody{"email", "exact", 16.6}, hits[0].Reasons[0], "the prior of up to a thousand contacts, and 6.6")
	require.Len(t, hits[0].Reasons, 3)

	byPhone := similar(`{"phone":"0712 345678","email":"someone@else.example","limit":1}`)
	require.Equal(t, "Baraka Otieno", byPhone[0].Contact.Name)
	require.Equal(t, []reasonBody{{"phone", "form", 14.6}}, byPhone[0].Reasons)

	require.Empty(t, similar(`{"email":"zoe@example.org","exclude":"`+hits[0].Contact.ID+`"}`))
	require.Empty(t, similar(`{}`))
	require.Empty(t, similar(`{"name":null,"email":" "}`))

	for body, location := range map[string]string{
		`{"name":7}`: "name",
		`{"email":"` + marker + ` @example.org"}`:           "email",
		`{"phone":"` + marker + `"}`:                        "phone",
		`{"city":"a\u0007"}`:                                "city",
		`{"company":{"name":"x"}}`:                          "company",
		`{"identifier":"` + strings.Repeat("x", 256) + `"}`: "identifier",
		`{"exclude":"` + marker + `"}`:                      "exclude",
		`{"limit":0}`:                                       "limit",
		`{"limit":21}`:                                      "limit",
		`{"min_seq":99999}`:                                 "min_seq",
		`{"` + marker + `":1}`:                              "body",
	} {
		w := h.call("POST", "/v1/contacts/similar", body).do()
		require.Equal(t, 422, w.Code, body)
		require.Contains(t, w.Body.String(), `"location":"`+location+`"`, body)
	}
	campaign := h.call("POST", "/v1/contacts/similar", `{"name":"x"}`).with("Authorization", "Bearer "+h.keys[access.ScopeCampaign])
	ok[similarBody](campaign, 200)
}
