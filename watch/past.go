package watch

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
)

// Turn is that a contact entered a segment or left it.
type Turn struct {
	Seq     uint64 // of the change that stored it
	At      time.Time
	Contact uint32 // its ordinal
	Entered bool   // or left
	Cause   Cause
}

// Absence is that a contact was a part of another one: nobody of its own, and in no segment.
type Absence struct {
	Contact uint32 // its ordinal
	Merged  uint64 // the change that merged it into the other one
	At      time.Time
	// Parted is the change that undid the merge, 0 while it is not undone.
	Parted uint64
}

// Past is what is kept of when some contacts were in a segment.
type Past struct {
	Turns []Turn // the oldest first
	// Since is the moment from which on all turns are noted, zero of a segment that is not watched.
	Since time.Time
	// Inside are those who were in the segment at Since, nil of a segment that is not watched.
	Inside *roaring.Bitmap
}

// How much is read for a past.
const (
	mostTurns     = 100_000 // events of the contacts, in all segments, the newest
	recordsAtOnce = 100
	mostSearched  = 200 // documents of a segment, for who left it by a merge
	documentsRead = 20  // at once
	unnoticed     = time.Minute
)

// PastOf returns what is kept of when contacts with some ordinals were in a segment. absences returns all those
// of them whose events may be kept, the oldest first; it is not asked of a segment that never was watched. A merge ends the stay of the contact that it absorbs:
// that event stands in the list of the segment only, and the change itself stands for one that is not kept.
// It may be called at any time.
func (w *Watcher) PastOf(ctx context.Context, segment ledger.ID, ordinals []uint32, absences func(context.Context) ([]Absence, error)) (Past, error) {
	var p Past
	state, err := w.stateOf(ctx, segment)
	if err != nil {
		return p, err
	}
	if p.Since = state.Since; p.Since.IsZero() {
		some, err := w.store.Documents(ctx, EventDocuments, segmentPrefix(segment), "", 1)
		if err != nil || len(some) == 0 {
			return p, err // it never was watched
		}
	}
	if p.Turns, err = w.turnsOf(ctx, segment, ordinals); err != nil {
		return p, err
	}
	absent, err := absences(ctx)
	if err != nil {
		return p, err
	}
	for _, a := range absent {
		left, err := w.leftBy(ctx, segment, a, p.Turns)
		if err != nil {
			return p, err
		}
		if left != nil {
			at, _ := slices.BinarySearchFunc(p.Turns, *left, compareTurns)
			p.Turns = slices.Insert(p.Turns, at, *left)
		}
	}
	if !p.Since.IsZero() {
		p.Inside, err = w.insideAt(ctx, segment, state, ordinals, p.Turns)
	}
	if err != nil { // maybe because another base was stored meanwhile
		now, again := w.stateOf(ctx, segment)
		if again == nil && now.Base.Name != state.Base.Name {
			return w.PastOf(ctx, segment, ordinals, absences)
		}
	}
	return p, err
}

func compareTurns(a, b Turn) int {
	return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Contact, b.Contact))
}

// stateOf reads what is stored of a watched segment, the zero state of one that is not watched.
func (w *Watcher) stateOf(ctx context.Context, segment ledger.ID) (state segmentState, err error) {
	document, err := w.store.Document(ctx, StateDocuments, segment.String())
	if err != nil || document == nil {
		return state, err
	}
	if err := json.Unmarshal(document, &state); err != nil {
		return state, fmt.Errorf("decode a watched segment: %w", err)
	}
	return state, nil
}

// turnsOf reads the records of contacts, and returns what they say of a segment, the oldest first.
func (w *Watcher) turnsOf(ctx context.Context, segment ledger.ID, ordinals []uint32) (turns []Turn, err error) {
	window := ledger.Window{Reverse: true, Limit: recordsAtOnce}
	for read, more := 0, true; more && read < mostTurns; {
		list, err := Kind.OwnedBy(ctx, w.store, ordinals, window)
		if err != nil {
			return nil, err
		}
		for _, record := range list {
			read += len(record.Events)
			for _, e := range record.Events {
				if e.Segment == segment {
					turns = append(turns, Turn{record.Version, record.At, record.Owner, e.Entered, e.Cause})
				}
			}
		}
		if more = len(list) == window.Limit; more {
			last := Kind.Stamp(list[len(list)-1]).Ref()
			window.After = &last
		}
	}
	slices.SortFunc(turns, compareTurns)
	return turns, nil
}

// leftBy returns the turn by which a contact left a segment when it was merged, nil if it did not. turns are
// those that its records say.
func (w *Watcher) leftBy(ctx context.Context, segment ledger.ID, a Absence, turns []Turn) (*Turn, error) {
	var before, after *Turn
	for i := range turns {
		switch t := &turns[i]; {
		case t.Contact != a.Contact:
		case t.Seq < a.Merged:
			before = t
		case after == nil:
			after = t
		}
	}
	if before != nil && !before.Entered {
		return nil, nil // it was not in it
	}
	left, err := w.search(ctx, segment, a)
	if left != nil || err != nil || before == nil {
		return left, err
	}
	switch returned := after != nil && after.Entered; {
	case a.Parted == 0 && w.now().Sub(a.At) < unnoticed:
		return nil, nil // nobody has looked yet
	case a.Parted != 0 && !returned:
		return nil, nil // nobody looked before that was undone
	}
	return &Turn{a.Merged, a.At, a.Contact, false, Merged}, nil
}

// search looks in the list of a segment for the event of a contact that has just been merged.
func (w *Watcher) search(ctx context.Context, segment ledger.ID, a Absence) (*Turn, error) {
	key := eventsKey(segment, a.Merged)
	for read := 0; read < mostSearched; read += documentsRead {
		documents, err := w.store.Documents(ctx, EventDocuments, segmentPrefix(segment), key, documentsRead)
		if err != nil {
			return nil, err
		}
		for _, document := range documents {
			d, err := decodeDocument(document)
			if err != nil {
				return nil, err
			}
			for _, l := range d.Events {
				switch {
				case a.Parted != 0 && l.Seq > a.Parted:
					return nil, nil
				case l.Contact == a.Contact && l.Seq > a.Merged && !l.Entered:
					return &Turn{l.Seq, d.At, l.Contact, false, l.Cause}, nil
				}
			}
			key = document.Key
		}
		if len(documents) < documentsRead {
			break
		}
	}
	return nil, nil
}

// insideAt returns which contacts were in a segment when it began to be watched: those whose first turn since
// then is that they left, and those of the base who have had none.
func (w *Watcher) insideAt(ctx context.Context, segment ledger.ID, state segmentState, ordinals []uint32, turns []Turn) (*roaring.Bitmap, error) {
	inside, open := roaring.New(), roaring.BitmapOf(ordinals...)
	for _, t := range turns {
		if !t.At.Before(state.Since) && open.CheckedRemove(t.Contact) && !t.Entered {
			inside.Add(t.Contact)
		}
	}
	for _, chunk := range state.Base.Chunks {
		if !slices.ContainsFunc(open.ToArray(), func(ordinal uint32) bool { return codec.ChunkOf(ordinal) == chunk }) {
			continue
		}
		members, err := w.baseChunk(ctx, segment, state.Base, chunk)
		if err != nil {
			return nil, err
		}
		inside.Or(roaring.And(members, open))
	}
	return inside, nil
}
