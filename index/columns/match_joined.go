package columns

import (
	"slices"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// joined answers rules on a field of the other table of a relation: a row passes
// when the one that it belongs to does. A row that belongs to none has no value.
type joined struct {
	*relation
	rules ruled
}

// joinedColumn is joined for facets and orders as well.
type joinedColumn struct {
	joined
	column field
}

// related returns the relation whose other table has a field, and the field as it
// is there; nil for a field of the table itself.
func (v *View) related(f fields.Field) (*relation, fields.Field) {
	for _, r := range v.of.relations {
		if name, ok := r.declared.Field(f.Name); ok {
			f.Name = name
			return r, f
		}
	}
	return nil, f
}

func (j joined) match(q query, r *filter.Rule) selection {
	return j.matching(q, func(q query) selection { return j.rules.match(q, r) })
}

// parted answers rules on parts of texts, many at once.
type parted interface {
	matchText(q query, p textPart) selection
}

func (j joined) matchText(q query, p textPart) selection {
	texts, ok := j.rules.(parted)
	if !ok {
		return nobody()
	}
	return j.matching(q, func(q query) selection { return texts.matchText(q, p) })
}

// matching finds the others that match, then the rows that belong to them. When few
// rows matter it looks only at those that these belong to.
func (j joined) matching(q query, match func(query) selection) selection {
	rows := q.within
	q.view, q.asked, q.within = j.others, nil, nil // rows of one table mean nothing in another
	if rows == nil || rows.GetCardinality() >= batchRows {
		return j.rowsOf(q.work, j.others.shared(match(q)))
	}
	q.within = j.othersOf(rows)
	others := j.others.shared(match(q))
	kept := q.work.filterRows(rows, lookSteps, func(_ int, batch []uint32) []uint32 {
		return slices.DeleteFunc(batch, func(row uint32) bool { return !others.Contains(j.other(row)) })
	})
	return selection{rows: kept, owned: true, inside: true}
}

func (j joined) estimate(r *filter.Rule) cost {
	texts, ok := j.rules.(*textColumn)
	if !ok || r.Operator != filter.Eq {
		return cost{rows: j.present.GetCardinality()}
	}
	var rows uint64
	for _, code := range texts.find(r.Values) {
		others, _ := texts.rows.bitmap(code)
		for other := range each(others) {
			rows += j.size(other)
		}
	}
	return cost{rows: rows}
}
