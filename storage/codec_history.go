package storage

import "github.com/ndoto/kundi/contacts"

// encodeHistory returns the record of one change of one contact; its sequence
// number is in the key. Nothing in it is optional, so it has no tags.
func encodeHistory(h contacts.HistoryEntry) []byte {
	e := newRecord(64)
	e.b = append(e.b, byte(h.Op))
	e.string(string(h.Author.Source))
	e.string(h.Author.Name)
	e.varint(h.At.UnixMilli())
	e.uvarint(uint64(len(h.Changes)))
	for _, c := range h.Changes {
		e.string(c.Field)
		e.value(c.Old)
		e.value(c.New)
	}
	return e.b
}

// decodeHistory reads the entry with the sequence number.
func decodeHistory(seq uint64, record []byte) (contacts.HistoryEntry, error) {
	d, err := openRecord(record)
	if err != nil {
		return contacts.HistoryEntry{}, err
	}
	h := contacts.HistoryEntry{Seq: seq, Op: contacts.Op(d.byte())}
	h.Author.Source = contacts.Source(d.string())
	h.Author.Name = d.string()
	h.At = d.time()
	if n := d.count(3); n > 0 {
		h.Changes = make([]contacts.FieldChange, n)
		for i := range h.Changes {
			h.Changes[i].Field = d.string()
			d.value(&h.Changes[i].Old)
			d.value(&h.Changes[i].New)
			if h.Changes[i].Field == "channels" && d.b[0] < codecChannels {
				contacts.PresentChannels(h.Changes[i].Old.List)
				contacts.PresentChannels(h.Changes[i].New.List)
			}
		}
	}
	if err := d.finish(); err != nil {
		return contacts.HistoryEntry{}, err
	}
	return h, nil
}
