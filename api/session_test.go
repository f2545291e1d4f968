package api

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

// anonymous prepares a request without a key.
func (h *harness) anonymous(method, target string, body ...any) *call {
	c := h.call(method, target, body...)
	c.header.Del("Authorization")
	return c
}

// signIn signs in, and returns the cookie as a browser sends it.
func (h *harness) signIn(with object) (sessionBody, string) {
	h.t.Helper()
	body, header := ok[sessionBody](h.anonymous("POST", "/v1/session", with), 201)
	return body, sentCookie(h.t, header)
}

func sentCookie(t testing.TB, header http.Header) string {
	t.Helper()
	cookie, err := http.ParseSetCookie(header.Get("Set-Cookie"))
	require.NoError(t, err)
	return cookie.Name + "=" + cookie.Value
}

// with a cookie, prepares a request of a browser that is signed in.
func (h *harness) browser(cookie, method, target string, body ...any) *call {
	return h.anonymous(method, target, body...).with("Cookie", cookie)
}

func TestSignInWithALink(t *testing.T) {
	h := newHarness(t)
	ada := h.person("Ada", "marketer")
	token := h.invite(ada.ID).Token
	c := h.anonymous("POST", "/v1/session", object{"token": token})
	body, header := ok[sessionBody](c, 201)
	require.Equal(t, whoBody{Kind: "person", ID: ada.ID, Name: "Ada", Email: "Ada@example.org", Scope: "marketer"}, body.Who)
	require.Equal(t, workspaceBody{TimeZone: "UTC", Currency: "USD", WeekStart: "monday"}, body.Workspace)
	require.NotEmpty(t, body.ExpiresAt)
	require.NotEmpty(t, body.IdleExpiresAt)
	set, err := http.ParseSetCookie(header.Get("Set-Cookie"))
	require.NoError(t, err)
	require.Equal(t, []any{true, http.SameSiteStrictMode, "/", false, ""}, []any{set.HttpOnly, set.SameSite, set.Path, set.Secure, set.Domain})
	require.Equal(t, body.ExpiresAt[:19], set.Expires.UTC().Format("2006-01-02T15:04:05"))
	h.anonymous("POST", "/v1/session", object{"token": token}).problem(401, "link-ended")

	cookie := sentCookie(t, header)
	seen, _ := ok[sessionBody](h.browser(cookie, "GET", "/v1/session"), 200)
	require.Equal(t, body.Who, seen.Who)
	require.Equal(t, body.ExpiresAt, seen.ExpiresAt)
	person := h.create(object{"name": "Contact"})
	ok[contactBody](h.browser(cookie, "PATCH", "/v1/contacts/"+person.ID, object{"city": "Thika"}), 200)
	h.browser(cookie, "DELETE", "/v1/contacts/"+person.ID).problem(403, "forbidden")
	require.Contains(t, h.browser(cookie, "GET", "/v1/keys").problem(403, "forbidden").Detail, "You have the scope marketer")
	history := h.call("GET", "/v1/contacts/"+person.ID+"/history").do().Body.String()
	require.Contains(t, history, `"author":{"source":"agent","name":"Ada"}`)

	require.Contains(t, h.log.String(), "person="+ada.ID)
	require.NotContains(t, h.log.String(), "Ada", "names of people stay out of the log")
	require.NotContains(t, h.log.String(), token)
	require.NotContains(t, h.log.String(), strings.TrimPrefix(cookie, "kundi_session="))
}

func TestSignInWithAKey(t *testing.T) {
	h := newHarness(t)
	made, _ := ok[keyBody](h.call("POST", "/v1/keys", object{"name": "Front desk", "scope": "ai", "requests_per_second": 1000}), 201)
	body, cookie := h.signIn(object{"key": made.Key})
	require.Equal(t, whoBody{Kind: "key", ID: made.ID, Name: "Front desk", Scope: "ai"}, body.Who)
	person := h.create(object{"name": "Contact"})
	ok[contactBody](h.browser(cookie, "PATCH", "/v1/contacts/"+person.ID, object{"city": "Thika"}), 200)
	require.Contains(t, h.call("GET", "/v1/contacts/"+person.ID+"/history").do().Body.String(), `"author":{"source":"ai","name":"Front desk"}`)
	limit := "RateLimit-Limit" // as it is written, and not as Go would spell it
	require.Equal(t, []string{"1000"}, h.browser(cookie, "GET", "/v1/settings").do().Header()[limit], "it has the limits of the key")

	seen, _ := ok[sessionBody](h.call("GET", "/v1/session").with("Authorization", "Bearer "+made.Key), 200)
	require.Equal(t, sessionBody{Who: body.Who, Workspace: body.Workspace}, seen)
	ok[wire.None](h.call("DELETE", "/v1/keys/"+made.ID), 204)
	h.browser(cookie, "GET", "/v1/session").problem(401, "session-ended")
}

func TestTheHeaderGoesBeforeTheCookie(t *testing.T) {
	h := newHarness(t)
	_, cookie := h.signIn(object{"key": h.keys[access.ScopeAgent]})
	seen, _ := ok[sessionBody](h.browser(cookie, "GET", "/v1/session").as(access.ScopeAI), 200)
	require.Equal(t, "ai", seen.Who.Scope)
	h.browser(cookie, "GET", "/v1/session").with("Authorization", "Bearer x").problem(401, "unauthorized")
	h.browser(cookie, "GET", "/v1/session").with("Authorization", "Basic x").problem(401, "unauthorized")
	h.browser(cookie+"; "+cookie, "GET", "/v1/session").problem(401, "unauthorized")
	h.browser("kundi_session=x", "GET", "/v1/session").problem(401, "session-ended")
	h.browser("kundi_session=", "GET", "/v1/session").problem(401, "unauthorized")
}

func TestSigningOutOverHTTP(t *testing.T) {
	h := newHarness(t)
	forgets := func(header http.Header) {
		t.Helper()
		set, err := http.ParseSetCookie(header.Get("Set-Cookie"))
		require.NoError(t, err)
		require.Equal(t, []any{"", -1}, []any{set.Value, set.MaxAge})
	}
	key := object{"key": h.keys[access.ScopeAgent]}
	_, first := h.signIn(key)
	_, second := h.signIn(key)
	_, third := h.signIn(key)
	_, header := ok[wire.None](h.browser(first, "DELETE", "/v1/session"), 204)
	forgets(header)
	h.browser(first, "GET", "/v1/session").problem(401, "session-ended")
	_, header = ok[wire.None](h.browser(second, "DELETE", "/v1/sessions"), 204)
	forgets(header)
	for _, cookie := range []string{second, third} {
		h.browser(cookie, "GET", "/v1/session").problem(401, "session-ended")
	}
	_, fourth := h.signIn(key)
	for _, path := range []string{"/v1/session", "/v1/sessions"} {
		_, header = ok[wire.None](h.call("DELETE", path).as(access.ScopeAgent), 204)
		require.Empty(t, header.Get("Set-Cookie"))
	}
	h.browser(fourth, "GET", "/v1/session").problem(401, "session-ended")
}

func TestPasswordsOverHTTP(t *testing.T) {
	h := newHarness(t)
	ada := h.person("ada", "agent")
	password := object{"email": "ada@example.org", "password": "correct horse battery"}
	h.anonymous("POST", "/v1/session", password).problem(401, "wrong-password")
	link := h.invite(ada.ID).Token
	h.anonymous("POST", "/v1/session", object{"token": link, "password": "short"}).problem(422, "invalid-password")
	body, first := h.signIn(object{"token": link})
	require.False(t, body.Who.HasPassword)
	h.browser(first, "PUT", "/v1/session/password", object{"password": "short"}).problem(422, "invalid-request")
	body, header := ok[sessionBody](h.browser(first, "PUT", "/v1/session/password", object{"password": "correct horse battery"}), 200)
	require.True(t, body.Who.HasPassword)
	second := sentCookie(t, header)
	h.browser(first, "GET", "/v1/session").problem(401, "session-ended")
	h.browser(second, "PUT", "/v1/session/password", object{"password": "another pass phrase"}).problem(401, "wrong-password")
	h.call("PUT", "/v1/session/password", object{"password": "another pass phrase"}).problem(403, "no-person")

	_, third := h.signIn(password)
	read, _ := ok[personBody](h.call("GET", "/v1/people/"+ada.ID), 200)
	require.True(t, read.HasPassword)
	require.NotEmpty(t, read.LastSignedInAt)
	ok[personBody](h.call("PATCH", "/v1/people/"+ada.ID, object{"disabled": true}), 200)
	h.browser(third, "GET", "/v1/session").problem(401, "session-ended")
	h.anonymous("POST", "/v1/session", password).problem(401, "wrong-password")

	unknown := h.anonymous("POST", "/v1/session", object{"email": marker + "@example.org", "password": marker})
	for range 10 {
		unknown.problem(401, "wrong-password")
		unknown = h.anonymous("POST", "/v1/session", object{"email": marker + "@example.org", "password": marker})
	}
	w := unknown.do()
	require.Equal(t, 429, w.Code)
	require.Contains(t, w.Body.String(), `"type":"too-many-attempts"`)
	after, err := strconv.Atoi(w.Header().Get("Retry-After"))
	require.NoError(t, err)
	require.InDelta(t, 75, after, 15, "at most 90 seconds, less those that the attempts took")
}

func TestSignInTakesOneWay(t *testing.T) {
	h := newHarness(t)
	for _, c := range []struct {
		body any
		at   string
	}{
		{object{}, "body"}, {object{"key": marker, "token": marker}, "body"}, {object{"password": marker}, "body"}, {object{"name": marker}, "body"},
		{object{"key": h.keys[access.ScopeAgent], "password": marker}, "password"}, {object{"email": "ada@example.org"}, "password"},
		{object{"key": strings.Repeat("x", 201)}, "key"}, {object{"key": 1}, "key"},
	} {
		require.Equal(t, []string{c.at}, locations(h.anonymous("POST", "/v1/session", c.body).problem(422, "invalid-request")), "%v", c.body)
	}
	h.anonymous("POST", "/v1/session", object{"key": marker}).problem(401, "unauthorized")
	h.anonymous("POST", "/v1/session", object{"email": "a@example.org", "password": strings.Repeat("x", maxSignIn)}).problem(413, "body-too-large")
}

// TestOtherSitesChangeNothing by the cookie that the browser sends, and sign nobody in.
func TestOtherSitesChangeNothing(t *testing.T) {
	h := newHarness(t)
	key := object{"key": h.keys[access.ScopeAdmin]}
	_, cookie := h.signIn(key)
	others := []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"http://evil.example"}}, {"Origin": {"null"}},
	}
	with := func(c *call, header http.Header) *call {
		for name := range header {
			c.with(name, header.Get(name))
		}
		return c
	}
	head := h.store.Head()
	for _, header := range others {
		with(h.browser(cookie, "POST", "/v1/contacts", object{"name": "x"}), header).problem(403, "cross-origin")
		with(h.browser(cookie, "DELETE", "/v1/session"), header).problem(403, "cross-origin")
		with(h.anonymous("POST", "/v1/session", key), header).problem(403, "cross-origin")
	}
	require.Equal(t, head, h.store.Head())
	for _, header := range append(others, nil) {
		ok[contactBody](with(h.call("POST", "/v1/contacts", object{"name": "x"}), header), 201) // with a key, which no browser sends by itself
		ok[sessionBody](with(h.browser(cookie, "GET", "/v1/session"), header), 200)
	}
	for _, header := range []http.Header{{"Sec-Fetch-Site": {"same-origin"}, "Origin": {"https://crm.example.org"}}, {"Origin": {"http://localhost:8080"}}} {
		ok[contactBody](with(h.browser(cookie, "POST", "/v1/contacts", object{"name": "x"}), header), 201)
	}
}

func TestTheCookieIsSecureOverTLS(t *testing.T) {
	h := newHarness(t)
	for proto, secure := range map[string]bool{"https": true, "HTTPS": true, "http": false, "": false} {
		_, header := ok[sessionBody](h.anonymous("POST", "/v1/session", object{"key": h.keys[access.ScopeAgent]}).with("X-Forwarded-Proto", proto), 201)
		set, err := http.ParseSetCookie(header.Get("Set-Cookie"))
		require.NoError(t, err)
		require.Equal(t, secure, set.Secure, proto)
	}
}

// TestSignInChecksTheHost as what needs a key does, although it is open.
func TestSignInChecksTheHost(t *testing.T) {
	h := newHarness(t)
	r := httptest.NewRequest("POST", "/v1/session", strings.NewReader(`{}`))
	r.Host = "evil.example"
	w := httptest.NewRecorder()
	h.server.Handler().ServeHTTP(w, r)
	require.Equal(t, 421, w.Code)
}

func TestTheOwnerIsNobodySigned(t *testing.T) {
	h := newHarness(t)
	r := httptest.NewRequest("GET", "/v1/session", nil)
	w := httptest.NewRecorder()
	(&API{served: h.server.Server}).OwnerHandler().ServeHTTP(w, r)
	require.JSONEq(t, `{"who": {"kind": "owner", "name": "owner", "scope": "admin"}, "workspace": {"time_zone": "UTC", "currency": "USD", "week_start": "monday"}}`, w.Body.String())
}
