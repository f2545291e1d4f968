package columns

import (
	"math"

	"github.com/ndoto/kundi/fields"
)

func (c *numberColumn) keyFilter(desc bool) keyFilter {
	return func(block int, rows []uint32, s span) []uint32 {
		missing := s.missing()
		numbers := c.block(block)
		if numbers == nil {
			if missing {
				return rows
			}
			return nil
		}
		lo, hi := numberSpan(s, desc)
		kept := 0
		for _, row := range rows {
			n := numbers.get(uint16(row))
			rows[kept] = row
			kept += int(bit(lo <= n) & bit(n <= hi))
			if n == none && missing {
				kept++
			}
		}
		return rows[:kept]
	}
}

// numberSpan gives the present keys of a span as an interval of numbers.
func numberSpan(s span, desc bool) (lo, hi int64) {
	lo, hi = none+1, math.MaxInt64
	if !s.present() {
		return hi, lo
	}
	least, most := s.from, s.to
	if s.missing() {
		most = nil // every number comes before it
	}
	if desc {
		least, most = most, least
	}
	if least != nil {
		lo = max(lo, least.number)
	}
	if most != nil {
		hi = most.number
	}
	return lo, hi
}

// keyFilter remembers which texts lie outside: since the span only narrows, they
// stay there.
func (t *textColumn) keyFilter(desc bool) keyFilter {
	order := criterion{desc: desc}
	gone := make([]bool, t.folds.size())
	return func(_ int, rows []uint32, s span) []uint32 {
		missing := s.missing()
		kept := 0
		for _, row := range rows {
			code := t.codes.get(row)
			if code == 0 {
				rows[kept] = row
				kept += int(bit(missing))
				continue
			}
			known := int(code) < len(gone) // else it is new since, of a row that will be looked at again
			if known && gone[code] {
				continue
			}
			key := sortKey{kind: fields.KindText, text: t.folds.key(code)}
			if s.from != nil && order.compare(key, *s.from) < 0 || s.to != nil && order.compare(key, *s.to) > 0 {
				if known {
					gone[code] = true
				}
				continue
			}
			rows[kept] = row
			kept++
		}
		return rows[:kept]
	}
}
