package perf

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/fixtures"
)

// tactic is one way to harm the others with a key that may shape segments. Its requests
// are asked again as soon as they are answered.
type tactic struct {
	name        string
	connections int
	next        func(i int) request
}

// arsenal is what the requests of an attack are made of.
type arsenal struct {
	contacts int
	people   *fixtures.Generator
	batches  [][]byte

	mu       sync.Mutex // guards segments
	segments []string   // ids of those that it has made
}

// The segments of an attack. Their number matters little, since a request has at most 32
// levels and 500 rules. But each is large and dear.
const (
	hostileSegments = 95
	scheduled       = 10 // of them, every minute
	batchBodies     = 16
)

func newArsenal(contacts int, people *fixtures.Generator) *arsenal {
	a := &arsenal{contacts: contacts, people: people}
	for i := range batchBodies {
		a.batches = append(a.batches, a.batch(i))
	}
	return a
}

// tactics lists all. What a filter may name and a body may weigh is used up.
func (a *arsenal) tactics() []tactic {
	return []tactic{
		{"searches", 8, a.search},
		{"suggestions", 4, func(i int) request { return request{path: suggestPath(a.words(i, 3))} }},
		{"likenesses", 4, a.similar},
		{"counts of 500 rules", 8, a.count},
		{"counts of segments", 4, a.countSegments},
		{"facets", 4, a.facets},
		{"lists", 4, a.list},
		{"refreshes", 4, a.refresh},
		{"lists of segments", 2, func(int) request { return request{path: "/v1/segments?limit=1000"} }},
		{"new segments", 2, a.define},
		{"changed segments", 2, a.redefine},
		{"batches", 8, func(i int) request { return request{path: "/v1/contacts/batch", body: a.batches[i%len(a.batches)]} }},
		{"upserts", 16, a.upsert},
	}
}

// letters is piece i of a word, a different one for each i up to 26^n.
func letters(i, n int) string {
	word := make([]byte, n)
	for at := range word {
		word[at] = byte('a' + i%26)
		i /= 26
	}
	return string(word)
}

// words are n misspelt words of people, a common provider of e-mail among them.
func (a *arsenal) words(i, n int) string {
	list := []string{[]string{"gmial", "hotmial", "yaho", "outlok"}[i%4]}
	for at := 1; at < n; at++ {
		p := a.people.Person((i*31 + at*7919) % a.contacts)
		word := p.LastName
		if len([]rune(word)) > 3 {
			word = Slip(word)
		}
		list = append(list, word)
	}
	return strings.Join(list, " ")
}

// many is a group of n rules that look into texts. No two are equal.
func many(i, n int) string {
	fields := []string{"name", "email", "city", "company.name", "attributes.job_title"}
	operators := []string{"contains", "not_contains", "ends_with", "contains"}
	rules := make([]string, n)
	for at := range rules {
		k := i*n + at
		rules[at] = fmt.Sprintf(`{"field":%q,"operator":%q,"value":%q}`,
			fields[k%len(fields)], operators[k/len(fields)%len(operators)], letters(k, 2+k%4))
	}
	combinator := []string{"or", "and"}[i%2]
	return `{"combinator":"` + combinator + `","rules":[` + strings.Join(rules, ",") + `]}`
}

var hostileFacets = []string{
	"type", "country", "city", "company.name", "labels", "channels", "attributes.job_title", "attributes.tier", "attributes.interests",
}

func (a *arsenal) search(i int) request {
	body := map[string]any{"query": a.words(i, 10), "limit": 1000}
	switch i % 4 {
	case 1:
		body["query"] = a.words(i, 1)
		body["facets"] = hostileFacets
	case 2:
		body["filter"] = json.RawMessage(many(i, 100))
	case 3:
		body["query"] = letters(i, 1) + " " + letters(i/26, 1) + " " + strings.Repeat(letters(i, 4), 100)
	}
	return request{path: "/v1/contacts/search", body: encode(body)}
}

func (a *arsenal) similar(i int) request {
	p := a.people.Person(i * 7919 % a.contacts)
	return request{path: "/v1/contacts/similar", body: encode(map[string]any{"name": p.FirstName + " " + p.LastName, "city": p.City, "limit": 20})}
}

func (a *arsenal) count(i int) request {
	return request{path: "/v1/contacts/count", body: []byte(`{"filter":` + many(i, 500) + `}`)}
}

// countSegments names all segments, each in a rule of its own.
func (a *arsenal) countSegments(i int) request {
	a.mu.Lock()
	defer a.mu.Unlock()
	rules := make([]string, len(a.segments))
	for at, id := range a.segments {
		rules[at] = fmt.Sprintf(`{"field":"segment","operator":%q,"value":[%q]}`, []string{"in", "not_in"}[(i+at)%2], id)
	}
	return request{path: "/v1/contacts/count", body: []byte(`{"filter":{"combinator":"or","rules":[` + strings.Join(rules, ",") + `]},"sample":100}`)}
}

func (a *arsenal) facets(i int) request {
	body := map[string]any{"facets": hostileFacets}
	if i%2 == 1 {
		body["filter"] = json.RawMessage(many(i, 50))
	}
	return request{path: "/v1/contacts/count", body: encode(body)}
}

func (a *arsenal) list(i int) request {
	sort := []string{"name", "-email", "company.name", "-attributes.mrr", "city,-last_seen_at,name"}[i%5]
	path := "/v1/contacts?limit=1000&sort=" + url.QueryEscape(sort)
	if i%2 == 1 {
		path += "&filter=" + url.QueryEscape(many(i, 40))
	}
	return request{path: path}
}

func (a *arsenal) refresh(i int) request {
	return request{path: "/v1/segments/" + a.segment(i) + "/refresh", body: []byte{}}
}

// segment is the id of one of the segments, "none" while there are none.
func (a *arsenal) segment(i int) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.segments) == 0 {
		return "none"
	}
	return a.segments[i%len(a.segments)]
}

// made takes note of a segment.
func (a *arsenal) made(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.segments = append(a.segments, id)
}

// standing is one of the segments that all others are about: large and dear,
// every third within another.
func (a *arsenal) standing(i int) request {
	rules := many(2*i, 40) // of one or another: most people
	if i%3 == 2 {
		rules += fmt.Sprintf(`,{"field":"segment","operator":"not_in","value":[%q]}`, a.segment(i-1))
	}
	body := map[string]any{
		"name": fmt.Sprintf("Hostile %d", i), "filter": json.RawMessage(`{"combinator":"and","rules":[` + rules + `]}`),
	}
	if i < scheduled {
		body["schedule"] = map[string]any{"cron": "* * * * *", "time_zone": "UTC"}
	}
	return request{path: "/v1/segments", body: encode(body)}
}

// define makes one segment after the other.
func (a *arsenal) define(i int) request {
	return request{path: "/v1/segments", body: encode(map[string]any{
		"name": fmt.Sprintf("Storm %d", i), "filter": json.RawMessage(many(i, 500)), "schedule": map[string]any{"cron": "* * * * *", "time_zone": "UTC"},
	})}
}

func (a *arsenal) redefine(i int) request {
	return request{
		method: http.MethodPatch, path: "/v1/segments/" + a.segment(i),
		body: encode(map[string]any{"description": fmt.Sprint(i), "filter": json.RawMessage(many(2*i, 40))}),
	}
}

// batch changes contacts.MaxBatch people.
func (a *arsenal) batch(i int) []byte {
	drafts := make([]fields.Draft, min(contacts.MaxBatch, a.contacts))
	for at := range drafts {
		drafts[at] = a.people.Contact((i/2*contacts.MaxBatch + at) % a.contacts)
		drafts[at]["city"] = fmt.Sprintf("Siege %d", i)
	}
	return encode(map[string]any{"contacts": drafts})
}

func (a *arsenal) upsert(i int) request {
	draft := a.people.Contact(i * 7919 % a.contacts)
	draft["city"] = fmt.Sprintf("Storm %d", i)
	return upsertOf(draft)
}
