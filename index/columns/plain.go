package columns

import (
	"encoding/binary"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// plainColumn is a column of long texts, of which no two are alike: the folds lie by row as they
// are. There is no dictionary and no index of their parts, which would be larger than they are.
// Rules look at every text. Facets and sorts do not know such a field.
type plainColumn struct {
	fold    func(string) string
	folds   []string // by row
	present *roaring.Bitmap
	bytes   uint64 // of all folds
}

func newPlainColumn(fold func(string) string) *plainColumn {
	return &plainColumn{fold: fold, present: roaring.New()}
}

// set gives a row its text; a missing value takes it away.
func (p *plainColumn) set(row uint32, v fields.Value) {
	if v.Text == "" {
		if p.present.CheckedRemove(row) {
			p.put(row, "")
		}
		return
	}
	p.put(row, p.fold(v.Text))
	p.present.Add(row)
}

func (p *plainColumn) put(row uint32, fold string) {
	if n := int(row) + 1 - len(p.folds); n > 0 {
		p.folds = append(p.folds, make([]string, n)...)
	}
	p.bytes += uint64(len(fold)) - uint64(len(p.folds[row]))
	p.folds[row] = fold
}

// get returns the fold of a row, "" for none.
func (p *plainColumn) get(row uint32) string {
	if int(row) >= len(p.folds) {
		return ""
	}
	return p.folds[row]
}

func (p *plainColumn) match(q query, r *filter.Rule) selection {
	switch r.Operator {
	case filter.Exists:
		return selection{rows: p.present}
	case filter.Eq, filter.In:
		wanted := make(map[string]bool, len(r.Values))
		for _, v := range r.Values {
			wanted[p.fold(v.Text)] = true
		}
		return p.test(q, 0, func(text string) bool { return wanted[text] })
	case filter.Contains, filter.StartsWith, filter.EndsWith:
		return p.matchText(q, newTextPart(r))
	}
	return nobody()
}

// scannedBytes is how much of a text is looked through in a step, beside that it lies anywhere.
const scannedBytes = 32

func (p *plainColumn) matchText(q query, part textPart) selection {
	steps := part.steps()
	if part.operator == filter.Contains {
		steps *= 1 + p.bytes/scannedBytes/max(1, p.present.GetCardinality())
	}
	return p.test(q, steps, part.in)
}

// plainChunk is how many texts are looked at between two pauses, by each processor.
const plainChunk = 1 << 10

// test returns the rows whose fold passes, of those that matter. steps is what a look at a text
// costs, beside going there.
func (p *plainColumn) test(q query, steps uint64, pass func(text string) bool) selection {
	if q.within != nil && 2*q.within.GetCardinality() < p.present.GetCardinality() {
		rows := q.work.filterRows(q.within, lookSteps+steps, func(_ int, batch []uint32) []uint32 {
			return slices.DeleteFunc(batch, func(row uint32) bool { return !p.present.Contains(row) || !pass(p.get(row)) })
		})
		return selection{rows: rows, owned: true, inside: true}
	}
	size := len(p.folds) // which may grow in a pause
	d := newDense(blocksOf(size))
	q.work.each((size+plainChunk-1)/plainChunk, plainChunk*(1+steps), func(_, i int) {
		words := d.words[i*plainChunk/64:][:plainChunk/64]
		for at := range plainChunk {
			words[at>>6] |= bit(pass(p.get(uint32(i*plainChunk+at)))) << (at & 63)
		}
	})
	rows := d.bitmap()
	rows.And(p.present) // a row without a text has an empty fold
	return selection{rows: rows, owned: true}
}

func (p *plainColumn) estimate(r *filter.Rule) cost {
	return cost{scan: r.Operator != filter.Exists, rows: p.present.GetCardinality()}
}

// facet counts all texts as others, and tells who has none.
func (p *plainColumn) facet(q fields.FacetQuery, s subset) func() fields.Facet {
	have := p.present.AndCardinality(s.rows)
	return done(fields.Facet{Field: q.Field, Missing: s.size - have, Other: have})
}

func (p *plainColumn) values() int { return 0 }

// holds reports whether a row has a text.
func (p *plainColumn) holds(row uint32, text string) bool {
	if text == "" {
		return !p.present.Contains(row) && p.get(row) == ""
	}
	return p.present.Contains(row) && p.get(row) == p.fold(text)
}

// plainPiece is how many rows make a piece of a checkpoint.
const plainPiece = 1 << 12

func (p *plainColumn) parts() []part { return []part{p} }

func (p *plainColumn) restore() error { return nil }

func (p *plainColumn) pieces() int { return (len(p.folds) + plainPiece - 1) / plainPiece }

// encode appends for each row the length of its fold and one more, then the fold; 0 for none.
func (p *plainColumn) encode(i int, b []byte) []byte {
	first := i * plainPiece
	for row := first; row < min(first+plainPiece, len(p.folds)); row++ {
		if !p.present.Contains(uint32(row)) {
			b = append(b, 0)
			continue
		}
		b = binary.AppendUvarint(b, uint64(len(p.folds[row]))+1)
		b = append(b, p.folds[row]...)
	}
	return b
}

func (p *plainColumn) decode(i int, b []byte) error {
	if i*plainPiece != len(p.folds) {
		return errCorrupt
	}
	for len(b) > 0 {
		size, n := binary.Uvarint(b)
		if n <= 0 || len(p.folds) == (i+1)*plainPiece {
			return errCorrupt
		}
		row := uint32(len(p.folds))
		p.folds = append(p.folds, "")
		if b = b[n:]; size == 0 {
			continue
		}
		fold, rest, ok := clip(b, size-1)
		if !ok {
			return errCorrupt
		}
		p.folds[row], b = string(fold), rest
		p.bytes += uint64(len(fold))
		p.present.Add(row)
	}
	return nil
}
