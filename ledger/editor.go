package ledger

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// Result is what became of one record.
type Result[T any] struct {
	Status Status
	ID     ID
	// Record is the state after it, which is shared and must not be changed. It is nil in the
	// repeated answer about a record that was deleted since.
	Record *T
	// Seq is the number of the change, or of the head when there was none.
	Seq uint64
	// Replayed says that this repeats the answer to an earlier request with the same
	// idempotency key. Record is as it is now.
	Replayed bool
}

// EditorStore is what an Editor needs of the store.
type EditorStore interface {
	Updater
	ClaimReader
	Schema() *fields.Schema
}

// Editor is the use cases by which records of a kind are made, changed and deleted: drafts are
// checked as a whole, a version may be demanded, and a request with an idempotency key is
// carried out once. Its members do not change, and it is safe for several goroutines.
type Editor[T any] struct {
	Kind  *Kind[T]
	Store EditorStore
	Now   func() time.Time // nil for time.Now
	NewID func() ID        // nil for UUIDv7

	// Others are the members of an answer that are no fields, and why a draft cannot have
	// each.
	Others map[string]string
	// CheckDraft returns what else is wrong with a draft, and Check with the record that it
	// makes. Nil for nothing.
	CheckDraft func(s *fields.Schema, d fields.Draft, c *Changes[T]) []fault.Fault
	Check      func(r *T) []fault.Fault
	// Conflict words a *Taken, and leaves other errors as they are. Nil for a kind without
	// unique values.
	Conflict func(tx Tx, err error) error
}

// NewEditor returns the use cases, with what is nil filled in.
func NewEditor[T any](e Editor[T]) *Editor[T] {
	if e.Now == nil {
		e.Now = time.Now
	}
	if e.NewID == nil {
		e.NewID = NewID
	}
	if e.CheckDraft == nil {
		e.CheckDraft = func(*fields.Schema, fields.Draft, *Changes[T]) []fault.Fault { return nil }
	}
	if e.Check == nil {
		e.Check = func(*T) []fault.Fault { return nil }
	}
	if e.Conflict == nil {
		e.Conflict = func(_ Tx, err error) error { return err }
	}
	return &e
}

// Instant is the present in the precision in which it is stored.
func (e *Editor[T]) Instant() time.Time { return e.Now().UTC().Truncate(time.Millisecond) }

// Get returns the record that an id means, or an error of fault.KindNotFound.
func (e *Editor[T]) Get(ctx context.Context, id ID) (*T, error) {
	return e.Kind.ReadByClaim(ctx, e.Store, e.Kind.IDClaim(id))
}

// Create makes a record of a draft. made completes it, and may refuse it. A draft that is wrong
// is an error of fault.KindInvalid with all its faults, and others are those of Conflict.
func (e *Editor[T]) Create(ctx context.Context, by Caller, d fields.Draft, made func(tx Tx, r *T) error) (Result[T], error) {
	id := e.NewID()
	nobody := func(context.Context) *T { return nil }
	return e.write(ctx, by, d, nobody, func(tx Tx, checked *checkedDraft[T], now time.Time) (Result[T], error) {
		r, err := checked.apply(nil)
		if err != nil {
			return Result[T]{}, err
		}
		*e.Kind.Stamp(r).ID = id
		e.Kind.begin(r, now)
		if err := made(tx, r); err != nil {
			return Result[T]{}, err
		}
		if err := e.Kind.Create(tx, r); err != nil {
			return Result[T]{}, e.Conflict(tx, err)
		}
		return Result[T]{Status: StatusCreated, ID: id, Record: r}, nil
	})
}

// Patch applies a merge patch to a record. A version other than 0 must be that of the record,
// else the error is of fault.KindPrecondition. A patch that changes nothing writes nothing.
// changed completes the state after it. Other errors are as for Create.
func (e *Editor[T]) Patch(ctx context.Context, by Caller, id ID, d fields.Draft, version uint64, changed func(before, after *T)) (Result[T], error) {
	present := func(ctx context.Context) *T {
		r, err := e.Get(ctx, id)
		if err != nil {
			return new(T)
		}
		return r
	}
	return e.write(ctx, by, d, present, func(tx Tx, checked *checkedDraft[T], now time.Time) (Result[T], error) {
		before, err := e.Kind.ByID(tx, id)
		if err != nil {
			return Result[T]{}, err
		}
		stamp := e.Kind.Stamp(before)
		if err := CheckVersion(version, *stamp.Version); err != nil {
			return Result[T]{}, err
		}
		after, err := checked.apply(before)
		if err != nil {
			return Result[T]{}, err
		}
		if e.Kind.Same(before, after) {
			return Result[T]{Status: StatusUnchanged, ID: *stamp.ID, Record: before}, nil
		}
		if at := e.Kind.Stamp(after).UpdatedAt; at != nil {
			*at = now
		}
		changed(before, after)
		if err := e.Kind.Update(tx, before, after); err != nil {
			return Result[T]{}, e.Conflict(tx, err)
		}
		return Result[T]{Status: StatusUpdated, ID: *stamp.ID, Record: after}, nil
	})
}

// Delete removes a record with all that belongs to it; version is as for Patch.
func (e *Editor[T]) Delete(ctx context.Context, by Caller, id ID, version uint64) (Done, error) {
	return Do(ctx, e.Store, by, e.Instant(), func(tx Tx) error {
		r, err := e.Kind.ByID(tx, id)
		if err != nil {
			return err
		}
		if err := CheckVersion(version, *e.Kind.Stamp(r).Version); err != nil {
			return err
		}
		return e.Kind.Delete(tx, r)
	})
}

// write runs a use case over a draft, at most once per idempotency key. base returns the record
// that the draft changes, nil for a new one; it is asked when the draft is wrong, to say at once
// what else is.
func (e *Editor[T]) write(
	ctx context.Context, by Caller, d fields.Draft, base func(context.Context) *T,
	useCase func(tx Tx, checked *checkedDraft[T], now time.Time) (Result[T], error),
) (Result[T], error) {
	checked := e.check(e.Store.Schema(), d)
	if len(checked.faults) > 0 && by.Receipt == nil {
		_, err := checked.apply(base(ctx))
		return Result[T]{}, err
	}
	return e.Once(ctx, by, func(tx Tx, now time.Time) (Result[T], error) {
		if tx.Schema() != checked.schema {
			checked = e.check(tx.Schema(), d)
		}
		return useCase(tx, checked, now)
	})
}

// Once runs a use case of one record, at most once per idempotency key.
func (e *Editor[T]) Once(ctx context.Context, by Caller, useCase func(tx Tx, now time.Time) (Result[T], error)) (Result[T], error) {
	var result Result[T]
	now := e.Instant()
	seq, err := e.Store.Update(ctx, by.Author, func(tx Tx) error {
		outcome, err := Once(tx, by.Receipt, now, func() (Outcome, error) {
			var err error
			result, err = useCase(tx, now)
			return Outcome{Status: string(result.Status), IDs: []string{result.ID.String()}}, err
		})
		if outcome.Replayed {
			result = replayed[T](outcome)
		}
		return err
	})
	if err != nil {
		return Result[T]{}, err
	}
	if result.Replayed {
		return e.recall(ctx, result)
	}
	result.Seq = seq
	return result, nil
}

func replayed[T any](o Outcome) Result[T] {
	r := Result[T]{Status: Status(o.Status), Seq: o.Seq, Replayed: true}
	if len(o.IDs) > 0 {
		r.ID, _ = uuid.Parse(o.IDs[0])
	}
	return r
}

// recall adds the present state to a repeated answer.
func (e *Editor[T]) recall(ctx context.Context, r Result[T]) (Result[T], error) {
	var err error
	if r.Record, err = e.Get(ctx, r.ID); fault.KindOf(err) == fault.KindNotFound && err != nil {
		return r, nil
	}
	return r, err
}

// begin gives a new record the times that it does not have.
func (k *Kind[T]) begin(r *T, now time.Time) {
	if at := k.Stamp(r).UpdatedAt; at != nil {
		*at = now
	}
	if f := k.Named(createdField); f != nil && f.Get(r).IsMissing() {
		f.Set(r, instantValue(now))
	}
}

// createdField is the field that says when a record was made.
const createdField = "created_at"

// checkedDraft is a draft that was checked against a schema.
type checkedDraft[T any] struct {
	editor  *Editor[T]
	schema  *fields.Schema
	changes *Changes[T]
	faults  []fault.Fault // of the draft alone
}

func (e *Editor[T]) check(s *fields.Schema, d fields.Draft) *checkedDraft[T] {
	changes, faults := e.Kind.ReadDraft(s, d, e.Others)
	return &checkedDraft[T]{e, s, changes, append(faults, e.CheckDraft(s, d, changes)...)}
}

// apply returns a record with the changes of the draft, a new one when base is nil, or all that
// is wrong with the draft and with the record that it makes.
func (c *checkedDraft[T]) apply(base *T) (*T, error) {
	r, whole := c.changes.Apply(base)
	if base == nil {
		whole = append(whole, c.lacking()...)
	}
	if r != nil {
		whole = append(whole, c.editor.Check(r)...)
	}
	faults := slices.Clone(c.faults)
	for _, f := range whole {
		if f.Path == "" || !slices.ContainsFunc(c.faults, func(known fault.Fault) bool { return known.Path == f.Path }) {
			faults = append(faults, f)
		}
	}
	entity := string(c.editor.Kind.Entity)
	return r, fault.Invalid("invalid-"+entity, "The "+entity+" is not valid.", faults)
}

// lacking are the faults of the fields that a new record must have, and that the draft does not.
func (c *checkedDraft[T]) lacking() (faults []fault.Fault) {
	for i := range c.editor.Kind.Fields {
		f := &c.editor.Kind.Fields[i]
		if v, _ := c.changes.Value(f.Name); f.Standard.Required && v.IsMissing() {
			faults = append(faults, fault.Fault{Path: f.Name, Detail: "must be given"})
		}
	}
	return faults
}
