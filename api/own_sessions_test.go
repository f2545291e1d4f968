package api

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

func TestAPersonChangesTheirOwnName(t *testing.T) {
	h := newHarness(t)
	ada := h.person("Ada", "agent")
	_, cookie := h.signIn(object{"token": h.invite(ada.ID).Token})
	note := h.create(object{"name": "Contact"})
	renamed, header := ok[sessionBody](h.browser(cookie, "PATCH", "/v1/session", object{"name": "  Ada Lovelace "}), 200)
	require.Equal(t, "Ada Lovelace", renamed.Who.Name)
	require.NotEmpty(t, renamed.ExpiresAt)
	require.NotEmpty(t, header.Get(wire.SeqHeader))
	seen, _ := ok[sessionBody](h.browser(cookie, "GET", "/v1/session"), 200)
	require.Equal(t, renamed.Who, seen.Who)
	for _, replayed := range []string{"", "true"} {
		again, header := ok[sessionBody](h.browser(cookie, "PATCH", "/v1/session", object{"name": "Ada Lovelace"}).with("Idempotency-Key", "k"), 200)
		require.Equal(t, renamed.Who, again.Who)
		require.Equal(t, replayed, header.Get(wire.ReplayedHeader))
	}
	h.browser(cookie, "PATCH", "/v1/contacts/"+note.ID, object{"city": "Thika"}).answered(200)
	require.Contains(t, h.call("GET", "/v1/contacts/"+note.ID+"/history").do().Body.String(), `"author":{"source":"agent","name":"Ada Lovelace"}`)
	p := h.browser(cookie, "PATCH", "/v1/session", object{"name": " ", "scope": "admin"}).problem(422, "invalid-request")
	require.Equal(t, []string{"body"}, locations(p))
	require.Equal(t, []string{"name"}, locations(h.browser(cookie, "PATCH", "/v1/session", object{"name": " "}).problem(422, "invalid-person")))
	h.call("PATCH", "/v1/session", object{"name": "Key"}).problem(403, "no-person")
	h.browser(cookie, "PATCH", "/v1/session", object{"name": "Eve"}).with("Origin", "https://evil.example").with("Sec-Fetch-Site", "cross-site").problem(403, "cross-origin")
}

func TestOwnSessionsAreListedAndEnded(t *testing.T) {
	h := newHarness(t)
	ada, ben := h.person("Ada", "agent"), h.person("Ben", "agent")
	_, first := h.signIn(object{"token": h.invite(ada.ID).Token})
	h.later(time.Hour)
	_, second := h.signIn(object{"token": h.invite(ada.ID).Token})
	_, others := h.signIn(object{"token": h.invite(ben.ID).Token})
	list := func(cookie string) []ownSessionBody {
		found, _ := ok[ownSessionList](h.browser(cookie, "GET", "/v1/sessions"), 200)
		return found.Sessions
	}
	mine := list(second)
	require.Len(t, mine, 2)
	require.True(t, mine[0].Current, "the one used last is the first")
	h.later(time.Minute)
	h.browser(first, "GET", "/v1/session").answered(200)
	h.later(time.Minute)
	mine = list(second)
	require.Greater(t, mine[1].LastUsedAt, mine[0].BeganAt, "when it was used, and not when it began")
	require.Len(t, list(others), 1)
	theirs := list(others)[0].ID
	var current, other string
	for _, one := range mine {
		require.LessOrEqual(t, one.BeganAt, one.LastUsedAt)
		require.Less(t, one.LastUsedAt, one.IdleExpiresAt)
		if one.Current {
			current = one.ID
		} else {
			other = one.ID
		}
	}
	require.NotEmpty(t, current)
	h.browser(second, "DELETE", "/v1/sessions/"+theirs).problem(404, "not-found")
	h.browser(others, "GET", "/v1/session").answered(200)
	h.browser(second, "DELETE", "/v1/sessions/"+other).answered(204)
	h.browser(first, "GET", "/v1/session").problem(401, "session-ended")
	require.Len(t, list(second), 1)
	_, header := ok[wire.None](h.browser(second, "DELETE", "/v1/sessions/"+current), 204)
	require.Contains(t, header.Get("Set-Cookie"), "Max-Age=0")
	h.browser(second, "GET", "/v1/session").problem(401, "session-ended")

	_, withKey := h.signIn(object{"key": h.keys[access.ScopeAgent]})
	require.Len(t, list(withKey), 1)
	byKey, _ := ok[ownSessionList](h.call("GET", "/v1/sessions").as(access.ScopeAgent), 200)
	require.Len(t, byKey.Sessions, 1)
	_, late := h.signIn(object{"key": h.keys[access.ScopeAgent]})
	h.later(11 * time.Hour)
	require.Len(t, list(late), 2)
	h.later(2 * time.Hour)
	require.Len(t, list(late), 1, "the other has ended")
	require.False(t, byKey.Sessions[0].Current)
}
