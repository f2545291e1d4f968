package storage

import (
	"context"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// reader reads records, documents and histories. It asks for a view each time: that of a
// store has the newest durable state. It is safe for several goroutines.
type reader struct {
	views  viewer
	kinds  *kinds
	hasher *claimHasher
	blocks *blocks
	clock  func() time.Time
}

// viewer has views of what is stored, which are closed when they were read.
type viewer interface {
	View(ctx context.Context) (engine.View, error)
}

// View implements ledger.Viewer.
func (s *Store) View(ctx context.Context) (ledger.View, error) {
	v, err := s.engine.View(ctx)
	if err != nil {
		return nil, readFailure(err)
	}
	kept := &view{reader: s.reader, kept: v}
	kept.views = keptViews{v}
	if err := kept.load(); err != nil {
		v.Close()
		return nil, readFailure(err)
	}
	return kept, nil
}

// view implements ledger.View.
type view struct {
	reader
	kept   engine.View
	head   uint64
	schema *fields.Schema
}

func (v *view) load() (err error) {
	state, err := readState(v.kept)
	if err != nil {
		return err
	}
	v.head = state.Seq
	v.schema, err = readSchema(v.kept, v.kinds)
	return err
}

// Head implements ledger.View.
func (v *view) Head() uint64 { return v.head }

// Schema implements ledger.View.
func (v *view) Schema() *fields.Schema { return v.schema }

// Close implements ledger.View.
func (v *view) Close() { v.kept.Close() }

// keptViews always has the same view.
type keptViews struct{ kept engine.View }

// View implements viewer.
func (k keptViews) View(context.Context) (engine.View, error) { return openView{k.kept}, nil }

// openView is a view that its readers close in vain.
type openView struct{ engine.View }

// Close implements engine.View.
func (openView) Close() {}
