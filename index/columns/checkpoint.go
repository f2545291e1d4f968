package columns

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"hash/maphash"
	"io"
	"math/rand/v2"

	"github.com/ndoto/kundi/fields"
)

// A checkpoint is a header (magic, version, sequence number) and sections,
// each with its own checksum. A section is one piece of a column: a run of a
// dictionary, a block of rows. The rows of values and words are not written but made again; trigrams are written.
//
// A whole checkpoint is a base. After it, only the pieces that are not as the
// base has them need to be written: to a delta, which together with its base is
// what a whole one would be. A delta names its base by a random number, so
// that it is never taken with another.
//
// The pieces are taken one after the other under a short read lock each, while
// changes go on, so together they show no one moment. That is sound, because
// the header names the sequence number of before the first piece, and loading
// is followed by a replay of the log from there, which writes whole rows:
//
//   - a row that did not change meanwhile holds codes that were in use all the
//     time, so every piece shows them alike;
//   - a row that did change may be torn, and is written again.
//
// The last section says which change the pieces may have something of. If the log ends before that one, it is of a store that was
// restored from an older copy, and does not write these rows again.
const (
	checkpointMagic = "KUNDICOL"
	deltaMagic      = "KUNDIDEL"
	checkpointForm  = 11 // one more when the form of any column changes
	headerBytes     = len(checkpointMagic) + 4 + 8 + 8 + 4
)

// version is that of the form and of the fields and relations that are declared. A checkpoint
// with others is of another version, so it is not loaded, and the columns are rebuilt.
func (t *Tables) version() uint32 {
	declared := crc32.NewIEEE()
	for _, of := range t.tables {
		for _, c := range of.layout.declared {
			fmt.Fprintln(declared, c.Name, c.Type, c.Words)
		}
		for _, r := range of.layout.relations {
			fmt.Fprintln(declared, r.Name, r.To, r.Rollups)
		}
		fmt.Fprintln(declared)
	}
	return declared.Sum32()&^0xff | checkpointForm
}

// Kinds of sections.
const (
	sectionColumn byte = iota + 1 // names the column of the pieces that follow
	sectionPiece
	sectionEnd
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// part is what a column keeps of its own and cannot make from the rest, in
// numbered pieces. All but decode are called under the read lock.
type part interface {
	pieces() int
	// encode appends piece i.
	encode(i int, b []byte) []byte
	// decode reads piece i into an empty part; pieces come in order. Bytes that
	// encode would not write are an error.
	decode(i int, b []byte) error
}

// stored is a column (or another set of parts) in a checkpoint.
type stored interface {
	parts() []part
	// restore makes what the parts leave out, once all are decoded. It drops
	// what a torn row refers to in vain.
	restore() error
}

// columnKey is how a checkpoint names a column of a table: a standard field, a
// relation or one of the names below, or else an attribute.
type columnKey struct {
	table  fields.Entity
	name   string
	number uint32
	kind   fields.ValueKind
}

const (
	nameLive      = "*live"
	nameRedirects = "*redirects"
	nameRelation  = "*to." // and the name of the relation
)

// Base is what a whole checkpoint has, in sums of its pieces.
type Base struct {
	Seq    uint64 // at which the checkpoint is to be taken up
	Newest uint64 // change that the checkpoint and its delta may have something of
	id     uint64
	pieces map[pieceKey]uint64
}

type pieceKey struct {
	column      columnKey
	part, piece int
}

// Checkpoint writes the tables to w and returns the sequence number at which it
// is to be taken up. Changes may go on meanwhile; no lock is held while it
// writes. One checkpoint or delta is written at a time.
func (t *Tables) Checkpoint(w io.Writer) (seq uint64, err error) {
	base, err := t.WriteBase(w)
	return base.Seq, err
}

// WriteBase is Checkpoint for one that deltas may follow.
func (t *Tables) WriteBase(w io.Writer) (*Base, error) {
	base := &Base{id: rand.Uint64(), pieces: make(map[pieceKey]uint64)}
	out := sectionWriter{w: w, keep: func(key pieceKey, sum uint64) bool {
		base.pieces[key] = sum
		return true
	}}
	base.Seq, base.Newest = t.writeSections(&out, checkpointMagic, base.id)
	return base, out.err
}

// WriteDelta writes what the tables have otherwise than a base and returns the
// sequence number at which the two are to be taken up. The base must be one
// that these tables wrote, or were loaded from. Locks are as of Checkpoint.
func (t *Tables) WriteDelta(w io.Writer, base *Base) (seq uint64, err error) {
	out := sectionWriter{w: w, keep: func(key pieceKey, sum uint64) bool {
		known, found := base.pieces[key]
		return !found || known != sum
	}}
	seq, _ = t.writeSections(&out, deltaMagic, base.id)
	return seq, out.err
}

func (t *Tables) writeSections(out *sectionWriter, magic string, base uint64) (seq, newest uint64) {
	t.writing.Lock()
	defer t.writing.Unlock()
	t.noteGiven(true)
	defer t.noteGiven(false)
	seq, names := t.contents()
	out.header(magic, t.version(), seq, base)
	for _, name := range names {
		out.column(name)
		t.writeColumn(out, name)
	}
	newest = t.Seq()
	out.end(newest)
	return seq, newest
}

// contents lists the columns there are.
func (t *Tables) contents() (seq uint64, names []columnKey) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, of := range t.tables {
		names = append(names, of.contents()...)
	}
	return t.seq, names
}

func (t *table) contents() (names []columnKey) {
	add := func(name string) { names = append(names, columnKey{table: t.layout.entity, name: name}) }
	add(nameLive)
	add(nameRedirects)
	for _, r := range t.relations {
		add(nameRelation + r.declared.Name)
	}
	for s := range t.own {
		add(s.name)
	}
	for _, a := range t.attributes {
		names = append(names, columnKey{table: t.layout.entity, number: a.number, kind: a.kind})
	}
	return names
}

// stored returns a column by its name, nil when there is none (any more).
func (t *Tables) stored(name columnKey) stored {
	if of := t.of(name.table); of != nil {
		return of.stored(name)
	}
	return nil
}

func (t *table) stored(name columnKey) stored {
	switch name.name {
	case nameLive:
		return bitmapParts{t.live}
	case nameRedirects:
		return &t.redirects
	case "":
		if i, found := t.attributeAt(name.number, name.kind); found {
			return t.attributes[i].column
		}
		return nil
	}
	if s := t.standardNamed(name.name); s != nil && s.of != nil {
		return s.column
	}
	for _, r := range t.relations {
		if name.name == nameRelation+r.declared.Name {
			return r
		}
	}
	return nil
}

// writeColumn writes the pieces of one column.
func (t *Tables) writeColumn(out *sectionWriter, name columnKey) {
	for p := 0; ; p++ {
		for i := 0; ; i++ {
			noPart, noPiece := false, false
			out.piece(pieceKey{name, p, i}, func(b []byte) []byte {
				t.mu.RLock()
				defer t.mu.RUnlock()
				column := t.stored(name)
				if noPart = column == nil || p >= len(column.parts()); noPart {
					return nil
				}
				part := column.parts()[p]
				if noPiece = i >= part.pieces(); noPiece {
					return nil
				}
				return part.encode(i, b)
			})
			if noPart || out.err != nil {
				return
			}
			if noPiece {
				break
			}
		}
	}
}

// sectionWriter writes the parts of a checkpoint; after the first error it
// writes nothing.
type sectionWriter struct {
	w        io.Writer
	keep     func(key pieceKey, sum uint64) bool // whether to write a piece
	buffer   []byte
	sections uint64
	err      error
}

func (s *sectionWriter) header(magic string, version uint32, seq, base uint64) {
	b := append(s.buffer[:0], magic...)
	b = binary.LittleEndian.AppendUint32(b, version)
	b = binary.LittleEndian.AppendUint64(b, seq)
	b = binary.LittleEndian.AppendUint64(b, base)
	s.write(binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli)))
}

func (s *sectionWriter) column(name columnKey) {
	s.section(sectionColumn, func(b []byte) []byte {
		b = binary.AppendUvarint(b, uint64(name.number))
		b = append(b, byte(name.kind))
		b = append(b, name.table...)
		return append(append(b, '/'), name.name...)
	})
}

// piece writes what encode appends, nothing when it returns nil or is not to be
// kept.
func (s *sectionWriter) piece(key pieceKey, encode func([]byte) []byte) {
	s.section(sectionPiece, func(b []byte) []byte {
		b = binary.AppendUvarint(b, uint64(key.part))
		b = binary.AppendUvarint(b, uint64(key.piece))
		begin := len(b)
		if b = encode(b); b == nil {
			return nil
		}
		s.buffer = b
		if !s.keep(key, pieceSum(b[begin:])) {
			return nil
		}
		return b
	})
}

// pieceSum tells pieces apart within one process.
func pieceSum(b []byte) uint64 { return maphash.Bytes(pieceSeed, b) }

var pieceSeed = maphash.MakeSeed()

func (s *sectionWriter) end(newest uint64) {
	s.section(sectionEnd, func(b []byte) []byte { return binary.AppendUvarint(binary.AppendUvarint(b, s.sections), newest) })
}

// sectionHead is kind and length of a section; its checksum follows it.
const sectionHead = 1 + 4

func (s *sectionWriter) section(kind byte, encode func([]byte) []byte) {
	if s.err != nil {
		return
	}
	var head [sectionHead]byte
	b := encode(append(s.buffer[:0], head[:]...))
	if b == nil {
		return
	}
	s.buffer = b
	b[0] = kind
	binary.LittleEndian.PutUint32(b[1:], uint32(len(b)-sectionHead))
	s.sections++
	s.write(binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli)))
}

func (s *sectionWriter) write(b []byte) {
	if s.err == nil {
		_, s.err = s.w.Write(b)
	}
}
