package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/notes"
)

type noteSearchInput struct {
	Q         string `query:"q" doc:"Words of the text; the last one may be unfinished. Blank: no note." maxLength:"1000" required:"true" example:"morning calls"`
	ContactID string `query:"contact_id" minLength:"1" doc:"Only notes about this contact, and about those that it has absorbed." format:"uuid"`
	Limit     int    `query:"limit" doc:"Hits a page." minimum:"1" maximum:"100" default:"20"`
	Cursor    string `query:"cursor" doc:"next_cursor of the page before, with the same q and contact_id."`
	MinSeq    uint64 `query:"min_seq" doc:"A Kundi-Seq that the answer must reflect. The search waits for it up to 2 seconds, then 503 index-behind."`
}

type noteSearchBody struct {
	Hits       []noteHitBody `json:"hits" doc:"The newest first."`
	Total      totalBody     `json:"total"`
	NextCursor string        `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
	TookMS     float64       `json:"took_ms" doc:"How long the server took, in milliseconds."`
	Seq        uint64        `json:"seq" doc:"The newest change that the answer reflects."`
}

type noteHitBody struct {
	Note       noteBody     `json:"note"`
	Contact    foundContact `json:"contact"`
	Snippet    string       `json:"snippet"`
	Highlights [][2]int     `json:"highlights"`
}

func (s *server) registerNoteSearch() {
	wire.Register(s.Server, wire.Operation{
		ID: "search-notes", Called: wordsAre("q"), Method: http.MethodGet, Path: "/v1/notes/search", Heavy: true, Tag: "notes", Summary: "Search notes by words",
		Refuses: []int{http.StatusNotFound},
		About:   "Finds notes that have all words, the newest first. " + matchesDoc + snippetDoc,
	}, s.searchNotes)
}

func (s *server) searchNotes(ctx context.Context, in *noteSearchInput) (wire.Answer[noteSearchBody], error) {
	began := s.now()
	found, err := s.searchWritings(ctx, writingsAsked{
		of: fields.EntityNote, name: "search-notes", words: in.Q, contact: in.ContactID, limit: in.Limit, cursor: in.Cursor, minSeq: in.MinSeq,
	})
	if err != nil {
		return wire.Answer[noteSearchBody]{}, err
	}
	list, err := s.readNotes(ctx, &found)
	if err != nil {
		return wire.Answer[noteSearchBody]{}, err
	}
	body := noteSearchBody{Hits: make([]noteHitBody, 0, len(list)), Total: totalBody{Value: found.Total, Relation: "eq"}, NextCursor: found.next, Seq: found.Seq}
	for i, note := range list {
		if note == nil || found.owners[i] == nil {
			continue
		}
		snippet, _, _ := found.Matched.In(note.Text)
		body.Hits = append(body.Hits, noteHitBody{
			Note: noteOnWire(note, found.owners[i].ID), Contact: found.onWire(i), Snippet: snippet.Text, Highlights: snippet.Highlights,
		})
	}
	body.TookMS = s.elapsed(began)
	return wire.Answer[noteSearchBody]{Body: body}, nil
}

// readNotes reads the notes that were found, nil for those that are gone.
func (s *server) readNotes(ctx context.Context, found *writingsFound) ([]*notes.Note, error) {
	list, err := notes.Kind.Many(ctx, s.records, found.refs)
	if err != nil {
		return nil, err
	}
	const fixed = 500
	size := 0
	for _, note := range list {
		if note != nil {
			size += fixed + len(note.Text)
		}
	}
	return list, wire.VisitOf(ctx).Ration().Spend(int64(size))
}
