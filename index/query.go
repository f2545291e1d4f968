package index

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/columns"
)

// Query asks for contacts by filter, see columns.Question.
type Query = columns.Question

// Answer is the answer to a Query. All of it is of the same moment.
type Answer = columns.Answer

// Overlap is how a further filter of a Query compares with its own.
type Overlap = columns.Overlap

// Figures are what a record has of those that refer to it, or belong to it.
type Figures = columns.Figures

// Query answers count, page and facets together. Errors are those of
// columns.Tables.Ask.
func (x *Index) Query(ctx context.Context, q Query) (Answer, error) {
	start := x.now()
	a, err := x.ask(ctx, q)
	x.metrics.asked(x.now().Sub(start), err)
	return a, err
}

// Count returns how many contacts pass a filter, and the newest change that
// the number reflects.
func (x *Index) Count(ctx context.Context, f *filter.Filter, env filter.Env) (count, seq uint64, err error) {
	a, err := x.Query(ctx, Query{Filter: f, Env: env})
	return a.Count, a.Seq, err
}

// Members returns the ordinals of all contacts that pass a filter, in a bitmap
// of the caller's own, and the newest change that it reflects.
func (x *Index) Members(ctx context.Context, f *filter.Filter, env filter.Env) (members *roaring.Bitmap, seq uint64, err error) {
	a, err := x.Query(ctx, Query{Filter: f, Env: env, Members: true})
	return a.Members, a.Seq, err
}

// MembersWithin returns who of a set of contacts passes each of some filters, in the same order; nil is
// everybody. The bitmaps are the caller's. Errors are those of columns.Tables.Ask.
func (x *Index) MembersWithin(ctx context.Context, filters []*filter.Filter, within *roaring.Bitmap, env filter.Env) ([]*roaring.Bitmap, error) {
	a, err := x.ask(ctx, Query{Among: roaring.New(), Beside: filters, Within: within, Env: env, Members: true})
	if err != nil {
		return nil, err
	}
	members := make([]*roaring.Bitmap, len(filters))
	for i := range a.Beside {
		members[i] = a.Beside[i].Members
	}
	return members, nil
}

// Watch begins to note the contacts whose membership in some filters can change; see columns.Watch.
func (x *Index) Watch(filters []*filter.Filter) *columns.Watch { return x.table.Watch(filters) }

// Values are some fields of some contacts.
type Values = columns.Values

// Values reads fields of contacts as they are now; see columns.View.Values.
func (x *Index) Values(ordinals []uint32, list []fields.Field, into *Values) (ok bool) {
	x.table.View(func(v *columns.View) { ok = v.Values(ordinals, list, into) })
	return ok
}

// FiguresOf returns what records of an entity have of others now, in the order of their ordinals:
// those of no others for records that are not there.
func (x *Index) FiguresOf(entity fields.Entity, ordinals []uint32) (figures []Figures) {
	x.table.View(func(v *columns.View) { figures = v.Of(entity).Figures(ordinals) })
	return figures
}

// Span is a record that belongs to another, with two of its instants in milliseconds.
type Span = columns.Span

// Spans returns the records of an entity that belong to some others, as columns.View.Spans does;
// none of an entity that is not in the columns.
func (x *Index) Spans(entity fields.Entity, owners []uint32, from, to string) (list []Span) {
	x.table.View(func(v *columns.View) {
		if of := v.Of(entity); of != nil {
			list = of.Spans(owners, from, to)
		}
	})
	return list
}

// Blocked returns those of a set of contacts who are blocked now.
func (x *Index) Blocked(set *roaring.Bitmap) (blocked *roaring.Bitmap) {
	x.table.View(func(v *columns.View) { blocked = v.Blocked(set) })
	return blocked
}

// Resolve returns a set of contacts as they are present, see
// columns.View.Resolve.
func (x *Index) Resolve(set *roaring.Bitmap) (present *roaring.Bitmap, merged, deleted uint64) {
	x.table.View(func(v *columns.View) { present, merged, deleted = v.Resolve(set) })
	return present, merged, deleted
}

// Has reports whether there is a contact with the ordinal.
func (x *Index) Has(ordinal uint32) (has bool) {
	x.table.View(func(v *columns.View) { has = v.Has(ordinal) })
	return has
}

// Seq is the newest change that the columns reflect.
func (x *Index) Seq() uint64 { return x.table.Seq() }

// counted are the columns as searches ask them. Of what they ask, the filter of
// the caller is measured as one of Query is.
type counted struct{ *Index }

func (c counted) Ask(ctx context.Context, q columns.Question) (columns.Answer, error) {
	return c.ask(ctx, q)
}

func (c counted) View(read func(*columns.View)) { c.table.View(read) }

// countedOf are the columns of the records of an entity, in the same way.
type countedOf struct {
	*Index
	entity fields.Entity
}

func (c countedOf) Members(ctx context.Context, f *filter.Filter, env filter.Env) (*roaring.Bitmap, uint64, error) {
	a, err := c.Query(ctx, Query{Of: c.entity, Filter: f, Env: env, Members: true})
	return a.Members, a.Seq, err
}

func (c countedOf) Ask(ctx context.Context, q columns.Question) (columns.Answer, error) {
	q.Of = c.entity
	return c.ask(ctx, q)
}

func (c countedOf) View(read func(*columns.View)) {
	c.table.View(func(v *columns.View) { read(v.Of(c.entity)) })
}
