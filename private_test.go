//go:build unix

package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// modes are the modes of all files below a folder, the folder itself
// excluded.
func modes(t *testing.T, folder string) map[string]fs.FileMode {
	t.Helper()
	found := map[string]fs.FileMode{}
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == folder {
			return err
		}
		info, err := entry.Info()
		found[path] = info.Mode()
		return err
	}))
	return found
}

func requirePrivate(t *testing.T, folder string) {
	t.Helper()
	found := modes(t, folder)
	require.NotEmpty(t, found)
	for path, mode := range found {
		want := fs.FileMode(0o600)
		if mode.IsDir() {
			want = 0o700
		}
		require.Equal(t, want, mode.Perm(), path)
	}
}

// TestFilesAreTheirOwnersAlone runs the program where everything is open to
// everybody, also over a folder that others may read already.
func TestFilesAreTheirOwnersAlone(t *testing.T) {
	folder, backups := filepath.Join(t.TempDir(), "data"), t.TempDir()
	open := func(args ...string) {
		t.Helper()
		command := exec.Command("sh", append([]string{"-c", `umask 0; exec "$0" "$@"`, os.Args[0]}, args...)...)
		command.Env = append(os.Environ(), asProgram+"=1", "KUNDI_DATA="+folder)
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s", output)
	}
	open("keys", "create", "--scope", "admin", "--name", "me")
	open("backup", filepath.Join(backups, "one"))
	requirePrivate(t, folder)
	requirePrivate(t, backups)

	for path, mode := range modes(t, folder) {
		require.NoError(t, os.Chmod(path, mode.Perm()|0o055))
	}
	p := start(t, folder, "")
	requirePrivate(t, folder)
	require.NoError(t, p.stop())
	requirePrivate(t, folder)
}
