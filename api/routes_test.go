package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"
)

// served are the routes that operations have, without those of HEAD and OPTIONS
// and of refused methods.
func (h *harness) served() (routes []gin.RouteInfo) {
	for path, methods := range h.server.Routes() {
		for _, method := range methods {
			if method != http.MethodHead && method != http.MethodOptions {
				routes = append(routes, gin.RouteInfo{Method: method, Path: path})
			}
		}
	}
	return routes
}

// TestEveryPathKnowsItsMethods walks every route with every method, those that
// nobody has heard of too.
func TestEveryPathKnowsItsMethods(t *testing.T) {
	h := newHarness(t)
	want := allowed()
	require.Equal(t, "DELETE, GET, HEAD, OPTIONS, PATCH", want["/v1/contacts/:id"])
	require.Len(t, h.server.Routes(), len(want))
	for path, allow := range want {
		require.Contains(t, h.server.Routes(), path)
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY", "BREW", "get"} {
			if method == http.MethodConnect { // it has no path
				continue
			}
			w := h.call(method, pathOf(path)).do()
			switch {
			case method == http.MethodOptions:
				require.Equal(t, 204, w.Code, "%s %s", method, path)
				require.Equal(t, allow, w.Header().Get("Allow"), "%s %s", method, path)
				require.Empty(t, w.Body.String())
			case strings.Contains(allow+",", method+","):
				require.NotEqual(t, 405, w.Code, "%s %s", method, path)
				require.Empty(t, w.Header().Get("Allow"))
			default:
				require.Equal(t, 405, w.Code, "%s %s", method, path)
				require.Equal(t, allow, w.Header().Get("Allow"), "%s %s", method, path)
				require.Contains(t, w.Body.String(), `"type":"method-not-allowed"`)
			}
		}
	}
}

// TestWordsWhereAnIDStandsAreNoPaths of contacts or companies: no answer says that they are.
func TestWordsWhereAnIDStandsAreNoPaths(t *testing.T) {
	h := newHarness(t)
	for _, path := range []string{"/v1/companies/batch", "/v1/companies/upsert", "/v1/companies/similar", "/v1/merges/x/undo"} {
		method := "POST"
		if path == "/v1/merges/x/undo" {
			method = "PUT"
		}
		w := h.call(method, path).do()
		require.Equal(t, 404, w.Code, path)
		require.Empty(t, w.Header().Get("Allow"), path)
		require.Contains(t, w.Body.String(), "no such path")
	}
	require.Equal(t, 405, h.call("PATCH", "/v1/contacts/batch").do().Code, "it is a path")
}

// TestHeadAnswersAsGetWithoutABody compares both on every path that has them.
func TestHeadAnswersAsGetWithoutABody(t *testing.T) {
	h := newHarness(t)
	h.settle("Nairobi", 3)
	segment := h.segment("Nairobi", "nairobi").ID
	h.refresh(segment, 201)
	person := h.create(object{"name": "Amina", "email": "amina@example.org"}).ID
	_, header := ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text"}), 201)
	server := httptest.NewServer(h.server.Handler())
	defer server.Close()

	paths := []string{"/segments/:id", "/segments/" + segment, "/contacts/:id", "/contacts/" + person}
	for _, noun := range sampled {
		one, route := noun.one(h)
		paths = append(paths, route, one)
	}
	for path, allow := range allowed() {
		if !strings.HasPrefix(allow, "GET") && !strings.Contains(allow, "GET,") {
			continue
		}
		target := strings.NewReplacer(append(paths, ":n", "1", ":key", "tier", ":field/:value", "email/amina@example.org")...).Replace(path)
		switch path {
		case "/v1/contacts/suggest", "/v1/search", "/v1/notes/search", "/v1/conversations/search":
			target += "?q=a&min_seq=" + header.Get("Kundi-Seq")
		case "/v1/segments/:id/changes":
			target += "?from=1&to=1"
		case "/v1/segments/:id/explain":
			target += "?contact=" + person
		case "/v1/audiences/:id/held-back":
			target += "?reason=blocked"
		case "/v1/blocks":
			target += "?value=amina@example.org"
		case "/v1/suppressions":
			target += "?channel=email&value=amina@example.org"
		}
		for _, accept := range []string{"application/json", "text/csv, */*;q=0.1"} {
			got, headed := h.fetch(server, "GET", target, accept), h.fetch(server, "HEAD", target, accept)
			require.Equal(t, 200, got.StatusCode, target)
			require.Equal(t, got.StatusCode, headed.StatusCode, target)
			for _, name := range []string{"Content-Type", "ETag", "Kundi-Count", "Cache-Control"} {
				require.Equal(t, got.Header.Get(name), headed.Header.Get(name), "%s of %s", name, target)
			}
		}
	}
	missing := h.fetch(server, "HEAD", "/v1/contacts/01935f6e-0000-7000-8000-000000000000", "")
	require.Equal(t, 404, missing.StatusCode)
	seen := h.call("HEAD", "/v1/contacts/"+person).do()
	require.Empty(t, seen.Body.String())
	require.Equal(t, 304, h.call("HEAD", "/v1/contacts/"+person).with("If-None-Match", seen.Header().Get("ETag")).do().Code)
}

// fetch sends a request over a connection, and returns the answer without its
// body, which that to HEAD must not have.
func (h *harness) fetch(server *httptest.Server, method, target, accept string) *http.Response {
	h.t.Helper()
	r, err := http.NewRequest(method, server.URL+target, nil)
	require.NoError(h.t, err)
	r.Header.Set("Authorization", h.call("GET", "/").header.Get("Authorization"))
	r.Header.Set("Accept", accept)
	answer, err := server.Client().Do(r)
	require.NoError(h.t, err)
	require.NoError(h.t, answer.Body.Close())
	return answer
}
