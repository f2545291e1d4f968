package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestReport(t *testing.T) {
	const ms, us = time.Millisecond, time.Microsecond
	r := Report{
		Header: "here", Systems: []string{"kundi", overHTTP, "other"}, Setups: []string{"in process", "served", "sorted by type"}, Missing: []string{"polars: no Python"},
		Lines: []Line{
			{Question: "a", Counted: true, Ten: true, Medians: []time.Duration{ms, 2 * ms, 4 * ms}},
			{Question: "b", Counted: true, Ten: true, Medians: []time.Duration{ms, 2 * ms, 16 * ms}, Differs: "other (3)"},
			{Question: "c", Ten: true, Medians: []time.Duration{ms, 0, us}},
			{Question: "d", Medians: []time.Duration{ms, 0, 0}, Found: []int{90, 0, 0}},
			{Question: nothingToAsk, Medians: []time.Duration{0, 400 * us, 0}},
			{Question: "e", Medians: []time.Duration{0, ms, 3 * ms}},
		},
	}
	require.Equal(t, "8.0x", r.mean(2, 0, func(l Line) bool { return l.Counted }), "geometric, not arithmetic")
	require.Equal(t, "4.0x", r.mean(2, 1, func(l Line) bool { return l.Ten }), "only where both were asked")
	require.Equal(t, "-", r.mean(2, 0, func(l Line) bool { return l.Found != nil }), "nobody else was asked")
	var text bytes.Buffer
	require.NoError(t, r.Write(&text))
	for _, want := range []string{"here", "other: sorted by type", "left out: polars: no Python", "4.0x", "0.001x", "DIFFERS: other (3)", "1.000 (90 %)", "HTTP adds 1.000 ms to one of the ten questions (median), 0.400 ms of them"} {
		require.Contains(t, text.String(), want)
	}
	line := func(of string) []string {
		for line := range strings.Lines(text.String()) {
			if strings.HasPrefix(line, of) {
				return strings.Fields(strings.TrimPrefix(line, of))
			}
		}
		return nil
	}
	require.Equal(t, []string{"0", "-", "1.000", "3.000", "3.0x"}, line("e "), "Kundi over HTTP is what others are compared with when it is the first")
	require.Equal(t, []string{"0.500x", "1", "4.0x"}, line("geometric mean, those of the ten that are asked over HTTP"))
	require.Equal(t, []string{"1", "2.0x", "0.400x"}, line("geometric mean, the ten questions (*)"))
}

func TestMeansOverHTTPAreLeftOutWithoutTheServer(t *testing.T) {
	r := Report{Systems: []string{"kundi"}, Lines: []Line{{Question: "a", Ten: true, Medians: []time.Duration{time.Millisecond}}}}
	var text bytes.Buffer
	require.NoError(t, r.Write(&text))
	require.NotContains(t, text.String(), "over HTTP")
}
