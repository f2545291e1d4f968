package storage

import (
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// What belongs to a record goes with it. Deleting may take several commits, so from the
// first on whoever reads a record asks whether its owner stands.

// stands reports whether what others belong to is there: the record with an ordinal, or
// the one that has absorbed it, and whatever that belongs to itself.
func (t *tx) stands(k *kind, ordinal uint32) (bool, error) {
	r, err := t.recordAt(k, ordinal)
	if err != nil || r != nil {
		return r != nil, err
	}
	merge, err := t.get(k.mergeKey(ordinal))
	if err != nil || merge == nil {
		return false, readFailure(err)
	}
	if k.owner == nil {
		return true, nil // who deletes the survivor deletes the merge
	}
	m, err := k.decodeMerge(ordinal, merge)
	if err != nil {
		return false, readFailure(err)
	}
	return t.stands(k, *k.StampOf(m.After).Ordinal)
}

// ownerStands reports whether the owner of a record that there is stands, true for kinds that
// stand alone. Nothing is read of the owner while nobody is being deleted.
func (t *tx) ownerStands(k *kind, ref ledger.Ref) (bool, error) {
	if k.owner == nil {
		return true, nil
	}
	if marked, err := t.marked(); err != nil || !marked {
		return !marked, err
	}
	return t.stands(k.owner, ref.Owner)
}

// marks says whether a batch has a record whose deletion is not finished.
type marks byte

const (
	marksUnknown marks = iota // nobody has asked yet
	marksNone
	marksSome
)

// marked reports whether there may be records whose owner is gone. Such an owner has a mark,
// which the commit made that deleted it, or one has that it belonged to: so without any mark
// in the view and in the batch every owner stands. A mark that was taken back counts too.
func (t *tx) marked() (bool, error) {
	if t.marks == marksUnknown {
		page, err := t.view.Scan(engine.Range{Prefix: []byte{kindSweep}, Limit: 1})
		if err != nil {
			return false, readFailure(err)
		}
		t.marks = marksNone
		if len(page.Pairs) > 0 {
			t.marks = marksSome
		}
	}
	return t.marks == marksSome, nil
}

// recordAt returns the record with an ordinal of a kind that owns others, nil for none.
func (t *tx) recordAt(k *kind, ordinal uint32) (ledger.Record, error) {
	ref := ledger.Ref{Ordinal: ordinal}
	if k.owner != nil {
		owner, err := t.get(k.placeKey(ordinal))
		if err != nil || owner == nil {
			return nil, readFailure(err)
		}
		if ref.Owner, err = decodeNumber(owner); err != nil {
			return nil, readFailure(err)
		}
	}
	return t.record(k, ref)
}

// owned is an error of KindNotFound when a record is to belong to what is not there. It may
// belong to a record that was absorbed: the undo of the merge then finds it where it is.
func (t *tx) owned(k *kind, stamp ledger.Stamp) error {
	if k.owner == nil {
		return nil
	}
	there, err := t.stands(k.owner, *stamp.Owner)
	if err == nil && !there {
		return fault.NotFound(string(k.Owner))
	}
	return err
}

// place notes where a record is that owns others.
func (t *tx) place(k *kind, stamp ledger.Stamp) {
	if k.nested() {
		t.put(k.placeKey(*stamp.Ordinal), encodeNumber(*stamp.Owner))
	}
}

// tenants tells which records of a kind belong to something that is there. It asks once
// for each owner, and of none while nobody is being deleted.
type tenants struct {
	store  *reader
	view   engine.View
	kind   *kind
	tx     *tx             // nil until somebody asks
	stands map[uint32]bool // by owner
}

func (s *reader) tenants(v engine.View, k *kind) *tenants {
	return &tenants{store: s, view: v, kind: k}
}

func (o *tenants) there(ref ledger.Ref) (bool, error) {
	if o.kind.owner == nil {
		return true, nil
	}
	if o.tx == nil {
		o.tx, o.stands = o.store.readOnly(o.view), map[uint32]bool{}
	}
	known, ok := o.stands[ref.Owner]
	if ok {
		return known, nil
	}
	stands, err := o.tx.ownerStands(o.kind, ref)
	o.stands[ref.Owner] = stands
	return stands, err
}
