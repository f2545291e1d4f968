package storage

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/ndoto/kundi/storage/engine"
)

// A backup is a magic text, the version of the folder's format (4 bytes, most
// significant first), and a zstd stream of
//
//	pairs    length of the key, key, length of the value, value; keys rise
//	the end  0, number of pairs, SHA-256 of everything before, the magic text
//	         and version included
//
// where lengths and numbers are uvarints. The sum comes last, so a backup that
// was cut off anywhere has none.
const backupMagic = "kundi backup 1\n"

// maxWindow is how far back in what it has unpacked a backup may refer, which
// is what unpacking takes of memory. Backup uses half of it.
const maxWindow = 8 << 20

// errBackup is a backup that is not what was written.
var errBackup = fmt.Errorf("%w: the backup is cut short or altered; take another one", engine.ErrCorrupt)

// Backup writes everything that the store holds, as of one commit, and returns
// how many pairs that is. Writers go on meanwhile.
func (s *Store) Backup(ctx context.Context, w io.Writer) (pairs uint64, err error) {
	if err := s.Sound(); err != nil {
		return 0, err
	}
	view, err := s.engine.View(ctx)
	if err != nil {
		return 0, readFailure(err)
	}
	defer view.Close()
	b, err := newBackupWriter(w)
	if err != nil {
		return 0, err
	}
	if err := scan(view, engine.Range{}, b.pair); err != nil {
		return 0, err
	}
	return b.pairs, b.finish()
}

// verifier is an engine that can compare its checksums.
type verifier interface{ Verify() error }

// Sound is nil when the engine finds no damage in what it holds, else an error
// that wraps engine.ErrCorrupt: a damaged block reads as if it had nothing in
// it, which no copy may repeat.
func (s *Store) Sound() error {
	if v, ok := s.engine.(verifier); ok {
		return v.Verify()
	}
	return nil
}

// backupWriter writes a backup.
type backupWriter struct {
	packed *zstd.Encoder
	buffer *bufio.Writer // over packed and sum
	sum    hash.Hash
	pairs  uint64
	number [binary.MaxVarintLen64]byte
}

func newBackupWriter(w io.Writer) (*backupWriter, error) {
	packed, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return nil, err
	}
	b := &backupWriter{packed: packed, sum: sha256.New()}
	head := binary.BigEndian.AppendUint32([]byte(backupMagic), formatVersion)
	b.sum.Write(head)
	if _, err := w.Write(head); err != nil {
		return nil, err
	}
	packed.Reset(w)
	b.buffer = bufio.NewWriterSize(io.MultiWriter(packed, b.sum), 64<<10)
	return b, nil
}

func (b *backupWriter) pair(p engine.Pair) error {
	b.pairs++
	if err := b.bytes(p.Key); err != nil {
		return err
	}
	return b.bytes(p.Value)
}

func (b *backupWriter) bytes(v []byte) error {
	if err := b.uvarint(uint64(len(v))); err != nil {
		return err
	}
	_, err := b.buffer.Write(v)
	return err
}

func (b *backupWriter) uvarint(n uint64) error {
	_, err := b.buffer.Write(b.number[:binary.PutUvarint(b.number[:], n)])
	return err
}

func (b *backupWriter) finish() error {
	if err := errors.Join(b.uvarint(0), b.uvarint(b.pairs), b.buffer.Flush()); err != nil {
		return err
	}
	_, err := b.packed.Write(b.sum.Sum(nil))
	return errors.Join(err, b.packed.Close())
}

// CheckBackup reads a backup to its end and returns how many pairs it has. It
// calls visit, unless nil, with each of them.
//
// Errors wrap engine.ErrNewer for one of a newer version, and
// engine.ErrCorrupt for one that is cut short or altered.
func CheckBackup(r io.Reader, visit func(engine.Pair)) (pairs uint64, err error) {
	return readBackup(r, func(p engine.Pair) error {
		if visit != nil {
			visit(p)
		}
		return nil
	})
}

// Restore writes a backup into an empty engine and returns how many pairs it
// has. On failure, with the errors of CheckBackup, the engine holds a part of
// it and is of no use. Memory does not grow with the backup, whatever is in it.
func Restore(ctx context.Context, e engine.Engine, r io.Reader, random io.Reader, progress func(pairs uint64)) (pairs uint64, err error) {
	f, err := newFiller(ctx, e, random, progress)
	if err != nil {
		return 0, err
	}
	add := func(p engine.Pair) error {
		return f.add(engine.Pair{Key: bytes.Clone(p.Key), Value: bytes.Clone(p.Value)})
	}
	if _, err := readBackup(r, add); err != nil {
		return 0, err
	}
	return f.pairs, f.flush()
}

// readBackup calls visit for every pair, whose bytes are its own until the call
// returns. What it was called with may be believed only once it has returned
// without an error.
func readBackup(r io.Reader, visit func(engine.Pair) error) (pairs uint64, err error) {
	head := make([]byte, len(backupMagic)+4)
	if _, err := io.ReadFull(r, head); err != nil {
		return 0, notABackup(err)
	}
	if !bytes.HasPrefix(head, []byte(backupMagic)) {
		return 0, notABackup(nil)
	}
	if v := binary.BigEndian.Uint32(head[len(backupMagic):]); v > formatVersion {
		return 0, fmt.Errorf("the backup was %w (format %d, this program knows up to %d): restore it with that version or a later one",
			engine.ErrNewer, v, formatVersion)
	}
	packed, err := zstd.NewReader(r, zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return 0, err
	}
	defer packed.Close()
	b := backupReader{in: bufio.NewReaderSize(packed, 64<<10), sum: sha256.New()}
	b.sum.Write(head)
	var last []byte // key
	for {
		p, more, err := b.pair()
		if err != nil {
			return 0, err
		}
		if !more {
			return pairs, b.finish(pairs)
		}
		if bytes.Compare(p.Key, last) <= 0 {
			return 0, errBackup
		}
		last = append(last[:0], p.Key...)
		pairs++
		if err := visit(p); err != nil {
			return 0, err
		}
	}
}

func notABackup(err error) error {
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	return fmt.Errorf("%w: this is no backup of Kundi, or one of a version that is not known", engine.ErrCorrupt)
}

// backupReader reads the unpacked part of a backup.
type backupReader struct {
	in         *bufio.Reader
	sum        hash.Hash
	key, value []byte // of the last pair
}

// ReadByte reads one byte for binary.ReadUvarint.
func (b *backupReader) ReadByte() (byte, error) {
	c, err := b.in.ReadByte()
	if err == nil {
		b.sum.Write([]byte{c})
	}
	return c, err
}

// pair reads the next pair, which is good until the next call; more is false at
// the end.
func (b *backupReader) pair() (p engine.Pair, more bool, err error) {
	if b.key, err = b.bytes(b.key, engine.MaxKey); err != nil || len(b.key) == 0 {
		return p, false, err
	}
	b.value, err = b.bytes(b.value, uint64(engine.MaxRecord-len(b.key)))
	return engine.Pair{Key: b.key, Value: b.value}, err == nil, err
}

// bytes reads into the memory of v, or into more.
func (b *backupReader) bytes(v []byte, most uint64) ([]byte, error) {
	n, err := binary.ReadUvarint(b)
	if err != nil || n > most {
		return nil, errBackup
	}
	v = slices.Grow(v[:0], int(n))[:n]
	if _, err := io.ReadFull(b.in, v); err != nil {
		return nil, errBackup
	}
	b.sum.Write(v)
	return v, nil
}

// finish compares the end with what was read.
func (b *backupReader) finish(pairs uint64) error {
	n, err := binary.ReadUvarint(b)
	if err != nil || n != pairs {
		return errBackup
	}
	want := b.sum.Sum(nil)
	found := make([]byte, len(want))
	if _, err := io.ReadFull(b.in, found); err != nil || !bytes.Equal(found, want) {
		return errBackup
	}
	if _, err := b.in.ReadByte(); !errors.Is(err, io.EOF) {
		return errBackup
	}
	return nil
}
