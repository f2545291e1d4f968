package watch

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// watched is a segment that is watched.
type watched struct {
	segments.Watched
	moves   filter.Moves
	state   segmentState
	members *roaring.Bitmap // by the base and the events
	since   int             // how many events are stored since the base
	// whole is why everybody is to be evaluated, 0 when nobody but those who were noted is.
	whole Cause
	// notBefore is when everybody is evaluated again after that was too expensive.
	notBefore time.Time
}

// follow reads the list of watched segments anew when it may be another one.
func (w *Watcher) follow(ctx context.Context) error {
	revision := w.segments.Revision() // before the schema: so another one is followed, too
	schema := w.store.Schema()
	if w.began && revision == w.revision {
		return nil
	}
	list, err := w.segments.Watched(ctx)
	if err != nil {
		return err
	}
	if !w.began {
		if err := w.begin(ctx); err != nil {
			return err
		}
	}
	known := map[ledger.ID]*watched{}
	for _, one := range w.list {
		known[one.ID] = one
	}
	next := make([]*watched, 0, len(list))
	for _, now := range list {
		one := known[now.ID]
		delete(known, now.ID)
		if one == nil {
			if one, err = w.open(ctx, now); err != nil {
				return err
			}
		}
		one.take(now)
		next = append(next, one)
	}
	w.watch(next)
	w.revision, w.schema, w.began = revision, schema, true
	if err := w.forget(ctx, next); err != nil {
		return err
	}
	w.metrics.segments.Set(float64(len(next)))
	return nil
}

// take takes a definition that may have changed.
func (s *watched) take(now segments.Watched) {
	again := s.Filter == nil
	s.Watched, s.moves = now, filter.Stays
	if now.Filter == nil {
		return // nobody can say who is in it; it is evaluated when it fits again
	}
	s.moves = filter.MovesOf(now.Filter.Root)
	switch {
	case again, s.state.Rules != now.Rules:
		s.whole = Definition
	case s.state.Picks != now.Picks && s.whole != Definition:
		s.whole = Picked
	}
}

// watch notes from now on for a list of segments. What was noted for the one before stays.
func (w *Watcher) watch(list []*watched) {
	var filters []*filter.Filter
	for _, one := range list {
		if one.Filter != nil {
			filters = append(filters, one.Filter)
		}
	}
	before := w.noted
	if w.list, w.noted = list, nil; len(filters) > 0 {
		w.noted = w.index.Watch(filters)
	}
	if before != nil {
		w.dirty.Or(before.Take())
		before.Close()
	}
}

// begin reads how far the Watcher was when the program ended.
func (w *Watcher) begin(ctx context.Context) error {
	document, err := w.store.Document(ctx, StateDocuments, positionKey)
	if err != nil {
		return err
	}
	w.seq, w.checked = w.index.Seq(), w.today()
	if document == nil {
		return nil // the first look stores it
	}
	if err := json.Unmarshal(document, &w.stored); err != nil {
		return fmt.Errorf("decode the position of watched segments: %w", err)
	}
	w.seq, w.storedAt = w.stored.Seq, w.now()
	return nil
}

// open reads the members of a segment. One that was not watched before begins with those that it has.
func (w *Watcher) open(ctx context.Context, now segments.Watched) (*watched, error) {
	one := &watched{Watched: now, members: roaring.New(), whole: Unknown}
	var err error
	if one.state, err = w.stateOf(ctx, now.ID); err != nil || one.state.Since.IsZero() {
		return one, err
	}
	for _, chunk := range one.state.Base.Chunks {
		set, err := w.baseChunk(ctx, now.ID, one.state.Base, chunk)
		if err != nil {
			return nil, err
		}
		one.members.Or(set)
	}
	return one, w.replay(ctx, one)
}

// baseChunk reads a chunk of the base of a segment.
func (w *Watcher) baseChunk(ctx context.Context, segment ledger.ID, b base, chunk uint32) (*roaring.Bitmap, error) {
	encoded, err := w.store.Document(ctx, MemberDocuments, memberKey(segment, b.Name, chunk))
	if err != nil {
		return nil, err
	}
	set, err := codec.DecodeSet(chunk, encoded)
	if err != nil {
		return nil, fmt.Errorf("chunk %d of the members of watched segment %s: %w", chunk, segment, err)
	}
	return set, nil
}

// replay applies the events since the base.
func (w *Watcher) replay(ctx context.Context, s *watched) error {
	for key := eventsKey(s.ID, s.state.Base.Seq); ; {
		documents, err := w.store.Documents(ctx, EventDocuments, segmentPrefix(s.ID), key, 100)
		if err != nil || len(documents) == 0 {
			return err
		}
		for _, document := range documents {
			d, err := decodeDocument(document)
			if err != nil {
				return err
			}
			for _, l := range d.Events {
				s.apply(l.Contact, l.Entered)
			}
			key = document.Key
		}
	}
}

// apply applies an event that is stored.
func (s *watched) apply(contact uint32, entered bool) {
	if s.since++; entered {
		s.members.Add(contact)
	} else {
		s.members.Remove(contact)
	}
}

// rebase stores who is in a segment now as its base.
func (w *Watcher) rebase(ctx context.Context, s *watched) error {
	chunks, err := codec.EncodeSet(s.members)
	if err != nil {
		return err
	}
	next := s.state
	next.Base = base{Name: newName(), At: w.now().UTC().Truncate(time.Millisecond)}
	if next.Since.IsZero() {
		next.Since = next.Base.At
	}
	pieces := make([]ledger.Document, len(chunks))
	for i, chunk := range chunks {
		next.Base.Chunks = append(next.Base.Chunks, chunk.Number)
		pieces[i] = ledger.Document{Key: memberKey(s.ID, next.Base.Name, chunk.Number), Value: chunk.Bytes}
	}
	rest, err := ledger.WriteAhead(ctx, w.store, Author, MemberDocuments, pieces, commitBytes)
	if err != nil {
		return err
	}
	_, err = w.store.Update(ctx, Author, func(tx ledger.Tx) error {
		next.Base.Seq = tx.Seq() - 1
		if err := ledger.PutDocuments(tx, MemberDocuments, rest); err != nil {
			return err
		}
		return putState(tx, s.ID, next)
	})
	if err != nil {
		return err
	}
	s.state, s.since = next, 0
	return w.sweepBases(ctx, s.ID, next.Base.Name)
}

// commitBytes is about how many bytes of members one commit has.
const commitBytes = 2 << 20

func putState(tx ledger.Tx, segment ledger.ID, state segmentState) error {
	document, err := json.Marshal(state)
	if err != nil {
		return err
	}
	return tx.PutDocument(StateDocuments, segment.String(), document)
}

// sweepBases removes all bases of a segment but one. Their names rise.
func (w *Watcher) sweepBases(ctx context.Context, segment ledger.ID, but string) error {
	if err := ledger.DeleteDocuments(ctx, w.store, Author, MemberDocuments, segmentPrefix(segment), "", segmentPrefix(segment)+but); err != nil {
		return err
	}
	return ledger.DeleteDocuments(ctx, w.store, Author, MemberDocuments, segmentPrefix(segment), segmentPrefix(segment)+but+"0", "")
}

// forget removes what is stored of segments that are not watched, but for their events.
func (w *Watcher) forget(ctx context.Context, list []*watched) error {
	var gone []ledger.ID
	err := ledger.EachDocument(ctx, w.store, StateDocuments, "", func(d ledger.Document) error {
		id, err := uuid.Parse(d.Key)
		if err != nil {
			return nil // the position
		}
		if !slices.ContainsFunc(list, func(s *watched) bool { return s.ID == id }) {
			gone = append(gone, id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range gone {
		if err := ledger.DeleteDocuments(ctx, w.store, Author, MemberDocuments, segmentPrefix(id), "", ""); err != nil {
			return err
		}
		if _, err := w.store.Update(ctx, Author, func(tx ledger.Tx) error { return tx.DeleteDocument(StateDocuments, id.String()) }); err != nil {
			return err
		}
	}
	return nil
}
