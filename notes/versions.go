package notes

import (
	"context"
	"time"

	"github.com/ndoto/kundi/ledger"
)

// Version is one of the texts that a note has had.
type Version struct {
	N    uint32 // from 1, the first text
	Text string
	At   time.Time // zero when the history does not say it any more, and Author too
	// Author is who wrote the text.
	Author ledger.Author
}

// Place is where a page of versions begins: behind the version N, which the change Seq made. The
// zero Place is that of the newest.
type Place struct {
	Seq uint64
	N   uint32
}

// Versions returns up to limit texts of a note, the newest first, from a place on, and where the
// page after it begins, the zero Place at the end. A patch of anything else makes no version. The
// history has the texts, so the setting keep_history removes old ones; those that are left keep
// their numbers. Of the oldest one that is left, the text alone may be known.
func (s *Service) Versions(ctx context.Context, id ledger.ID, from Place, limit int) ([]Version, Place, error) {
	n, err := s.Get(ctx, id)
	if err != nil {
		return nil, Place{}, err
	}
	w, ended, err := walked(ctx, s.store, n, from, limit)
	if err != nil {
		return nil, Place{}, err
	}
	if ended {
		if _, err := s.Get(ctx, id); err != nil { // it may have been deleted meanwhile, and its history with it
			return nil, Place{}, err
		}
	}
	return w.list, w.next, nil
}

// VersionsOf is Versions of a note that was read from the view that r reads.
func VersionsOf(ctx context.Context, r ledger.Histories, n *Note, from Place, limit int) ([]Version, Place, error) {
	w, _, err := walked(ctx, r, n, from, limit)
	if err != nil {
		return nil, Place{}, err
	}
	return w.list, w.next, nil
}

// walked reads a page of versions. ended says that the history has no more entries.
func walked(ctx context.Context, r ledger.Histories, n *Note, from Place, limit int) (w walk, ended bool, err error) {
	w = walk{note: n, from: from, limit: limit, n: n.Versions, text: n.Text}
	upTo := n.Version
	if from != (Place{}) {
		upTo, w.n, w.lost = from.Seq, from.N, true // until the change from is there
	}
	if ended, err = r.WalkHistory(ctx, &Kind.Shape, n.Ordinal, upTo, w.visit); ended && err == nil {
		w.addOldest()
	}
	return w, ended, err
}

// walk goes through the history of a note, the newest entry first.
type walk struct {
	note  *Note
	from  Place
	limit int

	n     uint32 // of the version that the entries to come are about, 0 when there is none
	text  string // of it
	lost  bool   // its text is gone, see addOldest
	list  []Version
	bytes int
	next  Place
}

// visit takes what an entry says of the versions.
func (w *walk) visit(e *ledger.HistoryEntry) (more bool, err error) {
	text, changed := textBefore(e)
	switch {
	case e.Seq == w.from.Seq: // the last one of the page before
		w.n, w.text, w.lost = w.n-1, text, !changed
	case w.n == 0 || !changed && e.Op != ledger.OpCreate:
		return true, nil
	case len(w.list) == w.limit || w.bytes >= maxBytes:
		return false, nil
	default:
		w.add(Version{N: w.n, Text: w.text, At: e.At, Author: e.Author})
		w.next = Place{Seq: e.Seq, N: w.n}
		w.n, w.text = w.n-1, text
	}
	return true, nil
}

func (w *walk) add(v Version) {
	w.list = append(w.list, v)
	w.bytes += len(v.Text)
}

// addOldest adds the version whose entry the history has not got any more, if there is one. Its
// text is known as what the next one replaced.
func (w *walk) addOldest() {
	switch {
	case w.n == 0 || w.lost:
	case len(w.list) == w.limit || w.bytes >= maxBytes:
		return // it is the next page
	case w.n == 1: // its author is that of the note
		w.add(Version{N: 1, Text: w.text, At: w.note.CreatedAt, Author: ledger.Author{Source: w.note.Source, Name: w.note.Name}})
	default:
		w.add(Version{N: w.n, Text: w.text})
	}
	w.next = Place{}
}

// textBefore returns the text that an entry has replaced.
func textBefore(e *ledger.HistoryEntry) (text string, changed bool) {
	for i := range e.Changes {
		if c := &e.Changes[i]; c.Field == textField {
			return c.Old.Text, true
		}
	}
	return "", false
}
