package perf

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestJudge(t *testing.T) {
	latency := Measurement{Unit: Milliseconds, Floor: Bar{P50: 10, P99: 100}, Goal: Bar{P50: 5, P99: 50}}
	attacked := Measurement{Unit: Milliseconds, Floor: Bar{P99: 100}, Goal: Bar{P99: 50}, Noops: 5}
	rate := Measurement{Unit: PerSecond, Floor: Bar{P50: 3000}, Goal: Bar{P50: 5000}}
	for _, c := range []struct {
		name     string
		m        Measurement
		r        Result
		contacts int
		want     Verdict
	}{
		{"both under the goal", latency, Result{P50: 5, P99: 50}, barContacts, Goal},
		{"only the median", latency, Result{P50: 5, P99: 51}, barContacts, Floor},
		{"the median over the floor", latency, Result{P50: 11, P99: 20}, barContacts, Missed},
		{"a tail over the floor", latency, Result{P50: 1, P99: 101}, barContacts, Missed},
		{"no-ops are quick", attacked, Result{P99: 101, NoopP99: 20}, barContacts, Missed},
		{"no-ops are slow as well", attacked, Result{P99: 101, NoopP99: 21}, barContacts, Floor},
		{"the goal stays", attacked, Result{P99: 50, NoopP99: 1}, barContacts, Goal},
		{"a high rate", rate, Result{P50: 5000}, barContacts, Goal},
		{"a middling rate", rate, Result{P50: 4999}, barContacts, Floor},
		{"a low rate", rate, Result{P50: 2999}, barContacts, Missed},
		{"more contacts than the bar is for", rate, Result{P50: 1}, barContacts + 1, NoBar},
		{"no bar", Measurement{Unit: Bytes}, Result{P50: 1}, 1, NoBar},
	} {
		require.Equal(t, c.want, c.m.Judge(c.r, c.contacts), c.name)
	}
}

func TestDistribution(t *testing.T) {
	var took []time.Duration
	for i := 100; i > 0; i-- {
		took = append(took, time.Duration(i)*time.Millisecond)
	}
	require.Equal(t, Result{P50: 50, P99: 99, Samples: 100}, distribution(took, time.Millisecond))
	require.Equal(t, Result{P50: 7, P99: 7, Samples: 1}, distribution([]time.Duration{7 * time.Second}, time.Second))
}

func TestSampleTakesProcessorTime(t *testing.T) {
	s := &Subject{patience: time.Nanosecond}
	r, err := sample(context.Background(), s, time.Millisecond, func(int) error {
		for start := processorTime(); processorTime() < start+time.Millisecond; {
		}
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, fewestSamples, r.Samples)
	require.GreaterOrEqual(t, r.CPU, 1.0)
}

func TestFormat(t *testing.T) {
	for value, want := range map[float64]string{0: "-", 0.00123: "0.0012 ms", 0.5: "0.500 ms", 2.5: "2.50 ms", 99.94: "99.9 ms", 12345: "12345 ms"} {
		require.Equal(t, want, Milliseconds.format(value))
	}
	require.Equal(t, "1,234,567", thousands(1234567))
	require.Equal(t, "999", thousands(999))
	require.Equal(t, "p99 20 ms", Milliseconds.bar(Bar{P99: 20}))
	require.Equal(t, "10 / 100 ms", Milliseconds.bar(Bar{P50: 10, P99: 100}))
}

func TestPower(t *testing.T) {
	small := Row{Contacts: 100, Result: Result{P50: 2}}
	require.InDelta(t, 1, power(small, Row{Contacts: 1000, Result: Result{P50: 20}}), 1e-9)
	require.InDelta(t, 0, power(small, Row{Contacts: 1000, Result: Result{P50: 2}}), 1e-9)
}
