package columns

import (
	"iter"
	"strings"
)

// wordLists is an index of a column's texts by their words. The names of millions
// are made of far fewer words, and what has no space in it lies within one: a
// part of a name is looked for among those, whose rows are known.
type wordLists struct {
	keys     *dictionary
	rows     postings // by word
	trigrams *trigrams
}

// wordSeparator is what words have between them, whatever else they have.
const wordSeparator = " "

// newWords makes batches of words smaller than those of texts: a search should
// look at next to none.
func newWords(batch int) *wordLists {
	return &wordLists{keys: newDictionary(), trigrams: newTrigrams(max(2, batch/16))}
}

// added follows a text that a row was given.
func (w *wordLists) added(row uint32, text string) {
	if w == nil {
		return
	}
	for word := range wordsIn(text) {
		code, added := w.keys.add(word, word)
		w.rows.add(code, row)
		if added {
			w.trigrams.added(code)
		}
	}
}

// restore takes the words of every row of a column. Each text is taken apart once, however many rows have it.
func (w *wordLists) restore(t *textColumn) {
	if w == nil {
		return
	}
	lists := newCodeLists(t.folds.size(), 2*t.folds.live()) // words of each text; of most names they are two
	counts := make([]uint32, t.folds.size())
	batch := keyBatch{to: w.keys}
	var sizes []int // of the texts whose words wait
	for code := range uint32(t.folds.size()) {
		size, enough := 0, false
		if t.folds.used(code) {
			counts[code] = uint32(t.rows.count(code))
			for word := range wordsIn(t.folds.key(code)) {
				enough = batch.add(word)
				size++
			}
		}
		if sizes = append(sizes, size); enough {
			lists.addAll(sizes, batch.added())
			sizes = sizes[:0]
		}
	}
	lists.addAll(sizes, batch.added())
	w.rows = lists.postings(&t.codes, counts, w.keys.size())
	w.trigrams.restore(w.keys)
}

// removed follows a text that a row lost. A word that the text has twice is
// gone the second time.
func (w *wordLists) removed(row uint32, text string) {
	if w == nil {
		return
	}
	for word := range wordsIn(text) {
		if code := w.keys.find(word); code != 0 && w.rows.remove(code, row) {
			w.keys.release(code)
		}
	}
}

// holds reports whether a row is known by the words of its text.
func (w *wordLists) holds(row uint32, text string) bool {
	if w == nil {
		return true
	}
	for word := range wordsIn(text) {
		if code := w.keys.find(word); code == 0 || !w.rows.has(code, row) {
			return false
		}
	}
	return true
}

func wordsIn(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for text != "" {
			word, rest, _ := strings.Cut(text, wordSeparator)
			if word != "" && !yield(word) {
				return
			}
			text = rest
		}
	}
}

// matchWords returns the rows whose text has the part by the words that have
// it; false when that is not quicker than by the texts: the column has no such
// index, texts stand in order by their beginning, or too many rows have the words.
func (t *textColumn) matchWords(q query, p textPart) (selection, bool) {
	if t.words == nil || p.begins != nil && t.order() != nil {
		return selection{}, false
	}
	word, ok := p.word()
	if !ok {
		return selection{}, false
	}
	words := texts{keys: t.words.keys, trigrams: t.words.trigrams}.look(q.work, word)
	if q.within != nil && 2*q.within.GetCardinality() < uint64(words.looks) {
		return selection{rows: t.testRows(q.work, q.within, &p), owned: true, inside: true}, true
	}
	found := words.codes(q.work)
	rows := t.words.rows.countAll(q.work, found)
	share := uint64(2) // of all rows: to join those of the words is quick
	if !p.whole {
		share = 16 // to look at their texts is not
	}
	if rows > uint64(len(t.codes.blocks))<<blockBits/share {
		return selection{}, false
	}
	s := t.words.rows.union(q.work, found)
	if !p.whole {
		s = selection{rows: t.testRows(q.work, q.own(s).rows, &p), owned: true}
	}
	return s, true
}
