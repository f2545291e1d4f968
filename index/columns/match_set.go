package columns

import (
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

func (s *setColumn) match(q query, r *filter.Rule) selection {
	switch r.Operator {
	case filter.Exists:
		return selection{rows: s.present}
	case filter.AnyOf, filter.Eq, filter.In: // these of an identity, any of whose values counts
		return s.rows.union(q.work, s.find(r.Values))
	case filter.AllOf:
		return s.matchAll(r.Values)
	case filter.Contains, filter.StartsWith, filter.EndsWith:
		return s.matchText(q, newTextPart(r))
	}
	return nobody()
}

// matchText returns the rows that have a member with the part.
func (s *setColumn) matchText(q query, p textPart) selection {
	return s.rows.union(q.work, texts{keys: s.members}.look(q.work, p).codes(q.work))
}

func (s *setColumn) estimate(r *filter.Rule) cost {
	if r.Operator == filter.Exists {
		return cost{rows: s.present.GetCardinality()}
	}
	if len(r.Values) > fewValues {
		return cost{rows: share(s.present.GetCardinality(), len(r.Values), s.members.live())}
	}
	var rows uint64
	for _, member := range s.find(r.Values) {
		rows += s.rows.count(member)
	}
	return cost{rows: rows}
}

// matchAll returns the rows that have every one of the values.
func (s *setColumn) matchAll(values []fields.Value) selection {
	result := nobody().invert()
	for _, v := range values {
		member := s.members.find(s.fold(v.Text))
		if member == 0 {
			return nobody()
		}
		rows, owned := s.rows.bitmap(member)
		result = selection{rows: rows, owned: owned}.and(result)
	}
	return result
}

// find returns the members that some row has, each at least once.
func (s *setColumn) find(values []fields.Value) []uint32 {
	var found []uint32
	for _, v := range values {
		if member := s.members.find(s.fold(v.Text)); member != 0 {
			found = append(found, member)
		}
	}
	return found
}
