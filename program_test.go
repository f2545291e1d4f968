package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/cli"
)

// asProgram makes this test binary be the program itself, so that a test can
// kill it.
const asProgram = "KUNDI_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// patience is how long a test waits for what the program does by itself. It is long, because a
// machine may be busy with others: only what never comes takes all of it.
const patience = 3 * time.Minute

// eventually waits until something is so. It asks in the goroutine of the test, so that the
// question may fail the test.
func eventually(t *testing.T, is func() bool, what string) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for end := time.Now().Add(patience); !is(); <-look.C {
		require.True(t, time.Now().Before(end), "it is not so: %s", what)
	}
}

// program is a running server in a process of its own.
type program struct {
	t       *testing.T
	command *exec.Cmd
	exited  chan error
	client
}

// start runs `serve` on a free port over the data folder and returns when it
// is ready.
func start(t *testing.T, folder, key string) *program {
	t.Helper()
	return startCommand(t, key, exec.Command(os.Args[0], "serve", "--data", folder, "--listen", "127.0.0.1:0"))
}

// startCommand is start for a command of one's own.
func startCommand(t *testing.T, key string, command *exec.Cmd) *program {
	t.Helper()
	p := startUnready(t, key, command)
	status, body := p.call(t, "GET", "/readyz", nil)
	require.Equal(t, 200, status, "%s", body)
	return p
}

// startUnready is startCommand for a server that cannot do all of its work yet.
func startUnready(t *testing.T, key string, command *exec.Cmd) *program {
	t.Helper()
	p := &program{t: t, exited: make(chan error, 1), command: command}
	p.command.Env = append(os.Environ(), asProgram+"=1")
	var log bytes.Buffer
	p.command.Stderr = &log
	out, err := p.command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.command.Start())
	t.Cleanup(func() { p.command.Process.Kill() })

	address, err := bufio.NewReader(out).ReadString('\n')
	go func() { p.exited <- p.command.Wait() }()
	if err != nil {
		<-p.exited
		require.NoError(t, err, "the server printed no address:\n%s", log.String())
	}
	p.client = client{base: strings.TrimSpace(address), key: key, http: &http.Client{Timeout: patience}}
	return p
}

// ready reports whether the server can do all of its work.
func (p *program) ready() bool {
	status, _, err := p.try("GET", "/readyz", nil)
	return err == nil && status == 200
}

// kill ends the process as a power cut would.
func (p *program) kill() {
	p.command.Process.Kill()
	<-p.exited
}

// stop asks the process to end and returns how it did.
func (p *program) stop() error {
	p.command.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-p.exited:
		return err
	case <-time.After(patience):
		return context.DeadlineExceeded
	}
}

// run runs a command of the command line and returns what it printed.
func run(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	code := cli.Main(context.Background(), args, &out, &errs)
	require.Zero(t, code, "kundi %s: %s", strings.Join(args, " "), errs.String())
	return strings.TrimSpace(out.String())
}

// client speaks JSON to a server.
type client struct {
	base string
	key  string
	http *http.Client
}

// try makes a request; err says that no whole answer came.
func (c client) try(method, path string, body any) (status int, answer []byte, err error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequest(method, c.base+path, content)
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.key)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

func (c client) call(t *testing.T, method, path string, body any) (status int, answer []byte) {
	t.Helper()
	status, answer, err := c.try(method, path, body)
	require.NoError(t, err)
	return status, answer
}

// get makes a request that must succeed and decodes its answer.
func get[T any](t *testing.T, c client, method, path string, body any) T {
	t.Helper()
	status, answer := c.call(t, method, path, body)
	require.Less(t, status, 300, "%s %s: %s", method, path, answer)
	var out T
	require.NoError(t, json.Unmarshal(answer, &out))
	return out
}

// object and rule spare the tests some typing.
type object = map[string]any

func rule(field, operator string, value any) object {
	r := object{"field": field, "operator": operator}
	if value != nil {
		r["value"] = value
	}
	return r
}

func all(rules ...object) object { return object{"combinator": "and", "rules": rules} }
