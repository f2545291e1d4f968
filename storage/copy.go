package storage

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ndoto/kundi/storage/engine"
)

// Copy writes every pair that one engine holds into another, which must be
// empty, and returns how many there were. What only takes room (superseded and
// deleted values) stays behind. Progress, unless nil, is called now and then
// with the number of pairs so far.
func Copy(ctx context.Context, from, to engine.Engine, random io.Reader, progress func(pairs uint64)) (uint64, error) {
	view, err := from.View(ctx)
	if err != nil {
		return 0, err
	}
	defer view.Close()
	f, err := newFiller(ctx, to, random, progress)
	if err != nil {
		return 0, err
	}
	if err := scan(view, engine.Range{}, f.add); err != nil {
		return 0, err
	}
	return f.pairs, f.flush()
}

// filler writes pairs into an empty engine, a batch at a time.
type filler struct {
	ctx      context.Context
	engine   engine.Engine
	ids      *batchIDs
	progress func(pairs uint64)

	batch engine.Batch
	bytes int
	pairs uint64 // given so far
}

func newFiller(ctx context.Context, e engine.Engine, random io.Reader, progress func(uint64)) (*filler, error) {
	view, err := e.View(ctx)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	page, err := view.Scan(engine.Range{Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(page.Pairs) > 0 {
		return nil, errors.New("there is data already; choose an empty folder")
	}
	head, err := view.Head()
	if err != nil {
		return nil, err
	}
	ids, err := newBatchIDs(random)
	if err != nil {
		return nil, err
	}
	if progress == nil {
		progress = func(uint64) {}
	}
	return &filler{ctx: ctx, engine: e, ids: ids, progress: progress, batch: engine.Batch{ID: ids.next(), Expect: head}}, nil
}

func (f *filler) add(p engine.Pair) error {
	size := len(p.Key) + len(p.Value)
	if f.bytes+size > engine.MaxBatchBytes || len(f.batch.Put) == engine.MaxBatchKeys {
		if err := f.flush(); err != nil {
			return err
		}
	}
	f.batch.Put = append(f.batch.Put, p)
	f.bytes += size
	f.pairs++
	return nil
}

// flush makes what was added durable.
func (f *filler) flush() error {
	if len(f.batch.Put) == 0 {
		return nil
	}
	if err := f.engine.Apply(f.ctx, f.batch); err != nil {
		return fmt.Errorf("writing the copy: %w", err)
	}
	f.batch = engine.Batch{ID: f.ids.next(), Expect: f.batch.ID, Put: f.batch.Put[:0]}
	f.bytes = 0
	f.progress(f.pairs)
	return f.ctx.Err()
}
