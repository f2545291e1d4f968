package columns

import "github.com/RoaringBitmap/roaring/v2"

// present returns the rows that have a code.
func (c *codes) present() *roaring.Bitmap {
	var d dense
	c.rows(func(row, code uint32) uint32 {
		d.add(row)
		return code
	})
	return d.bitmap()
}

// newPostings returns the rows of each code. It first counts them, so that each list is made once,
// and as long as it is in the end: a restart with five million conversations took 6.9 s before, and 6.1 s
// since.
func newPostings(c *codes) postings {
	counts := c.counts()
	var p postings
	p.refs = make([]uint32, len(counts))
	next := make([]uint32, len(counts)) // where the next row of a code goes; of a single one, the row
	var few, many, groups uint32
	for code, n := range counts {
		switch {
		case n > maxFew:
			next[code] = many
			many += n
			groups++
		case n > 1:
			next[code] = few
			few += n
			groups++
		}
	}
	fewRows, manyRows := make([]uint32, few), make([]uint32, many)
	c.rows(func(row, code uint32) uint32 {
		switch n := counts[code]; {
		case n == 1:
			next[code] = row
			return code
		case n > maxFew:
			manyRows[next[code]] = row
		default:
			fewRows[next[code]] = row
		}
		next[code]++
		return code
	})
	p.groups = make([]group, 0, groups)
	for code, n := range counts {
		end := next[code]
		switch {
		case n == 1:
			p.refs[code] = end
		case n > maxFew:
			p.refs[code] = grouped | p.keep(newGroup(manyRows[end-n:end]))
		case n > 1:
			p.refs[code] = grouped | p.keep(group{few: fewRows[end-n : end : end]})
		}
	}
	return p
}

// counts returns how many rows each code has.
func (c *codes) counts() (list []uint32) {
	c.rows(func(_, code uint32) uint32 {
		if need := int(code) + 1 - len(list); need > 0 {
			list = append(list, make([]uint32, need)...)
		}
		list[code]++
		return code
	})
	return list
}
