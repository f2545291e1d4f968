package badger

import (
	"errors"
	"os"
	"syscall"
)

// allocate gives a new file its size, and the room for it.
func allocate(f *os.File, bytes int64) error {
	err := syscall.Fallocate(int(f.Fd()), 0, 0, bytes)
	if errors.Is(err, syscall.EOPNOTSUPP) || errors.Is(err, syscall.ENOSYS) {
		return fillFile(f, bytes)
	}
	return err
}
