package storage

import (
	"encoding/binary"
	"strings"

	"github.com/ndoto/kundi/contacts"
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
const (
	formatTotals  = 4
	formatValues  = 5
	formatVersion = 6
)

// Every key starts with its kind. Numbers are big-endian, so that keys sort
// as the numbers do. No key holds personal data.
const (
	kindContact  = 'c' // ordinal (4) -> contact
	kindDocument = 'd' // collection, 0, key -> the document's bytes
	kindFormat   = 'f' // -> format version; 'v' -> versions of records
	kindHistory  = 'h' // ordinal (4), inverted seq (8) -> history entry, so the newest comes first
	kindMaster   = 'k' // -> the secret that others derive from
	kindLog      = 'l' // last seq of the pack (8) -> pack of changes
	kindMerge    = 'm' // ordinal (4) of a contact that was absorbed -> the merge
	kindCounter  = 'n' // name -> last number given
	kindCompany  = 'o' // ordinal (4) -> company
	kindState    = 's' // -> state
	kindTotals   = 'q' // -> totals
	kindTomb     = 't' // ordinal (4) of a deleted contact -> the id it had (16)
	kindClaim    = 'u' // claim kind (1), keyed hash (16) -> ordinal (4)
	kindSweep    = 'w' // ordinal (4) of a deleted contact with history left -> nothing
)

var (
	keyFormat   = []byte{kindFormat}
	keyVersions = []byte{kindFormat, 'v'}
	keyMaster   = []byte{kindMaster}
	keyState    = []byte{kindState}
	keyTotals   = []byte{kindTotals}
)

func ordinalKey(kind byte, ordinal uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{kind}, ordinal)
}

func contactKey(ordinal uint32) []byte { return ordinalKey(kindContact, ordinal) }
func companyKey(ordinal uint32) []byte { return ordinalKey(kindCompany, ordinal) }
func mergeKey(ordinal uint32) []byte   { return ordinalKey(kindMerge, ordinal) }
func tombKey(ordinal uint32) []byte    { return ordinalKey(kindTomb, ordinal) }
func sweepKey(ordinal uint32) []byte   { return ordinalKey(kindSweep, ordinal) }

// keyOrdinal is the ordinal in a key of ordinalKey.
func keyOrdinal(key []byte) (uint32, bool) {
	if len(key) != 5 {
		return 0, false
	}
	return binary.BigEndian.Uint32(key[1:]), true
}

func claimKey(kind contacts.ClaimKind, hash [16]byte) []byte {
	return append([]byte{kindClaim, byte(kind)}, hash[:]...)
}

func collectionPrefix(c contacts.Collection) []byte {
	return append(append([]byte{kindDocument}, c...), 0)
}

func documentKey(c contacts.Collection, key string) []byte {
	return append(collectionPrefix(c), key...)
}

// keyCollection is the collection in a key of documentKey.
func keyCollection(key []byte) (contacts.Collection, bool) {
	name, _, ok := strings.Cut(string(key[1:]), "\x00")
	return contacts.Collection(name), ok
}

// documentName is the document's own key in a key of documentKey.
func documentName(c contacts.Collection, key []byte) string {
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

func historyPrefix(ordinal uint32) []byte { return ordinalKey(kindHistory, ordinal) }

func historyKey(ordinal uint32, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(historyPrefix(ordinal), ^seq)
}

// historySeq is the sequence number in a key of historyKey.
func historySeq(key []byte) (uint64, bool) {
	if len(key) != 13 {
		return 0, false
	}
	return ^binary.BigEndian.Uint64(key[5:]), true
}

func counterKey(name string) []byte { return append([]byte{kindCounter}, name...) }
