package storage

import (
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// The codec versions of history entries. One of version 6 ends with the numbers of its
// attributes: a key may have been given to another attribute since. One without attributes
// is of version 5.
const (
	historyNames   = 5
	historyNumbers = 6
	historyNewest  = historyNumbers
)

// encodeHistory returns the record of one change of one contact; its sequence
// number is in the key. Nothing in it is optional, so it has no tags.
func encodeHistory(h contacts.HistoryEntry) []byte {
	e := newRecord(historyNames, 64)
	e.b = append(e.b, byte(h.Op))
	e.string(string(h.Author.Source))
	e.string(h.Author.Name)
	e.varint(h.At.UnixMilli())
	e.uvarint(uint64(len(h.Changes)))
	for i := range h.Changes {
		c := &h.Changes[i]
		e.string(c.Field)
		e.value(c.Old)
		e.value(c.New)
		if c.Number != 0 {
			e.b[0] = historyNumbers
		}
	}
	if e.b[0] == historyNumbers {
		e.attributeNumbers(h.Changes)
	}
	return e.b
}

// attributeNumbers writes which attribute each change is of, 0 for none.
func (e *encoder) attributeNumbers(changes []contacts.FieldChange) {
	for i := range changes {
		c := &changes[i]
		e.uvarint(uint64(c.Number))
		if c.Number != 0 {
			e.b = append(e.b, byte(c.Type))
			e.string(c.Currency)
		}
	}
}

// decodeHistory reads the entry with the sequence number.
func decodeHistory(seq uint64, record []byte) (contacts.HistoryEntry, error) {
	d, err := openRecord(record, historyNewest)
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
			d.fieldChange(&h.Changes[i])
		}
	}
	if record[0] >= historyNumbers {
		d.attributeNumbers(h.Changes)
	}
	if err := d.finish(); err != nil {
		return contacts.HistoryEntry{}, err
	}
	return h, nil
}

// fieldChange reads into c, which must be zero.
func (d *decoder) fieldChange(c *contacts.FieldChange) {
	c.Field = d.string()
	d.value(&c.Old)
	d.value(&c.New)
	if c.Field == "channels" && d.b[0] < codecChannels {
		contacts.PresentChannels(c.Old.List)
		contacts.PresentChannels(c.New.List)
	}
}

// attributeNumbers reads which attribute each change is of.
func (d *decoder) attributeNumbers(changes []contacts.FieldChange) {
	for i := range changes {
		c := &changes[i]
		if c.Number = d.uint32(); c.Number != 0 {
			c.Type = fields.FieldType(d.byte())
			c.Currency = d.string()
		}
	}
}
