package storage

import (
	"fmt"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// maxOrdinal is the highest ordinal of a record: the columns use the bit above it, and
// keys too (see tableKey).
const maxOrdinal = 1<<31 - 1

// Record returns a record, or an error of KindNotFound.
func (t *tx) Record(any ledger.AnyKind, ref ledger.Ref) (ledger.Record, error) {
	k, err := t.kind(any)
	if err != nil {
		return nil, err
	}
	r, err := t.record(k, ref)
	if err == nil && r == nil {
		return nil, fault.NotFound(string(k.Entity))
	}
	return r, err
}

// kind returns the store's own view of a kind.
func (t *tx) kind(any ledger.AnyKind) (*kind, error) {
	if t.over {
		return nil, errOver
	}
	k := t.kinds.of(any)
	if k == nil || k.Entity != any.Info().Entity {
		return nil, internal(fmt.Sprintf("The store has no records of the kind %s.", any.Info().Entity), nil)
	}
	return k, nil
}

// record returns nil for one that does not exist, or whose owner does not.
func (t *tx) record(k *kind, ref ledger.Ref) (ledger.Record, error) {
	r, err := t.raw(k, ref)
	if err != nil || r == nil || k.owner == nil {
		return r, err
	}
	if there, err := t.ownerStands(k, ref); err != nil || !there {
		return nil, err
	}
	return r, nil
}

// raw is record for one whose owner may be gone.
func (t *tx) raw(k *kind, ref ledger.Ref) (ledger.Record, error) {
	if t.over {
		return nil, errOver
	}
	if ref.Ordinal == 0 {
		return nil, nil
	}
	if r, ok := t.records.get(k.at(ref.Ordinal)); ok {
		if r == nil || k.StampOf(r).Ref() != ref {
			return nil, nil
		}
		return r, nil
	}
	record, err := t.view.Get(k.key(ref))
	if err != nil || record == nil {
		return nil, readFailure(err)
	}
	return t.decoded(k, ref, record)
}

// decoded reads a record of the view and keeps it for the next who asks.
func (t *tx) decoded(k *kind, ref ledger.Ref, record []byte) (ledger.Record, error) {
	r, err := k.DecodeRecord(ref, record)
	if err != nil {
		return nil, readFailure(err)
	}
	t.hold(k, ref, r)
	return r, nil
}

// Create gives a record its ordinal and version, takes its claims and logs it. Claims
// that others hold are a *ledger.Taken, and then nothing was written. Where it belongs
// to something that is not there, that is an error of KindNotFound.
func (t *tx) Create(any ledger.AnyKind, r ledger.Record) error {
	k, err := t.kind(any)
	if err != nil {
		return err
	}
	return t.create(k, r)
}

func (t *tx) create(k *kind, r ledger.Record) error {
	if t.over {
		return errOver
	}
	if t.state.last(k) >= maxOrdinal {
		return internal(fmt.Sprintf("There are no ordinals left for %s.", k.Plural), nil)
	}
	stamp := k.StampOf(r)
	if k.Dated && !momentFits(stamp.Ref().At) {
		return internal(fmt.Sprintf("A %s has a moment that no key can hold.", k.Entity), nil)
	}
	if err := t.owned(k, stamp); err != nil {
		return err
	}
	claims := append(k.ClaimsOf(r), t.takenValues(k, r)...)
	if err := t.free(k, claims); err != nil {
		return err
	}
	ordinal := t.state.last(k) + 1
	*stamp.Ordinal, *stamp.Version = ordinal, t.Seq()
	if err := t.putRecord(k, r); err != nil {
		return err
	}
	t.state.Last[k.Number] = ordinal
	t.place(k, stamp)
	t.totals.Records[k.Number]++
	t.claim(k, claims, stamp.Ref())
	t.logRecord(k, ledger.OpCreate, stamp.Ref(), nil, r)
	if k.History {
		t.remember(k, ordinal, t.entry(k, ledger.OpCreate, r, nil))
	}
	return nil
}

// Update replaces before, which must be the present state of a record, by after, moves
// claims, logs the changed fields and keeps their old values in the history. It sets the
// version of after. Claims that others hold are a *ledger.Taken, and then nothing was
// written.
func (t *tx) Update(any ledger.AnyKind, before, after ledger.Record) error {
	k, err := t.kind(any)
	if err != nil {
		return err
	}
	return t.update(k, before, after)
}

func (t *tx) update(k *kind, before, after ledger.Record) error {
	present, err := t.present(k, before)
	if err != nil {
		return err
	}
	was, is := k.StampOf(present), k.StampOf(after)
	if is.Ref() != was.Ref() || *is.ID != *was.ID {
		return internal(fmt.Sprintf("An update may not change the ordinal, owner, moment or id of a %s.", k.Entity), nil)
	}
	changed, err := t.diff(k, present, after)
	if err != nil {
		return err
	}
	released, taken := movedClaims(k.ClaimsOf(present), k.ClaimsOf(after))
	left, moved, err := t.movedValues(k, present, after)
	if err != nil {
		return err
	}
	released, taken = append(released, left...), append(taken, moved...)
	if err := t.free(k, taken); err != nil {
		return err
	}
	*is.Version = t.Seq()
	if err := t.putRecord(k, after); err != nil {
		return err
	}
	t.unclaim(released)
	t.claim(k, taken, is.Ref())
	t.logRecord(k, ledger.OpUpdate, is.Ref(), fieldNames(changed), after)
	if k.History {
		t.remember(k, *is.Ordinal, t.entry(k, k.opOf(changed), after, changed))
	}
	return nil
}

// opOf is what history calls an update.
func (k *kind) opOf(changed []ledger.FieldChange) ledger.Op {
	if k.OpOf == nil {
		return ledger.OpUpdate
	}
	return k.OpOf(changed)
}

// Delete removes the present state of a record, its claims and its history, those of
// the records that it has absorbed, and what belongs to any of them (see cascade.go). Of
// a kind with history the ids stay, by ordinal.
func (t *tx) Delete(any ledger.AnyKind, r ledger.Record) error {
	k, err := t.kind(any)
	if err != nil {
		return err
	}
	return t.deleteRecord(k, r)
}

func (t *tx) deleteRecord(k *kind, r ledger.Record) error {
	present, err := t.present(k, r)
	if err != nil {
		return err
	}
	if err := t.releaseValues(k, present); err != nil {
		return err
	}
	if err := t.erase(k, present); err != nil {
		return err
	}
	t.unclaim(k.ClaimsOf(present))
	t.logRecord(k, ledger.OpDelete, k.StampOf(present).Ref(), nil, nil)
	return t.deleteOwned(k, present)
}

// erase removes a record but for its claims, with its history and with what is kept of
// those that it has absorbed.
func (t *tx) erase(k *kind, r ledger.Record) error {
	stamp, at := k.StampOf(r), t.at
	if changed := t.changed(k, r); changed.After(at) {
		at = changed // nothing is deleted before it was changed
	}
	if k.History {
		if err := t.bury(k, *stamp.Ordinal, ledger.Grave{ID: *stamp.ID, At: at}); err != nil {
			return err
		}
	}
	for _, a := range k.AbsorbedOf(r) {
		if err := t.bury(k, a.Ordinal, ledger.Grave{ID: a.ID, At: at}); err != nil {
			return err
		}
		t.delete(k.mergeKey(a.Ordinal))
	}
	t.removeRecord(k, stamp.Ref())
	return nil
}

// logRecord logs what happened to a record.
func (t *tx) logRecord(k *kind, op ledger.Op, ref ledger.Ref, fields []string, after ledger.Record) {
	t.log(ledger.Change{Entity: k.Entity, Op: op, Ordinal: ref.Ordinal, Owner: ref.Owner, Moment: ref.At, Fields: fields, Record: after})
}

// bury removes the history of a record, and keeps its id and when it was deleted.
func (t *tx) bury(k *kind, ordinal uint32, g ledger.Grave) error {
	t.put(k.tombKey(ordinal), encodeTomb(g))
	return t.deleteHistory(k, ordinal)
}

// present returns the stored state of a record, which must be the one the caller has.
func (t *tx) present(k *kind, r ledger.Record) (ledger.Record, error) {
	stamp := k.StampOf(r)
	present, err := t.record(k, stamp.Ref())
	switch {
	case err != nil:
		return nil, err
	case present == nil:
		return nil, fault.NotFound(string(k.Entity))
	case *k.StampOf(present).Version != *stamp.Version:
		return nil, internal(fmt.Sprintf("A change was made to a state of a %s that is not the present one.", k.Entity), nil)
	}
	return present, nil
}

func (t *tx) putRecord(k *kind, r ledger.Record) error {
	ref := k.StampOf(r).Ref()
	key, record := k.key(ref), k.EncodeRecord(r)
	if len(record)+len(key) > engine.MaxRecord {
		return &fault.Error{
			Kind: fault.KindTooLarge, Type: string(k.Entity) + "-too-large",
			Message: fmt.Sprintf("A %s takes at most %d KiB.", k.Entity, engine.MaxRecord>>10),
		}
	}
	t.put(key, record)
	t.hold(k, ref, r)
	return nil
}

func (t *tx) removeRecord(k *kind, ref ledger.Ref) {
	t.delete(k.key(ref))
	if k.nested() {
		t.delete(k.placeKey(ref.Ordinal))
	}
	t.records.set(k.at(ref.Ordinal), nil)
	t.totals.Records[k.Number]--
}

// deleteHistory removes the history that the view has of a record; what the
// batch itself has written is left out when the batch is built. A history of
// more than a page is marked, and the committer clears the rest when idle.
func (t *tx) deleteHistory(k *kind, ordinal uint32) error {
	if t.keys() > engine.MaxBatchKeys/2 {
		t.leave(k, ordinal) // a page more, and what else the closure does, may not fit
		return nil
	}
	page, err := t.view.Scan(engine.Range{Prefix: k.historyPrefix(ordinal)})
	if err != nil {
		return readFailure(err)
	}
	for _, p := range page.Pairs {
		t.delete(p.Key)
	}
	if page.Next != nil {
		t.leave(k, ordinal)
	}
	return nil
}

// Last is the highest ordinal that a record of the kind has ever had, 0 for a kind that the
// store does not have.
func (t *tx) Last(any ledger.AnyKind) uint32 {
	if k := t.kinds.of(any); k != nil {
		return t.state.last(k)
	}
	return 0
}
