package imports

import (
	"context"
	"slices"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// recorder is an Upserter that keeps what it gets and refuses drafts that the
// domain would.
type recorder struct {
	schema  *fields.Schema
	batches [][]fields.Draft
	before  func(batch int) error // may be nil
}

func newRecorder(attributes ...*fields.AttributeDefinition) *recorder {
	return &recorder{schema: ledger.NewSchema(fields.DefaultSettings(), attributes, contacts.Kind, companies.Kind)}
}

func (r *recorder) UpsertBatch(ctx context.Context, drafts []fields.Draft, _ contacts.FileRules) ([]Outcome, error) {
	if r.before != nil {
		if err := r.before(len(r.batches)); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.batches = append(r.batches, slices.Clone(drafts))
	outcomes := make([]Outcome, len(drafts))
	for i, d := range drafts {
		outcomes[i] = Outcome{Status: ledger.StatusCreated}
		if _, faults := contacts.ApplyDraft(r.schema, nil, d); len(faults) > 0 {
			outcomes[i] = Outcome{Status: ledger.StatusFailed, Err: fault.Invalid("invalid-contact", "The contact is not valid.", faults)}
		}
	}
	return outcomes, nil
}

// drafts are all that came, in order.
func (r *recorder) drafts() []fields.Draft { return slices.Concat(r.batches...) }

// emails are those of the drafts, in order.
func (r *recorder) emails() []any {
	var list []any
	for _, d := range r.drafts() {
		list = append(list, d["email"])
	}
	return list
}

// sampleAttributes are one attribute of each kind of cell.
func sampleAttributes() []*fields.AttributeDefinition {
	return []*fields.AttributeDefinition{
		{Number: 1, Key: "job_title", Label: "Job title", Type: fields.AttributeText},
		{Number: 2, Key: "mrr", Label: "Monthly revenue", Type: fields.AttributeCurrency, Currency: "USD"},
		{Number: 3, Key: "topics", Label: "Topics", Type: fields.AttributeList, Multiple: true, Options: []string{"news", "offers", "events"}},
		{Number: 4, Key: "newsletter", Label: "Newsletter", Type: fields.AttributeCheckbox},
		{Number: 5, Key: "account", Label: "Account", Type: fields.AttributeNumber},
	}
}

func fieldsOf(columns []Column) []string {
	var list []string
	for _, c := range columns {
		list = append(list, c.Field)
	}
	return list
}
