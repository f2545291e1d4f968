package terms

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// someTokens are of several scripts, and some sound alike.
var someTokens = []string{
	"aleksandr", "alexander", "ana", "catherine", "jose", "katherine", "kowalski", "li", "mohammed", "muhammad", "muller", "nguyen",
	"o'neil", "osullivan", "schmidt", "wang", "youssef", "Юлия", "александр", "иван", "محمد", "فاطمة", "דוד", "王伟", "佐藤", "김민준",
	"राजेश", "সোহাগ", "สมชาย", "გიორგი", "արմեն", "Γιώργος", "ωνάσης",
}

func TestSavedTermsAreLoaded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tokens := rapid.SliceOf(rapid.OneOf(rapid.SampledFrom(someTokens), rapid.StringMatching(`[a-z]{1,8}`)))
		counts := map[string]uint32{}
		for _, token := range tokens.Draw(t, "base") {
			counts[token]++
		}
		from := New(sorted(counts))
		from.Add(tokens.Draw(t, "added"))
		loaded := New(nil)
		loaded.Use(load(t, save(t, from)))
		for _, more := range [][]string{nil, tokens.Draw(t, "later")} {
			from.Add(more)
			loaded.Add(more)
			now, then := loaded.levels.Load(), from.levels.Load()
			require.Equal(t, fmt.Sprint(*then.base), fmt.Sprint(*now.base)) // nil and empty are alike
			require.Equal(t, fmt.Sprint(*then.overlay), fmt.Sprint(*now.overlay))
		}
	})
}

func save(t require.TestingT, from *Terms) []byte {
	var b bytes.Buffer
	require.NoError(t, from.Save(&b))
	return b.Bytes()
}

func load(t require.TestingT, b []byte) *Saved {
	saved, err := Load(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	return saved
}

func someTerms() *Terms {
	entries := make([]Entry, len(someTokens))
	for i, token := range someTokens {
		entries[i] = Entry{token, uint32(i)}
	}
	slices.SortFunc(entries, func(a, b Entry) int { return bytes.Compare([]byte(a.Text), []byte(b.Text)) })
	return New(entries)
}

func TestDamagedTermsAreRefused(t *testing.T) {
	whole := save(t, someTerms())
	for n := range whole {
		_, err := Load(bytes.NewReader(whole[:n]), int64(n))
		require.Error(t, err)
	}
	for i := range 8 { // a length that claims more than there is
		claims := bytes.Clone(whole)
		claims[i] = 0xff
		_, err := Load(bytes.NewReader(claims), int64(len(claims)))
		require.Error(t, err)
	}
}

// TestSavedFormIsRaised: who changes how a token sounds, or what is saved, raises SavedForm and writes the new sum here.
func TestSavedFormIsRaised(t *testing.T) {
	require.Equal(t, "form 1: 4665d64f", fmt.Sprintf("form %d: %x", SavedForm, crc32.ChecksumIEEE(save(t, someTerms()))))
}

func TestEntriesAreAdded(t *testing.T) {
	words := New([]Entry{{"ana", 3}, {"bo", 1}})
	words.Add([]string{"cy"})
	words.AddEntries([]Entry{{"bo", 4}, {"cy", 2}, {"dee", 5}})
	for token, count := range map[string]uint32{"ana": 3, "bo": 5, "cy": 3, "dee": 5} {
		require.Equal(t, count, words.Count(token), token)
	}
	require.Equal(t, 4, words.Len())
}
