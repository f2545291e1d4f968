package watch

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/workers"
)

// How events are stored.
const (
	mostMoves = 500 // in one commit, when nobody else waits
	writers   = 4   // at the same time, which share what a commit waits for
)

// write stores moves, which are sorted by segment, in as many commits as it takes, and applies what is
// stored, also when it fails.
func (w *Watcher) write(ctx context.Context, moves []move, at time.Time) error {
	at = at.UTC().Truncate(time.Millisecond)
	size := max(mostMoves, (len(moves)+writers-1)/writers) // few are stored in their order
	var parts [writers]part
	for i := range parts {
		parts[i].moves = moves[min(i*size, len(moves)):min((i+1)*size, len(moves))]
	}
	workers.Together(writers, func(i int) { w.writePart(ctx, &parts[i], at) })
	var failures []error
	for _, p := range parts {
		w.metrics.stored(p.moves[:p.stored])
		for _, one := range p.moves[:p.stored] {
			one.segment.apply(one.contact, one.entered)
		}
		failures = append(failures, p.err)
	}
	return errors.Join(failures...)
}

// part is what one writer stores.
type part struct {
	moves  []move
	stored int // the first ones
	err    error
}

func (w *Watcher) writePart(ctx context.Context, p *part, at time.Time) {
	for p.stored < len(p.moves) && p.err == nil {
		stored := 0
		_, p.err = w.store.Update(ctx, Author, func(tx ledger.Tx) (err error) {
			rest := p.moves[p.stored:]
			stored, err = w.writeSome(tx, rest[:min(mostMoves, len(rest))], at)
			return err
		})
		if p.err == nil {
			p.stored += stored
		}
	}
}

// writeSome stores moves until others wait. The events of one segment share a document, but for those
// of contacts that are gone: each of these takes its number from a document of its own.
func (w *Watcher) writeSome(tx ledger.Tx, moves []move, at time.Time) (stored int, err error) {
	var of *watched
	d := eventsDocument{At: at}
	flush := func() error {
		if len(d.Events) == 0 {
			return nil
		}
		document, err := json.Marshal(d)
		if err != nil {
			return err
		}
		last := d.Events[len(d.Events)-1].Seq
		d.Events = nil
		return tx.PutDocument(EventDocuments, eventsKey(of.ID, last), document)
	}
	for stored < len(moves) && (stored == 0 || !tx.Crowded()) {
		m := &moves[stored]
		if of != nil && of != m.segment || m.gone {
			if err := flush(); err != nil {
				return 0, err
			}
		}
		of = m.segment
		l := line{Seq: tx.Seq(), Contact: m.contact, Entered: m.entered, Cause: m.cause}
		if l.Record, err = record(tx, m, at); err != nil {
			return 0, err
		}
		d.Events = append(d.Events, l)
		if l.Record == 0 {
			if err := flush(); err != nil {
				return 0, err
			}
		}
		stored++
	}
	return stored, flush()
}

// record makes the record of an event, and returns its ordinal, 0 when the contact is gone.
func record(tx ledger.Tx, m *move, at time.Time) (uint32, error) {
	if m.gone {
		return 0, nil
	}
	e := &Event{Owner: m.contact, ID: uuid.Must(uuid.NewV7()), Segment: m.segment.ID, Entered: m.entered, Cause: m.cause, At: at}
	err := Kind.Create(tx, e)
	if err != nil && fault.KindOf(err) == fault.KindNotFound {
		return 0, nil // deleted meanwhile
	}
	return e.Ordinal, err
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
