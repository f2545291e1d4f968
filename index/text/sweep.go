package text

import (
	"context"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	bleve "github.com/blevesearch/bleve_index_api"
)

// Orphans are documents of records that are gone with the record which they belonged to, and
// so stand for no row. The log has the deletion of the owner only. Searches leave them out at
// once, for they keep to the rows that there are. Here the documents are deleted.

// sweepWhenDue deletes the orphans if there may be any, and none were looked for within the
// last Pace.Sweep. What fails is tried again after that.
func (f *follower) sweepWhenDue(ctx context.Context) {
	if !f.orphans || time.Since(f.swept) < f.pace.Sweep {
		return
	}
	f.swept = time.Now()
	done, err := f.sweep(ctx)
	if err != nil && ctx.Err() == nil {
		f.log.Warn("documents of deleted records are still in the text index", "of", f.of.plural, "error", err)
	}
	f.orphans = !done
}

// sweepAll deletes the orphans that there are. It is an error if the columns do not follow.
func (x *Index) sweepAll(ctx context.Context) error {
	for range purgeTries {
		if done, err := x.sweep(ctx); done || err != nil {
			return err
		}
		pause(ctx, purgeLook, nil)
	}
	return errPurge
}

// sweep deletes the orphans, if the rows are known as of a change that is new enough. An id is
// never given again, so who sweeps need not be the follower.
func (x *Index) sweep(ctx context.Context) (done bool, err error) {
	if x.rows == nil {
		return true, nil
	}
	r, err := x.Reader()
	if err != nil {
		return false, err
	}
	defer r.Close()
	there, seq := x.rows()
	if seq < r.Seq() {
		return false, nil // the row of a document may be about to come
	}
	for i := range r.segments {
		if err := x.sweepSegment(ctx, &r.segments[i], there); err != nil {
			return false, err
		}
	}
	return true, nil
}

// sweepSegment deletes those documents of a segment that stand for none of the rows.
func (x *Index) sweepSegment(ctx context.Context, s *segmentReader, there *roaring.Bitmap) error {
	b := bleve.NewBatch()
	for doc, row := range s.rows.all() {
		if there.Contains(row) || s.deleted != nil && s.deleted.Contains(doc) {
			continue
		}
		id, err := s.segment.DocID(uint64(doc))
		if err != nil {
			return err
		}
		b.Delete(string(id))
		if len(b.IndexOps) >= x.of.batch {
			if err := x.delete(b); err != nil {
				return err
			}
			b = bleve.NewBatch()
		}
	}
	if err := ctx.Err(); err != nil || len(b.IndexOps) == 0 {
		return err
	}
	return x.delete(b)
}

// delete writes a batch of deletions.
func (x *Index) delete(b *bleve.Batch) error {
	e, err := x.live()
	if err != nil {
		return err
	}
	return e.batch(b)
}
