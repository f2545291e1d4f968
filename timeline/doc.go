// Package timeline tells what happened to a contact and with it, in one order: changes, merges and
// blocks, notes, conversations and messages, and the watched segments that it entered and left. It keeps nothing of its own.
package timeline
