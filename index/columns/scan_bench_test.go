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

// A range over rows that lie far and unevenly apart, when the caches have other things.
func BenchmarkFewRowsCold(b *testing.B) {
	const blocks, gap = 16, 200
	random := rand.New(rand.NewPCG(1, 1))
	c := &numberColumn{}
	for row := range uint32(blocks * blockRows) {
		c.put(row, random.Int64N(1<<38))
	}
	var some [blocks][]uint32
	for block := range uint32(blocks) {
		for row := block << blockBits; row < (block+1)<<blockBits; row += 1 + uint32(random.ExpFloat64()*gap) {
			some[block] = append(some[block], row)
		}
	}
	others, rows := make([]byte, 96<<20), make([]uint32, batchRows)
	for b.Loop() {
		b.StopTimer()
		for at := 0; at < len(others); at += 64 {
			others[at]++
		}
		b.StartTimer()
		for block := range some {
			c.testRows(block, 1<<36, 1<<37, rows[:copy(rows, some[block])])
		}
	}
}
