package columns

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"github.com/ndoto/kundi/fields"
)

// ErrVersion means that the checkpoint was written by another version.
var ErrVersion = errors.New("columns: the checkpoint has another version")

// errCorrupt is a checkpoint that no version wrote so.
var errCorrupt = errors.New("columns: the checkpoint is damaged")

// LoadBase reads what WriteBase wrote, with its newest delta or nil, into empty tables. It
// returns the base, which further deltas may follow. The tables are right only after the log
// was applied from their Seq on, with whole records. An error means that a file is damaged,
// incomplete or of another version; then the tables must not be used.
func (t *Tables) LoadBase(r io.Reader, d *Delta) (*Base, error) {
	in := sectionReader{r: r}
	base := &Base{pieces: make(map[pieceKey]uint64)}
	var err error
	if base.Seq, base.id, err = in.header(checkpointMagic, t.version()); err != nil {
		return nil, err
	}
	t.seq = base.Seq
	l := loader{t: t, base: base, opened: make(map[columnKey]bool), restorer: newRestorer()}
	if d != nil && d.base == base.id {
		l.delta, t.seq, base.Newest = d, d.seq, d.newest
	}
	if err := errors.Join(l.read(&in), l.restorer.wait()); err != nil {
		return nil, err
	}
	base.Newest = max(base.Newest, in.newest)
	t.restoreAcross()
	return base, nil
}

// loader decodes the pieces of a base, or in their place those of a delta. A column is restored
// as soon as all of its pieces are decoded.
type loader struct {
	t        *Tables
	base     *Base
	delta    *Delta // nil for none
	name     columnKey
	column   stored // nil for one that is no longer there
	opened   map[columnKey]bool
	restorer *restorer
}

// read decodes all pieces and begins to restore all columns.
func (l *loader) read(in *sectionReader) error {
	if err := in.each(l.section); err != nil {
		return err
	}
	if err := l.rest(); err != nil {
		return err
	}
	for _, of := range l.t.tables {
		for s := range of.own {
			l.restorer.begin(s.column)
		}
		for _, a := range of.attributes {
			l.restorer.begin(a.column)
		}
		for _, r := range of.relations {
			l.restorer.begin(r)
		}
	}
	return nil
}

func (l *loader) section(kind byte, b []byte) error {
	if kind == sectionColumn {
		return l.open(b)
	}
	key, b, err := pieceOf(l.name, b)
	if err != nil {
		return err
	}
	if _, twice := l.base.pieces[key]; twice || l.name == (columnKey{}) {
		return errCorrupt
	}
	l.base.pieces[key] = pieceSum(b)
	if l.column == nil {
		return nil
	}
	if newer, found := l.delta.take(key); found {
		b = newer
	}
	return readPiece(l.column, key, b)
}

// open turns to another column. What the delta has of the one before is behind
// all that the base has.
func (l *loader) open(b []byte) (err error) {
	if err := l.behind(l.name); err != nil {
		return err
	}
	if _, across := l.column.(*relation); l.column != nil && !across { // a relation looks at another table
		l.restorer.begin(l.column)
	}
	if l.name, err = nameOf(b); err != nil {
		return err
	}
	if l.opened[l.name] {
		return errCorrupt
	}
	l.opened[l.name] = true
	l.column = nil
	if l.delta.has(l.name) {
		l.column, err = l.t.named(l.name)
	}
	return err
}

// behind decodes what is left of a column in the delta.
func (l *loader) behind(name columnKey) error {
	for _, key := range l.delta.left(name) {
		b, _ := l.delta.take(key)
		if err := readPiece(l.column, key, b); err != nil {
			return err
		}
	}
	return nil
}

// rest decodes the last column and those that only the delta has.
func (l *loader) rest() (err error) {
	if err := l.behind(l.name); err != nil || l.delta == nil {
		return err
	}
	for _, name := range l.delta.columns {
		if len(l.delta.left(name)) == 0 {
			continue
		}
		if l.column, err = l.t.named(name); err != nil {
			return err
		}
		if err := l.behind(name); err != nil {
			return err
		}
	}
	return nil
}

// named returns a column by its name, which it makes when it is an attribute's.
func (t *Tables) named(name columnKey) (stored, error) {
	of := t.of(name.table)
	if of == nil {
		return nil, errCorrupt
	}
	if name.name == "" {
		if _, found := of.attributeAt(name.number, name.kind); found {
			return nil, errCorrupt
		}
		of.addAttribute(name.number, name.kind)
	}
	column := of.stored(name)
	if column == nil {
		return nil, errCorrupt
	}
	return column, nil
}

// nameOf reads the name of a column.
func nameOf(b []byte) (columnKey, error) {
	number, n := binary.Uvarint(b)
	if n <= 0 || len(b) == n || number > 1<<32-1 {
		return columnKey{}, errCorrupt
	}
	table, column, found := strings.Cut(string(b[n+1:]), "/")
	name := columnKey{table: fields.Entity(table), name: column, number: uint32(number), kind: fields.ValueKind(b[n])}
	if !found || name == (columnKey{table: name.table}) {
		return columnKey{}, errCorrupt
	}
	return name, nil
}

// pieceOf reads which piece of a column this is.
func pieceOf(column columnKey, b []byte) (key pieceKey, rest []byte, err error) {
	part, n := binary.Uvarint(b)
	if n <= 0 || part > 0xFF {
		return key, nil, errCorrupt
	}
	b = b[n:]
	piece, n := binary.Uvarint(b)
	if n <= 0 || piece >= grouped>>blockBits {
		return key, nil, errCorrupt
	}
	return pieceKey{column, int(part), int(piece)}, b[n:], nil
}

func readPiece(column stored, key pieceKey, b []byte) error {
	if key.part >= len(column.parts()) {
		return errCorrupt
	}
	return column.parts()[key.part].decode(key.piece, b)
}

// restoreAcross makes what tables have of each other, once all columns are restored.
func (t *Tables) restoreAcross() {
	for _, of := range t.tables {
		of.restoreAbsorbs()
	}
	done := make(map[*table]bool)
	for _, of := range t.tables {
		of.restoreDerived(done)
	}
}

// sectionReader reads what sectionWriter wrote.
type sectionReader struct {
	r      io.Reader
	buffer bytes.Buffer
	newest uint64 // as the last section says; files of older versions do not say it
}

func (s *sectionReader) header(magic string, wanted uint32) (seq, base uint64, err error) {
	var b [headerBytes]byte
	if _, err := io.ReadFull(s.r, b[:]); err != nil {
		return 0, 0, fmt.Errorf("%w: no header", errCorrupt)
	}
	body, sum := b[:headerBytes-4], b[headerBytes-4:]
	version := binary.LittleEndian.Uint32(body[len(magic):])
	switch {
	case !bytes.HasPrefix(body, []byte(magic)):
	case version != wanted:
		return 0, 0, fmt.Errorf("%w: %d, this program writes %d", ErrVersion, version, wanted)
	case binary.LittleEndian.Uint32(sum) == crc32.Checksum(body, castagnoli):
		body = body[len(magic)+4:]
		return binary.LittleEndian.Uint64(body), binary.LittleEndian.Uint64(body[8:]), nil
	}
	return 0, 0, fmt.Errorf("%w: bad header", errCorrupt)
}

// each calls f for every section up to the end, which must be there.
func (s *sectionReader) each(f func(kind byte, b []byte) error) error {
	for sections := uint64(0); ; sections++ {
		kind, b, err := s.section()
		if err != nil {
			return err
		}
		switch kind {
		case sectionColumn, sectionPiece:
			if err := f(kind, b); err != nil {
				return err
			}
		case sectionEnd:
			count, n := binary.Uvarint(b)
			if n <= 0 || count != sections {
				return errCorrupt
			}
			s.newest, _ = binary.Uvarint(b[n:])
			return nil
		default:
			return errCorrupt
		}
	}
}

// section returns the next section; its bytes are good until the call after.
// Memory grows with what is there, not with what a length claims.
func (s *sectionReader) section() (kind byte, b []byte, err error) {
	s.buffer.Reset()
	if err := s.fill(sectionHead); err != nil {
		return 0, nil, err
	}
	length := int64(binary.LittleEndian.Uint32(s.buffer.Bytes()[1:]))
	if err := s.fill(length + 4); err != nil {
		return 0, nil, err
	}
	b = s.buffer.Bytes()
	body, sum := b[:len(b)-4], b[len(b)-4:]
	if binary.LittleEndian.Uint32(sum) != crc32.Checksum(body, castagnoli) {
		return 0, nil, fmt.Errorf("%w: bad checksum", errCorrupt)
	}
	return body[0], body[sectionHead:], nil
}

func (s *sectionReader) fill(n int64) error {
	got, err := io.CopyN(&s.buffer, s.r, n)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if got < n {
		return fmt.Errorf("%w: cut short", errCorrupt)
	}
	return nil
}

// clip returns the first n bytes of b and the rest, or false when there are
// not as many.
func clip(b []byte, n uint64) (head, rest []byte, ok bool) {
	if n > uint64(len(b)) {
		return nil, nil, false
	}
	return b[:n:n], b[n:], true
}

// readBytes reads a length and as many bytes.
func readBytes(b []byte) (value, rest []byte, ok bool) {
	size, n := binary.Uvarint(b)
	if n <= 0 {
		return nil, nil, false
	}
	return clip(b[n:], size)
}
