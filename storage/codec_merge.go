package storage

import "github.com/ndoto/kundi/contacts"

// encodeMerge returns the record of a merge of two records of a kind: three states, each
// with its name. Nothing in it is optional, so it has no tags.
func (k *kind) encodeMerge(m contacts.Merged) []byte {
	e := newRecord(codecNewest, 2048)
	e.id(m.ID)
	for _, r := range []contacts.Record{m.After, m.Absorbed, m.Before} {
		ref := k.StampOf(r).Ref()
		e.uvarint(uint64(ref.Ordinal))
		if k.owner != nil {
			e.uvarint(uint64(ref.Owner))
		}
		e.string(string(k.EncodeRecord(r)))
	}
	return e.b
}

// decodeMerge reads the record of the merge that absorbed the record with the ordinal.
func (k *kind) decodeMerge(ordinal uint32, record []byte) (contacts.Merged, error) {
	d, err := openRecord(record, codecNewest)
	if err != nil {
		return contacts.Merged{}, err
	}
	m := contacts.Merged{}
	d.id(&m.ID)
	for _, r := range []*contacts.Record{&m.After, &m.Absorbed, &m.Before} {
		if *r, err = d.record(k); err != nil {
			return contacts.Merged{}, err
		}
	}
	if err := d.finish(); err != nil {
		return contacts.Merged{}, err
	}
	if k.StampOf(m.Absorbed).Ref().Ordinal != ordinal {
		return contacts.Merged{}, errRecord
	}
	return m, nil
}

// record reads a record within another one.
func (d *decoder) record(k *kind) (contacts.Record, error) {
	ref := contacts.Ref{Ordinal: d.uint32()}
	if k.owner != nil {
		ref.Owner = d.uint32()
	}
	record := d.bytes()
	if d.failed {
		return nil, errRecord
	}
	return k.DecodeRecord(ref, record)
}
