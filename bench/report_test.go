package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestReport(t *testing.T) {
	r := Report{Header: "here", Systems: []string{"kundi", "other"}, Lines: []Line{
		{Question: "a", Counted: true, Medians: []time.Duration{time.Millisecond, 4 * time.Millisecond}},
		{Question: "b", Counted: true, Medians: []time.Duration{time.Millisecond, 16 * time.Millisecond}, Differs: "other (3)"},
		{Question: "c", Medians: []time.Duration{time.Millisecond, time.Microsecond}},
		{Question: "d", Medians: []time.Duration{time.Millisecond, 0}, Found: []int{90, 0}},
	}}
	require.Equal(t, "8.0x", r.mean(1, 0, func(l Line) bool { return l.Counted }), "geometric, not arithmetic")
	require.Equal(t, "-", r.mean(1, 0, func(l Line) bool { return l.Found != nil }), "nobody else was asked")
	var text bytes.Buffer
	require.NoError(t, r.Write(&text))
	for _, want := range []string{"here", "4.0x", "0.001x", "DIFFERS: other (3)", "1.000 (90 %)"} {
		require.Contains(t, text.String(), want)
	}
}
