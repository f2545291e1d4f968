// Package ledger says what a record is, whatever its kind: how a kind of records is declared,
// what a closure of the store may do with records and documents, what a change is to those
// who follow the log, what has become of a record, and how a request is carried out once. It
// knows no noun.
package ledger
