package perf

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A small attack: it says nothing of times, but that everybody is answered,
// that nothing breaks, and that nothing is left of it.
func TestAttackHarmsNobody(t *testing.T) {
	o, err := Options{Contacts: []int{2_000}, Seed: 1, Program: os.Args[0], Dir: t.TempDir()}.complete()
	require.NoError(t, err)
	err = withSubject(context.Background(), o, o.Contacts[0], func(s *Subject) error {
		g, err := s.besiege(context.Background(), 2*time.Second)
		if err != nil {
			return err
		}
		for _, w := range g.witnesses() {
			for outcome := range w.failures { // a busy machine may have no room for a moment
				require.Equal(t, "503", outcome, "%s: %v", w.name, w.failures)
			}
			require.Greater(t, w.beside.Samples, w.failed(), w.name)
		}
		for _, tactic := range newArsenal(s.contacts, s.people).tactics() {
			require.NotEmpty(t, g.toll[tactic.name], tactic.name)
		}
		for tactic, outcomes := range g.toll {
			for outcome := range outcomes {
				status, err := strconv.Atoi(outcome)
				require.False(t, err == nil && status >= 500 && status != 503, "%s: %v", tactic, outcomes)
				require.NotContains(t, []int{400, 401, 403, 404, 415, 422}, status, "%s is no attack: %v", tactic, outcomes)
			}
		}
		require.LessOrEqual(t, g.toll["new segments"]["2xx"]+g.toll["segments made before"]["2xx"], 1_000)
		require.Less(t, g.goroutines, 100.0)
		require.Less(t, g.most, uint64(2<<30))

		var out bytes.Buffer
		g.write(&out)
		require.Contains(t, out.String(), "counts of 500 rules")
		return nil
	})
	require.NoError(t, err)
}

func TestVerdictOfASiege(t *testing.T) {
	siege := func(idle, p99 float64, failures map[string]int) *siege {
		slow := &witness{name: "patch", beside: Result{P99: p99}, failures: failures}
		fine := &witness{name: "get", beside: Result{P99: 1}}
		return &siege{idle: &witness{beside: Result{P99: idle}}, get: fine, patch: slow, count: fine}
	}
	require.NoError(t, siege(1, 50, nil).verdict())
	require.ErrorContains(t, siege(1, 51, nil).verdict(), "p99 of patch is 51 ms")
	require.NoError(t, siege(20, 100, nil).verdict(), "a no-op takes long as well")
	require.ErrorContains(t, siege(20, 101, nil).verdict(), "patch")
	require.ErrorContains(t, siege(1, 1, map[string]int{"503": 2}).verdict(), "2 of patch failed")
}

func TestHostileNeedsOrders(t *testing.T) {
	var out bytes.Buffer
	require.ErrorContains(t, Hostile(context.Background(), strings.NewReader("no"), &out), "orders")
}
