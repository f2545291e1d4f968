package api

import (
	"context"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/search"
	"github.com/ndoto/kundi/ledger"
)

// What is written about contacts, and by them, is found by words: notes, and conversations by their
// messages.

// foundContact is the contact of what was found.
type foundContact struct {
	ID   string `json:"id" format:"uuid" doc:"Of a contact that was merged into another, the id of that one."`
	Name string `json:"name,omitempty" example:"Amina Yusuf"`
}

const (
	matchesDoc = "While few have the words as they are, a word may also be longer in the text, or have a typo. Only the first 24 words count. "
	snippetDoc = "The snippet has at most 200 characters around what was asked for, and each run of blanks and line breaks in it is one space. " +
		"The highlights are where in the snippet the words are: from and up to, in Unicode characters."
)

// writingsAsked are words to be looked for in texts.
type writingsAsked struct {
	of      fields.Entity // of what is found
	name    string        // of the operation
	words   string
	contact string // id of the contact that they are about, "" for all
	filter  []byte
	limit   int
	cursor  string
	minSeq  uint64
}

// writingsFound is the page of an answer to it.
type writingsFound struct {
	search.WritingAnswer
	refs   []ledger.Ref
	owners []*contacts.Contact // of each of refs, nil for one that is gone
	next   string
}

// searchWritings looks for words in texts.
func (s *server) searchWritings(ctx context.Context, asked writingsAsked) (found writingsFound, err error) {
	if err := s.checkMinSeq(asked.minSeq); err != nil {
		return found, err
	}
	q := s.question(selectionText{Of: asked.of, Filter: asked.filter})
	if err := q.ask(ctx, func() error { return s.lookInWritings(ctx, q.selection, &asked, &found) }); err != nil {
		return found, err
	}
	found.refs = found.Page.Refs()
	return found, s.findOwners(ctx, &found)
}

// lookInWritings asks the text index and the columns for a page of what was found.
func (s *server) lookInWritings(ctx context.Context, chosen *selection, asked *writingsAsked, found *writingsFound) error {
	boundTo := append(chosen.boundTo(asked.name, asked.words), asked.contact)
	after, err := s.Cursors.OpenPosition(asked.cursor, boundTo...)
	if err != nil {
		return err
	}
	owners, err := s.ownersNamed(ctx, asked.contact)
	if err != nil {
		return err
	}
	if asked.minSeq > 0 { // waiting is no work
		err = wire.VisitOf(ctx).OutOfPlace(ctx, func() error { return s.index.WaitForWritings(ctx, asked.of, asked.minSeq) })
		if err != nil {
			return err
		}
	}
	found.WritingAnswer, err = s.index.SearchWritings(ctx, asked.of, search.WritingQuery{
		Text: asked.words, Filter: chosen.filter, Env: chosen.env, Owners: owners, After: after, Limit: asked.limit,
	})
	if err != nil {
		return err
	}
	found.next, err = s.Cursors.SealPosition(found.Next, boundTo...)
	return err
}

// ownersNamed are the ordinals under which records belong to a contact, nil for everyone.
func (s *server) ownersNamed(ctx context.Context, id string) ([]uint32, error) {
	if id == "" {
		return nil, nil
	}
	parsed, err := uuid.Parse(id)
	if err != nil {
		return nil, wire.InvalidRequest([]fault.Fault{{Path: "contact_id", Detail: "must be the id of a contact"}})
	}
	contact, _, err := s.contacts.Get(ctx, parsed)
	if err != nil {
		return nil, err
	}
	return ledger.Ordinals(contacts.Kind, contact), nil
}

// findOwners reads the contacts of what was found, and counts them.
func (s *server) findOwners(ctx context.Context, found *writingsFound) (err error) {
	ordinals := make([]uint32, len(found.refs))
	for i, ref := range found.refs {
		ordinals[i] = ref.Owner
	}
	if found.owners, err = contacts.Kind.ListMeant(ctx, s.records, ordinals); err != nil {
		return err
	}
	people := map[uint32]bool{}
	for _, owner := range found.owners {
		if owner != nil {
			people[owner.Ordinal] = true
		}
	}
	return s.countPeople(ctx, len(people))
}

// onWire writes the contact of what was found.
func (f *writingsFound) onWire(i int) foundContact {
	return foundContact{ID: f.owners[i].ID.String(), Name: f.owners[i].Name}
}
