package index

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/segments/filter"
)

// Query asks for contacts by filter.
type Query struct {
	Filter *filter.Filter // nil for everyone
	Env    filter.Env
	Facets []contacts.Field
	// Sort is the order of the page; without it, and among equals, contacts
	// come in the order of their ordinals: the first created first.
	Sort  []contacts.Sort
	After *contacts.Position // end of the page before, nil for the first
	Limit int                // rows of the page, 0 for none
}

// Answer is the answer to a Query. All of it is of the same moment.
type Answer struct {
	Count    uint64   // of all that pass the filter
	Ordinals []uint32 // the page
	// Next is where the next page begins, nil at the end.
	Next   *contacts.Position
	Facets []contacts.Facet // as asked for
	Seq    uint64           // newest change that the answer reflects
}

// Query answers count, page and facets together. A many-valued field in Sort
// is an error of KindInvalid.
func (x *Index) Query(ctx context.Context, q Query) (Answer, error) {
	if err := ctx.Err(); err != nil {
		return Answer{}, err
	}
	var a Answer
	var err error
	var facets func() []contacts.Facet
	x.view(func(v *columns.View) {
		rows := v.Rows(q.Filter, q.Env)
		a.Seq, a.Count = v.Seq(), rows.GetCardinality()
		a.Ordinals, a.Next, err = v.Page(rows, q.Sort, q.After, q.Limit)
		facets = v.Facets(rows, q.Facets)
	})
	if err != nil {
		return Answer{}, err
	}
	a.Facets = facets()
	return a, nil
}

// Count returns how many contacts pass a filter, and the newest change that
// the number reflects.
func (x *Index) Count(ctx context.Context, f *filter.Filter, env filter.Env) (count, seq uint64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, 0, err
	}
	x.view(func(v *columns.View) { count, seq = v.Count(f, env), v.Seq() })
	return count, seq, nil
}

// Members returns the ordinals of all contacts that pass a filter, in a bitmap
// of the caller's own, and the newest change that it reflects.
func (x *Index) Members(ctx context.Context, f *filter.Filter, env filter.Env) (members *roaring.Bitmap, seq uint64, err error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	x.view(func(v *columns.View) { members, seq = v.Evaluate(f, env), v.Seq() })
	return members, seq, nil
}

// Resolve returns a set of contacts as they are present, see
// columns.View.Resolve.
func (x *Index) Resolve(set *roaring.Bitmap) (present *roaring.Bitmap, merged, deleted uint64) {
	x.view(func(v *columns.View) { present, merged, deleted = v.Resolve(set) })
	return present, merged, deleted
}

// Has reports whether there is a contact with the ordinal.
func (x *Index) Has(ordinal uint32) (has bool) {
	x.table.View(func(v *columns.View) { has = v.Has(ordinal) })
	return has
}

// Seq is the newest change that the columns reflect.
func (x *Index) Seq() uint64 { return x.table.Seq() }

// view looks at the columns and takes the time.
func (x *Index) view(f func(*columns.View)) {
	x.table.View(func(v *columns.View) {
		start := x.now()
		f(v)
		x.metrics.held.Observe(x.now().Sub(start).Seconds())
	})
}
