package cli

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/index/text"
)

// demoWritten runs a demo until its conversations are written, and calls use with what it printed.
// An empty one only runs it.
func demoWritten(t *testing.T, folder string, use func(printed []string)) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	read, write := io.Pipe()
	var errs bytes.Buffer
	exit := make(chan int, 1)
	go func() {
		exit <- Main(ctx, []string{"demo", "--data", folder, "--listen", "127.0.0.1:0", "--log-level", "error", "--contacts", "600"}, write, &errs)
		write.Close()
	}()
	var printed []string
	lines := bufio.NewScanner(read)
	for lines.Scan() && lines.Text() != "All conversations are written." {
		printed = append(printed, lines.Text())
	}
	use(printed)
	stop()
	_, _ = io.Copy(io.Discard, read)
	require.Equal(t, exitDone, <-exit, errs.String())
	require.Empty(t, errs.String())
}

// TestADemoWritesConversations, and each request that it prints has an answer with somebody in it.
func TestADemoWritesConversations(t *testing.T) {
	for _, program := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("this system has no", program)
		}
	}
	folder := t.TempDir()
	demoWritten(t, folder, func(printed []string) {
		curls := 0
		for _, line := range printed {
			if !strings.HasPrefix(line, "  curl ") {
				continue
			}
			curls++
			answer, err := exec.CommandContext(t.Context(), "bash", "-c", line).CombinedOutput()
			require.NoError(t, err, line)
			require.NotContains(t, string(answer), `"status":4`, line)
			for _, empty := range []string{`"hits":[],"total"`, `"entries":[]`, `"quarantine":[]`, `"count":0,`} {
				if !strings.Contains(line, "q=cathrin") && !strings.Contains(line, "q=group") {
					require.NotContains(t, string(answer), empty, line)
				}
			}
		}
		require.Equal(t, 11, curls)
	})
	config := app.Config{Data: folder, Logger: (&root{LogLevel: "error"}).logger(t.Output())}
	require.NoError(t, withApp(t.Context(), config, func(a *app.App) error {
		kept, err := openTalk(a, folder)
		require.NoError(t, err)
		require.Equal(t, talkState{Done: 1_200, People: 600, Seed: 1}, kept.talkState)
		return nil
	}))
	require.Contains(t, done(t, "verify", "--data", folder), "everything agrees")
}

// Many conversations are not to be found within the time that a request waits. The demo waits longer.
func TestADemoWaitsForTheIndex(t *testing.T) {
	config := app.Config{Data: t.TempDir(), Logger: (&root{LogLevel: "error"}).logger(t.Output()), TextPace: text.Pace{Wait: time.Nanosecond}}
	require.NoError(t, withApp(t.Context(), config, func(a *app.App) error {
		d, s := demo{Contacts: 20, Seed: 1}, streams{out: io.Discard, err: io.Discard}
		require.NoError(t, d.fill(t.Context(), s, a))
		require.NoError(t, talkState{People: d.Contacts, Seed: d.Seed}.keep(talkFile(config.Data)))
		talk, err := openTalk(a, config.Data)
		require.NoError(t, err)
		require.NoError(t, talk.run(t.Context(), s))
		require.Equal(t, a.Store.Head(), a.Index.Followed())
		return nil
	}))
}
