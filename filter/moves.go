package filter

import "github.com/ndoto/kundi/fields"

// Moves says how time alone can change who passes a filter, while no record changes.
type Moves byte

// The ways, each with those before it.
const (
	Stays   Moves = iota // time changes nothing
	Daily                // when a day begins in the zone of the filter
	Anytime              // at any moment
)

// MovesOf returns how time alone can change who passes a node, with the filters of the segments
// and of the related records in it.
func MovesOf(n Node) (m Moves) {
	EachRule(n, func(r *Rule) {
		m = max(m, r.byItself())
		if r.Related != nil && r.Related.Where != nil {
			m = max(m, MovesOf(r.Related.Where))
		}
	})
	return m
}

// byItself is how the rule moves, without what it names.
func (r *Rule) byItself() Moves {
	switch r.Operator {
	case InThis, InLast, InNext, AnniversaryWithin:
		return Daily
	case WithinLast, WithinNext:
		if r.Field.Type == fields.FieldDate {
			return Daily
		}
		return Anytime
	}
	return Stays
}
