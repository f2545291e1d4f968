package text

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
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

// importer writes loads. What the writer writes in the same millisecond is not theirs.
var importer = ledger.Caller{Author: ledger.Author{Source: ledger.SourceImport, Name: "load"}}

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
	_, err := s.people.Batch(t.Context(), importer, drafts)
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
	require.Equal(t, s.Head(), f.engine.newest(before), "but something of what came after it")

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

func TestWhatIsWrittenInACommitOfALoadIsTold(t *testing.T) {
	load := commits(20, 200)
	at := load[200].At
	another := ledger.Change{Entity: fields.EntityContact, Op: ledger.OpCreate, At: at, Actor: "another"}
	both := slices.Concat(load[:300], []ledger.Change{another}, load[300:])
	var sizes []int
	for commit := range byCommit(both[:401]) {
		sizes = append(sizes, len(commit))
	}
	require.Equal(t, []int{200, 200, 1}, sizes)
	require.True(t, isLoad(both))
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
	f.engine.moved = time.Now().Add(-2 * stuckAfter)
	require.True(t, await(time.Now().Add(-2*loadMost)), "it has waited for long")
	require.Less(t, time.Since(f.engine.moved), stuckAfter, "but nothing was to come to disk")
}

// TestALoadComesAfterTheLogWasTrimmed: what is applied already is not read again for what is written beside the load.
func TestALoadComesAfterTheLogWasTrimmed(t *testing.T) {
	s, f := loaded(t, loadCommit)
	f.ahead = 0
	for range 2 {
		s.put(fields.Draft{"name": "Before"})
	}
	_, err := f.step(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.TrimLog(t.Context(), f.Applied()))
	_, err = s.Changes(t.Context(), 0, 1)
	require.Equal(t, fault.KindGone, fault.KindOf(err))

	one := s.put(fields.Draft{"name": "Beside"})
	_, err = f.applyAhead(t.Context(), f.engine)
	require.NoError(t, err)
	require.Equal(t, []uint32{one}, find(t, f.Index, Name, "beside"))
}

// TestALargeCompanyIsRenamedBesideALoad: all of its people would be one batch.
func TestALargeCompanyIsRenamedBesideALoad(t *testing.T) {
	s, f := loaded(t, pageSize)
	company, err := s.companies.Create(t.Context(), writer, fields.Draft{"name": "Large"})
	require.NoError(t, err)
	drafts := make([]fields.Draft, pageSize)
	for i := range drafts {
		drafts[i] = fields.Draft{"name": fmt.Sprintf("Worker Nr%d", i), "company_id": company.Record.ID.String()}
	}
	for range 2 {
		_, err = s.people.Batch(t.Context(), importer, drafts)
		require.NoError(t, err)
	}
	_, err = f.step(t.Context())
	require.NoError(t, err)
	require.Equal(t, s.Head(), f.Applied())

	s.mu.Lock()
	s.reads = 0
	s.mu.Unlock()
	s.rename(company.Record.Ordinal, "Larger")
	_, err = f.applyAhead(t.Context(), f.engine)
	require.NoError(t, err)
	require.Zero(t, s.reads, "it comes with the load")
}

// TestWhoWaitsHurriesEachWindow: a load has written more than one since.
func TestWhoWaitsHurriesEachWindow(t *testing.T) {
	_, f := loaded(t, loadCommit)
	head, applied := f.source.Head(), f.Applied()
	waited := make(chan error)
	go func() { waited <- f.WaitFor(t.Context(), head) }()
	for seq := applied + 1; seq <= applied+3; seq++ {
		<-f.hurry
		f.advance(seq)
	}
	<-f.hurry
	f.advance(head)
	require.NoError(t, <-waited)
}

// A start merges nothing before it is over.
func TestMergesWaitForTheEndOfAStart(t *testing.T) {
	begin := make(chan struct{})
	e, err := openEngine(t.TempDir(), "1", building, begin)
	require.NoError(t, err)
	check := scorch.Event{Kind: scorch.EventKindPreMergeCheck, Scorch: e.scorch}
	require.False(t, mayGoOn(check))
	require.True(t, mayGoOn(scorch.Event{Kind: scorch.EventKindPersisterProgress, Scorch: e.scorch}))
	require.True(t, mayGoOn(scorch.Event{Kind: scorch.EventKindPreMergeCheck, Scorch: new(scorch.Scorch)}), "another index")
	close(begin)
	require.True(t, mayGoOn(check))
	require.NoError(t, e.close())

	e, err = openEngine(t.TempDir(), "1", building, make(chan struct{}))
	require.NoError(t, err)
	require.NoError(t, e.close(), "before it is over")
	_, found := held.Load(e.scorch)
	require.False(t, found)
}
