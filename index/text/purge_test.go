package text

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
)

// onFile reports whether a word, or one that has it as a part, is in a file of
// the index, be it of a document that was deleted.
func onFile(t *testing.T, x *Index, word string) bool {
	t.Helper()
	r, err := x.Reader()
	require.NoError(t, err)
	defer r.Close()
	for _, s := range r.segments {
		for _, field := range everyField {
			dict, err := s.segment.Dictionary(string(field))
			require.NoError(t, err)
			it := dict.AutomatonIterator(nil, nil, nil)
			for entry, err := it.Next(); entry != nil; entry, err = it.Next() {
				require.NoError(t, err)
				if strings.Contains(entry.Term, word) {
					return true
				}
			}
		}
	}
	return false
}

// requireNoOtherFiles demands that every file of the index is one that is asked.
func requireNoOtherFiles(t *testing.T, x *Index) {
	t.Helper()
	r, err := x.Reader()
	require.NoError(t, err)
	defer r.Close()
	var asked []string
	for _, s := range r.segments {
		asked = append(asked, s.segment.(segment.PersistedSegment).Path())
	}
	there, err := filepath.Glob(filepath.Join(x.dir, liveFolder, "*.zap"))
	require.NoError(t, err)
	require.ElementsMatch(t, asked, there)
}

func TestPurgeLeavesNoWordOfWhoIsGone(t *testing.T) {
	const word = "zqxwvkj"
	t.Parallel()
	ctx := context.Background()
	for name, c := range map[string]struct{ before, after int }{
		"one file, others in it": {1, 0},
		"several files":          {1, 1},
		"nobody else":            {0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // what takes time is waiting for Bleve to write files
			s := newTestStore(t)
			x := openIndex(t, t.TempDir(), s)
			others := func(n int) {
				for range n {
					s.put(fields.Draft{"name": "Ada Lovelace"})
					waitFor(t, x, s)
					require.NoError(t, x.onDisk(ctx))
				}
			}
			others(c.before)
			gone := s.put(fields.Draft{"name": "Kim Zqxwvkj", "email": "zqxwvkj@example.com"})
			waitFor(t, x, s)
			require.NoError(t, x.onDisk(ctx))
			if c.after == 0 {
				require.NoError(t, x.merge(ctx))
			}
			others(c.after)
			require.True(t, onFile(t, x, word))
			s.remove(gone)
			waitFor(t, x, s)
			require.NoError(t, x.onDisk(ctx))

			require.NoError(t, x.Purge(ctx))
			require.False(t, onFile(t, x, word))
			requireNoOtherFiles(t, x)
			require.Len(t, find(t, x, Name, "ada"), c.before+c.after)
		})
	}
}

func TestPurgeEndsWithItsContext(t *testing.T) {
	s := newTestStore(t)
	x := openIndex(t, t.TempDir(), s)
	s.put(fields.Draft{"name": "Ada Lovelace"})
	waitFor(t, x, s)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, x.Purge(ctx), context.Canceled)
	require.ErrorIs(t, x.merge(ctx), context.Canceled)
}

// A file that a search still reads stays until that ends. It is not merged again for that.
func TestPurgeWaitsForWhoReads(t *testing.T) {
	s := newTestStore(t)
	x := openIndex(t, t.TempDir(), s)
	gone := s.put(fields.Draft{"name": "Kim Zqxwvkj"})
	s.put(fields.Draft{"name": "Ada Lovelace"})
	waitFor(t, x, s)
	require.NoError(t, x.onDisk(t.Context()))
	r, err := x.Reader()
	require.NoError(t, err)
	s.remove(gone)
	waitFor(t, x, s)

	require.ErrorIs(t, x.Purge(t.Context()), errRead)
	e, err := x.live()
	require.NoError(t, err)
	require.EqualValues(t, 1, e.stats().TotFileMergeForceOpsCompleted)
	require.False(t, onFile(t, x, "zqxwvkj"), "what is asked now has been written anew")

	require.NoError(t, r.Close())
	require.NoError(t, x.Purge(t.Context()))
	requireNoOtherFiles(t, x)
}

// Who is deleted while Purge writes the document again is not brought back by that.
func TestPurgeBringsNobodyBack(t *testing.T) {
	s := newTestStore(t)
	x := openIndex(t, t.TempDir(), s)
	kim := s.put(fields.Draft{"name": "Kim Zqxwvkj"})
	gone := s.put(fields.Draft{"name": "Ada Lovelace"})
	waitFor(t, x, s)
	require.NoError(t, x.onDisk(t.Context()))
	require.NoError(t, x.merge(t.Context()))
	s.remove(gone)
	waitFor(t, x, s)
	s.mu.Lock()
	s.read = func() {
		s.remove(kim)
		for until := time.Now().Add(100 * time.Millisecond); x.Applied() < s.Head() && time.Now().Before(until); {
			signal(x.hurry)
			time.Sleep(time.Millisecond)
		}
	}
	s.mu.Unlock()

	require.NoError(t, x.Purge(t.Context()))
	waitFor(t, x, s)
	require.Empty(t, find(t, x, Name, "kim"))
	require.NoError(t, x.Purge(t.Context()))
	require.False(t, onFile(t, x, "zqxwvkj"))
}
