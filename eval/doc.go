// Package eval judges a search by labelled queries. A labelled query says who should
// be found. The report says at which rank they came.
package eval
