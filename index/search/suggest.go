package search

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/index/text"
)

// MaxSuggestions is how many people are suggested at most.
const MaxSuggestions = 10

// SuggestQuery asks for people while a text is being typed.
type SuggestQuery struct {
	Text  string // at most MaxText characters; the last word may be unfinished
	Limit int    // 1 to MaxSuggestions
	// MinSeq is a change that the answer must reflect, as in a Query.
	MinSeq uint64
}

// Suggestions are who may be meant, the likeliest first.
type Suggestions struct {
	Hits []fields.Hit
	Seq  uint64 // newest change that the answer reflects
}

// suggestEffort is that of a search of which only the first hits count. Typos are
// what takes time, most of all in several words; whoever is found without them
// is who is meant, nearly always.
var suggestEffort = effort{enough: 3, ranked: 64}

// Suggest finds people like Search, for one keystroke: it counts nobody, ranks
// few, and looks for a typo a word only when hardly anybody is found without. A
// single letter finds those who have a name that begins with it, the whole name
// before later words, the last seen first. A text without letters and digits
// finds nobody. Errors are those of Search.
func (e *Engine) Suggest(ctx context.Context, q SuggestQuery) (Suggestions, error) {
	if tooLong(q.Text) {
		return Suggestions{}, textTooLong("q")
	}
	reader, err := e.reader(ctx, q.MinSeq)
	if err != nil {
		return Suggestions{}, err
	}
	defer reader.Close()
	s := searcher{ctx: ctx, Engine: e, phrase: e.phrase(q.Text), effort: suggestEffort}
	s.phrase.complete()
	e.columns.View(func(v *columns.View) { s.within, s.everyone = v.Everyone(), v.Size() })
	look := s.findFew
	if utf8.RuneCountInString(strings.TrimSpace(q.Text)) == 1 && len(s.phrase.spans) == 1 {
		look = s.findInitial
	}
	if !s.findID(q.Text) {
		if err := look(newFinder(ctx, reader, e.terms, &s.phrase)); err != nil {
			return Suggestions{}, err
		}
	}
	slices.SortFunc(s.hits, byScore)
	out := Suggestions{Seq: reader.Seq()}
	for i := range s.hits[:min(q.Limit, len(s.hits))] {
		out.Hits = append(out.Hits, s.hit(&s.hits[i]))
	}
	return out, s.err()
}

// findFew fills the tiers until as many are found as are ranked; typos it adds
// when there are hardly any.
func (s *searcher) findFew(f *finder) error {
	if len(f.words) == 0 {
		return nil
	}
	f.findKnown()
	s.words = f.words
	s.phrase.needs()
	s.begin(0)
	found := uint64(0)
	for _, docs := range []text.Docs{
		f.sole(), f.every(exactDocs), f.every(begunDocs), f.typing(), f.every(knownDocs), f.needed(begunDocs, noWord), f.needed(knownDocs, noWord),
	} {
		if found = s.tier(f, docs); found >= uint64(s.effort.ranked) {
			break
		}
	}
	if found < s.effort.enough {
		f.findSlips()
		f.findNear()
		if s.widen(f); s.widest().GetCardinality() < s.effort.enough {
			f.findSounds()
			s.widen(f)
		}
	}
	s.rank()
	return f.err
}

// costLater puts those whose name has the letter at the beginning of a later
// word behind those whose name begins with it.
const costLater = 1

// findInitial ranks those who have a word that begins with the one letter of
// the phrase: so many that only the last seen are looked at, and that seen last
// says more than how long their words are.
func (s *searcher) findInitial(f *finder) error {
	letter := s.phrase.spans[0].word
	s.begin(0)
	s.tier(f, f.beginning(letter, text.Edge))
	s.rank()
	ordinals := make([]uint32, len(s.hits))
	for i := range s.hits {
		ordinals[i] = s.hits[i].ordinal
	}
	var r candidateWords
	for i, p := range s.named(ordinals) {
		r.of(p, s.lookUp(ordinals[i]))
		cost := costLater
		if r.startsWith(letter) {
			cost = 0
		}
		s.hits[i].score = score(cost, 0, p)
	}
	return f.err
}

// startsWith reports whether the name begins with a word.
func (r *candidateWords) startsWith(w *terms.Word) bool {
	for i := 0; i < len(r.tokens) && r.tokens[i].parts == 1 && r.names != 0; i++ {
		if slices.ContainsFunc(w.Forms(), func(form string) bool { return strings.HasPrefix(r.tokens[i].text, form) }) {
			return true
		}
	}
	return false
}
