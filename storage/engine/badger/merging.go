package badger

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/ndoto/kundi/storage/engine"
)

// mergingName is the file that lists the tables that merges are at work on, as
// long as nobody has seen that all they hold is in the new ones. It is written
// before the first new table is made, and again before the first old one is
// deleted: a listed table that is in the tree no more is one to look through.
const mergingName = "MERGING"

type mergingTables struct {
	Tables []uint64 `json:"tables"`
}

// noteMerging replaces the list, durably.
func noteMerging(dir string, ids tableSet) error {
	b, err := json.Marshal(mergingTables{slices.Sorted(maps.Keys(ids))})
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, mergingName), b)
}

// readMerging returns the list.
func readMerging(dir string) (tableSet, error) {
	b, err := os.ReadFile(filepath.Join(dir, mergingName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list mergingTables
	if err := json.Unmarshal(b, &list); err != nil {
		return nil, fmt.Errorf("%w: the file %s cannot be read", engine.ErrCorrupt, mergingName)
	}
	ids := make(tableSet, len(list.Tables))
	for _, id := range list.Tables {
		ids[id] = struct{}{}
	}
	return ids, nil
}

// writeFile replaces a file durably, as a whole or not at all.
func writeFile(name string, b []byte) error {
	part := name + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, name); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(name))
}

// syncFolder makes the names in a folder durable.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
