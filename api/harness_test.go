package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/app/adapters"
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/explain"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/scheduler"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
	"github.com/ndoto/kundi/watch"
	"github.com/ndoto/kundi/workspace"
)

// marker stands in every bad value that tests submit. No answer and no line of
// the log may repeat it.
const marker = "zqxj-secret"

// harness is a server over a real store in memory, with a key of every scope.
type harness struct {
	t         testing.TB
	engine    engine.Engine // of the store
	store     *storage.Store
	mirror    *index.Index
	server    *server
	scheduler *scheduler.Scheduler
	watcher   *watch.Watcher
	keys      map[access.Scope]string
	log       *bytes.Buffer
	ready     error
	ahead     atomic.Int64     // how far all clocks are ahead, in nanoseconds
	clock     func() time.Time // of answers; now where a test does not say otherwise
	registry  *prometheus.Registry
}

func newHarness(t testing.TB) *harness {
	t.Helper()
	return newHarnessWith(t, wire.DefaultLimits(runtime.GOMAXPROCS(0)))
}

// newHarnessWith is a harness whose requests may take so much. Its table of scopes
// has the route GET /test for tests to register.
func newHarnessWith(t testing.TB, limits wire.Limits) *harness {
	t.Helper()
	ctx := context.Background()
	h := &harness{t: t, engine: memory.New(), keys: map[access.Scope]string{}, log: &bytes.Buffer{}}
	h.clock = h.now
	var err error
	h.store, err = storage.Open(ctx, storage.Options{Kinds: bothKinds, Engine: h.engine, Clock: h.now})
	require.NoError(t, err)
	mirror, err := index.Open(ctx, index.Options{
		Dir: t.TempDir(), Source: h.store, Kinds: bothKinds, Pace: text.Pace{Wait: time.Minute, Gather: 5 * time.Millisecond},
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, mirror.Close(ctx))
		require.NoError(t, h.store.Close())
	})
	h.store.Follow(mirror.Apply)
	h.mirror = mirror
	keys, err := access.Open(ctx, h.store, h.now, rand.Reader)
	require.NoError(t, err)
	for _, scope := range access.Scopes {
		_, token, _, err := keys.Create(ctx, ledger.Caller{Author: ledger.Author{Source: ledger.SourceSystem}}, access.Draft{
			Name: string(scope), Scope: scope, Limits: access.Limits{RequestsPerSecond: access.MaxRequestsPerSecond}, // tests are fast
		})
		require.NoError(t, err)
		h.keys[scope] = token
	}
	registry := prometheus.NewRegistry()
	h.registry = registry
	h.scheduler, err = scheduler.New(h.store, segments.SegmentDocuments, scheduler.Options{})
	require.NoError(t, err)
	t.Cleanup(h.scheduler.Stop)
	people := contacts.NewService(h.store, companies.Directory{}, h.now, nil)
	groups := segments.New(h.store, mirror, people, adapters.Schedules{Scheduler: h.scheduler}, segments.Options{Now: h.now, Holds: audiences.Holds{Store: h.store}})
	scopes := routeScopes()
	scopes["GET /test"] = everyone()
	o := useCases(h)
	o.Workspace = workspace.NewService(h.store, h.now, workspace.WithAttributeUse(segments.Unused), workspace.WithOptionUse(segments.OptionUnused), workspace.WithLabelUse(groups.RenameLabel))
	o.Index, o.Store, o.Segments, o.Runs, o.Keys = mirror, h.store, groups, h.scheduler, keys
	o.People, err = access.OpenPeople(ctx, h.store, keys, h.now, rand.Reader)
	require.NoError(t, err)
	o.Sessions, err = access.OpenSessions(ctx, h.store, keys, o.People.(*access.People), h.now, rand.Reader)
	require.NoError(t, err)
	o.Audiences = audiences.New(h.store, adapters.Segments{Service: groups}, adapters.Standings{Index: mirror, Store: h.store},
		adapters.People{Index: mirror, Store: h.store, Now: h.now}, adapters.Calendar{Store: h.store}, audiences.Options{Now: h.now})
	h.watcher, err = watch.New(h.store, adapters.Watched{Index: mirror}, groups, watch.Options{Now: h.now})
	require.NoError(t, err)
	o.SegmentEvents = h.watcher
	o.Explanations = explain.NewService(h.store, groups, h.watcher, adapters.Derived{Index: mirror}, h.now)
	o.Secret, o.Hosts = bytes.Repeat([]byte{7}, 32), []string{"crm.example.org"}
	o.Ready = func() error { return h.ready }
	o.Logger = slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	o.Registerer, o.Gatherer, o.Clock = registry, registry, func() time.Time { return h.clock() }
	h.server, err = newServer(o, scopes, limits)
	require.NoError(t, err)
	require.NoError(t, h.server.registerAll())
	t.Cleanup(func() { require.NotContains(t, h.log.String(), marker, "the log repeats a submitted value") })
	return h
}

func (h *harness) now() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }

// later puts all clocks ahead.
func (h *harness) later(by time.Duration) { h.ahead.Add(int64(by)) }

// call is a request in the making.
type call struct {
	h      *harness
	method string
	target string
	body   io.Reader
	header http.Header
}

// call prepares a request with the key of an administrator. A body that is no
// string or []byte is sent as its JSON.
func (h *harness) call(method, target string, body ...any) *call {
	c := &call{h: h, method: method, target: target, header: http.Header{}}
	c.header.Set("Authorization", "Bearer "+h.keys[access.ScopeAdmin])
	if len(body) > 0 {
		c.header.Set("Content-Type", "application/json")
		switch b := body[0].(type) {
		case string:
			c.body = strings.NewReader(b)
		case []byte:
			c.body = bytes.NewReader(b)
		default:
			text, err := json.Marshal(b)
			require.NoError(h.t, err)
			c.body = bytes.NewReader(text)
		}
	}
	return c
}

func (c *call) with(name, value string) *call {
	c.header.Set(name, value)
	return c
}

// as has it sent with the key of a scope.
func (c *call) as(scope access.Scope) *call {
	return c.with("Authorization", "Bearer "+c.h.keys[scope])
}

// do sends it and returns the answer, which must not repeat the marker.
func (c *call) do() *httptest.ResponseRecorder {
	c.h.t.Helper()
	r := httptest.NewRequest(c.method, c.target, c.body)
	r.Host = "localhost:8080"
	maps.Copy(r.Header, c.header)
	w := httptest.NewRecorder()
	c.h.server.Handler().ServeHTTP(w, r)
	require.NotContains(c.h.t, w.Body.String(), marker, "the answer repeats a submitted value")
	require.NotEmpty(c.h.t, w.Header().Get("Request-Id"))
	require.Equal(c.h.t, "no-store", w.Header().Get("Cache-Control"))
	c.announced(w)
	return w
}

// announced demands that the description of the operation names the headers of
// an answer.
func (c *call) announced(w *httptest.ResponseRecorder) {
	for path, item := range c.h.server.OpenAPI().Paths {
		op := operationsOf(item)[c.method]
		if op == nil || !strings.HasPrefix(path, "/v1") || !matches(path, c.target) {
			continue
		}
		response := op.Responses[strconv.Itoa(w.Code)]
		require.NotNil(c.h.t, response, "%s %s answers %d unannounced", c.method, path, w.Code)
		if response.Ref != "" {
			response = c.h.server.OpenAPI().Components.Responses[strings.TrimPrefix(response.Ref, "#/components/responses/")]
		}
		c.described(response, w)
		for _, name := range []string{wire.SeqHeader, wire.ETagHeader, wire.LocationHeader, wire.ReplayedHeader, wire.CountHeader, wire.HeldBackHeader, wire.NextCursorHeader, wire.DispositionHeader} {
			if w.Header().Get(name) != "" {
				require.Contains(c.h.t, response.Headers, name, "%s %s", c.method, path)
			}
		}
	}
}

// described demands that a JSON answer has the shape that its description says.
func (c *call) described(response *huma.Response, w *httptest.ResponseRecorder) {
	c.h.t.Helper()
	media, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	if w.Body.Len() == 0 {
		return
	}
	content := response.Content[media]
	require.NotNil(c.h.t, content, "%s %s answers %s unannounced", c.method, c.target, media)
	if !strings.HasSuffix(media, "json") || media == wire.NDJSONMedia {
		return
	}
	var body any
	require.NoError(c.h.t, json.Unmarshal(w.Body.Bytes(), &body))
	found := &huma.ValidateResult{}
	huma.Validate(c.h.server.OpenAPI().Components.Schemas, content.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, body, found)
	require.Empty(c.h.t, found.Errors, "%s %s: %s", c.method, c.target, w.Body)
}

// routeForm writes /v1/contacts/{id} as /v1/contacts/:id.
func routeForm(path string) string { return strings.NewReplacer("{", ":", "}", "").Replace(path) }

// operationsOf are the operations of a path, by method.
func operationsOf(item *huma.PathItem) map[string]*huma.Operation {
	all := map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete}
	maps.DeleteFunc(all, func(_ string, op *huma.Operation) bool { return op == nil })
	return all
}

// matches reports whether a target is one of a described path.
func matches(path, target string) bool {
	target, _, _ = strings.Cut(target, "?")
	want, got := strings.Split(path, "/"), strings.Split(target, "/")
	for i := range want {
		if len(want) != len(got) || want[i] != got[i] && !(strings.HasPrefix(want[i], "{") && len(got[i]) > 30) {
			return false
		}
	}
	return true
}

// ok sends it, demands a status and decodes the answer into T.
func ok[T any](c *call, status int) (T, http.Header) {
	c.h.t.Helper()
	w := c.do()
	require.Equal(c.h.t, status, w.Code, w.Body.String())
	var v T
	if w.Body.Len() > 0 {
		require.Equal(c.h.t, "application/json", w.Header().Get("Content-Type"))
		require.NoError(c.h.t, json.Unmarshal(w.Body.Bytes(), &v))
	}
	return v, w.Header()
}

// problem sends it and demands a problem of a status and type.
func (c *call) problem(status int, slug string) wire.Problem {
	c.h.t.Helper()
	w := c.do()
	require.Equal(c.h.t, status, w.Code, w.Body.String())
	require.Equal(c.h.t, wire.ProblemMedia, w.Header().Get("Content-Type"))
	var p wire.Problem
	require.NoError(c.h.t, json.Unmarshal(w.Body.Bytes(), &p))
	require.Equal(c.h.t, slug, p.Type, w.Body.String())
	require.Equal(c.h.t, status, p.Status)
	require.NotEmpty(c.h.t, p.Title)
	require.NotEmpty(c.h.t, p.Detail)
	return p
}

func locations(p wire.Problem) []string {
	var list []string
	for _, e := range p.Errors {
		list = append(list, e.Location)
	}
	return list
}
