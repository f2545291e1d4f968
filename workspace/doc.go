// Package workspace is what all records of a workspace have in common: its settings, the
// definitions of custom attributes, the names of options and labels, and the sweeps that
// bring records up to date when one of these has changed.
//
// It knows no noun: it works with the records of every kind that the store has.
package workspace
