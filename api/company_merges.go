package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// CompanyMerges are the use cases of merges of companies.
type CompanyMerges interface {
	MergeChosen(ctx context.Context, by ledger.Caller, id ledger.ID, o ledger.MergeOrder) (companies.Result, error)
	RehearseMerge(ctx context.Context, by ledger.Caller, id ledger.ID, o ledger.MergeOrder) (companies.Result, *companies.Company, error)
	UndoMerge(ctx context.Context, by ledger.Caller, merge ledger.ID) (companies.Result, error)
}

type companyMergeInput struct {
	ID      ledger.ID             `path:"id" noun:"company" doc:"The id of the company that stays."`
	IfMatch string                `header:"If-Match" doc:"The ETag that the company must still have, else 412."`
	Body    companyMergeInputBody `body:"json"`
}

type companyMergeInputBody struct {
	CompanyID string     `json:"company_id" doc:"The id of the company that is absorbed." format:"uuid"`
	Version   uint64     `json:"company_version,omitempty" minimum:"1" doc:"The version that the company which is absorbed must still have, else 412; absent: any."`
	Choose    choiceText `json:"choose,omitempty"`
	DryRun    bool       `json:"dry_run,omitempty" doc:"With true, nothing is written. The answer is a RehearsedCompany: the company as it would be, and how many contacts of the other one would be shown with it."`
}

// rehearsedCompany is what a merge of companies would make.
type rehearsedCompany struct {
	Company wholeCompany  `json:"company" doc:"The company as it would be, with the version that it has. The newest one of absorbed has no merge_id. What it has of its contacts is that of now."`
	Version uint64        `json:"absorbed_version,omitempty" doc:"The version of the company that would be absorbed, for company_version. Absent when it was absorbed before."`
	Moves   movedContacts `json:"moves"`
}

// movedContacts is how many contacts of the absorbed company would be the survivor's.
type movedContacts struct {
	Contacts uint64 `json:"contacts"`
}

func (s *server) registerCompanyMerges() {
	wire.Register(s.Server, wire.Operation{
		ID: "merge-companies", Refuses: []int{http.StatusConflict, http.StatusGone}, Method: http.MethodPost, Path: "/v1/companies/{id}/merge", Tag: "companies", Writes: true, Headers: []string{wire.ETagHeader},
		Summary: "Merge another company into this one",
		About: "What this company has stays; what it lacks comes from the other. Domains and labels are united, and the earlier created_at wins. Of the fields in choose it gets what the other has. " +
			"From then on the other's id, name, domains and identifier mean this company, and its contacts are this company's. " +
			"One that was absorbed before is left as it is. A 409 is one of the limits: 100 merged companies, 100 domains, 200 labels, 256 KiB of text. POST /v1/merges/{id}/undo undoes it. With dry_run nothing is written.",
	}, s.mergeCompanies, func(_ context.Context, in *companyMergeInput) error {
		if in.Body.CompanyID == "" {
			return nil // it is told that it is required
		}
		_, err := in.order()
		return err
	})
}

func (in *companyMergeInput) order() (ledger.MergeOrder, error) {
	return mergeOrder(in.IfMatch, "company", in.Body.CompanyID, in.Body.Version, in.Body.Choose)
}

func (s *server) mergeCompanies(ctx context.Context, in *companyMergeInput) (wire.Answer[mergedCompany], error) {
	order, err := in.order()
	if err != nil {
		return wire.Answer[mergedCompany]{}, err
	}
	if in.Body.DryRun {
		return s.rehearseCompanyMerge(ctx, in.ID, order)
	}
	r, err := s.companies.MergeChosen(ctx, wire.CallerOf(ctx), in.ID, order)
	if err != nil {
		return wire.Answer[mergedCompany]{}, err
	}
	out, err := s.companyEdits().written(ctx, r)
	return recordAnswer(out, err, func(body wholeCompany) mergedCompany { return mergedCompany{body} })
}

// rehearseCompanyMerge answers what a merge would make.
func (s *server) rehearseCompanyMerge(ctx context.Context, id ledger.ID, order ledger.MergeOrder) (wire.Answer[mergedCompany], error) {
	r, absorbed, err := s.companies.RehearseMerge(ctx, wire.CallerOf(ctx), id, order)
	if err != nil {
		return wire.Answer[mergedCompany]{}, err
	}
	body := rehearsedCompany{Company: s.presentCompany(r.Record)}
	if absorbed != nil {
		body.Version = absorbed.Version
		body.Moves.Contacts = *s.presentCompany(absorbed).Contacts
	}
	return wire.Answer[mergedCompany]{Body: mergedCompany{body}, Seq: r.Seq, Version: r.Record.Version}, nil
}

// undoneBody is the contact or the company that a merge had absorbed.
type undoneBody struct{ record any }

// MarshalJSON writes it as it is.
func (b undoneBody) MarshalJSON() ([]byte, error) { return json.Marshal(b.record) }

// Schema describes it.
func (undoneBody) Schema(r huma.Registry) *huma.Schema {
	return eitherOf[contactBody, wholeCompany](r, "ContactBody", "WholeCompany")
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
	return recordAnswer(of, err, func(body B) undoneBody { return undoneBody{body} })
}
