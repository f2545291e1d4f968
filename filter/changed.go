package filter

import (
	"fmt"
	"slices"

	"github.com/ndoto/kundi/fields"
)

// MaxChanged is of how many fields a filter, with the segments that it names, may ask when they changed.
const MaxChanged = 16

var tooManyChanged = fmt.Sprintf("must ask of at most %d fields when they changed, together with the segments it names", MaxChanged)

// ChangedFields returns the fields of which a filter asks when they changed, each once, with those of the
// segments that it names.
func ChangedFields(root Node) []fields.Field {
	c := changed{seen: map[Node]bool{}}
	c.node(root)
	return c.found
}

// OwnChangedFields is ChangedFields without those of the segments that the filter names.
func OwnChangedFields(root Node) []fields.Field {
	var c changed
	c.node(root)
	return c.found
}

type changed struct {
	seen  map[Node]bool // filters of segments; nil to leave them out
	found []fields.Field
}

func (c *changed) node(n Node) {
	switch n := n.(type) {
	case *Group:
		if n == nil {
			return
		}
		for _, member := range n.Rules {
			c.node(member)
		}
	case *Rule:
		for _, segment := range n.Segments {
			if c.seen != nil && !c.seen[segment] {
				c.seen[segment] = true
				c.node(segment)
			}
		}
		known := func(f fields.Field) bool { return f.Name == n.Field.Name }
		if n.Field.Changed != nil && !slices.ContainsFunc(c.found, known) {
			c.found = append(c.found, n.Field)
		}
	}
}
