package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/workspace"
)

type renameLabelInput struct {
	Body renameLabelBody `body:"json"`
}

type renameLabelBody struct {
	From string `json:"from" doc:"The label, or another spelling of it." example:"vip"`
	To   string `json:"to" doc:"Its name from now on. A label that there is already makes both one." example:"Key customer"`
}

// labelRenaming says which label is being renamed.
type labelRenaming struct {
	Renaming *renamingBody `json:"renaming,omitempty" doc:"Absent when no label is being renamed."`
}

// renamingBody is how far a renaming has come.
type renamingBody struct {
	From  string `json:"from" doc:"The former name." example:"gold"`
	To    string `json:"to" doc:"The present name." example:"premium"`
	Done  uint32 `json:"done" doc:"How many records were looked at."`
	Total uint32 `json:"total" doc:"How many there are to look at."`
}

func renamingOf(p *workspace.Progress) *renamingBody {
	if p == nil {
		return nil
	}
	return &renamingBody{From: p.From, To: p.To, Done: p.Done, Total: p.Total}
}

func (s *server) registerLabels() {
	wire.Register(s.Server, wire.Operation{
		ID: "rename-label", Refuses: []int{http.StatusConflict}, Method: http.MethodPost, Path: "/v1/labels/rename", Tag: "labels", Summary: "Rename a label everywhere",
		Writes: true,
		About: "Contacts, companies, conversations and the filters of segments have the new name from this answer on. Until the histories of all records say so too, the former name means the new one; then it is free again. " +
			"While a label is being renamed, the next one is a 409.",
	}, s.renameLabel)
	wire.Register(s.Server, wire.Operation{
		ID: "get-label-renaming", Method: http.MethodGet, Path: "/v1/labels/renaming", Tag: "labels", Summary: "See how far the renaming of a label has come",
	}, s.getLabelRenaming)
}

func (s *server) renameLabel(ctx context.Context, in *renameLabelInput) (wire.Answer[labelRenaming], error) {
	used, err := s.labelUsed(ctx, in.Body.From)
	if err != nil {
		return wire.Answer[labelRenaming]{}, err
	}
	done, err := s.attributes.RenameLabel(ctx, wire.CallerOf(ctx), workspace.Rename{From: in.Body.From, To: in.Body.To, Unused: !used})
	if err != nil {
		return wire.Answer[labelRenaming]{}, err
	}
	out, err := s.getLabelRenaming(ctx, nil)
	out.Seq, out.Replayed = done.Seq, done.Replayed
	return out, err
}

// labelUsed reports whether a contact, a company or the filter of a segment has a label.
func (s *server) labelUsed(ctx context.Context, label string) (bool, error) {
	if used, err := s.definitions.UsesLabel(ctx, label); used || err != nil {
		return used, err
	}
	rule := map[string]any{"field": "labels", "operator": "any_of", "value": []string{label}}
	raw, err := json.Marshal(map[string]any{"combinator": "and", "rules": []any{rule}})
	if err != nil {
		return false, err
	}
	used := false
	err = s.index.Steady(ctx, func(schema *fields.Schema) (err error) {
		used, err = s.labelOfRecords(ctx, schema, raw)
		return err
	})
	return used, err
}

// labelOfRecords reports whether a record has a label, which a filter asks for.
func (s *server) labelOfRecords(ctx context.Context, schema *fields.Schema, raw []byte) (bool, error) {
	for _, e := range schema.Defined() {
		f, err := filter.Decoder{Schema: schema, Of: e}.Decode(raw, "from")
		if err != nil {
			return true, nil // what is wrong with the label itself is said elsewhere
		}
		found, err := s.index.Query(ctx, index.Query{Of: e, Filter: f, Env: filter.EnvOf(schema, s.now())})
		if err != nil || found.Count > 0 {
			return true, err
		}
	}
	return false, nil
}

func (s *server) getLabelRenaming(ctx context.Context, _ *struct{}) (wire.Answer[labelRenaming], error) {
	p, err := s.attributes.RenamingOfLabels(ctx)
	return wire.Answer[labelRenaming]{Body: labelRenaming{Renaming: renamingOf(p)}}, err
}
