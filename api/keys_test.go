package api

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

func TestKeysHaveAnEndAndLimits(t *testing.T) {
	h := newHarness(t)
	ends := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	made, _ := ok[keyBody](h.call("POST", "/v1/keys", object{
		"name": "Pull", "scope": "campaign", "expires_at": ends.Format(time.RFC3339), "requests_per_second": 7, "heavy_questions": 3,
	}), 201)
	require.Equal(t, wire.Instant(ends), made.ExpiresAt)
	require.Equal(t, []int{7, 3}, []int{made.RequestsPerSecond, made.HeavyQuestions})
	require.Empty(t, made.LastUsedAt)
	target := "/v1/keys/" + made.ID

	changed, header := ok[keyBody](h.call("PATCH", target, object{"name": "Pull 2", "expires_at": nil, "heavy_questions": nil}), 200)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	require.Equal(t, keyBody{
		ID: made.ID, Name: "Pull 2", Scope: "campaign", CreatedAt: made.CreatedAt, RequestsPerSecond: 7, HeavyQuestions: 64,
	}, changed)
	list, _ := ok[keyList](h.call("GET", "/v1/keys"), 200)
	require.Equal(t, changed, list.Keys[len(list.Keys)-1])

	for _, c := range []struct {
		body any
		at   []string
		slug string
	}{
		{object{"scope": "admin"}, []string{"body"}, "invalid-request"},
		{object{"name": nil}, []string{"name"}, "invalid-request"},
		{object{"name": " "}, []string{"name"}, "invalid-key"},
		{object{"expires_at": "tomorrow", "requests_per_second": 0}, []string{"requests_per_second"}, "invalid-request"},
		{object{"expires_at": "2027-01-01"}, []string{"expires_at"}, "invalid-request"},
		{object{"expires_at": "2020-01-01T00:00:00Z"}, []string{"expires_at"}, "invalid-key"},
		{object{"heavy_questions": 1001}, []string{"heavy_questions"}, "invalid-request"},
	} {
		require.Equal(t, c.at, locations(h.call("PATCH", target, c.body).problem(422, c.slug)), "%v", c.body)
	}
	for _, ends := range []string{"", "soon", "2020-01-01T00:00:00Z"} {
		w := h.call("POST", "/v1/keys", object{"name": "x", "scope": "ai", "expires_at": ends}).do()
		require.Equal(t, 422, w.Code, ends)
		require.Contains(t, w.Body.String(), `"location":"expires_at"`)
	}
	h.call("PATCH", pathOf("/v1/keys/:id"), object{"name": "x"}).problem(404, "not-found")
}

func TestAnExpiredKeyIsA401(t *testing.T) {
	h := newHarness(t)
	made, _ := ok[keyBody](h.call("POST", "/v1/keys", object{
		"name": "Short", "scope": "ai", "expires_at": time.Now().Add(time.Hour).Format(time.RFC3339Nano),
	}), 201)
	ok[settingsBody](h.call("GET", "/v1/settings").with("Authorization", "Bearer "+made.Key), 200)
	h.later(time.Hour)
	h.call("GET", "/v1/settings").with("Authorization", "Bearer "+made.Key).problem(401, "key-expired")
}

func TestTheListSaysWhenAKeyWasUsed(t *testing.T) {
	h := newHarness(t)
	list, _ := ok[keyList](h.call("GET", "/v1/keys"), 200)
	used := map[string]string{}
	for _, key := range list.Keys {
		used[key.Name] = key.LastUsedAt
	}
	require.Equal(t, time.Now().UTC().Format(time.DateOnly)+"T00:00:00.000Z", used["admin"])
	require.Empty(t, used["ai"])
}

// TestTheKeyIsNamedInLogAndHistory: who did what is known by the name of the
// key, in the log of requests and in the history of a contact.
func TestTheKeyIsNamedInLogAndHistory(t *testing.T) {
	h := newHarness(t)
	made, _ := ok[keyBody](h.call("POST", "/v1/keys", object{"name": "Front desk", "scope": "agent"}), 201)
	as := "Bearer " + made.Key
	ada := h.create(object{"name": "Ada"})
	h.log.Reset()
	ok[contactBody](h.call("PATCH", "/v1/contacts/"+ada.ID, object{"name": "Ada L."}).with("Authorization", as), 200)
	require.Contains(t, h.log.String(), `key="Front desk"`)
	h.log.Reset()
	h.call("GET", "/v1/keys").with("Authorization", as).problem(403, "forbidden")
	require.Contains(t, h.log.String(), `key="Front desk"`, "also of what is refused")
	h.log.Reset()
	h.call("GET", "/v1/keys").with("Authorization", "Bearer x").problem(401, "unauthorized")
	require.NotContains(t, h.log.String(), "key=", "nobody is named by a key that is not known")

	history, err := h.store.History(t.Context(), &contacts.Kind.Shape, 1, 0, 10)
	require.NoError(t, err)
	require.Equal(t, ledger.Author{Source: ledger.SourceAgent, Name: "Front desk"}, history[0].Author)
	require.False(t, strings.Contains(h.log.String(), "Ada"))
}
