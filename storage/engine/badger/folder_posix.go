//go:build linux || darwin || freebsd

package badger

import (
	"fmt"
	"os"
	"syscall"

	"github.com/ndoto/kundi/storage/engine"
)

// Lock takes the same lock on a folder as Badger does, until unlock or the end
// of the process: ErrInUse when another has it.
func Lock(dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%w: stop that process first, or choose another folder", engine.ErrInUse)
	}
	return func() { _ = f.Close() }, nil
}

// freeSpace is the number of bytes that may still be written in the folder.
func freeSpace(dir string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return uint64(s.Bavail) * uint64(s.Bsize), nil
}
