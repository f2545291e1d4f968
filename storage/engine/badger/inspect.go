package badger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	dgraph "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/badger/v4/y"
	"github.com/dgraph-io/ristretto/v2/z"

	"github.com/ndoto/kundi/storage/engine"
)

// inspect opens every table of the folder once, under a lock, before Badger
// does, and returns the most that one gains by compression. Badger itself panics
// in a goroutine over a truncated table and leaves out one whose checksum is
// wrong; both must be errors instead.
func inspect(opt dgraph.Options) (gain float64, err error) {
	unlock, err := Lock(opt.Dir)
	if err != nil {
		return 0, err
	}
	defer unlock()
	if err := dropEmpty(opt.Dir); err != nil {
		return 0, err
	}
	manifest, err := readManifest(opt)
	if err != nil {
		return 0, err
	}
	newest := uint64(0) // version in a listed table
	for id, t := range manifest.Tables {
		name := table.NewFilename(id, opt.Dir)
		found, err := openTable(name, table.Options{BlockSize: opt.BlockSize, Compression: t.Compression})
		if err != nil {
			return 0, damaged(name, err)
		}
		newest, gain = max(newest, found.newest), max(gain, found.gain)
	}
	return gain, unlisted(opt, manifest, newest)
}

// damaged is the error for a damaged table.
func damaged(name string, err error) error {
	return fmt.Errorf("%w: table %s (%w); restore the folder from a backup", engine.ErrCorrupt, filepath.Base(name), err)
}

// unlisted looks at the tables that the manifest does not list; Badger removes
// them. A process that was killed leaves such tables, but what is in them is
// then also in the tables that they were merged from or into, or in the log of
// their memtable. One with something newer says that the manifest was cut short.
// Those of a merge that may have lost something are set aside.
func unlisted(opt dgraph.Options, manifest dgraph.Manifest, newest uint64) error {
	names, err := files(opt.Dir, "*.sst")
	if err != nil {
		return err
	}
	merging, err := readMerging(opt.Dir)
	if err != nil {
		return err
	}
	var unchecked []string
	for _, name := range names {
		id, ok := table.ParseFileID(name)
		if _, listed := manifest.Tables[id]; listed || !ok {
			continue
		}
		if _, ok := merging[id]; ok {
			unchecked = append(unchecked, name)
			continue
		}
		found, err := openTable(name, table.Options{BlockSize: opt.BlockSize, Compression: opt.Compression})
		if err != nil || found.newest <= newest {
			continue // one that was being written is not whole
		}
		logged, err := logsReach(opt.Dir, found.newest)
		if err != nil {
			return err
		}
		if !logged {
			return damaged(name, errors.New("missing in MANIFEST"))
		}
	}
	if err := setAside(opt.Dir, unchecked); err != nil {
		return err
	}
	return noteMerging(opt.Dir, nil) // numbers may be given again
}

// logsReach reports whether the log of a memtable begins at a version or
// before it.
func logsReach(dir string, version uint64) (bool, error) {
	names, err := files(dir, "*.mem")
	if err != nil {
		return false, err
	}
	for _, name := range names {
		first, ok, err := firstVersion(name)
		if err != nil {
			return false, err
		}
		if ok && first <= version {
			return true, nil
		}
	}
	return false, nil
}

// firstVersion returns the version of the first entry of a memtable's log;
// false when there is none.
func firstVersion(name string) (version uint64, ok bool, err error) {
	const (
		fileHeader  = 20      // the id of a key and a nonce
		entryHeader = 2       // two bytes of flags, then three numbers
		most        = 1 << 10 // bytes of these numbers and a key
	)
	f, err := os.Open(name)
	if err != nil {
		return 0, false, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.NewSectionReader(f, fileHeader, most))
	if err != nil || len(b) < entryHeader {
		return 0, false, err
	}
	var numbers [3]uint64 // length of the key, of the value, expiry
	b = b[entryHeader:]
	for i := range numbers {
		n := 0
		if numbers[i], n = binary.Uvarint(b); n <= 0 {
			return 0, false, nil
		}
		b = b[n:]
	}
	if key := numbers[0]; key > 8 && key <= uint64(len(b)) { // a version at the end of each
		return y.ParseTs(b[:key]), true, nil
	}
	return 0, false, nil
}

// dropEmpty removes logs without a byte. Badger makes a log and then gives it
// its size; one of a process that was killed in between keeps it from opening
// the folder.
func dropEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if ext := filepath.Ext(entry.Name()); ext != ".mem" && ext != ".vlog" {
			continue
		}
		info, err := entry.Info()
		if err != nil || info.Size() > 0 {
			continue
		}
		if err := os.Remove(filepath.Join(dir, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// readManifest lists the tables, none when the folder is new.
func readManifest(opt dgraph.Options) (dgraph.Manifest, error) {
	f, err := os.Open(filepath.Join(opt.Dir, dgraph.ManifestFilename))
	if errors.Is(err, os.ErrNotExist) {
		return dgraph.Manifest{}, nil
	}
	if err != nil {
		return dgraph.Manifest{}, err
	}
	defer f.Close()
	manifest, _, err := dgraph.ReplayManifestFile(f, opt.ExternalMagicVersion, opt)
	return manifest, err
}

// findings are what the index of a table says.
type findings struct {
	newest uint64  // version
	gain   float64 // by compression; 0 for a table too small to tell
}

// openTable checks one table's index. It must not let go of the table by
// reference count, which would delete the file.
func openTable(name string, opt table.Options) (found findings, err error) {
	if _, err := os.Stat(name); err != nil {
		return found, errors.New("missing")
	}
	file, err := z.OpenMmapFile(name, os.O_RDONLY, 0)
	if err != nil {
		return found, errors.New("unreadable")
	}
	defer file.Close(-1)
	t, err := tableOf(file, opt)
	if err != nil {
		return found, err
	}
	found.newest = t.MaxVersion()
	if unpacked := t.UncompressedSize(); unpacked >= gaugeBytes {
		found.gain = float64(unpacked) / float64(t.Size())
	}
	return found, nil
}

// tableOf reads the index of a table, over which Badger panics when it was cut
// short.
func tableOf(file *z.MmapFile, opt table.Options) (t *table.Table, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("cut short")
		}
	}()
	if t, err = table.OpenTable(file, opt); err != nil {
		return nil, errors.New("wrong checksum")
	}
	return t, nil
}
