package text

import (
	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Reader is the index at one moment. It answers exact terms with sets of
// documents. It is for one goroutine; Close gives the moment back.
type Reader struct {
	snapshot *scorch.IndexSnapshot
	segments []segmentReader
	seq      uint64
	lookups  int
}

type segmentReader struct {
	segment segment.Segment
	deleted *roaring.Bitmap
	rows    rowTable // by document number; shared
	dicts   map[Field]segment.TermDictionary
}

// Docs is a set of documents, by segment and document number, so that sets
// are joined without a look at what the documents are. The bitmaps may be
// shared with the index and are never changed. A nil Docs is empty.
type Docs []*roaring.Bitmap

// Seq is the newest change that the reader reflects.
func (r *Reader) Seq() uint64 { return r.seq }

// Lookups is how many terms Bleve was asked for, a segment each.
func (r *Reader) Lookups() int { return r.lookups }

// Close ends the reader; its Docs must not be used afterwards.
func (r *Reader) Close() error { return r.snapshot.Close() }

// Term returns the documents with a term.
func (r *Reader) Term(f Field, term string) (Docs, error) { return r.Any(f, []string{term}) }

// Any returns the documents with any of the terms.
func (r *Reader) Any(f Field, terms []string) (Docs, error) {
	docs := make(Docs, len(r.segments))
	for i := range r.segments {
		dict, err := r.segments[i].dictionary(f)
		if err != nil {
			return nil, err
		}
		if docs[i], err = r.anyIn(dict, terms); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

// Starting returns the documents with any term that begins with a text, which is not empty: with at most so many such
// terms, the first ones of each segment.
func (r *Reader) Starting(f Field, beginning string, most int) (Docs, error) {
	docs := make(Docs, len(r.segments))
	for i := range r.segments {
		dict, err := r.segments[i].dictionary(f)
		if err != nil {
			return nil, err
		}
		var terms []string
		it := dict.AutomatonIterator(nil, []byte(beginning), behind(beginning))
		for ; most > 0; most-- {
			entry, err := it.Next()
			if err != nil {
				return nil, err
			}
			if entry == nil {
				break
			}
			terms = append(terms, entry.Term)
		}
		if docs[i], err = r.anyIn(dict, terms); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

// anyIn is Any for one segment.
func (r *Reader) anyIn(dict segment.TermDictionary, terms []string) (*roaring.Bitmap, error) {
	var lists []*roaring.Bitmap
	single := roaring.New()
	for _, term := range terms {
		r.lookups++
		list, err := dict.PostingsList([]byte(term), nil, nil)
		if err != nil {
			return nil, err
		}
		postings, ok := list.Iterator(false, false, false, nil).(segment.OptimizablePostingsIterator)
		if !ok {
			continue // no document has it
		}
		if doc, one := postings.DocNum1Hit(); one {
			single.Add(uint32(doc))
		} else if bitmap := postings.ActualBitmap(); bitmap != nil {
			lists = append(lists, bitmap)
		}
	}
	return union(lists, single), nil
}

// union joins the lists and the documents that terms of their own point to.
func union(lists []*roaring.Bitmap, single *roaring.Bitmap) *roaring.Bitmap {
	switch {
	case len(lists) == 0:
		return single
	case len(lists) == 1 && single.IsEmpty():
		return lists[0]
	case len(lists) == 1:
		return roaring.Or(lists[0], single)
	}
	all := roaring.FastOr(lists...)
	all.Or(single)
	return all
}

// All returns the documents with all of the terms.
func (r *Reader) All(f Field, terms []string) (Docs, error) {
	var docs Docs
	for i, term := range terms {
		next, err := r.Term(f, term)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			docs = next
		} else {
			docs = docs.And(next)
		}
		if docs.Empty() {
			return nil, nil
		}
	}
	return docs, nil
}

// And returns the documents in both sets.
func (d Docs) And(other Docs) Docs {
	if d == nil || other == nil {
		return nil
	}
	out := make(Docs, len(d))
	for i := range d {
		out[i] = roaring.And(d[i], other[i])
	}
	return out
}

// AndNot returns the documents of the set that are not in the other.
func (d Docs) AndNot(other Docs) Docs {
	if d == nil || other == nil {
		return d
	}
	out := make(Docs, len(d))
	for i := range d {
		switch {
		case d[i].IsEmpty(), other[i].IsEmpty():
			out[i] = d[i]
		default:
			out[i] = roaring.AndNot(d[i], other[i])
		}
	}
	return out
}

// Or returns the documents in either set.
func (d Docs) Or(other Docs) Docs {
	switch {
	case d == nil:
		return other
	case other == nil:
		return d
	}
	out := make(Docs, len(d))
	for i := range d {
		switch {
		case d[i].IsEmpty():
			out[i] = other[i]
		case other[i].IsEmpty():
			out[i] = d[i]
		default:
			out[i] = roaring.Or(d[i], other[i])
		}
	}
	return out
}

// Len returns the number of documents in the set, also of deleted ones.
func (d Docs) Len() uint64 {
	n := uint64(0)
	for _, b := range d {
		n += b.GetCardinality()
	}
	return n
}

// Empty reports whether there is no document in the set.
func (d Docs) Empty() bool {
	for _, b := range d {
		if !b.IsEmpty() {
			return false
		}
	}
	return true
}

// Rows returns the rows that the documents stand for, in a bitmap of the caller's own. The
// record of a row may be gone since, or about to come: the columns are as of another moment.
func (r *Reader) Rows(d Docs) *roaring.Bitmap {
	if d == nil {
		return roaring.New()
	}
	total := uint64(0)
	for _, b := range d {
		total += b.GetCardinality()
	}
	if total < sparse {
		return r.listed(d, int(total))
	}
	return r.marked(d)
}

// sparse is the number of documents below which their rows are sorted;
// above it, marking one bit each is faster.
const sparse = 4_096

func (r *Reader) listed(d Docs, size int) *roaring.Bitmap {
	list := make([]uint32, 0, size)
	r.each(d, func(row uint32) { list = append(list, row) })
	return roaring.BitmapOf(list...)
}

func (r *Reader) marked(d Docs) *roaring.Bitmap {
	const container = 1 << 16 / 64
	var words []uint64
	r.each(d, func(row uint32) {
		w := int(row >> 6)
		if w >= len(words) {
			words = append(words, make([]uint64, (w/container+1)*container-len(words))...)
		}
		words[w] |= 1 << (row & 63)
	})
	return roaring.FromDense(words, false)
}

func (r *Reader) each(d Docs, f func(row uint32)) {
	var buffer [1024]uint32
	for i, b := range d {
		s := &r.segments[i]
		if s.deleted != nil && !b.IsEmpty() {
			b = roaring.AndNot(b, s.deleted)
		}
		it := b.ManyIterator()
		for n := it.NextMany(buffer[:]); n > 0; n = it.NextMany(buffer[:]) {
			for _, doc := range buffer[:n] {
				f(s.rows.at(doc))
			}
		}
	}
}

func (s *segmentReader) dictionary(f Field) (segment.TermDictionary, error) {
	if dict := s.dicts[f]; dict != nil {
		return dict, nil
	}
	dict, err := s.segment.Dictionary(string(f))
	if err != nil {
		return nil, err
	}
	s.dicts[f] = dict
	return dict, nil
}

// rowsOf reads which row each document of a segment stands for. Segments never change, so it
// is done once for each.
func (d *Documents) rowsOf(s segment.Segment) (rowTable, error) {
	out := make([]uint32, s.Count())
	for i := range out {
		id, err := s.DocID(uint64(i))
		if err != nil {
			return rowTable{}, err
		}
		out[i], _ = d.read(id)
	}
	return newRowTable(out), nil
}
