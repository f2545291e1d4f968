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
func MovesOf(n Node) Moves {
	m := movement{met: map[Node]bool{}}
	m.node(n)
	return m.moves
}

// movement collects how nodes move.
type movement struct {
	moves Moves
	met   map[Node]bool // filters of segments, of which one may be named very often
}

func (m *movement) node(n Node) {
	switch n := n.(type) {
	case *Group:
		for _, one := range n.Rules {
			m.node(one)
		}
	case *Rule:
		m.rule(n)
	}
}

func (m *movement) rule(r *Rule) {
	m.moves = max(m.moves, r.byItself())
	if r.Related != nil && r.Related.Where != nil {
		m.node(r.Related.Where)
	}
	for _, segment := range r.Segments {
		if !m.met[segment] {
			m.met[segment] = true
			m.node(segment)
		}
	}
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
