package storage

import (
	"bytes"

	"github.com/ndoto/kundi/ledger"
)

// ownedPage is how many records that go with their owner are read at once.
const ownedPage = 500

// laden reports whether a commit holds so many keys that a deletion leaves the rest of
// what was owned to the sweep: others wait for it.
func (t *tx) laden() bool { return t.keys() >= fullCommit }

// leave marks a record that is gone as one that has left something. The committer clears
// it when idle.
func (t *tx) leave(k *kind, ordinal uint32) {
	t.marks = marksSome
	t.put(k.sweepKey(ordinal), []byte{})
}

// deleteOwned removes what belongs to a record that is gone, or to those that it had
// absorbed, as much as goes into a commit. The log has the owner alone: who follows it
// lets go of the rest by the owner's name.
func (t *tx) deleteOwned(k *kind, r ledger.Record) error {
	if len(k.children) == 0 {
		return nil
	}
	for _, ordinal := range ledger.Ordinals(k, r) {
		if err := t.deleteChildren(k, ordinal); err != nil {
			return err
		}
	}
	return nil
}

// deleteChildren removes what belongs to an ordinal that is gone, and marks it when there
// is more than goes into a commit.
func (t *tx) deleteChildren(k *kind, ordinal uint32) error {
	for _, child := range k.children {
		more, err := t.deletePage(child, ordinal)
		if err != nil {
			return err
		}
		if more {
			t.leave(k, ordinal)
			return nil
		}
	}
	return nil
}

// deletePage removes some of the records of a kind that belong to an owner. There may be
// more of them.
func (t *tx) deletePage(k *kind, owner uint32) (more bool, err error) {
	if t.laden() {
		return true, nil
	}
	list, err := t.listOwned(k, owner, ledger.Window{Limit: ownedPage})
	if err != nil {
		return false, err
	}
	for i, r := range list {
		if i > 0 && t.laden() {
			return true, nil
		}
		if err := t.deleteAlong(k, r); err != nil {
			return false, err
		}
	}
	return len(list) == ownedPage, nil
}

// deleteAlong removes a record whose owner is gone. What belongs to it is left to the
// sweep.
func (t *tx) deleteAlong(k *kind, r ledger.Record) error {
	if err := t.release(k, r); err != nil {
		return err
	}
	if len(k.children) > 0 {
		for _, ordinal := range ledger.Ordinals(k, r) {
			t.leave(k, ordinal)
		}
	}
	return t.erase(k, r)
}

// release gives up the claims of a record whose owner is gone, but for those that others
// have taken since.
func (t *tx) release(k *kind, r ledger.Record) error {
	if err := t.releaseValues(k, r); err != nil {
		return err
	}
	own := k.encodeRef(k.StampOf(r).Ref())
	for _, c := range k.ClaimsOf(r) {
		key := t.hasher.key(c)
		holder, err := t.get(key)
		if err != nil {
			return readFailure(err)
		}
		if bytes.Equal(holder, own) {
			t.delete(key)
			t.totals.Claims--
		}
	}
	return nil
}
