package companies

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

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
	store Store
	now   func() time.Time
	newID func() ledger.ID
	past  *ledger.Past[Company]
}

// NewService returns the use cases over a store. A nil clock is time.Now, nil
// ids are UUIDv7.
func NewService(store Store, clock func() time.Time, ids func() ledger.ID) *Service {
	s := &Service{store: store, now: clock, newID: ids}
	if s.now == nil {
		s.now = time.Now
	}
	if s.newID == nil {
		s.newID = func() ledger.ID { return uuid.Must(uuid.NewV7()) }
	}
	s.past = ledger.NewPast(Kind, store, s.now, s.Get, nil)
	return s
}

// instant is the present in the precision in which it is stored.
func (s *Service) instant() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// Result is what became of one company.
type Result struct {
	Status ledger.Status
	ID     ledger.ID
	// Company is the state after it, which is shared and must not be changed. It is nil
	// in the repeated answer about a company that was deleted since.
	Company *Company
	// Seq is the number of the change, or of the head when there was none.
	Seq uint64
	// Replayed says that this repeats the answer to an earlier request with
	// the same idempotency key. Company is as it is now.
	Replayed bool
}

// Get returns a company, or an error of KindNotFound. Here as everywhere the id of a
// company that was merged into another means that other one.
func (s *Service) Get(ctx context.Context, id ledger.ID) (*Company, error) {
	return Kind.ReadByClaim(ctx, s.store, Kind.IDClaim(id))
}

// Create makes a company, which stays also without contacts. One that has the name, a
// domain or the identifier of another is refused with an error of KindConflict.
func (s *Service) Create(ctx context.Context, by ledger.Caller, d fields.Draft) (Result, error) {
	id := s.newID()
	nobody := func(context.Context) *Company { return nil }
	return s.write(ctx, by, d, nobody, func(tx ledger.Tx, patch *patch, now time.Time) (Result, error) {
		c, err := patch.apply(nil)
		if err != nil {
			return Result{}, err
		}
		c.ID, c.Kept, c.UpdatedAt = id, true, now
		if c.CreatedAt.IsZero() {
			c.CreatedAt = now
		}
		if err := Kind.Create(tx, c); err != nil {
			return Result{}, conflict(tx, err)
		}
		return Result{Status: ledger.StatusCreated, ID: c.ID, Company: c}, nil
	})
}

// Patch applies a merge patch to a company. A version other than 0 must be
// that of the company, else the error is of KindPrecondition. A patch that
// changes nothing writes nothing. Other errors are as for Create.
func (s *Service) Patch(ctx context.Context, by ledger.Caller, id ledger.ID, d fields.Draft, version uint64) (Result, error) {
	present := func(ctx context.Context) *Company {
		c, err := s.Get(ctx, id)
		if err != nil {
			return &Company{}
		}
		return c
	}
	return s.write(ctx, by, d, present, func(tx ledger.Tx, patch *patch, now time.Time) (Result, error) {
		before, err := Kind.ByID(tx, id)
		if err != nil {
			return Result{}, err
		}
		if err := ledger.CheckVersion(version, before.Version); err != nil {
			return Result{}, err
		}
		after, err := patch.apply(before)
		if err != nil {
			return Result{}, err
		}
		if Kind.Same(before, after) {
			return Result{Status: ledger.StatusUnchanged, ID: before.ID, Company: before}, nil
		}
		after.UpdatedAt, after.Kept = now, true
		after.Twin = after.Twin && after.Name == before.Name
		if err := Kind.Update(tx, before, after); err != nil {
			return Result{}, conflict(tx, err)
		}
		return Result{Status: ledger.StatusUpdated, ID: after.ID, Company: after}, nil
	})
}

// Delete removes a company; version is as for Patch. Its contacts stay as they are, and
// belong to no company from then on.
func (s *Service) Delete(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64) (ledger.Done, error) {
	return ledger.Do(ctx, s.store, by, s.instant(), func(tx ledger.Tx) error {
		c, err := Kind.ByID(tx, id)
		if err != nil {
			return err
		}
		if err := ledger.CheckVersion(version, c.Version); err != nil {
			return err
		}
		return Kind.Delete(tx, c)
	})
}

// write runs a use case over a draft, at most once per idempotency key. base returns the company
// that the draft changes, nil for a new one; it is asked when the draft is wrong, to say at once
// what else is.
func (s *Service) write(
	ctx context.Context, by ledger.Caller, d fields.Draft, base func(context.Context) *Company,
	useCase func(tx ledger.Tx, patch *patch, now time.Time) (Result, error),
) (Result, error) {
	checked := readDraft(s.store.Schema(), d)
	if len(checked.faults) > 0 && by.Receipt == nil {
		_, err := checked.apply(base(ctx))
		return Result{}, err
	}
	return s.once(ctx, by, func(tx ledger.Tx, now time.Time) (Result, error) {
		if tx.Schema() != checked.schema {
			checked = readDraft(tx.Schema(), d)
		}
		return useCase(tx, checked, now)
	})
}

// once runs a use case of one company, at most once per idempotency key.
func (s *Service) once(ctx context.Context, by ledger.Caller, useCase func(tx ledger.Tx, now time.Time) (Result, error)) (Result, error) {
	var result Result
	key := by.Receipt
	now := s.instant()
	seq, err := s.store.Update(ctx, by.Author, func(tx ledger.Tx) error {
		outcome, err := ledger.Once(tx, key, now, func() (ledger.Outcome, error) {
			var err error
			result, err = useCase(tx, now)
			return ledger.Outcome{Status: string(result.Status), IDs: []string{result.ID.String()}}, err
		})
		if outcome.Replayed {
			result = replayed(outcome)
		}
		return err
	})
	if err != nil {
		return Result{}, err
	}
	if result.Replayed {
		return s.recall(ctx, result)
	}
	result.Seq = seq
	return result, nil
}

func replayed(o ledger.Outcome) Result {
	r := Result{Status: ledger.Status(o.Status), Seq: o.Seq, Replayed: true}
	if len(o.IDs) > 0 {
		r.ID, _ = uuid.Parse(o.IDs[0])
	}
	return r
}

// recall adds the present state to a repeated answer.
func (s *Service) recall(ctx context.Context, r Result) (Result, error) {
	var err error
	if r.Company, err = s.Get(ctx, r.ID); fault.KindOf(err) == fault.KindNotFound && err != nil {
		return r, nil
	}
	return r, err
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
