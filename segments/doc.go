// Package segments stores segments and their snapshots. A segment is a filter
// with a name and perhaps a schedule. A snapshot is the list of its members at
// one moment: it has a number and never changes, so it can be read and
// compared later.
//
// Some contacts may be picked one by one: pinned ones are members whatever the filter says,
// excluded ones never are. A static segment has no filter, and only pinned members.
//
// The other members of a segment are not stored. The index evaluates the filter each
// time somebody asks who is in the segment.
package segments
