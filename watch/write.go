package watch

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/workers"
)

// What one commit stores. It has a record for each contact and a document for each segment, however many
// events there are: a commit of all contacts and few segments would have a record for nearly every event.
// So many keys keep others waiting for some 10 ms.
const (
	contactsAtOnce = 200
	segmentsAtOnce = 350
	goneAtOnce     = 500 // moves of contacts that are gone, each of which has a document
)

// writers store at the same time, and share what a commit waits for.
const writers = 4

// write stores moves, which are sorted by segment, in as many commits as it takes, and applies what is
// stored, also when it fails.
func (w *Watcher) write(ctx context.Context, moves []move, at time.Time) error {
	at = at.UTC().Truncate(time.Millisecond)
	parts := together(moves)
	stored, failures := make([]bool, len(parts)), make([]error, writers)
	var next atomic.Int64
	workers.Together(min(writers, len(parts)), func(worker int) {
		for i := int(next.Add(1)) - 1; i < len(parts) && failures[worker] == nil; i = int(next.Add(1)) - 1 {
			_, err := w.store.Update(ctx, Author, func(tx ledger.Tx) error { return writePart(tx, parts[i], at) })
			stored[i], failures[worker] = err == nil, err
		}
	})
	for i, part := range parts {
		if !stored[i] {
			continue
		}
		w.metrics.stored(part)
		for _, one := range part {
			one.segment.apply(one.contact, one.entered)
		}
	}
	return errors.Join(failures...)
}

// together parts moves into those of one commit each, which are sorted by segment. It may reorder moves.
func together(moves []move) (parts [][]move) {
	contacts := make([]uint32, len(moves))
	for i := range moves {
		contacts[i] = moves[i].contact
	}
	slices.Sort(contacts)
	contacts = slices.Compact(contacts)
	groupOf := func(m move) int {
		place, _ := slices.BinarySearch(contacts, m.contact)
		return place / contactsAtOnce
	}
	if len(contacts) > contactsAtOnce {
		slices.SortStableFunc(moves, func(a, b move) int { return cmp.Compare(groupOf(a), groupOf(b)) })
	}
	from, segments, gone := 0, 0, 0
	for i := range moves {
		begins := i > 0 && groupOf(moves[i]) != groupOf(moves[i-1])
		if i == from || moves[i].segment != moves[i-1].segment {
			segments++
		}
		if moves[i].gone {
			gone++
		}
		if begins || segments > segmentsAtOnce || gone > goneAtOnce {
			parts = append(parts, moves[from:i])
			from, segments, gone = i, 1, 0
		}
	}
	if from < len(moves) {
		parts = append(parts, moves[from:])
	}
	return parts
}

// writePart stores the moves of one commit: a record for each contact, and then a document for each segment.
func writePart(tx ledger.Tx, moves []move, at time.Time) error {
	records, err := putRecords(tx, moves, at)
	if err != nil {
		return err
	}
	for len(moves) > 0 {
		n := 1
		for n < len(moves) && moves[n].segment == moves[0].segment {
			n++
		}
		if err := putDocuments(tx, moves[:n], records, at); err != nil {
			return err
		}
		moves = moves[n:]
	}
	return nil
}

// putRecords makes the records, and returns them by the ordinals of their contacts. A contact that is gone
// has none.
func putRecords(tx ledger.Tx, moves []move, at time.Time) (map[uint32]*ContactEvents, error) {
	records := map[uint32]*ContactEvents{}
	for i := range moves {
		m := &moves[i]
		if m.gone {
			continue
		}
		e := records[m.contact]
		if e == nil {
			e = &ContactEvents{Owner: m.contact, ID: uuid.Must(uuid.NewV7()), At: at}
			records[m.contact] = e
		}
		e.Events = append(e.Events, Event{Segment: m.segment.ID, Entered: m.entered, Cause: m.cause})
	}
	for _, contact := range slices.Sorted(maps.Keys(records)) { // so the numbers rise as the contacts of a segment do
		err := Kind.Create(tx, records[contact])
		if fault.KindOf(err) == fault.KindNotFound { // deleted meanwhile
			delete(records, contact)
		} else if err != nil {
			return nil, err
		}
	}
	return records, nil
}

// putDocuments stores moves of one segment in a document, but for those of contacts that are gone: each of
// these takes its number from a document of its own.
func putDocuments(tx ledger.Tx, moves []move, records map[uint32]*ContactEvents, at time.Time) error {
	put := func(lines ...line) error {
		d := eventsDocument{At: at, Events: lines}
		return tx.PutDocument(EventDocuments, eventsKey(moves[0].segment.ID, lines[len(lines)-1].Seq), d.encode())
	}
	lines := make([]line, 0, len(moves))
	for _, m := range moves {
		if e := records[m.contact]; e != nil {
			lines = append(lines, line{Seq: e.Version, Contact: m.contact, Entered: m.entered, Cause: m.cause, Record: e.Ordinal})
		}
	}
	if len(lines) > 0 {
		if err := put(lines...); err != nil {
			return err
		}
	}
	for _, m := range moves {
		if records[m.contact] == nil {
			if err := put(line{Seq: tx.Seq(), Contact: m.contact, Entered: m.entered, Cause: m.cause}); err != nil {
				return err
			}
		}
	}
	return nil
}

// flushWhenDue stores the position now and then.
func (w *Watcher) flushWhenDue(ctx context.Context) error {
	if w.now().Sub(w.storedAt) < flushEvery {
		return nil
	}
	return w.flush(ctx)
}

// flush stores the position.
func (w *Watcher) flush(ctx context.Context) error {
	if !w.began || w.seq == w.stored.Seq {
		return nil
	}
	next := position{Seq: w.seq}
	document, err := json.Marshal(next)
	if err != nil {
		return err
	}
	if _, err := w.store.Update(ctx, Author, func(tx ledger.Tx) error { return tx.PutDocument(StateDocuments, positionKey, document) }); err != nil {
		return err
	}
	w.stored, w.storedAt = next, w.now()
	return nil
}
