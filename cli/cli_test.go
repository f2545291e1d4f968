package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// kundi runs a command and returns its exit code and what it printed.
func kundi(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Main(t.Context(), args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// done runs a command that must succeed and returns what it answered.
func done(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := kundi(t, args...)
	require.Equal(t, exitDone, code, errs)
	return out
}

// serving runs a server over the folder until the test ends, and returns its
// address.
func serving(t *testing.T, folder string) (url string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	read, write := io.Pipe()
	exit := make(chan int, 1)
	var stderr bytes.Buffer
	go func() {
		exit <- Main(ctx, []string{"serve", "--data", folder, "--listen", "127.0.0.1:0"}, write, &stderr)
		write.Close()
	}()
	t.Cleanup(func() {
		stop()
		require.Equal(t, exitDone, <-exit, "a server that is asked to stop has done its work")
	})
	line := make([]byte, 100)
	n, err := read.Read(line)
	if err != nil { // it has ended, so nobody writes to stderr any more
		require.NoError(t, err, "the server printed no address: %s", stderr.String())
	}
	return strings.TrimSpace(string(line[:n]))
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func TestHelpAndUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"--help"}, {"serve", "--help"}, {"keys", "create", "--help"}} {
		code, out, errs := kundi(t, args...)
		require.Equal(t, exitDone, code)
		require.Contains(t, out, "--data")
		require.Contains(t, strings.Join(strings.Fields(out), " "), "(default 127.0.0.1:8080, $KUNDI_LISTEN)")
		require.Empty(t, errs)
	}
	require.Equal(t, done(t, "--help"), done(t, "help"))
	require.Equal(t, done(t, "keys", "create", "--help"), done(t, "help", "keys", "create"))
	require.Equal(t, done(t, "--version"), done(t, "version"))
	require.Contains(t, done(t, "bench", "--help"), "(default 100000)")
	require.NotContains(t, done(t, "import", "--help"), "(default )")
	for _, args := range [][]string{{"srve"}, {"serve", "--lisen", ":1"}, {"keys", "crate"}} {
		_, _, errs := kundi(t, args...)
		require.Contains(t, errs, "did you mean")
	}
	for name, args := range map[string][]string{
		"unknown command": {"frobnicate"},
		"help of none":    {"help", "frobnicate"},
		"unknown flag":    {"serve", "--frobnicate"},
		"unknown scope":   {"keys", "create", "--scope", "king", "--name", "x"},
		"missing name":    {"keys", "create", "--scope", "admin"},
		"missing file":    {"import", filepath.Join(t.TempDir(), "nothing.csv")},
		"line before 1":   {"import", "--from-line=-1", write(t, "people.csv", "name\nAmina\n")},
		"half a command":  {"keys"},
		"unknown zone":    {"serve", "--data", t.TempDir(), "--time-zone", "Mars/Base"},
		"no address":      {"serve", "--data", t.TempDir(), "--listen", "8080"},
		"no folder":       {"serve", "--data", ""},
		"no contacts":     {"demo", "--data", t.TempDir(), "--contacts", "0"},
		"too many":        {"demo", "--data", t.TempDir(), "--contacts", "10000001"},
	} {
		code, out, errs := kundi(t, args...)
		require.Equal(t, exitUsage, code, name)
		require.Empty(t, out, name)
		require.Contains(t, errs, "kundi --help", name)
	}
}

// TestFaultsOfFlagsAreWrittenAlike, whichever part of the command finds them.
func TestFaultsOfFlagsAreWrittenAlike(t *testing.T) {
	file := write(t, "people.csv", people)
	for want, args := range map[string][]string{
		"--log-level must be one of debug, info, warn, error":              {"verify", "--log-level", "loud"},
		"--day-order must be one of dmy, mdy":                              {"import", file, "--day-order", "ymd"},
		"--scope must be one of agent, marketer, campaign, ai, admin":      {"keys", "create", "--name", "x", "--scope", "king"},
		"--from-line must be a line of the file, from 1":                   {"import", file, "--from-line=-1"},
		"--heavy-questions must be from 1 to 1000":                         {"keys", "create", "--name", "x", "--scope", "ai", "--heavy-questions", "0"},
		"--listen must be HOST:PORT like 127.0.0.1:8080, or :8080 for eve": {"serve", "--listen", "8080"},
	} {
		code, _, errs := kundi(t, args...)
		require.Equal(t, exitUsage, code)
		require.Contains(t, errs, "kundi: "+want)
		require.NotContains(t, errs, `""`)
	}
}

func TestVersion(t *testing.T) {
	require.Regexp(t, `^kundi \S+, revision .+, go\S+ \w+/\w+\n$`, done(t, "--version"))
}

// TestTheLogIsOurs: at its least level in JSON every line is an object, and
// none is of the store's engine.
func TestTheLogIsOurs(t *testing.T) {
	folder := t.TempDir()
	log := func(args ...string) string {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var errs bytes.Buffer
		args = append([]string{"serve", "--data", folder, "--listen", "127.0.0.1:0", "--log-level", "debug"}, args...)
		require.Equal(t, exitDone, Main(ctx, args, &stopping{stop: stop}, &errs), errs.String())
		require.NotContains(t, errs.String(), "badger")
		return errs.String()
	}
	require.Contains(t, log(), `level=INFO msg="stopping: `)
	lines := strings.Split(strings.TrimSpace(log("--log-format", "json")), "\n")
	for _, line := range lines {
		var object struct{ Time, Level, Msg string }
		require.NoError(t, json.Unmarshal([]byte(line), &object), line)
		require.NotEmpty(t, object.Msg)
	}
	var text bytes.Buffer
	(&root{LogFormat: "json", LogLevel: "info"}).logger(&text).Info("x", "took", 1500*time.Millisecond)
	require.Contains(t, text.String(), `"took":"1.5s"`)
}

func TestKeysWithTheServerStoppedAndRunning(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new")
	first := done(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "first")
	require.Regexp(t, `^kundi_[a-z0-9]+\n$`, first, "only the key, for scripts")

	serving(t, folder)
	done(t, "keys", "create", "--data", folder, "--scope", "ai", "--name", "second")
	list := done(t, "keys", "list", "--data", folder)
	lines := strings.Split(strings.TrimSpace(list), "\n")
	require.Len(t, lines, 3)
	require.Contains(t, lines[1], "first")
	require.Contains(t, lines[2], "second")
	require.NotContains(t, list, strings.TrimSpace(first))

	done(t, "keys", "revoke", "--data", folder, strings.Fields(lines[2])[0])
	require.Contains(t, lines[1], "  never  ", "it was not used yet")
	require.NotContains(t, done(t, "keys", "list", "--data", folder), "second")
	code, _, errs := kundi(t, "keys", "revoke", "--data", folder, "nonsense")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "no such key")
}

// TestKeysWithAnEndAndLimits: what is said when a key is made holds, with the
// server stopped and running, and using a key is known after the server has
// stopped.
func TestKeysWithAnEndAndLimits(t *testing.T) {
	folder := t.TempDir()
	create := func(name string) string {
		return strings.TrimSpace(done(t, "keys", "create", "--data", folder, "--scope", "ai", "--name", name,
			"--expires-at", "2099-12-31T23:59:59Z", "--requests-per-second", "7", "--heavy-questions", "3"))
	}
	stopped := create("stopped")
	t.Run("running", func(t *testing.T) {
		url := serving(t, folder)
		create("running")
		request, err := http.NewRequest(http.MethodGet, url+"/v1/settings", nil)
		require.NoError(t, err)
		request.Header.Set("Authorization", "Bearer "+stopped)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, http.StatusOK, answer.StatusCode)
	})
	lines := strings.Split(strings.TrimSpace(done(t, "keys", "list", "--data", folder)), "\n")
	require.Len(t, lines, 3)
	today := time.Now().UTC().Format(time.DateOnly)
	require.Regexp(t, `2099-12-31T23:59:59Z +`+today+` +7 +3 +stopped$`, lines[1])
	require.Regexp(t, `2099-12-31T23:59:59Z +never +7 +3 +running$`, lines[2])

	wrong := func(flag string) (code int, errs string) {
		code, _, errs = kundi(t, "keys", "create", "--data", folder, "--scope", "ai", "--name", "x", flag)
		return code, errs
	}
	for flag, right := range map[string]string{
		"--expires-at=2026-12-31":    "--expires-at must be an instant like 2027-12-31T23:59:59Z\n",
		"--requests-per-second=many": "--requests-per-second: ",
		"--requests-per-second=0":    "--requests-per-second must be from 1 to 1000000\n",
		"--requests-per-second=-1":   "--requests-per-second must be from 1 to 1000000\n",
		"--heavy-questions=0":        "--heavy-questions must be from 1 to 1000\n",
		"--heavy-questions=1001":     "--heavy-questions must be from 1 to 1000\n",
	} {
		code, errs := wrong(flag)
		require.Equal(t, exitUsage, code, flag)
		require.Contains(t, errs, right)
	}
	code, errs := wrong("--expires-at=2020-01-01T00:00:00Z")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "expires_at: must be in the future")
}

func TestImportWithTheServerStoppedAndRunning(t *testing.T) {
	folder := t.TempDir()
	file := write(t, "people.csv", "id,name,email\n1,Ada Test,ada@import.example\n2,Ben Test,ben@import.example\n")
	require.Equal(t, "2 created, 0 updated, 0 unchanged, 0 refused\n", done(t, "import", "--data", folder, file))
	require.Equal(t, "0 created, 0 updated, 2 unchanged, 0 refused\n", done(t, "import", "--data", folder, file))

	serving(t, folder)
	require.Equal(t, "0 created, 0 updated, 2 unchanged, 0 refused\n", done(t, "import", "--data", folder, file), "as with the server stopped")
	more := write(t, "more.csv", "id,name,email\n3,Cleo Test,cleo@import.example\n4,Dan Test,no e-mail\n")
	rejects := filepath.Join(t.TempDir(), "rejects.csv")
	code, out, errs := kundi(t, "import", "--data", folder, "--rejects", rejects, more)
	require.Equal(t, exitFailed, code, "the file is not all in")
	require.Equal(t, "1 created, 0 updated, 0 unchanged, 1 refused\n", out)
	require.Contains(t, errs, rejects)
	report, err := os.ReadFile(rejects)
	require.NoError(t, err)
	require.Contains(t, string(report), `3,"email",`)
	require.NotContains(t, string(report), "no e-mail", "no report repeats a value")
}

func TestImportSaysWhenTheRejectsAreLost(t *testing.T) {
	const full = "/dev/full" // takes nothing
	if _, err := os.Stat(full); err != nil {
		t.Skip("this system has no", full)
	}
	file := write(t, "people.csv", "id,email\n1,no e-mail\n")
	code, _, errs := kundi(t, "import", "--data", t.TempDir(), "--rejects", full, file)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "no space left")
}

func TestImportRefusesABrokenFileWhole(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"a quote that is cut off": "id,name\n1,Ada\n2,\"Ben\n",
		"a row that is too short": "id,name\n1,Ada\n2\n",
		"a column that is nobody": "id,frobnicate\n1,Ada\n",
		"nothing":                 "",
		"text that is not UTF-8":  "id,name\n1,Ad\xff\n",
	} {
		code, out, errs := kundi(t, "import", "--data", folder, write(t, "bad.csv", content))
		require.Equal(t, exitFailed, code, name)
		require.Empty(t, out, name)
		require.NotContains(t, errs, "Ada", name)
		require.NotContains(t, errs, "frobnicate", name)
	}
	file := write(t, "good.csv", "id,name\n1,Ada\n")
	require.Equal(t, "1 created, 0 updated, 0 unchanged, 0 refused\n", done(t, "import", "--data", folder, file), "nothing of them is there")
}

func TestFolderInUse(t *testing.T) {
	folder := t.TempDir()
	serving(t, folder)
	code, _, errs := kundi(t, "serve", "--data", folder, "--listen", "127.0.0.1:0")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "in use by another process")
}

func TestAddressInUse(t *testing.T) {
	url := serving(t, t.TempDir())
	code, _, errs := kundi(t, "serve", "--data", t.TempDir(), "--listen", strings.TrimPrefix(url, "http://"))
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "--listen")
}

// stopping stops a server as soon as it has said where it is.
type stopping struct {
	bytes.Buffer
	stop func()
}

func (s *stopping) Write(p []byte) (int, error) {
	defer s.stop()
	return s.Buffer.Write(p)
}
