package columns

import (
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// textColumn is a single-valued column of text: rows whose texts fold alike
// share one code and one posting, and each keeps its own spelling.
//
// Codes stay as they are while any row holds them: a checkpoint that is
// written piece by piece relies on it.
type textColumn struct {
	fold    func(string) string
	codes   codes // row -> code of the folded text
	folds   *dictionary
	rows    postings // by code
	present *roaring.Bitmap

	trigrams *trigrams  // of the folded texts, nil when their parts have no index
	words    *wordLists // of the folded texts, nil when they have none
	tails    *tails     // of the folded texts, nil when they are not kept
	sorting  sorting    // of the folded texts
	ids      bool       // of the records themselves

	// A row's spelling is the first one of its code, unless it says otherwise:
	// the index of the spelling among the variants of the code.
	spelled  codes
	variants map[uint32]*variants // by code, once it has a second spelling
}

// variants are the spellings of one folded text. The first stays the
// dictionary's own, the others are replaced once no row uses them.
type variants struct {
	texts []string
	rows  []uint32 // how many rows are spelled so
}

func newTextColumn(fold func(string) string) *textColumn {
	return &textColumn{fold: fold, folds: newDictionary(), present: roaring.New()}
}

// indexed gives an empty column an index of the parts of its texts.
func (t *textColumn) indexed(batch int) *textColumn {
	t.trigrams = newTrigrams(batch)
	return t
}

// worded gives an empty column an index of the words of its texts instead.
func (t *textColumn) worded(batch int) *textColumn {
	t.words = newWords(batch)
	return t
}

// exact is the fold of fields that compare as they are.
func exact(s string) string { return s }

// set gives a row its text; a missing value takes it away.
func (t *textColumn) set(row uint32, v fields.Value) {
	if t.text(row) == v.Text {
		return
	}
	t.clear(row)
	if v.Text != "" {
		t.put(row, v.Text)
	}
}

// put gives a row without text its text.
func (t *textColumn) put(row uint32, text string) {
	code, added := t.folds.add(t.fold(text), text)
	if added {
		t.trigrams.added(code)
		t.tails.added(code, t.folds.key(code))
		t.sorting.added(t.folds, code)
	} else {
		t.spell(row, code, text)
	}
	t.codes.set(row, code)
	t.rows.add(code, row)
	t.words.added(row, t.folds.key(code))
	t.present.Add(row)
}

// spell notes the spelling of a row that is about to join a code.
func (t *textColumn) spell(row, code uint32, text string) {
	v := t.variants[code]
	if v == nil {
		_, first := t.folds.entry(code)
		if text == first {
			return
		}
		v = &variants{texts: []string{first}, rows: []uint32{uint32(t.rows.count(code))}}
		if t.variants == nil {
			t.variants = make(map[uint32]*variants)
		}
		t.variants[code] = v
	}
	t.spelled.set(row, v.join(text))
}

// join counts one more row of a spelling and returns the spelling's index.
func (v *variants) join(text string) uint32 {
	place := len(v.texts)
	for i, known := range v.texts {
		if known == text {
			v.rows[i]++
			return uint32(i)
		}
		if i > 0 && v.rows[i] == 0 {
			place = i
		}
	}
	if place == len(v.texts) {
		v.texts, v.rows = append(v.texts, ""), append(v.rows, 0)
	}
	v.texts[place], v.rows[place] = strings.Clone(text), 1
	return uint32(place)
}

// clear takes a row's text away.
func (t *textColumn) clear(row uint32) {
	code := t.codes.get(row)
	if code == 0 {
		return
	}
	if v := t.variants[code]; v != nil {
		v.rows[t.spelled.get(row)]--
		t.spelled.set(row, 0)
	}
	t.codes.set(row, 0)
	t.present.Remove(row)
	t.words.removed(row, t.folds.key(code))
	if t.rows.remove(code, row) {
		t.sorting.removes(t.folds, code)
		t.tails.removed(code)
		t.folds.release(code)
		delete(t.variants, code)
	}
}

// text returns a row's text as spelled, empty when it has none. The string
// stays valid.
func (t *textColumn) text(row uint32) string {
	code := t.codes.get(row)
	if code == 0 {
		return ""
	}
	return t.spelling(code, t.spelled.get(row))
}

// has reports whether a row has a text.
func (t *textColumn) has(row uint32) bool { return t.codes.get(row) != 0 }

// spelling returns one spelling of a code.
func (t *textColumn) spelling(code, index uint32) string {
	if index == 0 {
		_, first := t.folds.entry(code)
		return first
	}
	return t.variants[code].texts[index]
}
