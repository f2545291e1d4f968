package wire

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// marker stands in every bad value that tests submit. No answer and no line of
// the log may repeat it.
const marker = "zqxj-secret"

// rigToken is the key that requests of a rig are made with.
const rigToken = "kundi_rig"

// rig is a server with operations of a test, and one key that may call them.
type rig struct {
	t      testing.TB
	server *Server
	key    access.Key
	log    *bytes.Buffer
}

// Authenticate knows the key of the rig only.
func (r *rig) Authenticate(token string) (access.Key, error) {
	if token != rigToken {
		return access.Key{}, &fault.Error{Kind: fault.KindUnauthorized, Type: "unauthorized", Message: "No such key."}
	}
	return r.key, nil
}

// Resume knows no session.
func (r *rig) Resume(string) (access.Session, error) {
	return access.Session{}, &fault.Error{Kind: fault.KindUnauthorized, Type: "session-ended", Message: "No such session."}
}

// newRig has the operations that add registers. They may have the routes POST,
// PATCH and GET /test, GET /test/panic and those of the noun thing.
func newRig(t testing.TB, add func(s *Server)) *rig {
	t.Helper()
	r := &rig{t: t, log: &bytes.Buffer{}, key: access.Key{
		ID: ledger.ID{1}, Name: "rig", Scope: access.ScopeAdmin, Set: access.Limits{RequestsPerSecond: access.MaxRequestsPerSecond, HeavyQuestions: 3},
	}}
	scopes := map[string][]access.Scope{"GET /openapi.json": access.Scopes}
	for _, route := range []string{"POST /test", "PATCH /test", "GET /test", "GET /test/panic",
		"POST /v1/things", "GET /v1/things", "GET /v1/things/:id", "PATCH /v1/things/:id", "DELETE /v1/things/:id"} {
		scopes[route] = access.Scopes
	}
	var err error
	r.server, err = New(Options{
		Scopes: scopes, Keys: r, Sessions: r, Secret: bytes.Repeat([]byte{7}, 32), Limits: DefaultLimits(4),
		Logger:     slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Registerer: prometheus.NewRegistry(), Clock: time.Now,
	})
	require.NoError(t, err)
	add(r.server)
	require.NoError(t, r.server.Finish())
	t.Cleanup(func() { require.NotContains(t, r.log.String(), marker, "the log repeats a submitted value") })
	return r
}

// usage is that of the key.
func (r *rig) usage() *usage { return r.server.usages.of(r.key.Principal(), time.Now()) }

// idle demands that nothing is under way.
func (r *rig) idle() {
	r.t.Helper()
	require.Zero(r.t, r.server.Load())
	require.Zero(r.t, r.server.LoadOf(r.key.ID))
}

// sending is a request in the making.
type sending struct {
	rig    *rig
	method string
	target string
	body   io.Reader
	header http.Header
}

// send prepares a request with the key. Without a body it has none.
func (r *rig) send(method, target string, body ...string) *sending {
	s := &sending{rig: r, method: method, target: target, header: http.Header{}}
	s.header.Set("Authorization", "Bearer "+rigToken)
	if len(body) > 0 {
		s.header.Set("Content-Type", JSONMedia)
		s.body = strings.NewReader(body[0])
	}
	return s
}

func (s *sending) with(name, value string) *sending {
	s.header.Set(name, value)
	return s
}

// do sends it and returns the answer, which must not repeat the marker.
func (s *sending) do() *httptest.ResponseRecorder {
	s.rig.t.Helper()
	r := httptest.NewRequest(s.method, s.target, s.body)
	r.Host = "localhost:8080"
	maps.Copy(r.Header, s.header)
	w := httptest.NewRecorder()
	s.rig.server.Handler().ServeHTTP(w, r)
	require.NotContains(s.rig.t, w.Body.String(), marker, "the answer repeats a submitted value")
	require.NotEmpty(s.rig.t, w.Header().Get("Request-Id"))
	require.Equal(s.rig.t, "no-store", w.Header().Get("Cache-Control"))
	return w
}

// echoed sends it, demands a status and returns the answer.
func (s *sending) echoed(status int) (v echoBody, header http.Header) {
	s.rig.t.Helper()
	w := s.do()
	require.Equal(s.rig.t, status, w.Code, w.Body.String())
	require.Equal(s.rig.t, JSONMedia, w.Header().Get("Content-Type"))
	require.NoError(s.rig.t, json.Unmarshal(w.Body.Bytes(), &v))
	return v, w.Header()
}

// refused sends it and demands a problem of a status and type.
func (s *sending) refused(status int, slug string) Problem {
	s.rig.t.Helper()
	w := s.do()
	require.Equal(s.rig.t, status, w.Code, w.Body.String())
	require.Equal(s.rig.t, ProblemMedia, w.Header().Get("Content-Type"))
	var p Problem
	require.NoError(s.rig.t, json.Unmarshal(w.Body.Bytes(), &p))
	require.Equal(s.rig.t, slug, p.Type, w.Body.String())
	require.Equal(s.rig.t, status, p.Status)
	require.NotEmpty(s.rig.t, p.Title)
	require.NotEmpty(s.rig.t, p.Detail)
	return p
}

// placesOf are where a problem says that something is wrong.
func placesOf(p Problem) (list []string) {
	for _, e := range p.Errors {
		list = append(list, e.Location)
	}
	return list
}
