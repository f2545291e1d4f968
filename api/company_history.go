package api

import (
	"context"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

func (s *server) registerCompanyHistory(n wire.Noun) {
	registerPast(past[companies.Company, wholeCompany]{
		server: s, noun: n, kind: companies.Kind, records: s.companies,
		id:      func(c *companies.Company) ledger.ID { return c.ID },
		present: s.answerCompany,
		former: func(_ context.Context, c *companies.Company) (wire.Answer[wholeCompany], error) {
			return wire.Answer[wholeCompany]{Body: companyOnWire(c, taggedFieldsOf(s.records.Schema().Of(fields.EntityCompany)))}, nil
		},
		provenance: func(body *wholeCompany) *map[string]originBody { return &body.Provenance },
	})
}
