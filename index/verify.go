package index

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/ledger"
)

// Verify compares the columns and the text indexes with every record of the
// store and returns what does not agree. It first waits until the text has
// applied the log. Nothing may be written to the store meanwhile. Progress,
// unless nil, is called with what is compared and how many so far.
func (x *Index) Verify(ctx context.Context, progress func(what string, done uint64)) ([]ledger.Difference, error) {
	if progress == nil {
		progress = func(string, uint64) {}
	}
	rows, err := x.verifyColumns(ctx, progress)
	if err != nil {
		return nil, err
	}
	if err := x.awaitText(ctx, progress); err != nil {
		return nil, err
	}
	for _, t := range x.texts {
		words, err := t.Verify(ctx, func(done uint64) { progress(t.what, done) })
		if err != nil {
			return nil, err
		}
		rows = append(rows, words...)
	}
	return rows, nil
}

// awaitText waits for the text indexes, which may have to be built first.
func (x *Index) awaitText(ctx context.Context, progress func(string, uint64)) error {
	for _, t := range x.texts {
		if err := x.await(ctx, t.Index, progress); err != nil {
			return err
		}
	}
	return nil
}

// await waits for one of the text indexes.
func (x *Index) await(ctx context.Context, t *text.Index, progress func(string, uint64)) error {
	for {
		err := t.WaitFor(ctx, x.source.Head())
		if err == nil {
			var r *text.Reader
			if r, err = t.Reader(); err == nil {
				return r.Close()
			}
		}
		if fault.KindOf(err) != fault.KindUnavailable || ctx.Err() != nil {
			return err
		}
		progress("waiting for the text index", t.Applied())
	}
}

func (x *Index) verifyColumns(ctx context.Context, progress func(string, uint64)) ([]ledger.Difference, error) {
	var found ledger.Differences
	if x.Seq() != x.source.Head() {
		found.Add("head of the columns that is not the store's")
	}
	done := uint64(0)
	for _, k := range x.kinds {
		err := x.verifyTable(ctx, k, &found, func(n int) {
			done += uint64(n)
			progress("columns", done)
		})
		if err != nil {
			return nil, err
		}
	}
	return found.List(), nil
}

// verifyTable compares the rows of a kind with its records. It tells progress how many it has
// compared after each page.
func (x *Index) verifyTable(ctx context.Context, k ledger.AnyKind, found *ledger.Differences, progress func(int)) error {
	entity, plural := k.Info().Entity, k.Info().Plural
	var left *roaring.Bitmap // rows whose record has not come by
	x.table.View(func(v *columns.View) { left = v.Of(entity).Everyone() })
	err := x.eachPage(ctx, k, func(page []ledger.Record) {
		x.table.View(func(v *columns.View) {
			v = v.Of(entity)
			for _, r := range page {
				ordinal := *k.StampOf(r).Ordinal
				left.Remove(ordinal)
				for _, field := range v.Differs(r) {
					found.Add(plural+" with another "+field+" in the columns", ordinal)
				}
			}
		})
		progress(len(page))
	})
	if err != nil {
		return err
	}
	for it := left.Iterator(); it.HasNext(); {
		found.Add(plural+" that the columns have and the store has not", it.Next())
	}
	return nil
}
