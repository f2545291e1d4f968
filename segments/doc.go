// Package segments keeps segments, which are filters with a name and maybe a
// schedule, and takes their snapshots: numbered, immutable lists of members
// that can be read again and compared long after.
//
// Membership is evaluated, not maintained: who is in a segment now is asked
// of the index whenever somebody wants to know. Only a snapshot is stored.
package segments
