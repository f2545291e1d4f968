package text

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	bleve "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"

	"github.com/ndoto/kundi/ledger"
)

// build makes a new index beside the one that is there, from the store, and
// puts it in its place. The head is noted first; what is written meanwhile is
// replayed from there by the follower.
func (f *follower) build(ctx context.Context) error {
	head := f.source.Head()
	beside := filepath.Join(f.dir, buildFolder)
	if err := os.RemoveAll(beside); err != nil {
		return err
	}
	e, err := openEngine(beside, f.of.version, building, nil)
	if err != nil {
		return err
	}
	if err := f.scan(ctx, e, head); err != nil {
		return errors.Join(err, e.close())
	}
	if err := e.close(); err != nil {
		return err
	}
	if err := f.swap(beside); err != nil {
		return err
	}
	f.marked = head
	if head > 0 {
		f.log.Info("text index built", "applied", head, "tokens", f.terms.Len())
	}
	return nil
}

// How long a build waits for writers.
const calmMost = time.Hour // then it begins all the same

// awaitCalm waits until the log grows by less than a window in Pace.Calm. The index has fallen
// behind the log that is kept. While writers go on as fast, as an import of messages does, what
// is built now would be behind again when it is done.
func (f *follower) awaitCalm(ctx context.Context) {
	head := f.source.Head()
	for until := time.Now().Add(calmMost); time.Now().Before(until) && ctx.Err() == nil; {
		pause(ctx, f.pace.Calm, nil)
		now := f.source.Head()
		if now < head+windowSize {
			return
		}
		head = now
	}
}

// scan writes every record of the kind, some batches at a time, and then that
// they are in.
func (f *follower) scan(ctx context.Context, e *engine, head uint64) error {
	next := ledger.Ref{}
	for more := true; more; {
		var batches []*bleve.Batch
		for len(batches) < writers && more {
			b := bleve.NewBatch()
			var err error
			if next, more, err = f.fillFrom(ctx, b, next); err != nil {
				return err
			}
			batches = append(batches, b)
		}
		if err := writeAll(ctx, e, batches); err != nil {
			return err
		}
	}
	last := bleve.NewBatch()
	f.noteNewest(last)
	return e.write(last, head)
}

// fillFrom fills a batch with the documents from a record on and returns the
// one to go on from.
func (f *follower) fillFrom(ctx context.Context, b *bleve.Batch, from ledger.Ref) (next ledger.Ref, more bool, err error) {
	for len(b.IndexOps) < f.of.batch {
		page, err := f.of.from(ctx, from, pageSize)
		if err != nil || len(page) == 0 {
			return from, false, err
		}
		from = page[len(page)-1].ref
		from.Ordinal++
		f.fill(b, page)
	}
	return from, true, nil
}

// writeAll writes batches at the same time.
func writeAll(ctx context.Context, e *engine, batches []*bleve.Batch) error {
	var group errgroup.Group
	for _, b := range batches {
		group.Go(func() error { return e.batch(b) })
	}
	return errors.Join(group.Wait(), ctx.Err())
}

// swap puts the folder of a finished index in the place of the live one and
// opens it. A crash in between leaves none, and the next start builds again.
func (f *follower) swap(beside string) error {
	live := filepath.Join(f.dir, liveFolder)
	if err := f.closeEngine(); err != nil {
		return err
	}
	if err := os.RemoveAll(live); err != nil {
		return err
	}
	if err := os.Rename(beside, live); err != nil {
		return err
	}
	e, seq, err := openLive(f.dir, f.of.version, f.pace.Gather, nil)
	if err != nil {
		return err
	}
	return f.adopt(e, seq)
}
