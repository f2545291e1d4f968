package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/access"
	_ "github.com/ndoto/kundi/repeatable"
)

// TestPeopleWithinAnHour: whatever is read when, no hour has more people than
// it may, nobody is refused who has any left for an hour and a minute, and the
// time that is told is long enough.
func TestPeopleWithinAnHour(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type reading struct {
			at time.Time
			n  int
		}
		var r peopleRead
		var all []reading
		within := func(now time.Time, d time.Duration) (n int) {
			for _, one := range all {
				if one.at.After(now.Add(-d)) {
					n += one.n
				}
			}
			return n
		}
		most := rapid.IntRange(0, 20).Draw(t, "most")
		now := time.Date(2026, 11, 28, 9, 0, 59, 0, time.UTC)
		for range rapid.IntRange(1, 50).Draw(t, "readings") {
			now = now.Add(time.Duration(rapid.IntRange(0, 20*60).Draw(t, "seconds")) * time.Second)
			n := rapid.IntRange(1, 8).Draw(t, "people")
			left, after, ok := r.take(now, n, most)
			if !ok {
				require.Greater(t, within(now, 61*time.Minute)+n, most)
				require.Less(t, left, n)
				require.LessOrEqual(t, after, time.Hour)
				require.Equal(t, n <= most, after > 0, "waiting helps unless nobody may read that many")
				if n <= most {
					later := r
					_, _, ok := later.take(now.Add(after), n, most)
					require.True(t, ok, "it may be read after the time that was told")
				}
				continue
			}
			all = append(all, reading{now, n})
			require.LessOrEqual(t, within(now, time.Hour), most)
		}
	})
}

// assistants returns a harness, and the key of an assistant that may read at most most
// people an hour.
func assistants(t *testing.T, most int) (h *harness, as string) {
	h = newHarness(t)
	ok[settingsBody](h.call("PATCH", "/v1/settings", object{"ai_people_per_hour": most}), 200)
	return h, "Bearer " + h.keys[access.ScopeAI]
}

func TestPeopleReadByAssistantsAreCounted(t *testing.T) {
	h, as := assistants(t, 1_000_000)
	segment := h.segment("Nairobi", "Nairobi")
	h.settle("Nairobi", 5)
	ada := h.create(object{"name": "Ada Lovelace", "email": "ada@example.org", "city": "London"})
	h.refresh(segment.ID, 201)
	h.settled()
	read := func() (n int) {
		for _, m := range h.readBy(access.ScopeAI).minutes {
			n += m.people
		}
		return n
	}
	count := object{"facets": []string{"city", "email"}}
	talk := "/v1/conversations/" + h.receive(object{"channel": "email", "sender": object{"email": "ada@example.org"}, "message": object{"text": "Hi"}}).Conversation.ID
	for _, c := range []struct {
		call   *call
		people int
	}{
		{h.call("GET", "/v1/contacts/"+ada.ID), 1},
		{h.call("GET", "/v1/contacts/"+strings.Replace(ada.ID, "0", "1", 1)), 0},
		{h.call("PATCH", "/v1/contacts/"+ada.ID, object{}), 1},
		{h.call("POST", "/v1/contacts/upsert", object{"email": "ada@example.org"}), 1},
		{h.call("GET", "/v1/contacts?limit=4"), 4},
		{h.call("GET", "/v1/contacts"), 6},
		{h.call("POST", "/v1/contacts/count", object{"sample": 3}), 3},
		{h.call("POST", "/v1/contacts/count", count), 2}, // London and Ada's e-mail are one person's
		{h.call("POST", "/v1/contacts/search", object{"query": "ada"}), 1},
		{h.call("POST", "/v1/contacts/search", object{"query": "ada", "facets": []string{"city"}}), 2},
		{h.call("POST", "/v1/contacts/search", object{"facets": []string{"city"}, "limit": 2}), 3},
		{h.call("GET", "/v1/contacts/suggest?q=ada"), 1},
		{h.call("POST", "/v1/contacts/similar", object{"email": "ada@example.org"}), 1},
		{h.call("GET", "/v1/segments/"+segment.ID+"/members?limit=2"), 2},
		{h.call("GET", "/v1/segments/"+segment.ID+"/snapshots/1/members"), 5},
		{h.call("GET", "/v1/segments/"+segment.ID+"/members").with("Accept", "text/csv"), 5},
		{h.call("GET", "/v1/segments/"+segment.ID+"/snapshots/1/members?limit=3").with("Accept", "application/x-ndjson"), 3},
		{h.call("GET", "/v1/segments/"+segment.ID+"/explain?contact="+ada.ID), 1},
		{h.call("POST", "/v1/segments/preview", object{"sample": 1, "facets": []string{"city"}}), 3}, // Ada alone is in London, and reached by e-mail
		{h.call("GET", talk), 1},
		{h.call("GET", talk+"/messages"), 1},
		{h.call("PATCH", talk, object{"priority": "low"}), 1},
		{h.call("POST", talk+"/messages", object{"direction": "outbound", "text": "Ho"}), 1},
		{h.call("POST", "/v1/conversations", object{"channel": "email", "sender": object{"email": "ada@example.org"}, "message": object{"text": "Hi"}}), 1},
		{h.call("GET", "/v1/conversations"), 1},
		{h.call("GET", "/v1/contacts/"+ada.ID+"/conversations"), 1},
		{h.call("POST", "/v1/conversations/search", object{"limit": 1}), 1},
		{h.call("POST", "/v1/conversations/count", object{"sample": 1}), 1},
		{h.call("POST", "/v1/conversations/count", object{}), 0},
		{h.call("POST", "/v1/contacts/count", object{}), 0},
		{h.call("POST", "/v1/contacts", object{"name": "Own"}), 0},
		{h.call("GET", "/v1/segments/"+segment.ID), 0},
	} {
		before := read()
		require.Less(t, c.call.with("Authorization", as).do().Code, 405)
		require.Equal(t, c.people, read()-before, "%s %s", c.call.method, c.call.target)
	}
	id := h.idOf(access.ScopeAI)
	require.Contains(t, h.call("GET", "/metrics").do().Body.String(), fmt.Sprintf(`kundi_ai_people_read_total{key="%s"} %d`, id, read()))
	h.call("GET", "/v1/contacts").do()
	require.NotContains(t, h.call("GET", "/metrics").do().Body.String(), `kundi_ai_people_read_total{key="`+h.idOf(access.ScopeAdmin), "others are not counted")
	require.Zero(t, h.readBy(access.ScopeAdmin))
}

// readBy is what the key of a scope has read.
func (h *harness) readBy(scope access.Scope) (read peopleRead) {
	if r := h.server.readers.byKey[uuid.MustParse(h.idOf(scope))]; r != nil {
		read = *r
	}
	return read
}

func (h *harness) idOf(scope access.Scope) string {
	for _, key := range h.server.keys.List() {
		if key.Scope == scope {
			return key.ID.String()
		}
	}
	return ""
}

// settled waits until searches find all that was written.
func (h *harness) settled() {
	h.t.Helper()
	ok[boxBody](h.call("GET", fmt.Sprintf("/v1/search?q=settled&min_seq=%d", h.store.Head())), 200)
}

func TestAssistantsReadSoManyPeopleAnHour(t *testing.T) {
	h, as := assistants(t, 10)
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	h.clock = func() time.Time { return now }
	segment := h.segment("Nairobi", "Nairobi")
	people := h.settle("Nairobi", 12)
	list := func(limit int) *call {
		return h.call("GET", "/v1/contacts?limit="+strconv.Itoa(limit)).with("Authorization", as)
	}
	p := list(12).problem(429, "people-limit")
	require.Equal(t, "This key may read 10 people an hour. 10 are left, and this answer has 12. Ask for at most 10.", p.Detail)
	require.Empty(t, list(12).do().Header().Get("Retry-After"), "no waiting helps")
	ok[contactList](list(7), 200)
	p = list(4).problem(429, "people-limit")
	require.Contains(t, p.Detail, "may read 10 people an hour. 3 are left, and this answer has 4. Ask for fewer, or later.")
	require.Equal(t, "3600", list(4).do().Header().Get("Retry-After"))
	w := h.call("GET", "/v1/segments/"+segment.ID+"/members").with("Authorization", as).with("Accept", "text/csv").do()
	require.Equal(t, 429, w.Code, "a stream is refused before it begins")
	require.NotContains(t, w.Body.String(), people[0])
	ok[contactList](list(3), 200)
	h.call("GET", "/v1/contacts/"+people[0]).with("Authorization", as).problem(429, "people-limit")
	ok[contactList](h.call("GET", "/v1/contacts"), 200)

	head := h.store.Head()
	h.call("PATCH", "/v1/contacts/"+people[0], object{"city": "Mombasa"}).with("Authorization", as).problem(429, "people-limit")
	h.call("POST", "/v1/contacts/upsert", object{"name": "New", "email": "new@example.org"}).with("Authorization", as).problem(429, "people-limit")
	require.Equal(t, head, h.store.Head(), "what is refused changes nothing")

	now = now.Add(time.Hour)
	ok[contactList](list(10), 200)
	ok[settingsBody](h.call("PATCH", "/v1/settings", object{"ai_people_per_hour": 11}), 200)
	ok[contactList](list(1), 200)
	ok[settingsBody](h.call("PATCH", "/v1/settings", object{"ai_people_per_hour": 0}), 200)
	now = now.Add(2 * time.Hour)
	p = list(1).problem(429, "people-limit")
	require.Equal(t, "Keys of scope ai may read no people: the setting ai_people_per_hour is 0.", p.Detail)
	require.Empty(t, list(1).do().Header().Get("Retry-After"), "no waiting helps")
}

// TestOnlyPeopleWhoWereAnsweredCount: what is refused, not found or had by the
// caller already leaves as many to read as before.
func TestOnlyPeopleWhoWereAnsweredCount(t *testing.T) {
	h, as := assistants(t, 2)
	ada := h.create(object{"name": "Ada", "email": "ada@example.org"})
	path, missing := "/v1/contacts/"+ada.ID, "/v1/contacts/"+strings.Replace(ada.ID, "0", "1", 1)
	w := h.call("GET", path).with("Authorization", as).do()
	require.Equal(t, 200, w.Code)
	for range 3 {
		h.call("PATCH", path, object{"email": "x"}).with("Authorization", as).problem(422, "invalid-contact")
		h.call("PATCH", missing, object{"city": "Nairobi"}).with("Authorization", as).problem(404, "not-found")
		h.call("POST", "/v1/contacts/upsert", object{"email": "x"}).with("Authorization", as).problem(422, "invalid-contact")
		h.call("PATCH", path, object{}).with("Authorization", as).with("If-Match", `"9"`).problem(412, "version-mismatch")
		require.Equal(t, 304, h.call("GET", path).with("Authorization", as).with("If-None-Match", w.Header().Get("ETag")).do().Code)
	}
	ok[contactBody](h.call("PATCH", path, object{"city": "Nairobi"}).with("Authorization", as), 200)
	h.call("GET", path).with("Authorization", as).problem(429, "people-limit")
	require.Contains(t, h.call("GET", "/metrics").do().Body.String(), fmt.Sprintf(`kundi_ai_people_read_total{key="%s"} 2`, h.idOf(access.ScopeAI)))
}

// TestAssistantsMayAlwaysCreate: what an assistant has just written tells it
// nothing. What others have added since does, when it repeats the request.
func TestAssistantsMayAlwaysCreate(t *testing.T) {
	h, as := assistants(t, 0)
	create := func() *call {
		return h.call("POST", "/v1/contacts", object{"name": "New", "company": "Maji Safi"}).with("Authorization", as).with("Idempotency-Key", "k")
	}
	made, _ := ok[contactBody](create(), 201)
	again, _ := ok[contactBody](create(), 201)
	require.Equal(t, made, again, "repeated, it is what it wrote")
	ok[contactBody](h.call("PATCH", "/v1/contacts/"+made.ID, object{"city": "Nairobi"}), 200)
	create().problem(429, "people-limit")
}

// TestEveryAnswerWithContactsIsCounted walks all operations that an assistant
// may call and whose answer describes a contact: none answers one that has read
// as many people as it may. A new operation that forgets to count fails here.
func TestEveryAnswerWithContactsIsCounted(t *testing.T) {
	h, as := assistants(t, 0)
	segment := h.segment("Nairobi", "Nairobi")
	ada := h.create(object{"name": "Ada", "email": "ada@example.org", "city": "Nairobi", "company": "Acme"})
	ok[contactBody](h.call("POST", "/v1/contacts/"+h.create(object{"name": "Ben", "city": "Nairobi"}).ID+"/block"), 200)
	h.refresh(segment.ID, 201)
	audience := h.audience(object{"segment_id": segment.ID, "campaign": "c"})
	h.settled()
	bodies := map[string]any{
		"upsert-contact": object{"email": "ada@example.org"}, "update-contact": object{},
		"search-contacts": object{"query": "ada"}, "count-contacts": object{"sample": 1}, "preview-segment": object{"sample": 1}, "similar-contacts": object{"email": "ada@example.org"},
	}
	schemas, err := json.Marshal(h.server.OpenAPI().Components.Schemas.Map())
	require.NoError(t, err)
	walked := 0
	for path, item := range h.server.OpenAPI().Paths {
		for method, op := range operationsOf(item) {
			if !slices.Contains(routeScopes()[method+" "+routeForm(path)], access.ScopeAI) || !h.describesContact(op.Responses, schemas) {
				continue
			}
			walked++
			target := strings.NewReplacer("segments/{id}", "segments/"+segment.ID, "audiences/{id}", "audiences/"+audience.ID, "companies/{id}", "companies/"+ada.Company.ID, "{id}", ada.ID, "{n}", "1", "{field}/{value}", "email/ada@example.org").Replace(path)
			if strings.HasSuffix(path, "/search") && method == "GET" || strings.HasSuffix(path, "/suggest") {
				target += "?q=ada"
			}
			if op.OperationID == "list-audience-held-back" {
				target += "?reason=blocked"
			}
			var body []any
			if b, has := bodies[op.OperationID]; has {
				body = append(body, b)
			}
			if op.OperationID == "create-contact" {
				continue // what was just written is not counted
			}
			h.call(method, target, body...).with("Authorization", as).problem(429, "people-limit")
		}
	}
	require.Equal(t, 18, walked)
}

// describesContact reports whether one of the answers may hold values of
// contacts.
func (h *harness) describesContact(responses any, schemas []byte) bool {
	text, err := json.Marshal(responses)
	require.NoError(h.t, err)
	var all map[string]json.RawMessage
	require.NoError(h.t, json.Unmarshal(schemas, &all))
	seen := map[string]bool{}
	var walk func(text string) bool
	walk = func(text string) bool {
		for _, part := range strings.Split(text, "#/components/schemas/")[1:] {
			name, _, _ := strings.Cut(part, `"`)
			if name == "Contact" || name == "Suggestion" || name == "Absorbed" {
				return true
			}
			if !seen[name] {
				seen[name] = true
				if walk(string(all[name])) {
					return true
				}
			}
		}
		return false
	}
	return walk(string(text))
}

// TestARevokedKeyIsForgotten: also when one of its answers is still being sent.
func TestARevokedKeyIsForgotten(t *testing.T) {
	registry := prometheus.NewRegistry()
	r, err := newReaders(registry)
	require.NoError(t, err)
	key, at := uuid.New(), time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	r.take(key, at, 2, 10)
	r.take(key, at, 3, 10)
	r.finish(key, at, 2, true)
	r.forget(key)
	r.finish(key, at, 3, true)
	r.finish(key, at, 3, false)
	require.Empty(t, r.byKey)
	metrics, err := registry.Gather()
	require.NoError(t, err)
	require.Empty(t, metrics)
}
