package segments

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/filter"
)

// Refreshed is what a refresh came to.
type Refreshed struct {
	*Snapshot
	// Unchanged says that the members are those of the newest snapshot, which
	// is then the answer: nothing was stored. That holds also when the filter
	// was changed in between: a snapshot tells who is in, not why.
	Unchanged bool
	// Change is the number of the change that stored the snapshot, or of the
	// head when there was none.
	Change uint64
	// DefinedBy is who wrote the definition that was evaluated.
	DefinedBy contacts.Author
	// Replayed says that this repeats the answer to an earlier request with
	// the same idempotency key.
	Replayed bool
}

// Refresh evaluates a segment now and stores who is in it as its next
// snapshot. A segment has one refresh at a time: others wait, until ctx ends.
// The present is that of the moment the evaluation starts, days are those of
// the workspace's zone. A filter that no longer fits the schema is an error
// of KindConflict.
func (s *Service) Refresh(ctx context.Context, by contacts.Author, id contacts.ID) (Refreshed, error) {
	unlock, err := s.refreshing.lock(ctx, id)
	if err != nil {
		return Refreshed{}, err
	}
	defer unlock()
	for {
		r, err := s.refresh(ctx, by, id)
		if !errors.Is(err, errTaken) {
			return r, err
		}
	}
}

// errTaken means that another snapshot was stored since the newest was read.
var errTaken = errors.New("the number of the snapshot is taken")

func (s *Service) refresh(ctx context.Context, by contacts.Author, id contacts.ID) (Refreshed, error) {
	before, err := s.state(ctx, id)
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
			r, err := s.settle(ctx, by, last, true, func(contacts.Tx) error { return nil })
			r.DefinedBy = segment.UpdatedBy
			return r, err
		}
	}
	entered, left := roaring.AndNot(members, former), roaring.AndNot(former, members)
	snapshot.N, snapshot.layout.Try = before.newest()+1, s.options.NewID().String()
	snapshot.DefinitionVersion, snapshot.DefinitionHash = segment.Version, segment.Hash
	snapshot.Count, snapshot.Entered, snapshot.Left = members.GetCardinality(), entered.GetCardinality(), left.GetCardinality()
	pieces, err := s.lay(snapshot, last, members, entered, left)
	if err != nil {
		return Refreshed{}, err
	}
	r, err := s.storeSnapshot(ctx, by, snapshot, before, pieces)
	r.DefinedBy = segment.UpdatedBy
	if err == nil && !r.Replayed {
		s.tidy(ctx, snapshot)
	}
	return r, err
}

// evaluate answers who is in a segment, and a snapshot with the place and
// time of the evaluation.
func (s *Service) evaluate(ctx context.Context, id contacts.ID) (*Segment, *roaring.Bitmap, *Snapshot, error) {
	segment, err := readSegment(ctx, s.store, id)
	if err != nil {
		return nil, nil, nil, err
	}
	schema := s.store.Schema()
	f, err := s.decode(ctx, schema, id, segment.Filter)
	if err != nil {
		return nil, nil, nil, broken(err)
	}
	env := filter.Env{Now: s.now(), Zone: schema.Zone()}
	members, seq, err := s.index.Members(ctx, f, env)
	if err != nil {
		return nil, nil, nil, err
	}
	return segment, members, &Snapshot{Segment: id, Seq: seq, EvaluatedAt: env.Now}, nil
}

// broken is what a stored filter's faults become: it was good once, so the
// request that meets them is not to blame.
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

// lay decides how a snapshot is stored, fills in its layout and returns its
// pieces. It is stored in full now and then, so that reading one never has to
// go far back, and whenever that is hardly larger.
func (s *Service) lay(snapshot, last *Snapshot, members, entered, left *roaring.Bitmap) (pieces []piece, err error) {
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
	var more []piece
	at.Left, more, err = split(snapshot, setLeft, left)
	return append(pieces, more...), err
}

// storeSnapshot writes a snapshot. What does not fit one commit goes ahead in
// commits of its own: nobody reads it before the last, which holds the record.
func (s *Service) storeSnapshot(ctx context.Context, by contacts.Author, snapshot *Snapshot, before state, pieces []piece) (Refreshed, error) {
	for len(pieces) > 0 {
		n := s.batch(pieces)
		if n == len(pieces) {
			break
		}
		if _, err := s.store.Update(ctx, by, func(tx contacts.Tx) error { return putPieces(tx, pieces[:n]) }); err != nil {
			return Refreshed{}, err
		}
		pieces = pieces[n:]
	}
	return s.settle(ctx, by, snapshot, false, func(tx contacts.Tx) error {
		if err := s.untaken(tx, snapshot.Segment, before); err != nil {
			return err
		}
		if err := putPieces(tx, pieces); err != nil {
			return err
		}
		record := recordOf(snapshot)
		encoded, err := json.Marshal(record)
		if err != nil {
			return err
		}
		if err := tx.PutDocument(contacts.Snapshots, snapshotKey(snapshot.Segment, snapshot.N), encoded); err != nil {
			return err
		}
		return putState(tx, state{segment: snapshot.Segment, Last: &record})
	})
}

// untaken checks, in the committer, that nobody has stored a snapshot or
// deleted the segment meanwhile.
func (s *Service) untaken(tx contacts.Tx, segment contacts.ID, before state) error {
	definition, err := tx.Document(contacts.Segments, segment.String())
	if err != nil {
		return err
	}
	if definition == nil {
		return fault.NotFound("segment")
	}
	record, err := tx.Document(contacts.SnapshotSets, stateKey(segment))
	if err != nil {
		return err
	}
	now, err := decodeState(segment, record)
	if err != nil {
		return err
	}
	if now.newest() != before.newest() {
		return errTaken
	}
	return nil
}

func putPieces(tx contacts.Tx, pieces []piece) error {
	for _, p := range pieces {
		if err := tx.PutDocument(contacts.SnapshotSets, p.key, p.value); err != nil {
			return err
		}
	}
	return nil
}

// batch is how many pieces go into one commit.
func (s *Service) batch(pieces []piece) int {
	const most = 500
	size := 0
	for i, p := range pieces {
		if size += len(p.value); i > 0 && (size > s.options.CommitBytes || i == most) {
			return i
		}
	}
	return len(pieces)
}

// settle ends a refresh: one commit with what is left to write and the
// receipt, if the request carries a key for one.
func (s *Service) settle(ctx context.Context, by contacts.Author, snapshot *Snapshot, unchanged bool, write func(contacts.Tx) error) (Refreshed, error) {
	status := "created"
	if unchanged {
		status = "unchanged"
	}
	detail, err := json.Marshal(recordOf(snapshot))
	if err != nil {
		return Refreshed{}, err
	}
	var outcome contacts.Outcome
	seq, err := s.store.Update(ctx, by, func(tx contacts.Tx) (err error) {
		outcome, err = contacts.Once(ctx, tx, s.now(), func() (contacts.Outcome, error) {
			return contacts.Outcome{Status: status, IDs: []string{snapshot.Segment.String()}, Detail: detail}, write(tx)
		})
		return err
	})
	if err != nil {
		return Refreshed{}, err
	}
	if outcome.Replayed {
		return replayedRefresh(snapshot.Segment, outcome)
	}
	return Refreshed{Snapshot: snapshot, Unchanged: unchanged, Change: seq}, nil
}

func replayedRefresh(segment contacts.ID, o contacts.Outcome) (Refreshed, error) {
	var record snapshotRecord
	if err := json.Unmarshal(o.Detail, &record); err != nil {
		return Refreshed{}, fmt.Errorf("decode the answer to a refresh: %w", err)
	}
	return Refreshed{Snapshot: record.snapshot(segment), Unchanged: o.Status == "unchanged", Change: o.Seq, Replayed: true}, nil
}
