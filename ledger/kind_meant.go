package ledger

import (
	"context"

	"github.com/ndoto/kundi/fault"
)

// A record that refers to another keeps its ordinal, also when that one is merged into a
// third: then the ordinal means the third, until the merge is undone.

// Meant returns the record that an ordinal means: the one that has it, or into which that
// one was merged. It is nil for none, also for one that was deleted.
func (k *Kind[T]) Meant(tx RecordTx, ordinal uint32) (*T, error) {
	for ordinal != 0 {
		r, err := k.Get(tx, ordinal)
		if err == nil || fault.KindOf(err) != fault.KindNotFound {
			return r, err
		}
		m, err := k.MergeOf(tx, ordinal)
		if err != nil {
			if fault.KindOf(err) == fault.KindNotFound {
				err = nil
			}
			return nil, err
		}
		ordinal = *k.Stamp(m.After).Ordinal
	}
	return nil, nil
}

// MeantReader reads records, and what has become of them.
type MeantReader interface {
	Records
	Redirects(ctx context.Context, s *Shape, ordinals []uint32) ([]Redirect, error)
}

// ListMeant is List of the records that the ordinals mean. Two may mean one.
func (k *Kind[T]) ListMeant(ctx context.Context, r MeantReader, ordinals []uint32) ([]*T, error) {
	list, err := k.List(ctx, r, ordinals)
	if err != nil {
		return nil, err
	}
	var missing []uint32
	var places []int
	for i, found := range list {
		if found == nil {
			missing, places = append(missing, ordinals[i]), append(places, i)
		}
	}
	if len(missing) == 0 {
		return list, nil
	}
	redirects, err := r.Redirects(ctx, &k.Shape, missing)
	if err != nil {
		return nil, err
	}
	for i := range redirects {
		if redirects[i].Survivor != 0 {
			missing[i] = redirects[i].Survivor // else it may have come back since
		}
	}
	found, err := k.List(ctx, r, missing)
	if err != nil {
		return nil, err
	}
	for i, place := range places {
		list[place] = found[i]
	}
	return list, nil
}
