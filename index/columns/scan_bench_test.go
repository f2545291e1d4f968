package columns

import (
	"math/rand/v2"
	"testing"
)

// The scans of a block of numbers in each form.
func BenchmarkScanOfABlock(b *testing.B) {
	for _, form := range []struct {
		name string
		most int64
	}{{"narrow", 200}, {"middle", 60_000}, {"sketched", 1 << 38}} {
		b.Run(form.name, func(b *testing.B) {
			random := rand.New(rand.NewPCG(1, 1))
			c := &numberColumn{}
			for row := range uint32(blockRows) {
				c.put(row, random.Int64N(form.most))
			}
			words := make([]uint64, blockWords)
			for b.Loop() {
				clear(words)
				c.fill(0, form.most/4, form.most/2, words, nil)
			}
		})
	}
}
