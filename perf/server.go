package perf

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// server is `kundi serve` over the data folder, in a process of its own: its
// memory, its collections of garbage and its share of the processors are those
// of the product.
type server struct {
	command *exec.Cmd
	exited  chan error // has how the process ended, once
	address string     // HOST:PORT
	key     string
	took    time.Duration // from the start of the process until it was ready
}

// How long a folder may stay in use by this process, which has closed it: a merge of tables ends first.
const (
	inUseMost = 5 * time.Minute
	inUseLook = time.Second
)

// errInUse is a server that found its folder in use.
var errInUse = errors.New("in use by another process")

// startServer starts the program over a data folder and waits until it is
// ready. ctx ends it.
func startServer(ctx context.Context, program, dir, key string) (v *server, err error) {
	for until := time.Now().Add(inUseMost); ; time.Sleep(inUseLook) {
		v, err = tryServer(ctx, program, dir, key)
		if !errors.Is(err, errInUse) || time.Now().After(until) || ctx.Err() != nil {
			return v, err
		}
	}
}

func tryServer(ctx context.Context, program, dir, key string) (*server, error) {
	start := time.Now()
	v := &server{exited: make(chan error, 1), key: key}
	v.command = exec.CommandContext(ctx, program, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--log-level", "warn")
	var log bytes.Buffer
	v.command.Stderr = &log
	out, err := v.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := v.command.Start(); err != nil {
		return nil, fmt.Errorf("cannot start the server: %w", err)
	}
	url, err := bufio.NewReader(out).ReadString('\n')
	go func() { v.exited <- v.command.Wait() }()
	if err != nil {
		err = <-v.exited
		if strings.Contains(log.String(), errInUse.Error()) {
			err = errInUse
		}
		return nil, fmt.Errorf("the server did not start: %w\n%s", err, log.Bytes())
	}
	v.address = strings.TrimPrefix(strings.TrimSpace(url), "http://")
	c, err := v.dial()
	if err != nil {
		return nil, errors.Join(err, v.stop())
	}
	defer c.close()
	if _, err := c.do(request{path: "/readyz"}); err != nil {
		return nil, errors.Join(err, v.stop())
	}
	v.took = time.Since(start)
	return v, nil
}

// stop ends the server in order.
func (v *server) stop() error {
	if err := v.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return <-v.exited
}

// kill ends the process as a power cut would.
func (v *server) kill() error {
	if err := v.command.Process.Kill(); err != nil {
		return err
	}
	<-v.exited
	return nil
}

// anonymous is the memory of the server that no file stands behind, in bytes.
func (v *server) anonymous() (uint64, error) {
	var kilobytes uint64
	status := fmt.Sprintf("/proc/%d/status", v.command.Process.Pid)
	if _, err := fmt.Sscanf(procValue(status, "RssAnon"), "%d kB", &kilobytes); err != nil {
		return 0, fmt.Errorf("the system does not tell the memory of a process: %w", err)
	}
	return kilobytes << 10, nil
}

// metric returns the sum of a metric's values, over all its labels.
func (v *server) metric(name string) (float64, error) {
	c, err := v.dial()
	if err != nil {
		return 0, err
	}
	defer c.close()
	page, err := c.do(request{path: "/metrics"})
	if err != nil {
		return 0, err
	}
	sum, found := 0.0, false
	for line := range strings.Lines(string(page)) {
		rest, ours := strings.CutPrefix(line, name)
		if !ours || rest[0] != ' ' && rest[0] != '{' {
			continue
		}
		fields := strings.Fields(rest)
		var value float64
		if _, err := fmt.Sscan(fields[len(fields)-1], &value); err != nil {
			return 0, err
		}
		sum, found = sum+value, true
	}
	if !found {
		return 0, fmt.Errorf("the server has no metric %s", name)
	}
	return sum, nil
}

// waitUntilIndexed waits until searches find everything that was written.
func (v *server) waitUntilIndexed(ctx context.Context) error {
	for {
		lag, err := v.metric("kundi_text_lag_changes")
		if err != nil || lag == 0 {
			return err
		}
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

// sleep waits for a while; it fails when ctx ends before.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
