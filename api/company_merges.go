package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// CompanyMerges are the use cases of merges of companies.
type CompanyMerges interface {
	Merge(ctx context.Context, by ledger.Caller, id, other ledger.ID, version uint64) (companies.Result, error)
	UndoMerge(ctx context.Context, by ledger.Caller, merge ledger.ID) (companies.Result, error)
}

type companyMergeInput struct {
	ID      ledger.ID             `path:"id" noun:"company" doc:"The id of the company that stays."`
	IfMatch string                `header:"If-Match" doc:"The ETag that the company must still have, else 412."`
	Body    companyMergeInputBody `body:"json"`
}

type companyMergeInputBody struct {
	CompanyID string `json:"company_id" doc:"The id of the company that is absorbed." format:"uuid"`
}

func (s *server) registerCompanyMerges() {
	wire.Register(s.Server, wire.Operation{
		ID: "merge-companies", Refuses: []int{http.StatusConflict, http.StatusGone}, Method: http.MethodPost, Path: "/v1/companies/{id}/merge", Tag: "companies", Writes: true, Headers: []string{wire.ETagHeader},
		Summary: "Merge another company into this one",
		About: "What this company has stays; what it lacks comes from the other. Domains and labels are united, and the earlier created_at wins. " +
			"From then on the other's id, name, domains and identifier mean this company, and its contacts are this company's. " +
			"One that was absorbed before is left as it is. A 409 is one of the limits: 100 merged companies, 100 domains, 200 labels, 256 KiB of text. POST /v1/merges/{id}/undo undoes it.",
	}, s.mergeCompanies)
}

func (s *server) mergeCompanies(ctx context.Context, in *companyMergeInput) (wire.Answer[wholeCompany], error) {
	version, err := wire.ParseIfMatch(in.IfMatch)
	if err != nil {
		return wire.Answer[wholeCompany]{}, err
	}
	other, err := uuid.Parse(in.Body.CompanyID)
	if err != nil {
		return wire.Answer[wholeCompany]{}, wire.InvalidRequest([]fault.Fault{{Path: "company_id", Detail: "must be the id of a company"}})
	}
	r, err := s.companies.Merge(ctx, wire.CallerOf(ctx), in.ID, other, version)
	if err != nil {
		return wire.Answer[wholeCompany]{}, err
	}
	return s.companyEdits().written(ctx, r)
}

// undoneBody is the contact or the company that a merge had absorbed.
type undoneBody struct{ record any }

// MarshalJSON writes it as it is.
func (b undoneBody) MarshalJSON() ([]byte, error) { return json.Marshal(b.record) }

// Schema describes it.
func (undoneBody) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{
		r.Schema(reflect.TypeFor[contactBody](), true, "ContactBody"), r.Schema(reflect.TypeFor[wholeCompany](), true, "WholeCompany"),
	}}
}

// undoMerge undoes a merge of contacts or else one of companies. A repeated request is
// repeated as what it was: its receipt has an id that only one of the two knows.
func (s *server) undoMerge(ctx context.Context, in *undoMergeInput) (wire.Answer[undoneBody], error) {
	by := wire.CallerOf(ctx)
	of, err := s.contacts.UndoMerge(ctx, by, in.ID)
	if err == nil && of.Contact != nil {
		return undone(s.written(of))
	}
	if err != nil && fault.KindOf(err) != fault.KindNotFound {
		return wire.Answer[undoneBody]{}, err
	}
	company, companyErr := s.companies.UndoMerge(ctx, by, in.ID)
	if companyErr == nil && company.Record == nil && err == nil {
		return undone(s.written(of)) // it was a contact, or a company, that was deleted since
	}
	if companyErr != nil {
		return undone(wire.Answer[wholeCompany]{}, companyErr)
	}
	return undone(s.companyEdits().written(ctx, company))
}

// undone answers with a record of some kind.
func undone[B any](of wire.Answer[B], err error) (wire.Answer[undoneBody], error) {
	return wire.Answer[undoneBody]{
		Body: undoneBody{of.Body}, Version: of.Version, Seq: of.Seq, Replayed: of.Replayed, Status: of.Status, Location: of.Location,
	}, err
}
