package columns

import (
	"math/bits"
	"runtime"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

func (t *textColumn) match(q query, r *filter.Rule) selection {
	switch r.Operator {
	case filter.Exists:
		return selection{rows: t.present}
	case filter.Eq, filter.In:
		return t.rows.union(q.work, t.find(r.Values))
	case filter.Contains, filter.StartsWith, filter.EndsWith:
		return t.matchText(q, newTextPart(r))
	}
	return nobody()
}

func (t *textColumn) estimate(r *filter.Rule) cost {
	switch r.Operator {
	case filter.Exists:
		return cost{rows: t.present.GetCardinality()}
	case filter.Eq, filter.In:
		if len(r.Values) > fewValues {
			return cost{rows: share(t.present.GetCardinality(), len(r.Values), t.folds.live())}
		}
		var rows uint64
		for _, code := range t.find(r.Values) {
			rows += t.rows.count(code)
		}
		return cost{rows: rows}
	}
	return cost{scan: true, rows: t.present.GetCardinality()}
}

// fewValues are looked up to know how many rows have them; of more it is only
// guessed.
const fewValues = 16

// share estimates how many of the rows have one of the given number of values, if every one
// of all values has equally many rows.
func share(rows uint64, values, all int) uint64 {
	return rows * uint64(min(values, all)) / uint64(max(1, all))
}

// find returns the codes of the values that some row has, each once.
func (t *textColumn) find(values []fields.Value) []uint32 {
	found := make([]uint32, 0, min(len(values), t.folds.live()))
	for _, v := range values {
		if code := t.folds.find(t.fold(v.Text)); code != 0 {
			found = append(found, code)
		}
	}
	return found
}

// matchText returns the rows whose folded text has the part: by looking at the
// rows that matter when they are few, else by the texts that have it.
func (t *textColumn) matchText(q query, p textPart) selection {
	if s, ok := t.matchWords(q, p); ok {
		return s
	}
	find, looks := t.textsWith(q.work, p)
	if q.within != nil && 2*q.within.GetCardinality() < uint64(looks) {
		return selection{rows: t.testRows(q.work, q.within, &p), owned: true, inside: true}
	}
	return t.codes.having(q.work, find(), &t.rows)
}

// textsWith returns a function that finds the codes, and maybe some that are
// free, whose folded text has the part: those that stand together in the order
// of texts, or else by looking at every text that may have it. looks is about how many
// texts it looks at.
func (t *textColumn) textsWith(w *work, p textPart) (find func() []uint32, looks int) {
	if len(p.begins) > 0 {
		if order := t.order(); order != nil {
			var found []uint32
			for _, begin := range p.begins {
				found = order.appendBeginning(found, t.folds, begin)
			}
			return func() []uint32 { return found }, len(found)
		}
	}
	l := texts{t.folds, t.trigrams, t.tails}.look(w, p)
	return func() []uint32 { return l.codes(w) }, l.looks
}

// texts are the keys of a dictionary and what is known of their parts.
type texts struct {
	keys     *dictionary
	trigrams *trigrams // nil for none
	tails    *tails    // nil for none
}

// lookup is a search for a part among texts, to the point where it is known how
// many have to be looked at.
type lookup struct {
	texts
	part     textPart
	narrowed []narrowed // by segment of the trigrams
	loose    uint32     // the first code beyond them; from there on all are looked at
	looks    int        // about how many
}

// narrowSteps is what looking the trigrams of a part up in a segment costs.
const narrowSteps = 128

func (t texts) look(w *work, p textPart) lookup {
	l := lookup{texts: t, part: p, narrowed: t.trigrams.narrow(p.grams), looks: t.keys.size()}
	if len(l.narrowed) > 0 {
		l.looks -= int(t.trigrams.indexed())
		l.loose = t.trigrams.indexed()
		w.charge(narrowSteps * uint64(len(l.narrowed)))
	}
	for i := range l.narrowed {
		l.looks += l.narrowed[i].looks()
	}
	return l
}

// codes returns the codes whose text has the part, and some that are free. It
// pauses between segments, and between runs of the codes that are in none.
func (l lookup) codes(w *work) []uint32 {
	if l.tails != nil && !w.charge(uint64(min(l.tails.texts.size(), l.looks))) {
		return nil
	}
	l.part.tails = l.tails.with(l.part, l.looks)
	size := uint32(l.keys.size())
	items := len(l.narrowed) + int(size-l.loose+textChunk-1)/textChunk
	lookers := make([]looker, runtime.GOMAXPROCS(0))
	w.each(items, l.part.steps()*uint64(l.looks/max(1, items))+1, func(worker, i int) {
		k := &lookers[worker]
		if i < len(l.narrowed) {
			k.segment(&l, &l.narrowed[i])
			return
		}
		from := l.loose + uint32(i-len(l.narrowed))*textChunk
		for code := from; code < min(from+textChunk, size); code++ {
			k.test(&l, code)
		}
	})
	var found []uint32
	for i := range lookers {
		found = append(found, lookers[i].found...)
	}
	return found
}

// looker is what one goroutine has found.
type looker struct {
	found  []uint32
	buffer []uint32
}

// segment looks at the candidates of a segment and at its codes that have
// changed.
func (k *looker) segment(l *lookup, r *narrowed) {
	if k.buffer = r.candidates(k.buffer); l.part.exact {
		k.found = append(k.found, k.buffer...)
	} else {
		for _, code := range k.buffer {
			k.test(l, code)
		}
	}
	for _, code := range r.changedCodes() {
		k.test(l, code)
	}
}

// test keeps a code if its text has the part.
func (k *looker) test(l *lookup, code uint32) {
	p := &l.part
	if p.tails != nil && l.tailHas(code) || l.keys.used(code) && p.in(l.keys.key(code)) {
		k.found = append(k.found, code)
	}
}

// tailHas reports whether the tail of a code's text has the part. A tail that is
// new since the part was looked for in the tails is of a text that is new, too.
func (l *lookup) tailHas(code uint32) bool {
	tail := int(l.tails.of.get(code))
	return tail < len(l.part.tails) && l.part.tails[tail]
}

// testRows returns those of the rows whose folded text has the part.
func (t *textColumn) testRows(w *work, rows *roaring.Bitmap, p *textPart) *roaring.Bitmap {
	return w.filterRows(rows, lookSteps+p.steps(), func(_ int, batch []uint32) []uint32 {
		kept := 0
		for _, row := range batch {
			if code := t.codes.get(row); code != 0 && p.in(t.folds.key(code)) {
				batch[kept] = row
				kept++
			}
		}
		return batch[:kept]
	})
}

// having returns the rows with any of the codes, whose postings are given: as
// their union or, when they are many, by a look at every row.
func (c *codes) having(w *work, found []uint32, p *postings) selection {
	if len(found) < 64 || 16*p.countAll(w, found) < uint64(len(c.blocks))<<blockBits {
		return p.union(w, found)
	}
	matched := make([]bool, 1<<bits.Len(uint(len(p.refs)))) // of every code that a row may have
	for _, code := range found {
		if int(code) < len(matched) {
			matched[code] = code != 0
		}
	}
	return selection{rows: c.where(w, matched), owned: true}
}

// countAll is the number of rows of some codes.
func (p *postings) countAll(w *work, codes []uint32) (rows uint64) {
	for some := range slices.Chunk(codes, textChunk) {
		if steps := uint64(len(some)); !w.charge(steps) || !w.done(steps) {
			return 0
		}
		for _, code := range some {
			rows += p.count(code)
		}
	}
	return rows
}

// where returns the rows whose code is matched, of as many as are a power of two.
// Code 0 must not be.
func (c *codes) where(w *work, matched []bool) *roaring.Bitmap {
	d := newDense(len(c.blocks))
	w.each(len(c.blocks), markSteps, func(_, i int) {
		switch b := &c.blocks[i]; {
		case b.narrow != nil:
			whereIn(b.narrow, matched, d.block(i))
		case b.middle != nil:
			whereIn(b.middle, matched, d.block(i))
		case b.wide != nil:
			whereIn(b.wide, matched, d.block(i))
		}
	})
	return d.bitmap()
}

// whereIn sets the bits of the rows of a block whose code is matched. A code that
// was given since is beyond what is known: whatever is said of its row is said
// again, for the row has changed.
func whereIn[T uint8 | uint16 | uint32](block []T, matched []bool, words []uint64) {
	mask := uint32(len(matched) - 1)
	for w := range words {
		var word uint64
		for i, code := range block[w*64 : w*64+64] {
			word |= bit(matched[uint32(code)&mask]) << (i & 63)
		}
		words[w] = word
	}
}
