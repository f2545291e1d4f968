package columns

import (
	"iter"

	"github.com/RoaringBitmap/roaring/v2"
)

// textWalk goes through the texts of a column in their order, to find the first of some rows. It looks whether some of the
// rows have a text. If that takes long, it marks the codes of all the rows, and from then on passes over other texts.
type textWalk struct {
	texts  *textColumn
	order  *sortedCodes
	rows   *roaring.Bitmap
	code   func(row uint32) uint32 // of a row
	first  *codes                  // by row, which code looks at first
	marks  dense                   // the codes of the rows; without words until they are marked
	passed uint64
	steps  uint64
	most   uint64
	gaveUp bool
}

// passedCodes is how many codes are passed over in a step.
const passedCodes = 8

// newTextWalk returns a walk for some rows, of which code says the code and begins with a look at first, that gives up when
// it takes more than a number of steps, or when it probably would.
func (t *textColumn) newTextWalk(rows *roaring.Bitmap, first *codes, code func(row uint32) uint32, most uint64) *textWalk {
	w := &textWalk{texts: t, order: t.order(), rows: rows, code: code, first: first, most: most}
	switch looks := valuesOf(t.folds.live(), rows); {
	case w.order == nil, looks/passedCodes > most:
		w.gaveUp = true
	case looks*valueSteps > w.unmarked():
		w.mark()
	}
	return w
}

// unmarked is how many steps may be taken before the rows are marked. To mark a row takes some 5 ns. A look at a text takes
// 300: its rows lie anywhere, and are made a set.
func (w *textWalk) unmarked() uint64 { return w.rows.GetCardinality() * valueSteps / 60 }

// mark marks the codes of the rows. Nothing waits for a code, so the processor fetches many of them at the same time.
func (w *textWalk) mark() {
	w.marks = borrowDense(blocksOf(w.texts.folds.size()))
	for block, batch := range batches(w.rows) {
		w.first.prefetch(block, batch)
		for _, row := range batch {
			code := w.code(row)
			w.marks.words[code>>6] |= 1 << (code & 63)
		}
	}
}

// codes yields the codes in the order of their texts, from a key on, none when the walk gave up.
func (w *textWalk) codes(desc bool, from *sortKey) iter.Seq[uint32] {
	if w.gaveUp {
		return func(func(uint32) bool) {}
	}
	return w.texts.along(w.order, desc, from)
}

// passesOver reports whether none of the rows has a code, as far as that is known.
func (w *textWalk) passesOver(code uint32) bool {
	if w.marks.words == nil || w.marks.has(code) {
		return false
	}
	w.passed++
	return w.passed%passedCodes > 0 || w.charge(1)
}

// charge takes the cost of what is about to be done. It reports whether to do it, or gives up.
func (w *textWalk) charge(steps uint64) bool {
	w.steps += steps
	if w.marks.words == nil && w.steps > w.unmarked() {
		w.mark()
		w.steps = steps
	}
	w.gaveUp = w.steps > w.most
	return !w.gaveUp
}

// end gives the marks back.
func (w *textWalk) end() { w.marks.giveBack() }
