package api

import (
	"context"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
)

func (s *server) registerCompanyHistory(n wire.Noun) {
	const meaning = "of a company that was merged into another means that other one"
	registerPast(past[companies.Company, wholeCompany]{
		server: s, noun: n, kind: companies.Kind, records: s.companies,
		getting: "Here as everywhere the id " + meaning + ", whose own id is in the answer. " +
			"With at, the id means what it meant at that moment: 404 when the company was not there yet, 404 merged-then when an older program had merged it into another one and that was undone since, 410 history-expired when the history does not reach back so far.",
		listing: "The id " + meaning + ". ",
		present: s.answerCompany,
		former: func(_ context.Context, c *companies.Company) (wire.Answer[wholeCompany], error) {
			return wire.Answer[wholeCompany]{Body: companyOnWire(c, taggedFieldsOf(s.records.Schema().Of(fields.EntityCompany)))}, nil
		},
		provenance: func(body *wholeCompany) *map[string]originBody { return &body.Provenance },
	})
}
