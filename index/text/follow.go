package text

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	bleve "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// How the follower works.
const (
	logPage     = 1_000                  // changes read at once
	windowSize  = 20_000                 // changes coalesced at once, at most
	pageSize    = 1_000                  // records read at once
	largeBatch  = 10_000                 // documents in a batch, at most: the fewer batches, the less is merged
	smallBatch  = 20_000                 // the same, where documents are small
	writers     = 2                      // batches under way at once, but for loads
	nap         = 200 * time.Millisecond // what a change may wait for others to come
	reopenEvery = 60                     // failed writes after which the index is opened anew
	markEvery   = 50_000                 // changes without text after which the mark is written
)

// follow is the follower's goroutine.
func (x *Index) follow(ctx context.Context) {
	defer close(x.stopped)
	f := follower{Index: x, orphans: x.rows != nil} // who knows what was deleted before
	for ctx.Err() == nil {
		more, err := f.step(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			x.fail(err)
			pause(ctx, f.pace.Retry, nil)
			f.mend()
			continue
		case more:
		default:
			x.setState(stateFollowing)
			f.sweepWhenDue(ctx)
			f.keepWords()
			f.rest(ctx)
		}
		f.failures = 0
	}
	f.keepWords() // files may have been merged since something was written
}

// mend opens the index anew when writes go on failing: at the second time,
// then now and then. Bleve does not always take writes again once a file of
// its own has failed it. What cannot be opened is built by the next step.
func (f *follower) mend() {
	f.failures++
	if f.failures != 2 && f.failures%reopenEvery != 0 {
		return
	}
	f.log.Warn("text index is opened anew", "failures", f.failures)
	// That its files cannot be closed in order is what is to be mended.
	_ = f.closeEngine()
	if err := f.openLive(nil); err != nil {
		f.fail(err)
	}
	f.marked = f.Applied()
}

// follower is the state of the writing goroutine.
type follower struct {
	*Index
	marked   uint64    // the newest change that the index itself says is applied
	failures int       // of steps, one after the other
	orphans  bool      // there may be some
	swept    time.Time // when they were looked for
	pulse    pulse
	ahead    uint64 // the newest change that applyAhead has seen
}

// step builds the index when there is none, or applies a window of the log.
// more says that the log had more than a window.
func (f *follower) step(ctx context.Context) (more bool, err error) {
	f.mu.RLock()
	e, applied := f.engine, f.applied
	f.mu.RUnlock()
	if e == nil {
		f.setState(stateBuilding)
		return true, f.build(ctx)
	}
	if err := e.health(); err != nil {
		return false, err
	}
	changes, err := f.window(ctx, applied)
	if fault.KindOf(err) == fault.KindGone {
		f.log.Warn("text index is behind the log and will be built anew", "applied", applied)
		f.setState(stateBuilding)
		f.awaitCalm(ctx)
		return true, f.build(ctx)
	}
	if err != nil || len(changes) == 0 {
		return false, err
	}
	load := isLoad(changes) && f.concerned(changes)
	goesOn := false
	if load {
		if goesOn, err = f.awaitLoad(ctx, e, changes[0].At); err != nil {
			return false, err
		}
		if len(changes) < windowSize { // there are more now
			if changes, err = f.window(ctx, applied); err != nil {
				return false, err
			}
		}
	}
	if err := f.applyWindow(ctx, e, changes, goesOn); err != nil {
		return false, err
	}
	if load {
		_, err = f.applyAhead(ctx, e)
	}
	return len(changes) >= windowSize, err
}

// applyWindow applies changes and notes that it has. With sparing it takes one processor at most.
func (f *follower) applyWindow(ctx context.Context, e *engine, changes []ledger.Change, sparing bool) error {
	seq := changes[len(changes)-1].Seq
	touched, err := f.touched(ctx, changes)
	if err != nil {
		return err
	}
	if len(touched) > 0 {
		if err := f.apply(ctx, e, touched, seq, sparing); err != nil {
			return err
		}
		f.marked = seq
	}
	f.advance(seq)
	if seq-f.marked >= markEvery {
		f.mark()
	}
	return nil
}

// window reads the log after a change, page by page up to windowSize.
func (f *follower) window(ctx context.Context, after uint64) ([]ledger.Change, error) {
	var window []ledger.Change
	for len(window) < windowSize {
		page, err := f.source.Changes(ctx, after, logPage)
		if err != nil {
			return nil, err
		}
		window = append(window, page...)
		if len(page) < logPage {
			break
		}
		after = page[len(page)-1].Seq
	}
	return window, nil
}

// touched returns the records whose terms the changes may have changed, each once, in
// the order in which they were first changed. It notes whether there may be orphans.
func (f *follower) touched(ctx context.Context, changes []ledger.Change) ([]ledger.Ref, error) {
	var list []ledger.Ref
	seen := map[ledger.Ref]bool{}
	add := func(ref ledger.Ref) {
		if !seen[ref] {
			seen[ref] = true
			list = append(list, ref)
		}
	}
	for i := range changes {
		c := &changes[i]
		t := f.of.touches(c)
		if t.itself {
			add(c.Ref())
		}
		if t.linked != "" {
			linked, err := f.linked(t.linked, c.Ordinal)
			if err != nil {
				return nil, err
			}
			for _, ordinal := range linked {
				add(ledger.Ref{Ordinal: ordinal})
			}
		}
		f.orphans = f.orphans || t.orphans
	}
	return list, ctx.Err()
}

// linked returns the records that are indexed with the ordinal of another one.
func (f *follower) linked(field Field, to uint32) ([]uint32, error) {
	r, err := f.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	docs, err := r.Term(field, ordinalTerm(to))
	if err != nil {
		return nil, err
	}
	return r.Rows(docs).ToArray(), nil
}

// apply reads the present records and writes their documents; seq is the newest change that they
// are at least as new as. With sparing a window is one batch: several would be merged at once,
// which takes as long as making them, and a processor is left to whoever writes.
func (f *follower) apply(ctx context.Context, e *engine, refs []ledger.Ref, seq uint64, sparing bool) error {
	f.writing.Lock()
	defer f.writing.Unlock()
	if !sparing && len(refs) > writers*pageSize || len(refs) > windowSize {
		if err := f.applyAtOnce(ctx, e, refs); err != nil {
			return err
		}
		refs = nil
	}
	b, err := f.renewed(ctx, refs)
	if err != nil {
		return err
	}
	return e.write(b, seq)
}

// applyAtOnce writes documents in several batches at the same time, without the mark.
func (f *follower) applyAtOnce(ctx context.Context, e *engine, refs []ledger.Ref) error {
	var group errgroup.Group
	group.SetLimit(writers)
	for part := range slices.Chunk(refs, min(f.of.batch, (len(refs)+writers-1)/writers)) {
		group.Go(func() error {
			b, err := f.renewed(ctx, part)
			if err != nil {
				return err
			}
			return e.batch(b)
		})
	}
	return errors.Join(group.Wait(), ctx.Err())
}

// renewed returns a batch of the present documents of records, or that there
// are none.
func (f *follower) renewed(ctx context.Context, refs []ledger.Ref) (*bleve.Batch, error) {
	b := bleve.NewBatch()
	var words []string
	for page := range slices.Chunk(refs, pageSize) {
		docs, err := f.of.present(ctx, page)
		if err != nil {
			return nil, err
		}
		words = append(words, f.fill(b, docs)...)
	}
	f.terms.Add(words) // before the documents: words without a document find nothing
	f.noteNewest(b)
	return b, nil
}

// noteNewest puts into a batch which change its records may have something of, once they are read.
func (f *follower) noteNewest(b *bleve.Batch) {
	b.SetInternal(aheadKey, binary.BigEndian.AppendUint64(nil, f.source.Head()))
}

// fill adds documents to a batch, or that they are gone, and returns the words that are kept
// in memory.
func (f *follower) fill(b *bleve.Batch, docs []doc) (words []string) {
	for i := range docs {
		d := &docs[i]
		id := f.of.id(d.ref)
		if d.terms == nil {
			b.Delete(id)
			continue
		}
		if f.of.spelled {
			words = append(words, d.terms.spelled()...)
		}
		b.Update(newDocument(id, d.terms))
	}
	return words
}

// mark writes how far the index is when changes without text have moved it
// since the last batch. A mark that is not written costs a replay.
func (f *follower) mark() {
	f.mu.RLock()
	e, applied := f.engine, f.applied
	f.mu.RUnlock()
	if e == nil || applied <= f.marked {
		return
	}
	if err := e.write(bleve.NewBatch(), applied); err != nil {
		f.fail(err)
		return
	}
	f.marked = applied
}

// rest waits until the log grows, then a little for more to come, unless
// someone waits for the change. While something is on its way to disk, it ends
// now and then for a look at that, and when orphans are to be looked for.
func (f *follower) rest(ctx context.Context) {
	var look, sweep <-chan time.Time
	if f.hasUndurable() {
		look = time.After(f.pace.Gather)
	}
	if f.orphans {
		sweep = time.After(time.Until(f.swept.Add(f.pace.Sweep)))
	}
	select {
	case <-f.grown:
		pause(ctx, nap, f.hurry)
	case <-f.hurry:
	case <-look:
	case <-sweep:
	case <-ctx.Done():
	}
}

func (f *follower) hasUndurable() bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.engine != nil && !f.engine.isDurable()
}

// pause waits; it is cut short, and true, by hurry, which may be nil.
func pause(ctx context.Context, d time.Duration, hurry <-chan struct{}) (hurried bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-hurry:
		return true
	case <-ctx.Done():
	}
	return false
}

// fail notes that a write did not succeed; the first time it is logged.
func (x *Index) fail(err error) {
	x.mu.Lock()
	before := x.state
	x.state = stateFailing
	x.mu.Unlock()
	if before != stateFailing {
		x.log.Error("text index cannot follow; trying again", "error", err)
	}
}

func (x *Index) setState(state string) {
	x.mu.Lock()
	x.state = state
	x.mu.Unlock()
}
