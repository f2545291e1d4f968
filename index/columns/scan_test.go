package columns

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestScansSetTheBitsOfASpan holds the scans, with and without vectors, against a look at each code.
func TestScansSetTheBitsOfASpan(t *testing.T) {
	hasVectorsHere := hasVectors
	defer func() { hasVectors = hasVectorsHere }()
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n := random.IntN(5)
		short, long := make([]uint8, 64*n+random.IntN(3)), make([]uint16, 64*n+random.IntN(3))
		for i := range short {
			short[i] = uint8(random.IntN(256))
		}
		for i := range long {
			long[i] = uint16(random.IntN(1 << 16))
		}
		edges := []uint16{0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, uint16(random.IntN(1 << 16))}
		from, length := edges[random.IntN(len(edges))], edges[random.IntN(len(edges))]
		wanted, wantedLong := make([]uint64, n+1), make([]uint64, n+1) // nothing behind the words is changed
		for i := range 64 * n {
			wanted[i/64] |= bit(short[i]-uint8(from) <= uint8(length)) << (i % 64)
			wantedLong[i/64] |= bit(long[i]-from <= length) << (i % 64)
		}
		for _, vectors := range []bool{hasVectors, false} {
			hasVectors = vectors
			words := make([]uint64, n+1)
			scanBytes(short, uint8(from), uint8(length), words[:n])
			require.Equal(t, wanted, words, "bytes from %d, %d above, vectors %v", uint8(from), uint8(length), vectors)
			words = make([]uint64, n+1)
			scanShorts(long, from, length, words[:n])
			require.Equal(t, wantedLong, words, "shorts from %d, %d above, vectors %v", from, length, vectors)
		}
		hasVectors = hasVectorsHere
	}
}
