// Package watch notes who enters and who leaves the segments that are watched, within seconds of the
// write, or of the moment that moved them.
//
// The columns note which contacts a commit can have moved. Every few seconds the Watcher evaluates all
// watched filters of these contacts only, and compares with the members that it knows. Whom time alone
// can have moved it finds by the values that came into a window like "within the last hour", or fell
// out of it. Rules that count whole days are evaluated for everybody when a day begins. Every night all
// filters are evaluated for everybody: what then differs is a fault, is logged, and is put right.
//
// The members of a segment are those of its base, which is stored now and then, and the events since.
// So an event that is stored is never noted again, and one that a kill kept from being stored is noted
// after the start.
package watch
