package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
)

// Notes are the use cases of notes.
type Notes interface {
	Edits[notes.Note]
	Get(ctx context.Context, id ledger.ID) (*notes.Note, error)
	Create(ctx context.Context, by ledger.Caller, contact ledger.ID, d fields.Draft) (notes.Result, error)
	Of(ctx context.Context, owners []uint32, pinned bool, after *ledger.Ref, limit int) (list []*notes.Note, next *ledger.Ref, err error)
	Count(ctx context.Context, owners []uint32) (uint64, error)
	Versions(ctx context.Context, id ledger.ID, from notes.Place, limit int) (list []notes.Version, next notes.Place, err error)
}

// noteBody is a note on the wire.
type noteBody struct {
	ID        string     `json:"id" format:"uuid"`
	ContactID string     `json:"contact_id" format:"uuid" doc:"Whom it is about: of a contact that was merged into another, the id of that one."`
	Text      string     `json:"text" doc:"Markdown." example:"Prefers *morning* calls."`
	Pinned    bool       `json:"pinned"`
	Author    authorBody `json:"author" doc:"Who made it: the key. Who changed it since, its versions say."`
	CreatedAt string     `json:"created_at" format:"date-time"`
	UpdatedAt string     `json:"updated_at" format:"date-time"`
	Version   uint64     `json:"version" doc:"The sequence number of the change that wrote this state; the ETag is the same number."`
}

type noteList struct {
	Notes      []noteBody `json:"notes" doc:"The newest first."`
	NextCursor string     `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

// noteInput describes what may be sent of a note.
type noteInput struct {
	Text      string `json:"text,omitempty" null:"no" doc:"Required: Markdown, of several lines." maxLength:"20000" example:"Prefers *morning* calls."`
	Pinned    bool   `json:"pinned,omitempty" doc:"Whether it is one of those to be seen first."`
	CreatedAt string `json:"created_at,omitempty" doc:"Only when the note is made, for one that is older." format:"date-time"`
}

// noteText is the text of a note to be changed, noteCreationText that of one to be made.
type (
	noteText         json.RawMessage
	noteCreationText json.RawMessage
	noteCreation     noteInput
)

// Schema describes it.
func (noteText) Schema(r huma.Registry) *huma.Schema {
	return wire.MergePatch(r, reflect.TypeFor[noteInput]())
}

// Schema describes it.
func (noteCreationText) Schema(r huma.Registry) *huma.Schema {
	return wire.Creation(r, reflect.TypeFor[noteCreation](), "text")
}

type listNotesInput struct {
	ID     ledger.ID `path:"id" noun:"{owner}" doc:"The id of the {owner}."`
	Pinned bool      `query:"pinned" doc:"With true, only the pinned ones."`
	Limit  int       `query:"limit" doc:"{Nouns} a page. It may have fewer and still not be the last: it ends when it has read 1,000 notes, or 4 MiB of texts." minimum:"1" maximum:"1000" default:"50"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before, with the same pinned."`
}

func (s *server) registerNotes() {
	n := wire.Noun{
		Server: s.Server, Article: "a", Name: "note", Plural: "notes", Owner: &wire.Noun{Article: "a", Name: "contact", Plural: "contacts"},
		PatchDoc: "A merge patch (RFC 7396): null removes, absent keeps.",
	}
	e := edits[notes.Note, noteBody]{
		noun: n, kind: notes.Kind, records: s.notes, present: s.presentNote,
		before: func(ctx context.Context) error { return s.countPeople(ctx, 1) }, // the answer has the whole note
	}
	refuses := []int{http.StatusGone}
	registerCreationOf[noteCreationText](e, wire.Operation{
		Refuses: refuses, About: "Its author is the key. It is deleted with the contact. A merge moves no note: after an undo each contact has its own again.",
	}, s.notes.Create)
	wire.Register(n.Server, n.OfOwner(wire.Operation{
		About: "Also those of the contacts that it has absorbed.",
	}, "list-notes", http.MethodGet, "List the notes about a contact"), s.listNotes)
	wire.RegisterGet(n, wire.Operation{}, s.getNote)
	registerEdits[noteText](e, wire.Operation{Refuses: refuses, About: "Another text is another version."}, wire.Operation{About: "Its versions go with it."})
	s.registerNoteVersions(n)
	s.registerNoteSearch()
}

func (s *server) getNote(ctx context.Context, id ledger.ID) (wire.Answer[noteBody], error) {
	note, err := s.notes.Get(ctx, id)
	if err == nil {
		err = s.countPeople(ctx, 1)
	}
	if err != nil {
		return wire.Answer[noteBody]{}, err
	}
	return s.presentNote(ctx, note)
}

// presentNote answers with a note, which is not found when its contact was deleted meanwhile.
func (s *server) presentNote(ctx context.Context, note *notes.Note) (wire.Answer[noteBody], error) {
	owners, err := contacts.Kind.ListMeant(ctx, s.records, []uint32{note.Owner})
	if err == nil && owners[0] == nil {
		err = fault.NotFound("note")
	}
	if err != nil {
		return wire.Answer[noteBody]{}, err
	}
	return wire.Answer[noteBody]{Body: noteOnWire(note, owners[0].ID), Version: note.Version, Moving: true}, nil // a merge gives it another contact_id
}

// noteOnWire writes a note about a contact.
func noteOnWire(n *notes.Note, contact ledger.ID) noteBody {
	return noteBody{
		ID: n.ID.String(), ContactID: contact.String(), Text: n.Text, Pinned: n.Pinned, Author: authorBody{Source: string(n.Source), Name: n.Name},
		CreatedAt: wire.Instant(n.CreatedAt), UpdatedAt: wire.Instant(n.UpdatedAt), Version: n.Version,
	}
}

func (s *server) listNotes(ctx context.Context, in *listNotesInput) (wire.Answer[noteList], error) {
	boundTo := []string{"list-notes", in.ID.String(), strconv.FormatBool(in.Pinned)}
	after, err := s.Cursors.OpenRef(in.Cursor, boundTo...)
	if err != nil {
		return wire.Answer[noteList]{}, err
	}
	contact, _, err := s.contacts.Get(ctx, in.ID)
	if err == nil {
		err = s.countPeople(ctx, 1)
	}
	if err != nil {
		return wire.Answer[noteList]{}, err
	}
	list, next, err := s.notes.Of(ctx, ledger.Ordinals(contacts.Kind, contact), in.Pinned, after, in.Limit)
	if err != nil {
		return wire.Answer[noteList]{}, err
	}
	body := noteList{Notes: make([]noteBody, len(list)), NextCursor: s.Cursors.SealRef(next, boundTo...)}
	for i, note := range list {
		body.Notes[i] = noteOnWire(note, contact.ID)
	}
	return wire.Answer[noteList]{Body: body}, nil
}
