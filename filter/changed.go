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
	var c changed
	EachRule(root, c.rule)
	return c.found
}

// OwnChangedFields is ChangedFields without those of the segments that the filter names.
func OwnChangedFields(root Node) []fields.Field {
	var c changed
	EachOwnRule(root, c.rule)
	return c.found
}

type changed struct{ found []fields.Field }

func (c *changed) rule(r *Rule) {
	known := func(f fields.Field) bool { return f.Name == r.Field.Name }
	if r.Field.Changed != nil && !slices.ContainsFunc(c.found, known) {
		c.found = append(c.found, r.Field)
	}
}
