package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/ndoto/kundi/storage/engine"
)

// Count compares how many records there are by the store's own totals with what
// the engine has at most, which costs next to nothing. After a shortfall writes
// stop for good, and the engine keeps the files it has. It is nil while the
// engine cannot say.
func (s *Store) Count(ctx context.Context) error {
	counter, ok := s.engine.(engine.Counter)
	if !ok {
		return nil
	}
	view, err := s.engine.View(ctx)
	if err != nil {
		return readFailure(err)
	}
	defer view.Close()
	n, err := readTotals(view)
	if err != nil {
		return readFailure(err)
	}
	most, known := counter.Most() // after the view: what was put since is in it
	if !known {
		return nil
	}
	if records := n.records(); most < records {
		counter.Preserve()
		err := fmt.Errorf("%w: there should be %d records, and the tables have %d at most; "+
			"restore the newest backup that was taken before %s and that kundi verify finds whole",
			engine.ErrCorrupt, records, most, s.sound().UTC().Format(time.RFC3339))
		s.committer.shortfall(err)
		return readFailure(err)
	}
	s.counted.Store(s.committer.clock().UnixMilli())
	return nil
}

// sound is when the records were last as many as they should be, as far as this
// process knows.
func (s *Store) sound() time.Time {
	if at := s.counted.Load(); at != 0 {
		return time.UnixMilli(at)
	}
	return s.committer.clock()
}
