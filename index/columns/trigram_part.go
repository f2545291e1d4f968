package columns

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// gramParts are the segments of an index of trigrams in a checkpoint, a piece each. To make them again takes longer
// than to read them.
//
// The pieces are of later moments than those of the dictionary. So codes that were given to other keys since the
// checkpoint began are written as changed: whatever key the dictionary has for them is looked at itself. A segment that
// was joined to another meanwhile may be missing, or be there twice, see restore.
type gramParts struct{ t *trigrams }

// pieces are none of a column that was made after the checkpoint began. There are as many as there ever were segments: a
// delta has to take the place of all pieces of its base. The base's own segment would be taken for one that was joined
// to another while the delta was written, and not know of the codes that have changed since the base.
func (p gramParts) pieces() int {
	if !p.t.writing {
		return 0
	}
	return p.t.ever
}

// encode appends the bounds of the segment, its trigrams, each as its distance from the one before and the length of its
// postings, the postings, and what has changed, each code as its distance from the one before.
//
// A piece without a segment is empty.
func (p gramParts) encode(i int, b []byte) []byte {
	if i >= len(p.t.segments) {
		return b
	}
	s := &p.t.segments[i]
	b = binary.AppendUvarint(b, uint64(s.first))
	b = binary.AppendUvarint(b, uint64(s.end))
	b = binary.AppendUvarint(b, uint64(len(s.grams)))
	gram, start := uint32(0), uint32(0)
	for j := range s.grams {
		b = binary.AppendUvarint(b, uint64(s.grams[j]-gram))
		b = binary.AppendUvarint(b, uint64(s.ends[j]-start))
		gram, start = s.grams[j], s.ends[j]
	}
	b = append(b, s.postings...)
	last := s.first
	for _, code := range p.t.changedCodes(s) {
		b = binary.AppendUvarint(b, uint64(code-last))
		last = code
	}
	return b
}

// changedCodes returns the codes of a segment that have changed, or were given to other keys since a checkpoint began, in
// rising order.
func (t *trigrams) changedCodes(s *segment) []uint32 {
	codes := s.changedCodes()
	for _, code := range t.given {
		if code >= s.first && code < s.end {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// decode reads a segment, which restore takes into use.
func (p gramParts) decode(i int, b []byte) error {
	if i != len(p.t.loaded) {
		return errCorrupt
	}
	var s readSegment
	if len(b) > 0 {
		var ok bool
		if s, ok = decodeSegment(b); !ok {
			return errCorrupt
		}
	}
	p.t.loaded = append(p.t.loaded, s)
	return nil
}

func decodeSegment(b []byte) (s readSegment, ok bool) {
	r := numberReader{rest: b}
	s.first, s.end = uint32(r.below(grouped)), uint32(r.below(grouped))
	count := r.below(min(maxGram+1, uint64(len(b))))
	if r.failed || s.first >= s.end {
		return s, false
	}
	s.grams, s.ends = make([]uint32, count), make([]uint32, count)
	gram, end := uint64(0), uint64(0)
	for i := range s.grams {
		distance := r.below(maxGram + 1)
		gram, end = gram+distance, end+r.below(uint64(len(b)))
		if r.failed || gram > maxGram || end > uint64(len(b)) || i > 0 && distance == 0 {
			return s, false
		}
		s.grams[i], s.ends[i] = uint32(gram), uint32(end)
	}
	postings, rest, ok := clip(r.rest, end)
	if !ok {
		return s, false
	}
	s.postings, r.rest = slices.Clone(postings), rest
	for code := uint64(s.first); len(r.rest) > 0; {
		if code += r.below(uint64(s.end)); r.failed || code >= uint64(s.end) {
			return s, false
		}
		s.codes = append(s.codes, uint32(code))
	}
	return s, s.sound()
}

// readSegment is a segment that was read, and its codes that have changed.
type readSegment struct {
	segment
	codes []uint32
}

// taken returns the segment for use. Its codes are those of a dictionary: only now its memory may go by their number.
func (s readSegment) taken() segment {
	for _, code := range s.codes {
		s.change(code)
	}
	return s.segment
}

// maxGram is the greatest trigram.
const maxGram = 1<<24 - 1

// numberReader reads numbers. After the first that is not there, or not below its bound, all are 0.
type numberReader struct {
	rest   []byte
	failed bool
}

func (r *numberReader) below(bound uint64) uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n >= bound {
		r.rest, r.failed = nil, true
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// sound reports whether all postings can be read, and have no codes but those of the segment.
func (s *segment) sound() bool {
	for i := range s.grams {
		list := s.list(i)
		if s.dense(list) {
			if spare := len(list)*8 - int(s.end-s.first); bits.LeadingZeros8(list[len(list)-1]) < spare {
				return false
			}
			continue
		}
		if !s.soundGaps(list) {
			return false
		}
	}
	return true
}

// soundGaps reports whether a list has whole gaps, and all of them lead to codes of the segment. Most gaps take a byte: it
// looks at eight at once.
func (s *segment) soundGaps(list []byte) bool {
	end := uint64(s.first) // all gaps together show how far they lead
	for len(list) > 0 {
		if len(list) >= 8 {
			if eight := binary.LittleEndian.Uint64(list); eight&manyBytes == 0 {
				end += sumOfBytes(eight) + 8
				list = list[8:]
				continue
			}
		}
		gap, n := binary.Uvarint(list)
		if n <= 0 || n > binary.MaxVarintLen32 {
			return false
		}
		end += gap + 1
		list = list[n:]
	}
	return end <= uint64(s.end)
}

// manyBytes are the bits of eight bytes of which each says that its number goes on in the next one.
const manyBytes = 0x8080808080808080

// sumOfBytes adds eight bytes, none of which is above 0x7F.
func sumOfBytes(eight uint64) uint64 {
	const even, each = 0x00FF00FF00FF00FF, 0x0001000100010001
	return (eight&even + eight>>8&even) * each >> 48
}

// restore indexes every key of a dictionary. It takes the segments that were loaded, but for those of codes that others
// have already, or that the dictionary has not.
func (t *trigrams) restore(d *dictionary) {
	var b segmentBuilder
	size := uint32(d.size())
	build := func(end uint32) {
		for from := t.indexed(); from < end; from = t.indexed() {
			t.segments = append(t.segments, b.buildMost(d, from, end, t.most))
		}
	}
	for _, s := range t.loaded {
		if s.first < t.indexed() || s.end > size || s.end == 0 {
			continue
		}
		build(s.first)
		taken := s.taken()
		t.segments = append(t.segments, taken)
		t.worn = t.worn || taken.worn()
	}
	build(size)
	t.ever = max(len(t.loaded), len(t.segments))
	t.loaded = nil
}

// noteGiven begins or ends that indexes note which codes are given to other keys. A checkpoint is written in between.
func (t *Tables) noteGiven(writing bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for c := range t.texts() {
		if c.trigrams != nil {
			c.trigrams.writing, c.trigrams.given = writing, nil
		}
	}
}
