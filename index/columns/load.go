package columns

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/ndoto/kundi/contacts"
)

// ErrVersion means that the checkpoint was written by another version.
var ErrVersion = errors.New("columns: the checkpoint has another version")

// errCorrupt is a checkpoint that no version wrote so.
var errCorrupt = errors.New("columns: the checkpoint is damaged")

// Load reads the table that Checkpoint wrote. It is right only after the log
// was applied from its Seq on, with whole contacts. An error means that the
// checkpoint is damaged, incomplete or of another version.
func Load(r io.Reader) (*Table, error) { return load(r, NewTable()) }

// load reads into an empty table.
func load(r io.Reader, t *Table) (*Table, error) {
	in := sectionReader{r: r}
	var err error
	if t.seq, err = in.header(); err != nil {
		return nil, err
	}
	if err := t.readColumns(&in); err != nil {
		return nil, err
	}
	return t, t.restore()
}

// readColumns decodes the pieces of every column up to the end.
func (t *Table) readColumns(in *sectionReader) error {
	var column stored
	for sections := uint64(0); ; sections++ {
		kind, b, err := in.section()
		if err != nil {
			return err
		}
		switch kind {
		case sectionColumn:
			if column, err = t.named(b); err != nil {
				return err
			}
		case sectionPiece:
			if err := readPiece(column, b); err != nil {
				return err
			}
		case sectionEnd:
			if count, n := binary.Uvarint(b); n <= 0 || count != sections {
				return errCorrupt
			}
			return nil
		default:
			return errCorrupt
		}
	}
}

// named returns the column that a section names, which it makes when it is an
// attribute's.
func (t *Table) named(b []byte) (stored, error) {
	number, n := binary.Uvarint(b)
	if n <= 0 || len(b) == n || number > 1<<32-1 {
		return nil, errCorrupt
	}
	name := columnKey{name: string(b[n+1:]), number: uint32(number), kind: contacts.ValueKind(b[n])}
	if name.name == "" {
		if _, found := t.attributeAt(name.number, name.kind); found {
			return nil, errCorrupt
		}
		t.addAttribute(name.number, name.kind)
	}
	column := t.stored(name)
	if column == nil {
		return nil, errCorrupt
	}
	return column, nil
}

func readPiece(column stored, b []byte) error {
	p, n := binary.Uvarint(b)
	if n <= 0 || column == nil || p >= uint64(len(column.parts())) {
		return errCorrupt
	}
	b = b[n:]
	i, n := binary.Uvarint(b)
	if n <= 0 || i >= grouped>>blockBits {
		return errCorrupt
	}
	return column.parts()[p].decode(int(i), b[n:])
}

// restore makes postings and all else that is derived, some columns at a time.
func (t *Table) restore() error {
	columns := []stored{t.companies}
	for _, s := range t.standard {
		columns = append(columns, s.column)
	}
	for _, a := range t.attributes {
		columns = append(columns, a.column)
	}
	errs := make([]error, len(columns))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(columns); i = int(next.Add(1)) - 1 {
				errs[i] = columns[i].restore()
			}
		})
	}
	workers.Wait()
	return errors.Join(errs...)
}

// sectionReader reads what sectionWriter wrote.
type sectionReader struct {
	r      io.Reader
	buffer bytes.Buffer
}

func (s *sectionReader) header() (seq uint64, err error) {
	var b [headerBytes]byte
	if _, err := io.ReadFull(s.r, b[:]); err != nil {
		return 0, fmt.Errorf("%w: no header", errCorrupt)
	}
	body, sum := b[:headerBytes-4], b[headerBytes-4:]
	if !bytes.HasPrefix(body, []byte(checkpointMagic)) || binary.LittleEndian.Uint32(sum) != crc32.Checksum(body, castagnoli) {
		return 0, fmt.Errorf("%w: bad header", errCorrupt)
	}
	body = body[len(checkpointMagic):]
	if version := binary.LittleEndian.Uint32(body); version != checkpointVersion {
		return 0, fmt.Errorf("%w: %d, this program writes %d", ErrVersion, version, checkpointVersion)
	}
	return binary.LittleEndian.Uint64(body[4:]), nil
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
