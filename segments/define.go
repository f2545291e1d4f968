package segments

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// Result is the outcome of Create or Patch.
type Result struct {
	// Segment is the segment after the change. It is nil if Replayed is true
	// and the segment was deleted since.
	Segment *Segment
	ID      ledger.ID
	// Seq is the sequence number of the change. If nothing was changed, it is
	// the number of the newest change.
	Seq uint64
	// Replayed says that this repeats the answer to an earlier request with
	// the same idempotency key. Segment is then its present state.
	Replayed bool
}

// errSchemaChanged means that the schema was changed between the check of a
// draft and its commit.
var errSchemaChanged = errors.New("the schema was changed")

// Create makes a segment. Only a name is required; without a filter every
// contact is a member. One error of KindInvalid names all faults of the draft.
// The error is of KindConflict if another segment has the name (compared by
// words.Canonical), or if there are MaxSegments segments already.
func (s *Service) Create(ctx context.Context, by ledger.Caller, d Draft) (Result, error) {
	if err := s.lockDefinitions(ctx); err != nil {
		return Result{}, err
	}
	defer s.unlockDefinitions()
	for {
		r, err := s.create(ctx, by, d)
		if !errors.Is(err, errSchemaChanged) {
			return r, err
		}
	}
}

func (s *Service) create(ctx context.Context, by ledger.Caller, d Draft) (Result, error) {
	now, schema := s.now(), s.store.Schema()
	segment := &Segment{ID: s.options.NewID(), CreatedAt: now, UpdatedAt: now, UpdatedBy: by.Author}
	refused := s.apply(ctx, schema, segment, d)
	if refused == nil {
		refused = s.checkRoom(ctx)
	}
	if kind := fault.KindOf(refused); refused != nil && kind != fault.KindInvalid && kind != fault.KindConflict {
		return Result{}, refused
	}
	var outcome ledger.Outcome
	seq, err := s.store.Update(ctx, by.Author, func(tx ledger.Tx) (err error) {
		outcome, err = ledger.Once(tx, by.Receipt, now, func() (ledger.Outcome, error) {
			if refused != nil {
				return ledger.Outcome{}, refused
			}
			return ledger.Outcome{Status: "created", IDs: []string{segment.ID.String()}}, put(tx, schema, nil, segment)
		})
		return err
	})
	if err != nil {
		return Result{}, err
	}
	if outcome.Replayed {
		id, err := uuid.Parse(outcome.IDs[0])
		if err != nil {
			return Result{}, err
		}
		return s.replayed(ctx, id, outcome.Seq)
	}
	s.plan(segment)
	return Result{Segment: segment, ID: segment.ID, Seq: seq}, nil
}

// checkRoom returns an error of KindConflict if there are MaxSegments segments.
// The caller holds the lock of the definitions, so nobody makes one meanwhile.
func (s *Service) checkRoom(ctx context.Context) error {
	names, err := s.store.Documents(ctx, NameDocuments, "", "", MaxSegments)
	if err != nil || len(names) < MaxSegments {
		return err
	}
	return &fault.Error{
		Kind: fault.KindConflict, Type: "too-many-segments",
		Message: fmt.Sprintf("There can be at most %d segments: delete one that nobody needs.", MaxSegments),
	}
}

// replayed returns the answer to a repeated request.
func (s *Service) replayed(ctx context.Context, id ledger.ID, seq uint64) (Result, error) {
	r := Result{ID: id, Seq: seq, Replayed: true}
	segment, err := s.Get(ctx, id)
	if fault.KindOf(err) == fault.KindNotFound {
		return r, nil
	}
	r.Segment = segment
	return r, err
}

// Patch changes a segment. If version is neither 0 nor the version of the
// segment, the error is of KindPrecondition. A patch that changes nothing writes
// nothing. Other errors are as for Create, and of KindNotFound.
func (s *Service) Patch(ctx context.Context, by ledger.Caller, id ledger.ID, d Draft, version uint64) (Result, error) {
	if err := s.lockDefinitions(ctx); err != nil {
		return Result{}, err
	}
	defer s.unlockDefinitions()
	for {
		r, err := s.patch(ctx, by, id, d, version)
		if !errors.Is(err, errSchemaChanged) {
			return r, err
		}
	}
}

func (s *Service) patch(ctx context.Context, by ledger.Caller, id ledger.ID, d Draft, version uint64) (Result, error) {
	now := s.now()
	if done, repeated, err := ledger.Repeated(ctx, s.store, by, now); err != nil {
		return Result{}, err
	} else if repeated {
		return s.replayed(ctx, id, done.Seq)
	}
	before, err := s.Get(ctx, id)
	if err != nil {
		return Result{}, err
	}
	if err := ledger.CheckVersion(version, before.Version); err != nil {
		return Result{}, err
	}
	schema, after := s.store.Schema(), *before
	if err := s.apply(ctx, schema, &after, d); err != nil {
		return Result{}, err
	}
	if same(before, &after) {
		done, err := ledger.Do(ctx, s.store, by, now, func(ledger.Tx) error { return nil })
		return Result{Segment: before, ID: id, Seq: done.Seq}, err
	}
	after.UpdatedAt, after.UpdatedBy = now, by.Author
	if !after.Schedule.equal(before.Schedule) && after.Schedule != nil {
		after.Schedule.Since = now
	}
	done, err := ledger.Do(ctx, s.store, by, now, func(tx ledger.Tx) error { return put(tx, schema, before, &after) })
	if err != nil {
		return Result{}, err
	}
	if !after.Schedule.equal(before.Schedule) {
		s.plan(&after)
	}
	return Result{Segment: &after, ID: id, Seq: done.Seq}, nil
}

func same(a, b *Segment) bool {
	return a.Name == b.Name && a.Description == b.Description && a.Hash == b.Hash &&
		string(a.Filter) == string(b.Filter) && a.Schedule.equal(b.Schedule)
}

// apply writes a draft into a segment. One error of KindInvalid names all
// faults.
func (s *Service) apply(ctx context.Context, schema *fields.Schema, segment *Segment, d Draft) error {
	drafting := drafting{
		segment: segment, schema: schema, check: s.schedules.Check,
		decode: func(raw []byte) (*filter.Filter, error) { return s.decode(ctx, schema, segment.ID, raw) },
	}
	if err := drafting.apply(d); err != nil {
		return err
	}
	if segment.Schedule != nil && segment.Schedule.Since.IsZero() {
		segment.Schedule.Since = segment.UpdatedAt
	}
	return nil
}

// put stores a definition and reserves its name. If the name has changed, the
// former name becomes free. before is nil for a new segment.
func put(tx ledger.Tx, schema *fields.Schema, before, after *Segment) error {
	if tx.Schema() != schema {
		return errSchemaChanged
	}
	if before != nil && nameKey(before.Name) != nameKey(after.Name) {
		if err := tx.DeleteDocument(NameDocuments, nameKey(before.Name)); err != nil {
			return err
		}
	}
	holder, err := tx.Document(NameDocuments, nameKey(after.Name))
	if err != nil {
		return err
	}
	if holder != nil && string(holder) != after.ID.String() {
		return &fault.Error{
			Kind: fault.KindConflict, Type: "name-taken", Field: "name",
			Message: "Another segment has this name.",
			Faults:  []fault.Fault{{Path: "name", Detail: "is the name of segment " + string(holder)}},
		}
	}
	if holder == nil {
		if err := tx.PutDocument(NameDocuments, nameKey(after.Name), []byte(after.ID.String())); err != nil {
			return err
		}
	}
	var named []string
	if before != nil {
		named = before.attributes
	}
	if err := updateUses(tx, after.ID, named, after.attributes); err != nil {
		return err
	}
	after.Version = tx.Seq()
	record, err := encodeSegment(after)
	if err != nil {
		return err
	}
	return tx.PutDocument(SegmentDocuments, after.ID.String(), record)
}

// nameKey is the key of the document that says which segment has a name. It is a
// hash, because keys are short and names may be long.
func nameKey(name string) string {
	sum := sha256.Sum256([]byte(words.Canonical(name)))
	return hex.EncodeToString(sum[:16])
}

func (s *Service) plan(segment *Segment) {
	if segment.Schedule == nil {
		s.schedules.Plan(segment.ID, "", "", segment.UpdatedAt)
		return
	}
	s.schedules.Plan(segment.ID, segment.Schedule.Cron, segment.Schedule.TimeZone, segment.Schedule.Since)
}

// lockDefinitions waits until no other definition is being changed. If the error
// is nil, the caller calls unlockDefinitions. The error is that of ctx.
func (s *Service) lockDefinitions(ctx context.Context) error {
	select {
	case s.defining <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Service) unlockDefinitions() { <-s.defining }
