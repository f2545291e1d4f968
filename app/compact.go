package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"path/filepath"

	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/badger"
)

// Sizes are the bytes of a store's files before and after something.
type Sizes struct {
	Before int64 `json:"before"`
	After  int64 `json:"after"`
}

// Compact copies what is alive in the store into a fresh one, puts that in its
// place, and removes the index, which the next start builds: no file of the
// folder has anything left of who was deleted. No server may run on the folder.
// Progress may be nil.
func Compact(ctx context.Context, config Config, progress func(pairs uint64)) (sizes Sizes, err error) {
	f, err := openData(config.Data)
	if err != nil {
		return sizes, err
	}
	defer f.unlock()
	if sizes.Before, err = folderSize(f.join(storeFolder)); err != nil {
		return sizes, err
	}
	old, err := badger.Open(f.join(storeFolder), config.Logger)
	if err != nil {
		return sizes, err
	}
	s, err := storage.Open(ctx, storage.Options{Kinds: Kinds, Collections: collections(), Engine: old, Logger: config.Logger})
	if err != nil {
		return sizes, errors.Join(err, old.Close())
	}
	defer func() { err = errors.Join(err, s.Close()) }() // again, when it was not closed below
	if err := s.Sound(); err != nil {
		return sizes, err
	}
	if err := s.Sweep(ctx); err != nil {
		return sizes, err
	}
	err = f.fill(ctx, config, old.Gain(), func(fresh *badger.Engine) error {
		if _, err := storage.Copy(ctx, old, fresh, rand.Reader, progress); err != nil {
			return err
		}
		// First: cut off after this, the next start builds the index of the old store.
		return errors.Join(s.Close(), f.discard(indexFolder))
	})
	if err != nil {
		return sizes, err
	}
	sizes.After, err = folderSize(f.join(storeFolder))
	return sizes, err
}

// CompactPath is where the socket of a running server compacts.
const CompactPath = "/compact"

// compact does while the server runs what Compact does without one. What is
// written meanwhile may need more room until the next time.
func (a *App) compact(ctx context.Context) (sizes Sizes, err error) {
	a.compacting.Lock()
	defer a.compacting.Unlock()
	store := filepath.Join(a.config.Data, storeFolder)
	if sizes.Before, err = folderSize(store); err != nil {
		return sizes, err
	}
	for _, step := range []func(context.Context) error{a.Store.Sweep, a.engine.Compact, a.Index.Compact} {
		if err := step(ctx); err != nil {
			return sizes, err
		}
	}
	sizes.After, err = folderSize(store)
	return sizes, err
}

// serveCompact compacts and answers with the sizes.
func (a *App) serveCompact(w http.ResponseWriter, r *http.Request) {
	sizes, err := a.compact(r.Context())
	if err != nil {
		a.config.Logger.Error("the store could not be compacted", "error", err)
		http.Error(w, "the store could not be compacted; the log of the server says why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(sizes); err != nil {
		a.config.Logger.Warn("who asked to compact did not hear of the end", "error", err)
	}
}

// folderSize is what the files in a folder take of the disk, but for the room that
// the engine sets aside.
func folderSize(path string) (bytes int64, err error) {
	err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name != path {
			return nil // a running server has removed it
		}
		if err != nil || entry.IsDir() || entry.Name() == badger.BallastName {
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			bytes += allocated(info)
		}
		return err
	})
	return bytes, err
}
