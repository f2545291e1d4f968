package segments

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Refreshed is the result of a refresh.
type Refreshed struct {
	*Snapshot
	// Unchanged says that the members are the same as in the newest snapshot.
	// Then nothing was stored, and Snapshot is that newest one. This is so
	// even if the filter was changed since: a snapshot says who the members
	// are, not why.
	Unchanged bool
	// Change is the sequence number of the change that stored the snapshot. If
	// nothing was stored, it is the number of the newest change.
	Change uint64
	// DefinedBy is who wrote the definition that was evaluated.
	DefinedBy ledger.Author
	// Replayed says that this repeats the answer to an earlier request with
	// the same idempotency key. Then Snapshot is nil when the segment was
	// deleted since.
	Replayed bool
}

// Refresh evaluates a segment and stores its members as the next snapshot. If
// the members have not changed, it stores nothing; see Refreshed.Unchanged.
// Relative dates count from the start of the evaluation, in the time zone of
// the workspace.
//
// A segment has one refresh at a time. The others wait until ctx ends. If the
// filter no longer fits the schema, the error is of KindConflict.
func (s *Service) Refresh(ctx context.Context, by ledger.Caller, id ledger.ID) (Refreshed, error) {
	unlock, err := s.refreshing.lock(ctx, id)
	if err != nil {
		return Refreshed{}, err
	}
	defer unlock()
	if r, repeated, err := s.refreshedBefore(ctx, by, id); err != nil || repeated {
		return r, err
	}
	for {
		r, err := s.refresh(ctx, by, id)
		if !errors.Is(err, errNumberTaken) {
			return r, err
		}
	}
}

// errNumberTaken means that another snapshot was stored after this refresh had
// read which one was the newest.
var errNumberTaken = errors.New("the number of the snapshot is taken")

func (s *Service) refresh(ctx context.Context, by ledger.Caller, id ledger.ID) (Refreshed, error) {
	before, err := s.readState(ctx, id)
	if err != nil {
		return Refreshed{}, err
	}
	segment, members, snapshot, err := s.evaluate(ctx, id)
	if err != nil {
		return Refreshed{}, err
	}
	last := before.last()
	former := roaring.New()
	if last != nil {
		if former, err = s.members(ctx, last); err != nil {
			return Refreshed{}, err
		}
		if former.Equals(members) {
			r, err := s.finish(ctx, by, last, true, func(ledger.Tx) error { return nil })
			r.DefinedBy = segment.UpdatedBy
			return r, err
		}
	}
	entered, left := roaring.AndNot(members, former), roaring.AndNot(former, members)
	snapshot.N, snapshot.layout.Try = before.newest()+1, s.options.NewID().String()
	snapshot.DefinitionVersion, snapshot.DefinitionHash = segment.Version, segment.Hash
	snapshot.Count, snapshot.Entered, snapshot.Left = members.GetCardinality(), entered.GetCardinality(), left.GetCardinality()
	pieces, err := s.encodeMembers(snapshot, last, members, entered, left)
	if err != nil {
		return Refreshed{}, err
	}
	oldest, err := s.oldest(ctx, segment, &before, snapshot.N)
	if err != nil {
		return Refreshed{}, err
	}
	before.Oldest = oldest
	r, err := s.storeSnapshot(ctx, by, snapshot, before, pieces)
	r.DefinedBy = segment.UpdatedBy
	if err == nil && !r.Replayed {
		s.prune(ctx, snapshot, oldest)
	}
	return r, err
}

// evaluate returns the segment, the ordinals of its members, and a snapshot
// that has only the segment, the sequence number and the time of the
// evaluation.
func (s *Service) evaluate(ctx context.Context, id ledger.ID) (*Segment, *roaring.Bitmap, *Snapshot, error) {
	snapshot := &Snapshot{Segment: id}
	var segment *Segment
	var members *roaring.Bitmap
	err := s.index.Steady(ctx, func(schema *fields.Schema) error {
		var picked picks
		var err error
		if segment, picked, err = readWhole(ctx, s.store, id); err != nil {
			return err
		}
		f, err := s.decodeWhole(ctx, schema, segment, picked)
		if err != nil {
			return broken(err)
		}
		env := s.env(schema)
		snapshot.EvaluatedAt = env.Now
		members, snapshot.Seq, err = s.index.Members(ctx, f, env)
		return err
	})
	if err != nil {
		return nil, nil, nil, err
	}
	return segment, members, snapshot, nil
}

// broken turns the faults of a stored filter from KindInvalid into
// KindConflict. The filter was valid when it was stored, so the present request
// did nothing wrong.
func broken(err error) error {
	var e *fault.Error
	if !errors.As(err, &e) || e.Kind != fault.KindInvalid {
		return err
	}
	return &fault.Error{
		Kind: fault.KindConflict, Type: "segment-broken",
		Message: "The filter of the segment no longer fits the schema or the segments it names: change it.",
		Faults:  e.Faults,
	}
}

// brokenVersion is broken for a version that is to be restored.
func brokenVersion(err error) error {
	var e *fault.Error
	if !errors.As(err, &e) {
		return err
	}
	return &fault.Error{
		Kind: fault.KindConflict, Type: "version-broken",
		Message: "The version no longer fits the schema or the segments it names.", Faults: e.Faults,
	}
}

// encodeMembers decides whether a snapshot is stored in full or as the
// difference from the last one. It fills in the layout of the snapshot and
// returns the pieces to store. Every FullEvery-th snapshot is stored in full,
// so that a reader needs few others. A snapshot is also stored in full when the
// difference is not smaller.
func (s *Service) encodeMembers(snapshot, last *Snapshot, members, entered, left *roaring.Bitmap) (pieces []ledger.Document, err error) {
	at := &snapshot.layout
	changed := entered.GetSerializedSizeInBytes() + left.GetSerializedSizeInBytes()
	if last == nil || int(snapshot.N-last.layout.Base) >= s.options.FullEvery || members.GetSerializedSizeInBytes() <= changed {
		at.Base = snapshot.N
		at.Members, pieces, err = split(snapshot, setMembers, members)
		return pieces, err
	}
	at.Base = last.layout.Base
	at.Entered, pieces, err = split(snapshot, setEntered, entered)
	if err != nil {
		return nil, err
	}
	var more []ledger.Document
	at.Left, more, err = split(snapshot, setLeft, left)
	return append(pieces, more...), err
}

// storeSnapshot writes a snapshot. If the pieces do not fit into one commit,
// the first ones go into earlier commits. Nobody reads them before the last
// commit, which writes the record of the snapshot. before is the state before, with the snapshots that
// are given up now.
func (s *Service) storeSnapshot(ctx context.Context, by ledger.Caller, snapshot *Snapshot, before state, pieces []ledger.Document) (Refreshed, error) {
	pieces, err := ledger.WriteAhead(ctx, s.store, by.Author, SetDocuments, pieces, s.options.CommitBytes)
	if err != nil {
		return Refreshed{}, err
	}
	return s.finish(ctx, by, snapshot, false, func(tx ledger.Tx) error {
		if err := s.checkFree(tx, snapshot.Segment, before); err != nil {
			return err
		}
		if err := ledger.PutDocuments(tx, SetDocuments, pieces); err != nil {
			return err
		}
		record := recordOf(snapshot)
		encoded, err := json.Marshal(record)
		if err != nil {
			return err
		}
		if err := tx.PutDocument(SnapshotDocuments, snapshotKey(snapshot.Segment, snapshot.N), encoded); err != nil {
			return err
		}
		if err := putSize(tx, snapshot.Segment, &record); err != nil {
			return err
		}
		return putState(tx, state{segment: snapshot.Segment, Last: &record, Oldest: before.Oldest})
	})
}

// checkFree checks, in the committer, that the number of the snapshot is still
// free and that the segment still exists.
func (s *Service) checkFree(tx ledger.Tx, segment ledger.ID, before state) error {
	definition, err := tx.Document(SegmentDocuments, segment.String())
	if err != nil {
		return err
	}
	if definition == nil {
		return fault.NotFound("segment")
	}
	now, err := stateIn(tx, segment)
	if err != nil {
		return err
	}
	if now.newest() != before.newest() {
		return errNumberTaken
	}
	return nil
}

// finish ends a refresh with one commit. The commit runs write, and stores the
// receipt if the request has an idempotency key.
func (s *Service) finish(ctx context.Context, by ledger.Caller, snapshot *Snapshot, unchanged bool, write func(ledger.Tx) error) (Refreshed, error) {
	status := "created"
	if unchanged {
		status = "unchanged"
	}
	detail, err := json.Marshal(recordOf(snapshot))
	if err != nil {
		return Refreshed{}, err
	}
	var outcome ledger.Outcome
	seq, err := s.store.Update(ctx, by.Author, func(tx ledger.Tx) (err error) {
		outcome, err = ledger.Once(tx, by.Receipt, s.now(), func() (ledger.Outcome, error) {
			return ledger.Outcome{Status: status, IDs: []string{snapshot.Segment.String()}, Detail: detail}, write(tx)
		})
		return err
	})
	if err != nil {
		return Refreshed{}, err
	}
	if outcome.Replayed {
		return s.replayedRefresh(ctx, snapshot.Segment, outcome)
	}
	return Refreshed{Snapshot: snapshot, Unchanged: unchanged, Change: seq}, nil
}

// refreshedBefore returns the answer to a request that was carried out before, and false for
// a new one.
func (s *Service) refreshedBefore(ctx context.Context, by ledger.Caller, id ledger.ID) (Refreshed, bool, error) {
	outcome, repeated, err := ledger.Earlier(ctx, s.store, by, s.now())
	if err != nil || !repeated {
		return Refreshed{}, false, err
	}
	r, err := s.replayedRefresh(ctx, id, outcome)
	return r, true, err
}

func (s *Service) replayedRefresh(ctx context.Context, segment ledger.ID, o ledger.Outcome) (Refreshed, error) {
	r := Refreshed{Unchanged: o.Status == "unchanged", Change: o.Seq, Replayed: true}
	switch _, err := readSegment(ctx, s.store, segment); {
	case fault.KindOf(err) == fault.KindNotFound:
		return r, nil
	case err != nil:
		return Refreshed{}, err
	}
	var record snapshotRecord
	if err := json.Unmarshal(o.Detail, &record); err != nil {
		return Refreshed{}, fmt.Errorf("decode the answer to a refresh: %w", err)
	}
	r.Snapshot = record.snapshot(segment)
	return r, nil
}
