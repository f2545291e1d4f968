package api

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
)

// keyWith makes a key with limits of its own.
func (h *harness) keyWith(limits object) (as string, of *usage) {
	h.t.Helper()
	body := object{"name": "limited", "scope": "agent"}
	for name, value := range limits {
		body[name] = value
	}
	made, _ := ok[keyBody](h.call("POST", "/v1/keys", body), 201)
	as = "Bearer " + made.Key
	ok[settingsBody](h.call("GET", "/v1/settings").with("Authorization", as), 200)
	for id, u := range h.server.usages.byKey {
		if id.String() == made.ID {
			return as, u
		}
	}
	h.t.Fatal("the key has no usage")
	return "", nil
}

func (h *harness) usageOf(scope access.Scope) *usage {
	for _, key := range h.server.keys.List() {
		if key.Scope == scope {
			return h.server.usages.of(key, time.Now())
		}
	}
	return nil
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
	h.server.now = func() time.Time { return now }
	h.server.machine.now = h.server.now
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
	ok[none](h.call("DELETE", "/v1/keys/"+id), 204)
	require.NotContains(t, h.call("GET", "/metrics").do().Body.String(), id, "nothing is kept of a key that is gone")
}

// TestHeavyOperations says which operations are heavy, and that those and no
// others are refused when a key has as many under way as it may.
func TestHeavyOperations(t *testing.T) {
	h := newHarness(t)
	for _, scope := range access.Scopes {
		h.call("GET", "/v1/settings").with("Authorization", "Bearer "+h.keys[scope]).do()
	}
	full := h.usageOf(access.ScopeAdmin)
	full.heavy = full.limits.HeavyQuestions
	var heavy []string
	for path, item := range h.server.huma.OpenAPI().Paths {
		for method, op := range operationsOf(item) {
			w := h.call(method, pathOf(ginPath(path))).do()
			if refused := w.Code == 429; refused {
				require.Contains(t, w.Body.String(), `"type":"too-many-at-once"`)
				require.Equal(t, "1", w.Header().Get("Retry-After"))
				heavy = append(heavy, op.OperationID)
			}
			require.Equal(t, w.Code == 429, op.Extensions["x-heavy"] == true, op.OperationID)
		}
	}
	slices.Sort(heavy)
	require.Equal(t, []string{
		"batch-contacts", "count-contacts", "create-segment", "find-contacts", "get-segment", "list-attributes", "list-contacts",
		"list-segment-changes", "list-segment-members", "list-segments", "list-snapshot-members", "refresh-segment", "search-contacts", "similar-contacts", "suggest-contacts", "update-segment",
	}, heavy)
	h.call("POST", "/v1/contacts/count", object{}).with("Authorization", "Bearer "+h.keys[access.ScopeAgent]).do()
	h.call("GET", "/metrics").problem(429, "too-many-at-once")
	full.heavy = 0
	require.Zero(t, full.requests, "what is refused is not under way")
}

// TestHeavyQuestionsLeaveOthersAlone: while a key keeps its whole share busy and
// has others waiting, another key's questions and its own small ones go on.
func TestHeavyQuestionsLeaveOthersAlone(t *testing.T) {
	var release chan struct{}
	h := withRoutes(t, func(s *server) {
		register(s.machine, operation{id: "block", method: "GET", path: "/test", tag: "test", summary: "Block", heavy: true},
			func(context.Context, *struct{}) (answer[echoBody], error) {
				<-release
				return answer[echoBody]{}, nil
			})
	})
	h.server.places.free, h.server.places.each = 2, 1
	as, u := h.keyWith(object{"heavy_questions": 3})
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
	require.Zero(t, u.heavyNow())
	require.Equal(t, 2, h.server.places.free)
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
	h := newHarness(t)
	h.create(object{"name": "Ada"})
	h.settled()
	h.server.places = newPlaces(1, 1)
	index := &waited{Index: h.server.index, waiting: make(chan struct{}), reached: make(chan struct{})}
	h.server.index = index
	admin := "Bearer " + h.keys[access.ScopeAdmin]
	for _, target := range []string{"/v1/contacts/search?q=ada&min_seq=1", "/v1/contacts/suggest?q=ada&min_seq=1"} {
		answers := make(chan int)
		go func() { answers <- h.quiet("GET", target, admin) }()
		<-index.waiting
		require.Equal(t, 1, h.server.places.free)
		ok[countBody](h.call("POST", "/v1/contacts/count", object{}), 200)
		index.reached <- struct{}{}
		require.Equal(t, 200, <-answers)
		require.Equal(t, 1, h.server.places.free)
	}
}

// TestHeavyQuestionsWaitForAWhileOnly, and a batch longer than the others.
func TestHeavyQuestionsWaitForAWhileOnly(t *testing.T) {
	h := newHarness(t)
	h.server.places = newPlaces(0, 0)
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

func (u *usage) heavyNow() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.heavy
}

// quiet makes a request outside of the test's own goroutine.
func (h *harness) quiet(method, target, as string) int {
	r := httptest.NewRequest(method, target, nil)
	r.Host = "localhost"
	r.Header.Set("Authorization", as)
	w := httptest.NewRecorder()
	h.server.engine.ServeHTTP(w, r)
	return w.Code
}

func TestAPanicGivesEverythingBack(t *testing.T) {
	h := withRoutes(t, func(s *server) {
		register(s.machine, operation{id: "panic", method: "POST", path: "/test", tag: "test", summary: "Panic", heavy: true},
			func(context.Context, *echoInput) (answer[echoBody], error) { panic("oh") })
	})
	h.call("POST", "/test", `{"name":"x"}`).problem(500, "internal")
	u := h.usageOf(access.ScopeAdmin)
	require.Zero(t, u.heavy)
	require.Zero(t, u.requests)
	require.Zero(t, u.bytes.used.Load())
	require.Zero(t, h.server.bytes.used.Load())
	require.Empty(t, h.server.places.lines)
}

func TestRequestsAtOnce(t *testing.T) {
	h := newHarness(t)
	as, u := h.keyWith(nil)
	u.requests = maxAtOnce
	h.call("GET", "/v1/settings").with("Authorization", as).problem(429, "too-many-at-once")
	u.requests--
	ok[settingsBody](h.call("GET", "/v1/settings").with("Authorization", as), 200)
	require.Equal(t, maxAtOnce-1, u.requests)
}

func TestBytesInFlight(t *testing.T) {
	large := `{"name":"` + strings.Repeat("x", 100<<10) + `"}`
	h := withRoutes(t, echo)
	u := h.usageOf(access.ScopeAdmin)
	u.bytes.most, h.server.bytes.most = 110<<10, 120<<10
	ok[echoBody](h.call("POST", "/test", `{"name":"x"}`), 201)
	p := h.call("POST", "/test", large+strings.Repeat(" ", 20<<10)).problem(429, "too-many-bytes")
	require.Contains(t, p.Detail, "32 MiB")
	ok[echoBody](h.call("POST", "/test", large), 201)

	u.bytes.most = 1 << 30
	require.True(t, h.server.bytes.take(30<<10), "others have bodies, too")
	w := h.call("POST", "/test", large).do()
	require.Equal(t, 503, w.Code)
	require.Contains(t, w.Body.String(), `"type":"busy"`)
	require.Equal(t, "1", w.Header().Get("Retry-After"))
	ok[echoBody](h.call("POST", "/test", `{"name":"x"}`), 201)
	require.Zero(t, u.bytes.used.Load())
	require.EqualValues(t, 30<<10, h.server.bytes.used.Load(), "what is refused gives back what it had")
}

// TestAnswersCountAsBytes. One that tells of a write is never refused, for that is
// done; while it is sent, what is asked next is.
func TestAnswersCountAsBytes(t *testing.T) {
	out := answer[echoBody]{Body: echoBody{Name: strings.Repeat("x", 100<<10)}}
	h := withRoutes(t, func(s *server) {
		register(s.machine, operation{id: "get", method: "GET", path: "/test", tag: "test", summary: "Get"},
			func(context.Context, *struct{}) (answer[echoBody], error) { return out, nil })
	})
	u := h.usageOf(access.ScopeAdmin)
	u.bytes.most = 64 << 10
	h.call("GET", "/test").problem(429, "too-many-bytes")
	h.server.maxAnswer = 64 << 10
	h.call("GET", "/test").problem(413, "answer-too-large")
	out.Seq = 7
	ok[echoBody](h.call("GET", "/test"), 200)
	require.Zero(t, u.bytes.used.Load())

	v := &visit{server: h.server.machine, usage: u}
	v.chargeBytes(100 << 10)
	h.call("GET", "/test").problem(429, "too-many-bytes")
	v.giveBytes(100 << 10)
	ok[echoBody](h.call("GET", "/test"), 200)
}

// TestContactsCountAsBytesWhenTheyAreRead, and no second time when they are
// encoded.
func TestContactsCountAsBytesWhenTheyAreRead(t *testing.T) {
	h := newHarness(t)
	for range 4 {
		h.create(object{"name": strings.Repeat("x", 500), "city": strings.Repeat("y", 100)})
	}
	u := h.usageOf(access.ScopeAdmin)
	v := &visit{server: h.server.machine, usage: u}
	ctx := context.WithValue(t.Context(), visitKey{}, v)
	list, err := h.server.readContacts(ctx, []uint32{1, 2, 3, 4})
	require.NoError(t, err)
	held := u.bytes.used.Load()
	require.GreaterOrEqual(t, held, int64(4*600))
	b := &buffer{visit: v, most: maxAnswer}
	_, err = b.Write(make([]byte, 2_000))
	require.NoError(t, err)
	require.Equal(t, max(held, firstPiece), u.bytes.used.Load())
	v.giveBytes(v.bytes)

	u.bytes.most = held - 1
	_, err = h.server.readContacts(ctx, []uint32{1, 2, 3, 4})
	require.Equal(t, "too-many-bytes", problemOf(err).Type)
	h.call("GET", "/v1/contacts").problem(429, "too-many-bytes")
	require.Zero(t, u.bytes.used.Load())
	require.Len(t, list, 4)
}

// TestTheOwnerIsNotLimited: imports go through the socket.
func TestTheOwnerIsNotLimited(t *testing.T) {
	h := newHarness(t)
	h.server.places = newPlaces(0, 0)
	h.server.bytes.most = 0
	api := &API{machine: h.server.machine}
	for range 3 {
		r := httptest.NewRequest("POST", "/v1/contacts/batch", strings.NewReader(`{"contacts":[{"name":"Ada"}]}`))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		api.OwnerHandler().ServeHTTP(w, r)
		require.Equal(t, 200, w.Code, w.Body.String())
		require.Empty(t, rest(w))
	}
	require.Empty(t, h.server.usages.byKey)
}

// TestBatchesWaitInPlaces: a large body is read in a place as well, whatever
// asks for it, and gives it back.
func TestBatchesWaitInPlaces(t *testing.T) {
	h := newHarness(t)
	total := h.server.places.free
	var items []object
	for i := range 1_000 {
		items = append(items, object{"name": "Ada " + strconv.Itoa(i), "city": strings.Repeat("x", 100)})
	}
	done, _ := ok[batchBody](h.call("POST", "/v1/contacts/batch", object{"contacts": items}), 200)
	require.Len(t, done.Results, 1_000)
	text, err := json.Marshal(object{"name": "Ada", "attributes": object{"x": strings.Repeat("x", largeBody)}})
	require.NoError(t, err)
	h.call("POST", "/v1/contacts", text).problem(422, "invalid-contact")
	require.Equal(t, total, h.server.places.free)

	h.server.places = newPlaces(0, 0)
	synctest.Test(t, func(*testing.T) {
		h.call("POST", "/v1/contacts", text).problem(503, "busy")
		h.call("POST", "/v1/contacts", object{"name": strings.Repeat("x", 17<<10)}).problem(503, "busy")
		h.call("POST", "/v1/contacts", object{"name": strings.Repeat("x", 15<<10)}).problem(422, "invalid-contact")
	})
}
