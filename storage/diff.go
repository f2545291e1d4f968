package storage

import (
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// diff returns what an update changes; see ledger.Kind.Changed.
func (t *tx) diff(k *kind, before, after ledger.Record) ([]ledger.FieldChange, error) {
	return k.ChangesOf(t.schema, before, after, t.link)
}

// link is what others show of the record that an ordinal means, nil for one that never was.
func (t *tx) link(entity fields.Entity, ordinal uint32) (*ledger.Link, error) {
	k := t.kinds.entities[entity]
	if k == nil {
		return nil, nil
	}
	for {
		r, err := t.record(k, ledger.Ref{Ordinal: ordinal})
		if err != nil {
			return nil, err
		}
		if r != nil {
			return k.LinkOf(r), nil
		}
		m, err := t.mergeOf(k, ordinal)
		if fault.KindOf(err) == fault.KindNotFound {
			return t.deletedLink(k, ordinal)
		}
		if err != nil {
			return nil, err
		}
		ordinal = k.StampOf(m.After).Ref().Ordinal
	}
}

// deletedLink is what is known of a deleted record, nil for one that never was.
func (t *tx) deletedLink(k *kind, ordinal uint32) (*ledger.Link, error) {
	tomb, err := t.get(k.tombKey(ordinal))
	if err != nil || tomb == nil {
		return nil, readFailure(err)
	}
	g, err := decodeTomb(tomb)
	return &ledger.Link{Ordinal: ordinal, ID: g.ID, Deleted: true}, readFailure(err)
}

func fieldNames(changed []ledger.FieldChange) []string {
	if len(changed) == 0 {
		return nil
	}
	names := make([]string, len(changed))
	for i, c := range changed {
		names[i] = c.Field
	}
	return names
}
