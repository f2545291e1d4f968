package perf

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRunMeasuresEverythingAndCleansUp(t *testing.T) {
	dir := t.TempDir()
	report, err := Run(context.Background(), Options{
		Contacts: []int{60, 120}, Conversations: 1, WholeUpTo: 60, Seed: 1, Program: os.Args[0], Dir: dir, Patience: time.Nanosecond, Typed: 1_000,
	})
	require.NoError(t, err)

	var small, large []string
	for _, row := range report.Rows {
		if row.Contacts == 60 {
			small = append(small, row.Name)
		} else {
			large = append(large, row.Name)
		}
		switch row.Name {
		case "columns-memory", "conversations-disk", "campaign-events-disk": // so few records drown in what else changes in the heap and the folder
		default:
			require.Positive(t, row.P50, row.Name)
		}
	}
	require.Equal(t, Names(), small, "all of them, in order")
	require.Contains(t, large, "facets")
	require.NotContains(t, large, "bulk-load", "no data folder above the limit")

	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)

	var text bytes.Buffer
	require.NoError(t, report.Write(&text))
	require.Contains(t, text.String(), "120 contacts")
	require.Contains(t, text.String(), "Growth of the medians")
	encoded, err := json.Marshal(report)
	require.NoError(t, err)
	var decoded Report
	require.NoError(t, json.Unmarshal(encoded, &decoded))
	require.Equal(t, report, &decoded)
}

// Every question must have somebody who passes, or it measures nothing.
func TestQuestionsFindSomebody(t *testing.T) {
	report, err := Run(context.Background(), Options{
		Contacts: []int{5000}, Only: []string{"count", "ids", "difference"}, Seed: 1, Dir: t.TempDir(), Patience: time.Nanosecond,
	})
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(report.Rows), 10)
	for _, row := range report.Rows {
		require.NotEmpty(t, row.Note, row.Name)
		require.NotRegexp(t, `^0 rows`, row.Note, row.Name)
	}
}

func TestRunRefuses(t *testing.T) {
	_, err := Run(context.Background(), Options{Contacts: []int{10}, Only: []string{"nothing"}})
	require.ErrorContains(t, err, "count-equalities", "it says what there is")
	_, err = Run(context.Background(), Options{Contacts: []int{0}})
	require.Error(t, err)
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	_, err = Run(cancelled, Options{Contacts: []int{10}, Dir: dir})
	require.ErrorIs(t, err, context.Canceled)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestRunKeepsWhatWasMeasuredBeforeAnInterruption(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	report, err := Run(ctx, Options{
		Contacts: []int{10}, Only: []string{"count"}, Dir: t.TempDir(), Patience: time.Nanosecond,
		Progress: writerFunc(func(line string) {
			if strings.HasPrefix(line, "count-equalities") {
				cancel()
			}
		}),
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, report.Rows, 1)
}

type writerFunc func(line string)

func (f writerFunc) Write(p []byte) (int, error) { f(string(p)); return len(p), nil }

func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range Names() {
		require.False(t, seen[name], name)
		seen[name] = true
	}
}

// A folder that is kept is loaded once, and only measured for what it was loaded with.
func TestAKeptFolderIsLoadedOnce(t *testing.T) {
	dir := t.TempDir()
	o := Options{
		Contacts: []int{50}, Conversations: 2, Only: []string{"conversations-load", "conversations-disk"}, Program: os.Args[0], Keep: dir, Patience: time.Nanosecond,
	}
	var said bytes.Buffer
	o.Progress = &said
	first, err := Run(context.Background(), o)
	require.NoError(t, err)
	require.Contains(t, said.String(), "loading 50 contacts")
	require.Contains(t, said.String(), "importing 100 conversations")

	said.Reset()
	second, err := Run(context.Background(), o)
	require.NoError(t, err)
	require.NotContains(t, said.String(), "loading")
	require.NotContains(t, said.String(), "importing")
	require.Equal(t, first.Rows, second.Rows)

	o.Contacts = []int{60}
	_, err = Run(context.Background(), o)
	require.ErrorContains(t, err, "has 50 contacts and 100 conversations")
	o.Contacts, o.Conversations = []int{50, 60}, 2
	_, err = Run(context.Background(), o)
	require.ErrorContains(t, err, "one number of contacts")
	o.Contacts, o.Conversations = []int{50}, maxTalks+1
	_, err = Run(context.Background(), o)
	require.ErrorContains(t, err, "for each contact must be 0 to 50")
}
