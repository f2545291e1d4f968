package api

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
)

func TestABlockHasAReasonAndAnEnd(t *testing.T) {
	h := newHarness(t)
	c := h.create(object{"name": "Mary", "email": "mary@example.org"})
	require.Nil(t, c.Block)
	path := "/v1/contacts/" + c.ID + "/block"
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)

	c, _ = ok[contactBody](h.call("POST", path, object{"reason": "spam", "until": until.Format(time.RFC3339Nano)}), 200)
	require.True(t, c.Blocked)
	require.Equal(t, &contactBlock{Reason: "spam", Until: wire.Instant(until), At: c.UpdatedAt, Author: &authorBody{Source: "api", Name: "admin"}}, c.Block)
	got, _ := ok[contactBody](h.call("GET", "/v1/contacts/"+c.ID), 200)
	require.Equal(t, c, got)
	require.Equal(t, []blockBody{{Field: "email", ContactID: c.ID, Until: wire.Instant(until)}}, firstOf(ok[blocksBody](h.call("GET", "/v1/blocks?value=mary@example.org"), 200)).Blocks)

	again, _ := ok[contactBody](h.call("POST", path), 200)
	require.Equal(t, c, again, "without a body it stays as it is")
	lasting, _ := ok[contactBody](h.call("POST", path, object{}), 200)
	require.Equal(t, &contactBlock{At: lasting.UpdatedAt, Author: c.Block.Author}, lasting.Block)

	history, _ := ok[historyBody](h.call("GET", "/v1/contacts/"+c.ID+"/history?field=block.until"), 200)
	require.Len(t, history.Entries, 2)
	require.Equal(t, []fieldChangeBody{{Field: "block.until", Old: wire.Instant(until)}}, history.Entries[0].Changes)
	require.Equal(t, []string{"update", "block"}, []string{history.Entries[0].Op, history.Entries[1].Op})

	for name, try := range map[string]struct {
		body any
		at   string
	}{
		"a past end":        {object{"until": "2020-01-01T00:00:00Z"}, "until"},
		"no moment":         {object{"until": "P1D"}, "until"},
		"without an offset": {object{"until": "2099-01-01T00:00:00"}, "until"},
		"a long reason":     {object{"reason": strings.Repeat("x", 501)}, "reason"},
		"another member":    {object{"why": "spam"}, "body"},
		"a list":            {[]any{}, "body"},
	} {
		p := h.call("POST", path, try.body).problem(422, "invalid-request")
		require.Equal(t, []string{try.at}, locations(p), name)
	}
	p := h.call("PATCH", "/v1/contacts/"+c.ID, object{"block": object{"reason": "x"}}).problem(422, "invalid-contact")
	require.Equal(t, []string{"block"}, locations(p))
	got, _ = ok[contactBody](h.call("GET", "/v1/contacts/"+c.ID), 200)
	require.Equal(t, lasting, got, "bad input changes nothing")

	open, _ := ok[contactBody](h.call("DELETE", path), 200)
	require.Nil(t, open.Block)
}

func firstOf[A, B any](a A, _ B) A { return a }
