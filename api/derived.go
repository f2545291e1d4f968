package api

import (
	"slices"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// ofEmployer is the relation of contacts to their company.
var ofEmployer = &contacts.Kind.Related()[0]

// derive adds to people what their companies have of all of their contacts now, if the
// projection shows it.
func (s *server) derive(shown *projection, people []person) {
	if !slices.ContainsFunc(shown.fields, isDerived) {
		return
	}
	at := map[uint32]int{} // in ordinals, by ordinal
	var ordinals []uint32
	for _, p := range people {
		if p.company == nil {
			continue
		}
		if _, listed := at[p.company.Ordinal]; !listed {
			at[p.company.Ordinal] = len(ordinals)
			ordinals = append(ordinals, p.company.Ordinal)
		}
	}
	figures := s.index.FiguresOf(fields.EntityCompany, ordinals)
	for i := range people {
		if company := people[i].company; company != nil {
			people[i].derived = figures[at[company.Ordinal]].Derived(companies.Kind, company, nil)
		}
	}
}

// isDerived reports whether a field of contacts shows what their company has of them.
func isDerived(f fields.Field) bool {
	name, _ := ofEmployer.Field(f.Name)
	return slices.ContainsFunc(ofEmployer.Rollups, func(rollup ledger.Rollup) bool { return rollup.Field == name })
}
