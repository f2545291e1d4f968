//go:build unix

package app

import (
	"io/fs"
	"syscall"
)

// allocated is how many bytes of the disk a file takes: logs that are mapped into
// memory are mostly holes.
func allocated(info fs.FileInfo) int64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Blocks * 512
	}
	return info.Size()
}
