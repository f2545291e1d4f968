package ledger

import "slices"

// Difference is something in which two parts that must agree do not.
type Difference struct {
	// What differs, in words that contain no value of a record.
	What string
	// Count is how often.
	Count uint64
	// Ordinals are the records where, the first few of them.
	Ordinals []uint32
}

// shownOrdinals is how many ordinals of a difference are kept.
const shownOrdinals = 10

// Differences collects what differs. The zero Differences is empty.
type Differences struct {
	list []Difference
}

// Add counts one more difference of a kind, at the ordinals.
func (d *Differences) Add(what string, ordinals ...uint32) {
	i := slices.IndexFunc(d.list, func(known Difference) bool { return known.What == what })
	if i < 0 {
		i = len(d.list)
		d.list = append(d.list, Difference{What: what})
	}
	known := &d.list[i]
	known.Count++
	if room := shownOrdinals - len(known.Ordinals); room > 0 {
		known.Ordinals = append(known.Ordinals, ordinals[:min(room, len(ordinals))]...)
	}
}

// List returns the differences in the order in which they were first found.
func (d *Differences) List() []Difference { return d.list }
