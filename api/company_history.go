package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// CompanyHistory is the use cases of the past of companies.
type CompanyHistory interface {
	GetAt(ctx context.Context, id ledger.ID, at time.Time) (*companies.Company, error)
	History(ctx context.Context, id ledger.ID, field string, before uint64, limit int) (list []ledger.HistoryEntry, next uint64, err error)
	Provenance(ctx context.Context, c *companies.Company) (map[string]ledger.Origin, error)
}

type getCompanyInput struct {
	ID      ledger.ID `path:"id" noun:"company" doc:"The id of the company."`
	At      string    `query:"at" minLength:"1" format:"date-time" doc:"A moment: the company is answered as it was then, through the attributes of now." example:"2026-11-01T12:00:00Z"`
	Include []string  `query:"include" enum:"provenance" doc:"What else is answered: provenance is where each value comes from."`
}

type companyHistoryInput struct {
	ID     ledger.ID `path:"id" noun:"company" doc:"The id of the company."`
	Field  string    `query:"field" doc:"Only changes of this field, named as in filters of companies, or absorbed." minLength:"1" example:"attributes.plan"`
	Before int       `query:"before" doc:"Only changes with a lower sequence number." minimum:"1"`
	Limit  int       `query:"limit" doc:"Entries a page. It may have fewer and still not be the last: it ends when it has read 1,000 changes, or 4 MiB of values. With field it may have none." minimum:"1" maximum:"1000" default:"50"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before, with the same field and before."`
}

func (s *server) registerCompanyHistory() {
	wire.Register(s.Server, wire.Operation{
		ID: "get-company", Method: http.MethodGet, Path: "/v1/companies/{id}", Tag: "companies", Summary: "Read a company",
		Headers: []string{wire.ETagHeader}, Refuses: []int{http.StatusGone},
		About: "Here as everywhere the id of a company that was merged into another means that other one, whose own id is in the answer. " +
			"With at, the id means what it meant at that moment: 404 when the company was not there yet, 404 merged-then when an older program had merged it into another one and that was undone since, 410 history-expired when the history does not reach back so far.",
	}, s.getCompany)
	wire.Register(s.Server, wire.Operation{
		ID: "list-company-history", Method: http.MethodGet, Path: "/v1/companies/{id}/history", Tag: "companies",
		Summary: "Who changed what of a company, and when",
		About: "The id of a company that was merged into another means that other one. What is older than the setting keep_history is gone; of the newest change from before, its values are. " +
			"With the company, its history is deleted.",
	}, s.listCompanyHistory)
}

// getCompany answers with a company as it is, or was.
func (s *server) getCompany(ctx context.Context, in *getCompanyInput) (wire.Answer[wholeCompany], error) {
	at, err := checkMoment(in.At, in.Include)
	if err != nil {
		return wire.Answer[wholeCompany]{}, err
	}
	var c *companies.Company
	if at.IsZero() {
		c, err = s.companies.Get(ctx, in.ID)
	} else {
		c, err = s.companies.GetAt(ctx, in.ID, at)
	}
	if err != nil {
		return wire.Answer[wholeCompany]{}, err
	}
	out := wire.Answer[wholeCompany]{Moving: true} // contacts come and go
	if at.IsZero() {
		out.Body, out.Version = s.presentCompany(c), c.Version
	} else {
		out.Body = companyOnWire(c, companyFieldsOf(s.records.Schema().Of(fields.EntityCompany))) // the tag is that of the present state
	}
	if len(in.Include) == 0 {
		return out, nil
	}
	origins, err := s.companies.Provenance(ctx, c)
	if err != nil {
		return wire.Answer[wholeCompany]{}, err
	}
	out.Body.Provenance = wireOrigins(origins)
	return out, nil
}

func (s *server) listCompanyHistory(ctx context.Context, in *companyHistoryInput) (wire.Answer[historyBody], error) {
	q := historyQuery{"list-company-history", in.ID, in.Field, in.Before, in.Limit, in.Cursor}
	return s.answerHistory(ctx, companies.Kind, q, func(before uint64) ([]ledger.HistoryEntry, uint64, error) {
		return s.companies.History(ctx, in.ID, in.Field, before, in.Limit)
	})
}
