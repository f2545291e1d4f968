package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

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
		return errors.New("there is a file of that name already; choose another name")
	}
	part := b.File + ".part"
	defer func() { _ = os.Remove(part) }() // renamed by then, or of no use
	bar := progress(s.err, "backing up", -1)
	defer func() { _ = bar.Finish() }()
	if err := writeFile(part, func(w io.Writer) error { return b.write(ctx, config, io.MultiWriter(w, bar)) }); err != nil {
		return err
	}
	pairs, size, err := checkBackup(part)
	if err != nil {
		return err
	}
	if err := os.Rename(part, b.File); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%d records, %s\n", pairs, megabytes(size))
	return err
}

func (b backup) write(ctx context.Context, config app.Config, w io.Writer) error {
	if http, running := app.SocketClient(config.Data); running {
		return client{http: http}.download(ctx, app.BackupPath, w)
	}
	_, err := app.Backup(ctx, config, w)
	return err
}

// writeFile makes a file that only its owner may read, and makes it durable.
func writeFile(name string, write func(io.Writer) error) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(file, 1<<20)
	err = write(buffered)
	return errors.Join(err, buffered.Flush(), file.Sync(), file.Close())
}

func checkBackup(name string) (pairs uint64, size int64, err error) {
	file, err := os.Open(name)
	if err != nil {
		return 0, 0, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return 0, 0, err
	}
	pairs, err = app.CheckBackup(bufio.NewReaderSize(file, 1<<20))
	return pairs, info.Size(), err
}

// Run restores the backup.
func (r restore) Run(ctx context.Context, config app.Config, s streams) error {
	file, err := os.Open(r.File)
	if err != nil {
		return err
	}
	defer file.Close()
	bar := progress(s.err, "restoring", -1)
	pairs, err := app.Restore(ctx, config, bufio.NewReaderSize(file, 1<<20), func(pairs uint64) { _ = bar.Set64(int64(pairs)) })
	_ = bar.Finish() // a terminal that is gone is no reason to fail
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%d records; the next start builds the index\n", pairs)
	return err
}
