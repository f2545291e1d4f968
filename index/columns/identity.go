package columns

import (
	"slices"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// identity is a field by which records are unique, as rules see it where one
// has absorbed others: any of its values counts. Facets and orders know its
// own value only.
type identity struct {
	own      *textColumn
	absorbed *setColumn // values of the records that were absorbed
}

func (i identity) match(q query, r *filter.Rule) selection {
	return i.either(q, i.own.match(q, r), func() selection { return i.absorbed.match(q, r) })
}

func (i identity) matchText(q query, p textPart) selection {
	return i.either(q, i.own.matchText(q, p), func() selection { return i.absorbed.matchText(q, p) })
}

// either joins the rows that have a value of their own with those that have one of
// another. The second may pause, so the first must outlive that.
func (i identity) either(q query, own selection, absorbed func() selection) selection {
	own = q.own(own)
	s := own.or(absorbed())
	s.inside = false // whom others were absorbed by is looked up among all
	return s
}

func (i identity) estimate(r *filter.Rule) cost {
	own, absorbed := i.own.estimate(r), i.absorbed.estimate(r)
	return cost{scan: own.scan, rows: own.rows + absorbed.rows}
}

// rules returns what answers rules on a field. While nobody has absorbed a value
// of it, that is the plain column.
func (v *View) rules(f fields.Field) ruled {
	if r, other := v.related(f); r != nil {
		return joined{r, r.others.rules(other)}
	}
	if f.Attribute == nil {
		s := v.of.standardNamed(f.Name)
		if s != nil && s.absorbed != nil && !s.absorbed.present.IsEmpty() {
			return identity{s.column.(*textColumn), s.absorbed}
		}
	}
	return v.field(f)
}

// absorbedColumn returns the empty column of a value of the records that one has
// absorbed. No field of filters has its name.
func absorbedColumn(
	name string, fold func(string) string, absorbed func(any) []ledger.Absorbed, of func(*ledger.Absorbed) string,
) standardColumn {
	values := func(record any) fields.Value {
		var list, folds []string
		all := absorbed(record)
		for i := range all {
			value := of(&all[i])
			if folded := fold(value); value != "" && !slices.Contains(folds, folded) {
				list, folds = append(list, value), append(folds, folded)
			}
		}
		return fields.ListValue(list)
	}
	return standardColumn{name: aliasColumn + "." + name, of: values, column: newSetColumn(fold), told: ledger.FieldAbsorbed}
}
