package watch

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestPartsHaveEveryMoveOnce: no part has more contacts, segments or documents of contacts that are gone
// than a commit may have, and the moves of a segment follow each other in it, in the order of contacts.
func TestPartsHaveEveryMoveOnce(t *testing.T) {
	several := 0
	rapid.Check(t, func(t *rapid.T) {
		segments := make([]*watched, rapid.SampledFrom([]int{1, 10, 1_000}).Draw(t, "segments"))
		people := rapid.SampledFrom([]int{1, 150, 1_000}).Draw(t, "people")
		every := rapid.SampledFrom([]int{1, 3, 100}).Draw(t, "every")
		anyGone := rapid.Bool().Draw(t, "gone")
		var moves []move
		for i := range segments {
			segments[i] = &watched{}
			for contact := i % every; contact < people && len(moves) < 100_000; contact += every {
				moves = append(moves, move{segment: segments[i], contact: uint32(contact), gone: anyGone && contact%2 == 0})
			}
		}
		met := map[move]bool{}
		parts := together(slices.Clone(moves))
		for _, part := range parts {
			require.NotEmpty(t, part)
			contacts, of, gone := map[uint32]bool{}, map[*watched]bool{}, 0
			for i, m := range part {
				require.False(t, met[m], "it is there once")
				met[m], contacts[m.contact] = true, true
				if i > 0 && part[i-1].segment == m.segment {
					require.Less(t, part[i-1].contact, m.contact)
				} else {
					require.False(t, of[m.segment], "they follow each other")
					of[m.segment] = true
				}
				if m.gone {
					gone++
				}
			}
			require.LessOrEqual(t, len(contacts), contactsAtOnce)
			require.LessOrEqual(t, len(of), segmentsAtOnce)
			require.LessOrEqual(t, gone, goneAtOnce+1)
		}
		require.Len(t, met, len(moves))
		if len(parts) > 1 {
			several++
		}
	})
	require.NotZero(t, several)
}
