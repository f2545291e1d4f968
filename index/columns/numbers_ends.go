package columns

import "math"

// numberEnds are the least and the greatest number of each part of a block: partRows rows that
// follow each other. So the first of an order are found without a look at most of the rows, and
// a range passes over the parts that it does not reach. They take an eighth of a bit a row.
//
// They are exact. In a part without a number, the least is above the greatest.
type numberEnds struct {
	least, most [blockParts]int64
}

const (
	partRows   = 256
	partWords  = partRows / 64
	blockParts = blockRows / partRows
)

func newNumberEnds() *numberEnds {
	e := &numberEnds{}
	for part := range e.least {
		e.least[part], e.most[part] = math.MaxInt64, none
	}
	return e
}

// reaches reports whether a part may have numbers of lo to hi: its ends leave room for them.
func (e *numberEnds) reaches(part int, lo, hi int64) bool {
	return lo <= e.most[part] && e.least[part] <= hi
}

// follow takes note of a row that had a number and has another one.
func (e *numberEnds) follow(b *numberBlock, i uint16, was, n int64) {
	part := int(i / partRows)
	if was != none && (was == e.least[part] || was == e.most[part]) {
		e.least[part], e.most[part] = b.endsOf(part)
		return
	}
	if n != none {
		e.least[part], e.most[part] = min(e.least[part], n), max(e.most[part], n)
	}
}

// endsOf returns the least and the greatest number of a part, the one above the other when there is none.
func (b *numberBlock) endsOf(part int) (least, most int64) {
	least, most = math.MaxInt64, none
	var buffer [64]int64
	for w := part * partWords; w < (part+1)*partWords; w++ {
		for _, n := range b.run(w, &buffer) {
			most = max(most, n)
			if n != none {
				least = min(least, n)
			}
		}
	}
	return least, most
}

// findEnds finds the ends of all parts, for codes that were read, and the last run that has a number.
func (b *numberBlock) findEnds() {
	b.ends = newNumberEnds()
	for part := range blockParts {
		if b.ends.least[part], b.ends.most[part] = b.endsOf(part); b.ends.most[part] != none {
			b.runs = (part + 1) * partWords
		}
	}
}

// extremes returns numbers between which all those of a block lie, the one above the other when there is none.
func (b *numberBlock) extremes() (least, most int64) {
	least, most = math.MaxInt64, none
	for part := range blockParts {
		least, most = min(least, b.ends.least[part]), max(most, b.ends.most[part])
	}
	return least, most
}
