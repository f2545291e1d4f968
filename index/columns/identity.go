package columns

import (
	"slices"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// identity is a field by which records are unique, as rules see it where a record has several
// values in it: any of them counts. Facets and orders know the first only.
type identity struct {
	own    *textColumn
	others *setColumn // see othersColumn
}

func (i identity) match(q query, r *filter.Rule) selection {
	return i.either(q, i.own.match(q, r), func() selection { return i.others.match(q, r) })
}

func (i identity) matchText(q query, p textPart) selection {
	return i.either(q, i.own.matchText(q, p), func() selection { return i.others.matchText(q, p) })
}

// either joins the rows whose first value passes with those of which another one does. The
// second may pause, so the first must outlive that.
func (i identity) either(q query, own selection, others func() selection) selection {
	own = q.own(own)
	s := own.or(others())
	s.inside = false // who has others is looked up among all
	return s
}

func (i identity) estimate(r *filter.Rule) cost {
	own, others := i.own.estimate(r), i.others.estimate(r)
	return cost{scan: own.scan, rows: own.rows + others.rows}
}

// rules returns what answers rules on a field. While nobody has a second value in
// it, that is the plain column.
func (v *View) rules(f fields.Field) ruled {
	if r, other := v.related(f); r != nil {
		return joined{r, r.others.rules(other)}
	}
	if f.Attribute == nil {
		s := v.of.standardNamed(f.Name)
		if s != nil && s.others != nil && !s.others.present.IsEmpty() {
			return identity{s.column.(*textColumn), s.others}
		}
	}
	return v.field(f)
}

// othersColumn returns the empty column of the values that a record has in a field beside the
// first: more of its own, and those of the records that it has absorbed. No field of filters
// has its name.
func othersColumn(c ledger.Column, fold func(string) string, absorbed func(any) []ledger.Absorbed) standardColumn {
	values := func(record any) fields.Value {
		var list, folds []string
		add := func(value string) {
			if folded := fold(value); value != "" && !slices.Contains(folds, folded) {
				list, folds = append(list, value), append(folds, folded)
			}
		}
		if c.More != nil {
			for _, value := range c.More(record) {
				add(value)
			}
		}
		all := absorbed(record)
		for i := range all {
			add(c.OfAbsorbed(&all[i]))
		}
		return fields.ListValue(list)
	}
	column := standardColumn{name: othersPrefix + c.Name, of: values, column: newSetColumn(fold)}
	if c.More == nil { // else several fields tell of a change
		column.told = ledger.FieldAbsorbed
	}
	return column
}

// othersPrefix begins the names of the columns of other values.
const othersPrefix = aliasColumn + "."
