package watch

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

// Entry is an event as a list of a segment shows it.
type Entry struct {
	// Seq is the number of the event in the log. It is higher than that of every earlier event.
	Seq     uint64
	Contact ledger.ID // the id that the contact had; zero when nothing is left of it
	Entered bool
	Cause   Cause
	At      time.Time
}

// log is the part of the store that reads events.
type log interface {
	ledger.DocumentReader
	ledger.LatestLister
	ledger.FateReader
}

// Events returns up to limit events of a segment behind one with a number, 0 for all, the oldest first.
// They are kept for Kept. A segment that was never watched has none. It may be called at any time.
func (w *Watcher) Events(ctx context.Context, segment ledger.ID, after uint64, limit int) ([]Entry, error) {
	return eventsOf(ctx, w.store, segment, after, limit)
}

// Since returns the moment from which on it is noted who enters and who leaves a segment. It is zero of one
// that is not watched, and of one that has been watched for some seconds only.
func (w *Watcher) Since(ctx context.Context, segment ledger.ID) (time.Time, error) {
	state, err := w.stateOf(ctx, segment)
	return state.Since, err
}

func eventsOf(ctx context.Context, store log, segment ledger.ID, after uint64, limit int) ([]Entry, error) {
	var list []Entry
	var whose []uint32
	for key := eventsKey(segment, after); len(list) < limit; {
		documents, err := store.Documents(ctx, EventDocuments, segmentPrefix(segment), key, 1)
		if err != nil || len(documents) == 0 {
			return list, identify(ctx, store, list, whose, err)
		}
		d, err := decodeDocument(documents[0])
		if err != nil {
			return nil, err
		}
		for _, l := range d.Events {
			if l.Seq > after && len(list) < limit {
				list = append(list, Entry{Seq: l.Seq, Entered: l.Entered, Cause: l.Cause, At: d.At})
				whose = append(whose, l.Contact)
			}
		}
		key = documents[0].Key
	}
	return list, identify(ctx, store, list, whose, nil)
}

// Latest returns up to limit events of a segment, the newest first: those with a number behind after, and before
// another one, 0 for no bound. It is else as Events.
func (w *Watcher) Latest(ctx context.Context, segment ledger.ID, after, before uint64, limit int) ([]Entry, error) {
	return latestOf(ctx, w.store, segment, after, before, limit)
}

func latestOf(ctx context.Context, store log, segment ledger.ID, after, before uint64, limit int) ([]Entry, error) {
	if before == 0 {
		before = math.MaxUint64
	}
	var list []Entry
	var whose []uint32
	// A document has the number of its last event, so the first one at or behind before may have some, too.
	first, err := store.Documents(ctx, EventDocuments, segmentPrefix(segment), eventsKey(segment, before-1), 1)
	if err != nil {
		return nil, err
	}
	for documents, key := first, eventsKey(segment, before); len(list) < limit; {
		if len(documents) == 0 {
			if documents, err = store.LatestDocuments(ctx, EventDocuments, segmentPrefix(segment), key, 1); err != nil || len(documents) == 0 {
				return list, identify(ctx, store, list, whose, err)
			}
			key = documents[0].Key
		}
		d, err := decodeDocument(documents[0])
		if err != nil {
			return nil, err
		}
		for _, l := range slices.Backward(d.Events) {
			if l.Seq <= after {
				return list, identify(ctx, store, list, whose, nil)
			}
			if l.Seq < before && len(list) < limit {
				list = append(list, Entry{Seq: l.Seq, Entered: l.Entered, Cause: l.Cause, At: d.At})
				whose = append(whose, l.Contact)
			}
		}
		documents = nil
	}
	return list, identify(ctx, store, list, whose, nil)
}

// identify fills in the ids of contacts, unless reading has failed before.
func identify(ctx context.Context, store log, list []Entry, whose []uint32, err error) error {
	if err != nil || len(list) == 0 {
		return err
	}
	fates, err := ledger.FatesOf(ctx, store, contacts.Kind, whose)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Contact = fates[i].ID
	}
	return nil
}
