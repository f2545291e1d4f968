package api

import (
	"context"
	"encoding/json"
	"maps"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// keyWith makes a key of scope agent with limits of its own.
func (h *harness) keyWith(limits object) (as string, id ledger.ID) {
	h.t.Helper()
	body := object{"name": "limited", "scope": "agent"}
	for name, value := range limits {
		body[name] = value
	}
	made, _ := ok[keyBody](h.call("POST", "/v1/keys", body), 201)
	as = "Bearer " + made.Key
	ok[settingsBody](h.call("GET", "/v1/settings").with("Authorization", as), 200)
	return as, uuid.MustParse(made.ID)
}

// LoadOf is what the key of a scope has under way.
func (h *harness) loadOf(scope access.Scope) wire.Load {
	return h.server.LoadOf(uuid.MustParse(h.idOf(scope)))
}

// busy keeps the only heavy question of a key under way until it is released.
func (h *harness) busy(as string) (release func()) {
	entered, leave, left := make(chan struct{}), make(chan struct{}), make(chan struct{})
	wire.Register(h.server.Server, wire.Operation{ID: "block", Method: "GET", Path: "/test", Tag: "test", Summary: "Block", Heavy: true},
		func(context.Context, *struct{}) (wire.Answer[wire.None], error) {
			close(entered)
			<-leave
			return wire.Answer[wire.None]{}, nil
		})
	go func() {
		defer close(left)
		h.quiet("GET", "/test", as)
	}()
	<-entered
	return func() {
		close(leave)
		<-left
	}
}

// rest is what an answer says is left of the second, spelt as it is sent.
func rest(w *httptest.ResponseRecorder) (values []string) {
	for _, name := range []string{"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} {
		values = append(values, w.Header()[name]...)
	}
	return values
}

func TestRequestsASecond(t *testing.T) {
	h := newHarness(t)
	now := time.Now()
	h.clock = func() time.Time { return now }
	as, _ := h.keyWith(object{"requests_per_second": 3})
	get := func() *httptest.ResponseRecorder {
		return h.call("GET", "/v1/settings").with("Authorization", as).do()
	}
	require.Equal(t, []string{"3", "1", "1"}, rest(get()), "keyWith has made one")
	require.Equal(t, []string{"3", "0", "1"}, rest(get()))
	w := get()
	require.Equal(t, 429, w.Code)
	require.Contains(t, w.Body.String(), `"type":"too-many-requests"`)
	require.Equal(t, "1", w.Header().Get("Retry-After"))
	require.Equal(t, []string{"3", "0", "1"}, rest(w))
	require.Equal(t, 200, h.call("GET", "/v1/settings").do().Code, "another key's requests are its own")

	now = now.Add(334 * time.Millisecond)
	require.Equal(t, 200, get().Code, "a third of a second gives a third of them")
	require.Equal(t, 429, get().Code)
	now = now.Add(time.Hour)
	require.Equal(t, []string{"3", "2", "1"}, rest(get()), "more than a second's are never saved up")

	// Refused or not found: a request is a request.
	h.call("GET", "/v1/keys").with("Authorization", as).problem(403, "forbidden")
	h.call("GET", "/v1/contacts/x").with("Authorization", as).problem(404, "not-found")
	h.call("GET", "/metrics").with("Authorization", as).problem(429, "too-many-requests")

	list, _ := ok[keyList](h.call("GET", "/v1/keys"), 200)
	id := list.Keys[len(list.Keys)-1].ID
	require.Contains(t, h.call("GET", "/metrics").do().Body.String(), `kundi_http_refused_total{key="`+id+`",type="too-many-requests"} 3`)
	ok[keyBody](h.call("PATCH", "/v1/keys/"+id, object{"requests_per_second": 5}), 200)
	now = now.Add(time.Second)
	require.Equal(t, "5", rest(get())[0], "a new limit holds at once")
	ok[wire.None](h.call("DELETE", "/v1/keys/"+id), 204)
	require.NotContains(t, h.call("GET", "/metrics").do().Body.String(), id, "nothing is kept of a key that is gone")
}

// TestHeavyOperations says which operations are heavy, and that those and no
// others are refused when a key has as many under way as it may.
func TestHeavyOperations(t *testing.T) {
	h := newHarness(t)
	for _, scope := range access.Scopes {
		h.call("GET", "/v1/settings").with("Authorization", "Bearer "+h.keys[scope]).do()
	}
	as, id := h.keyWith(object{"heavy_questions": 1, "scope": "admin", "requests_per_second": 1_000_000})
	paths := maps.Clone(h.server.OpenAPI().Paths)
	release := h.busy(as)
	var heavy []string
	for path, item := range paths {
		for method, op := range operationsOf(item) {
			w := h.call(method, pathOf(routeForm(path))).with("Authorization", as).do()
			if refused := w.Code == 429; refused {
				require.Contains(t, w.Body.String(), `"type":"too-many-at-once"`)
				require.Equal(t, "1", w.Header().Get("Retry-After"))
				heavy = append(heavy, op.OperationID)
			}
			require.Equal(t, w.Code == 429, op.Extensions["x-heavy"] == true, op.OperationID)
		}
	}
	want := []string{
		"batch-contacts", "batch-suppressions", "count-contacts", "create-segment", "find-contacts", "get-personal-data", "get-segment", "list-attribute-uses", "list-attributes", "list-contacts",
		"list-segment-changes", "list-segment-members", "list-segments", "list-snapshot-members", "parse-filter", "preview-segment", "print-filter", "refresh-segment", "search-contacts", "search-everything", "similar-contacts", "suggest-contacts", "update-segment",
	}
	for _, noun := range sampled {
		want = append(want, noun.heavy...)
	}
	require.ElementsMatch(t, want, heavy)
	h.call("POST", "/v1/contacts/count", object{}).with("Authorization", "Bearer "+h.keys[access.ScopeAgent]).do()
	h.call("GET", "/metrics").with("Authorization", as).problem(429, "too-many-at-once")
	release()
	require.Zero(t, h.server.LoadOf(id), "what is refused is not under way")
}

// TestHeavyQuestionsLeaveOthersAlone: while a key keeps its whole share busy and
// has others waiting, another key's questions and its own small ones go on.
func TestHeavyQuestionsLeaveOthersAlone(t *testing.T) {
	var release chan struct{}
	h := newHarnessWith(t, wire.Limits{Places: 2, PlacesOfKey: 1, Bytes: 1 << 20, BytesOfKey: 1 << 20, Answer: 1 << 20})
	wire.Register(h.server.Server, wire.Operation{ID: "block", Method: "GET", Path: "/test", Tag: "test", Summary: "Block", Heavy: true},
		func(context.Context, *struct{}) (wire.Answer[wire.None], error) {
			<-release
			return wire.Answer[wire.None]{}, nil
		})
	as, id := h.keyWith(object{"heavy_questions": 3})
	synctest.Test(t, func(t *testing.T) {
		release = make(chan struct{})
		answers := make(chan int)
		for range 3 {
			go func() { answers <- h.quiet("GET", "/test", as) }()
		}
		synctest.Wait()
		require.Contains(t, h.call("GET", "/metrics").do().Body.String(), "kundi_http_heavy_questions_waiting 2\n")
		h.call("GET", "/test").with("Authorization", as).problem(429, "too-many-at-once")
		h.call("GET", "/v1/contacts/x").with("Authorization", as).problem(404, "not-found")
		ok[countBody](h.call("POST", "/v1/contacts/count", object{}), 200)
		for range 3 {
			release <- struct{}{}
			require.Equal(t, 200, <-answers)
		}
	})
	require.Zero(t, h.server.LoadOf(id))
	require.Zero(t, h.server.Load())
}

// waited is an index whose text has not reached any change.
type waited struct {
	Index
	waiting chan struct{}
	reached chan struct{}
}

func (b *waited) WaitFor(context.Context, uint64) error {
	b.waiting <- struct{}{}
	<-b.reached
	return nil
}

// TestWaitingForAChangeTakesNoPlace: searches that wait for a change keep nobody
// from working, and work in a place when it has come.
func TestWaitingForAChangeTakesNoPlace(t *testing.T) {
	limits := wire.DefaultLimits(1)
	limits.Places = 1
	h := newHarnessWith(t, limits)
	h.create(object{"name": "Ada"})
	h.settled()
	index := &waited{Index: h.server.index, waiting: make(chan struct{}), reached: make(chan struct{})}
	h.server.index = index
	admin := "Bearer " + h.keys[access.ScopeAdmin]
	for _, target := range []string{"/v1/contacts/search?q=ada&min_seq=1", "/v1/contacts/suggest?q=ada&min_seq=1"} {
		answers := make(chan int)
		go func() { answers <- h.quiet("GET", target, admin) }()
		<-index.waiting
		require.Zero(t, h.server.Load().Placed)
		ok[countBody](h.call("POST", "/v1/contacts/count", object{}), 200)
		index.reached <- struct{}{}
		require.Equal(t, 200, <-answers)
		require.Zero(t, h.server.Load().Placed)
	}
}

// TestHeavyQuestionsWaitForAWhileOnly, and a batch longer than the others.
func TestHeavyQuestionsWaitForAWhileOnly(t *testing.T) {
	h := newHarnessWith(t, withoutPlaces())
	synctest.Test(t, func(t *testing.T) {
		for target, most := range map[string]time.Duration{"/v1/contacts/count": 5 * time.Second, "/v1/contacts/batch": 20 * time.Second} {
			began := time.Now()
			body := object{}
			if target == "/v1/contacts/batch" {
				body = object{"contacts": []object{{"name": "Ada"}}}
			}
			h.call("POST", target, body).problem(503, "busy")
			require.Equal(t, most, time.Since(began))
		}
	})
}

// withoutPlaces are limits by which no heavy question is ever worked on.
func withoutPlaces() wire.Limits {
	limits := wire.DefaultLimits(1)
	limits.Places = 0
	return limits
}

// quiet makes a request outside of the test's own goroutine.
func (h *harness) quiet(method, target, as string) int {
	r := httptest.NewRequest(method, target, nil)
	r.Host = "localhost"
	r.Header.Set("Authorization", as)
	w := httptest.NewRecorder()
	h.server.Handler().ServeHTTP(w, r)
	return w.Code
}

// TestContactsCountAsBytesWhenTheyAreRead, before any of them is encoded.
func TestContactsCountAsBytesWhenTheyAreRead(t *testing.T) {
	limits := wire.DefaultLimits(1)
	limits.BytesOfKey = 4 * 600
	h := newHarnessWith(t, limits)
	for range 4 {
		_, err := h.server.contacts.Create(t.Context(), ledger.Caller{}, fields.Draft{"name": strings.Repeat("x", 500), "city": strings.Repeat("y", 100)})
		require.NoError(t, err)
	}
	h.call("GET", "/v1/contacts").problem(429, "too-many-bytes")
	require.Zero(t, h.server.Load())
}

// TestTheOwnerIsNotLimited: imports go through the socket.
func TestTheOwnerIsNotLimited(t *testing.T) {
	h := newHarnessWith(t, wire.Limits{})
	api := &API{served: h.server.Server}
	for range 3 {
		r := httptest.NewRequest("POST", "/v1/contacts/batch", strings.NewReader(`{"contacts":[{"name":"Ada"}]}`))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		api.OwnerHandler().ServeHTTP(w, r)
		require.Equal(t, 200, w.Code, w.Body.String())
		require.Empty(t, rest(w))
	}
}

// TestBatchesWaitInPlaces: a large body is read in a place as well, whatever
// asks for it, and gives it back.
func TestBatchesWaitInPlaces(t *testing.T) {
	h := newHarness(t)
	var items []object
	for i := range 1_000 {
		items = append(items, object{"name": "Ada " + strconv.Itoa(i), "city": strings.Repeat("x", 100)})
	}
	done, _ := ok[batchBody](h.call("POST", "/v1/contacts/batch", object{"contacts": items}), 200)
	require.Len(t, done.Results, 1_000)
	text, err := json.Marshal(object{"name": "Ada", "attributes": object{"x": strings.Repeat("x", 16<<10)}})
	require.NoError(t, err)
	h.call("POST", "/v1/contacts", text).problem(422, "invalid-contact")
	require.Zero(t, h.server.Load())

	h = newHarnessWith(t, withoutPlaces())
	synctest.Test(t, func(*testing.T) {
		h.call("POST", "/v1/contacts", text).problem(503, "busy")
		h.call("POST", "/v1/contacts", object{"name": strings.Repeat("x", 17<<10)}).problem(503, "busy")
		h.call("POST", "/v1/contacts", object{"name": strings.Repeat("x", 15<<10)}).problem(422, "invalid-contact")
	})
}
