package columns

import (
	"runtime"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/segments/filter"
)

func (t *textColumn) match(q query, r *filter.Rule) selection {
	switch r.Operator {
	case filter.Exists:
		return selection{rows: t.present}
	case filter.Eq, filter.In:
		return t.rows.union(t.find(r.Values))
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
		var rows uint64
		for _, code := range t.find(r.Values) {
			rows += t.rows.count(code)
		}
		return cost{rows: rows}
	}
	return cost{scan: true, rows: t.present.GetCardinality()}
}

// find returns the codes of the values that some row has, each once.
func (t *textColumn) find(values []contacts.Value) []uint32 {
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
	find, looks := t.textsWith(p)
	if q.within != nil && 2*q.within.GetCardinality() < uint64(looks) {
		return selection{rows: t.testRows(q.within, &p), owned: true, inside: true}
	}
	return t.codes.having(find(), &t.rows)
}

// textsWith returns a function that finds the codes, and maybe some that are
// free, whose folded text has the part: those that stand together in the order
// of texts, or else by looking at every text that may have it. It looks at about
// so many.
func (t *textColumn) textsWith(p textPart) (find func() []uint32, looks int) {
	if len(p.begins) > 0 {
		if order := t.order(); order != nil {
			var found []uint32
			for _, begin := range p.begins {
				found = order.appendBeginning(found, t.folds, begin)
			}
			return func() []uint32 { return found }, len(found)
		}
	}
	l := texts{t.folds, t.trigrams, t.tails}.look(p)
	return l.codes, l.looks
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
	narrowed []narrowed // by segment of the trigrams; texts beyond them are all looked at
	looks    int        // about how many
}

func (t texts) look(p textPart) lookup {
	l := lookup{texts: t, part: p, narrowed: t.trigrams.narrow(p.grams), looks: t.keys.size()}
	if len(l.narrowed) > 0 {
		l.looks -= int(t.trigrams.indexed())
	}
	for i := range l.narrowed {
		l.looks += l.narrowed[i].looks()
	}
	return l
}

// codes returns the codes whose text has the part, and some that are free. Many
// looks are split over the processors.
func (l lookup) codes() []uint32 {
	l.part.tails = l.tails.with(l.part, l.looks)
	workers := min(l.looks>>16+1, runtime.GOMAXPROCS(0))
	if workers == 1 { // another goroutine may take longer to wake than to look
		return l.share(0, 1)
	}
	found := make([][]uint32, workers)
	var running sync.WaitGroup
	for i := range found {
		running.Go(func() { found[i] = l.share(i, workers) })
	}
	running.Wait()
	return slices.Concat(found...)
}

// share is codes for one of so many shares of the segments, and of the codes
// that are in none.
func (l *lookup) share(i, shares int) (found []uint32) {
	p := &l.part
	test := func(code uint32) {
		if p.tails != nil && p.tails[l.tails.of.get(code)] || l.keys.used(code) && p.in(l.keys.key(code)) {
			found = append(found, code)
		}
	}
	var buffer []uint32
	for n := i; n < len(l.narrowed); n += shares {
		r := &l.narrowed[n]
		if buffer = r.candidates(buffer); p.exact {
			found = append(found, buffer...)
		} else {
			for _, code := range buffer {
				test(code)
			}
		}
		for _, code := range r.changedCodes() {
			test(code)
		}
	}
	from, to := 0, l.keys.size()
	if len(l.narrowed) > 0 {
		from = int(l.trigrams.indexed())
	}
	for code := from + (to-from)*i/shares; code < from+(to-from)*(i+1)/shares; code++ {
		test(uint32(code))
	}
	return found
}

// testRows returns those of the rows whose folded text has the part.
func (t *textColumn) testRows(rows *roaring.Bitmap, p *textPart) *roaring.Bitmap {
	return filterRows(rows, func(_ int, batch []uint32) []uint32 {
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
func (c *codes) having(found []uint32, p *postings) selection {
	var rows uint64
	for _, code := range found {
		rows += p.count(code)
	}
	if len(found) < 64 || 16*rows < uint64(len(c.blocks))<<blockBits {
		return p.union(found)
	}
	matched := make([]bool, len(p.refs)) // of every code that a row may have
	for _, code := range found {
		if int(code) < len(matched) {
			matched[code] = code != 0
		}
	}
	return selection{rows: c.where(matched), owned: true}
}

// where returns the rows whose code is matched. Code 0 must not be.
func (c *codes) where(matched []bool) *roaring.Bitmap {
	d := newDense(len(c.blocks))
	for i := range c.blocks {
		switch b := &c.blocks[i]; {
		case b.narrow != nil:
			whereIn(b.narrow, matched, d.block(i))
		case b.middle != nil:
			whereIn(b.middle, matched, d.block(i))
		case b.wide != nil:
			whereIn(b.wide, matched, d.block(i))
		}
	}
	return d.bitmap()
}

func whereIn[T uint8 | uint16 | uint32](block []T, matched []bool, words []uint64) {
	for w := range words {
		var word uint64
		for i, code := range block[w*64 : w*64+64] {
			word |= bit(matched[code]) << (i & 63)
		}
		words[w] = word
	}
}
