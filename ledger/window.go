package ledger

// Window is a part of the records that belong to some owners, in the order of their ordinals,
// or of a dated kind in that of their moments; of one moment, by ordinal.
type Window struct {
	// After is the last record before the window, which need not exist. Its owner is not
	// looked at. Nil begins at the first record, or at the last one of a reverse window.
	After   *Ref
	Reverse bool // in falling order
	Limit   int  // how many records there are at most
}

// Compare orders records as the window has them: negative when a comes first.
func (w Window) Compare(a, b Ref) int {
	c := a.compareWithin(b)
	if w.Reverse {
		return -c
	}
	return c
}

// Has reports whether a record lies in the window, whatever its limit.
func (w Window) Has(r Ref) bool { return w.After == nil || w.Compare(*w.After, r) < 0 }
