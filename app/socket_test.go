package app

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSocketOfAFolderWithALongPath(t *testing.T) {
	folder := filepath.Join(t.TempDir(), strings.Repeat("long-", 30))
	require.NoError(t, os.MkdirAll(folder, 0o700))
	_, running := SocketClient(folder)
	require.False(t, running)

	l, err := listenSocket(folder)
	require.NoError(t, err)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "here") })}
	done := make(chan struct{})
	go func() { defer close(done); server.Serve(l) }()

	client, running := SocketClient(folder)
	require.True(t, running)
	response, err := client.Get("http://kundi/")
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, "here", string(body))

	info, err := os.Stat(filepath.Join(folder, socketName))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "only the owner may speak to it")

	client.CloseIdleConnections()
	server.Close()
	<-done
	require.NoFileExists(t, filepath.Join(folder, socketName))
}

func TestSocketLeftBehindByAKilledServer(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, socketName), nil, 0o600))
	_, running := SocketClient(folder)
	require.False(t, running, "a file without a server is no server")
	l, err := listenSocket(folder)
	require.NoError(t, err)
	require.NoError(t, l.Close())
}
