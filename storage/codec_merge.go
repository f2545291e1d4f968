package storage

import "github.com/ndoto/kundi/contacts"

// encodeMerge returns the record of a merge: three states of contacts, each
// with its ordinal. Nothing in it is optional, so it has no tags.
func encodeMerge(m *contacts.Merge) []byte {
	e := newRecord(codecNewest, 2048)
	e.id(m.ID)
	for _, c := range []*contacts.Contact{m.After, m.Absorbed, m.Before} {
		e.uvarint(uint64(c.Ordinal))
		e.string(string(encodeContact(c)))
	}
	return e.b
}

// decodeMerge reads the record of the merge that absorbed the contact with the
// ordinal.
func decodeMerge(ordinal uint32, record []byte) (*contacts.Merge, error) {
	d, err := openRecord(record, codecNewest)
	if err != nil {
		return nil, err
	}
	m := &contacts.Merge{}
	d.id(&m.ID)
	for _, c := range []**contacts.Contact{&m.After, &m.Absorbed, &m.Before} {
		*c, err = d.contact()
		if err != nil {
			return nil, err
		}
	}
	if err := d.finish(); err != nil {
		return nil, err
	}
	if m.Absorbed.Ordinal != ordinal {
		return nil, errRecord
	}
	return m, nil
}

// contact reads a contact within another record.
func (d *decoder) contact() (*contacts.Contact, error) {
	ordinal, record := d.uint32(), d.bytes()
	if d.failed {
		return nil, errRecord
	}
	return decodeContact(ordinal, record)
}
