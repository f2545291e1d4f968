package segments

import (
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestChunksHoldEverySet(t *testing.T) {
	of := &Snapshot{Segment: uuid.New(), N: 7}
	rapid.Check(t, func(t *rapid.T) {
		set := roaring.BitmapOf(rapid.SliceOf(rapid.Uint32()).Draw(t, "ordinals")...)
		for range rapid.IntRange(0, 3).Draw(t, "ranges") {
			from := uint64(rapid.Uint32().Draw(t, "from"))
			set.AddRange(from, min(from+rapid.Uint64Range(1, 3<<20).Draw(t, "length"), 1<<32))
		}
		numbers, pieces, err := split(of, setMembers, set)
		require.NoError(t, err)
		require.Len(t, pieces, len(numbers))
		joined := roaring.New()
		for i, p := range pieces {
			require.Equal(t, pieceKey(of, setMembers, numbers[i]), p.key)
			chunk, err := decodeChunk(numbers[i], p.value)
			require.NoError(t, err)
			require.False(t, chunk.IsEmpty())
			require.LessOrEqual(t, len(p.value), 140<<10)
			joined.Or(chunk)
		}
		require.True(t, set.Equals(joined))
	})
}

func TestAChunkStaysInItsPlace(t *testing.T) {
	_, pieces, err := split(&Snapshot{}, setMembers, roaring.BitmapOf(1, 2, 1<<20))
	require.NoError(t, err)
	require.Len(t, pieces, 2)
	_, err = decodeChunk(1, pieces[0].value)
	require.Error(t, err)
	_, err = decodeChunk(0, pieces[1].value)
	require.Error(t, err)
	_, err = decodeChunk(0, pieces[0].value[:5])
	require.Error(t, err)
}

func FuzzDecodeChunk(f *testing.F) {
	_, pieces, err := split(&Snapshot{}, setMembers, roaring.BitmapOf(1, 2, 70_000))
	require.NoError(f, err)
	f.Add(pieces[0].value)
	run := roaring.New()
	run.AddRange(5, 1<<20)
	_, pieces, err = split(&Snapshot{}, setMembers, run)
	require.NoError(f, err)
	f.Add(pieces[0].value)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, encoded []byte) {
		if chunk, err := decodeChunk(0, encoded); err == nil {
			chunk.Add(3)
			chunk.ToArray()
		}
	})
}
