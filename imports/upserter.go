package imports

import (
	"context"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Upserter writes contacts, either into the store of this process (see Into) or
// through a running server (see Through).
type Upserter interface {
	// UpsertBatch upserts 1 to contacts.MaxBatch drafts one after the other, as
	// contacts.Service.Import does. It returns their outcomes in the same order.
	// After an error it is not known what was written; to do the batch again is
	// safe.
	UpsertBatch(ctx context.Context, drafts []fields.Draft, rules contacts.FileRules) ([]Outcome, error)
}

// Outcome is the outcome of one draft.
type Outcome struct {
	Status ledger.Status
	// ID is the id of the contact. It is zero with StatusFailed.
	ID ledger.ID
	// Err is the reason for StatusFailed, if possible a *fault.Error.
	Err error
	// LeftOut are the fields that were left out because their value was not
	// valid.
	LeftOut []fault.Fault
}

// Into returns an Upserter that writes through a service. by is the author of the
// changes.
func Into(service *contacts.Service, by ledger.Author) Upserter {
	return serviceUpserter{service, by}
}

type serviceUpserter struct {
	service *contacts.Service
	by      ledger.Author
}

func (u serviceUpserter) UpsertBatch(ctx context.Context, drafts []fields.Draft, rules contacts.FileRules) ([]Outcome, error) {
	batch, err := u.service.Import(ctx, u.by, drafts, rules)
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(batch.Results))
	for i, r := range batch.Results {
		outcomes[i] = Outcome{Status: r.Status, ID: r.ID, Err: r.Err, LeftOut: r.LeftOut}
	}
	return outcomes, nil
}
