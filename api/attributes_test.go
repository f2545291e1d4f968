package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARepeatedAttributeIsDefinedOnce(t *testing.T) {
	h := newHarness(t)
	define := func() *call {
		return h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text"}).with("Idempotency-Key", "k1")
	}
	first, header := ok[attributeBody](define(), 201)
	require.Empty(t, header.Get("Idempotency-Replayed"))
	again, header := ok[attributeBody](define(), 201)
	require.Equal(t, first, again)
	require.Equal(t, "true", header.Get("Idempotency-Replayed"))
	ok[none](h.call("DELETE", "/v1/attributes/tier"), 204)
	define().problem(410, "deleted-since")
}
