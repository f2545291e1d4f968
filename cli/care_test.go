package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const people = "id,name,email\n1,Ada Test,ada@import.example\n2,Ben Test,ben@import.example\n"

func TestBackupAndRestore(t *testing.T) {
	folder, file := t.TempDir(), filepath.Join(t.TempDir(), "kundi.backup")
	done(t, "import", "--data", folder, write(t, "people.csv", people))
	require.Regexp(t, `^\d+ records, `, done(t, "backup", "--data", folder, file))
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "it holds everybody's data")

	code, _, errs := kundi(t, "backup", "--data", folder, file)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "already", "no backup is written over")

	serving(t, folder)
	online := filepath.Join(t.TempDir(), "online.backup")
	done(t, "backup", "--data", folder, online)
	for _, backup := range []string{file, online} {
		restored := filepath.Join(t.TempDir(), "new")
		done(t, "restore", "--data", restored, backup)
		require.Equal(t, "2 contacts: everything agrees\n", done(t, "verify", "--data", restored))
		require.Equal(t, "0 created, 0 updated, 2 unchanged, 0 refused\n", done(t, "import", "--data", restored, write(t, "people.csv", people)))

		code, _, errs := kundi(t, "restore", "--data", restored, backup)
		require.Equal(t, exitFailed, code)
		require.Contains(t, errs, "empty folder")
	}
}

// TestABackupFollowsNoLink plants links where a backup goes.
func TestABackupFollowsNoLink(t *testing.T) {
	folder, backups := t.TempDir(), t.TempDir()
	done(t, "import", "--data", folder, write(t, "people.csv", people))
	victim, file := write(t, "victim", "precious"), filepath.Join(backups, "kundi.backup")
	for name, target := range map[string]string{"a file": victim, "nothing": filepath.Join(backups, "nothing")} {
		require.NoError(t, os.Symlink(target, file))
		code, _, errs := kundi(t, "backup", "--data", folder, file)
		require.Equal(t, exitFailed, code, name)
		require.Contains(t, errs, "link with this name")
		require.NoError(t, os.Remove(file))
	}
	require.NoError(t, os.Symlink(victim, file+".part"))
	done(t, "backup", "--data", folder, file)
	require.NoError(t, os.Remove(file+".part"))

	content, err := os.ReadFile(victim)
	require.NoError(t, err)
	require.Equal(t, "precious", string(content))
	left, err := os.ReadDir(backups)
	require.NoError(t, err)
	require.Len(t, left, 1, "only the backup: no part of it, and nothing behind a link")
	require.True(t, left[0].Type().IsRegular())
}

func TestABadBackupLeavesNothing(t *testing.T) {
	folder, file := t.TempDir(), filepath.Join(t.TempDir(), "kundi.backup")
	done(t, "import", "--data", folder, write(t, "people.csv", people))
	done(t, "backup", "--data", folder, file)
	good, err := os.ReadFile(file)
	require.NoError(t, err)

	const head = "kundi backup 1\n" // the format of the folder follows
	require.True(t, strings.HasPrefix(string(good), head))
	newer := head + "\x00\x00\x00\x63" + string(good[len(head)+4:])
	for name, c := range map[string]struct{ content, message string }{
		"cut short":       {string(good[:len(good)-10]), "cut short"},
		"altered":         {string(good[:200]) + "x" + string(good[201:]), "altered"},
		"of newer format": {newer, "newer version"},
		"something else":  {"id,name\n1,Ada\n", "no backup"},
		"empty":           {"", "no backup"},
	} {
		t.Run(name, func(t *testing.T) {
			target := filepath.Join(t.TempDir(), "new")
			code, out, errs := kundi(t, "restore", "--data", target, write(t, "bad.backup", c.content))
			require.Equal(t, exitFailed, code)
			require.Empty(t, out)
			require.Contains(t, errs, c.message)
			left, err := os.ReadDir(target)
			require.NoError(t, err)
			require.Empty(t, left)
			done(t, "restore", "--data", target, file)
		})
	}
}

func TestCompactKeepsEverything(t *testing.T) {
	folder := t.TempDir()
	done(t, "import", "--data", folder, write(t, "people.csv", people))
	require.Regexp(t, `^[\d.]+ MB before, [\d.]+ MB after; the next start builds the index\n$`, done(t, "compact", "--data", folder))
	require.Equal(t, "2 contacts: everything agrees\n", done(t, "verify", "--data", folder))
	require.Equal(t, "0 created, 0 updated, 2 unchanged, 0 refused\n", done(t, "import", "--data", folder, write(t, "people.csv", people)))
}

func TestCompactBesideARunningServer(t *testing.T) {
	folder := t.TempDir()
	done(t, "import", "--data", folder, write(t, "people.csv", people))
	serving(t, folder)
	require.Regexp(t, `^[\d.]+ MB before, [\d.]+ MB after\n$`, done(t, "compact", "--data", folder))
	require.Equal(t, "0 created, 0 updated, 2 unchanged, 0 refused\n", done(t, "import", "--data", folder, write(t, "people.csv", people)))
}

func TestCareNeedsAFolderOfItsOwn(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(t.TempDir(), "kundi.backup")
	done(t, "import", "--data", folder, write(t, "people.csv", people))
	done(t, "backup", "--data", folder, file)
	serving(t, folder)
	for _, args := range [][]string{{"verify"}, {"restore", file}} {
		code, _, errs := kundi(t, append(args, "--data", folder)...)
		require.Equal(t, exitFailed, code, args[0])
		require.Contains(t, errs, "in use by another process", args[0])
	}
}

// reading are the commands that want what is there.
func reading(t *testing.T) map[string][]string {
	return map[string][]string{
		"verify": {"verify"}, "compact": {"compact"}, "backup": {"backup", filepath.Join(t.TempDir(), "file")},
		"keys list": {"keys", "list"}, "keys revoke": {"keys", "revoke", "019a2030-0000-7000-8000-000000000000"},
		"people list": {"people", "list"},
	}
}

// TestReadingMakesNoFolder: a folder that was mistyped is told, and stays as it
// is.
func TestReadingMakesNoFolder(t *testing.T) {
	for name, args := range reading(t) {
		t.Run(name, func(t *testing.T) {
			parent := t.TempDir()
			foreign := filepath.Join(parent, "foreign")
			for _, folder := range []string{"store", "index"} {
				require.NoError(t, os.MkdirAll(filepath.Join(foreign, folder), 0o755))
				require.NoError(t, os.WriteFile(filepath.Join(foreign, folder, "main.js"), nil, 0o644))
			}
			empty := filepath.Join(parent, "empty")
			require.NoError(t, os.Mkdir(empty, 0o755))
			missing := filepath.Join(parent, "missing", "deep")
			for _, folder := range []string{missing, empty, foreign} {
				code, out, errs := kundi(t, append(args, "--data", folder)...)
				require.Equal(t, exitFailed, code, folder)
				require.Empty(t, out)
				require.Equal(t, "kundi: there is no data in "+folder+": give the folder that kundi serve uses with --data or KUNDI_DATA\n", errs)
			}
			require.NoDirExists(t, filepath.Dir(missing))
			left, err := os.ReadDir(empty)
			require.NoError(t, err)
			require.Empty(t, left)
			info, err := os.Stat(filepath.Join(foreign, "store", "main.js"))
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o644), info.Mode().Perm(), "what is somebody else's is left alone")
			left, err = os.ReadDir(filepath.Join(foreign, "store"))
			require.NoError(t, err)
			require.Len(t, left, 1)

			file := filepath.Join(parent, "file")
			require.NoError(t, os.WriteFile(file, nil, 0o600))
			code, _, _ := kundi(t, append(args, "--data", file)...)
			require.Equal(t, exitFailed, code, "a file is no folder")
		})
	}
}

// TestTheTimeZoneIsASetting of the workspace once that was made: the flag may
// repeat it, but not change it, with the server stopped or running. The
// environment and the file, which stay as they are between starts, hold for a
// new workspace only.
func TestTheTimeZoneIsASetting(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new")
	done(t, "keys", "create", "--data", folder, "--scope", "ai", "--name", "x", "--time-zone", "Africa/Nairobi")
	list := []string{"keys", "list", "--data", folder}
	import_ := []string{"import", "--data", folder, write(t, "people.csv", people)}
	check := func() {
		t.Helper()
		for _, args := range [][]string{list, import_} {
			code, _, errs := kundi(t, append(args, "--time-zone", "Europe/Rome")...)
			require.Equal(t, exitUsage, code)
			require.Contains(t, errs, "the time zone of this workspace is Africa/Nairobi")
			require.Contains(t, errs, `PATCH /v1/settings {"time_zone": "Europe/Rome"}`)
			done(t, append(args, "--time-zone", "Africa/Nairobi")...)
			done(t, append(args, "--config", write(t, "kundi.json", `{"time-zone": "Europe/Rome"}`))...)
		}
	}
	check()
	code, _, errs := kundi(t, "serve", "--data", folder, "--listen", "127.0.0.1:0", "--time-zone", "Europe/Rome")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "the time zone of this workspace is Africa/Nairobi")
	backup := filepath.Join(t.TempDir(), "kundi.backup")
	done(t, "backup", "--data", folder, backup)
	for _, args := range [][]string{{"compact", "--data", folder}, {"verify", "--data", folder}, {"restore", "--data", filepath.Join(t.TempDir(), "new"), backup}} {
		code, _, errs := kundi(t, append(args, "--time-zone", "Europe/Rome")...)
		require.Equal(t, exitUsage, code, args[0])
		require.Contains(t, errs, "the time zone of this workspace is Africa/Nairobi")
		done(t, append(args, "--time-zone", "Africa/Nairobi")...)
	}

	t.Setenv("KUNDI_TIME_ZONE", "Europe/Rome")
	code, _, errs = kundi(t, list...)
	require.Equal(t, exitDone, code)
	require.Empty(t, errs, "no line about an index either")
	ctx, stop := context.WithCancel(t.Context())
	var log bytes.Buffer
	require.Equal(t, exitDone, Main(ctx, []string{"serve", "--data", folder, "--listen", "127.0.0.1:0"}, &stopping{stop: stop}, &log))
	require.Contains(t, log.String(), "the time zone is a setting of the workspace")
	serving(t, folder)
	check()
}
