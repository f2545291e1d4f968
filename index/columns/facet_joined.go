package columns

import "github.com/ndoto/kundi/contacts"

// facet counts contacts by company, then companies by their text.
func (j joined) facet(q contacts.FacetQuery, s subset) func() contacts.Facet {
	return done(j.facetOf(s.count(&j.of, max(1, len(j.members.refs)), &j.members), q, s))
}

// facetOf makes a facet of counts by company.
func (j joined) facetOf(members []uint32, q contacts.FacetQuery, s subset) contacts.Facet {
	counts := make([]uint32, j.field.folds.size())
	for company, n := range members {
		counts[j.field.codes.get(uint32(company))] += n
	}
	counts[0] = 0
	ranked := j.field.ranking(q.After).rank(counts)
	return ranked.facet(s.size-ranked.sum, func(code uint32) string { return j.commonest(code, members) })
}

// commonest returns the spelling of a code that the companies of most contacts
// have.
func (j joined) commonest(code uint32, members []uint32) string {
	v := j.field.variants[code]
	if v == nil {
		return j.field.spelling(code, 0)
	}
	counts := make([]uint32, len(v.texts))
	companies, _ := j.field.rows.bitmap(code)
	for company := range each(companies) {
		if int(company) < len(members) {
			counts[j.field.spelled.get(company)] += members[company]
		}
	}
	return v.texts[mostly(counts, v.texts)]
}

func (j joined) values() int { return len(j.members.refs) + j.field.folds.size() }
