package storage

import (
	"slices"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// The codec versions of history entries. One of version 6 ends with the numbers of its
// attributes: a key may have been given to another attribute since. One of version 7 has
// ordinals behind that: of the survivor of a merge, and of what relations had before. Each entry
// is of the lowest version that has all that is in it.
const (
	historyNames    = 5
	historyNumbers  = 6
	historyOrdinals = 7
	historyNewest   = historyOrdinals
)

// encodeHistory returns the record of one change of one contact; its sequence
// number is in the key. Nothing in it is optional, so it has no tags.
func encodeHistory(h ledger.HistoryEntry) []byte {
	e := codec.New(historyNames, 64)
	e.B = append(e.B, byte(h.Op))
	e.String(string(h.Author.Source))
	e.String(h.Author.Name)
	e.Varint(h.At.UnixMilli())
	e.Uvarint(uint64(len(h.Changes)))
	for i := range h.Changes {
		c := &h.Changes[i]
		e.String(c.Field)
		e.Value(c.Old)
		e.Value(c.New)
	}
	e.B[0] = historyVersion(&h)
	if e.B[0] >= historyNumbers {
		writeNumbers(&e, h.Changes)
	}
	if e.B[0] >= historyOrdinals {
		e.Uvarint(uint64(h.Into))
		for i := range h.Changes {
			e.Uvarint(uint64(h.Changes[i].Was))
		}
	}
	return e.B
}

// historyVersion is the lowest version that has all that is in an entry.
func historyVersion(h *ledger.HistoryEntry) byte {
	version := byte(historyNames)
	if h.Into != 0 {
		version = historyOrdinals
	}
	for i := range h.Changes {
		switch c := &h.Changes[i]; {
		case c.Was != 0:
			version = historyOrdinals
		case c.Number != 0:
			version = max(version, historyNumbers)
		}
	}
	return version
}

// writeNumbers writes which attribute each change is of, 0 for none.
func writeNumbers(e *codec.Encoder, changes []ledger.FieldChange) {
	for i := range changes {
		c := &changes[i]
		e.Uvarint(uint64(c.Number))
		if c.Number != 0 {
			e.B = append(e.B, byte(c.Type))
			e.String(c.Currency)
		}
	}
}

// history reads an entry of a record of the kind, in the words of now.
func (k *kind) history(seq uint64, record []byte) (ledger.HistoryEntry, error) {
	var h ledger.HistoryEntry
	err := k.readHistory(&h, seq, record)
	return h, err
}

// readHistory is history into an entry that is needed no more.
func (k *kind) readHistory(h *ledger.HistoryEntry, seq uint64, record []byte) error {
	if err := readHistory(h, seq, record); err != nil || k.RenewChange == nil {
		return err
	}
	for i := range h.Changes {
		k.RenewChange(record[0], &h.Changes[i])
	}
	return nil
}

// decodeHistory reads the entry with the sequence number, in the words in which it was
// written.
func decodeHistory(seq uint64, record []byte) (ledger.HistoryEntry, error) {
	var h ledger.HistoryEntry
	if err := readHistory(&h, seq, record); err != nil {
		return ledger.HistoryEntry{}, err
	}
	return h, nil
}

// readHistory is decodeHistory into an entry that is needed no more.
func readHistory(h *ledger.HistoryEntry, seq uint64, record []byte) error {
	d, err := codec.OpenWhole(record, historyNewest)
	if err != nil {
		return err
	}
	*h = ledger.HistoryEntry{Seq: seq, Op: ledger.Op(d.Byte()), Changes: h.Changes[:0]}
	h.Author.Source = ledger.Source(d.String())
	h.Author.Name = d.String()
	h.At = d.Time()
	n := d.Count(3)
	h.Changes = slices.Grow(h.Changes, n)[:n]
	clear(h.Changes)
	for i := range h.Changes {
		readFieldChange(&d, &h.Changes[i])
	}
	if record[0] >= historyNumbers {
		readNumbers(&d, h.Changes)
	}
	if record[0] >= historyOrdinals {
		h.Into = d.Uint32()
		for i := range h.Changes {
			h.Changes[i].Was = d.Uint32()
		}
	}
	return d.Finish()
}

// readFieldChange reads into c, which must be zero.
func readFieldChange(d *codec.Decoder, c *ledger.FieldChange) {
	c.Field = d.String()
	d.Value(&c.Old)
	d.Value(&c.New)
}

// readNumbers reads which attribute each change is of.
func readNumbers(d *codec.Decoder, changes []ledger.FieldChange) {
	for i := range changes {
		c := &changes[i]
		if c.Number = d.Uint32(); c.Number != 0 {
			c.Type = fields.FieldType(d.Byte())
			c.Currency = d.String()
		}
	}
}
