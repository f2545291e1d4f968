package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ndoto/kundi/app"
)

type backup struct {
	File string `arg:"" help:"File to write; it must not exist yet." placeholder:"FILE"`
}

type restore struct {
	File string `arg:"" help:"Backup to restore." placeholder:"FILE" type:"existingfile"`
}

// Run writes the backup beside its name, reads it back, and only then gives it
// its name: a file of that name is a whole backup.
func (b backup) Run(ctx context.Context, config app.Config, s streams) (err error) {
	if _, err := os.Lstat(b.File); err == nil {
		return errors.New("there is a file or a link with this name already; choose another name")
	}
	// CreateTemp makes a file that was not there (O_EXCL, which follows no link)
	// and that only its owner may read. It is read back through the same
	// descriptor, so it is this one whatever becomes of the name.
	part, err := os.CreateTemp(filepath.Dir(b.File), filepath.Base(b.File)+".*.part")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(part.Name()) }() // renamed by then, or of no use
	defer part.Close()
	bar := progress(s.err, "backing up", -1)
	defer func() { _ = bar.Finish() }()
	if err := b.write(ctx, config, part, bar); err != nil {
		return err
	}
	pairs, size, err := checkBackup(part)
	if err != nil {
		return err
	}
	// A link that has come to stand there meanwhile is replaced, not followed.
	if err := app.Rename(part.Name(), b.File); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%d records, %s\n", pairs, megabytes(size))
	return err
}

// write writes the backup and makes it durable.
func (b backup) write(ctx context.Context, config app.Config, file *os.File, bar io.Writer) error {
	buffered := bufio.NewWriterSize(file, 1<<20)
	err := b.take(ctx, config, io.MultiWriter(buffered, bar))
	return errors.Join(err, buffered.Flush(), file.Sync())
}

// take has a running server write the backup, or else writes it here.
func (b backup) take(ctx context.Context, config app.Config, w io.Writer) error {
	server, running, err := runningServer(ctx, config)
	switch {
	case err != nil:
		return err
	case running:
		return server.download(ctx, app.BackupPath, w)
	}
	_, err = app.Backup(ctx, config, w)
	return err
}

// checkBackup reads what was written from its beginning.
func checkBackup(file *os.File) (pairs uint64, size int64, err error) {
	if size, err = file.Seek(0, io.SeekEnd); err != nil {
		return 0, 0, err
	}
	if _, err = file.Seek(0, io.SeekStart); err != nil {
		return 0, 0, err
	}
	pairs, err = app.CheckBackup(bufio.NewReaderSize(file, 1<<20))
	return pairs, size, err
}

// Run restores the backup.
func (r restore) Run(ctx context.Context, config app.Config, s streams) error {
	file, err := os.Open(r.File)
	if err != nil {
		return err
	}
	defer file.Close()
	bar := progress(s.err, "restoring", -1)
	pairs, err := app.Restore(ctx, config, file, func(pairs uint64) { _ = bar.Set64(int64(pairs)) })
	_ = bar.Finish() // a terminal that is gone is no reason to fail
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%d records; the next start builds the index\n", pairs)
	return err
}
