package timeline

import (
	"cmp"
	"encoding/binary"
	"math"

	"github.com/ndoto/kundi/ledger"
)

// rank orders entries of one moment: what is begun comes before what is said in it.
type rank uint8

const (
	rankHistory rank = iota
	rankConversation
	rankMessage
	rankNote
	rankSegment
	rankCampaign
)

// key is the place of an entry among those of all sources.
type key struct {
	at      int64 // milliseconds since 1970
	rank    rank
	ordinal uint64 // of the history the sequence number, of events of segments partOf
}

// partBits is the room for a part beside an ordinal.
const partBits = 16

// partOf is the place of an entry that is a part of a record.
func partOf(ordinal uint32, part int) uint64 { return uint64(ordinal)<<partBits | uint64(part) }

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(k.at, other.at), cmp.Compare(k.rank, other.rank), cmp.Compare(k.ordinal, other.ordinal))
}

// above is the least key above it.
func (k key) above() key {
	k.ordinal++
	return k
}

// Cut is a place between two entries: those below it are older, and those from it on are newer.
// The history has a place of its own, because it comes in the order of sequence numbers, which the
// clock of the server may contradict. So nothing is repeated or left out, whatever clocks did.
type Cut struct {
	seq uint64
	key key
}

// newest is the cut above all that there is when the newest change has a number.
func newest(head uint64) Cut { return Cut{seq: head + 1, key: key{at: math.MaxInt64}} }

// after is the end of a window of records with a rank that begins at the cut, nil for a window
// over all. Ordinals begin with 1. A record whose parts lie on both sides is in the window.
func (c Cut) after(r rank, newer bool) *ledger.Ref {
	ordinal, parted := c.key.ordinal, false
	if c.key.rank == rankSegment {
		ordinal, parted = ordinal>>partBits, ordinal&(1<<partBits-1) > 0
	}
	switch {
	case c.key.at == math.MaxInt64:
		return nil
	case r < c.key.rank: // of the moment itself all are below
		return &ledger.Ref{At: c.key.at + 1}
	case r > c.key.rank:
		return &ledger.Ref{At: c.key.at}
	case newer && ordinal > 0:
		ordinal--
	case !newer && parted:
		ordinal++
	}
	return &ledger.Ref{At: c.key.at, Ordinal: uint32(ordinal)}
}

// Place is where a page begins, and in which direction it goes.
type Place struct {
	Newer bool // to newer entries
	Cut   Cut
}

// placeSize is how many bytes a place has.
const placeSize = 1 + 8 + 8 + 1 + 8

// Append appends the place as bytes.
func (p Place) Append(b []byte) []byte {
	newer := byte(0)
	if p.Newer {
		newer = 1
	}
	b = binary.BigEndian.AppendUint64(append(b, newer), p.Cut.seq)
	b = binary.BigEndian.AppendUint64(b, uint64(p.Cut.key.at))
	return binary.BigEndian.AppendUint64(append(b, byte(p.Cut.key.rank)), p.Cut.key.ordinal)
}

// ReadPlace reads what Append has written; ok is false for anything else.
func ReadPlace(b []byte) (p Place, ok bool) {
	if len(b) != placeSize {
		return Place{}, false
	}
	return Place{Newer: b[0] == 1, Cut: Cut{
		seq: binary.BigEndian.Uint64(b[1:]),
		key: key{at: int64(binary.BigEndian.Uint64(b[9:])), rank: rank(b[17]), ordinal: binary.BigEndian.Uint64(b[18:])},
	}}, true
}
