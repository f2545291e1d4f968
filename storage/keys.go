package storage

import (
	"encoding/binary"
	"strings"

	"github.com/ndoto/kundi/ledger"
)

// formatVersion counts the shapes of keys and records together. A folder of
// an older format is read as it is and marked as this one; a newer one is
// refused.
//
//	1  codec 1
//	2  codec 2
//	3  codec 3, merges
//	4  codec 4, values that shrink a lot are packed by the engine, totals
//	5  codec 5, values that look alike are claimed in one form (renewal.go)
//	6  codec 6, kinds of records have numbers, and versions of their own (versions.go)
//	7  history entries and packs of the log have versions of their own, up to 7;
//	   marks of deleted records have a time
const (
	formatTotals  = 4
	formatValues  = 5
	formatKinds   = 6
	formatVersion = 7
)

// Every key starts with its kind. Numbers are big-endian, so that keys sort
// as the numbers do. No key holds personal data. Records of each kind have a prefix of
// their own (see ledger.Shape) and what kind.key makes. Elsewhere a record is named by
// its kind and ordinal, as tableKey does.
const (
	kindDocument = 'd' // collection, 0, key -> the document's bytes
	kindFormat   = 'f' // -> format version; 'v' -> versions of records
	kindHistory  = 'h' // record, inverted seq (8) -> history entry, so the newest comes first
	kindMaster   = 'k' // -> the secret that others derive from
	kindLog      = 'l' // last seq of the pack (8) -> pack of changes
	kindMerge    = 'm' // record that was absorbed -> the merge
	kindCounter  = 'n' // name -> last number given
	kindState    = 's' // -> state
	kindTotals   = 'q' // -> totals
	kindTomb     = 't' // record that was deleted -> the id it had (16), when it was deleted (8, milliseconds), but for older programs
	kindClaim    = 'u' // claim kind (1), keyed hash (16) -> ordinal (4), owner (4) where there is one, moment (6) of a dated kind
	kindSweep    = 'w' // record that was deleted, with history or what it owned left -> nothing
	kindOwner    = 'b' // record that belongs to one and owns others -> the ordinal of its owner (4)
)

var (
	keyFormat   = []byte{kindFormat}
	keyVersions = []byte{kindFormat, 'v'}
	keyMaster   = []byte{kindMaster}
	keyState    = []byte{kindState}
	keyTotals   = []byte{kindTotals}
)

// numbered marks the byte of a key that is the number of a kind. No ordinal starts with
// it: they end at maxOrdinal.
const numbered = 0x80

// tableKey is the key under which a table, such as the history, has something about a
// record. The number of the kind stands before the ordinal, but for contacts, whose keys
// are older than the numbers.
func tableKey(table byte, k *kind, ordinal uint32) []byte {
	key := append(make([]byte, 0, 6+8), table)
	if k.Number != 0 {
		key = append(key, numbered|k.Number)
	}
	return binary.BigEndian.AppendUint32(key, ordinal)
}

// tableRecord is the record in a key of tableKey with tail bytes behind; ok is false for
// any other key. There may be no such kind.
func tableRecord(key []byte, tail int) (r recordKey, ok bool) {
	n := len(key) - tail
	switch {
	case n == 5:
	case n == 6 && key[1] > numbered && key[1] < numbered+ledger.MaxKinds:
		r.number = key[1] &^ numbered
	default:
		return recordKey{}, false
	}
	r.ordinal = binary.BigEndian.Uint32(key[n-4 : n])
	return r, r.ordinal <= maxOrdinal
}

func (k *kind) mergeKey(ordinal uint32) []byte      { return tableKey(kindMerge, k, ordinal) }
func (k *kind) tombKey(ordinal uint32) []byte       { return tableKey(kindTomb, k, ordinal) }
func (k *kind) sweepKey(ordinal uint32) []byte      { return tableKey(kindSweep, k, ordinal) }
func (k *kind) placeKey(ordinal uint32) []byte      { return tableKey(kindOwner, k, ordinal) }
func (k *kind) historyPrefix(ordinal uint32) []byte { return tableKey(kindHistory, k, ordinal) }

func (k *kind) historyKey(ordinal uint32, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(k.historyPrefix(ordinal), ^seq)
}

// historyPlace is the record and the sequence number in a key of historyKey.
func historyPlace(key []byte) (r recordKey, seq uint64, ok bool) {
	if r, ok = tableRecord(key, 8); !ok {
		return recordKey{}, 0, false
	}
	return r, ^binary.BigEndian.Uint64(key[len(key)-8:]), true
}

// keyOrdinal is the ordinal in a key of one byte and an ordinal.
func keyOrdinal(key []byte) (uint32, bool) {
	if len(key) != 5 {
		return 0, false
	}
	return binary.BigEndian.Uint32(key[1:]), true
}

func claimKey(kind ledger.ClaimKind, hash [16]byte) []byte {
	return append([]byte{kindClaim, byte(kind)}, hash[:]...)
}

func collectionPrefix(c ledger.Collection) []byte {
	return append(append([]byte{kindDocument}, c.Name...), 0)
}

func documentKey(c ledger.Collection, key string) []byte {
	return append(collectionPrefix(c), key...)
}

// keyCollection is the name of the collection in a key of documentKey.
func keyCollection(key []byte) (string, bool) {
	name, _, ok := strings.Cut(string(key[1:]), "\x00")
	return name, ok
}

// documentName is the document's own key in a key of documentKey.
func documentName(c ledger.Collection, key []byte) string {
	return strings.TrimPrefix(string(key), string(collectionPrefix(c)))
}

func logKey(lastSeq uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{kindLog}, lastSeq)
}

// logSeq is the last sequence number of the pack under a key of logKey.
func logSeq(key []byte) (uint64, bool) {
	if len(key) != 9 {
		return 0, false
	}
	return binary.BigEndian.Uint64(key[1:]), true
}

func counterKey(name string) []byte { return append([]byte{kindCounter}, name...) }
