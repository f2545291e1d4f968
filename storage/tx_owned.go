package storage

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// Placed implements ledger.RecordTx.
func (t *tx) Placed(any ledger.AnyKind, ordinal uint32) (ledger.Record, error) {
	k, err := t.kind(any)
	if err != nil {
		return nil, err
	}
	if k.owner != nil && !k.nested() {
		return nil, internal(fmt.Sprintf("Nothing belongs to a %s.", k.Entity), nil)
	}
	r, err := t.recordAt(k, ordinal)
	if err == nil && r == nil {
		return nil, fault.NotFound(string(k.Entity))
	}
	return r, err
}

// Owned implements ledger.RecordTx.
func (t *tx) Owned(any ledger.AnyKind, owners []uint32, w ledger.Window) ([]ledger.Record, error) {
	k, err := t.kind(any)
	if err != nil {
		return nil, err
	}
	return t.ownedBy(k, owners, w)
}

func (t *tx) ownedBy(k *kind, owners []uint32, w ledger.Window) (list []ledger.Record, err error) {
	err = t.eachOwner(k, owners, func(owner uint32) error {
		some, err := t.listOwned(k, owner, w)
		list = append(list, some...)
		return err
	})
	return k.first(list, w), err
}

// OwnedRefs implements ledger.RecordTx.
func (t *tx) OwnedRefs(any ledger.AnyKind, owners []uint32, w ledger.Window) (list []ledger.Ref, err error) {
	k, err := t.kind(any)
	if err != nil {
		return nil, err
	}
	err = t.eachOwner(k, owners, func(owner uint32) error {
		for _, r := range t.writtenOf(k, owner, w) {
			list = append(list, k.StampOf(r).Ref())
		}
		return t.scanOwned(k, owner, w, func(ref ledger.Ref, _ []byte) error {
			list = append(list, ref)
			return nil
		})
	})
	slices.SortFunc(list, w.Compare)
	return list[:min(max(0, w.Limit), len(list))], err
}

// eachOwner visits those of some owners of records of a kind that are there.
func (t *tx) eachOwner(k *kind, owners []uint32, visit func(owner uint32) error) error {
	if k.owner == nil {
		return internal(fmt.Sprintf("A %s belongs to nobody.", k.Entity), nil)
	}
	for _, owner := range owners {
		there, err := t.ownerStands(k, ledger.Ref{Owner: owner})
		if err != nil {
			return err
		}
		if !there {
			continue
		}
		if err := visit(owner); err != nil {
			return err
		}
	}
	return nil
}

// first sorts records as a window has them, and returns as many as it may have.
func (k *kind) first(list []ledger.Record, w ledger.Window) []ledger.Record {
	slices.SortFunc(list, func(a, b ledger.Record) int { return w.Compare(k.StampOf(a).Ref(), k.StampOf(b).Ref()) })
	return list[:min(max(0, w.Limit), len(list))]
}

// listOwned is ownedBy for one owner, which may be gone.
func (t *tx) listOwned(k *kind, owner uint32, w ledger.Window) ([]ledger.Record, error) {
	list := t.writtenOf(k, owner, w)
	err := t.scanOwned(k, owner, w, func(ref ledger.Ref, record []byte) error {
		r, err := t.decoded(k, ref, record)
		list = append(list, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return k.first(list, w), nil
}

// scanOwned visits the first records in a window of those of one owner that are stored and that the
// batch does not hold.
func (t *tx) scanOwned(k *kind, owner uint32, w ledger.Window, visit func(ref ledger.Ref, record []byte) error) error {
	visited := 0
	err := scanPages(t.view, k.ownedRange(owner, w), func(p engine.Pair) error {
		ref, ok := k.keyRef(p.Key)
		if !ok {
			return codec.ErrDamaged
		}
		if _, written := t.records.get(k.at(ref.Ordinal)); written || !w.Has(ref) {
			return nil // the batch has it, or deleted it, or it is the one before the window
		}
		if err := visit(ref, p.Value); err != nil {
			return err
		}
		if visited++; visited >= w.Limit {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return readFailure(err)
	}
	return nil
}

// ownedRange has the keys of the records of one owner that lie in a window, and the one
// before it.
func (k *kind) ownedRange(owner uint32, w ledger.Window) engine.Range {
	r := engine.Range{Prefix: k.ownerPrefix(owner), Reverse: w.Reverse, Limit: max(1, w.Limit)}
	if w.After != nil {
		from := *w.After
		from.Owner = owner
		r.From = k.key(from)
		r.Limit++
	}
	return r
}

// errEnough ends a scan.
var errEnough = errors.New("enough was read")

// ownedRecords are the ordinals of the records that a batch has held, by kind and owner. Some
// may have been taken back or deleted since: who reads looks each up.
type ownedRecords map[recordKey]map[uint32]struct{}

// hold keeps a record of the view, or one that was written, for the next who asks.
func (t *tx) hold(k *kind, ref ledger.Ref, r ledger.Record) {
	t.records.set(k.at(ref.Ordinal), r)
	if k.owner == nil {
		return
	}
	if t.belonging == nil {
		t.belonging = ownedRecords{}
	}
	of := k.at(ref.Owner)
	if t.belonging[of] == nil {
		t.belonging[of] = map[uint32]struct{}{}
	}
	t.belonging[of][ref.Ordinal] = struct{}{}
}

// writtenOf are the records that the batch holds of those of one owner that lie in a window.
func (t *tx) writtenOf(k *kind, owner uint32, w ledger.Window) (list []ledger.Record) {
	for ordinal := range t.belonging[k.at(owner)] {
		r, _ := t.records.get(k.at(ordinal))
		if r == nil {
			continue
		}
		if ref := k.StampOf(r).Ref(); ref.Owner == owner && w.Has(ref) {
			list = append(list, r)
		}
	}
	return list
}
