// Package segments stores segments and their snapshots. A segment is a filter
// with a name and perhaps a schedule. A snapshot is the list of its members at
// one moment: it has a number and never changes, so it can be read and
// compared later.
//
// The members of a segment are not stored. The index evaluates the filter each
// time somebody asks who is in the segment.
package segments
