package api

import (
	"context"
	"encoding/binary"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
)

// noteVersionBody is one of the texts that a note has had.
type noteVersionBody struct {
	N      uint32      `json:"n" doc:"From 1, the first text." example:"2"`
	Text   string      `json:"text"`
	At     string      `json:"at,omitempty" format:"date-time" doc:"When it was written. Absent, as the author, when only the text is known still: of the oldest one that the setting keep_history has left."`
	Author *authorBody `json:"author,omitempty" doc:"Who wrote it."`
}

type noteVersionList struct {
	Versions   []noteVersionBody `json:"versions" doc:"The newest first."`
	NextCursor string            `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type noteVersionsInput struct {
	ID     ledger.ID `path:"id" noun:"{noun}" doc:"The id of the {noun}."`
	Limit  int       `query:"limit" doc:"Versions a page. It may have fewer and still not be the last: it ends when it has 4 MiB of texts." minimum:"1" maximum:"1000" default:"50"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before."`
}

// registerNoteVersions adds GET of the versions of a note.
func (s *server) registerNoteVersions(n wire.Noun) {
	wire.Register(n.Server, n.OfOne(wire.Operation{
		About: "A change of anything else makes no version. Texts that are older than the setting keep_history are gone, and those that are left keep their numbers.",
	}, "list-note-versions", http.MethodGet, "/versions", "Which texts a note has had, and who wrote them"), s.listNoteVersions)
}

func (s *server) listNoteVersions(ctx context.Context, in *noteVersionsInput) (wire.Answer[noteVersionList], error) {
	boundTo := []string{"list-note-versions", in.ID.String()}
	from, err := s.openVersionPlace(in.Cursor, boundTo)
	if err != nil {
		return wire.Answer[noteVersionList]{}, err
	}
	list, next, err := s.notes.Versions(ctx, in.ID, from, in.Limit)
	if err == nil {
		err = s.countPeople(ctx, 1)
	}
	if err != nil {
		return wire.Answer[noteVersionList]{}, err
	}
	body := noteVersionList{Versions: make([]noteVersionBody, len(list)), NextCursor: s.sealVersionPlace(next, boundTo)}
	for i := range list {
		body.Versions[i] = versionOnWire(&list[i])
	}
	return wire.Answer[noteVersionList]{Body: body}, nil
}

// versionOnWire writes a text that a note has had.
func versionOnWire(v *notes.Version) noteVersionBody {
	body := noteVersionBody{N: v.N, Text: v.Text, At: wire.Instant(v.At)}
	if !v.At.IsZero() {
		body.Author = &authorBody{Source: string(v.Author.Source), Name: v.Author.Name}
	}
	return body
}

// sealVersionPlace returns the cursor for a page of versions, "" for the zero Place.
func (s *server) sealVersionPlace(p notes.Place, boundTo []string) string {
	if p == (notes.Place{}) {
		return ""
	}
	return s.Cursors.Seal(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, p.Seq), p.N), boundTo...)
}

// openVersionPlace returns the place of a cursor, the zero Place for "".
func (s *server) openVersionPlace(cursor string, boundTo []string) (notes.Place, error) {
	if cursor == "" {
		return notes.Place{}, nil
	}
	state, err := s.Cursors.Open(cursor, boundTo...)
	if err != nil {
		return notes.Place{}, err
	}
	return notes.Place{Seq: binary.BigEndian.Uint64(state), N: binary.BigEndian.Uint32(state[8:])}, nil
}
