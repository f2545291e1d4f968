//go:build !linux

package badger

import "os"

// allocate gives a new file its size, and the room for it.
func allocate(f *os.File, bytes int64) error { return fillFile(f, bytes) }
