package segments

// Kind says where the members of a segment come from. It never changes.
type Kind string

// The kinds of segments.
const (
	KindDynamic Kind = "dynamic" // who passes the filter now, and who is pinned
	KindStatic  Kind = "static"  // who was picked, and nobody else
)

// Limits of what a segment has beside its filter.
const (
	MaxOwner    = 200    // characters
	MaxPicks    = 10_000 // pinned contacts of a dynamic segment, and excluded ones of any
	MaxPickedBy = 1_000  // contacts that one call adds and removes
)
