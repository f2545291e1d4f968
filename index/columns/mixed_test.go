package columns

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// mixedFilters is how many filters each world is asked.
const mixedFilters = 25

// TestMixedFiltersAcceptWhatMatchAccepts: filters that join fields of contacts, of their companies,
// conversations and notes accept those whom Match accepts, and their complements all others. It
// says how many filters it tried. -rapid.checks=4000 makes them 100,000, see CONTRIBUTING.md.
func TestMixedFiltersAcceptWhatMatchAccepts(t *testing.T) {
	tried, parted := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		w, tables := ownersWorld(t)
		for range mixedFilters {
			f := w.Mixed(t)
			if n := len(requireSame(t, w, tables, f)); n > 0 && n < len(w.Contacts) {
				parted++ // it accepts some and not all
			}
			tried++
		}
	})
	t.Logf("%d filters, of which %d accept some contacts and not all", tried, parted)
	require.Greater(t, parted, tried/10)
}
