package text

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	bleve "github.com/blevesearch/bleve_index_api"
	"github.com/blevesearch/vellum"
	zap "github.com/blevesearch/zapx/v17"
)

// segmentBuilder makes the bytes of a segment in the format of zapx 17. One after the other
// they are: the ids of the documents and where each is; of each field the postings of its
// terms and its dictionary; the names of the fields and where each is. TestSegmentsAreThoseOfBleve
// compares them with what Bleve makes. It is for one goroutine at a time.
type segmentBuilder struct {
	out []byte

	dictionary bytes.Buffer
	fst        *vellum.Builder // of dictionary

	// below: of the field that is made
	ids   map[string]map[string]uint32 // term -> number, by field, to keep what they have grown to
	terms []segmentTerm
	hits  []segmentHit
	rows  []uint32 // of all terms: those of a number end at ends[number]
	ends  []uint32
	last  []uint32 // by number: the row of the last hit
	set   *roaring.Bitmap
}

// segmentTerm is a term and its number, which is the order in which terms are first seen.
type segmentTerm struct {
	text   string
	number uint32
	count  uint32 // of its rows
}

// segmentHit is that a document, by its row in the segment, has a term.
type segmentHit struct{ number, row uint32 }

// madeSegment is a segment, and where its two directories are.
type madeSegment struct {
	bytes            []byte
	stored, sections uint64
}

func newSegmentBuilder() *segmentBuilder {
	return &segmentBuilder{ids: map[string]map[string]uint32{}, set: roaring.New()}
}

// build returns the segment of documents.
func (b *segmentBuilder) build(docs []*readyDocument) (made madeSegment, err error) {
	b.out = make([]byte, 0, len(b.out)) // the last one is somebody's; the next is as large, perhaps
	made.stored = b.storeIDs(docs)
	fields := segmentFields(docs)
	for i := range fields {
		if err := b.field(docs, &fields[i]); err != nil {
			return madeSegment{}, err
		}
	}
	made.sections = b.sections(fields)
	made.bytes = b.out
	return made, nil
}

func (b *segmentBuilder) varint(v uint64) { b.out = binary.AppendUvarint(b.out, v) }
func (b *segmentBuilder) fixed(v uint64)  { b.out = binary.BigEndian.AppendUint64(b.out, v) }
func (b *segmentBuilder) here() uint64    { return uint64(len(b.out)) }

// storeIDs writes the id of each document, which is all that is stored, and returns where it
// says where these are.
func (b *segmentBuilder) storeIDs(docs []*readyDocument) (directory uint64) {
	places := make([]uint64, len(docs))
	for row, d := range docs {
		places[row] = b.here()
		meta := binary.AppendUvarint(nil, uint64(len(d.id)))
		b.varint(uint64(len(meta)))
		b.varint(uint64(len(d.id) + 1))
		b.out = append(b.out, meta...)
		b.out = append(b.out, d.id...)
		b.out = append(b.out, 0) // other fields, compressed: none
	}
	directory = b.here()
	for _, place := range places {
		b.fixed(place)
	}
	b.varint(0) // documents inside of documents
	return directory
}

// field writes the postings and the dictionary of a field.
func (b *segmentBuilder) field(docs []*readyDocument, f *segmentField) error {
	b.collect(docs, f.name)
	if b.fst == nil {
		fst, err := vellum.New(&b.dictionary, nil)
		if err != nil {
			return err
		}
		b.fst = fst
	}
	for _, t := range b.terms {
		end := b.ends[t.number]
		at := b.postings(b.rows[end-t.count:end], f.options, len(docs))
		if err := b.fst.Insert([]byte(t.text), at); err != nil {
			return err
		}
	}
	if err := b.fst.Close(); err != nil {
		return err
	}
	at := b.here()
	b.varint(uint64(b.dictionary.Len()))
	b.out = append(b.out, b.dictionary.Bytes()...)
	b.dictionary.Reset()
	f.address = b.here()
	b.varint(math.MaxUint64) // there are no values by document,
	b.varint(math.MaxUint64) // from nowhere to nowhere
	b.varint(at)
	return b.fst.Reset(&b.dictionary)
}

// collect finds the terms of a field, in order, and the rows of each. A document may name a
// term several times.
func (b *segmentBuilder) collect(docs []*readyDocument, field string) {
	ids := b.ids[field]
	if ids == nil {
		ids = map[string]uint32{}
		b.ids[field] = ids
	}
	b.terms, b.hits, b.last = b.terms[:0], b.hits[:0], b.last[:0]
	for row, d := range docs {
		for _, term := range d.termsOf(field) {
			number, known := ids[term]
			if !known {
				number = uint32(len(b.terms))
				ids[term] = number
				b.terms = append(b.terms, segmentTerm{text: term, number: number})
				b.last = append(b.last, math.MaxUint32)
			}
			if b.last[number] == uint32(row) {
				continue
			}
			b.last[number] = uint32(row)
			b.terms[number].count++
			b.hits = append(b.hits, segmentHit{number, uint32(row)})
		}
	}
	clear(ids)
	b.sortHits()
	slices.SortFunc(b.terms, func(x, y segmentTerm) int { return strings.Compare(x.text, y.text) })
}

// sortHits brings the rows of each term together, in rising order. The terms are in the order of
// their numbers.
func (b *segmentBuilder) sortHits() {
	b.ends = slices.Grow(b.ends[:0], len(b.terms))
	sum := uint32(0)
	for _, t := range b.terms {
		b.ends = append(b.ends, sum)
		sum += t.count
	}
	b.rows = slices.Grow(b.rows[:0], int(sum))[:sum]
	for _, h := range b.hits {
		b.rows[b.ends[h.number]] = h.row
		b.ends[h.number]++
	}
}

// postings writes the rows of a term and returns where.
func (b *segmentBuilder) postings(rows []uint32, options bleve.FieldIndexingOptions, docs int) uint64 {
	frequencies := b.frequencies(rows, options, docs)
	at := b.here()
	b.varint(frequencies)
	b.varint(0) // no positions
	if docs <= maxList && len(rows) <= maxListRows {
		b.list(rows)
	} else {
		b.bitmap(rows)
	}
	return at
}

// frequencies writes how often the term is in each document: once, or it is not said. They are in
// chunks of documents, so that a reader may skip some. It returns where they are.
func (b *segmentBuilder) frequencies(rows []uint32, options bleve.FieldIndexingOptions, docs int) uint64 {
	at := b.here()
	each := []byte{0}
	if !options.SkipFreqNorm() {
		each = []byte{1 << 1, 1} // the frequency, without positions, and the norm of the field
	}
	perChunk := docs / (len(rows)/1024 + 1)
	chunks := (docs-1)/perChunk + 1
	b.varint(uint64(chunks))
	done := 0
	for chunk := range chunks {
		for done < len(rows) && int(rows[done])/perChunk == chunk {
			done++
		}
		b.varint(uint64(done * len(each)))
	}
	for range rows {
		b.out = append(b.out, each...)
	}
	return at
}

// Rows that are a list in a roaring bitmap of one container.
const (
	maxList     = 1 << 16 // rows of the segment
	maxListRows = 1 << 12
)

// list writes a roaring bitmap that has one container, which is a list: most terms are in few documents.
func (b *segmentBuilder) list(rows []uint32) {
	const head = 16
	b.varint(uint64(head + 2*len(rows)))
	put32 := binary.LittleEndian.AppendUint32
	b.out = put32(b.out, 12346) // the format: without runs
	b.out = put32(b.out, 1)     // container,
	b.out = put32(b.out, uint32(len(rows)-1)<<16)
	b.out = put32(b.out, head) // which begins there
	for _, row := range rows {
		b.out = binary.LittleEndian.AppendUint16(b.out, uint16(row))
	}
}

func (b *segmentBuilder) bitmap(rows []uint32) {
	b.set.Clear()
	b.set.AddMany(rows)
	b.varint(b.set.GetSerializedSizeInBytes())
	w := bytes.NewBuffer(b.out)
	_, _ = b.set.WriteTo(w) // to memory, which does not fail
	b.out = w.Bytes()
}

// sections writes the names of the fields, with what each is made with and where it is, and returns
// where it says where these are.
func (b *segmentBuilder) sections(fields []segmentField) (directory uint64) {
	places := make([]uint64, len(fields))
	for i, f := range fields {
		places[i] = b.here()
		b.varint(uint64(len(f.name)))
		b.out = append(b.out, f.name...)
		b.varint(uint64(f.options))
		b.varint(1) // section, which is that of terms
		b.out = binary.BigEndian.AppendUint16(b.out, zap.SectionInvertedTextIndex)
		b.fixed(f.address)
	}
	directory = b.here()
	b.varint(uint64(len(fields)))
	for _, place := range places {
		b.fixed(place)
	}
	return directory
}
