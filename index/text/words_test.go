package text

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
)

// wordsRig is an index that keeps its words however few they are.
type wordsRig struct {
	*testing.T
	s   *testStore
	dir string
	x   *Index
}

func newWordsRig(t *testing.T) *wordsRig {
	r := &wordsRig{T: t, s: newTestStore(t), dir: t.TempDir()}
	r.open()
	waitFor(t, r.x, r.s)
	for i := range 20 {
		r.s.put(fields.Draft{"name": fmt.Sprintf("Ana Nr%d", i)})
	}
	r.settle()
	return r
}

// open opens the index. Its files are not merged: all that is in them would be of one file, which is new.
func (r *wordsRig) open() {
	r.Helper()
	r.x = openIndex(r.T, r.dir, r.s)
	<-r.x.Opened()
	holdMerges(r.x.engine.scorch, make(chan struct{}))
}

// settle waits until all is on disk, and keeps the words.
func (r *wordsRig) settle() {
	r.Helper()
	waitFor(r.T, r.x, r.s)
	waitUntilDurable(r.T, r.x)
	r.x.wordsMu.Lock()
	r.x.wordsLeast = 1
	r.x.wordsMu.Unlock()
	require.Eventually(r, func() bool { return !r.inMemory() }, time.Minute, time.Millisecond)
	(&follower{Index: r.x}).keepWords()
	r.x.wordsMu.Lock()
	r.x.wordsLeast = wordsLeast
	r.x.wordsMu.Unlock()
}

// inMemory reports whether words of the index are in no file yet: they would be read again.
func (r *wordsRig) inMemory() bool {
	snapshot, segments, err := r.x.engine.segments()
	if err != nil {
		return true
	}
	defer snapshot.Close()
	return slices.ContainsFunc(segments, func(s segment.Segment) bool { return fileOf(s) == "" })
}

// restart opens the index again, and says whether it took the words from their file. It follows nothing until the
// store is released: what it reads again would count twice.
func (r *wordsRig) restart() (kept bool) {
	r.Helper()
	r.stop()
	r.s.hold()
	r.open()
	r.x.wordsMu.Lock()
	defer r.x.wordsMu.Unlock()
	return r.x.kept.files != nil
}

func (r *wordsRig) stop() {
	r.Helper()
	require.NoError(r, r.x.Close(r.Context()))
}

func (r *wordsRig) path() string { return filepath.Join(r.dir, liveFolder, wordsFile) }

// requireWords checks how many records have some words.
func (r *wordsRig) requireWords(counts map[string]uint32) {
	r.Helper()
	for word, count := range counts {
		require.Equal(r, count, r.x.Terms().Count(word), word)
	}
}

func TestWordsAreKeptInAFile(t *testing.T) {
	r := newWordsRig(t)
	require.True(t, r.restart())
	r.requireWords(map[string]uint32{"ana": 20, "nr7": 1})
	r.s.release()

	r.s.put(fields.Draft{"name": "Ana Later"})
	waitFor(t, r.x, r.s)
	waitUntilDurable(t, r.x)
	require.True(t, r.restart(), "the words of a file that was made since are added")
	r.requireWords(map[string]uint32{"ana": 21, "nr7": 1, "later": 1})
}

func TestWordsAreReadAnew(t *testing.T) {
	damaged := func(at int64) func(*wordsRig) {
		return func(r *wordsRig) {
			content, err := os.ReadFile(r.path())
			require.NoError(r, err)
			content[(at+int64(len(content)))%int64(len(content))] ^= 1
			require.NoError(r, os.WriteFile(r.path(), content, 0o600))
		}
	}
	for name, damage := range map[string]func(*wordsRig){
		"another version": damaged(int64(len(wordsMagic))),
		"a bit":           damaged(100),
		"the sum":         damaged(-1),
		"missing":         func(r *wordsRig) { require.NoError(r, os.Remove(r.path())) },
		"cut off":         func(r *wordsRig) { require.NoError(r, os.Truncate(r.path(), 200)) },
		"more behind it": func(r *wordsRig) {
			content, err := os.ReadFile(r.path())
			require.NoError(r, err)
			require.NoError(r, os.WriteFile(r.path(), append(content, 0), 0o600))
		},
		"names of files that were given again": func(r *wordsRig) {
			files, _, err := loadWords(r.path())
			require.NoError(r, err)
			for name := range files {
				files[name]++
			}
			require.NoError(r, r.x.saveWords(files))
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newWordsRig(t)
			damage(r)
			require.False(t, r.restart())
			r.requireWords(map[string]uint32{"ana": 20, "nr7": 1})
		})
	}
}

func TestWordsAreKeptWhenMuchIsNew(t *testing.T) {
	require.False(t, wordsAreDue(19_999, 19_999, wordsLeast))
	require.True(t, wordsAreDue(20_000, 20_000, wordsLeast))
	require.False(t, wordsAreDue(120_000, 1_000_000, wordsLeast))
	require.True(t, wordsAreDue(125_000, 1_000_000, wordsLeast))

	r := newWordsRig(t)
	before, err := os.Stat(r.path())
	require.NoError(t, err)
	r.settle()
	now, err := os.Stat(r.path())
	require.NoError(t, err)
	require.True(t, os.SameFile(before, now), "nothing is new")
	for range 5 {
		r.s.put(fields.Draft{"name": "Cy"})
	}
	r.settle()
	now, err = os.Stat(r.path())
	require.NoError(t, err)
	require.False(t, os.SameFile(before, now))
}

// Each change of a record counts its words again, and so does a file of Bleve that others were merged into. Kept as they are,
// the counts would grow from start to start.
func TestWordsAreCountedBeforeTheyAreKept(t *testing.T) {
	r := newWordsRig(t)
	r.x.Terms().Add(slices.Repeat([]string{"ana"}, 100))
	for range 5 {
		r.s.put(fields.Draft{"name": "Cy"})
	}
	r.settle()
	require.True(t, r.restart())
	r.requireWords(map[string]uint32{"ana": 20, "cy": 5})
}

func TestWordsAreKeptByClose(t *testing.T) {
	r := newWordsRig(t)
	require.NoError(t, os.Remove(r.path()))
	r.x.wordsMu.Lock()
	r.x.kept, r.x.wordsLeast = keptWords{}, 1
	r.x.wordsMu.Unlock()
	require.True(t, r.restart())
	r.requireWords(map[string]uint32{"ana": 20, "nr7": 1})
}

func TestPurgeDropsWordsOfWhoIsGone(t *testing.T) {
	r := newWordsRig(t)
	freeMerges(r.x.engine.scorch)
	r.s.remove(8)
	waitFor(t, r.x, r.s)
	words := func() string {
		content, err := os.ReadFile(r.path())
		require.NoError(t, err)
		return string(content)
	}
	require.Contains(t, words(), "nr7nr8")
	require.NoError(t, r.x.Purge(t.Context()))
	require.NoFileExists(t, r.path())
	r.settle()
	require.Contains(t, words(), "nr6nr8")
	r.requireWords(map[string]uint32{"ana": 19, "nr7": 0})
}
