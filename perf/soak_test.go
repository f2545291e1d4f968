package perf

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSoakTellsHowItStands(t *testing.T) {
	var out bytes.Buffer
	err := Soak(context.Background(), Options{Contacts: []int{300}, Seed: 1, Program: os.Args[0], Dir: t.TempDir()}, 1200*time.Millisecond, &out)
	if err != nil { // so short a time says nothing of growth
		require.ErrorContains(t, err, "grew")
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.GreaterOrEqual(t, len(lines), 7, "a heading and six parts")
	require.Contains(t, lines[0], "RssAnon")
}

func TestGrown(t *testing.T) {
	parts := func(last func(*minute)) []minute {
		list := make([]minute, 6)
		for i := range list {
			list[i] = minute{
				write: Result{P50: 2}, search: Result{P50: 4}, count: Result{P50: 3}, idle: Result{P50: 1},
				files: 10, lag: 100, memory: 800 << 20, disk: uint64(i) << 30,
			}
			if i >= 4 {
				last(&list[i])
			}
		}
		return list
	}
	for _, c := range []struct {
		what string
		last func(*minute)
		grew string
	}{
		{"nothing but the disk", func(*minute) {}, ""},
		{"searches", func(m *minute) { m.search.P50 = 7 }, "p50 of searches from 4.0 to 7.0"},
		{"searches with all else", func(m *minute) { m.search.P50, m.idle.P50 = 7, 1.5 }, ""},
		{"counts", func(m *minute) { m.count.P50 = 5 }, "p50 of counts"},
		{"writes", func(m *minute) { m.write.P50 = 4 }, "p50 of writes"},
		{"less than a millisecond", func(m *minute) { m.write.P50 = 2.9 }, ""},
		{"files", func(m *minute) { m.files = 30 }, "files of the text index from 10.0 to 30.0"},
		{"memory", func(m *minute) { m.memory = 1100 << 20 }, "MiB of anonymous memory"},
		{"lag", func(m *minute) { m.lag = 6000 }, "searches do not find"},
	} {
		err := grown(parts(c.last))
		if c.grew == "" {
			require.NoError(t, err, c.what)
		} else {
			require.ErrorContains(t, err, c.grew, c.what)
		}
	}
}
