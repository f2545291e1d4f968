package badger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	dgraph "github.com/dgraph-io/badger/v4"
)

// files lists what is in a folder under names that match a pattern, with their
// paths; nothing for a folder that does not exist. It is not filepath.Glob, for
// which a bracket in the path of the folder is a pattern too, and a folder that
// cannot be read is empty: a store that is taken for a new one is lost.
func files(dir, pattern string) (paths []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		matches, err := filepath.Match(pattern, entry.Name())
		if err != nil {
			return nil, err
		}
		if matches {
			paths = append(paths, filepath.Join(dir, entry.Name()))
		}
	}
	return paths, nil
}

// Holds reports whether a folder has files of a store, even damaged ones. It is false
// for a folder that does not exist.
func Holds(dir string) (bool, error) {
	for _, pattern := range []string{dgraph.ManifestFilename, "*.sst", "*.mem", "*.vlog"} {
		if names, err := files(dir, pattern); err != nil || len(names) > 0 {
			return err == nil, err
		}
	}
	return false, nil
}
