package columns

import (
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// watch begins a watch of the question. It is told by relation of the table whether a filter
// or the order has a field that the other table derives of rows. Facets do not matter: they count
// the rows by the one that they belong to, and read the values of that one in the end. It is
// also told by what belongs to the rows of the table whether a filter asks for it.
func (q *asking) watch() *watch {
	d := derivedFields{view: q.view, of: make([]bool, len(q.view.of.relations)), owned: make([]bool, len(q.view.of.owns))}
	for _, f := range q.filters() {
		filter.EachRule(f.Root, d.rule)
	}
	for _, s := range q.Sort {
		d.field(s.Field)
	}
	return newWatch(q.view.of, d.of, d.owned)
}

// derivedFields collects the relations of whose derived fields some are met.
type derivedFields struct {
	view  *View
	of    []bool // by relation
	owned []bool // by what belongs to the rows
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

func (d *derivedFields) rule(r *filter.Rule) {
	if r.Related != nil {
		d.related(r.Related.Of)
	} else {
		d.field(r.Field)
	}
}

// related notes a rule on the records of an entity.
func (d *derivedFields) related(e fields.Entity) {
	for i, r := range d.view.of.owns {
		d.owned[i] = d.owned[i] || r.from.layout.entity == e
	}
}
