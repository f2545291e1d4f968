package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/contacts/workers"
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
		if allowed(scopes, open) {
			h.call(route.Method, pathOf(route.Path)).with("Authorization", "").with("X", "").do()
			require.Equal(t, http.StatusOK, h.call(route.Method, pathOf(route.Path)).with("Authorization", "").do().Code)
			continue
		}
		for _, wrong := range []string{"", "Bearer", "Bearer kundi_" + strings.Repeat("a", 52), "Basic " + h.keys[access.ScopeAdmin]} {
			c := h.call(route.Method, pathOf(route.Path)).with("Authorization", wrong)
			c.problem(http.StatusUnauthorized, "unauthorized")
		}
		for _, scope := range access.Scopes {
			w := h.call(route.Method, pathOf(route.Path)).with("Authorization", "Bearer "+h.keys[scope]).do()
			if allowed(scopes, scope) {
				require.NotContains(t, []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusInternalServerError}, w.Code, "%s as %s", name, scope)
			} else {
				require.Equal(t, http.StatusForbidden, w.Code, "%s as %s", name, scope)
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
			described[strings.ToUpper(method)+" "+ginPath(path)] = true
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

// Routes that only tests have.

type echoInput struct {
	Limit  int             `query:"limit" minimum:"1" maximum:"1000" default:"50"`
	Filter json.RawMessage `query:"filter"`
	Facets []string        `query:"facets" maxItems:"2"`
	Body   struct {
		Name string `json:"name"`
	} `body:"json"`
}

type echoBody struct {
	Limit  int
	Facets []string
	Name   string
}

// withRoutes adds routes of a test to a harness.
func withRoutes(t *testing.T, add func(s *server)) *harness {
	h := newHarness(t)
	for _, route := range []string{"POST /test", "PATCH /test", "GET /test/panic", "GET /test/:id", "GET /test"} {
		h.server.scopes[route] = everyone()
	}
	add(h.server)
	return h
}

func echo(s *server) {
	handle := func(_ context.Context, in *echoInput) (answer[echoBody], error) {
		return answer[echoBody]{Body: echoBody{in.Limit, in.Facets, in.Body.Name}, Version: 3, Seq: 9, Location: "/test/1"}, nil
	}
	register(s.machine, operation{id: "post-echo", method: "POST", path: "/test", tag: "test", summary: "Echo", status: 201}, handle)
	register(s.machine, operation{id: "patch-echo", method: "PATCH", path: "/test", tag: "test", summary: "Echo"}, handle)
}

func TestRequestsAreReadStrictly(t *testing.T) {
	h := withRoutes(t, echo)
	v, header := ok[echoBody](h.call("POST", "/test?limit=2&facets=a,b", `{"name":"x"}`), 201)
	require.Equal(t, echoBody{2, []string{"a", "b"}, "x"}, v)
	require.Equal(t, `"3"`, header.Get("ETag"))
	require.Equal(t, "9", header.Get("Kundi-Seq"))
	require.Equal(t, "/test/1", header.Get("Location"))

	for _, media := range []string{"application/json", "application/json; charset=UTF-8", "Application/JSON"} {
		ok[echoBody](h.call("POST", "/test", `{"name":"x"}`).with("Content-Type", media), 201)
	}
	ok[echoBody](h.call("PATCH", "/test", `{"name":"x"}`).with("Content-Type", "application/merge-patch+json"), 200)
	for _, media := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json", "application/json; charset=latin1", ";"} {
		h.call("POST", "/test", `{"name":"x"}`).with("Content-Type", media).problem(415, "unsupported-media-type")
	}
	h.call("POST", "/test", `{"name":"x"}`).with("Content-Encoding", "gzip").problem(415, "unsupported-media-type")

	for body, slug := range map[string]string{
		"": "malformed-json", " ": "malformed-json", "{": "malformed-json", "\xff": "malformed-json",
		`{"name":"` + marker + `","name":"x"}`: "malformed-json",
	} {
		require.Equal(t, []string{"body"}, locations(h.call("POST", "/test", body).problem(400, slug)))
	}
	h.call("POST", "/test").problem(400, "malformed-json") // no body at all
	h.call("POST", "/test?filter={", `{"name":"x"}`).problem(400, "malformed-json")
	h.call("POST", "/test?filter=", `{"name":"x"}`).problem(400, "malformed-json")
	h.call("POST", "/test?limit=%zz", `{"name":"x"}`).problem(400, "malformed-query")
	h.call("POST", "/test?facets=%ff", `{"name":"x"}`).problem(400, "malformed-query")

	p := h.call("POST", "/test?limit=0&facets=a,b,c&"+marker+"=1", `{"`+marker+`":1}`).problem(422, "invalid-request")
	require.ElementsMatch(t, []string{"limit", "facets", "query", "body", "name"}, locations(p))
	for _, query := range []string{"limit=" + marker, "limit=", "limit=1&limit=2", "limit=1001", "limit=-1", "limit=1.0"} {
		require.Equal(t, []string{"limit"}, locations(h.call("POST", "/test?"+query, `{"name":"x"}`).problem(422, "invalid-request")))
	}
}

// endless is a body of blanks.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

// TestLargeBodiesAreAnswered plays the common client that sends all of its
// request before it looks for an answer.
func TestLargeBodiesAreAnswered(t *testing.T) {
	h := withRoutes(t, echo)
	server := httptest.NewServer(h.server.engine)
	defer server.Close()
	const size = 100 << 20
	for length, body := range map[string]io.Reader{
		fmt.Sprintf("Content-Length: %d", size): io.LimitReader(endless{}, size),
		"Transfer-Encoding: chunked":            io.MultiReader(strings.NewReader("6400000\r\n"), io.LimitReader(endless{}, size), strings.NewReader("\r\n0\r\n\r\n")),
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		require.NoError(t, err)
		fmt.Fprintf(conn, "POST /test HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n%s\r\n\r\n",
			h.keys[access.ScopeAdmin], length)
		_, err = io.Copy(conn, body)
		require.NoError(t, err, length)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err, length)
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.Equal(t, 413, answer.StatusCode)
		require.Contains(t, string(text), `"type":"body-too-large"`)
		conn.Close()
	}
	ok[echoBody](h.call("POST", "/test", "\r\n\t {\"name\":\"x\"}\n"), 201)
	ok[echoBody](h.call("POST", "/test", `{"name":"`+strings.Repeat("x", maxBody-11)+`"}`), 201)
	h.call("POST", "/test", `{"name":"`+strings.Repeat("x", maxBody-10)+`"}`).problem(413, "body-too-large")
}

func TestBodiesCutOffAndSlowOverAConnection(t *testing.T) {
	h := withRoutes(t, func(s *server) {
		register(s.machine, operation{id: "slow", method: "POST", path: "/test", tag: "test", summary: "Echo", bodyTime: 50 * time.Millisecond},
			func(context.Context, *echoInput) (answer[none], error) { return answer[none]{}, nil })
	})
	srv := httptest.NewUnstartedServer(h.server.engine)
	srv.Config = NewHTTPServer(h.server.engine, h.server.log)
	srv.Start()
	defer srv.Close()
	send := func(body string, finish func(*net.TCPConn)) string {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		require.NoError(t, err)
		defer conn.Close()
		_, err = io.WriteString(conn, "POST /test HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+h.keys[access.ScopeAdmin]+
			"\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"+body)
		require.NoError(t, err)
		finish(conn.(*net.TCPConn))
		answer, err := io.ReadAll(conn)
		require.NoError(t, err)
		return string(answer)
	}
	answer := send(`{"name":`, func(c *net.TCPConn) { require.NoError(t, c.CloseWrite()) })
	require.Contains(t, answer, "400 Bad Request")
	require.Contains(t, answer, `"type":"cut-off-body"`)
	answer = send(`{"name":`, func(*net.TCPConn) {})
	require.Contains(t, answer, "408 Request Timeout")
	require.Contains(t, answer, `"type":"slow-body"`)
}

func TestErrorsOfHandlers(t *testing.T) {
	var fail error
	h := withRoutes(t, func(s *server) {
		register(s.machine, operation{id: "fail", method: "GET", path: "/test", tag: "test", summary: "Fail"},
			func(context.Context, *struct{}) (answer[echoBody], error) { return answer[echoBody]{}, fail })
		register(s.machine, operation{id: "panic", method: "GET", path: "/test/panic", tag: "test", summary: "Panic"},
			func(context.Context, *struct{}) (answer[echoBody], error) { panic(marker) })
	})
	for kind, status := range map[contacts.ErrorKind]int{
		contacts.KindMalformed: 400, contacts.KindUnauthorized: 401, contacts.KindForbidden: 403, contacts.KindNotFound: 404,
		contacts.KindConflict: 409, contacts.KindGone: 410, contacts.KindPrecondition: 412, contacts.KindTooLarge: 413,
		contacts.KindInvalid: 422, contacts.KindUnavailable: 503,
	} {
		fail = &contacts.Error{Kind: kind, Type: "some-type", Message: "Some message.", Faults: []contacts.Fault{{Path: "a[1]", Detail: "must be b"}}}
		p := h.call("GET", "/test").problem(status, "some-type")
		require.Equal(t, "Some type", p.Title)
		require.Equal(t, "Some message.", p.Detail)
		require.Equal(t, []ProblemError{{"a[1]", "must be b"}}, p.Errors)
		fail = &contacts.Error{Kind: kind, Message: "Some message."}
		require.Equal(t, status, h.call("GET", "/test").do().Code)
	}
	one, two := contacts.ID{1}, contacts.ID{2}
	fail = &contacts.Error{Kind: contacts.KindConflict, Type: "taken", Message: "Taken.", Field: "email", ContactIDs: []contacts.ID{one}}
	p := h.call("GET", "/test").problem(409, "taken")
	require.Equal(t, "email", p.Field)
	require.Equal(t, one.String(), p.ContactID)
	fail = &contacts.Error{Kind: contacts.KindConflict, Type: "taken", Message: "Taken.", ContactIDs: []contacts.ID{one, two}}
	require.Equal(t, []string{one.String(), two.String()}, h.call("GET", "/test").problem(409, "taken").ContactIDs)

	fail = context.DeadlineExceeded
	h.call("GET", "/test").problem(503, "timeout")

	h.log.Reset()
	fail = &contacts.Error{Kind: contacts.KindInternal, Message: "inner words"}
	h.call("GET", "/test").problem(500, "internal")
	fail = errors.New("inner words")
	w := h.call("GET", "/test").do()
	require.NotContains(t, w.Body.String(), "inner words")
	require.Equal(t, 2, strings.Count(h.log.String(), "inner words"), "an internal error is logged once")
	require.Contains(t, h.log.String(), "id="+w.Header().Get("Request-Id"))

	h.call("GET", "/test/panic").problem(500, "internal")
	require.Contains(t, h.log.String(), "panic in a handler")
}

// A worker's panic fails the request that waits for it; the log says where it
// was.
func TestPanicsOfWorkers(t *testing.T) {
	h := withRoutes(t, func(s *server) {
		register(s.machine, operation{id: "panic", method: "GET", path: "/test/panic", tag: "test", summary: "Panic"},
			func(context.Context, *struct{}) (answer[echoBody], error) {
				workers.Together(2, trip)
				return answer[echoBody]{}, nil
			})
	})
	h.call("GET", "/test/panic").problem(500, "internal")
	require.Contains(t, h.log.String(), "api.trip")
	require.Contains(t, h.log.String(), "index out of range")
}

func trip(i int) { _ = make([]int, 1)[2*i] }

// The context of a handler ends when its client goes.
func TestHandlersEndWithTheirClient(t *testing.T) {
	began, ended := make(chan struct{}), make(chan struct{})
	h := withRoutes(t, func(s *server) {
		register(s.machine, operation{id: "wait", method: "POST", path: "/test", tag: "test", summary: "Echo"},
			func(ctx context.Context, _ *echoInput) (answer[none], error) {
				close(began)
				<-ctx.Done()
				if errors.Is(ctx.Err(), context.Canceled) { // and not at its deadline
					close(ended)
				}
				return answer[none]{}, ctx.Err()
			})
	})
	srv := httptest.NewUnstartedServer(h.server.engine)
	srv.Config = NewHTTPServer(h.server.engine, h.server.log)
	srv.Start()
	defer srv.Close()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	require.NoError(t, err)
	_, err = io.WriteString(conn, "POST /test HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+h.keys[access.ScopeAdmin]+
		"\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n"+`{"name":"x"}`)
	require.NoError(t, err)
	<-began
	require.NoError(t, conn.Close())
	select {
	case <-ended:
	case <-time.After(handlerDeadline / 2):
		t.Fatal("the handler goes on")
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
		h.server.engine.ServeHTTP(w, r)
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
	api := &API{machine: h.server.machine}
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
	h.ready = &contacts.Error{Kind: contacts.KindUnavailable, Type: "writes-stopped", Message: "Writes have stopped."}
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

func TestStreams(t *testing.T) {
	var out *stream
	h := withRoutes(t, func(s *server) {
		register(s.machine, operation{id: "stream", method: "GET", path: "/test", tag: "test", summary: "Stream", media: []string{"text/csv"}},
			func(context.Context, *struct{}) (answer[echoBody], error) { return answer[echoBody]{Stream: out}, nil })
	})
	out = &stream{Media: "text/csv", Write: func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "a,b\n")
		return err
	}}
	w := h.call("GET", "/test").do()
	require.Equal(t, "a,b\n", w.Body.String())
	require.Equal(t, "text/csv; charset=utf-8; header=present", w.Header().Get("Content-Type"))

	broken := errors.New("broken")
	out = &stream{Media: "text/csv", Header: map[string]string{"Kundi-Count": "1"}, Write: func(context.Context, io.Writer) error { return broken }}
	h.call("GET", "/test").problem(500, "internal")
	require.Empty(t, h.call("GET", "/test").do().Header().Values("Kundi-Count"), "a problem has no count")
	out = &stream{Media: "text/csv", Write: func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "a,b\n")
		return errors.Join(err, broken)
	}}
	require.PanicsWithError(t, http.ErrAbortHandler.Error(), func() { h.call("GET", "/test").do() })
}

func TestConditionalHeaders(t *testing.T) {
	for header, want := range map[string]uint64{
		"": anyVersion, "*": anyVersion, `"12"`: 12, ` "12" `: 12,
		`W/"12"`: noVersion, `"abc"`: noVersion, `"012"`: noVersion, `""`: noVersion, `"00"`: noVersion, `"0"`: contacts.NeverChanged,
	} {
		got, err := parseIfMatch(header)
		require.NoError(t, err, header)
		require.Equal(t, want, got, header)
	}
	for _, header := range []string{"12", `"12`, `12"`, `"1",`, `"1", "2"`, `"`, `"1"2"`, "**"} {
		_, err := parseIfMatch(header)
		require.Equal(t, contacts.KindInvalid, contacts.KindOf(err), header)
	}
	h := withRoutes(t, func(s *server) {
		register(s.machine, operation{id: "get", method: "GET", path: "/test", tag: "test", summary: "Get"},
			func(context.Context, *struct{}) (answer[echoBody], error) { return answer[echoBody]{Version: 3}, nil })
	})
	for header, status := range map[string]int{"": 200, `"3"`: 304, `W/"3"`: 304, `"1", "3"`: 304, "*": 304, `"4"`: 200} {
		w := h.call("GET", "/test").with("If-None-Match", header).do()
		require.Equal(t, status, w.Code, header)
		require.Equal(t, `"3"`, w.Header().Get("ETag"))
		require.Equal(t, status == 304, w.Body.Len() == 0)
	}
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

	_, header = ok[none](h.call("DELETE", "/v1/keys/"+created.ID), 204)
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
	_, err := newServer(Options{Secret: []byte("short"), Registerer: nil, Keys: h.server.keys})
	require.ErrorContains(t, err, "secret")
}

func TestAccessLogHoldsNothingPersonal(t *testing.T) {
	h := newHarness(t)
	h.call("GET", "/v1/keys?q="+marker).do()
	require.Contains(t, h.log.String(), "route=/v1/keys")
	require.NotContains(t, h.log.String(), h.keys[access.ScopeAdmin])
	require.False(t, bytes.Contains(h.log.Bytes(), []byte("q=")))
}
