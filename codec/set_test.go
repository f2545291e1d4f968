package codec_test

import (
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/codec"
	_ "github.com/ndoto/kundi/repeatable"
)

func TestChunksHoldEverySet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := roaring.BitmapOf(rapid.SliceOf(rapid.Uint32()).Draw(t, "ordinals")...)
		for range rapid.IntRange(0, 3).Draw(t, "ranges") {
			from := uint64(rapid.Uint32().Draw(t, "from"))
			set.AddRange(from, min(from+rapid.Uint64Range(1, 3<<20).Draw(t, "length"), 1<<32))
		}
		chunks, err := codec.EncodeSet(set)
		require.NoError(t, err)
		joined := roaring.New()
		for i, c := range chunks {
			require.True(t, i == 0 || chunks[i-1].Number < c.Number, "they are in order")
			chunk, err := codec.DecodeSet(c.Number, c.Bytes)
			require.NoError(t, err)
			require.False(t, chunk.IsEmpty())
			require.LessOrEqual(t, len(c.Bytes), 140<<10)
			joined.Or(chunk)
		}
		require.True(t, set.Equals(joined))
	})
}

func TestAChunkStaysInItsPlace(t *testing.T) {
	chunks, err := codec.EncodeSet(roaring.BitmapOf(1, 2, 1<<20))
	require.NoError(t, err)
	require.Len(t, chunks, 2)
	_, err = codec.DecodeSet(1, chunks[0].Bytes)
	require.Error(t, err)
	_, err = codec.DecodeSet(0, chunks[1].Bytes)
	require.Error(t, err)
	_, err = codec.DecodeSet(0, chunks[0].Bytes[:5])
	require.Error(t, err)
}

func FuzzDecodeSet(f *testing.F) {
	chunks, err := codec.EncodeSet(roaring.BitmapOf(1, 2, 70_000))
	require.NoError(f, err)
	f.Add(chunks[0].Bytes)
	run := roaring.New()
	run.AddRange(5, 1<<20)
	chunks, err = codec.EncodeSet(run)
	require.NoError(f, err)
	f.Add(chunks[0].Bytes)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, encoded []byte) {
		if chunk, err := codec.DecodeSet(0, encoded); err == nil {
			chunk.Add(3)
			chunk.ToArray()
		}
	})
}
