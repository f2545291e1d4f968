package storage

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// Owned returns up to limit of the records of a kind that belong to any of the owners,
// with an ordinal above after, in order of ordinal. Owners are given as ledger.Ordinals
// returns them. What belonged to one that is gone is not there.
func (t *tx) Owned(any ledger.AnyKind, owners []uint32, after uint32, limit int) ([]ledger.Record, error) {
	k, err := t.kind(any)
	if err != nil {
		return nil, err
	}
	return t.ownedBy(k, owners, after, limit)
}

func (t *tx) ownedBy(k *kind, owners []uint32, after uint32, limit int) (list []ledger.Record, err error) {
	if k.owner == nil {
		return nil, internal(fmt.Sprintf("A %s belongs to nobody.", k.Entity), nil)
	}
	for _, owner := range owners {
		there, err := t.stands(k.owner, owner)
		if err != nil {
			return nil, err
		}
		if !there {
			continue
		}
		some, err := t.listOwned(k, owner, after, limit)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	return k.first(list, limit), nil
}

// first sorts records by ordinal and returns up to limit of them.
func (k *kind) first(list []ledger.Record, limit int) []ledger.Record {
	slices.SortFunc(list, func(a, b ledger.Record) int { return cmp.Compare(*k.StampOf(a).Ordinal, *k.StampOf(b).Ordinal) })
	return list[:min(limit, len(list))]
}

// listOwned is ownedBy for one owner, which may be gone.
func (t *tx) listOwned(k *kind, owner, after uint32, limit int) ([]ledger.Record, error) {
	list := t.writtenOf(k, owner, after)
	held := 0
	from := engine.Range{Prefix: k.ownerPrefix(owner), From: k.key(ledger.Ref{Owner: owner, Ordinal: after + 1}), Limit: limit}
	err := scanPages(t.view, from, func(p engine.Pair) error {
		ref, ok := k.keyRef(p.Key)
		if !ok {
			return codec.ErrDamaged
		}
		if _, written := t.records.get(k.at(ref.Ordinal)); written {
			return nil // it is in the list, or deleted
		}
		r, err := t.decoded(k, ref, p.Value)
		if err != nil {
			return err
		}
		list = append(list, r)
		if held++; held >= limit {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, readFailure(err)
	}
	return k.first(list, limit), nil
}

// errEnough ends a scan.
var errEnough = errors.New("enough was read")

// writtenOf are the records that the batch holds of those that belong to one.
func (t *tx) writtenOf(k *kind, owner, after uint32) (list []ledger.Record) {
	for at, r := range t.records.m {
		if at.number == k.Number && at.ordinal > after && r != nil && k.StampOf(r).Ref().Owner == owner {
			list = append(list, r)
		}
	}
	return list
}
