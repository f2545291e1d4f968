package segments

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
)

// Snapshot is who was in a segment at one moment. It never changes.
type Snapshot struct {
	Segment contacts.ID
	N       uint32 // from 1 in every segment, without gaps

	// DefinitionVersion and DefinitionHash are the Version and the Hash of
	// the segment that was evaluated.
	DefinitionVersion uint64
	DefinitionHash    string

	Seq         uint64    // the newest change it takes in
	EvaluatedAt time.Time // the present that relative dates count from

	Count uint64
	// Entered and Left are how many members it has that the snapshot before
	// had not, and the other way round. The first has all of its members
	// entered.
	Entered uint64
	Left    uint64

	layout layout
}

// layout is where the members of a snapshot are. A snapshot is stored in
// full, or as what changed since the one before.
type layout struct {
	Base uint32 // the snapshot in full that it rests on; itself when it is
	// Try is the attempt that stored the snapshot. Each keeps its chunks under
	// keys of its own: what another left behind cannot be taken for them.
	Try string
	// The numbers of the chunks of each set that are not empty.
	Members []uint32
	Entered []uint32
	Left    []uint32
}

// snapshotRecord is a snapshot as stored in contacts.Snapshots.
type snapshotRecord struct {
	N                 uint32    `json:"n"`
	DefinitionVersion uint64    `json:"definition_version"`
	DefinitionHash    string    `json:"definition_hash"`
	Seq               uint64    `json:"seq"`
	EvaluatedAt       time.Time `json:"evaluated_at"`
	Count             uint64    `json:"count"`
	Entered           uint64    `json:"entered"`
	Left              uint64    `json:"left"`
	Base              uint32    `json:"base"`
	Try               string    `json:"try"`
	MembersAt         []uint32  `json:"members_at,omitempty"`
	EnteredAt         []uint32  `json:"entered_at,omitempty"`
	LeftAt            []uint32  `json:"left_at,omitempty"`
}

func recordOf(s *Snapshot) snapshotRecord {
	return snapshotRecord{
		N: s.N, DefinitionVersion: s.DefinitionVersion, DefinitionHash: s.DefinitionHash,
		Seq: s.Seq, EvaluatedAt: s.EvaluatedAt, Count: s.Count, Entered: s.Entered, Left: s.Left,
		Base: s.layout.Base, Try: s.layout.Try, MembersAt: s.layout.Members, EnteredAt: s.layout.Entered, LeftAt: s.layout.Left,
	}
}

func (r *snapshotRecord) snapshot(segment contacts.ID) *Snapshot {
	return &Snapshot{
		Segment: segment, N: r.N, DefinitionVersion: r.DefinitionVersion, DefinitionHash: r.DefinitionHash,
		Seq: r.Seq, EvaluatedAt: r.EvaluatedAt, Count: r.Count, Entered: r.Entered, Left: r.Left,
		layout: layout{Base: r.Base, Try: r.Try, Members: r.MembersAt, Entered: r.EnteredAt, Left: r.LeftAt},
	}
}

// Keys of snapshots. Those of one segment sort by number.
func snapshotPrefix(segment contacts.ID) string { return segment.String() + "/" }

func snapshotKey(segment contacts.ID, n uint32) string {
	return fmt.Sprintf("%s%010d", snapshotPrefix(segment), n)
}

// state is what the snapshots of one segment have in common. It is written
// with every snapshot, in the same commit, which so appears whole.
type state struct {
	segment contacts.ID
	Last    *snapshotRecord `json:"last,omitempty"`
	// Deleted marks what is left of a deleted segment.
	Deleted bool `json:"deleted,omitempty"`
}

// statePrefix comes before the segment in the keys of states, in the
// collection contacts.SnapshotSets. It sorts after every id.
const statePrefix = "state/"

func stateKey(segment contacts.ID) string { return statePrefix + segment.String() }

func decodeState(segment contacts.ID, record []byte) (state, error) {
	st := state{segment: segment}
	if record == nil {
		return st, nil
	}
	if err := json.Unmarshal(record, &st); err != nil {
		return state{}, fmt.Errorf("decode state of snapshots: %w", err)
	}
	return st, nil
}

func putState(tx contacts.Tx, st state) error {
	record, err := json.Marshal(st)
	if err != nil {
		return err
	}
	return tx.PutDocument(contacts.SnapshotSets, stateKey(st.segment), record)
}

func (s *Service) state(ctx context.Context, segment contacts.ID) (state, error) {
	record, err := s.store.Document(ctx, contacts.SnapshotSets, stateKey(segment))
	if err != nil {
		return state{}, err
	}
	return decodeState(segment, record)
}

// last is the newest snapshot, nil when there is none.
func (st *state) last() *Snapshot {
	if st.Last == nil {
		return nil
	}
	return st.Last.snapshot(st.segment)
}

// newest is the number of the newest snapshot, 0 when there is none.
func (st *state) newest() uint32 {
	if st.Last == nil {
		return 0
	}
	return st.Last.N
}

// oldest is the lowest number that can be read. Lower ones may still be
// stored, because others rest on them.
func (s *Service) oldest(newest uint32) uint32 {
	if keep := uint32(min(s.options.Keep, int(newest))); keep > 0 {
		return newest - keep + 1
	}
	return 1
}

// Snapshot returns snapshot n of a segment. A number that was never given is
// an error of KindNotFound, one that retention has removed of KindGone.
func (s *Service) Snapshot(ctx context.Context, segment contacts.ID, n uint32) (*Snapshot, error) {
	if _, err := readSegment(ctx, s.store, segment); err != nil {
		return nil, err
	}
	st, err := s.state(ctx, segment)
	if err != nil {
		return nil, err
	}
	if err := s.readable(&st, n); err != nil {
		return nil, err
	}
	return s.stored(ctx, segment, n)
}

func (s *Service) readable(st *state, n uint32) error {
	switch newest := st.newest(); {
	case n == 0 || n > newest:
		return fault.NotFound("snapshot")
	case n < s.oldest(newest):
		return &fault.Error{Kind: fault.KindGone, Type: "snapshot-expired", Message: "The snapshot was removed: a segment keeps a limited number of them."}
	}
	return nil
}

// stored returns a snapshot whether it may be read or not.
func (s *Service) stored(ctx context.Context, segment contacts.ID, n uint32) (*Snapshot, error) {
	record, err := s.store.Document(ctx, contacts.Snapshots, snapshotKey(segment, n))
	if err != nil {
		return nil, err
	}
	if record == nil {
		return nil, s.missing(ctx, segment, n)
	}
	return decodeSnapshot(segment, record)
}

func decodeSnapshot(segment contacts.ID, record []byte) (*Snapshot, error) {
	var r snapshotRecord
	if err := json.Unmarshal(record, &r); err != nil {
		return nil, fmt.Errorf("decode snapshot: %w", err)
	}
	return r.snapshot(segment), nil
}

// missing explains why a part of a snapshot is not there: the segment was
// deleted or the snapshot expired while it was read, or the store is damaged.
func (s *Service) missing(ctx context.Context, segment contacts.ID, n uint32) error {
	if _, err := readSegment(ctx, s.store, segment); err != nil {
		return err
	}
	st, err := s.state(ctx, segment)
	if err != nil {
		return err
	}
	if err := s.readable(&st, n); err != nil {
		return err
	}
	return fmt.Errorf("a part of snapshot %d of segment %s is missing", n, segment)
}

// Snapshots returns up to limit snapshots of a segment with a number below
// before (0 for the newest), newest first.
func (s *Service) Snapshots(ctx context.Context, segment contacts.ID, before uint32, limit int) ([]*Snapshot, error) {
	if _, err := readSegment(ctx, s.store, segment); err != nil {
		return nil, err
	}
	st, err := s.state(ctx, segment)
	if err != nil || st.Last == nil {
		return nil, err
	}
	newest := st.newest()
	if before == 0 || before > newest {
		before = newest + 1
	}
	lowest := s.oldest(newest)
	if wanted := uint32(min(limit, int(before))); before-wanted > lowest {
		lowest = before - wanted
	}
	if lowest >= before {
		return nil, nil
	}
	return s.stretch(ctx, segment, lowest, before-1)
}

// stretch returns the snapshots with numbers from first to last that are
// stored, newest first.
func (s *Service) stretch(ctx context.Context, segment contacts.ID, first, last uint32) ([]*Snapshot, error) {
	var found []*Snapshot
	for after := snapshotKey(segment, first-1); ; {
		documents, err := s.store.Documents(ctx, contacts.Snapshots, snapshotPrefix(segment), after, int(last-first)+1)
		if err != nil {
			return nil, err
		}
		for _, d := range documents {
			snapshot, err := decodeSnapshot(segment, d.Value)
			if err != nil {
				return nil, err
			}
			if snapshot.N > last {
				break
			}
			found = append(found, snapshot)
			after = d.Key
		}
		if len(documents) == 0 || len(found) > int(last-first) || after == snapshotKey(segment, last) {
			slices.Reverse(found)
			return found, nil
		}
	}
}
