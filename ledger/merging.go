package ledger

import (
	"errors"
	"fmt"

	"github.com/ndoto/kundi/fault"
)

// What merges of every kind check, and undoing them.

// InvalidMerge says what is wrong with the record that is to be absorbed.
func (k *Kind[T]) InvalidMerge(detail string) error {
	entity := string(k.Entity)
	return fault.Invalid("invalid-merge", "The "+entity+" cannot be merged.", []fault.Fault{{Path: entity + "_id", Detail: detail}})
}

// MergeLimit says what two records would have too much of together.
func MergeLimit(what string) error {
	return &fault.Error{Kind: fault.KindConflict, Type: "merge-limit", Message: "Together they have more than " + what + "."}
}

// CheckOther reports a record that is to be merged into itself, before a repeated request is looked for.
func (k *Kind[T]) CheckOther(id ID, o MergeOrder) error {
	if id == o.Other {
		return k.InvalidMerge("must be the id of another " + string(k.Entity))
	}
	return nil
}

// Ordered reads an order: the records that it merges, which may be one, and what is chosen. The version of the
// one that is absorbed is not looked at when they are one already.
// Errors are of fault.KindInvalid, and as for ToMerge.
func (k *Kind[T]) Ordered(tx Tx, id ID, o MergeOrder) (survivor, absorbed *T, chosen Choice, err error) {
	if chosen, err = k.Chosen(tx.Schema(), o.Choose); err != nil {
		return nil, nil, Choice{}, err
	}
	survivor, absorbed, err = k.ToMerge(tx, id, o.Other, o.Version)
	if err == nil && k.Stamp(survivor).Ref() != k.Stamp(absorbed).Ref() {
		err = k.checkOtherVersion(o.OtherVersion, *k.Stamp(absorbed).Version)
	}
	return survivor, absorbed, chosen, err
}

// checkOtherVersion is CheckVersion for the record that is absorbed.
func (k *Kind[T]) checkOtherVersion(want, have uint64) error {
	err := CheckVersion(want, have)
	var mismatch *fault.Error
	if errors.As(err, &mismatch) {
		mismatch.Message = fmt.Sprintf("The %s that is absorbed has version %d now. Read it again before you merge.", k.Entity, have)
		mismatch.Faults = []fault.Fault{{Path: string(k.Entity) + "_version", Detail: "must be the version that it has"}}
	}
	return err
}

// ToMerge returns the records that two ids mean, which may be one, with the names that options
// and labels have now. version is what the version of the survivor must be, as for CheckVersion.
//
// Errors are of fault.KindNotFound (no survivor), fault.KindInvalid (nobody to absorb) and
// fault.KindPrecondition.
func (k *Kind[T]) ToMerge(tx Tx, id, other ID, version uint64) (survivor, absorbed *T, err error) {
	if survivor, err = k.ByID(tx, id); err != nil {
		return nil, nil, err
	}
	absorbed, err = k.ByID(tx, other)
	if err != nil && fault.KindOf(err) == fault.KindNotFound {
		err = k.InvalidMerge("must be the id of a " + string(k.Entity))
	}
	if err != nil {
		return nil, nil, err
	}
	return k.named(tx, survivor), k.named(tx, absorbed), CheckVersion(version, *k.Stamp(survivor).Version)
}

// ToUndo returns the survivor of the merge that a claim is on, and how it was merged. The
// merge must be the newest of the survivor.
//
// Errors are of fault.KindNotFound (no such merge, or undone already) and fault.KindConflict
// ("later-merge", with the merge to undo before).
func (k *Kind[T]) ToUndo(tx Tx, c Claim) (survivor *T, m *Merge[T], err error) {
	survivor, err = k.ByClaim(tx, c)
	if err != nil && fault.KindOf(err) == fault.KindNotFound {
		err = fault.NotFound("merge")
	}
	if err != nil {
		return nil, nil, err
	}
	absorbed := k.Absorbed(survivor)
	last := absorbed[len(absorbed)-1]
	if last.Merge.String() != c.Value {
		return nil, nil, &fault.Error{
			Kind: fault.KindConflict, Type: "later-merge", MergeID: last.Merge,
			Message: "The " + string(k.Entity) + " was merged again since; undo that merge first.",
		}
	}
	m, err = k.MergeOf(tx, last.Ordinal)
	return survivor, m, err
}
