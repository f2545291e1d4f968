package index

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/search"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/workers"
)

// openText is a text index, and what Verify calls it.
type openText struct {
	*text.Index
	what string
}

// writings are the kinds of texts that people write. Records are found by their words.
var writings = []struct {
	texts, found fields.Entity // of the texts, and of the records that are found
	what, folder string
	latest       string // the field by which the records found are in order
	documents    func(ledger.Records) text.Documents
}{
	{fields.EntityMessage, fields.EntityConversation, "text of messages", "messages", "last_message_at", text.MessageDocuments},
	{fields.EntityNote, fields.EntityNote, "text of notes", "notes", "created_at", text.NoteDocuments},
}

// openTexts opens the text indexes, each in a folder of its own: of contacts and companies, and of
// the texts that the source has. They follow the log once begin is closed.
func (x *Index) openTexts(ctx context.Context, o Options, begin <-chan struct{}) (err error) {
	open := func(what, folder string, of text.Documents, live func() (*roaring.Bitmap, uint64)) (*text.Index, error) {
		return x.openText(ctx, o, what, folder, text.Options{Documents: of, Live: live, Begin: begin})
	}
	if x.text, err = open("text", "text", text.ContactDocuments(o.Source), nil); err != nil {
		return err
	}
	if x.companyText, err = open("text of companies", "companies", text.CompanyDocuments(o.Source), nil); err != nil {
		return err
	}
	x.writings = map[fields.Entity]*search.Writings{}
	for _, w := range writings {
		if !slices.ContainsFunc(o.Kinds, func(k ledger.AnyKind) bool { return k.Info().Entity == w.texts }) {
			continue
		}
		t, err := open(w.what, w.folder, w.documents(o.Source), func() (*roaring.Bitmap, uint64) { return x.rows(w.found) })
		if err != nil {
			return err
		}
		x.writings[w.found] = search.NewWritings(w.found, w.latest, w.texts != w.found, countedOf{x, w.found}, t)
	}
	return nil
}

// openText opens one of them, of which the options say what it is of and when it begins.
func (x *Index) openText(ctx context.Context, o Options, what, folder string, of text.Options) (*text.Index, error) {
	of.Logger = o.Logger
	if folder != "text" {
		of.Logger = o.Logger.With("of", folder)
	}
	of.Dir, of.Source, of.Registerer, of.Pace = filepath.Join(o.Dir, folder), o.Source, o.Registerer, o.Pace
	t, err := text.Open(ctx, of)
	if err == nil {
		x.texts = append(x.texts, openText{t, what})
	}
	return t, err
}

// rows are the ordinals of all records of an entity that there are, and the newest change that they
// reflect.
func (x *Index) rows(of fields.Entity) (rows *roaring.Bitmap, seq uint64) {
	x.table.View(func(v *columns.View) { rows, seq = v.Of(of).Everyone(), v.Seq() })
	return rows, seq
}

// closeTexts closes the text indexes at the same time: each may wait for its disk.
func (x *Index) closeTexts(ctx context.Context) error {
	if len(x.texts) == 0 {
		return nil
	}
	errs := make([]error, len(x.texts))
	workers.Together(len(x.texts), func(i int) { errs[i] = x.texts[i].Close(ctx) })
	return errors.Join(errs...)
}

// SearchWritings finds the records of an entity by the words of texts, such as conversations by
// those of their messages. Errors are those of search.Writings.Search.
func (x *Index) SearchWritings(ctx context.Context, of fields.Entity, q search.WritingQuery) (search.WritingAnswer, error) {
	w := x.writings[of]
	if w == nil {
		return search.WritingAnswer{}, fmt.Errorf("index: there are no texts of %q", of)
	}
	return w.Search(ctx, q)
}

// WaitForWritings waits until such searches reflect a change, as WaitFor does for people.
func (x *Index) WaitForWritings(ctx context.Context, of fields.Entity, seq uint64) error {
	w := x.writings[of]
	if w == nil {
		return fmt.Errorf("index: there are no texts of %q", of)
	}
	return w.WaitFor(ctx, seq)
}
