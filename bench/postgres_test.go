package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIntegersOfABinaryArray(t *testing.T) {
	require.Nil(t, integers(nil), "array_agg of nobody is NULL")
	array := []byte{
		0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0, 0, 0, 2, 0, 0, 0, 1, // one dimension, no NULL, int4, two items, the first is 1
		0, 0, 0, 4, 0, 0, 0, 7, 0, 0, 0, 4, 0, 1, 0, 2,
	}
	require.Equal(t, []uint32{7, 1<<16 + 2}, integers(array))
}

func TestLinesAreCountedOverWrites(t *testing.T) {
	var lines lineCounter
	for _, part := range []string{"a\nb", "c\n", "\n"} {
		n, err := lines.Write([]byte(part))
		require.NoError(t, err)
		require.Equal(t, len(part), n)
	}
	require.EqualValues(t, 3, lines.n)
}
