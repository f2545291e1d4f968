package contacts

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Store is what the use cases need of the store.
type Store interface {
	ledger.Updater
	ledger.HastyUpdater
	ledger.Reader
}

// Service is the use cases of contacts: everything that changes them goes through it. It is
// safe for several goroutines.
//
// A use case checks its input outside of the store's closure, against the
// present schema, and once more inside when the schema has changed since.
type Service struct {
	store     Store
	now       func() time.Time
	newID     func() ledger.ID
	companies Companies
	past      *ledger.Past[Contact]
}

// NewService returns the use cases over a store and its companies. A nil clock is time.Now, nil
// ids are UUIDv7.
func NewService(store Store, companies Companies, clock func() time.Time, ids func() ledger.ID) *Service {
	s := &Service{store: store, companies: companies, now: clock, newID: ids}
	if s.now == nil {
		s.now = time.Now
	}
	if s.newID == nil {
		s.newID = ledger.NewID
	}
	s.past = s.pastOf()
	return s
}

// Result is what became of one contact.
type Result struct {
	Status ledger.Status
	ID     ledger.ID
	// Contact and Company are the state after it; they are shared and must
	// not be changed. Company is nil when there is none. Both are nil in the
	// repeated answer about a contact that was deleted since, and in a batch.
	Contact *Contact
	Company *ledger.Link
	// Seq is the number of the change, or of the head when there was none.
	Seq uint64
	// Replayed says that this repeats the answer to an earlier request with
	// the same idempotency key. Contact and Company are as they are now.
	Replayed bool
	// Err says why an item of a batch failed, an *Error.
	Err error
	// LeftOut are the fields of a row that could not be taken and were left out;
	// see FileRules.Lenient.
	LeftOut []fault.Fault
}

// Get returns a contact with its company (nil for none), or an error of
// fault.KindNotFound. Here as everywhere the id of a contact that was merged into
// another means that other one.
func (s *Service) Get(ctx context.Context, id ledger.ID) (*Contact, *ledger.Link, error) {
	return s.holder(ctx, ledger.Claim{Kind: ClaimID, Value: id.String()})
}

// Find is Get by a value of an identifying field (email, phone, identifier),
// read as when it is written: an e-mail regardless of case, a phone number in
// any form, also with 00 or 011 in the place of the +. A text that can be none is an error of fault.KindInvalid whose path is
// "value".
func (s *Service) Find(ctx context.Context, field, text string) (*Contact, *ledger.Link, error) {
	claim, wrong := identifying(s.store.Schema(), field, text)
	if wrong != "" {
		return nil, nil, fault.Invalid("invalid-request", "Nobody can have this value.", []fault.Fault{{Path: "value", Detail: wrong}})
	}
	return s.holder(ctx, claim)
}

// Ordinal returns the ordinal of the contact that has a value in an identifying field, which is
// read as Find does, or in the field id; 0 when nobody has it. fault says why nobody can have
// the value, "" if somebody can.
func (s *Service) Ordinal(ctx context.Context, field, value string) (ordinal uint32, fault string, err error) {
	claim := ledger.Claim{Kind: ClaimID, Value: value}
	if field == "id" {
		if !ledger.IsID(value) {
			return 0, "must be the id of a contact", nil
		}
		claim.Value = strings.ToLower(value)
	} else if claim, fault = identifying(s.store.Schema(), field, value); fault != "" {
		return 0, fault, nil
	}
	holder, held, err := s.store.Holder(ctx, claim)
	if err != nil || !held {
		return 0, "", err
	}
	return holder.Ordinal, "", nil
}

// identifying reads a value of an identifying field, or says what is wrong with
// it.
func identifying(schema *fields.Schema, name, text string) (claim ledger.Claim, fault string) {
	field, _ := schema.Field(name)
	v, fault := schema.Coerce(field, text)
	if fault == "" && v.IsMissing() {
		fault = "must not be blank"
	}
	if fault != "" {
		return ledger.Claim{}, fault
	}
	switch name {
	case "email":
		return ledger.Claim{Kind: ClaimEmail, Value: fields.CanonicalEmail(v.Text)}, ""
	case "phone":
		return ledger.Claim{Kind: ClaimPhone, Value: v.Text}, ""
	}
	return ledger.Claim{Kind: ClaimIdentifier, Value: v.Text}, ""
}

// holder returns the contact that holds a claim.
func (s *Service) holder(ctx context.Context, claim ledger.Claim) (*Contact, *ledger.Link, error) {
	c, err := Kind.ReadByClaim(ctx, s.store, claim)
	if err != nil {
		return nil, nil, err
	}
	company, err := s.companyOf(ctx, c)
	return c, company, err
}

// companyOf returns the company of a contact, nil for none.
func (s *Service) companyOf(ctx context.Context, c *Contact) (*ledger.Link, error) {
	return s.companies.Read(ctx, s.store, c.Company)
}

// Create makes a contact. One that has an e-mail, phone or identifier of
// another is refused with fault.KindConflict.
func (s *Service) Create(ctx context.Context, by ledger.Caller, d fields.Draft) (Result, error) {
	return s.write(ctx, by, d, (*writing).create)
}

// Upsert updates the contact that has the draft's identifier, else its e-mail,
// else its phone, and makes one when there is none. Keys of different
// contacts, or a match that has another identifier, are a fault.KindConflict;
// nothing is ever merged.
func (s *Service) Upsert(ctx context.Context, by ledger.Caller, d fields.Draft) (Result, error) {
	return s.write(ctx, by, d, (*writing).upsert)
}

// Patch applies a merge patch to a contact. A version other than 0 must be
// that of the contact, else the error is of fault.KindPrecondition. A patch that
// changes nothing writes nothing.
func (s *Service) Patch(ctx context.Context, by ledger.Caller, id ledger.ID, d fields.Draft, version uint64) (Result, error) {
	return s.write(ctx, by, d, func(w *writing) (Result, error) {
		before, err := Kind.ByID(w.tx, id)
		if err != nil {
			return Result{}, err
		}
		if err := ledger.CheckVersion(version, before.Version); err != nil {
			return Result{}, err
		}
		return w.change(before)
	})
}

// Delete removes a contact; version is as for Patch. The addresses of one that is
// blocked stay blocked, until its block would have been over.
func (s *Service) Delete(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64) (ledger.Done, error) {
	now := s.instant()
	return ledger.Do(ctx, s.store, by, now, func(tx ledger.Tx) error {
		c, err := Kind.ByID(tx, id)
		if err != nil {
			return err
		}
		if err := ledger.CheckVersion(version, c.Version); err != nil {
			return err
		}
		if c.Blocked && !c.blockOver(now) {
			if err := keepBlocks(tx, c, c.addresses(), now); err != nil {
				return err
			}
		}
		if err := keepUnsubscribes(tx, c, nil); err != nil {
			return err
		}
		if err := moveBlockEnds(tx, [][2]*Contact{{c, nil}}); err != nil {
			return err
		}
		if err := share(tx, c, nil); err != nil {
			return err
		}
		return Kind.Delete(tx, c)
	})
}

// write runs one use case over one draft, at most once per idempotency key.
func (s *Service) write(ctx context.Context, by ledger.Caller, d fields.Draft, useCase func(*writing) (Result, error)) (Result, error) {
	item := s.prepare(d)
	if err := item.err(); err != nil && by.Receipt == nil {
		return Result{}, err
	}
	return s.once(ctx, by, item.now, func(tx ledger.Tx) (Result, error) {
		w := &writing{tx: tx, by: by.Author, item: item, newID: s.newID, companies: s.companies}
		if err := w.freshen(); err != nil {
			return Result{}, err
		}
		return useCase(w)
	})
}

// once runs a use case of one contact, at most once per idempotency key.
func (s *Service) once(ctx context.Context, by ledger.Caller, now time.Time, useCase func(ledger.Tx) (Result, error)) (Result, error) {
	var result Result
	key := by.Receipt
	seq, err := s.store.Update(ctx, by.Author, func(tx ledger.Tx) error {
		outcome, err := ledger.Once(tx, key, now, func() (ledger.Outcome, error) {
			var err error
			result, err = useCase(tx)
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
	r.Contact, r.Company, err = s.Get(ctx, r.ID)
	var missing *fault.Error
	if errors.As(err, &missing) && missing.Kind == fault.KindNotFound {
		return r, nil
	}
	return r, err
}
