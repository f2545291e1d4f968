package app

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/badger"
)

// Backup writes a backup of a data folder that no server runs on, and returns
// how many pairs it has.
func Backup(ctx context.Context, config Config, w io.Writer) (pairs uint64, err error) {
	config.Existing = true
	err = WithStore(ctx, config, func(s *storage.Store) (failure error) {
		pairs, failure = s.Backup(ctx, w)
		return failure
	})
	return pairs, err
}

// CheckBackup reads a backup to its end and returns how many pairs it has, or
// why it cannot be restored.
func CheckBackup(r io.Reader) (pairs uint64, err error) { return storage.CheckBackup(r, nil) }

// BackupPath is where the socket of a running server answers with a backup.
const BackupPath = "/backup"

// serveBackup streams a backup. One that fails on the way lacks its end, which
// whoever reads it notices.
func (a *App) serveBackup(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/octet-stream")
	if _, err := a.Store.Backup(r.Context(), w); err != nil {
		a.config.Logger.Error("a backup has failed", "error", err)
	}
}

// Restore makes a data folder from a backup and returns how many pairs it has.
// The folder must be empty or missing; it gets its store only once the whole
// backup has been read and found good. The backup is read twice: nothing is
// written before its sum was compared. Progress may be nil.
func Restore(ctx context.Context, config Config, backup io.ReadSeeker, progress func(pairs uint64)) (pairs uint64, err error) {
	f, err := openFolder(config.Data)
	if err != nil {
		return 0, err
	}
	defer f.unlock()
	if f.has(storeFolder) || f.has(indexFolder) {
		return 0, fmt.Errorf("there is data in %s: a backup is restored only into an empty folder", config.Data)
	}
	var gauge badger.Gauge
	if _, err := storage.CheckBackup(bufio.NewReaderSize(backup, readAhead), gauge.Add); err != nil {
		return 0, err
	}
	if _, err := backup.Seek(0, io.SeekStart); err != nil {
		return 0, fmt.Errorf("a backup is read twice, so it must be a file: %w", err)
	}
	err = f.fill(ctx, config, gauge.Gain(), func(fresh *badger.Engine) error {
		pairs, err = storage.Restore(ctx, fresh, bufio.NewReaderSize(backup, readAhead), rand.Reader, progress)
		return err
	})
	return pairs, err
}

// readAhead is how much of a file is read at once.
const readAhead = 1 << 20

// fill makes a fresh store, lets write put everything into it, and puts it in
// the place of the store once it was opened as a start opens it. On failure
// the folder is as it was. Gain is that of badger.OpenToFill.
func (f *folder) fill(ctx context.Context, config Config, gain float64, write func(*badger.Engine) error) error {
	defer LimitGarbage(ctx, nil)()
	fresh, err := badger.OpenToFill(f.join(freshFolder), config.Logger, gain)
	if err != nil {
		return errors.Join(err, f.discard(freshFolder))
	}
	if err = write(fresh); err == nil {
		err = opens(ctx, fresh, config)
	}
	if err = errors.Join(err, fresh.Close()); err != nil {
		return errors.Join(err, f.discard(freshFolder))
	}
	return f.replace()
}

// opens opens and closes the store that an engine holds, which brings it to
// the newest format: what the engine has written may be of no older one.
func opens(ctx context.Context, e *badger.Engine, config Config) error {
	s, err := storage.Open(ctx, storage.Options{Kinds: Kinds, Collections: collections(), Engine: e, Logger: config.Logger})
	if err != nil {
		return err
	}
	return errors.Join(config.CheckTimeZone(s.Schema().Settings.TimeZone), s.Close())
}
