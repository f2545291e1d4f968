// Package fault is what goes wrong, in as many kinds as a caller can react to: errors that
// may be shown, with what is wrong at which place of an input. It imports nothing of ours.
package fault
