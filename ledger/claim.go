package ledger

// ClaimKind says which unique field of which kind of records a claim is on. Each kind has
// numbers of its own, which stand in data folders and are never given again.
type ClaimKind uint8

// Claim is a value that at most one record holds.
type Claim struct {
	Kind  ClaimKind
	Value string // normalised
}
