package storage

import (
	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
)

// encodeMerge returns the record of a merge of two records of a kind: three states, each
// with its name. Nothing in it is optional, so it has no tags.
func (k *kind) encodeMerge(m ledger.Merged) []byte {
	e := codec.New(codecNewest, 2048)
	e.ID(m.ID)
	for _, r := range []ledger.Record{m.After, m.Absorbed, m.Before} {
		ref := k.StampOf(r).Ref()
		e.Uvarint(uint64(ref.Ordinal))
		if k.owner != nil {
			e.Uvarint(uint64(ref.Owner))
		}
		e.String(string(k.EncodeRecord(r)))
	}
	return e.B
}

// decodeMerge reads the record of the merge that absorbed the record with the ordinal.
func (k *kind) decodeMerge(ordinal uint32, record []byte) (ledger.Merged, error) {
	d, err := codec.Open(record, codecNewest)
	if err != nil {
		return ledger.Merged{}, err
	}
	m := ledger.Merged{}
	d.ID(&m.ID)
	for _, r := range []*ledger.Record{&m.After, &m.Absorbed, &m.Before} {
		if *r, err = readInner(&d, k); err != nil {
			return ledger.Merged{}, err
		}
	}
	if err := d.Finish(); err != nil {
		return ledger.Merged{}, err
	}
	if k.StampOf(m.Absorbed).Ref().Ordinal != ordinal {
		return ledger.Merged{}, codec.ErrDamaged
	}
	return m, nil
}

// readInner reads a record within another one.
func readInner(d *codec.Decoder, k *kind) (ledger.Record, error) {
	ref := ledger.Ref{Ordinal: d.Uint32()}
	if k.owner != nil {
		ref.Owner = d.Uint32()
	}
	record := d.Bytes()
	if d.Failed() {
		return nil, codec.ErrDamaged
	}
	return k.DecodeRecord(ref, record)
}
