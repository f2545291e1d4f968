package terms

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"unsafe"
)

// SavedForm is the form of saved terms: one more when a token gets another voice or other keys, or when other
// arrays are saved.
const SavedForm = 1

// errSaved are bytes that Save did not write.
var errSaved = errors.New("terms: what was saved is damaged")

// Save writes all arrays of the dictionaries as they are, so that Load need not make them: to find how a token sounds
// and how it is read takes long. It has no sum of its own: whoever keeps the bytes has to find damage.
func (t *Terms) Save(w io.Writer) error {
	out := savedWriter{w: w}
	t.levels.Load().each(func(d *Dictionary) {
		now := *d
		now.counts = make([]uint32, d.Len())
		for term := range now.counts {
			now.counts[term] = d.count(uint32(term))
		}
		now.arrays(&out)
	})
	return out.err
}

// Saved are terms that were read, and are not in use yet.
type Saved struct{ levels levels }

// Load reads what Save wrote. There are at most so many bytes of it.
func Load(r io.Reader, size int64) (*Saved, error) {
	in := savedReader{r: r, left: size}
	s := &Saved{levels{&Dictionary{}, &Dictionary{}}}
	s.levels.each(func(d *Dictionary) { d.arrays(&in) })
	return s, in.err
}

// Use replaces the whole set by one that was loaded and that nobody else uses.
func (t *Terms) Use(s *Saved) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.levels.Store(&s.levels)
}

// savedArrays writes arrays, or reads them.
type savedArrays interface {
	bytes(list *[]byte)
	numbers(list *[]uint32)
	pairs(list *keyed)
	text(s *string)
}

// arrays are all that a dictionary has.
func (d *Dictionary) arrays(to savedArrays) {
	to.bytes(&d.labels)
	to.bytes(&d.depths)
	to.numbers(&d.next)
	to.numbers(&d.first)
	to.text(&d.text)
	to.numbers(&d.ends)
	to.numbers(&d.counts)
	to.bytes(&d.voices)
	to.numbers(&d.voiceEnd)
	for _, k := range []*keyed{&d.sounds, &d.endings, &d.latin, &d.others} {
		to.pairs(k)
	}
}

// savedChunk is how many numbers are written or read at once.
const savedChunk = 1 << 14

// savedWriter writes arrays, each behind its length. After the first error it writes nothing.
type savedWriter struct {
	w    io.Writer
	room []byte
	err  error
}

func (s *savedWriter) write(b []byte) {
	if s.err == nil {
		_, s.err = s.w.Write(b)
	}
}

func (s *savedWriter) length(n int) {
	s.room = binary.LittleEndian.AppendUint64(s.room[:0], uint64(n))
	s.write(s.room)
}

func (s *savedWriter) bytes(list *[]byte) {
	s.length(len(*list))
	s.write(*list)
}

func (s *savedWriter) text(text *string) {
	s.length(len(*text))
	if s.err == nil {
		_, s.err = io.WriteString(s.w, *text)
	}
}

func (s *savedWriter) numbers(list *[]uint32) {
	s.length(len(*list))
	for part := range slices.Chunk(*list, savedChunk) {
		s.room = s.room[:0]
		for _, n := range part {
			s.room = binary.LittleEndian.AppendUint32(s.room, n)
		}
		s.write(s.room)
	}
}

func (s *savedWriter) pairs(list *keyed) {
	s.length(len(*list))
	for part := range slices.Chunk(*list, savedChunk) {
		s.room = s.room[:0]
		for _, e := range part {
			s.room = binary.LittleEndian.AppendUint32(s.room, e.key)
			s.room = binary.LittleEndian.AppendUint32(s.room, e.term)
		}
		s.write(s.room)
	}
}

// savedReader reads what savedWriter wrote. After the first error it reads nothing.
type savedReader struct {
	r    io.Reader
	left int64 // bytes that there may be
	room []byte
	err  error
}

// read returns n bytes, which are good until the call after, or nil.
func (s *savedReader) read(n int) []byte {
	if cap(s.room) < n {
		s.room = make([]byte, n)
	}
	if s.fill(s.room[:n]); s.err != nil {
		return nil
	}
	return s.room[:n]
}

func (s *savedReader) fill(b []byte) {
	if s.err == nil {
		s.left -= int64(len(b))
		_, s.err = io.ReadFull(s.r, b)
	}
}

// length reads how many elements follow, each of so many bytes. There are never more than there are bytes left.
func (s *savedReader) length(each int64) int {
	b := s.read(8)
	if s.err != nil {
		return 0
	}
	n := binary.LittleEndian.Uint64(b)
	if n > uint64(max(s.left, 0)/each) {
		s.err = errSaved
		return 0
	}
	return int(n)
}

func (s *savedReader) bytes(list *[]byte) {
	*list = make([]byte, s.length(1))
	s.fill(*list)
}

func (s *savedReader) text(text *string) {
	var b []byte
	s.bytes(&b)
	*text = unsafe.String(unsafe.SliceData(b), len(b)) // nobody else has the bytes
}

func (s *savedReader) numbers(list *[]uint32) {
	*list = make([]uint32, s.length(4))
	for part := range slices.Chunk(*list, savedChunk) {
		b := s.read(4 * len(part))
		if s.err != nil {
			return
		}
		for i := range part {
			part[i] = binary.LittleEndian.Uint32(b[4*i:])
		}
	}
}

func (s *savedReader) pairs(list *keyed) {
	*list = make(keyed, s.length(8))
	for part := range slices.Chunk(*list, savedChunk) {
		b := s.read(8 * len(part))
		if s.err != nil {
			return
		}
		for i := range part {
			part[i] = keyedTerm{binary.LittleEndian.Uint32(b[8*i:]), binary.LittleEndian.Uint32(b[8*i+4:])}
		}
	}
}
