package watch

import (
	"context"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// When everybody is evaluated, and when bases are stored anew.
const (
	checkHour   = 3                   // of the day in the zone of the workspace
	mostSince   = 1_000               // events since the base
	oldestBase  = 30 * 24 * time.Hour // which is less than Kept
	eventsAPart = 100                 // documents
)

// today is the day in the zone of the workspace.
func (w *Watcher) today() string {
	return dayOf(filter.EnvOf(w.store.Schema(), w.now()))
}

// checkWhenDue checks once a day, at night.
func (w *Watcher) checkWhenDue(ctx context.Context) error {
	if today := w.today(); w.checked != today && w.now().In(w.store.Schema().Zone()).Hour() >= checkHour {
		if err := w.Check(ctx); err != nil {
			return err
		}
		w.checked = today
	}
	return nil
}

// Check evaluates all watched segments of everybody, as of the moment of the last look, and puts right
// what differs from what was noted. Contacts that were written since that look are left to the next one.
// It also stores bases anew and removes old events.
func (w *Watcher) Check(ctx context.Context) error {
	for _, s := range w.list {
		if s.Filter == nil || s.whole != 0 {
			continue
		}
		if err := w.check(ctx, s); err != nil {
			return err
		}
		s.members.RunOptimize()
		if s.since > mostSince || w.now().Sub(s.state.Base.At) > oldestBase {
			if err := w.rebase(ctx, s); err != nil {
				return err
			}
		}
	}
	return w.removeOld(ctx)
}

func (w *Watcher) check(ctx context.Context, s *watched) error {
	found, err := w.index.MembersWithin(ctx, []*filter.Filter{s.Filter}, nil, w.env)
	if fault.KindOf(err) == fault.KindInvalid {
		return nil // it is too expensive
	}
	if err != nil {
		return err
	}
	if w.steady() != nil {
		return nil // the filter may be another one
	}
	w.take()
	turned := roaring.AndNot(roaring.Xor(s.members, found[0]), w.dirty)
	if turned.IsEmpty() {
		return nil
	}
	w.metrics.differed.Add(float64(turned.GetCardinality()))
	w.log.Error("the members of a watched segment were not those that its events say; they are now", "segment", s.ID, "contacts", turned.GetCardinality())
	l := &look{Watcher: w, timed: roaring.New()}
	l.compare(s, roaring.And(s.members, turned), roaring.And(found[0], turned), Reconciled)
	if err := w.settle(ctx, newHappened(0), l.moves); err != nil {
		return err
	}
	return w.write(ctx, l.moves, w.now())
}

// removeOld removes events that are older than Kept, with their records.
func (w *Watcher) removeOld(ctx context.Context) error {
	before := w.now().Add(-Kept)
	for after := ""; ; {
		first, err := w.store.Documents(ctx, EventDocuments, "", after, 1)
		if err != nil || len(first) == 0 {
			return err
		}
		segment, err := uuid.Parse(first[0].Key[:36])
		if err != nil {
			return err
		}
		if err := w.removeOldOf(ctx, segment, before); err != nil {
			return err
		}
		after = segmentPrefix(segment) + "~" // behind all numbers
	}
}

func (w *Watcher) removeOldOf(ctx context.Context, segment ledger.ID, before time.Time) error {
	for {
		documents, err := w.store.Documents(ctx, EventDocuments, segmentPrefix(segment), "", eventsAPart)
		if err != nil {
			return err
		}
		for i, document := range documents {
			d, err := decodeDocument(document)
			if err != nil {
				return err
			}
			if !d.At.Before(before) {
				return nil
			}
			if err := w.remove(ctx, documents[i].Key, d); err != nil {
				return err
			}
		}
		if len(documents) < eventsAPart {
			return nil
		}
	}
}

// remove removes the events of a document.
func (w *Watcher) remove(ctx context.Context, key string, d eventsDocument) error {
	_, err := w.store.Update(ctx, Author, func(tx ledger.Tx) error {
		for _, l := range d.Events {
			if l.Record == 0 {
				continue
			}
			e, err := Kind.At(tx, ledger.Ref{Owner: l.Contact, Ordinal: l.Record, At: d.At.UnixMilli()})
			if fault.KindOf(err) == fault.KindNotFound {
				continue // the contact is gone, and with it what belonged to it
			}
			if err != nil {
				return err
			}
			if err := Kind.Delete(tx, e); err != nil {
				return err
			}
		}
		return tx.DeleteDocument(EventDocuments, key)
	})
	return err
}
