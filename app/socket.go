package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
)

// socketName is the file in the data folder on which a running server answers
// the commands of the folder's owner. Whoever may open it may already read the
// folder, so its requests need no key.
const socketName = "kundi.sock"

// newSocketFolder is where a socket lies until it has its mode.
const newSocketFolder = "kundi.new"

// listenSocket opens the socket of a data folder, over one that a killed
// server left behind. Only the holder of the store's lock may call it.
//
// The socket is made in a folder that only its owner may enter and moved from
// there, because between its making and the setting of its mode anybody could
// open it.
func listenSocket(folder string) (net.Listener, error) {
	private := filepath.Join(folder, newSocketFolder)
	if err := os.RemoveAll(private); err != nil { // of a server that was killed here
		return nil, err
	}
	if err := os.Mkdir(private, 0o700); err != nil {
		return nil, err
	}
	defer os.RemoveAll(private)
	short, done, err := shorten(private)
	if err != nil {
		return nil, err
	}
	defer done()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(short, socketName), Net: "unix"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false) // it would look under the short path
	made, name := filepath.Join(private, socketName), filepath.Join(folder, socketName)
	if err := errors.Join(os.Chmod(made, 0o600), os.Rename(made, name)); err != nil {
		l.Close()
		return nil, err
	}
	return &socket{Listener: l, name: name}, nil
}

// socket removes its file when it is closed.
type socket struct {
	net.Listener
	name string
}

func (s *socket) Close() error {
	err := s.Listener.Close()
	os.Remove(s.name)
	return err
}

// SocketClient returns a client that speaks to the server running on a data
// folder, whatever host its URLs name. Running reports whether there is one.
func SocketClient(folder string) (client *http.Client, running bool) {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		short, done, err := shorten(folder)
		if err != nil {
			return nil, err
		}
		defer done()
		var d net.Dialer
		return d.DialContext(ctx, "unix", filepath.Join(short, socketName))
	}
	conn, err := dial(context.Background(), "", "")
	if err != nil {
		return nil, false
	}
	conn.Close()
	return &http.Client{Transport: &http.Transport{DialContext: dial}}, true
}

// maxSocketPath is what every Unix allows in the address of a socket.
const maxSocketPath = 100

// shorten returns a path of the folder that is short enough for the address of
// a socket: a link in the temporary folder where the folder's own is too long.
// done removes the link, which is needed only while binding or connecting.
func shorten(folder string) (short string, done func(), err error) {
	if len(filepath.Join(folder, socketName)) <= maxSocketPath {
		return folder, func() {}, nil
	}
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return "", nil, err
	}
	temporary, err := os.MkdirTemp("", "kundi-")
	if err != nil {
		return "", nil, err
	}
	link := filepath.Join(temporary, "d")
	if err := os.Symlink(absolute, link); err != nil {
		os.Remove(temporary)
		return "", nil, fmt.Errorf("the path of the data folder is too long for a socket: %w", err)
	}
	return link, func() { os.RemoveAll(temporary) }, nil
}
