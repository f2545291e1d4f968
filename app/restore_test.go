package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// What a bad backup may take of memory: one whose sum is right is written to a
// store, whose memtables and tables under way come on top.
const (
	extraMemory = 64 << 20
	memtables   = 125 << 20 // see docs/operations.md
	tables      = 400 << 20 // see docs/operations.md
)

// peakOf runs something and returns how much more memory objects had meanwhile
// than before, at most and garbage included.
func peakOf(run func()) (most uint64) {
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	before := sample[0].Value.Uint64()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for ticker := time.NewTicker(time.Millisecond); ; {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-stop:
				return
			case <-ticker.C:
			}
		}
	}()
	run()
	close(stop)
	<-stopped
	return most - min(before, most)
}

func quietConfig(folder string) Config {
	return Config{
		Data: folder, Logger: slog.New(slog.DiscardHandler), TextPace: text.Pace{Wait: time.Minute, Gather: 5 * time.Millisecond},
	}
}

// restoreBytes restores into a folder, which is empty again when that fails.
func restoreBytes(t *testing.T, folder string, backup []byte) error {
	t.Helper()
	_, err := Restore(context.Background(), quietConfig(folder), bytes.NewReader(backup), nil)
	if err != nil {
		left, failure := os.ReadDir(folder)
		require.NoError(t, failure)
		require.Empty(t, left)
	}
	return err
}

// crafter writes backups as docs say they are, and as they say they are not.
type crafter struct {
	t      *testing.T
	out    bytes.Buffer
	packed *zstd.Encoder
	sum    hash.Hash
	pairs  uint64
}

func newCrafter(t *testing.T, options ...zstd.EOption) *crafter {
	c := &crafter{t: t, sum: sha256.New()}
	head := "kundi backup 1\n\x00\x00\x00\x01"
	c.out.WriteString(head)
	c.sum.Write([]byte(head))
	var err error
	c.packed, err = zstd.NewWriter(&c.out, options...)
	require.NoError(t, err)
	return c
}

func (c *crafter) write(b []byte) {
	c.sum.Write(b)
	_, err := c.packed.Write(b)
	require.NoError(c.t, err)
}

func (c *crafter) pair(key, value []byte) {
	c.pairs++
	c.write(append(binary.AppendUvarint(nil, uint64(len(key))), key...))
	c.write(binary.AppendUvarint(nil, uint64(len(value))))
	c.write(value)
}

// end returns the backup, with its sum or with another.
func (c *crafter) end(right bool) []byte {
	c.write(binary.AppendUvarint([]byte{0}, c.pairs))
	sum := c.sum.Sum(nil)
	if !right {
		sum[0]++
	}
	_, err := c.packed.Write(sum)
	require.NoError(c.t, err)
	require.NoError(c.t, c.packed.Close())
	return c.out.Bytes()
}

// alike returns a backup in which all records have the same value, which does not
// compress by itself. size is the length of the value in bytes.
func alike(t *testing.T, records, size int) []byte {
	c := newCrafter(t)
	value := make([]byte, size)
	_, err := rand.NewChaCha8([32]byte{}).Read(value)
	require.NoError(t, err)
	for n := range records {
		c.pair(binary.BigEndian.AppendUint32([]byte("c"), uint32(n)), value)
	}
	return c.end(true)
}

// alikeRecords is how many it takes for a store of more than one level; the race
// detector would take minutes for them.
func alikeRecords() int {
	if testing.Short() {
		return 50_000
	}
	return 800_000
}

// filled returns a backup whose records compress to nearly nothing. size is the length
// of each value in bytes.
func filled(t *testing.T, records, size int, right bool) []byte {
	c := newCrafter(t)
	value := make([]byte, size)
	for n := range records {
		c.pair(binary.BigEndian.AppendUint32([]byte("c"), uint32(n)), value)
	}
	return c.end(right)
}

// ordinary is the backup of a folder with some contacts.
func ordinary(t *testing.T) []byte {
	t.Helper()
	a, err := Open(t.Context(), quietConfig(t.TempDir()))
	require.NoError(t, err)
	for _, name := range []string{"Ada", "Ben", "Cleo"} {
		_, err := a.Contacts.Create(t.Context(), ledger.Caller{}, fields.Draft{"name": name})
		require.NoError(t, err)
	}
	var backup bytes.Buffer
	_, err = a.Store.Backup(t.Context(), &backup)
	require.NoError(t, err)
	require.NoError(t, a.Close(t.Context()))
	return backup.Bytes()
}

func TestACraftedBackupTakesNoMemory(t *testing.T) {
	backwards := newCrafter(t)
	backwards.pair([]byte("d"), nil)
	backwards.pair([]byte("c"), nil)
	long := newCrafter(t)
	long.write(binary.AppendUvarint(nil, 1<<40))
	longValue := newCrafter(t)
	longValue.write(append([]byte{1, 'c'}, binary.AppendUvarint(nil, 1<<30)...))
	window := newCrafter(t, zstd.WithWindowSize(256<<20))
	window.pair([]byte("c"), make([]byte, 1<<20-1))
	for name, c := range map[string]struct {
		backup []byte
		most   uint64
	}{
		"records of 1 MiB, wrong sum": {filled(t, 150, 1<<20-5, false), extraMemory},
		"records of 1 MiB":            {filled(t, 250, 1<<20-5, true), extraMemory + memtables},
		"records of 1 kB":             {filled(t, 100_000, 1_000, true), extraMemory + memtables},
		"records that are alike":      {alike(t, alikeRecords(), 500), extraMemory + memtables + tables},
		"keys backwards":              {backwards.end(true), extraMemory},
		"a key of a terabyte":         {long.end(true), extraMemory},
		"a value of a gigabyte":       {longValue.end(true), extraMemory},
		"a window of 256 MiB":         {window.end(true), extraMemory},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := CheckBackup(bytes.NewReader(c.backup))
			require.Equal(t, c.most == extraMemory, err != nil, "reading alone finds all but what only a store would miss")
			took := peakOf(func() { require.ErrorIs(t, restoreBytes(t, t.TempDir(), c.backup), engine.ErrCorrupt) })
			t.Logf("%d MiB", took>>20)
			require.Less(t, took>>20, c.most>>20, "MiB, of a backup of %d bytes", len(c.backup))
		})
	}
}

func TestACutOrAlteredBackupChangesNothing(t *testing.T) {
	good, folder := ordinary(t), t.TempDir()
	for at := 0; at < len(good); at += 1 + len(good)/40 {
		require.ErrorIs(t, restoreBytes(t, folder, good[:at]), engine.ErrCorrupt, "cut to %d bytes", at)
		altered := bytes.Clone(good)
		altered[at] ^= 0x10
		if err := restoreBytes(t, folder, altered); err != nil { // else a bit that unpacking does not need
			require.True(t, errors.Is(err, engine.ErrCorrupt) || errors.Is(err, engine.ErrNewer), "%d: %v", at, err)
		} else {
			folder = t.TempDir()
		}
	}
	require.NoError(t, restoreBytes(t, folder, good))
	size, err := folderSize(folder)
	require.NoError(t, err)
	_, err = Restore(t.Context(), quietConfig(folder), bytes.NewReader(good), nil)
	require.ErrorContains(t, err, "empty folder")
	after, err := folderSize(folder)
	require.NoError(t, err)
	require.Equal(t, size, after)
}
