package ledger

// Ordinals are the ordinals under which others belong to a record: its own first, then
// those of the records that were merged into it. A merge does not move what belongs to
// the absorbed one.
func Ordinals(k AnyKind, r Record) []uint32 {
	ordinals := []uint32{*k.StampOf(r).Ordinal}
	for _, a := range k.AbsorbedOf(r) {
		ordinals = append(ordinals, a.Ordinal)
	}
	return ordinals
}
