package columns

import (
	"github.com/ndoto/kundi/segments/filter"
)

// joined is a field of the company seen as one of the contact.
type joined struct {
	companies *companyTable
	field     *textColumn
}

// match finds the companies that the rule accepts, then their contacts.
func (j joined) match(q query, r *filter.Rule) selection {
	q.within = nil // rows of contacts mean nothing among companies
	return j.companies.contactsOf(j.field.match(q, r).rows)
}

func (j joined) estimate(r *filter.Rule) cost {
	if r.Operator == filter.Eq {
		var rows uint64
		for _, code := range j.field.find(r.Values) {
			companies, _ := j.field.rows.bitmap(code)
			for company := range each(companies) {
				rows += j.companies.members.count(company)
			}
		}
		return cost{rows: rows}
	}
	return cost{rows: j.companies.present.GetCardinality()}
}
