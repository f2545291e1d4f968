package storage

import (
	"maps"
	"slices"

	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// owner notes what a record belongs to, and reports whether that is gone. Owners were
// read before.
func (v *verification) owner(k *kind, ref ledger.Ref) (left bool) {
	if k.owner == nil {
		return false
	}
	seen, owners := v.of(k), v.of(k.owner)
	if k.nested() {
		if seen.placed == nil {
			seen.placed = map[uint32]uint32{}
		}
		seen.placed[ref.Ordinal] = ref.Owner
	}
	there := owners.there.has(ref.Owner) || owners.absorbed.has(ref.Owner)
	if !there {
		v.left = append(v.left, reference{from: k.at(ref.Ordinal), to: k.owner.at(ref.Owner)})
	}
	if left = !there || owners.left.has(ref.Owner); left {
		seen.left.add(ref.Ordinal)
	}
	return left
}

// orphans tells of records whose owner is not there, where no mark says that they are
// being deleted.
func (v *verification) orphans() {
	for _, r := range v.left {
		if !v.seen[r.to.number].swept.has(r.to.ordinal) {
			v.astray(r)
		}
	}
}

// place compares where a record is said to be with where it is.
func (v *verification) place(p engine.Pair) {
	k, r, ok := v.tableRecord(p.Key)
	owner, err := decodeNumber(p.Value)
	seen := v.of(k)
	if found, there := seen.placed[r.ordinal]; !ok || err != nil || !there || found != owner {
		v.found.Add("owners of "+k.Plural+" that are not theirs", r.ordinal)
	}
	delete(seen.placed, r.ordinal)
}

// places tells of records of which it is not said where they are.
func (v *verification) places() {
	for _, k := range v.kinds.list {
		for _, ordinal := range slices.Sorted(maps.Keys(v.of(k).placed)) {
			v.found.Add(k.Plural+" whose owner is not said", ordinal)
		}
	}
}
