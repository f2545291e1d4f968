package columns

import (
	"github.com/ndoto/kundi/filter"
)

// match: a checkbox that is not three-state is false until set, so its false
// is all that is not true, and everyone has a value.
func (c *checkboxColumn) match(_ query, r *filter.Rule) selection {
	if r.Operator == filter.Exists {
		if !threeState(r.Field) {
			return nobody().invert()
		}
		return selection{rows: c.yes}.or(selection{rows: c.no})
	}
	result := nobody()
	for _, v := range r.Values {
		switch {
		case v.Bool:
			result = result.or(selection{rows: c.yes})
		case threeState(r.Field):
			result = result.or(selection{rows: c.no})
		default:
			result = result.or(selection{rows: c.yes}.invert())
		}
	}
	return result
}

func (c *checkboxColumn) estimate(*filter.Rule) cost {
	return cost{rows: c.yes.GetCardinality() + c.no.GetCardinality()}
}
