package storage

import (
	"encoding/binary"
	"time"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
)

// The sizes of tombs: an id, and since format 7 the moment of the deletion in milliseconds.
const (
	undatedTomb = 16
	datedTomb   = undatedTomb + 8
)

func encodeTomb(g ledger.Grave) []byte {
	return binary.BigEndian.AppendUint64(g.ID[:], uint64(g.At.UnixMilli()))
}

func decodeTomb(record []byte) (g ledger.Grave, err error) {
	switch len(record) {
	case undatedTomb:
	case datedTomb:
		g.At = time.UnixMilli(int64(binary.BigEndian.Uint64(record[undatedTomb:]))).UTC()
	default:
		return ledger.Grave{}, codec.ErrDamaged
	}
	g.ID = ledger.ID(record[:undatedTomb])
	return g, nil
}
