package badger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	dgraph "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/ristretto/v2/z"

	"github.com/ndoto/kundi/storage/engine"
)

// inspect opens every table of the folder once, under a lock, before Badger
// does. Badger itself panics in a goroutine over a truncated table and leaves
// out one whose checksum is wrong; both must be errors instead.
func inspect(opt dgraph.Options) error {
	unlock, err := Lock(opt.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	if err := dropEmpty(opt.Dir); err != nil {
		return err
	}
	manifest, err := readManifest(opt)
	if err != nil {
		return err
	}
	for id, t := range manifest.Tables {
		name := table.NewFilename(id, opt.Dir)
		err := openTable(name, table.Options{BlockSize: opt.BlockSize, Compression: t.Compression})
		if err != nil {
			return fmt.Errorf("%w: table %s (%w); restore the folder from a backup", engine.ErrCorrupt, filepath.Base(name), err)
		}
	}
	return nil
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

// openTable checks one table's index. It must not let go of the table by
// reference count, which would delete the file.
func openTable(name string, opt table.Options) (err error) {
	if _, err := os.Stat(name); err != nil {
		return errors.New("missing")
	}
	file, err := z.OpenMmapFile(name, os.O_RDONLY, 0)
	if err != nil {
		return errors.New("unreadable")
	}
	defer file.Close(-1)
	defer func() {
		if recover() != nil {
			err = errors.New("cut short")
		}
	}()
	if _, err := table.OpenTable(file, opt); err != nil {
		return errors.New("wrong checksum")
	}
	return nil
}
