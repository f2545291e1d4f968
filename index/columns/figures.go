package columns

// Figures are what a record has of the records that belong to it.
type Figures struct {
	Count  uint64 // how many they are
	Latest int64  // the latest of their instants, in milliseconds since 1970; 0 for never
}

// Figures returns those of records, in the order of their ordinals: zero ones for records that
// are not there, and nil when nothing belongs to records of this entity.
func (v *View) Figures(ordinals []uint32) []Figures {
	if len(v.of.members) == 0 || len(ordinals) == 0 {
		return nil
	}
	r := v.of.members[0]
	list := make([]Figures, len(ordinals))
	for i, ordinal := range ordinals {
		if v.Has(ordinal) {
			list[i] = Figures{r.size(ordinal), instantOrNever(r.latest.get(ordinal))}
		}
	}
	return list
}
