// Package adapters lets nouns, the scheduler and the index meet the interfaces by which they know each
// other, where names or types differ.
package adapters
