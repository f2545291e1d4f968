package imports

import (
	"context"

	"github.com/ndoto/kundi/contacts"
)

// Upserter writes contacts: those of this process, see Into, or those of a
// server.
type Upserter interface {
	// UpsertBatch upserts 1 to contacts.MaxBatch drafts one after the other
	// and returns what became of each, in order. An error means that nothing
	// is known about the batch; doing it again is safe.
	UpsertBatch(ctx context.Context, drafts []contacts.Draft) ([]Outcome, error)
}

// Outcome is what became of one draft.
type Outcome struct {
	Status contacts.Status
	// Err says why a draft has StatusFailed, best as a *contacts.Error.
	Err error
}

// Into returns the Upserter that writes through a service, in the name of by.
func Into(service *contacts.Service, by contacts.Author) Upserter {
	return serviceUpserter{service, by}
}

type serviceUpserter struct {
	service *contacts.Service
	by      contacts.Author
}

func (u serviceUpserter) UpsertBatch(ctx context.Context, drafts []contacts.Draft) ([]Outcome, error) {
	batch, err := u.service.Batch(ctx, u.by, drafts)
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(batch.Results))
	for i, r := range batch.Results {
		outcomes[i] = Outcome{Status: r.Status, Err: r.Err}
	}
	return outcomes, nil
}
