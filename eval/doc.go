// Package eval judges a search on labelled queries: who should have been found
// and at which rank they came.
package eval
