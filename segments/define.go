package segments

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
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
	picked, refused := s.apply(ctx, schema, segment, d)
	if refused == nil {
		refused = s.checkRoom(ctx)
	}
	if refused == nil {
		refused = s.checkChanged(ctx, segment)
	}
	if kind := fault.KindOf(refused); refused != nil && kind != fault.KindInvalid && kind != fault.KindConflict {
		return Result{}, refused
	}
	return s.make(ctx, by, schema, segment, picked, refused)
}

// make stores a new segment, or answers with the error with which it is refused, unless the
// request was carried out before.
func (s *Service) make(ctx context.Context, by ledger.Caller, schema *fields.Schema, segment *Segment, picked pickChange, refused error) (Result, error) {
	picked, err := s.ahead(ctx, by.Author, picked)
	if err != nil {
		return Result{}, err
	}
	now := segment.CreatedAt
	var outcome ledger.Outcome
	seq, err := s.store.Update(ctx, by.Author, func(tx ledger.Tx) (err error) {
		outcome, err = ledger.Once(tx, by.Receipt, now, func() (ledger.Outcome, error) {
			if refused != nil {
				return ledger.Outcome{}, refused
			}
			return ledger.Outcome{Status: "created", IDs: []string{segment.ID.String()}}, put(tx, schema, nil, segment, picked)
		})
		return err
	})
	if err != nil {
		return Result{}, err
	}
	if outcome.Replayed {
		return s.madeBefore(ctx, outcome)
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

// madeBefore returns the answer to a repeated request that made a segment.
func (s *Service) madeBefore(ctx context.Context, o ledger.Outcome) (Result, error) {
	id, err := uuid.Parse(o.IDs[0])
	if err != nil {
		return Result{}, err
	}
	return s.replayed(ctx, id, o.Seq)
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
	picked, err := s.apply(ctx, schema, &after, d)
	if err != nil {
		return Result{}, err
	}
	if err := s.checkChanged(ctx, &after); err != nil {
		return Result{}, err
	}
	return s.replace(ctx, by, schema, before, &after, picked)
}

// replace stores the new definition of a segment and its picked contacts, unless they are as they
// were before.
func (s *Service) replace(ctx context.Context, by ledger.Caller, schema *fields.Schema, before, after *Segment, picked pickChange) (Result, error) {
	now := s.now()
	if same(before, after) {
		done, err := ledger.Do(ctx, s.store, by, now, func(ledger.Tx) error { return nil })
		return Result{Segment: before, ID: before.ID, Seq: done.Seq}, err
	}
	if err := s.checkDependents(ctx, schema, before, after); err != nil {
		return Result{}, err
	}
	after.UpdatedAt, after.UpdatedBy = now, by.Author
	planned := !after.Schedule.equal(before.Schedule) || after.Archived != before.Archived
	if planned && after.Schedule != nil {
		schedule := *after.Schedule
		schedule.Since, after.Schedule = now, &schedule
	}
	picked, err := s.ahead(ctx, by.Author, picked)
	if err != nil {
		return Result{}, err
	}
	done, err := ledger.Do(ctx, s.store, by, now, func(tx ledger.Tx) error { return put(tx, schema, before, after, picked) })
	if err != nil {
		return Result{}, err
	}
	if planned {
		s.plan(after)
	}
	return Result{Segment: after, ID: after.ID, Seq: done.Seq}, nil
}

func same(a, b *Segment) bool {
	return a.Name == b.Name && a.Description == b.Description && a.Hash == b.Hash &&
		string(a.Filter) == string(b.Filter) && a.Schedule.equal(b.Schedule) &&
		a.Owner == b.Owner && slices.Equal(a.Labels, b.Labels) && a.Archived == b.Archived && a.Watched == b.Watched && a.Keep == b.Keep &&
		slices.Equal(a.pinnedAt, b.pinnedAt) && slices.Equal(a.excludedAt, b.excludedAt)
}

// apply writes a draft into a segment. One error of KindInvalid names all
// faults. The picked contacts that it returns are to be stored with the segment.
func (s *Service) apply(ctx context.Context, schema *fields.Schema, segment *Segment, d Draft) (pickChange, error) {
	drafting := drafting{
		segment: segment, schema: schema, check: s.schedules.Check, picked: map[PickSet]*roaring.Bitmap{},
		decode: func(raw []byte, path string) (*filter.Filter, error) {
			return s.decode(ctx, schema, segment.ID, raw, path)
		},
		find: func(ids []string, path string) (*roaring.Bitmap, []fault.Fault, error) { return s.find(ctx, ids, path) },
	}
	if err := drafting.apply(d); err != nil {
		return pickChange{}, err
	}
	if segment.Schedule != nil && segment.Schedule.Since.IsZero() {
		schedule := *segment.Schedule
		schedule.Since, segment.Schedule = segment.UpdatedAt, &schedule
	}
	if drafting.from != nil {
		first, err := s.originMembers(ctx, schema, drafting.from)
		if err != nil {
			return pickChange{}, err
		}
		if pinned := drafting.picked[Pinned]; pinned != nil {
			first.Or(pinned)
		}
		drafting.picked[Pinned] = first
	}
	return s.repickAll(ctx, segment, drafting.picked)
}

// put stores a definition and reserves its name. If the name has changed, the
// former name becomes free. It also stores the contacts that were picked. before is nil for a
// new segment.
func put(tx ledger.Tx, schema *fields.Schema, before, after *Segment, picked pickChange) error {
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
	if err := picked.put(tx); err != nil {
		return err
	}
	return putDefinition(tx, before, after)
}

// putDefinition stores a definition, and its version. before is nil for a new segment.
func putDefinition(tx ledger.Tx, before, after *Segment) error {
	if err := putVersion(tx, before, after); err != nil {
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
	if segment.Schedule == nil || segment.Archived {
		s.schedules.Plan(segment.ID, "", "", 0, segment.UpdatedAt)
		return
	}
	s.schedules.Plan(segment.ID, segment.Schedule.Cron, segment.Schedule.TimeZone, segment.Schedule.jitter(), segment.Schedule.Since)
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

func (s *Service) unlockDefinitions() {
	s.changes.Add(1)
	<-s.defining
}
