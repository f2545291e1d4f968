package columns

import (
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// Rules on related records: which rows have so many rows of another table that belong to
// them and pass a filter of their own. What belongs to a row that was absorbed counts for the
// survivor.

// belonging returns the relation by which records of an entity belong to those of the view, nil
// for none.
func (v *View) belonging(e fields.Entity) *relation {
	for _, r := range v.of.owns {
		if r.from.layout.entity == e {
			return r
		}
	}
	return nil
}

// counted is a span of counts, both ends included; the first is at least 1, so that rows to
// which nothing belongs are not in it.
type counted struct{ least, most uint32 }

// noEnd is the end of a span that is open.
const noEnd = math.MaxUint32

// countedBy returns the counts that a rule accepts, leaving its Not aside, or with inverted
// those that it does not.
func countedBy(r *filter.Rule) (span counted, inverted bool) {
	if r.Operator == filter.Any || len(r.Values) == 0 {
		return counted{1, noEnd}, false
	}
	switch n := uint32(r.Values[0].Int); {
	case r.Operator == filter.CountLte:
		return counted{n + 1, noEnd}, true
	case n == 0 && r.Operator == filter.CountEq:
		return counted{1, noEnd}, true
	case n == 0: // everybody has at least none
		return counted{1, 0}, true
	case r.Operator == filter.CountEq:
		return counted{n, n}, false
	default:
		return counted{n, noEnd}, false
	}
}

// enough is a count from which it does not matter how many more there are.
func (c counted) enough() uint32 {
	if c.most == noEnd {
		return c.least
	}
	return c.most + 1
}

func (c counted) has(n uint32) bool { return c.least <= n && n <= c.most }

// related returns the rows that a rule on related records accepts, leaving its Not aside.
func (q query) related(r *filter.Rule) selection {
	span, inverted := countedBy(r)
	s := nobody()
	if of := q.view.belonging(r.Related.Of); of != nil && span.least <= span.most {
		s = q.owners(of, r.Related.Where, span)
	}
	if inverted {
		return s.invert()
	}
	return s
}

// estimateRelated estimates a rule on related records, leaving its Not aside.
func (v *View) estimateRelated(r *filter.Rule) cost {
	c := cost{scan: true}
	if of := v.belonging(r.Related.Of); of != nil {
		c.rows = min(v.Size(), of.from.live.GetCardinality())
	}
	if _, inverted := countedBy(r); inverted {
		c.rows = v.Size() - c.rows
	}
	return c
}

// owners returns the rows to which so many others belong that pass a filter, nil for all.
func (q query) owners(r *relation, where *filter.Group, span counted) selection {
	if smallSet(q.within) {
		return q.fewOwners(r, where, span)
	}
	if span.enough() <= math.MaxUint8 {
		return ownersOf[uint8](q, r, where, span)
	}
	return ownersOf[uint32](q, r, where, span)
}

// smallSet reports whether rows are so few that it is quicker to look at what belongs to each.
func smallSet(rows *roaring.Bitmap) bool { return rows != nil && rows.GetCardinality() < batchRows }

// fewOwners looks only at what belongs to the rows that matter.
func (q query) fewOwners(r *relation, where *filter.Group, span counted) selection {
	size := func(owner uint32) uint64 { return r.size(owner) }
	if where != nil {
		pass := q.passing(r, where, r.membersOf(q.work, q.within))
		size = func(owner uint32) uint64 { return r.sizeWithin(owner, pass) }
	}
	kept := q.work.filterRows(q.within, lookSteps, func(_ int, batch []uint32) []uint32 {
		return slices.DeleteFunc(batch, func(owner uint32) bool {
			return !r.to.live.Contains(owner) || !span.has(uint32(min(size(owner), noEnd-1)))
		})
	})
	return selection{rows: kept, owned: true, inside: true}
}

// membersOf returns the rows that belong to any of some, which are the caller's.
func (r *relation) membersOf(w *work, others *roaring.Bitmap) *roaring.Bitmap {
	s := r.members.union(w, r.named(others.ToArray()))
	if !s.owned {
		return s.rows.Clone()
	}
	return s.rows
}

// sizeWithin is how many of some rows belong to another.
func (r *relation) sizeWithin(other uint32, rows *roaring.Bitmap) (n uint64) {
	n = r.members.intersection(other, rows)
	for _, absorbed := range r.to.absorbs[other] {
		n += r.members.intersection(absorbed, rows)
	}
	return n
}

// passing returns the rows of the relation's own table that pass a filter, in a bitmap of the
// caller's own. Only those within matter, nil for all.
func (q query) passing(r *relation, where *filter.Group, within *roaring.Bitmap) *roaring.Bitmap {
	far := query{view: &View{q.view.t, r.from}, env: q.env, work: q.work, within: within}
	if smallSet(q.asked) {
		far.asked = q.work.sets.membersAsked(q, r)
	}
	s := far.node(where)
	if within != nil {
		s = s.and(selection{rows: within})
	}
	return far.view.materialize(s)
}

// membersAsked returns the rows that belong to those that the question is about.
func (s *sharedSets) membersAsked(q query, r *relation) *roaring.Bitmap {
	if s.members == nil {
		s.members = make(map[*relation]*roaring.Bitmap)
	}
	if s.members[r] == nil {
		s.members[r] = r.membersOf(q.work, q.asked)
	}
	return s.members[r]
}

// ownersOf looks at all that belongs to anybody, once.
func ownersOf[C uint8 | uint32](q query, r *relation, where *filter.Group, span counted) selection {
	size := len(r.members.refs)
	if live := q.view.of.live; !live.IsEmpty() {
		size = max(size, int(live.Maximum())+1)
	}
	c := tallied[C]{of: make([]C, size), enough: C(span.enough())}
	if where == nil {
		c.take(q.work, &r.members)
	} else {
		c.count(q.work, &r.of, q.passing(r, where, nil))
	}
	c.join(q.work, q.view.of.absorbs)
	rows := c.within(q.work, span)
	rows.And(q.view.of.live)
	return selection{rows: rows, owned: true}
}
