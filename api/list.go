package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
)

// listInput asks for one page of contacts.
type listInput struct {
	Filter json.RawMessage `query:"filter" doc:"A filter, as JSON (the schema Filter). Absent: everyone." example:"{\"combinator\":\"and\",\"rules\":[{\"field\":\"country\",\"operator\":\"eq\",\"value\":\"KE\"}]}"`
	Sort   string          `query:"sort" doc:"Fields, each with - before it for falling order; at most 5. Contacts without the value come last both ways, ties in the order they were made." example:"-attributes.mrr,name"`
	Limit  int             `query:"limit" doc:"Contacts a page. Absent: 50 in JSON, all in NDJSON and CSV." minimum:"1" maximum:"1000"`
	Cursor string          `query:"cursor" doc:"next_cursor of the page before, in NDJSON and CSV the header Kundi-Next-Cursor, with the same filter and sort."`
}

type contactList struct {
	Contacts   []contactBody `json:"contacts"`
	NextCursor string        `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

func (s *server) registerList() {
	wire.Register(s.Server, wire.Operation{
		ID: "list-contacts", Elsewhere: peopleElsewhere, Method: http.MethodGet, Path: "/v1/contacts", Heavy: true, Tag: "contacts", Summary: "List contacts by filter",
		Media: []string{wire.NDJSONMedia, wire.CSVMedia}, Headers: []string{wire.CountHeader, wire.NextCursorHeader},
		About: "With the header Accept it is application/json, application/x-ndjson (a contact a line) or text/csv (a column for each field, which kundi import reads back). Every acknowledged write is reflected. Paging neither repeats nor skips contacts that stay as they are.",
	}, s.listContacts, checkedAs(s, (*listInput).selection))
}

func (in *listInput) selection() selectionText {
	return selectionText{Filter: in.Filter, Sort: in.Sort}
}

func (s *server) listContacts(ctx context.Context, in *listInput) (wire.Answer[contactList], error) {
	const operation = "list-contacts"
	asked, media := s.question(in.selection()), wire.MediaOf(ctx)
	if media != wire.JSONMedia && in.Limit == 0 {
		stream, err := asked.streamContacts(ctx, media, operation, in.Cursor)
		return wire.Answer[contactList]{Stream: stream}, err
	}
	page, cursor, err := asked.page(ctx, operation, in.Cursor, cmp.Or(in.Limit, 50))
	if err != nil {
		return wire.Answer[contactList]{}, err
	}
	people, err := s.people(ctx, page.Ordinals)
	if err != nil {
		return wire.Answer[contactList]{}, err
	}
	if media != wire.JSONMedia {
		return wire.Answer[contactList]{Stream: pageRows(media, whole(s.records.Schema()), people, countOf(page.Count), cursor)}, nil
	}
	return wire.Answer[contactList]{Body: contactList{Contacts: s.bodies(people), NextCursor: cursor}}, nil
}
