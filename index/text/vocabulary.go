package text

import (
	"cmp"
	"slices"
	"sync"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum/levenshtein"
)

// maxLooked is how many words of a segment are looked at, so that "a" costs no more than others.
const maxLooked = 4_096

// Begun returns the words of a field that go on from a beginning, which is not empty. They are
// at most as many as asked for, first those that most documents have. A document that was
// replaced counts until its segment is merged.
func (r *Reader) Begun(f Field, beginning string, most int) ([]string, error) {
	found, err := r.words(f, nil, []byte(beginning), behind(beginning))
	delete(found, beginning)
	return mostFrequent(found, most), err
}

// Near returns the words of a field that are one typo away from a word: a character too many,
// too few, another, or two neighbours in the wrong order. They are counted and ordered as those
// of Begun.
func (r *Reader) Near(f Field, word string, most int) ([]string, error) {
	build, err := oneTypo()
	if err != nil {
		return nil, err
	}
	near, err := build.BuildDfa(word, 1)
	if err != nil {
		return nil, err
	}
	found, err := r.words(f, near, nil, nil)
	delete(found, word)
	return mostFrequent(found, most), err
}

// oneTypo builds what recognises words that are one typo away.
var oneTypo = sync.OnceValues(func() (*levenshtein.LevenshteinAutomatonBuilder, error) {
	return levenshtein.NewLevenshteinAutomatonBuilder(1, true)
})

// words returns the words of a field from one on and before another, those that an automaton
// accepts, and how many documents have each. Nil means no bound, or all.
func (r *Reader) words(f Field, accepts segment.Automaton, from, before []byte) (map[string]uint64, error) {
	found := map[string]uint64{}
	for i := range r.segments {
		dict, err := r.segments[i].dictionary(f)
		if err != nil {
			return nil, err
		}
		it := dict.AutomatonIterator(accepts, from, before)
		for range maxLooked {
			entry, err := it.Next()
			if err != nil {
				return nil, err
			}
			if entry == nil {
				break
			}
			r.lookups++
			found[entry.Term] += entry.Count
		}
	}
	return found, nil
}

// behind is the first text behind all that begin with one, nil when there is none.
func behind(beginning string) []byte {
	end := []byte(beginning)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
	return nil
}

// mostFrequent returns the words with the highest counts, in order of these.
func mostFrequent(counts map[string]uint64, most int) []string {
	list := make([]string, 0, len(counts))
	for word := range counts {
		list = append(list, word)
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	return list[:min(most, len(list))]
}
