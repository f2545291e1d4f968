package wire

import "sync/atomic"

// budget is a number of bytes that may be in flight at once. It is safe for
// concurrent use.
type budget struct {
	most int64
	used atomic.Int64
}

// take takes n bytes, or none when there are fewer.
func (b *budget) take(n int64) bool {
	if b.used.Add(n) > b.most {
		b.used.Add(-n)
		return false
	}
	return true
}

// charge takes n bytes, also beyond the most: then take fails until they are
// given back.
func (b *budget) charge(n int64) { b.used.Add(n) }

func (b *budget) give(n int64) { b.used.Add(-n) }
