package segments

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// Snapshot is who was in a segment at one moment. It never changes.
type Snapshot struct {
	Segment ledger.ID
	N       uint32 // from 1 in every segment, without gaps

	// DefinitionVersion and DefinitionHash are the Version and the Hash of
	// the segment that was evaluated.
	DefinitionVersion uint64
	DefinitionHash    string

	Seq         uint64    // the newest change that the evaluation has seen
	EvaluatedAt time.Time // the moment that relative dates count from, in UTC

	Count uint64
	// Entered is the number of members that the snapshot before did not have.
	// Left is the number of members that only the snapshot before had. In the
	// first snapshot all members have entered.
	Entered uint64
	Left    uint64

	layout layout
}

// layout says where the members of a snapshot are stored. A snapshot is stored
// in full, or as the difference from the one before.
type layout struct {
	// Base is the number of the newest snapshot up to this one that is stored
	// in full.
	Base uint32
	// Try is the attempt that stored the snapshot. Each attempt has keys of its
	// own for its chunks, so the chunks of a failed one are never read.
	Try string
	// The numbers of the chunks of each set that are not empty.
	Members []uint32
	Entered []uint32
	Left    []uint32
}

// snapshotRecord is a snapshot as stored in SnapshotDocuments.
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

func (r *snapshotRecord) snapshot(segment ledger.ID) *Snapshot {
	return &Snapshot{
		Segment: segment, N: r.N, DefinitionVersion: r.DefinitionVersion, DefinitionHash: r.DefinitionHash,
		Seq: r.Seq, EvaluatedAt: r.EvaluatedAt, Count: r.Count, Entered: r.Entered, Left: r.Left,
		layout: layout{Base: r.Base, Try: r.Try, Members: r.MembersAt, Entered: r.EnteredAt, Left: r.LeftAt},
	}
}

// Keys of snapshots. Those of one segment sort by number.
func snapshotPrefix(segment ledger.ID) string { return segment.String() + "/" }

func snapshotKey(segment ledger.ID, n uint32) string {
	return fmt.Sprintf("%s%010d", snapshotPrefix(segment), n)
}

// state names the newest snapshot of a segment. It is written in the same
// commit as the record of that snapshot.
type state struct {
	segment ledger.ID
	Last    *snapshotRecord `json:"last,omitempty"`
	// Oldest is the lowest number that was not given up: snapshots below it may be removed. It never
	// falls. 0 was written by a program that kept a fixed number.
	Oldest uint32 `json:"oldest,omitempty"`
	// Deleted marks a deleted segment whose snapshots are not removed yet.
	Deleted bool `json:"deleted,omitempty"`
}

// statePrefix comes before the segment in the keys of states, in the
// collection SetDocuments. It sorts after every id.
const statePrefix = "state/"

func stateKey(segment ledger.ID) string { return statePrefix + segment.String() }

func decodeState(segment ledger.ID, record []byte) (state, error) {
	st := state{segment: segment}
	if record == nil {
		return st, nil
	}
	if err := json.Unmarshal(record, &st); err != nil {
		return state{}, fmt.Errorf("decode state of snapshots: %w", err)
	}
	return st, nil
}

func putState(tx ledger.Tx, st state) error {
	record, err := json.Marshal(st)
	if err != nil {
		return err
	}
	return tx.PutDocument(SetDocuments, stateKey(st.segment), record)
}

func (s *Service) readState(ctx context.Context, segment ledger.ID) (state, error) {
	record, err := s.store.Document(ctx, SetDocuments, stateKey(segment))
	if err != nil {
		return state{}, err
	}
	return decodeState(segment, record)
}

// stateIn reads a state in the committer.
func stateIn(tx ledger.Tx, segment ledger.ID) (state, error) {
	record, err := tx.Document(SetDocuments, stateKey(segment))
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

// Snapshot returns snapshot n of a segment. If there never was a snapshot n,
// the error is of KindNotFound. If it has expired, the error is of KindGone.
func (s *Service) Snapshot(ctx context.Context, segment ledger.ID, n uint32) (*Snapshot, error) {
	if err := s.readable(ctx, segment, n); err != nil {
		return nil, err
	}
	return s.readSnapshot(ctx, segment, n)
}

// readable returns nil for a snapshot that can be read: one that has not expired, or that
// somebody holds. Other errors are as for Snapshot.
func (s *Service) readable(ctx context.Context, segment ledger.ID, n uint32) error {
	st, oldest, err := s.keptOf(ctx, segment)
	switch {
	case err != nil:
		return err
	case n == 0 || n > st.newest():
		return fault.NotFound("snapshot")
	case n < oldest:
		held, err := s.options.Holds.Held(ctx, segment)
		if err != nil || slices.Contains(held, n) {
			return err
		}
		return expired(n, append(slices.Clone(held), oldest))
	}
	return nil
}

// expired is the error for a snapshot that is gone. It names the nearest of those that are kept.
func expired(n uint32, kept []uint32) error {
	distance := func(m uint32) uint32 { return max(m, n) - min(m, n) }
	nearest := slices.MinFunc(kept, func(a, b uint32) int { return cmp.Compare(distance(a), distance(b)) })
	return &fault.Error{
		Kind: fault.KindGone, Type: "snapshot-expired", Nearest: nearest,
		Message: fmt.Sprintf("The snapshot was removed: a segment keeps so many of them, and for so long, as its keep or the settings say. The nearest that is kept is %d.", nearest),
	}
}

// readSnapshot returns a snapshot that is stored, even if it has expired.
func (s *Service) readSnapshot(ctx context.Context, segment ledger.ID, n uint32) (*Snapshot, error) {
	record, err := s.store.Document(ctx, SnapshotDocuments, snapshotKey(segment, n))
	if err != nil {
		return nil, err
	}
	if record == nil {
		return nil, s.missing(ctx, segment, n)
	}
	return decodeSnapshot(segment, record)
}

func decodeSnapshot(segment ledger.ID, record []byte) (*Snapshot, error) {
	var r snapshotRecord
	if err := json.Unmarshal(record, &r); err != nil {
		return nil, fmt.Errorf("decode snapshot: %w", err)
	}
	return r.snapshot(segment), nil
}

// missing returns the error for a part of a snapshot that is not there. Either
// the segment was deleted or the snapshot expired while somebody read it, or the
// store is damaged.
func (s *Service) missing(ctx context.Context, segment ledger.ID, n uint32) error {
	if err := s.readable(ctx, segment, n); err != nil {
		return err
	}
	return fmt.Errorf("a part of snapshot %d of segment %s is missing", n, segment)
}

// Snapshots returns up to limit snapshots of a segment with a number below
// before (0 for the newest), newest first.
func (s *Service) Snapshots(ctx context.Context, segment ledger.ID, before uint32, limit int) ([]*Snapshot, error) {
	st, oldest, err := s.keptOf(ctx, segment)
	if err != nil || st.Last == nil {
		return nil, err
	}
	newest := st.newest()
	if before == 0 || before > newest {
		before = newest + 1
	}
	lowest := oldest
	if wanted := uint32(min(limit, int(before))); before-wanted > lowest {
		lowest = before - wanted
	}
	var list []*Snapshot
	if lowest < before {
		if list, err = s.storedRange(ctx, segment, lowest, before-1); err != nil {
			return nil, err
		}
	}
	held, err := s.held(ctx, segment, min(before, oldest))
	if err != nil {
		return nil, err
	}
	for _, n := range slices.Backward(held) {
		if len(list) == limit {
			break
		}
		snapshot, err := s.readSnapshot(ctx, segment, n)
		if err != nil {
			return nil, err
		}
		list = append(list, snapshot)
	}
	return list, nil
}

// storedRange returns the stored snapshots with numbers from first to last,
// newest first.
func (s *Service) storedRange(ctx context.Context, segment ledger.ID, first, last uint32) ([]*Snapshot, error) {
	var found []*Snapshot
	for after := snapshotKey(segment, first-1); ; {
		documents, err := s.store.Documents(ctx, SnapshotDocuments, snapshotPrefix(segment), after, int(last-first)+1)
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
