// Package index is the mirror: everything derived from the store to answer
// questions fast. Columns answer filters, counts, facets, sorts and ids; the
// text index finds people by their words. Both follow the log of changes: the
// columns while a change is committed, before its caller is answered, the text
// a little later.
//
// Nothing here is a source of truth. What is missing, damaged or of another
// version is rebuilt from the store, unasked.
package index

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/segments/filter"
)

// Source is what the index reads of the store.
type Source interface {
	Schema() *contacts.Schema
	Head() uint64
	Contacts(ctx context.Context, ordinals []uint32) ([]*contacts.Contact, error)
	Companies(ctx context.Context, ordinals []uint32) ([]*contacts.Company, error)
	ScanContacts(ctx context.Context, from uint32, limit int) ([]*contacts.Contact, error)
	ScanCompanies(ctx context.Context, from uint32, limit int) ([]*contacts.Company, error)
	Changes(ctx context.Context, after uint64, limit int) ([]contacts.Change, error)
	Subscribe() (grown <-chan struct{}, cancel func())
}

// Options say where the index lives and what it follows. Dir and Source are
// required.
type Options struct {
	Dir        string // folder of the index's own files, made when missing
	Source     Source
	Logger     *slog.Logger          // nil for none
	Registerer prometheus.Registerer // nil for no metrics
	Clock      func() time.Time      // nil for time.Now
}

// Index answers questions about the contacts. It is safe for concurrent use.
type Index struct {
	source Source
	log    *slog.Logger
	now    func() time.Time
	table  *columns.Table
	text   *text.Index
}

// Open brings the index to the head of the store and starts what runs beside
// it. Nothing may be written to the store until Open has returned and Apply
// follows it.
func Open(ctx context.Context, o Options) (*Index, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	x := &Index{source: o.Source, log: o.Logger, now: o.Clock, table: columns.NewTable()}
	if err := x.rebuild(ctx); err != nil {
		return nil, err
	}
	if err := x.openText(ctx, o); err != nil {
		return nil, err
	}
	return x, nil
}

// Apply takes the changes of a commit, in order and with their after-images.
// The store calls it before it answers the writers.
func (x *Index) Apply(changes []contacts.Change) { x.table.Apply(changes) }

// Close stops what Open started and writes what makes the next Open fast.
func (x *Index) Close(ctx context.Context) error { return x.text.Close(ctx) }

// Query asks for contacts by filter.
type Query struct {
	Filter *filter.Filter // nil for everyone
	Env    filter.Env
	Facets []contacts.Field
	// Sort is the order of the page; without it, and among equals, contacts
	// come in the order of their ordinals.
	Sort  []contacts.Sort
	After *contacts.Position // end of the page before, nil for the first
	Limit int                // rows of the page, 0 for none
}

// Answer is the answer to a Query at one moment.
type Answer struct {
	Count    uint64   // of all that pass the filter
	Ordinals []uint32 // the page
	// Next is where the next page begins, nil at the end.
	Next   *contacts.Position
	Facets []contacts.Facet // as asked for
	Seq    uint64           // newest change that the answer reflects
}

// Query answers count, page and facets together.
func (x *Index) Query(_ context.Context, q Query) (Answer, error) {
	var a Answer
	x.table.View(func(v *columns.View) {
		rows := v.Evaluate(q.Filter, q.Env)
		a.Seq = v.Seq()
		a.Count = rows.GetCardinality()
	})
	return a, nil
}

// Count returns how many contacts pass a filter, and the newest change that
// the number reflects.
func (x *Index) Count(_ context.Context, f *filter.Filter, env filter.Env) (count, seq uint64, err error) {
	x.table.View(func(v *columns.View) { count, seq = v.Count(f, env), v.Seq() })
	return count, seq, nil
}

// Members returns the ordinals of all contacts that pass a filter, in a bitmap
// of the caller's own, and the newest change that it reflects.
func (x *Index) Members(_ context.Context, f *filter.Filter, env filter.Env) (members *roaring.Bitmap, seq uint64, err error) {
	x.table.View(func(v *columns.View) { members, seq = v.Evaluate(f, env), v.Seq() })
	return members, seq, nil
}

// Has reports whether there is a contact with the ordinal.
func (x *Index) Has(ordinal uint32) (has bool) {
	x.table.View(func(v *columns.View) { has = v.Has(ordinal) })
	return has
}

// Seq is the newest change that the columns reflect.
func (x *Index) Seq() uint64 { return x.table.Seq() }
