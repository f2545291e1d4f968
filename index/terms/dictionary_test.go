package terms

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/words/script"
)

// TestTermsOfOneKeyAreInOrder: of words that are read alike the most frequent is first, also when some were taken over from an
// earlier dictionary.
func TestTermsOfOneKeyAreInOrder(t *testing.T) {
	entries := []Entry{{"kamau", 1}, {"kamo", 9}, {"kemoi", 5}, {"kima", 5}, {"tomas", 3}, {"камо", 2}, {"кима", 7}}
	earlier := NewDictionary(entries[1:4])
	for _, d := range []*Dictionary{NewDictionary(entries), NewDictionary(entries, earlier)} {
		key, _ := script.KeyOf("kamau")
		require.Equal(t, []string{"kamo", "kemoi", "kima", "kamau"}, d.tokens(d.latin.like(uint32(key))))
		require.Equal(t, []string{"кима", "камо"}, d.tokens(d.others.like(uint32(key))))
		last := keyedTerm{}
		for _, e := range d.sounds {
			require.True(t, last.key < e.key || last.key == e.key && last.term <= e.term)
			last = e
		}
	}
}

func (d *Dictionary) tokens(list keyed) (tokens []string) {
	for _, e := range list {
		tokens = append(tokens, d.token(e.term))
	}
	return tokens
}
