package storage

import (
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/storage/engine"
)

// MergeContacts implements contacts.Tx.
func (t *tx) MergeContacts(m *contacts.Merge) error {
	absorbed, err := t.present(m.Absorbed)
	if err != nil {
		return err
	}
	// What both claim is the survivor's from here on.
	t.unclaim(absorbed.Claims())
	t.removeContact(absorbed.Ordinal)
	if err := t.UpdateContact(m.Before, m.After); err != nil {
		return err
	}
	record := encodeMerge(m)
	if len(record)+len(contactShape.mergeKey(0)) > engine.MaxRecord {
		return tooLarge(nil)
	}
	t.put(contactShape.mergeKey(absorbed.Ordinal), record)
	t.log(contacts.Change{Entity: contacts.EntityContact, Op: contacts.OpMerge, Ordinal: absorbed.Ordinal})
	t.remember(&contactShape, absorbed.Ordinal, contacts.HistoryEntry{Op: contacts.OpMerge, Author: t.by, At: t.changed(m.After)})
	return nil
}

// Merge implements contacts.Tx.
func (t *tx) Merge(absorbed uint32) (*contacts.Merge, error) {
	if t.over {
		return nil, errOver
	}
	record, err := t.get(contactShape.mergeKey(absorbed))
	if err != nil {
		return nil, readFailure(err)
	}
	if record == nil {
		return nil, contacts.NotFound("merge")
	}
	m, err := decodeMerge(absorbed, record)
	return m, readFailure(err)
}

// UndoMerge implements contacts.Tx.
func (t *tx) UndoMerge(before, after, restored *contacts.Contact) error {
	m, err := t.Merge(restored.Ordinal)
	if err != nil {
		return err
	}
	changed, err := t.diff(m.Absorbed, restored)
	if err != nil {
		return err
	}
	if err := t.UpdateContact(before, after); err != nil {
		return err
	}
	claims := restored.Claims()
	if err := t.free(claims); err != nil {
		return err
	}
	restored.Version = t.Seq()
	if err := t.putContact(restored); err != nil {
		return err
	}
	t.totals.Records[contactShape.number]++
	t.claim(claims, restored.Ordinal)
	t.delete(contactShape.mergeKey(restored.Ordinal))
	t.log(contacts.Change{
		Entity: contacts.EntityContact, Op: contacts.OpRestore, Ordinal: restored.Ordinal, Contact: restored,
	})
	t.remember(&contactShape, restored.Ordinal, contacts.HistoryEntry{Op: contacts.OpRestore, Author: t.by, At: t.changed(restored), Changes: changed})
	return nil
}
