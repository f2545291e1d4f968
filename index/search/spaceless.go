package search

import (
	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/index/text"
)

// Limits of spaceless words.
const (
	minHalf   = 2 // letters of the first and of the last part
	maxMiddle = 2 // letters of an initial between them, else it is one word or two

	minSpacelessNear = 8 // letters of a word that may have lost a space and have a typo
)

// spaceless returns the documents with both ends of a word that was written
// without its spaces, perhaps around an initial.
func (f *finder) spaceless(w *terms.Word) text.Docs {
	var docs text.Docs
	for _, form := range w.Forms() {
		if !isLetters(form) {
			continue
		}
		for i := minHalf; i <= len(form)-minHalf; i++ {
			if f.terms.Count(form[:i]) == 0 {
				continue
			}
			for j := i; j <= len(form)-minHalf; j++ {
				if f.terms.Count(form[j:]) == 0 || !f.isMiddle(form[i:j]) {
					continue
				}
				ends := []string{form[:i], form[j:]}
				docs = docs.Or(f.all(text.Name, ends)).Or(f.all(text.Word, ends))
			}
		}
	}
	return docs
}

// isMiddle reports whether letters may be what stands between the first and the
// last word of a name.
func (f *finder) isMiddle(s string) bool {
	if len(s) <= maxMiddle || f.terms.Count(s) > 0 {
		return true
	}
	for i := 1; i < len(s); i++ {
		if f.terms.Count(s[:i]) > 0 && f.terms.Count(s[i:]) > 0 {
			return true
		}
	}
	return false
}

// spacelessNear returns the documents with both halves of a word that was written
// without its space, one of them a typo away.
func (f *finder) spacelessNear(w *terms.Word) text.Docs {
	form := w.Text()
	if len(form) < minSpacelessNear || !isLetters(form) {
		return nil
	}
	var docs text.Docs
	near := func(known, other string) {
		if f.terms.Count(known) > 0 && len(other) > minHalf {
			half := terms.NewJoined([]string{other}, false)
			typos := f.tokens(half, f.terms.Typos(half, false))
			docs = docs.Or(f.any(text.Name, []string{known}).And(typos))
		}
	}
	for i := minHalf; i <= len(form)-minHalf; i++ {
		near(form[:i], form[i:])
		near(form[i:], form[:i])
	}
	return docs
}
