package filter

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// Repeated gives a number to each group and rule, and to each filter of a
// segment, that a tree has more than once, whether as one tree with several
// parents or as trees that mean the same. Those that accept the same contacts
// when their Not is left aside have the same number. A tree without any is nil.
//
// It takes time in proportion to what differs in the tree: a segment is gone
// through once, however often it is named.
func Repeated(root Node) map[Node]int {
	r := repetitions{numbers: make(map[string]int), nodes: make(map[Node]int), sets: make(map[*roaring.Bitmap]uint64)}
	r.number(root, "")
	repeated := make(map[Node]int)
	for n, number := range r.nodes {
		if r.met[number] > 1 {
			repeated[n] = number
		}
	}
	if len(repeated) == 0 {
		return nil
	}
	return repeated
}

// repetitions numbers the nodes of a tree by what they mean.
type repetitions struct {
	numbers map[string]int // by meaning
	nodes   map[Node]int
	met     []int                      // by number: how often
	sets    map[*roaring.Bitmap]uint64 // of picked records, by number
}

// number gives a node its number. of is the entity of a where that it is in: fields of two
// entities may have one name.
func (r *repetitions) number(n Node, of fields.Entity) int {
	if number, known := r.nodes[n]; known {
		r.met[number]++
		return number
	}
	meaning := string(of) + "/" + string(r.meaning(n, of))
	number, known := r.numbers[meaning]
	if !known {
		number = len(r.met)
		r.numbers[meaning], r.met = number, append(r.met, 0)
	}
	r.nodes[n] = number
	r.met[number]++
	return number
}

// meaning is a key of what a node accepts, its Not left aside.
func (r *repetitions) meaning(n Node, of fields.Entity) []byte {
	switch n := n.(type) {
	case *Group:
		return r.members([]byte{'g', oneIf(n.Or)}, n.Rules, of)
	case *Rule:
		switch {
		case n.Field.Type == fields.FieldSegment && len(n.Segments) == 0:
			return []byte{'s'} // nobody
		case n.Field.Type == fields.FieldSegment: // in any of them
			return r.members([]byte{'g', oneIf(len(n.Segments) > 1)}, n.Segments, of)
		case n.Related != nil && n.Related.Where != nil:
			return r.members(n.meaning(), []Node{n.Related.Where}, n.Related.Of)
		}
		return n.meaning()
	case *Picked:
		return binary.AppendUvarint([]byte{'p'}, r.set(n.Ordinals))
	}
	return nil
}

// set gives a set of picked records its number.
func (r *repetitions) set(ordinals *roaring.Bitmap) uint64 {
	number, known := r.sets[ordinals]
	if !known {
		number = uint64(len(r.sets))
		r.sets[ordinals] = number
	}
	return number
}

// members adds the members of a group in an order that does not matter.
func (r *repetitions) members(key []byte, nodes []Node, of fields.Entity) []byte {
	list := make([]uint64, len(nodes))
	for i, n := range nodes {
		list[i] = uint64(r.number(n, of))<<1 | uint64(oneIf(negated(n)))
	}
	slices.Sort(list)
	for _, member := range slices.Compact(list) {
		key = binary.AppendUvarint(key, member)
	}
	return key
}

func negated(n Node) bool {
	switch n := n.(type) {
	case *Group:
		return n.Not
	case *Rule:
		return n.Not
	}
	return false
}

func (r *Rule) meaning() []byte {
	key := appendText([]byte{'r'}, r.Field.Name)
	if a := r.Field.Attribute; a != nil {
		key = append(key, oneIf(a.ThreeState))
	}
	key = appendText(appendText(key, string(r.Operator)), r.Salt)
	p := r.Period
	for _, part := range []int{p.Years, p.Months, p.Weeks, p.Days, int(p.Time), r.Units.N} {
		key = binary.AppendVarint(key, int64(part))
	}
	key = appendText(key, string(r.Units.Unit))
	for i, v := range r.Values {
		key = append(key, byte(v.Kind), oneIf(v.Bool), oneIf(r.isDay(i)))
		key = binary.AppendVarint(key, v.Int)
		key = binary.AppendUvarint(key, math.Float64bits(v.Float))
		key = appendText(key, v.Text)
	}
	return key
}

func appendText(key []byte, s string) []byte {
	return append(binary.AppendUvarint(key, uint64(len(s))), s...)
}

func oneIf(b bool) byte {
	if b {
		return 1
	}
	return 0
}
