package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ndoto/kundi/app/adapters"
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/dossier"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	"github.com/ndoto/kundi/timeline"
	"github.com/ndoto/kundi/watch"
)

// bothKinds are the kinds of the stores that these tests open.
var bothKinds = []ledger.AnyKind{contacts.Kind, companies.Kind, conversations.Kind, conversations.MessageKind, notes.Kind, conversations.HeldKind, audiences.EventsKind, watch.Kind}

// useCases are those of the nouns whose records are in the store.
func useCases(h *harness) Options {
	people := contacts.NewService(h.store, companies.Directory{}, h.now, nil)
	return Options{
		Contacts:      people,
		Companies:     companies.NewService(h.store, h.now, nil),
		Conversations: conversations.NewService(h.store, people, h.now, nil),
		Notes:         notes.NewService(h.store, h.now, nil),
		Timelines:     timeline.NewService(h.store, adapters.Spans{Index: h.mirror}),
		Dossiers:      dossier.NewService(h.store),
	}
}

// samples are what the tests of all routes need to know of a noun.
type samples struct {
	// heavy are the ids of its operations that are heavy.
	heavy []string
	// writes are a request for each of its operations that write, all of which are done.
	writes func(h *harness) []write
	// one makes one of it, and returns its path and the same as a route.
	one func(h *harness) (path, route string)
}

// write is a request that changes something.
type write struct {
	operation, method, target string
	body                      any
	status                    int
}

// sampled are the nouns that say themselves what the tests of all routes need.
var sampled = []samples{companySamples, conversationSamples, noteSamples, audienceSamples, segmentSamples, personSamples}

var companySamples = samples{
	heavy: []string{"count-companies", "list-companies", "list-company-contacts", "search-companies"},
	writes: func(h *harness) []write {
		company := "/v1/companies/" + h.company(object{"name": "A", "labels": []string{"old"}}).ID
		return []write{
			{"create-company", "POST", "/v1/companies", object{"name": "New"}, 201},
			{"update-company", "PATCH", company, object{"city": "Thika"}, 200},
			{"merge-companies", "POST", company + "/merge", object{"company_id": h.company(object{"name": "Absorbed"}).ID}, 200},
			{"delete-company", "DELETE", "/v1/companies/" + h.company(object{"name": "B"}).ID, nil, 204},
		}
	},
	one: func(h *harness) (path, route string) {
		return "/companies/" + h.company(object{"name": "One"}).ID, "/companies/:id"
	},
}

// allowed are the methods of each path, as the header Allow has them, by the table of scopes.
func allowed() map[string]string {
	methods := map[string][]string{}
	for route := range routeScopes() {
		method, path, _ := strings.Cut(route, " ")
		if methods[path] = append(methods[path], method); method == http.MethodGet {
			methods[path] = append(methods[path], http.MethodHead)
		}
	}
	allow := map[string]string{}
	for path, list := range methods {
		allow[path] = strings.Join(slices.Sorted(slices.Values(append(list, http.MethodOptions))), ", ")
	}
	return allow
}
