package text

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	bleve "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/ndoto/kundi/ledger"
)

// everything merges all files into one.
var everything = mergeplan.MergePlanOptions{
	MaxSegmentsPerTier: 1, MaxSegmentSize: mergeplan.MaxSegmentSizeLimit, MaxSegmentFileSize: 1 << 50, TierGrowth: 1,
	SegmentsPerMergeTask: 1 << 20, FloorSegmentSize: 1 << 50, FloorSegmentFileSize: 1 << 50, ReclaimDeletesWeight: 2,
	ScoreSegments: func(segments []mergeplan.Segment, _ *mergeplan.MergePlanOptions) float64 {
		return -float64(len(segments))
	},
}

const (
	purgeTries = 10                    // merges and removals, while others merge, write and read beside
	purgeLook  = 50 * time.Millisecond // how often it looks whether something is on disk
)

// Why Purge may fail.
var (
	errPurge = errors.New("the files of the text index could not be written anew")
	errRead  = errors.New("the files of the text index were written anew, but the former ones are still read")
)

// Purge writes the files anew that have words of documents which are in the index
// no more when it is called, or whose rows are gone: until then only a mark says that they are not. It
// takes some seconds, and as long as a merge of all files. Searches and the
// follower go on. A former file is removed when nobody reads it any more: Purge
// waits for a Reader that was open when it was called, and gives up after about
// twenty gathers. There must be an index to ask.
func (x *Index) Purge(ctx context.Context) error {
	if err := x.sweepAll(ctx); err != nil {
		return err
	}
	stale, err := x.stale(ctx)
	for try := 0; err == nil && len(stale) > 0; try++ {
		if try == purgeTries {
			return x.unpurged(stale)
		}
		err = x.renew(ctx, stale)
	}
	if err != nil {
		return err
	}
	return x.dropWords()
}

// renew writes files anew that a search would read, has those removed that none
// would, and takes what is gone off the list.
func (x *Index) renew(ctx context.Context, stale map[string]bool) error {
	asked, err := x.asks(stale)
	if err != nil {
		return err
	}
	if asked {
		if err := x.merge(ctx); err != nil {
			return err
		}
	}
	return x.forget(ctx, stale)
}

// unpurged is why files are still there.
func (x *Index) unpurged(stale map[string]bool) error {
	asked, err := x.asks(stale)
	switch {
	case err != nil:
		return err
	case asked:
		return errPurge
	}
	return errRead
}

// asks reports whether a search that begins now would read one of the files.
func (x *Index) asks(files map[string]bool) (asked bool, err error) {
	r, err := x.Reader()
	if err != nil {
		return false, err
	}
	for _, s := range r.segments {
		file, ok := s.segment.(segment.PersistedSegment)
		asked = asked || ok && files[file.Path()]
	}
	return asked, r.Close()
}

// stale returns the files that may have words of documents that are deleted,
// once everything is on disk: those in which some are, and those that were merged
// away and are not removed yet.
func (x *Index) stale(ctx context.Context) (map[string]bool, error) {
	if err := x.onDisk(ctx); err != nil {
		return nil, err
	}
	live := filepath.Join(x.dir, liveFolder)
	names, err := fs.Glob(os.DirFS(live), "*.zap") // not filepath.Glob, for which a bracket in the path is a pattern
	if err != nil {
		return nil, err
	}
	r, err := x.Reader()
	if err != nil {
		return nil, err
	}
	stale := map[string]bool{}
	for _, name := range names {
		stale[filepath.Join(live, name)] = true
	}
	for _, s := range r.segments {
		if file, ok := s.segment.(segment.PersistedSegment); ok && (s.deleted == nil || s.deleted.IsEmpty()) {
			delete(stale, file.Path())
		}
	}
	return stale, r.Close()
}

// onDisk waits until all that is in the index is on disk.
func (x *Index) onDisk(ctx context.Context) error {
	for ctx.Err() == nil {
		e, err := x.live()
		if err != nil {
			return err
		}
		if e.isDurable() {
			return nil
		}
		pause(ctx, purgeLook, nil)
	}
	return ctx.Err()
}

// live is the engine that is asked.
func (x *Index) live() (*engine, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.engine == nil {
		return nil, errPurge
	}
	return x.engine, nil
}

// merge merges all files. Bleve leaves a single one alone whatever is deleted in
// it, so a document is written again then, which makes another.
func (x *Index) merge(ctx context.Context) error {
	again, err := x.single(ctx)
	if err != nil {
		return err
	}
	e, err := x.live()
	if err != nil {
		return err
	}
	if len(again) > 0 {
		if err := x.writeAgain(ctx, e, again); err != nil {
			return err
		}
		if err := x.onDisk(ctx); err != nil {
			return err
		}
	}
	// Bleve waits for a merge that runs, whatever ctx says. Then it is left alone:
	// it ends with ctx, or with the index.
	merged := make(chan error, 1)
	go func() { merged <- e.scorch.ForceMerge(ctx, &everything) }()
	select {
	case err := <-merged:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// writeAgain writes documents as their records are now.
func (x *Index) writeAgain(ctx context.Context, e *engine, refs []ledger.Ref) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	b, err := (&follower{Index: x}).renewed(ctx, refs)
	if err != nil {
		return err
	}
	return e.batch(b)
}

// single returns a record, if there is one, when the index has one file only.
func (x *Index) single(ctx context.Context) ([]ledger.Ref, error) {
	r, err := x.Reader()
	if err != nil {
		return nil, err
	}
	one := len(r.segments) == 1
	if err := r.Close(); err != nil || !one {
		return nil, err
	}
	first, err := x.of.from(ctx, ledger.Ref{}, 1)
	if err != nil || len(first) == 0 {
		return nil, err
	}
	return []ledger.Ref{first[0].ref}, nil
}

// forget has Bleve remove the files that were merged away, and takes those that
// are gone off the list. Bleve removes files when it has brought something to
// disk, so it is given a write that changes nothing.
func (x *Index) forget(ctx context.Context, stale map[string]bool) error {
	for range 2 { // the merge itself; then it may be removed what that replaced
		e, err := x.live()
		if err != nil {
			return err
		}
		b := bleve.NewBatch()
		b.SetInternal(versionKey, []byte(e.version))
		if err := e.batch(b); err != nil {
			return err
		}
		if err := x.onDisk(ctx); err != nil {
			return err
		}
	}
	for name := range stale {
		if _, err := os.Stat(name); errors.Is(err, os.ErrNotExist) {
			delete(stale, name)
		}
	}
	return nil
}
