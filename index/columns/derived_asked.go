package columns

import (
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// derived says by relation of the table whether the filter or the order of the question has
// a field that the other table derives of rows. Facets do not matter: they count the rows by
// the one that they belong to, and read the values of that one in the end.
func (q *asking) derived() []bool {
	d := derivedFields{view: q.view, of: make([]bool, len(q.view.of.relations))}
	if q.Filter != nil && q.Filter.Root != nil {
		d.node(q.Filter.Root)
	}
	for _, s := range q.Sort {
		d.field(s.Field)
	}
	return d.of
}

// derivedFields collects the relations of whose derived fields some are met.
type derivedFields struct {
	view *View
	of   []bool               // by relation
	met  map[filter.Node]bool // filters of segments, of which one may be named very often
}

func (d *derivedFields) field(f fields.Field) {
	r, other := d.view.related(f)
	if r == nil {
		return
	}
	if s := r.to.standardNamed(other.Name); s != nil && s.of == nil {
		for i := range d.of {
			d.of[i] = d.of[i] || d.view.of.relations[i] == r
		}
	}
}

func (d *derivedFields) node(n filter.Node) {
	switch n := n.(type) {
	case *filter.Group:
		for _, one := range n.Rules {
			d.node(one)
		}
	case *filter.Rule:
		for _, segment := range n.Segments {
			d.segment(segment)
		}
		d.field(n.Field)
	}
}

func (d *derivedFields) segment(n filter.Node) {
	if d.met[n] {
		return
	}
	if d.met == nil {
		d.met = make(map[filter.Node]bool)
	}
	d.met[n] = true
	d.node(n)
}
