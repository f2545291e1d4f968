package companies

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// Store is what the use cases need of the store.
type Store interface {
	contacts.Updater
	contacts.ClaimReader
	contacts.PastStore
}

// Service is the use cases of companies. It is safe for several goroutines.
type Service struct {
	store Store
	now   func() time.Time
	newID func() contacts.ID
	past  *contacts.Past[contacts.Company]
}

// NewService returns the use cases over a store. A nil clock is time.Now, nil
// ids are UUIDv7.
func NewService(store Store, clock func() time.Time, ids func() contacts.ID) *Service {
	s := &Service{store: store, now: clock, newID: ids}
	if s.now == nil {
		s.now = time.Now
	}
	if s.newID == nil {
		s.newID = func() contacts.ID { return uuid.Must(uuid.NewV7()) }
	}
	s.past = contacts.NewPast(contacts.CompanyKind, store, s.now, s.Get, nil)
	return s
}

// instant is the present in the precision in which it is stored.
func (s *Service) instant() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// Result is what became of one company.
type Result struct {
	Status contacts.Status
	ID     contacts.ID
	// Company is the state after it, which is shared and must not be changed. It is nil
	// in the repeated answer about a company that was deleted since.
	Company *contacts.Company
	// Seq is the number of the change, or of the head when there was none.
	Seq uint64
	// Replayed says that this repeats the answer to an earlier request with
	// the same idempotency key. Company is as it is now.
	Replayed bool
}

// Get returns a company, or an error of KindNotFound. Here as everywhere the id of a
// company that was merged into another means that other one.
func (s *Service) Get(ctx context.Context, id contacts.ID) (*contacts.Company, error) {
	return contacts.CompanyKind.ReadByClaim(ctx, s.store, contacts.CompanyKind.IDClaim(id))
}

// Create makes a company, which stays also without contacts. One that has the name, a
// domain or the identifier of another is refused with an error of KindConflict.
func (s *Service) Create(ctx context.Context, by contacts.Author, d fields.Draft) (Result, error) {
	id := s.newID()
	nobody := func(context.Context) *contacts.Company { return nil }
	return s.write(ctx, by, d, nobody, func(tx contacts.Tx, patch *patch, now time.Time) (Result, error) {
		c, err := patch.apply(nil)
		if err != nil {
			return Result{}, err
		}
		c.ID, c.Kept, c.UpdatedAt = id, true, now
		if c.CreatedAt.IsZero() {
			c.CreatedAt = now
		}
		if err := contacts.CompanyKind.Create(tx, c); err != nil {
			return Result{}, conflict(tx, err)
		}
		return Result{Status: contacts.StatusCreated, ID: c.ID, Company: c}, nil
	})
}

// Patch applies a merge patch to a company. A version other than 0 must be
// that of the company, else the error is of KindPrecondition. A patch that
// changes nothing writes nothing. Other errors are as for Create.
func (s *Service) Patch(ctx context.Context, by contacts.Author, id contacts.ID, d fields.Draft, version uint64) (Result, error) {
	present := func(ctx context.Context) *contacts.Company {
		c, err := s.Get(ctx, id)
		if err != nil {
			return &contacts.Company{}
		}
		return c
	}
	return s.write(ctx, by, d, present, func(tx contacts.Tx, patch *patch, now time.Time) (Result, error) {
		before, err := contacts.CompanyKind.ByID(tx, id)
		if err != nil {
			return Result{}, err
		}
		if err := contacts.CheckVersion(version, before.Version); err != nil {
			return Result{}, err
		}
		after, err := patch.apply(before)
		if err != nil {
			return Result{}, err
		}
		if contacts.CompanyKind.Same(before, after) {
			return Result{Status: contacts.StatusUnchanged, ID: before.ID, Company: before}, nil
		}
		after.UpdatedAt, after.Kept = now, true
		after.Twin = after.Twin && after.Name == before.Name
		if err := contacts.CompanyKind.Update(tx, before, after); err != nil {
			return Result{}, conflict(tx, err)
		}
		return Result{Status: contacts.StatusUpdated, ID: after.ID, Company: after}, nil
	})
}

// Delete removes a company; version is as for Patch. Its contacts stay as they are, and
// belong to no company from then on.
func (s *Service) Delete(ctx context.Context, by contacts.Author, id contacts.ID, version uint64) (contacts.Done, error) {
	return contacts.Do(ctx, s.store, by, s.instant(), func(tx contacts.Tx) error {
		c, err := contacts.CompanyKind.ByID(tx, id)
		if err != nil {
			return err
		}
		if err := contacts.CheckVersion(version, c.Version); err != nil {
			return err
		}
		return contacts.CompanyKind.Delete(tx, c)
	})
}

// write runs a use case over a draft, at most once per idempotency key. base returns the company
// that the draft changes, nil for a new one; it is asked when the draft is wrong, to say at once
// what else is.
func (s *Service) write(
	ctx context.Context, by contacts.Author, d fields.Draft, base func(context.Context) *contacts.Company,
	useCase func(tx contacts.Tx, patch *patch, now time.Time) (Result, error),
) (Result, error) {
	checked := readDraft(s.store.Schema(), d)
	if len(checked.faults) > 0 && !contacts.HasReceipt(ctx) {
		_, err := checked.apply(base(ctx))
		return Result{}, err
	}
	return s.once(ctx, by, func(tx contacts.Tx, now time.Time) (Result, error) {
		if tx.Schema() != checked.schema {
			checked = readDraft(tx.Schema(), d)
		}
		return useCase(tx, checked, now)
	})
}

// once runs a use case of one company, at most once per idempotency key.
func (s *Service) once(ctx context.Context, by contacts.Author, useCase func(tx contacts.Tx, now time.Time) (Result, error)) (Result, error) {
	var result Result
	now := s.instant()
	seq, err := s.store.Update(ctx, by, func(tx contacts.Tx) error {
		outcome, err := contacts.Once(ctx, tx, now, func() (contacts.Outcome, error) {
			var err error
			result, err = useCase(tx, now)
			return contacts.Outcome{Status: string(result.Status), IDs: []string{result.ID.String()}}, err
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

func replayed(o contacts.Outcome) Result {
	r := Result{Status: contacts.Status(o.Status), Seq: o.Seq, Replayed: true}
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

// conflict words a *contacts.Taken, and leaves other errors as they are.
func conflict(tx contacts.Tx, err error) error {
	var taken *contacts.Taken
	if !errors.As(err, &taken) {
		return err
	}
	e := &fault.Error{
		Kind: fault.KindConflict, Type: "company-taken", Field: taken.Claim.Field,
		Message: "Another company has this " + cmp.Or(uniqueValues[taken.Claim.Claim], "value") + ".",
	}
	for _, ref := range taken.Holders {
		holder, err := contacts.CompanyKind.At(tx, ref)
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
var uniqueValues = map[contacts.ClaimKind]string{
	contacts.ClaimCompanyID: "id", contacts.ClaimCompanyName: "name", contacts.ClaimCompanyDomain: "domain", contacts.ClaimCompanyIdentifier: "identifier",
}
