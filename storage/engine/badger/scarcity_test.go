//go:build linux

package badger

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/storage/engine"
)

// The test of scarcity runs an engine in a process of its own, which writes and
// merges as fast as it can while descriptors, memory or disk come and go at
// random, and looks what is left: all that was acknowledged, and nothing else.

// asWriter makes this test binary be the process that writes. Its arguments are
// the folder, the number of the first batch, a seed and what is scarce.
const asWriter = "KUNDI_TEST_AS_WRITER"

// scarcityRounds and scarcityTime are set by scripts/scarcity.sh.
const (
	scarcityRounds = "KUNDI_SCARCITY_ROUNDS"
	scarcityTime   = "KUNDI_SCARCITY_TIME"
)

func TestMain(m *testing.M) {
	if os.Getenv(asWriter) != "" {
		writeUnderScarcity(os.Args[1:])
	}
	os.Exit(m.Run())
}

const (
	scarceKeys  = 12_000
	scarceBatch = 100 // keys put or deleted
	scarceValue = 8 << 10
)

// scarceWrite is the batch of a number: which keys it deletes and which it puts.
// A value begins with the number.
func scarceWrite(n uint64) (b engine.Batch, deleted, put []uint32) {
	random := rand.New(rand.NewPCG(n, 1))
	b.ID, b.Expect = scarceID(n), scarceID(n-1)
	for _, k := range random.Perm(scarceKeys)[:scarceBatch] {
		if random.IntN(4) == 0 {
			b.Delete, deleted = append(b.Delete, scarceKey(uint32(k))), append(deleted, uint32(k))
			continue
		}
		value := make([]byte, 8+random.IntN(scarceValue))
		for i := 8; i+8 <= len(value); i += 8 {
			binary.LittleEndian.PutUint64(value[i:], random.Uint64())
		}
		binary.BigEndian.PutUint64(value, n)
		b.Put, put = append(b.Put, engine.Pair{Key: scarceKey(uint32(k)), Value: value}), append(put, uint32(k))
	}
	return b, deleted, put
}

func scarceKey(k uint32) []byte { return binary.BigEndian.AppendUint32([]byte("key"), k) }

// scarceID is zero, the head of an empty engine, for no batch.
func scarceID(n uint64) (id engine.BatchID) {
	binary.BigEndian.PutUint64(id[:], n)
	return id
}

// Exit codes of the process that writes.
const (
	exitDead   = 3 // the engine went dead in order
	exitClosed = 4 // it could not be opened
)

// writeUnderScarcity writes batches and prints the number of each that was
// acknowledged, until its standard input ends.
func writeUnderScarcity(args []string) {
	n, _ := strconv.ParseUint(args[1], 10, 64)
	seed, _ := strconv.ParseUint(args[2], 10, 64)
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	e, err := Open(args[0], log)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitClosed)
	}
	go func() {
		for range time.Tick(700 * time.Millisecond) {
			_ = e.Compact(context.Background())
		}
	}()
	go takeAway(args[3], filepath.Dir(args[0]), rand.New(rand.NewPCG(seed, 2)))
	ended := make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); close(ended) }()
	for {
		select {
		case <-ended:
			_ = e.Close()
			os.Exit(0)
		case <-e.Dead():
			os.Exit(exitDead)
		default:
		}
		b, _, _ := scarceWrite(n)
		err := e.Apply(context.Background(), b)
		if errors.Is(err, engine.ErrUnknown) { // the head tells, as it tells the committer
			if head, readErr := e.readHead(); readErr == nil && head == b.Expect {
				continue
			} else if readErr == nil && head == b.ID {
				err = nil
			}
		}
		switch {
		case err == nil:
			fmt.Println(n)
			n++
		case engine.Passing(err):
			time.Sleep(time.Millisecond)
		case errors.Is(err, engine.ErrUnknown):
			fmt.Fprintln(os.Stderr, err)
			os.Exit(exitDead)
		default:
			panic(err)
		}
	}
}

// takeAway takes what shall be scarce and gives it back, again and again.
func takeAway(what, place string, random *rand.Rand) {
	pause := func(most int) { time.Sleep(time.Duration(random.IntN(most)) * time.Millisecond) }
	for {
		pause(300)
		switch what {
		case "descriptors":
			var held []*os.File
			for {
				f, err := os.Open("/dev/null")
				if err != nil {
					break
				}
				held = append(held, f)
			}
			pause(400)
			for _, f := range held {
				_ = f.Close()
			}
		case "limit of descriptors":
			limited(syscall.RLIMIT_NOFILE, uint64(10+random.IntN(100)), func() { pause(400) })
		case "memory":
			limited(syscall.RLIMIT_AS, virtualMemory()+uint64(random.IntN(64<<20)), func() { pause(400) })
		case "disk that another takes":
			filler := filepath.Join(place, "filler")
			_ = os.WriteFile(filler, make([]byte, 400<<20), 0o600) // as much as there is
			pause(400)
			_ = os.Remove(filler)
		default: // it uses up what it has by itself
			return
		}
	}
}

// limited runs f while a resource of the process is limited.
func limited(resource int, most uint64, f func()) {
	var old syscall.Rlimit
	if err := syscall.Getrlimit(resource, &old); err != nil {
		panic(err)
	}
	lower := syscall.Rlimit{Cur: most, Max: old.Max}
	if resource == syscall.RLIMIT_NOFILE && os.Getuid() == 0 {
		lower.Max = most // or the engine raises it again
	}
	_ = syscall.Setrlimit(resource, &lower)
	f()
	_ = syscall.Setrlimit(resource, &old)
}

func virtualMemory() uint64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	pages, _ := strconv.ParseUint(strings.Fields(string(b))[0], 10, 64)
	return pages * uint64(os.Getpagesize())
}

// scarceWorld is what must be in the folder.
type scarceWorld struct {
	folder string
	acked  uint64
	held   [scarceKeys]uint64 // the batch that put the value, 0 for none
}

func scarceFolder(t *testing.T, place string) *scarceWorld {
	t.Helper()
	return &scarceWorld{folder: filepath.Join(place, "data")}
}

// scarceDisk is a disk of its own, which is full soon.
type scarceDisk struct {
	place   string
	mounted bool
}

func openScarceDisk(t *testing.T) *scarceDisk {
	t.Helper()
	d := &scarceDisk{place: t.TempDir()}
	if err := syscall.Mount("tmpfs", d.place, "tmpfs", 0, "size=400m"); err != nil {
		t.Log("mounting needs privileges, so the disk of all is used: ", err)
	} else {
		d.mounted = true
	}
	return d
}

func (d *scarceDisk) close(t *testing.T) {
	if d != nil && d.mounted {
		require.NoError(t, syscall.Unmount(d.place, syscall.MNT_DETACH))
		d.mounted = false
	}
}

func (w *scarceWorld) apply(n uint64) {
	_, deleted, put := scarceWrite(n)
	for _, k := range deleted {
		w.held[k] = 0
	}
	for _, k := range put {
		w.held[k] = n
	}
	w.acked = n
}

// run starts the process that writes, and stops it after a time or lets it die.
// It returns its exit code, -1 for a signal, and what it said.
func (w *scarceWorld) run(t *testing.T, seed uint64, what string, patience time.Duration) (code int, said string) {
	t.Helper()
	command := exec.Command(os.Args[0], w.folder, fmt.Sprint(w.acked+1), fmt.Sprint(seed), what)
	command.Env = append(os.Environ(), asWriter+"=1")
	var log bytes.Buffer
	command.Stderr = &log
	in, err := command.StdinPipe()
	require.NoError(t, err)
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	stop := time.AfterFunc(patience, func() { _ = in.Close() })
	defer stop.Stop()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		n, err := strconv.ParseUint(lines.Text(), 10, 64)
		require.NoError(t, err, lines.Text())
		require.Equal(t, w.acked+1, n)
		w.apply(n)
	}
	_ = command.Wait()
	return command.ProcessState.ExitCode(), log.String()
}

// check opens the folder with everything at hand and compares all of it.
func (w *scarceWorld) check(t *testing.T, said string) {
	t.Helper()
	e, err := Open(w.folder, quiet())
	require.NoError(t, err)
	defer func() { require.NoError(t, e.Close()) }()
	head, err := e.readHead()
	require.NoError(t, err)
	if head == scarceID(w.acked+1) { // it was on disk, and nobody was told
		w.apply(w.acked + 1)
	}
	require.Equal(t, scarceID(w.acked), head)
	view, err := e.View(context.Background())
	require.NoError(t, err)
	defer view.Close()
	found := [scarceKeys]uint64{}
	for r := (engine.Range{}); ; {
		page, err := view.Scan(r)
		require.NoError(t, err)
		for _, p := range page.Pairs {
			found[binary.BigEndian.Uint32(p.Key[3:])] = binary.BigEndian.Uint64(p.Value)
		}
		if page.Next == nil {
			break
		}
		r.From = page.Next
	}
	for k := range w.held {
		require.Equal(t, w.held[k], found[k], "key %d at batch %d: %.2000s", k, w.acked, said)
	}
	require.NoError(t, e.Verify())
}

func TestNothingIsLostForWantOfAnything(t *testing.T) {
	rounds, length := 5, 1500*time.Millisecond
	if text := os.Getenv(scarcityRounds); text != "" {
		var err error
		rounds, err = strconv.Atoi(text)
		require.NoError(t, err)
		length, err = time.ParseDuration(os.Getenv(scarcityTime))
		require.NoError(t, err)
	}
	kinds := []struct {
		what   string
		mayDie bool // with a message
		world  *scarceWorld
	}{
		{"descriptors", false, scarceFolder(t, t.TempDir())},
		{"memory", true, nil},
		{"limit of descriptors", false, nil},
		{"disk", false, nil},
		{"disk that another takes", true, nil},
	}
	var disk *scarceDisk
	defer func() { disk.close(t) }()
	deaths := map[string]int{}
	var w *scarceWorld
	for round := range rounds {
		kind := kinds[round%len(kinds)]
		if kind.world != nil {
			w = kind.world
		}
		if kind.what == "disk" { // a new one: what one has used up by itself may stay so
			disk.close(t)
			disk = openScarceDisk(t)
			w = scarceFolder(t, disk.place)
		}
		for end := time.Now().Add(length); time.Now().Before(end); {
			before := w.acked
			code, said := w.run(t, uint64(time.Now().UnixNano()), kind.what, time.Until(end))
			t.Logf("round %d, %s: batches %d to %d, exit code %d", round, kind.what, before+1, w.acked, code)
			if code != 0 {
				require.True(t, kind.mayDie, "it heals without a restart: %.3000s", said)
				require.NotEmpty(t, said, "it dies with a message")
				deaths[fmt.Sprintf("%s, exit code %d", kind.what, code)]++
			}
			_ = os.Remove(filepath.Join(filepath.Dir(w.folder), "filler"))
			w.check(t, said)
		}
	}
	t.Logf("%d rounds, deaths: %v", rounds, deaths)
}
