package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
)

var update = flag.Bool("update", false, "write the golden files anew")

// pathOf fills the parameters of a route with an id nobody has.
func pathOf(route string) string {
	parts := strings.Split(route, "/")
	for i, part := range parts {
		switch {
		case part == ":n":
			parts[i] = "1"
		case part == ":key":
			parts[i] = "nothing"
		case strings.HasPrefix(part, ":"):
			parts[i] = "01935f6e-0000-7000-8000-000000000000"
		}
	}
	return strings.Join(parts, "/")
}

func TestEveryRouteIsInTheTableOfScopesAndKeepsToIt(t *testing.T) {
	h := newHarness(t)
	table := routeScopes()
	for _, route := range h.served() {
		name := route.Method + " " + route.Path
		scopes, listed := table[name]
		require.True(t, listed, "%s is not in the table", name)
		delete(table, name)
		if slices.Contains(scopes, wire.Open) {
			want := http.StatusOK
			if name == "POST /v1/session" {
				want = http.StatusBadRequest // it wants a body
			}
			require.Equal(t, want, h.call(route.Method, pathOf(route.Path)).with("Authorization", "").do().Code)
			continue
		}
		for _, wrong := range []string{"", "Bearer", "Bearer kundi_" + strings.Repeat("a", 52), "Basic " + h.keys[access.ScopeAdmin]} {
			c := h.call(route.Method, pathOf(route.Path)).with("Authorization", wrong)
			c.problem(http.StatusUnauthorized, "unauthorized")
		}
		for _, scope := range access.Scopes {
			w := h.call(route.Method, pathOf(route.Path)).with("Authorization", "Bearer "+h.keys[scope]).do()
			if slices.Contains(scopes, scope) {
				require.NotContains(t, []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusInternalServerError}, w.Code, "%s as %s", name, scope)
			} else {
				require.Equal(t, http.StatusForbidden, w.Code, "%s as %s", name, scope)
				for _, named := range append(slices.Clone(scopes), scope) {
					require.Contains(t, w.Body.String(), string(named), "%s as %s: what is needed, and what there is", name, scope)
				}
			}
		}
	}
	require.Empty(t, table, "the table names routes that do not exist")
}

func TestOpenAPIDocument(t *testing.T) {
	h := newHarness(t)
	w := h.call("GET", "/openapi.json").do()
	require.Equal(t, http.StatusOK, w.Code)
	got := append(w.Body.Bytes(), '\n')
	if *update {
		require.NoError(t, os.WriteFile("openapi.json", got, 0o644))
	}
	want, err := os.ReadFile("openapi.json")
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "the API is not as api/openapi.json says; if that is meant: go test ./api -update")

	var document struct {
		Paths map[string]map[string]struct {
			Summary   string
			Responses map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(want, &document))
	described := map[string]bool{}
	for path, methods := range document.Paths {
		for method, op := range methods {
			described[strings.ToUpper(method)+" "+routeForm(path)] = true
			require.NotEmpty(t, op.Summary, path)
			require.Contains(t, op.Responses, "500", path)
		}
	}
	for _, route := range h.served() {
		if strings.HasPrefix(route.Path, "/v1") {
			require.True(t, described[route.Method+" "+route.Path], "%s %s is not in openapi.json", route.Method, route.Path)
		}
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	h := newHarness(t)
	for _, path := range []string{"/", "/v1", "/v1/nothing", "/v1/keys/", "/v1//keys", "/V1/keys", "/healthz/x"} {
		h.call("GET", path).problem(404, "not-found")
	}
}

func TestHosts(t *testing.T) {
	h := newHarness(t)
	get := func(host, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		r.Host = host
		r.Header.Set("Authorization", "Bearer "+h.keys[access.ScopeAdmin])
		w := httptest.NewRecorder()
		h.server.Handler().ServeHTTP(w, r)
		return w
	}
	for _, host := range []string{"localhost", "LOCALHOST:80", "localhost.", "127.0.0.1", "127.0.0.1:8080", "[::1]:8080", "[::1]", "192.168.1.9:8080", "crm.example.org", "CRM.example.org:443"} {
		require.Equal(t, 200, get(host, "/v1/keys").Code, host)
	}
	for _, host := range []string{"", "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "example.org", "xcrm.example.org"} {
		w := get(host, "/v1/keys")
		require.Equal(t, 421, w.Code, host)
		require.Contains(t, w.Body.String(), `"type":"unknown-host"`)
		require.Equal(t, 200, get(host, "/healthz").Code, "probes call it by any name")
	}
}

func TestOwnerNeedsNoKey(t *testing.T) {
	h := newHarness(t)
	api := &API{served: h.server.Server}
	r := httptest.NewRequest("POST", "/v1/keys", strings.NewReader(`{"name":"first","scope":"admin"}`))
	r.Host = "kundi"
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	api.OwnerHandler().ServeHTTP(w, r)
	require.Equal(t, 201, w.Code, w.Body.String())

	w = httptest.NewRecorder()
	api.Handler().ServeHTTP(w, r)
	require.Equal(t, 421, w.Code)
}

func TestProbesAndMetrics(t *testing.T) {
	h := newHarness(t)
	ok[health](h.call("GET", "/healthz"), 200)
	ok[health](h.call("GET", "/readyz").with("Authorization", ""), 200)
	h.ready = &fault.Error{Kind: fault.KindUnavailable, Type: "writes-stopped", Message: "Writes have stopped."}
	h.call("GET", "/readyz").with("Authorization", "").problem(503, "writes-stopped")
	ok[health](h.call("GET", "/healthz"), 200)

	h.call("GET", "/v1/keys?"+marker+"=1").do()
	h.call("GET", "/"+marker).do()
	h.call(strings.ToUpper(marker), "/v1/keys").do()
	text := h.call("GET", "/metrics").do().Body.String()
	require.Contains(t, text, `kundi_http_request_duration_seconds_count{method="GET",route="/v1/keys",status="422"} 1`)
	require.Contains(t, text, `kundi_http_request_duration_seconds_count{method="GET",route="none",status="404"} 1`)
	require.Contains(t, text, `method="other"`)
	require.NotContains(t, strings.ToLower(text), marker)
}

func TestKeysOverHTTP(t *testing.T) {
	h := newHarness(t)
	created, header := ok[keyBody](h.call("POST", "/v1/keys", map[string]string{"name": " Help desk ", "scope": "agent"}), 201)
	require.Equal(t, "Help desk", created.Name)
	require.Equal(t, "/v1/keys/"+created.ID, header.Get("Location"))
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	as := "Bearer " + created.Key
	h.call("GET", "/v1/keys").with("Authorization", as).problem(403, "forbidden")

	list, _ := ok[keyList](h.call("GET", "/v1/keys"), 200)
	require.Len(t, list.Keys, 1+len(access.Scopes))
	for _, key := range list.Keys {
		require.Empty(t, key.Key)
	}
	require.NotContains(t, h.call("GET", "/v1/keys").do().Body.String(), created.Key)

	_, header = ok[wire.None](h.call("DELETE", "/v1/keys/"+created.ID), 204)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	h.call("GET", "/v1/keys").with("Authorization", as).problem(401, "unauthorized")
	h.call("DELETE", "/v1/keys/"+created.ID).problem(404, "not-found")
	for _, id := range []string{"x", "urn:uuid:" + created.ID, "{" + created.ID + "}", strings.ReplaceAll(created.ID, "-", "")} {
		h.call("DELETE", "/v1/keys/"+id).problem(404, "not-found")
	}
	p := h.call("POST", "/v1/keys", map[string]string{"name": " ", "scope": marker}).problem(422, "invalid-request")
	require.Equal(t, []string{"scope"}, locations(p))
	h.call("POST", "/v1/keys", map[string]string{"name": " ", "scope": "ai"}).problem(422, "invalid-key")
}

func TestNewRefusesAShortSecret(t *testing.T) {
	h := newHarness(t)
	_, err := newServer(Options{Secret: []byte("short"), Registerer: nil, Keys: h.server.keys}, nil, wire.Limits{})
	require.ErrorContains(t, err, "secret")
}

func TestAccessLogHoldsNothingPersonal(t *testing.T) {
	h := newHarness(t)
	h.call("GET", "/v1/keys?q="+marker).do()
	require.Contains(t, h.log.String(), "route=/v1/keys")
	require.NotContains(t, h.log.String(), h.keys[access.ScopeAdmin])
	require.False(t, bytes.Contains(h.log.Bytes(), []byte("q=")))
}
