package text

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// commits are changes of records, so many in each commit.
func commits(n, each int) []ledger.Change {
	var list []ledger.Change
	for commit := range n {
		for range each {
			list = append(list, ledger.Change{Entity: fields.EntityContact, Op: ledger.OpCreate, At: noon.Add(time.Duration(commit) * time.Millisecond)})
		}
	}
	return list
}

func TestALoadIsToldByItsCommits(t *testing.T) {
	require.True(t, isLoad(commits(20, 200)))
	require.True(t, isLoad(commits(20, 100)))
	require.False(t, isLoad(commits(400, 64)), "many clients with a contact each")
	require.False(t, isLoad(commits(9, 200)), "too few to matter")
	require.False(t, isLoad(nil))
}

func TestALoadConcernsAnIndexOfItsRecords(t *testing.T) {
	people := follower{Index: &Index{of: Documents{touches: touchesContacts}}}
	firms := follower{Index: &Index{of: Documents{touches: touchesCompanies}}}
	load := commits(20, 200)
	require.True(t, people.concerned(load))
	require.False(t, firms.concerned(load))
	small := ledger.Change{Entity: fields.EntityCompany, Op: ledger.OpCreate, At: noon.Add(time.Hour)}
	require.False(t, firms.concerned(append(load, small)), "one that comes in a commit of its own")
	small.At = load[len(load)-1].At
	require.True(t, firms.concerned(append(load, small)))
}

func TestThePulseOfALoad(t *testing.T) {
	var p pulse
	require.False(t, p.look(5_000_000, noon), "of a log that was there")
	require.False(t, p.look(5_010_000, noon.Add(pulseEvery-1)), "too soon to tell")
	require.True(t, p.look(5_010_000, noon.Add(pulseEvery)))
	require.True(t, p.look(5_010_000, noon.Add(2*pulseEvery-1)))
	require.False(t, p.look(5_010_400, noon.Add(2*pulseEvery)), "800 a second")
	require.True(t, p.look(5_011_400, noon.Add(4*pulseEvery)))
}

// loaded is a follower of an index that has nothing of some contacts, written in one commit.
func loaded(t *testing.T, n int) (s *testStore, f *follower) {
	t.Helper()
	s = newTestStore(t)
	x := openAtPace(t, t.TempDir(), s, quick())
	waitFor(t, x, s)
	x.stop()
	<-x.stopped // its own follower
	drafts := make([]fields.Draft, n)
	for i := range drafts {
		drafts[i] = fields.Draft{"name": fmt.Sprintf("Loaded Nr%d", i)}
	}
	_, err := s.people.Batch(t.Context(), writer, drafts)
	require.NoError(t, err)
	return s, &follower{Index: x, ahead: x.Applied()}
}

func TestWhatIsWrittenBesideALoadIsFoundAtOnce(t *testing.T) {
	s, f := loaded(t, loadCommit)
	one := s.put(fields.Draft{"name": "Beside"})
	before := f.Applied()
	_, err := f.applyAhead(t.Context(), f.engine)
	require.NoError(t, err)
	require.Equal(t, []uint32{one}, find(t, f.Index, Name, "beside"))
	require.Empty(t, find(t, f.Index, Name, "loaded"))
	require.Equal(t, before, f.Applied(), "searches do not reflect the load")

	s.mu.Lock()
	s.reads = 0
	s.mu.Unlock()
	newest, err := f.applyAhead(t.Context(), f.engine)
	require.NoError(t, err)
	require.Zero(t, newest, "nothing is new")
	require.Zero(t, s.reads)

	s.remove(one)
	_, err = f.applyAhead(t.Context(), f.engine)
	require.NoError(t, err)
	require.Empty(t, find(t, f.Index, Name, "beside"))
}

func TestHowLongTheFollowerWaitsForALoad(t *testing.T) {
	_, f := loaded(t, loadCommit)
	await := func(oldest time.Time) bool {
		t.Helper()
		goesOn, err := f.awaitLoad(t.Context(), f.engine, oldest)
		require.NoError(t, err)
		return goesOn
	}
	f.pulse = pulse{head: f.source.Head(), at: time.Now(), beats: true}
	require.False(t, await(time.Now()), "the log grows no more")

	f.pulse = pulse{head: f.source.Head(), at: time.Now().Add(time.Hour), beats: true}
	signal(f.hurry)
	require.True(t, await(time.Now()), "somebody waits")

	f.ahead = f.Applied()
	require.True(t, await(time.Now().Add(-2*loadMost)), "it has waited for long")
}
