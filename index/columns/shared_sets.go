package columns

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/filter"
)

// sharedSets are the rows of the nodes that a filter has more than once. They
// are those of a question under way.
type sharedSets struct {
	numbers map[filter.Node]int // see filter.Repeated
	known   map[int]selection   // by number; not to be changed
	bytes   uint64
	// members are, by relation, the rows that belong to those that the question is about, where
	// these are few; not to be changed.
	members map[*relation]*roaring.Bitmap
}

// maxSharedBytes bounds the memory of the sets of one question: 500 of a million
// contacts. What is not kept is evaluated again.
const maxSharedBytes = 64 << 20

// fewNodes are so few that looking for repetitions costs more than it spares.
const fewNodes = 4

// repeatedNodes are the nodes that some filters have more than once, as of
// filter.Repeated, nil for few nodes.
func repeatedNodes(filters ...*filter.Filter) map[filter.Node]int {
	var roots filter.Group
	for _, f := range filters {
		if f != nil && f.Root != nil {
			roots.Rules = append(roots.Rules, f.Root)
		}
	}
	switch {
	case len(roots.Rules) == 0, len(roots.Rules) == 1 && few(roots.Rules[0].(*filter.Group).Rules):
		return nil
	}
	return filter.Repeated(&roots)
}

// forget begins anew.
func (s *sharedSets) forget() {
	s.known, s.bytes, s.members = nil, 0, nil
}

// few reports whether nodes are few rules, and no segments or related records among them.
func few(nodes []filter.Node) bool {
	for _, n := range nodes {
		r, ok := n.(*filter.Rule)
		if !ok || len(r.Segments) > 0 || r.Related != nil {
			return false
		}
	}
	return len(nodes) <= fewNodes
}

// keep keeps a set if there is room, and returns it for reading.
func (s *sharedSets) keep(number int, rows selection) selection {
	if size := rows.rows.GetSizeInBytes(); s.bytes+size <= maxSharedBytes {
		s.bytes += size
		rows.owned, rows.inside = false, false
		if s.known == nil {
			s.known = make(map[int]selection)
		}
		s.known[number] = rows
	}
	return rows
}
