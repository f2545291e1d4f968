package columns

import (
	"github.com/ndoto/kundi/filter"
)

// valued is a column that knows the rows of its values.
type valued interface {
	// valueRows returns the rows of the values that a rule asks for, leaving its Not aside; false if it asks for
	// anything else or for many values.
	valueRows(r *filter.Rule) (*valueRows, bool)
}

// valueRows are the rows that have one of some values.
type valueRows struct {
	dense
	postings *postings
	codes    func() []uint32 // of the values. They may change in a pause
	rows     uint64          // about how many rows
}

// maxPassValues is how many values a rule of a pass has at most.
const maxPassValues = 8

// valueRows implements valued.
func (t *textColumn) valueRows(r *filter.Rule) (*valueRows, bool) {
	if r.Operator != filter.Eq && r.Operator != filter.In || len(r.Values) > maxPassValues {
		return nil, false
	}
	return &valueRows{postings: &t.rows, codes: func() []uint32 { return t.find(r.Values) }, rows: t.estimate(r).rows}, true
}

// valueRows implements valued.
func (s *setColumn) valueRows(r *filter.Rule) (*valueRows, bool) {
	if r.Operator != filter.Eq && r.Operator != filter.In && r.Operator != filter.AnyOf || len(r.Values) > maxPassValues {
		return nil, false
	}
	return &valueRows{postings: &s.rows, codes: func() []uint32 { return s.find(r.Values) }, rows: s.estimate(r).rows}, true
}

// at returns the rows in a block, or room, which is zero: there are more blocks than there were if somebody came in a
// pause. The words are only to be read.
func (v *valueRows) at(block int, room []uint64) []uint64 {
	if (block+1)*blockWords > len(v.words) {
		return room
	}
	return v.block(block)
}

// find finds the rows in the given number of blocks, until they are given back.
func (v *valueRows) find(blocks int) {
	v.dense = borrowDense(blocks)
	more := dense{}
	for i, code := range v.codes() {
		switch many := v.postings.many(code); {
		case many == nil:
			for row := range v.postings.each(code) {
				v.add(row)
			}
		case i == 0:
			many.WriteDenseTo(v.words)
		default:
			if more.words == nil {
				more = borrowDense(blocks)
			}
			many.WriteDenseTo(more.words) // which keeps those that were written before
			joinWords(v.words, v.words, more.words, true)
		}
	}
	more.giveBack()
}
