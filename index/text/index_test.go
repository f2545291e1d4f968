package text

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	bleve "github.com/blevesearch/bleve_index_api"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

func TestFollowsTheLog(t *testing.T) {
	s := newTestStore(t)
	x := openIndex(t, t.TempDir(), s)
	waitFor(t, x, s)
	ana := s.put(fields.Draft{"name": "Ana Müller", "email": "ana.m@example.com", "phone": "+4915112345678"})
	waitFor(t, x, s)
	require.Equal(t, []uint32{ana}, find(t, x, Name, "ana"))
	require.Equal(t, []uint32{ana}, find(t, x, Name, "mueller"))
	require.Equal(t, []uint32{ana}, find(t, x, Edge, "muel"))
	require.Equal(t, []uint32{ana}, find(t, x, Phone, "5678"))
	require.Equal(t, []uint32{ana}, find(t, x, Gram, "a.m"))
	require.Equal(t, uint32(1), x.Terms().Count("muller"))

	s.change(ana, fields.Draft{"name": "Anna Schulz"})
	waitFor(t, x, s)
	require.Empty(t, find(t, x, Name, "ana"))
	require.Equal(t, []uint32{ana}, find(t, x, Name, "schulz"))

	s.remove(ana)
	waitFor(t, x, s)
	require.Empty(t, find(t, x, Name, "schulz"))
	require.Equal(t, s.Head(), x.Status().Applied)
}

func TestChangeWithoutTextOnlyMovesTheMark(t *testing.T) {
	s := newTestStore(t)
	x := openIndex(t, t.TempDir(), s)
	ana := s.put(fields.Draft{"name": "Ana"})
	waitFor(t, x, s)
	reads := s.reads
	s.change(ana, fields.Draft{"labels": []any{"vip"}})
	waitFor(t, x, s)
	require.Equal(t, reads, s.reads, "no record was read")
}

func TestCompanyChangeReachesItsContacts(t *testing.T) {
	s := newTestStore(t)
	x := openIndex(t, t.TempDir(), s)
	ana := s.put(fields.Draft{"name": "Ana", "company": "Acme Foods"})
	s.put(fields.Draft{"name": "Bo"})
	waitFor(t, x, s)
	require.Equal(t, []uint32{ana}, find(t, x, Word, "acme"))
	s.rename(1, "Zenith Foods")
	waitFor(t, x, s)
	require.Empty(t, find(t, x, Word, "acme"))
	require.Equal(t, []uint32{ana}, find(t, x, Word, "zenith"))
}

// A copy of the folder, taken at any moment, is what a crash leaves behind:
// some changes are on disk, the newest were in memory only.
func TestConvergesAfterACrash(t *testing.T) {
	s := newTestStore(t)
	dir := t.TempDir()
	x := openIndex(t, dir, s)
	for i := range 30 {
		s.put(fields.Draft{"name": fmt.Sprintf("Ana Nr%d", i)})
	}
	waitFor(t, x, s)
	waitUntilDurable(t, x)
	require.NoError(t, x.Close(t.Context()))
	x = openAtPace(t, dir, s, Pace{Wait: time.Minute, Gather: time.Hour}) // no more than the first comes to disk
	for i := range 20 {
		s.put(fields.Draft{"name": fmt.Sprintf("Ana Nr%d", 30+i)})
	}
	waitFor(t, x, s)
	crashed := t.TempDir()
	require.NoError(t, os.CopyFS(crashed, os.DirFS(dir)))
	require.NoError(t, x.Close(t.Context()))

	for i := uint32(1); i <= 10; i++ {
		s.remove(i)
	}
	s.change(11, fields.Draft{"name": "Bo"})
	s.hold()
	x = openIndex(t, crashed, s)
	applied := x.Applied()
	require.GreaterOrEqual(t, applied, uint64(30), "what was on disk is there before anything is replayed")
	require.Less(t, applied, uint64(50), "and not all was there")
	s.release()
	waitFor(t, x, s)
	require.Len(t, find(t, x, Name, "ana"), 39)
	require.Equal(t, []uint32{11}, find(t, x, Name, "bo"))
}

// Who closes the index after a bulk load opens it whole.
func TestCloseWaitsForManyChanges(t *testing.T) {
	s := newTestStore(t)
	dir := t.TempDir()
	x := openIndex(t, dir, s)
	for i := range 3 * readAgain {
		s.put(fields.Draft{"name": fmt.Sprintf("Ana Nr%d", i)})
	}
	waitFor(t, x, s)
	require.NoError(t, x.Close(t.Context()))
	s.hold()
	x = openIndex(t, dir, s)
	require.GreaterOrEqual(t, x.Applied()+readAgain, s.Head())
	s.release()
}

func TestRebuildsUnasked(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, folder string, s *testStore){
		"missing": func(t *testing.T, folder string, _ *testStore) { require.NoError(t, os.RemoveAll(folder)) },
		"root damaged": func(t *testing.T, folder string, _ *testStore) {
			require.NoError(t, os.WriteFile(filepath.Join(folder, "root.bolt"), []byte("nonsense"), 0o600))
		},
		"segments lost": func(t *testing.T, folder string, _ *testStore) {
			files, err := filepath.Glob(filepath.Join(folder, "*.zap"))
			require.NoError(t, err)
			require.NotEmpty(t, files)
			for _, f := range files {
				require.NoError(t, os.Remove(f))
			}
		},
		"segments cut off": func(t *testing.T, folder string, _ *testStore) {
			files, err := filepath.Glob(filepath.Join(folder, "*.zap"))
			require.NoError(t, err)
			require.NotEmpty(t, files)
			for _, f := range files {
				require.NoError(t, os.Truncate(f, 10))
			}
		},
		"of another version": func(t *testing.T, folder string, _ *testStore) {
			rewrite(t, folder, func(b *bleve.Batch) { b.SetInternal(versionKey, []byte("0")) })
		},
		"without its mark": func(t *testing.T, folder string, _ *testStore) {
			rewrite(t, folder, func(b *bleve.Batch) { b.DeleteInternal(appliedKey) })
		},
		"ahead of a restored store": func(t *testing.T, folder string, _ *testStore) {
			rewrite(t, folder, func(b *bleve.Batch) { b.SetInternal(appliedKey, []byte{0, 0, 0, 0, 0, 0, 9, 9}) })
		},
		"partly ahead of a restored store": func(t *testing.T, folder string, _ *testStore) {
			rewrite(t, folder, func(b *bleve.Batch) { b.SetInternal(aheadKey, []byte{0, 0, 0, 0, 0, 0, 9, 9}) })
		},
		"log no longer reaches back": func(t *testing.T, _ string, s *testStore) {
			s.put(fields.Draft{"name": "Cy"})
			s.put(fields.Draft{"name": "Di"})
			require.NoError(t, s.TrimLog(t.Context(), s.Head()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestStore(t)
			dir := t.TempDir()
			x := openIndex(t, dir, s)
			ana := s.put(fields.Draft{"name": "Ana"})
			bo := s.put(fields.Draft{"name": "Bo"})
			waitFor(t, x, s)
			waitUntilDurable(t, x)
			require.NoError(t, x.Close(t.Context()))
			s = newTestStore(t) // as long, so that only a rebuild finds what is other
			s.put(fields.Draft{"name": "Ana"})
			s.put(fields.Draft{"name": "Changed"})
			damage(t, filepath.Join(dir, liveFolder), s)
			x = openIndex(t, dir, s)
			waitFor(t, x, s)
			require.Equal(t, []uint32{ana}, find(t, x, Name, "ana"))
			require.Equal(t, []uint32{bo}, find(t, x, Name, "changed"))
			require.Empty(t, find(t, x, Name, "bo"))
			require.Zero(t, x.Terms().Count("bo"))
		})
	}
}

// A store that was restored from an older copy comes to the change of the index again, with another one. The index is not
// taken up then, even if the first start was killed before it had built its own.
func TestAnIndexAheadOfTheStoreIsGoneForGood(t *testing.T) {
	s, dir := newTestStore(t), t.TempDir()
	x := openIndex(t, dir, s)
	s.put(fields.Draft{"name": "Ana"})
	s.put(fields.Draft{"name": "Bo"})
	waitFor(t, x, s)
	waitUntilDurable(t, x)
	require.NoError(t, x.Close(t.Context()))

	s = newTestStore(t)
	s.put(fields.Draft{"name": "Ana"})
	killed, err := Open(t.Context(), Options{Dir: dir, Documents: ContactDocuments(s), Source: s, Begin: make(chan struct{})})
	require.NoError(t, err)
	require.NoError(t, killed.Close(t.Context()))
	cy := s.put(fields.Draft{"name": "Cy"})
	x = openIndex(t, dir, s)
	waitFor(t, x, s)
	require.Equal(t, []uint32{cy}, find(t, x, Name, "cy"))
	require.Empty(t, find(t, x, Name, "bo"))
}

// Documents are of the records as they are when they are read, which may be newer than the change that the index is at. A
// store that was restored from a copy of between has not all that they have.
func TestAnIndexPartlyAheadOfTheStoreIsNotTakenUp(t *testing.T) {
	s, dir := newTestStore(t), t.TempDir()
	s.read = func() {
		s.hold()
		s.put(fields.Draft{"name": "Cy"})
	}
	x := openIndex(t, dir, s)
	<-x.Opened()
	s.put(fields.Draft{"name": "Ana"})
	require.Eventually(t, func() bool { return x.Applied() == 1 }, time.Minute, time.Millisecond)
	waitUntilDurable(t, x)
	require.NoError(t, x.Close(t.Context()))

	s = newTestStore(t)
	bo := s.put(fields.Draft{"name": "Bo"})
	x = openIndex(t, dir, s)
	waitFor(t, x, s)
	require.Equal(t, []uint32{bo}, find(t, x, Name, "bo"))
}

// waitUntilDurable waits until everything is on disk.
func waitUntilDurable(t *testing.T, x *Index) {
	t.Helper()
	require.Eventually(t, func() bool {
		x.mu.RLock()
		defer x.mu.RUnlock()
		return x.engine != nil && x.engine.isDurable()
	}, time.Minute, time.Millisecond)
}

// rewrite changes what a closed index says of itself.
func rewrite(t *testing.T, folder string, change func(*bleve.Batch)) {
	t.Helper()
	e, err := openEngine(folder, ContactDocuments(nil).version, building, nil)
	require.NoError(t, err)
	b := bleve.NewBatch()
	change(b)
	require.NoError(t, e.scorch.Batch(b))
	require.NoError(t, e.close())
}

// What is written while the index is built is in it afterwards.
func TestBuildReplaysWhatCameMeanwhile(t *testing.T) {
	s := newTestStore(t)
	for i := range 2_500 {
		s.put(fields.Draft{"name": fmt.Sprintf("Ana Nr%d", i)})
	}
	s.scanned = func() {
		s.scanned = nil
		s.change(1, fields.Draft{"name": "Bo"})
		s.put(fields.Draft{"name": "Cy"})
		s.remove(2)
	}
	x := openIndex(t, t.TempDir(), s)
	waitFor(t, x, s)
	require.Len(t, find(t, x, Name, "ana"), 2_498)
	require.Equal(t, []uint32{1}, find(t, x, Name, "bo"))
	require.Equal(t, []uint32{2_501}, find(t, x, Name, "cy"))
}

func TestWaitFor(t *testing.T) {
	s := newTestStore(t)
	x := openIndex(t, t.TempDir(), s)
	waitFor(t, x, s)
	err := x.WaitFor(t.Context(), 1)
	require.Equal(t, fault.KindInvalid, fault.KindOf(err), "a change that was never made")

	s.hold()
	s.put(fields.Draft{"name": "Ana"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var behind *fault.Error
	require.ErrorAs(t, x.WaitFor(ctx, 1), &behind)
	require.Equal(t, fault.KindUnavailable, behind.Kind)
	require.Equal(t, "index-behind", behind.Type)
	require.Zero(t, behind.Reached)

	done := make(chan error)
	go func() { done <- x.WaitFor(t.Context(), 1) }()
	s.release()
	require.NoError(t, <-done)
	require.Equal(t, []uint32{1}, find(t, x, Name, "ana"))
}

// Who waits for a change is told after a while how far the index has come.
func TestWaitForEndsAfterAWhile(t *testing.T) {
	require.Equal(t, 2*time.Second, Pace{}.orServers().Wait)
	s := newTestStore(t)
	x := openAtPace(t, t.TempDir(), s, Pace{Wait: time.Millisecond})
	s.put(fields.Draft{"name": "Ana"})
	require.Eventually(t, func() bool { return x.WaitFor(t.Context(), 1) == nil }, time.Minute, time.Millisecond)
	s.hold()
	s.put(fields.Draft{"name": "Bo"})
	var behind *fault.Error
	require.ErrorAs(t, x.WaitFor(t.Context(), 2), &behind)
	require.Equal(t, "index-behind", behind.Type)
	require.EqualValues(t, 1, behind.Reached)
	s.release()
}

func TestReaderRefusesWhileThereIsNoIndex(t *testing.T) {
	s := newTestStore(t)
	s.put(fields.Draft{"name": "Ana"})
	building := make(chan struct{})
	s.scanned = func() { <-building }
	x := openIndex(t, t.TempDir(), s)
	_, err := x.Reader()
	require.Equal(t, fault.KindUnavailable, fault.KindOf(err))
	require.Equal(t, stateBuilding, x.Status().State)
	close(building)
	waitFor(t, x, s)
	require.Equal(t, []uint32{1}, find(t, x, Name, "ana"))
}

func TestReaderOutlivesChangesAndClose(t *testing.T) {
	s := newTestStore(t)
	x := openIndex(t, t.TempDir(), s)
	ana := s.put(fields.Draft{"name": "Ana"})
	waitFor(t, x, s)
	r, err := x.Reader()
	require.NoError(t, err)
	s.remove(ana)
	waitFor(t, x, s)
	docs, err := r.Term(Name, "ana")
	require.NoError(t, err)
	require.Equal(t, []uint32{ana}, r.Rows(docs).ToArray(), "a reader is one moment")
	require.NoError(t, r.Close())
	require.NoError(t, x.Close(t.Context()))
}

func TestMetrics(t *testing.T) {
	s := newTestStore(t)
	registry := prometheus.NewRegistry()
	x, err := Open(t.Context(), Options{Dir: t.TempDir(), Documents: ContactDocuments(s), Source: s, Registerer: registry, Pace: quick()})
	require.NoError(t, err)
	defer x.Close(context.Background())
	s.woken(x)
	s.put(fields.Draft{"name": "Ana"})
	waitFor(t, x, s)
	families, err := registry.Gather()
	require.NoError(t, err)
	got := map[string]float64{}
	for _, f := range families {
		got[f.GetName()] = f.GetMetric()[0].GetGauge().GetValue()
	}
	require.Equal(t, map[string]float64{
		"kundi_text_applied_seq": 1, "kundi_text_lag_changes": 0, "kundi_text_tokens": 1, "kundi_text_files": 1,
	}, got)
}

func find(t *testing.T, x *Index, f Field, term string) []uint32 {
	t.Helper()
	r, err := x.Reader()
	require.NoError(t, err)
	defer r.Close()
	docs, err := r.Term(f, term)
	require.NoError(t, err)
	return r.Rows(docs).ToArray()
}

func openIndex(t *testing.T, dir string, s *testStore) *Index {
	t.Helper()
	return openAtPace(t, dir, s, quick())
}

// quick is the pace of a test: it waits for nothing but what it asks for.
func quick() Pace {
	return Pace{Wait: time.Minute, Gather: 5 * time.Millisecond, Settle: time.Minute, Retry: 5 * time.Millisecond, Sweep: 5 * time.Millisecond, Calm: 5 * time.Millisecond}
}

func openAtPace(t *testing.T, dir string, s *testStore, pace Pace) *Index {
	t.Helper()
	x, err := Open(t.Context(), Options{Dir: dir, Documents: ContactDocuments(s), Source: s, Pace: pace})
	require.NoError(t, err)
	s.woken(x)
	t.Cleanup(func() { require.NoError(t, x.Close(context.Background())) })
	return x
}

// waitFor waits until the index has everything of the store and answers.
func waitFor(t *testing.T, x *Index, s *testStore) {
	t.Helper()
	for {
		x.mu.RLock()
		advanced := x.advanced
		x.mu.RUnlock()
		r, err := x.Reader()
		if err == nil {
			require.NoError(t, r.Close())
			if x.Applied() >= s.Head() {
				return
			}
		} else {
			require.Equal(t, fault.KindUnavailable, fault.KindOf(err))
		}
		signal(x.hurry)
		<-advanced
	}
}

// The ranking compares a part of a name as it stands in the name, where it may
// read otherwise than on its own.
func TestPartsOfANameAreNotReadOnTheirOwn(t *testing.T) {
	whole := termsOf(&contacts.Contact{Name: "서주원"}, "")
	require.Equal(t, whole[Name], termsOf(&contacts.Contact{Name: "서주원", FirstName: "주원", LastName: "서"}, "")[Name])
	require.Contains(t, termsOf(&contacts.Contact{Name: "JW", FirstName: "주원"}, "")[Name], "주원")
}
