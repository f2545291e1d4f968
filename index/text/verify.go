package text

import (
	"context"
	"fmt"
	"hash/maphash"

	"github.com/RoaringBitmap/roaring/v2"
	bleve "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/ndoto/kundi/ledger"
)

// everyField are all that a document may have.
var everyField = [...]Field{Name, Word, Form, Edge, Start, Mail, Gram, Phone, Key, Employer, Sole, Place}

// Verify compares the documents of the index with the records of the store:
// that each record has exactly one, with exactly the terms that its record
// asks for. It takes 8 bytes of memory for each ordinal that was ever given. Nothing may be
// written to the store meanwhile, and the index must have applied its log.
// Progress is called with the number of records compared.
func (x *Index) Verify(ctx context.Context, progress func(done uint64)) ([]ledger.Difference, error) {
	if err := x.sweepAll(ctx); err != nil {
		return nil, err
	}
	r, err := x.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	v := verification{of: &x.of, plural: x.of.plural, seed: maphash.MakeSeed(), left: roaring.New()}
	for i := range r.segments {
		if err := v.addSegment(ctx, &r.segments[i]); err != nil {
			return nil, err
		}
	}
	if err := v.compare(ctx, progress); err != nil {
		return nil, err
	}
	return v.found.List(), nil
}

// verification is one run of Verify. A document's terms are held as the sum of
// their hashes: an index has them by term, a record by document, and a sum is
// the same in any order.
type verification struct {
	of     *Documents
	plural string
	seed   maphash.Seed
	left   *roaring.Bitmap // the ordinals of documents whose record has not come by
	sums   []uint64        // of documents, by ordinal
	found  ledger.Differences
}

func (v *verification) hash(f Field, term string) uint64 {
	var h maphash.Hash
	h.SetSeed(v.seed)
	_, _ = h.WriteString(string(f))
	_ = h.WriteByte(0)
	_, _ = h.WriteString(term)
	return h.Sum64()
}

// addSegment notes the documents of a segment that are not deleted.
func (v *verification) addSegment(ctx context.Context, s *segmentReader) error {
	sums := make([]uint64, s.rows.count)
	for _, f := range everyField {
		if err := v.addField(ctx, s, f, sums); err != nil {
			return err
		}
	}
	for doc, sum := range sums {
		if s.deleted != nil && s.deleted.Contains(uint32(doc)) {
			continue
		}
		id, err := s.segment.DocID(uint64(doc))
		if err != nil {
			return err
		}
		_, ordinal := v.of.read(id)
		if !v.left.CheckedAdd(ordinal) {
			v.found.Add(v.plural+" that the text index has twice", ordinal)
		}
		v.put(ordinal, sum)
	}
	return nil
}

// put notes the sum of a document.
func (v *verification) put(ordinal uint32, sum uint64) {
	if more := int(ordinal) + 1 - len(v.sums); more > 0 {
		v.sums = append(v.sums, make([]uint64, more)...)
	}
	v.sums[ordinal] = sum
}

// addField adds the terms of a field to the sums of the documents, by their
// number.
func (v *verification) addField(ctx context.Context, s *segmentReader, f Field, sums []uint64) error {
	dict, err := s.dictionary(f)
	if err != nil {
		return err
	}
	terms := dict.AutomatonIterator(nil, nil, nil)
	for {
		entry, err := terms.Next()
		if err != nil || entry == nil {
			return err
		}
		if err := v.addTerm(dict, f, entry, sums); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

func (v *verification) addTerm(dict segment.TermDictionary, f Field, entry *bleve.DictEntry, sums []uint64) error {
	list, err := dict.PostingsList([]byte(entry.Term), nil, nil)
	if err != nil {
		return err
	}
	hash := v.hash(f, entry.Term)
	postings := list.Iterator(false, false, false, nil)
	for {
		p, err := postings.Next()
		if err != nil || p == nil {
			return err
		}
		if p.Number() >= uint64(len(sums)) {
			return fmt.Errorf("the text index is damaged: a term of a document that is not there")
		}
		sums[p.Number()] += hash
	}
}

// compare goes through the records.
func (v *verification) compare(ctx context.Context, progress func(uint64)) error {
	done := uint64(0)
	for from := (ledger.Ref{}); ; {
		page, err := v.of.from(ctx, from, pageSize)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		for i := range page {
			v.compareOne(&page[i])
		}
		from = page[len(page)-1].ref
		from.Ordinal++
		done += uint64(len(page))
		progress(done)
	}
	for it := v.left.Iterator(); it.HasNext(); {
		v.found.Add(v.plural+" that the text index has and the store has not", it.Next())
	}
	return nil
}

func (v *verification) compareOne(d *doc) {
	ordinal := d.ref.Ordinal
	if !v.left.CheckedRemove(ordinal) {
		v.found.Add(v.plural+" that the text index has not", ordinal)
		return
	}
	sum := v.sums[ordinal]
	for f, terms := range d.terms {
		for _, term := range distinct(terms) {
			sum -= v.hash(f, term)
		}
	}
	if sum != 0 {
		v.found.Add(v.plural+" with other words in the text index", ordinal)
	}
}
