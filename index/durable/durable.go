// Package durable writes files that are whole or not there, whatever moment the power fails.
package durable

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// New is behind the name of a file that is being written.
const New = ".new"

// Write makes a file durable before it takes its name, in place of one that may be there. It returns
// its size.
func Write(path string, write func(io.Writer) error) (size int64, err error) {
	file, err := os.OpenFile(path+New, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	buffer := bufio.NewWriterSize(file, 1<<20)
	err = write(buffer)
	if err = errors.Join(err, buffer.Flush(), file.Sync()); err == nil {
		size, err = file.Seek(0, io.SeekCurrent)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return 0, errors.Join(err, os.Remove(path+New)) // it would take room of a full disk
	}
	return size, Rename(path+New, path)
}

// Rename gives a file or a folder another name.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(to))
}

// Remove removes a file that may be there.
func Remove(path string) error {
	err := os.Remove(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
