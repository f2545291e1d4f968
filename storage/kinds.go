package storage

import "slices"

// maxKinds bounds the numbers of kinds of records: the state and the totals have a place
// for each, and the number fits into a byte of a key.
const maxKinds = 32

// shape is what keys and counts know of a kind of records, such as contacts. It never
// changes.
type shape struct {
	number byte // below maxKinds, never given to another kind
	prefix byte // of the keys of its records
	// version is the newest of its records. A higher one needs no new format: the folder
	// says which it may hold (see versions.go).
	version byte
	name    string // of one, in messages
	plural  string // of several
	// tombs says that every record which was deleted has left a tomb.
	tombs bool
}

// recordKey names a record within the store, by the number of its kind.
type recordKey struct {
	number  byte
	ordinal uint32
}

// The kinds of records that there are.
var (
	contactShape = shape{number: 0, prefix: kindContact, version: 5, name: "contact", plural: "contacts", tombs: true}
	companyShape = shape{number: 1, prefix: kindCompany, version: 5, name: "company", plural: "companies"}
)

// shapes are all of them, in order of number.
var shapes = []*shape{&contactShape, &companyShape}

// knownKind reports whether there is a kind of records with the number.
func knownKind(number uint64) bool {
	return slices.ContainsFunc(shapes, func(k *shape) bool { return uint64(k.number) == number })
}

// kindOf returns the kind of a number that there is.
func kindOf(number byte) *shape {
	return shapes[slices.IndexFunc(shapes, func(k *shape) bool { return k.number == number })]
}
