package index

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/ledger"
)

// written is what an index has logged. Its goroutines go on to write while a test reads.
type written struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *written) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(b)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// patient is the pace of a text index that is waited for on a machine that is busy with others.
var patient = text.Pace{Wait: time.Minute, Gather: 5 * time.Millisecond, Settle: time.Minute}

// open opens the index of a folder and makes it follow the records.
func open(t *testing.T, dir string, r *indextest.Records) (*Index, *written) {
	t.Helper()
	var log written
	x, err := Open(t.Context(), Options{Dir: dir, Source: r, Kinds: indextest.Kinds, Logger: slog.New(slog.NewTextHandler(&log, nil)), Pace: patient})
	require.NoError(t, err)
	r.Follow = x.Apply
	return x, &log
}

func closeIndex(t *testing.T, x *Index) {
	t.Helper()
	require.NoError(t, x.Close(context.Background()))
}

var everyone = filter.Env{Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Zone: time.UTC}

// countOf returns the number of contacts of a country.
func countOf(t *testing.T, x *Index, country string) uint64 {
	t.Helper()
	field, _ := x.source.Schema().Field("country")
	count, _, err := x.Count(t.Context(), &filter.Filter{Root: &filter.Group{Rules: []filter.Node{
		&filter.Rule{Field: field, Operator: filter.Eq, Values: []fields.Value{fields.TextValue(country)}},
	}}}, everyone)
	require.NoError(t, err)
	return count
}

func TestAnswersReflectEveryAppliedChange(t *testing.T) {
	r := indextest.NewRecords()
	r.Put(1, "KE")
	x, _ := open(t, t.TempDir(), r)
	defer closeIndex(t, x)
	r.Put(2, "KE")
	r.Put(3, "TZ")
	r.Remove(1)

	field, _ := r.Schema().Field("country")
	a, err := x.Query(t.Context(), Query{Env: everyone, Facets: fields.CountValues(field), Limit: 1})
	require.NoError(t, err)
	require.Equal(t, Answer{
		Count: 2, Ordinals: []uint32{2}, Next: &fields.Position{Ordinal: 2}, Seq: 4,
		Facets: []fields.Facet{{Field: field, Values: []fields.FacetValue{
			{Value: fields.TextValue("KE"), Count: 1}, {Value: fields.TextValue("TZ"), Count: 1},
		}}},
	}, a)
	members, seq, err := x.Members(t.Context(), nil, everyone)
	require.NoError(t, err)
	require.Equal(t, []uint32{2, 3}, members.ToArray())
	require.EqualValues(t, 4, seq)
	require.True(t, x.Has(2))
	require.False(t, x.Has(1))
	require.NoError(t, x.Ready())
	require.EqualValues(t, 2, x.Status().Contacts)
}

// However the checkpoint is found, the columns are as the store has them.
func TestOpenConvergesWhateverTheCheckpoint(t *testing.T) {
	damage := map[string]struct {
		do      func(t *testing.T, path string, r *indextest.Records)
		rebuilt bool
	}{
		"whole":   {func(*testing.T, string, *indextest.Records) {}, false},
		"missing": {func(t *testing.T, path string, _ *indextest.Records) { require.NoError(t, os.Remove(path)) }, true},
		"not to be opened": {func(t *testing.T, path string, _ *indextest.Records) {
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.Symlink(path, path))
		}, true},
		"empty":    {func(t *testing.T, path string, _ *indextest.Records) { require.NoError(t, os.Truncate(path, 0)) }, true},
		"cut off":  {func(t *testing.T, path string, _ *indextest.Records) { require.NoError(t, os.Truncate(path, 900)) }, true},
		"bit flip": {func(t *testing.T, path string, _ *indextest.Records) { flip(t, path, 1000) }, true},
		"older version": {func(t *testing.T, path string, _ *indextest.Records) {
			flip(t, path, 8) // the version is behind the magic
		}, true},
		"log does not reach back": {func(_ *testing.T, _ string, r *indextest.Records) { r.Kept = uint64(len(r.Log)) - 1 }, true},
		"store is older": {func(_ *testing.T, _ string, r *indextest.Records) {
			r.Log = r.Log[:1]
			r.People = map[uint32]*contacts.Contact{}
			for i := range uint32(3) {
				r.People[i+1] = &contacts.Contact{Ordinal: i + 1, Country: "KE"}
			}
		}, true},
	}
	for name, d := range damage {
		t.Run(name, func(t *testing.T) {
			dir, r := t.TempDir(), indextest.NewRecords()
			x, _ := open(t, dir, r)
			for i := range uint32(20) {
				r.Put(i+1, "TZ")
			}
			closeIndex(t, x)
			r.Follow = func([]ledger.Change) {}
			for i := range uint32(3) {
				r.Put(i+1, "KE")
			}
			r.Remove(4)
			d.do(t, filepath.Join(dir, checkpointFile), r)

			x, log := open(t, dir, r)
			require.EqualValues(t, 3, countOf(t, x, "ke"))
			require.EqualValues(t, len(r.People)-3, countOf(t, x, "tz"))
			require.Equal(t, d.rebuilt, strings.Contains(log.String(), "columns will be rebuilt"), log.String())
			require.Equal(t, r.Head(), x.Seq())
			closeIndex(t, x)
		})
	}
}

// A log of many pages, in no order of the records and with some of them twice,
// is replayed to what the store has.
func TestOpenReplaysALongLog(t *testing.T) {
	dir, r := t.TempDir(), indextest.NewRecords()
	x, _ := open(t, dir, r)
	r.Put(1, "TZ")
	closeIndex(t, x)
	r.Follow = func([]ledger.Change) {}
	const people = 2*pageSize + 10
	for i := range uint32(people) {
		r.Put(1+i*7%people, "KE")
	}
	for i := uint32(3); i <= people; i += 3 {
		r.Remove(i)
	}

	x, log := open(t, dir, r)
	require.NotContains(t, log.String(), "columns will be rebuilt")
	found, err := x.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, found)
	closeIndex(t, x)
}

// flip changes one byte of a file.
func flip(t *testing.T, path string, at int) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	b[at] ^= 1
	require.NoError(t, os.WriteFile(path, b, 0o600))
}

func TestApplyReadsWhatItMissed(t *testing.T) {
	r := indextest.NewRecords()
	x, _ := open(t, t.TempDir(), r)
	defer closeIndex(t, x)
	r.Follow = func([]ledger.Change) {}
	r.Put(1, "KE")
	r.Put(2, "KE")
	r.Follow = x.Apply
	r.Put(3, "KE")
	require.EqualValues(t, 3, countOf(t, x, "ke"))
	require.NoError(t, x.Ready())
}

func TestColumnsThatCannotCatchUpAreNotReady(t *testing.T) {
	r := indextest.NewRecords()
	x, _ := open(t, t.TempDir(), r)
	defer closeIndex(t, x)
	r.Follow = func([]ledger.Change) {}
	r.Put(1, "KE")
	r.Put(2, "KE")
	r.Kept = 2
	r.Follow = x.Apply
	r.Put(3, "KE")
	require.Equal(t, fault.KindUnavailable, fault.KindOf(x.Ready()))
}

func TestAFullDiskKeepsTheOldCheckpoint(t *testing.T) {
	for _, file := range []string{checkpointFile, deltaFile} {
		dir, r := t.TempDir(), indextest.NewRecords()
		x, _ := open(t, dir, r)
		x.stop() // nobody else writes one
		x.running.Wait()
		write := func(file string) error {
			if file == checkpointFile {
				x.checkpoint.base = nil
			}
			x.checkpoint.delta = 0
			return x.writeCheckpoint()
		}
		r.Put(1, "KE")
		require.NoError(t, write(checkpointFile))
		r.Put(2, "KE")
		require.NoError(t, write(deltaFile))
		path := filepath.Join(dir, file)
		before, err := os.ReadFile(path)
		require.NoError(t, err)
		seq := x.checkpoint.seq.Load()

		r.Put(3, "KE")
		require.NoError(t, os.Mkdir(path+".new", 0o700)) // cannot be opened for writing
		require.Error(t, write(file))
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, before, after)
		require.Equal(t, seq, x.checkpoint.seq.Load())
		require.NoError(t, os.Remove(path+".new"))
		closeIndex(t, x)
		require.Equal(t, r.Head(), x.checkpoint.seq.Load())
	}
}

// Whatever became of the delta, the base and the log give the same columns.
func TestOpenConvergesWhateverTheDelta(t *testing.T) {
	for name, do := range map[string]func(t *testing.T, dir string, earlier []byte){
		"whole":   func(*testing.T, string, []byte) {},
		"missing": func(t *testing.T, dir string, _ []byte) { require.NoError(t, os.Remove(filepath.Join(dir, deltaFile))) },
		"cut off": func(t *testing.T, dir string, _ []byte) {
			require.NoError(t, os.Truncate(filepath.Join(dir, deltaFile), 900))
		},
		"bit flip": func(t *testing.T, dir string, _ []byte) { flip(t, filepath.Join(dir, deltaFile), 100) },
		"of a base before": func(t *testing.T, dir string, earlier []byte) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, deltaFile), earlier, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, r := t.TempDir(), indextest.NewRecords()
			x, _ := open(t, dir, r)
			x.stop() // nobody else writes one
			x.running.Wait()
			next := uint32(1)
			change := func() {
				r.Put(next, "KE")
				r.Put(next+1, "TZ")
				next++
				require.NoError(t, x.writeCheckpoint())
			}
			x.checkpoint.base = nil // one of nobody may have been written already
			change()                // a base
			change()                // a delta
			earlier, err := os.ReadFile(filepath.Join(dir, deltaFile))
			require.NoError(t, err)
			x.checkpoint.base = nil
			change() // another base
			change() // and its delta
			closeIndex(t, x)
			r.Follow = func([]ledger.Change) {}
			r.Put(1, "TZ")
			do(t, dir, earlier)

			x, log := open(t, dir, r)
			require.EqualValues(t, 3, countOf(t, x, "ke"))
			require.EqualValues(t, 2, countOf(t, x, "tz"))
			require.NotContains(t, log.String(), "rebuilt")
			require.Equal(t, r.Head(), x.Seq())
			closeIndex(t, x)
		})
	}
}

// An index beside the folder of another store has the numbers of changes that this one has, too.
func TestAnIndexOfAnotherStoreIsNotTakenUp(t *testing.T) {
	dir := t.TempDir()
	of := func(store string, r *indextest.Records) *Index {
		x, err := Open(t.Context(), Options{Dir: dir, Of: store, Source: r, Kinds: indextest.Kinds, Pace: patient})
		require.NoError(t, err)
		r.Follow = x.Apply
		return x
	}
	r := indextest.NewRecords()
	x := of("", r) // as of an older version
	r.Put(1, "KE")
	closeIndex(t, x)
	checkpoint := filepath.Join(dir, checkpointFile)
	before, err := os.Stat(checkpoint)
	require.NoError(t, err)
	for range 2 {
		x = of("one", r)
		closeIndex(t, x)
		now, err := os.Stat(checkpoint)
		require.NoError(t, err)
		require.True(t, os.SameFile(before, now))
	}

	other := indextest.NewRecords()
	other.Put(1, "TZ")
	x = of("other", other)
	require.EqualValues(t, 1, countOf(t, x, "tz"))
	closeIndex(t, x)
	x = of("other", other)
	require.EqualValues(t, 1, countOf(t, x, "tz"))
	closeIndex(t, x)
}
