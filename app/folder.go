package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/badger"
)

// The folders of a data folder.
const (
	storeFolder = "store"
	indexFolder = "index"
	freshFolder = "store.fresh" // a store that is being filled, useless until it is renamed to storeFolder
	staleFolder = "store.stale" // what storeFolder was while a fresh one takes its place
)

// folder is a data folder that no other process works on.
type folder struct {
	path   string
	unlock func()
}

// openFolder makes a data folder when it is missing, locks it, and finishes
// what a process that was killed there has left half done.
func openFolder(path string) (*folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, unusable(path, err)
	}
	f, err := lockFolder(path)
	if err != nil {
		return nil, err
	}
	return f, f.prepare()
}

// openData is openFolder for those who want what is there: a folder without
// data, or none, is an error, and nothing is made or changed there.
func openData(path string) (*folder, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, noData(path)
	}
	f, err := lockFolder(path)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{storeFolder, staleFolder} {
		found, err := badger.Holds(f.join(name))
		if err != nil {
			f.unlock()
			return nil, unusable(path, err)
		}
		if found {
			return f, f.prepare()
		}
	}
	f.unlock()
	return nil, noData(path)
}

// noData is the error about a folder that was most likely mistyped.
func noData(path string) error {
	return fmt.Errorf("there is no data in %s: give the folder that kundi serve uses with --data or KUNDI_DATA", path)
}

// lockFolder takes a folder for this process alone.
func lockFolder(path string) (*folder, error) {
	unlock, err := badger.Lock(path)
	if errors.Is(err, engine.ErrInUse) {
		return nil, fmt.Errorf("the data folder %s is %w", path, err)
	}
	if err != nil {
		return nil, unusable(path, err)
	}
	return &folder{path: path, unlock: unlock}, nil
}

// prepare makes a folder ready for use, or gives it up.
func (f *folder) prepare() error {
	if err := errors.Join(f.recoverReplacement(), f.keepPrivate()); err != nil {
		f.unlock()
		return unusable(f.path, err)
	}
	return nil
}

// unusable says what to do about a folder that cannot be made or read.
func unusable(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the data folder %s may not be used by this user: give it to the user that runs Kundi, or choose another", path)
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("the data folder %s is on a disk that may only be read: mount it for writing, or choose another folder", path)
	}
	return fmt.Errorf("the data folder cannot be used: %w", err)
}

func (f *folder) join(name string) string { return filepath.Join(f.path, name) }

func (f *folder) has(name string) bool {
	_, err := os.Lstat(f.join(name))
	return !errors.Is(err, fs.ErrNotExist)
}

// keepPrivate takes from group and others what they may do with the files of
// the store and the index, which an older version or a copy has left open to
// them. It follows no links. What is above is the operator's.
func (f *folder) keepPrivate() error {
	for _, name := range []string{storeFolder, indexFolder} {
		if !f.has(name) {
			continue
		}
		err := filepath.WalkDir(f.join(name), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.Type()&^fs.ModeDir != 0 {
				return err
			}
			info, err := entry.Info()
			if err != nil || info.Mode().Perm()&0o077 == 0 {
				return err
			}
			return os.Chmod(path, info.Mode().Perm()&^0o077)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// recoverReplacement finishes or undoes a replacement of the store that was cut off.
//
//	store  stale   the replacement was
//	yes    no      not begun, or done
//	yes    yes     done but for removing the old store
//	no     yes     cut off between its two steps: the old store comes back
func (f *folder) recoverReplacement() error {
	if !f.has(storeFolder) && f.has(staleFolder) {
		if err := os.Rename(f.join(staleFolder), f.join(storeFolder)); err != nil {
			return err
		}
	}
	return f.discard(staleFolder, freshFolder)
}

// discard removes folders that may be there.
func (f *folder) discard(names ...string) error {
	for _, name := range names {
		if !f.has(name) {
			continue
		}
		if err := os.RemoveAll(f.join(name)); err != nil {
			return err
		}
	}
	return nil
}

// replace puts the fresh store, which is closed, in the place of the store,
// which is closed too. Whenever it is cut off, recoverReplacement finds the old store or
// the fresh one, whole.
func (f *folder) replace() error {
	if err := syncFolder(f.join(freshFolder)); err != nil {
		return err
	}
	if f.has(storeFolder) {
		if err := f.rename(storeFolder, staleFolder); err != nil {
			return err
		}
	}
	if err := f.rename(freshFolder, storeFolder); err != nil {
		return err
	}
	return f.discard(staleFolder)
}

func (f *folder) rename(from, to string) error { return Rename(f.join(from), f.join(to)) }

// Rename gives a file or folder another name, durably. What has that name is
// replaced; a link is not followed.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(to))
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
