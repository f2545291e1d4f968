package columns

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestLoadedPostingsAreThoseThatWereAdded: they have the same rows, and can be changed.
func TestLoadedPostingsAreThoseThatWereAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]uint32{1, 5, 300, 70_000}).Draw(t, "most")
		given := rapid.SliceOfN(rapid.Uint32Range(0, most), 0, 600).Draw(t, "codes")
		var c codes
		var added postings
		for i, code := range given {
			row := uint32(i)*rapid.SampledFrom([]uint32{1, 200}).Draw(t, "step") + 1
			if was := c.get(row); was != 0 { // another step has come to the same row
				added.remove(was, row)
			}
			c.set(row, code)
			if code != 0 {
				added.add(code, row)
			}
		}
		loaded := newPostings(&c, c.size(), func(uint32) bool { return true })
		for code := range most + 2 {
			require.Equal(t, added.list(code), loaded.list(code), "code %d", code)
			require.EqualValues(t, len(added.list(code)), added.count(code), "code %d", code)
			require.Equal(t, added.count(code), loaded.count(code), "code %d", code)
		}
		require.Equal(t, c.present().ToArray(), all(&c))
		for row := range uint32(50) { // each list has room of its own
			code := 1 + row%most
			for range 2 { // the second time it has the row already
				added.add(code, 200_000+row)
				loaded.add(code, 200_000+row)
			}
		}
		for i, code := range given {
			if row := uint32(i) + 1; rapid.Bool().Draw(t, "removed") {
				added.remove(code, row)
				loaded.remove(code, row)
			}
		}
		for code := range most + 2 {
			require.Equal(t, added.list(code), loaded.list(code), "code %d", code)
			require.EqualValues(t, len(added.list(code)), added.count(code), "code %d", code)
			require.Equal(t, added.count(code), loaded.count(code), "code %d", code)
		}
	})
}

// all are the rows that have a code.
func all(c *codes) []uint32 {
	rows := []uint32{}
	c.rows(func(row, code uint32) uint32 {
		rows = append(rows, row)
		return code
	})
	return rows
}
