package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/ndoto/kundi/index"
)

// listInput asks for one page of contacts.
type listInput struct {
	Filter json.RawMessage `query:"filter" doc:"A filter, as JSON (the schema Filter). Absent: everyone." example:"{\"combinator\":\"and\",\"rules\":[{\"field\":\"country\",\"operator\":\"eq\",\"value\":\"KE\"}]}"`
	Sort   string          `query:"sort" doc:"Fields, each with - before it for falling order; at most 5. Contacts without the value come last both ways, ties in the order they were made." example:"-attributes.mrr,name"`
	Limit  int             `query:"limit" doc:"Contacts a page." minimum:"1" maximum:"1000" default:"50"`
	Cursor string          `query:"cursor" doc:"next_cursor of the page before, with the same filter and sort."`
}

type contactList struct {
	Contacts   []contactBody `json:"contacts"`
	NextCursor string        `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

func (s *server) registerList() {
	register(s, operation{
		id: "list-contacts", method: http.MethodGet, path: "/v1/contacts", heavy: true, tag: "contacts", summary: "List contacts by filter",
		about: "Every acknowledged write is reflected. Paging neither repeats nor skips contacts that stay as they are.",
	}, s.listContacts)
}

func (s *server) listContacts(ctx context.Context, in *listInput) (answer[contactList], error) {
	chosen, err := s.selection(ctx, selectionText{Filter: in.Filter, Sort: in.Sort})
	if err != nil {
		return answer[contactList]{}, err
	}
	page, cursor, err := s.page(ctx, chosen, in.Limit, in.Cursor, chosen.boundTo("list-contacts", ""))
	if err != nil {
		return answer[contactList]{}, err
	}
	people, err := s.people(ctx, page.Ordinals)
	if err != nil {
		return answer[contactList]{}, err
	}
	return answer[contactList]{Body: contactList{Contacts: s.bodies(people), NextCursor: cursor}}, nil
}

// page asks the columns for the page that begins at a cursor, and seals where
// the next one does.
func (s *server) page(ctx context.Context, chosen *selection, limit int, cursor string, boundTo []string) (index.Answer, string, error) {
	after, err := s.cursors.openPosition(cursor, boundTo...)
	if err != nil {
		return index.Answer{}, "", err
	}
	page, err := s.index.Query(ctx, index.Query{
		Filter: chosen.filter, Env: chosen.env, Facets: chosen.facets, Sort: chosen.sort, After: after, Limit: limit,
	})
	if err != nil {
		return index.Answer{}, "", err
	}
	next, err := s.cursors.sealPosition(page.Next, boundTo...)
	return page, next, err
}
