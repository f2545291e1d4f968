package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
)

// TestProblemsListSoManyFaults: the others are counted.
func TestProblemsListSoManyFaults(t *testing.T) {
	h := newHarness(t)
	options := make([]string, 1_000)
	body := object{"key": "tier", "type": "list", "options": options}
	p := h.call("POST", "/v1/attributes", body).problem(422, "invalid-attribute")
	require.Len(t, p.Errors, 101)
	require.Equal(t, wire.ProblemError{Location: "options[99]", Detail: "must not be empty"}, p.Errors[99])
	require.Equal(t, wire.ProblemError{Location: "body", Detail: "has 900 more faults, which are not listed"}, p.Errors[100])
	body["options"] = options[:100]
	require.Len(t, h.call("POST", "/v1/attributes", body).problem(422, "invalid-attribute").Errors, 100)

	// A filter counts its faults itself: that line is the last one, and stays.
	rules := make([]object, 150)
	for i := range rules {
		rules[i] = object{"field": "nothing", "operator": "eq", "value": 1}
	}
	p = h.call("POST", "/v1/contacts/count", object{"filter": object{"combinator": "and", "rules": rules}}).problem(422, "invalid-filter")
	require.Len(t, p.Errors, 101)
	require.Equal(t, "and 50 more faults", p.Errors[100].Detail)
}
