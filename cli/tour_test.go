package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// step is a command of the README's tour and the answer that is shown for it.
type step struct{ command, answer string }

// tour reads the commands of the README's tour: what stands after "$ " in its
// code, with the lines that the shell would still wait for.
func tour(t *testing.T) (steps []step) {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(readme), "\n## A tour\n")
	require.True(t, found)
	section, _, found := strings.Cut(rest, "\n## ")
	require.True(t, found)
	open := false // within a command that goes on
	for _, line := range strings.Split(section, "\n") {
		code, isCode := strings.CutPrefix(line, "    ")
		command, begins := strings.CutPrefix(code, "$ ")
		switch {
		case !isCode:
			require.False(t, open, line)
		case open:
			steps[len(steps)-1].command += "\n" + code
		case begins:
			steps = append(steps, step{command: command})
		default:
			steps[len(steps)-1].answer += code
		}
		if n := len(steps); n > 0 {
			last := steps[n-1].command
			open = strings.HasSuffix(last, `\`) || strings.Count(last, "'")%2 == 1
		}
	}
	return steps
}

// demoServing runs a demo until the test ends, and returns its address and key.
func demoServing(t *testing.T, args ...string) (url, key string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	read, write := io.Pipe()
	exit, folder := make(chan int, 1), t.TempDir()
	go func() {
		exit <- Main(ctx, append([]string{"demo", "--data", folder, "--listen", "127.0.0.1:0", "--log-level", "error"}, args...), write, t.Output())
		write.Close()
	}()
	drained := make(chan struct{})
	t.Cleanup(func() {
		stop()
		<-drained
		require.Equal(t, exitDone, <-exit)
	})
	defer func() { // the demo serves when it has printed everything, and goes on printing
		go func() {
			_, _ = io.Copy(io.Discard, read)
			close(drained)
		}()
	}()
	lines := bufio.NewScanner(read)
	for (key == "" || url == "") && lines.Scan() {
		if _, after, found := strings.Cut(lines.Text(), "export URL="); found {
			url = after
		}
		if _, after, found := strings.Cut(lines.Text(), "export KEY="); found {
			key = after
		}
	}
	require.NotEmpty(t, key)
	require.NotEmpty(t, url)
	return url, key
}

// TestTheTourOfTheReadme gives its commands to a shell, one after the other, on
// a demo that is large enough to have Katherine. An answer has every member that
// the README shows, and is an error only where the README shows one.
func TestTheTourOfTheReadme(t *testing.T) {
	if testing.Short() {
		t.Skip("makes contacts")
	}
	for _, program := range []string{"bash", "curl", "tee"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("this system has no", program)
		}
	}
	steps := tour(t)
	require.Greater(t, len(steps), 12)
	url, key := demoServing(t, "--contacts", "7000")
	const end = "\n=== end of step "
	var script strings.Builder
	for i, s := range steps {
		fmt.Fprintf(&script, "%s\nprintf '\\n=== end of step %d: %%d\\n' $?\n", s.command, i)
	}
	shell := exec.CommandContext(t.Context(), "bash")
	shell.Dir = t.TempDir()
	shell.Env = append(os.Environ(), "KEY="+key, "URL="+url)
	shell.Stdin = strings.NewReader(script.String())
	output, err := shell.CombinedOutput()
	require.NoError(t, err, "%s", output)

	member := regexp.MustCompile(`"([a-z_]+)":`)
	rest := string(output)
	for i, s := range steps {
		answer, after, found := strings.Cut(rest, end+fmt.Sprint(i)+": 0\n")
		require.True(t, found, "%s\nfailed or printed no answer:\n%s", s.command, rest)
		rest = after
		require.Equal(t, strings.Contains(s.answer, `"status":4`), strings.Contains(answer, `"status":4`), "%s\n%s", s.command, answer)
		for _, m := range member.FindAllStringSubmatch(s.answer, -1) {
			require.Contains(t, answer, m[0], "the answer to\n%s", s.command)
		}
	}
}
