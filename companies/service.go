package companies

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Store is what the use cases need of the store.
type Store interface {
	ledger.Updater
	ledger.ClaimReader
	ledger.PastStore
}

// Service is the use cases of companies. It is safe for several goroutines.
type Service struct {
	editor *ledger.Editor[Company]
	past   *ledger.Past[Company]
}

// NewService returns the use cases over a store. A nil clock is time.Now, nil
// ids are UUIDv7.
func NewService(store Store, clock func() time.Time, ids func() ledger.ID) *Service {
	s := &Service{editor: ledger.NewEditor(ledger.Editor[Company]{
		Kind: Kind, Store: store, Now: clock, NewID: ids,
		Others: answeredOnly, CheckDraft: checkDraft, Check: checkSize, Conflict: conflict,
	})}
	s.past = ledger.NewPast(Kind, store, s.editor.Now, s.Get, nil)
	return s
}

// Result is what became of one company.
type Result = ledger.Result[Company]

// Get returns a company, or an error of KindNotFound. Here as everywhere the id of a
// company that was merged into another means that other one.
func (s *Service) Get(ctx context.Context, id ledger.ID) (*Company, error) {
	return s.editor.Get(ctx, id)
}

// Create makes a company, which stays also without contacts. One that has the name, a
// domain or the identifier of another is refused with an error of KindConflict.
func (s *Service) Create(ctx context.Context, by ledger.Caller, d fields.Draft) (Result, error) {
	return s.editor.Create(ctx, by, d, func(_ ledger.Tx, c *Company) error {
		c.Kept = true
		return nil
	})
}

// Patch applies a merge patch to a company, as ledger.Editor.Patch does.
func (s *Service) Patch(ctx context.Context, by ledger.Caller, id ledger.ID, d fields.Draft, version uint64) (Result, error) {
	return s.editor.Patch(ctx, by, id, d, version, func(before, after *Company) {
		after.Kept = true
		after.Twin = after.Twin && after.Name == before.Name
	})
}

// Delete removes a company; version is as for Patch. Its contacts stay as they are, and
// belong to no company from then on.
func (s *Service) Delete(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64) (ledger.Done, error) {
	return s.editor.Delete(ctx, by, id, version)
}

// conflict words a *ledger.Taken, and leaves other errors as they are.
func conflict(tx ledger.Tx, err error) error {
	var taken *ledger.Taken
	if !errors.As(err, &taken) {
		return err
	}
	e := &fault.Error{
		Kind: fault.KindConflict, Type: "company-taken", Field: taken.Claim.Field,
		Message: "Another company has this " + cmp.Or(uniqueValues[taken.Claim.Claim], "value") + ".",
	}
	for _, ref := range taken.Holders {
		holder, err := Kind.At(tx, ref)
		if err != nil {
			return err
		}
		e.CompanyIDs = append(e.CompanyIDs, holder.ID)
	}
	if len(taken.Held) == 1 {
		return e
	}
	e.Message = "Other companies have values that are one company's only."
	for _, h := range taken.Held {
		id := e.CompanyIDs[slices.Index(taken.Holders, h.Holder)]
		e.Faults = append(e.Faults, fault.Fault{Path: h.Claim.Field, Detail: "belongs to the company " + id.String()})
	}
	return e
}

// uniqueValues are what people call the unique values of companies.
var uniqueValues = map[ledger.ClaimKind]string{
	ClaimID: "id", ClaimName: "name", ClaimDomain: "domain", ClaimIdentifier: "identifier",
}
