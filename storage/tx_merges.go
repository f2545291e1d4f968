package storage

import (
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// Absorb implements ledger.Tx.
func (t *tx) Absorb(any ledger.AnyKind, m ledger.Merged) error {
	k, err := t.kind(any)
	if err != nil {
		return err
	}
	return t.absorb(k, m)
}

func (t *tx) absorb(k *kind, m ledger.Merged) error {
	absorbed, err := t.present(k, m.Absorbed)
	if err != nil {
		return err
	}
	ref := k.StampOf(absorbed).Ref()
	// What both claim is the survivor's from here on.
	if err := t.releaseValues(k, absorbed); err != nil {
		return err
	}
	t.unclaim(k.ClaimsOf(absorbed))
	t.removeRecord(k, ref)
	if err := t.update(k, m.Before, m.After); err != nil {
		return err
	}
	record := k.encodeMerge(m)
	if len(record)+len(k.mergeKey(0)) > engine.MaxRecord {
		return tooLarge(nil)
	}
	t.put(k.mergeKey(ref.Ordinal), record)
	t.logRecord(k, ledger.OpMerge, ref, nil, nil)
	if k.History {
		entry := t.entry(k, ledger.OpMerge, m.After, nil)
		entry.Into = *k.StampOf(m.After).Ordinal
		t.remember(k, ref.Ordinal, entry)
	}
	return nil
}

// MergeOf implements ledger.Tx.
func (t *tx) MergeOf(any ledger.AnyKind, absorbed uint32) (ledger.Merged, error) {
	k, err := t.kind(any)
	if err != nil {
		return ledger.Merged{}, err
	}
	return t.mergeOf(k, absorbed)
}

func (t *tx) mergeOf(k *kind, absorbed uint32) (ledger.Merged, error) {
	if t.over {
		return ledger.Merged{}, errOver
	}
	record, err := t.get(k.mergeKey(absorbed))
	if err != nil {
		return ledger.Merged{}, readFailure(err)
	}
	if record == nil {
		return ledger.Merged{}, fault.NotFound("merge")
	}
	m, err := k.decodeMerge(absorbed, record)
	return m, readFailure(err)
}

// Restore implements ledger.Tx. Where the record belonged to something that is gone, that
// is an error of KindNotFound.
func (t *tx) Restore(any ledger.AnyKind, before, after, restored ledger.Record) error {
	k, err := t.kind(any)
	if err != nil {
		return err
	}
	return t.restore(k, before, after, restored)
}

func (t *tx) restore(k *kind, before, after, restored ledger.Record) error {
	if err := t.owned(k, k.StampOf(restored)); err != nil {
		return err
	}
	if err := t.update(k, before, after); err != nil {
		return err
	}
	claims := append(k.ClaimsOf(restored), t.takenValues(k, restored)...)
	if err := t.free(k, claims); err != nil {
		return err
	}
	stamp := k.StampOf(restored)
	m, err := t.mergeOf(k, *stamp.Ordinal)
	if err != nil {
		return err
	}
	changed, err := t.diff(k, m.Absorbed, restored)
	if err != nil {
		return err
	}
	*stamp.Version = t.Seq()
	if err := t.putRecord(k, restored); err != nil {
		return err
	}
	t.place(k, stamp)
	t.totals.Records[k.Number]++
	t.claim(k, claims, stamp.Ref())
	t.delete(k.mergeKey(*stamp.Ordinal))
	t.logRecord(k, ledger.OpRestore, stamp.Ref(), nil, restored)
	if k.History {
		t.remember(k, *stamp.Ordinal, t.entry(k, ledger.OpRestore, restored, changed))
	}
	return nil
}
