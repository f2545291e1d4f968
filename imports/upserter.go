package imports

import (
	"context"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// Upserter writes contacts: those of this process, see Into, or those of a
// server.
type Upserter interface {
	// UpsertBatch upserts 1 to contacts.MaxBatch rows one after the other, as
	// contacts.Service.Import does, and returns what became of each, in order.
	// An error means that nothing is known about the batch; doing it again is
	// safe.
	UpsertBatch(ctx context.Context, drafts []fields.Draft, rules contacts.FileRules) ([]Outcome, error)
}

// Outcome is what became of one draft.
type Outcome struct {
	Status contacts.Status
	// ID is that of the contact, zero with StatusFailed.
	ID contacts.ID
	// Err says why a draft has StatusFailed, best as a *fault.Error.
	Err error
	// LeftOut are the fields that could not be taken and were left out.
	LeftOut []fault.Fault
}

// Into returns the Upserter that writes through a service, in the name of by.
func Into(service *contacts.Service, by contacts.Author) Upserter {
	return serviceUpserter{service, by}
}

type serviceUpserter struct {
	service *contacts.Service
	by      contacts.Author
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
