package fields

// Facts is what is known of one record, like a contact.
type Facts interface {
	// Values are those that the record has in a field: its own, and in a field by which
	// records are unique those of the records that were merged into it. None is missing.
	Values(f Field) []Value
	// Records are the records of an entity that belong to this one, and to those that were
	// merged into it, in no order.
	Records(of Entity) []Facts
	// Ordinals are that of the record and those of the records that were merged into it.
	Ordinals() []uint32
}
