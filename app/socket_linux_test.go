package app

import (
	"bytes"
	"encoding/binary"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheSocketComesWithItsMode watches the folder: a socket that is made
// there, or whose mode is set there, can be opened before.
func TestTheSocketComesWithItsMode(t *testing.T) {
	folder := t.TempDir()
	watch, err := syscall.InotifyInit1(syscall.IN_CLOEXEC | syscall.IN_NONBLOCK)
	require.NoError(t, err)
	defer syscall.Close(watch)
	_, err = syscall.InotifyAddWatch(watch, folder, syscall.IN_CREATE|syscall.IN_ATTRIB|syscall.IN_MOVED_TO)
	require.NoError(t, err)

	l, err := listenSocket(folder)
	require.NoError(t, err)
	defer l.Close()

	buffer := make([]byte, 16<<10)
	n, err := syscall.Read(watch, buffer)
	require.NoError(t, err)
	var seen []uint32 // what happened to the socket
	for b := buffer[:n]; len(b) > 0; {
		mask, name := binary.NativeEndian.Uint32(b[4:]), binary.NativeEndian.Uint32(b[12:])
		b = b[syscall.SizeofInotifyEvent:]
		if string(bytes.TrimRight(b[:name], "\x00")) == socketName {
			seen = append(seen, mask)
		}
		b = b[name:]
	}
	require.Equal(t, []uint32{syscall.IN_MOVED_TO}, seen)
	require.NoDirExists(t, folder+"/"+newSocketFolder)
}
