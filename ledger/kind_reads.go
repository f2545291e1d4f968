package ledger

import (
	"context"
	"time"

	"github.com/ndoto/kundi/fault"
)

// Records reads records as the bytes that a kind decodes, of the newest durable state.
type Records interface {
	// Read calls visit for each of the records that there is, with its place in refs. The
	// bytes are the visitor's.
	Read(ctx context.Context, s *Shape, refs []Ref, visit func(i int, record []byte) error) error
	// Scan calls visit for up to limit records from one on, in the order of Ref.Compare.
	Scan(ctx context.Context, s *Shape, from Ref, limit int, visit func(Ref, []byte) error) error
	// Owned calls visit for the records in a window of those that belong to any of the owners
	// (see Ordinals). What belonged to one that is gone is not there.
	Owned(ctx context.Context, s *Shape, owners []uint32, w Window, visit func(Record) error) error
}

// Histories reads what has become of records, of the newest durable state.
type Histories interface {
	// History returns up to limit changes of a record before a sequence number (0 for the
	// newest), newest first.
	History(ctx context.Context, s *Shape, ordinal uint32, before uint64, limit int) ([]HistoryEntry, error)
	// HistoryAfter returns up to limit changes of a record after a sequence number (0 for the
	// oldest), oldest first.
	HistoryAfter(ctx context.Context, s *Shape, ordinal uint32, after uint64, limit int) ([]HistoryEntry, error)
	// WalkHistory shows the changes of a record up to a sequence number to visit, newest
	// first, until that returns false or an error. They are all of one state of the store. An
	// entry is good until visit returns; its values may be kept.
	//
	// ended says that all were shown. Then the record may have been deleted since the caller
	// read it, and the rest of its history with it.
	WalkHistory(ctx context.Context, s *Shape, ordinal uint32, version uint64, visit func(*HistoryEntry) (more bool, err error)) (ended bool, err error)
	// MergeOf returns how the record with an ordinal was absorbed. It is not found when it
	// was not.
	MergeOf(ctx context.Context, k AnyKind, absorbed uint32) (m Merged, found bool, err error)
	Remains
}

// Grave is all that is kept of a record that was deleted.
type Grave struct {
	ID ID
	At time.Time // of the deletion, in milliseconds; zero where an older program deleted it
}

// ClaimReader is what reads the record that holds a claim.
type ClaimReader interface {
	Records
	Holder(ctx context.Context, c Claim) (holder Ref, held bool, err error)
}

// ReadByClaim returns the record that holds a claim of the kind, or an error of
// fault.KindNotFound.
func (k *Kind[T]) ReadByClaim(ctx context.Context, r ClaimReader, c Claim) (*T, error) {
	holder, held, err := r.Holder(ctx, c)
	if err != nil {
		return nil, err
	}
	if !held {
		return nil, fault.NotFound(string(k.Entity))
	}
	list, err := k.Many(ctx, r, []Ref{holder})
	switch {
	case err != nil:
		return nil, err
	case list[0] == nil:
		return nil, fault.NotFound(string(k.Entity)) // it was deleted meanwhile
	}
	return list[0], nil
}

// ReadMerge returns how the record with an ordinal was absorbed, nil when it was not.
func (k *Kind[T]) ReadMerge(ctx context.Context, r Histories, absorbed uint32) (*Merge[T], error) {
	m, found, err := r.MergeOf(ctx, k, absorbed)
	if err != nil || !found {
		return nil, err
	}
	return mergeFrom[T](m), nil
}

// List returns the records with the ordinals, of a kind that stands alone, in their order,
// nil for those that do not exist. They are the caller's own.
func (k *Kind[T]) List(ctx context.Context, r Records, ordinals []uint32) ([]*T, error) {
	refs := make([]Ref, len(ordinals))
	for i, ordinal := range ordinals {
		refs[i].Ordinal = ordinal
	}
	return k.Many(ctx, r, refs)
}

// ListOf is Kind.List for a kind whose type nobody knows.
func ListOf(ctx context.Context, r Records, k AnyKind, ordinals []uint32) ([]Record, error) {
	list, refs := make([]Record, len(ordinals)), make([]Ref, len(ordinals))
	for i, ordinal := range ordinals {
		refs[i].Ordinal = ordinal
	}
	err := r.Read(ctx, k.Info(), refs, func(i int, record []byte) (err error) {
		list[i], err = k.DecodeRecord(refs[i], record)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Many returns records in the order of refs, nil for those that do not exist. They are
// the caller's own.
func (k *Kind[T]) Many(ctx context.Context, r Records, refs []Ref) ([]*T, error) {
	list := make([]*T, len(refs))
	err := r.Read(ctx, &k.Shape, refs, func(i int, record []byte) (err error) {
		list[i], err = k.Decode(refs[i], record)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Scan returns up to limit records from one on, in the order of Ref.Compare.
func (k *Kind[T]) Scan(ctx context.Context, r Records, from Ref, limit int) ([]*T, error) {
	list := make([]*T, 0, min(limit, mostExpected))
	err := r.Scan(ctx, &k.Shape, from, limit, func(ref Ref, record []byte) error {
		decoded, err := k.Decode(ref, record)
		list = append(list, decoded)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// OwnedBy returns the records in a window of those that belong to any of the owners (see
// Ordinals). They are the caller's own.
func (k *Kind[T]) OwnedBy(ctx context.Context, r Records, owners []uint32, w Window) ([]*T, error) {
	list := make([]*T, 0, max(0, min(w.Limit, mostExpected)))
	err := r.Owned(ctx, &k.Shape, owners, w, func(owned Record) error {
		list = append(list, owned.(*T))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// mostExpected is for how many records of a scan room is made before they are there.
const mostExpected = 1000
