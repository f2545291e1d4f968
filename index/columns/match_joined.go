package columns

import (
	"slices"

	"github.com/ndoto/kundi/segments/filter"
)

// joined is a field of the other table of a relation, seen as one of the table.
type joined struct {
	*relation
	field *textColumn
}

func (j joined) match(q query, r *filter.Rule) selection {
	return j.matching(q, func(q query) selection { return j.field.match(q, r) })
}

// matching finds the companies that match, then their contacts. When few contacts
// matter it looks only at their companies.
func (j joined) matching(q query, match func(query) selection) selection {
	contacts := q.within
	q.within = nil // rows of contacts mean nothing among companies
	if contacts == nil || contacts.GetCardinality() >= batchRows {
		return j.rowsOf(q.work, match(q).rows)
	}
	q.within = j.othersOf(contacts)
	companies := match(q).rows
	rows := q.work.filterRows(contacts, lookSteps, func(_ int, batch []uint32) []uint32 {
		return slices.DeleteFunc(batch, func(row uint32) bool { return !companies.Contains(j.of.get(row)) })
	})
	return selection{rows: rows, owned: true, inside: true}
}

func (j joined) estimate(r *filter.Rule) cost {
	if r.Operator == filter.Eq {
		var rows uint64
		for _, code := range j.field.find(r.Values) {
			companies, _ := j.field.rows.bitmap(code)
			for company := range each(companies) {
				rows += j.members.count(company)
			}
		}
		return cost{rows: rows}
	}
	return cost{rows: j.present.GetCardinality()}
}
