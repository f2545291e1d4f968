//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/cli"
)

// disk returns the folder of a file system of its own that has the given size in MiB.
func disk(t *testing.T, mib int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", mib)); err != nil {
		t.Skip("mounting needs privileges: ", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
	return dir
}

// refused runs a command that must fail and returns what it said.
func refused(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	require.Equal(t, 1, cli.Main(context.Background(), args, &out, &errs), errs.String())
	require.Empty(t, out.String())
	return errs.String()
}

func TestAFullDiskIsReadOnlyUntilThereIsRoom(t *testing.T) {
	place := disk(t, 700)
	folder := filepath.Join(place, "data")
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "full")
	p := start(t, folder, key)
	ada := object{"name": "Ada", "email": "ada@full.example"}
	id := get[wireContact](t, p.client, "POST", "/v1/contacts", ada).ID

	filler := filepath.Join(place, "filler")
	requireRoomKept(t, folder)
	var left syscall.Statfs_t
	require.NoError(t, syscall.Statfs(place, &left))
	require.NoError(t, os.WriteFile(filler, make([]byte, int64(left.Bavail)*left.Bsize-80<<20), 0o600))
	status, answer := p.call(t, "POST", "/v1/contacts", object{"name": "Ben", "email": "ben@full.example"})
	require.Equal(t, 503, status)
	require.Contains(t, string(answer), "storage-full")
	status, _ = p.call(t, "GET", "/readyz", nil)
	require.Equal(t, 503, status)
	require.Equal(t, "Ada", get[wireContact](t, p.client, "GET", "/v1/contacts/"+id, nil).Name, "reading goes on")

	require.NoError(t, os.Remove(filler))
	eventually(t, p.ready, "it finds out by itself that there is room")
	get[wireContact](t, p.client, "POST", "/v1/contacts", object{"name": "Ben", "email": "ben@full.example"})
	require.NoError(t, p.stop())
	require.Contains(t, run(t, "verify", "--data", folder), "2 contacts: everything agrees")
}

// TestStoppingAndStartingOnAFullDisk fills the disk to its last byte under a
// server: whatever it then does must not touch a page of a mapped file.
func TestStoppingAndStartingOnAFullDisk(t *testing.T) {
	place := disk(t, 200)
	folder := filepath.Join(place, "data")
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "full")
	p := start(t, folder, key)
	get[wireContact](t, p.client, "POST", "/v1/contacts", object{"name": "Ada"})
	filler := filepath.Join(place, "filler")
	require.ErrorIs(t, os.WriteFile(filler, make([]byte, 200<<20), 0o600), syscall.ENOSPC)
	require.NoError(t, p.stop())
	if err := os.Remove(filepath.Join(folder, "store", "RESERVE")); err == nil { // the room that was kept for this
		require.ErrorIs(t, os.WriteFile(filler, make([]byte, 200<<20), 0o600), syscall.ENOSPC)
	}
	require.Contains(t, refused(t, "serve", "--data", folder, "--listen", "127.0.0.1:0"), "disk that is full")
	require.NoError(t, os.Remove(filler))
	require.Contains(t, run(t, "verify", "--data", folder), "1 contacts: everything agrees")
}

// requireRoomKept waits until the server has set room aside.
func requireRoomKept(t *testing.T, folder string) {
	t.Helper()
	eventually(t, func() bool {
		info, err := os.Stat(filepath.Join(folder, "store", "RESERVE"))
		return err == nil && info.Size() > 0
	}, "room is set aside")
}

// TestADiskThatIsFullWhenTheServerHasDied: it starts again in the room that it
// has kept for that, and answers reads.
func TestADiskThatIsFullWhenTheServerHasDied(t *testing.T) {
	place := disk(t, 700)
	folder := filepath.Join(place, "data")
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "full")
	p := start(t, folder, key)
	requireRoomKept(t, folder)
	id := get[wireContact](t, p.client, "POST", "/v1/contacts", object{"name": "Ada"}).ID
	filler := filepath.Join(place, "filler")
	require.ErrorIs(t, os.WriteFile(filler, make([]byte, 700<<20), 0o600), syscall.ENOSPC)
	p.kill()

	p = startUnready(t, key, exec.Command(os.Args[0], "serve", "--data", folder, "--listen", "127.0.0.1:0"))
	require.Equal(t, "Ada", get[wireContact](t, p.client, "GET", "/v1/contacts/"+id, nil).Name)
	status, answer := p.call(t, "POST", "/v1/contacts", object{"name": "Ben"})
	require.Equal(t, 503, status)
	require.Contains(t, string(answer), "storage-full")
	require.NoError(t, os.Remove(filler))
	eventually(t, p.ready, "it finds out by itself that there is room")
	get[wireContact](t, p.client, "POST", "/v1/contacts", object{"name": "Ben"})
	require.NoError(t, p.stop())
	require.Contains(t, run(t, "verify", "--data", folder), "2 contacts: everything agrees")
}

// limitedTo returns the command `serve` in a process with a limit of open files.
func limitedTo(descriptors int, folder string) *exec.Cmd {
	script := fmt.Sprintf(`ulimit -n %d && exec "$0" "$@"`, descriptors)
	return exec.Command("sh", "-c", script, os.Args[0], "serve", "--data", folder, "--listen", "127.0.0.1:0")
}

// TestConnectionsLeaveTheStoreItsDescriptors opens more connections than the
// process may have files, while others write and the text index merges.
func TestConnectionsLeaveTheStoreItsDescriptors(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "many")
	p := startCommand(t, key, limitedTo(600, folder))
	address := strings.TrimPrefix(p.base, "http://")
	idle := make([]net.Conn, 1000)
	written := 0
	for i := range idle {
		conn, err := net.Dial("tcp", address)
		require.NoError(t, err)
		idle[i] = conn
		defer conn.Close()
		_, err = io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
		require.NoError(t, err)
		if i%50 == 0 {
			people := make([]object, 200)
			for n := range people {
				people[n] = object{"name": fmt.Sprintf("Many %d", written), "email": fmt.Sprintf("n%d@many.example", written)}
				written++
			}
			get[object](t, p.client, "POST", "/v1/contacts/batch", object{"contacts": people})
		}
	}
	closed := 0
	for _, conn := range idle {
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Second)))
		if _, err := io.Copy(io.Discard, io.LimitReader(conn, 1<<16)); err == nil {
			closed++
		} else if closed > 0 {
			break // those that came last are open
		}
	}
	require.Greater(t, closed, 300, "idle connections make room for new ones")
	status, _ := p.call(t, "GET", "/readyz", nil)
	require.Equal(t, 200, status)
	require.NoError(t, p.stop())
	require.Contains(t, run(t, "verify", "--data", folder), fmt.Sprintf("%d contacts: everything agrees", written))
}

func TestTooFewDescriptorsAreRefused(t *testing.T) {
	command := limitedTo(300, filepath.Join(t.TempDir(), "data"))
	command.Env = append(os.Environ(), asProgram+"=1")
	out, err := command.CombinedOutput()
	require.Error(t, err)
	require.Equal(t, 1, command.ProcessState.ExitCode())
	require.Contains(t, string(out), "512", "it says how many it needs")
}

func TestADiskThatMayOnlyBeRead(t *testing.T) {
	place := disk(t, 700)
	folder := filepath.Join(place, "data")
	run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "ro")
	require.NoError(t, syscall.Mount("tmpfs", place, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, "size=700m"))
	require.Contains(t, refused(t, "serve", "--data", folder, "--listen", "127.0.0.1:0"), "may only be read")
	require.Contains(t, refused(t, "serve", "--data", filepath.Join(place, "new"), "--listen", "127.0.0.1:0"), "may only be read")
	require.NoError(t, syscall.Mount("tmpfs", place, "tmpfs", syscall.MS_REMOUNT, "size=700m"))
	require.Contains(t, run(t, "verify", "--data", folder), "everything agrees")
}

// TestWrongPermissions runs the program as nobody over the folder of another.
func TestWrongPermissions(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("becoming another user needs privileges")
	}
	place := t.TempDir()
	for dir := place; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		require.NoError(t, os.Chmod(dir, 0o755))
	}
	program := filepath.Join(place, "kundi")
	copyFile(t, os.Args[0], program)
	require.NoError(t, os.Chmod(program, 0o755))
	folder := filepath.Join(place, "data")
	run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "mine")

	for name, target := range map[string]string{"another's": folder, "a new one in another's": filepath.Join(place, "new")} {
		command := exec.Command(program, "serve", "--data", target, "--listen", "127.0.0.1:0")
		command.Env = append(os.Environ(), asProgram+"=1")
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		out, err := command.CombinedOutput()
		require.Error(t, err, name)
		require.Equal(t, 1, command.ProcessState.ExitCode(), name)
		require.Contains(t, string(out), "by this user", name)
	}
	require.Contains(t, run(t, "verify", "--data", folder), "everything agrees")
}

// TestADamagedStoreIsNotIndexed: a damaged block reads as if it had nothing in
// it, so an index built from it would lack contacts, and nobody would know.
func TestADamagedStoreIsNotIndexed(t *testing.T) {
	folder := t.TempDir()
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "damage")
	p := start(t, folder, key)
	people := make([]object, 1000)
	for i := range people {
		people[i] = object{"name": fmt.Sprintf("Person %d", i)}
	}
	get[object](t, p.client, "POST", "/v1/contacts/batch", object{"contacts": people})
	require.NoError(t, p.stop())
	tables, err := filepath.Glob(filepath.Join(folder, "store", "*.sst"))
	require.NoError(t, err)
	table, err := os.OpenFile(tables[0], os.O_RDWR, 0)
	require.NoError(t, err)
	_, err = table.WriteAt([]byte("overwritten"), 1000)
	require.NoError(t, err)
	require.NoError(t, table.Close())

	require.NoError(t, os.RemoveAll(filepath.Join(folder, "index")))
	require.Contains(t, refused(t, "serve", "--data", folder, "--listen", "127.0.0.1:0"), "restore the folder from a backup")
	require.FileExists(t, tables[0])
}

// TestAFolderCopiedWhileRunning copies the folder file by file under load. What
// comes out is either refused in words, or opened and consistent.
func TestAFolderCopiedWhileRunning(t *testing.T) {
	folder := t.TempDir()
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "copy")
	p := start(t, folder, key)
	w := &writer{random: rand.New(rand.NewPCG(3, 3))}
	var writing sync.WaitGroup
	writing.Go(func() { w.write(p.client) })
	for range 3 {
		copied := filepath.Join(t.TempDir(), "copy")
		copyFolder(t, folder, copied)
		var out, errs bytes.Buffer
		if code := cli.Main(context.Background(), []string{"verify", "--data", copied}, &out, &errs); code == 0 {
			require.Contains(t, out.String(), "everything agrees")
		} else {
			require.Contains(t, errs.String(), "restore the folder from a backup")
		}
	}
	p.kill()
	writing.Wait()
}

// TestABackupUnderLoad is one moment of the store, whatever is written
// meanwhile.
func TestABackupUnderLoad(t *testing.T) {
	folder := t.TempDir()
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "backup")
	p := start(t, folder, key)
	var writing sync.WaitGroup
	for i := range 4 {
		w := &writer{number: i, random: rand.New(rand.NewPCG(5, uint64(i)))}
		writing.Go(func() { w.write(p.client) })
	}
	for i := range 3 {
		file, restored := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "restored")
		run(t, "backup", "--data", folder, file)
		run(t, "restore", "--data", restored, file)
		require.Contains(t, run(t, "verify", "--data", restored), "everything agrees", "backup %d", i)
	}
	p.kill()
	writing.Wait()
}

// TestStoppingUnderLoad: SIGTERM lets what was accepted finish, ends with exit
// code 0, and everything acknowledged is there.
func TestStoppingUnderLoad(t *testing.T) {
	folder := t.TempDir()
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "load")
	p := start(t, folder, key)
	writers := make([]*writer, 8)
	var writing sync.WaitGroup
	for i := range writers {
		writers[i] = &writer{number: i, random: rand.New(rand.NewPCG(4, uint64(i)))}
		writing.Go(func() { writers[i].write(p.client) })
	}
	eventually(t, func() bool {
		return get[struct{ Count int }](t, p.client, "POST", "/v1/contacts/count", object{}).Count > 100
	}, "a hundred are written")
	require.NoError(t, p.stop())
	writing.Wait()
	require.Contains(t, run(t, "verify", "--data", folder), "everything agrees")

	p = start(t, folder, key)
	checkAcknowledged(t, p.client, writers)
	require.NoError(t, p.stop())
}

func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // merged away meanwhile
		}
		require.NoError(t, err)
		relative, err := filepath.Rel(from, path)
		require.NoError(t, err)
		switch {
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, relative), 0o700)
		case entry.Type().IsRegular():
			copyFile(t, path, filepath.Join(to, relative))
		}
		return nil
	}))
}

// copyFile copies a file, if it is there.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if os.IsNotExist(err) {
		return
	}
	require.NoError(t, err)
	defer in.Close()
	out, err := os.Create(to)
	require.NoError(t, err)
	_, err = io.Copy(out, in)
	require.NoError(t, err)
	require.NoError(t, out.Close())
}
