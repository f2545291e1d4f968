package api

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFiltersAreWrittenAndRead(t *testing.T) {
	h := newHarness(t)
	segment := h.segment("Kenya", "Nairobi")
	inside := object{"combinator": "and", "rules": []object{
		{"id": "r1", "field": "type", "operator": "=", "value": "customer"},
		{"field": "segment", "operator": "not_in", "value": []string{segment.ID}},
	}}
	printed, _ := ok[printedFilter](h.call("POST", "/v1/filters/print", object{"filter": inside}), 200)
	require.Equal(t, printedFilter{
		CEL:     `type == "customer" && !(segment in ["` + segment.ID + `"])`,
		Reading: `Type is customer and Contact is not in the segment "Kenya"`,
	}, printed)
	parsed, _ := ok[parsedFilter](h.call("POST", "/v1/filters/parse", object{"cel": printed.CEL}), 200)
	require.JSONEq(t, `{"combinator":"and","rules":[{"field":"type","operator":"eq","value":"customer"},
		{"field":"segment","operator":"not_in","value":["`+segment.ID+`"]}]}`, string(parsed.Filter))

	printed, _ = ok[printedFilter](h.call("POST", "/v1/filters/print", object{}), 200)
	require.Equal(t, printedFilter{CEL: "true", Reading: "everyone"}, printed)
	parsed, _ = ok[parsedFilter](h.call("POST", "/v1/filters/parse", object{"cel": "true"}), 200)
	require.JSONEq(t, `{"combinator":"and","rules":[]}`, string(parsed.Filter))
}

func TestTextsThatAreNoFiltersHavePlaces(t *testing.T) {
	h := newHarness(t)
	p := h.call("POST", "/v1/filters/parse", object{"cel": "type == 'zq9Q' &&\n  contry in ['KE']"}).problem(422, "invalid-cel")
	require.Len(t, p.Errors, 2)
	require.Equal(t, "cel:1:9", p.Errors[0].Location)
	require.Equal(t, "cel:2:3", p.Errors[1].Location)
	require.Contains(t, p.Errors[1].Detail, "country")
	require.NotContains(t, p.Errors[0].Detail+p.Detail, "zq9Q")
	for _, body := range []any{object{}, object{"cel": ""}, object{"cel": 1}, object{"cel": "has(city)", "x": 1}, object{"cel": nil}} {
		require.Equal(t, 422, h.call("POST", "/v1/filters/parse", body).do().Code, body)
	}
	require.Equal(t, 422, h.call("POST", "/v1/filters/parse", object{"cel": strings.Repeat(" ", 1_000_001)}).do().Code)
	h.call("POST", "/v1/filters/print", object{"filter": object{"rules": 1}}).problem(422, "invalid-filter")
}
