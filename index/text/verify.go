package text

import (
	"context"
	"fmt"
	"hash/maphash"

	bleve "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/ndoto/kundi/ledger"
)

// everyField are all that a document may have.
var everyField = [...]Field{Name, Word, Form, Edge, Start, Mail, Gram, Phone, Key, Employer, Sole, Place}

// Verify compares the documents of the index with the records of the store:
// that each record has exactly one, with exactly the terms that its record
// asks for. It takes some 20 bytes of memory for each record. Nothing may be
// written to the store meanwhile, and the index must have applied its log.
// Progress is called with the number of records compared.
func (x *Index) Verify(ctx context.Context, progress func(done uint64)) ([]ledger.Difference, error) {
	r, err := x.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	v := verification{plural: x.of.plural, seed: maphash.MakeSeed(), documents: map[uint32]uint64{}}
	for i := range r.segments {
		if err := v.addSegment(ctx, &r.segments[i]); err != nil {
			return nil, err
		}
	}
	if err := v.compare(ctx, &x.of, progress); err != nil {
		return nil, err
	}
	return v.found.List(), nil
}

// verification is one run of Verify. A document's terms are held as the sum of
// their hashes: an index has them by term, a record by document, and a sum is
// the same in any order.
type verification struct {
	plural    string
	seed      maphash.Seed
	documents map[uint32]uint64 // by ordinal
	found     ledger.Differences
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
	sums := make([]uint64, len(s.ordinals))
	for _, f := range everyField {
		if err := v.addField(ctx, s, f, sums); err != nil {
			return err
		}
	}
	for doc, ordinal := range s.ordinals {
		if s.deleted != nil && s.deleted.Contains(uint32(doc)) {
			continue
		}
		if _, twice := v.documents[ordinal]; twice {
			v.found.Add(v.plural+" that the text index has twice", ordinal)
		}
		v.documents[ordinal] = sums[doc]
	}
	return nil
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
func (v *verification) compare(ctx context.Context, of *Documents, progress func(uint64)) error {
	done := uint64(0)
	for from := uint32(0); ; {
		page, err := of.from(ctx, from, pageSize)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		for i := range page {
			v.compareOne(&page[i])
		}
		from = page[len(page)-1].ordinal + 1
		done += uint64(len(page))
		progress(done)
	}
	for ordinal := range v.documents {
		v.found.Add(v.plural+" that the text index has and the store has not", ordinal)
	}
	return nil
}

func (v *verification) compareOne(d *doc) {
	sum, found := v.documents[d.ordinal]
	if !found {
		v.found.Add(v.plural+" that the text index has not", d.ordinal)
		return
	}
	delete(v.documents, d.ordinal)
	for f, terms := range d.terms {
		for term := range terms {
			sum -= v.hash(f, term)
		}
	}
	if sum != 0 {
		v.found.Add(v.plural+" with other words in the text index", d.ordinal)
	}
}
