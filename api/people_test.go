package api

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

var personSamples = samples{
	writes: func(h *harness) []write {
		person := "/v1/people/" + h.person("Ada", "agent").ID
		return []write{
			{"create-person", "POST", "/v1/people", object{"name": "New", "email": "new-person@example.org", "scope": "agent"}, 201},
			{"update-person", "PATCH", person, object{"scope": "marketer"}, 200},
			{"invite-person", "POST", person + "/invitation", nil, 201},
			{"delete-person", "DELETE", "/v1/people/" + h.person("Eve", "agent").ID, nil, 204},
		}
	},
	one: func(h *harness) (path, route string) { return "/people/" + h.person("Ada", "agent").ID, "/people/:id" },
}

// person makes somebody who may sign in.
func (h *harness) person(name, scope string) personBody {
	h.t.Helper()
	made, _ := ok[personBody](h.call("POST", "/v1/people", object{"name": name, "email": name + "@example.org", "scope": scope}), 201)
	return made
}

// invite returns a link of a person.
func (h *harness) invite(id string) invitationBody {
	h.t.Helper()
	made, _ := ok[invitationBody](h.call("POST", "/v1/people/"+id+"/invitation"), 201)
	return made
}

func TestPeopleOverHTTP(t *testing.T) {
	h := newHarness(t)
	made, header := ok[personBody](h.call("POST", "/v1/people", object{"name": " Ada ", "email": "ada@example.org", "scope": "agent"}), 201)
	target := "/v1/people/" + made.ID
	require.Equal(t, target, header.Get("Location"))
	require.Equal(t, personBody{ID: made.ID, Name: "Ada", Email: "ada@example.org", Scope: "agent", CreatedAt: made.CreatedAt, Version: made.Version}, made)
	read, header := ok[personBody](h.call("GET", target), 200)
	require.Equal(t, made, read)
	require.Equal(t, wire.ETag(made.Version), header.Get("ETag"))

	taken := h.call("POST", "/v1/people", object{"name": "Other", "email": "ADA@example.org", "scope": "agent"}).problem(409, "email-taken")
	require.Equal(t, []string{"email", made.ID}, []string{taken.Field, taken.PersonID})
	changed, _ := ok[personBody](h.call("PATCH", target, object{"name": "Ada L.", "scope": "marketer", "disabled": true}).with("If-Match", wire.ETag(made.Version)), 200)
	require.Equal(t, []any{"Ada L.", "marketer", true}, []any{changed.Name, changed.Scope, changed.Disabled})
	h.call("PATCH", target, object{"name": "x"}).with("If-Match", wire.ETag(made.Version)).problem(412, "version-mismatch")
	h.call("POST", target+"/invitation").problem(409, "person-disabled")
	changed, _ = ok[personBody](h.call("PATCH", target, object{"disabled": nil}), 200)
	require.False(t, changed.Disabled)

	for _, c := range []struct {
		body any
		at   []string
		slug string
	}{
		{object{"name": nil, "email": nil, "scope": nil}, []string{"email", "name", "scope"}, "invalid-request"},
		{object{"name": " ", "email": "x"}, []string{"name", "email"}, "invalid-person"},
		{"[null, null]", []string{"body"}, "invalid-request"},
		{object{"scope": "ai"}, []string{"scope"}, "invalid-request"},
		{object{"password": marker}, []string{"body"}, "invalid-request"},
	} {
		require.ElementsMatch(t, c.at, locations(h.call("PATCH", target, c.body).problem(422, c.slug)), "%v", c.body)
	}
	require.Len(t, h.call("POST", "/v1/people", object{"name": "", "email": marker, "scope": marker}).problem(422, "invalid-request").Errors, 2)
	ok[wire.None](h.call("DELETE", target), 204)
	h.call("GET", target).problem(404, "not-found")
	h.call("PATCH", target, object{"name": "x"}).problem(404, "not-found")
}

func TestPeopleAreListedPageByPage(t *testing.T) {
	h := newHarness(t)
	for _, name := range []string{"ada", "eve", "fay"} {
		h.person(name, "agent")
	}
	first, _ := ok[personList](h.call("GET", "/v1/people?limit=2"), 200)
	require.Equal(t, []string{"ada", "eve"}, []string{first.People[0].Name, first.People[1].Name})
	last, _ := ok[personList](h.call("GET", "/v1/people?limit=2&cursor="+first.NextCursor), 200)
	require.Equal(t, "fay", last.People[0].Name)
	require.Empty(t, last.NextCursor)
}

func TestAnInvitationIsShownOnce(t *testing.T) {
	h := newHarness(t)
	ada := h.person("ada", "agent")
	link := h.invite(ada.ID)
	require.Equal(t, "/sign-in#token="+link.Token, link.Link)
	ends, err := time.Parse(time.RFC3339, link.ExpiresAt)
	require.NoError(t, err)
	require.InDelta(t, access.InvitationTime, time.Until(ends), float64(time.Minute))
	read, _ := ok[personBody](h.call("GET", "/v1/people/"+ada.ID), 200)
	require.Equal(t, link.ExpiresAt, read.InvitedUntil)
	require.NotContains(t, h.call("GET", "/v1/people").do().Body.String(), link.Token)
	require.NotContains(t, h.log.String(), link.Token)
}
