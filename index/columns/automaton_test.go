package columns

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAutomatonFindsAnyPart(t *testing.T) {
	hits, misses := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.SampledFrom([]rune("abcé ")), 1, 6, -1)
		parts := rapid.SliceOfN(word, 1, 8).Draw(t, "parts")
		a := newAutomaton(parts)
		for _, text := range rapid.SliceOfN(rapid.StringOfN(rapid.SampledFrom([]rune("abcdé ")), 0, 20, -1), 1, 20).Draw(t, "texts") {
			want := slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
			require.Equal(t, want, a.in(text), "%q in %q", parts, text)
			if want {
				hits++
			} else {
				misses++
			}
		}
	})
	require.Positive(t, hits)
	require.Positive(t, misses)
}

func TestAutomatonKnowsEveryByte(t *testing.T) {
	var all []string
	for b := range 256 {
		all = append(all, "x"+string([]byte{byte(b)}))
	}
	a := newAutomaton(all)
	for b := range 256 {
		require.True(t, a.in("yx"+string([]byte{byte(b)})), b)
		require.Equal(t, b == 'x', a.in(string([]byte{byte(b)})+"y"), b)
	}
}
