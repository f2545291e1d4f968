package storage

// maxKinds bounds the numbers of kinds of records: the state and the totals have a place
// for each, and the number fits into a byte of a key.
const maxKinds = 32

// shape is what keys and counts know of a kind of records, such as contacts. It never
// changes.
type shape struct {
	number byte // below maxKinds, never given to another kind
	prefix byte // of the keys of its records
}

// The kinds of records that there are.
var (
	contactShape = shape{number: 0, prefix: kindContact}
	companyShape = shape{number: 1, prefix: kindCompany}
)

// shapes are all of them, in order of number.
var shapes = []*shape{&contactShape, &companyShape}
