//go:build linux || darwin || freebsd

package badger

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"strconv"
	"syscall"

	"github.com/ndoto/kundi/storage/engine"
)

// Lock takes the same lock on a folder as Badger does, until unlock is called or the
// process ends. The error is ErrInUse if another process has the lock.
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

// reserveAddresses takes address space without memory.
func reserveAddresses(bytes int) ([]byte, error) {
	return syscall.Mmap(-1, 0, bytes, syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
}

func freeAddresses(hole []byte) { _ = syscall.Munmap(hole) }

// mapsLeft is how many more memory maps the process may have; very many where
// the system does not say.
func mapsLeft() (int, error) {
	limit, err := os.ReadFile("/proc/sys/vm/max_map_count")
	if err != nil {
		return math.MaxInt, nil
	}
	most, err := strconv.Atoi(string(bytes.TrimSpace(limit)))
	if err != nil {
		return math.MaxInt, nil
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return 0, err
	}
	return most - bytes.Count(maps, []byte{'\n'}), nil
}

// DescriptorLimit is how many files the process may open: their numbers are below
// it. A soft limit that is below the hard one is raised to it.
func DescriptorLimit() uint64 {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return math.MaxUint64
	}
	if limit.Cur < limit.Max {
		raised := limit
		raised.Cur = limit.Max
		if syscall.Setrlimit(syscall.RLIMIT_NOFILE, &raised) == nil {
			limit = raised
		}
	}
	return uint64(limit.Cur)
}
