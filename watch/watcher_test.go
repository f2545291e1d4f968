package watch

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// desk is a Watcher of one segment whose members the test says.
type desk struct {
	*Watcher
	t       *testing.T
	store   *storage.Store
	segment segments.Watched
	inside  *roaring.Bitmap // who passes the filter
	noted   *roaring.Bitmap // whom the columns have noted
	failure error           // of questions
	asked   int
	clock   time.Time
}

func newDesk(t *testing.T) *desk {
	d := &desk{
		t: t, inside: roaring.New(), noted: roaring.New(), clock: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC),
		segment: segments.Watched{ID: uuid.New(), Filter: &filter.Filter{Root: &filter.Group{}}, Rules: "1", Picks: "1"},
	}
	now := func() time.Time { return d.clock }
	var err error
	d.store, err = storage.Open(t.Context(), storage.Options{Kinds: []ledger.AnyKind{contacts.Kind, companies.Kind, Kind}, Engine: memory.New(), Clock: now})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.store.Close()) })
	people := contacts.NewService(d.store, companies.Directory{}, now, nil)
	for i := range 9 {
		_, err := people.Create(t.Context(), ledger.Caller{Author: Author}, fields.Draft{"name": fmt.Sprint("Person ", i)})
		require.NoError(t, err)
	}
	d.open()
	return d
}

func (d *desk) open() {
	var err error
	d.Watcher, err = New(d.store, d, d, Options{Now: func() time.Time { return d.clock }})
	require.NoError(d.t, err)
}

func (d *desk) Follows(*fields.Schema) bool     { return true }
func (d *desk) Seq() uint64                     { return d.store.Head() }
func (d *desk) Watch([]*filter.Filter) Noted    { return d }
func (d *desk) Close()                          {}
func (d *desk) Revision() (r segments.Revision) { return r }

func (d *desk) Watched(context.Context) ([]segments.Watched, error) {
	return []segments.Watched{d.segment}, nil
}

func (d *desk) Take() *roaring.Bitmap {
	taken := d.noted
	d.noted = roaring.New()
	return taken
}

func (d *desk) MembersWithin(_ context.Context, filters []*filter.Filter, within *roaring.Bitmap, _ filter.Env) (list []*roaring.Bitmap, err error) {
	d.asked++
	for range filters {
		members := d.inside.Clone()
		if within != nil {
			members.And(within)
		}
		list = append(list, members)
	}
	return list, d.failure
}

// look looks, and returns the causes of all events, with + for those who entered.
func (d *desk) look() (list []string) {
	d.t.Helper()
	require.NoError(d.t, d.Look(d.t.Context()))
	events, err := d.Events(d.t.Context(), d.segment.ID, 0, 100_000)
	require.NoError(d.t, err)
	for _, e := range events {
		list = append(list, map[bool]string{true: "+", false: "-"}[e.Entered]+e.Cause.String())
	}
	return list
}

// differences is the metric of what the nightly check has found.
func (d *desk) differences() float64 {
	registry := prometheus.NewRegistry()
	require.NoError(d.t, registry.Register(d.metrics.differed))
	families, err := registry.Gather()
	require.NoError(d.t, err)
	return families[0].GetMetric()[0].GetCounter().GetValue()
}

// records counts the events that belong to contacts.
func (d *desk) records() (n int) {
	for ordinal := range uint32(10) {
		list, err := Kind.OwnedBy(d.t.Context(), d.store, []uint32{ordinal}, ledger.Window{Limit: 100_000})
		require.NoError(d.t, err)
		n += len(list)
	}
	return n
}

func TestTheNightlyCheckPutsRightWhatWasMissed(t *testing.T) {
	d := newDesk(t)
	require.Empty(t, d.look())
	d.inside.AddMany([]uint32{1, 2}) // and nobody noted it
	require.Empty(t, d.look())
	d.noted.Add(2) // which the next look is to find
	require.NoError(t, d.Check(t.Context()))
	require.EqualValues(t, 1, d.differences())
	require.Equal(t, []string{"+reconciled", "+unknown"}, d.look())
	require.NoError(t, d.Check(t.Context()))
	require.Len(t, d.look(), 2, "all is right")

	d.inside.Add(3)
	d.clock = d.clock.Add(20 * time.Hour) // 4 o'clock of the next day
	require.Equal(t, []string{"+reconciled", "+unknown", "+reconciled"}, d.look())
	asked := d.asked
	d.look()
	require.Equal(t, asked, d.asked, "nobody was noted, and the check was done")
}

// TestMembersAreThoseOfTheBaseAndTheEvents: after a start, with few events and with many.
func TestMembersAreThoseOfTheBaseAndTheEvents(t *testing.T) {
	d := newDesk(t)
	d.look()
	for round := range 260 {
		d.inside.Flip(1, 5) // 1 to 4
		d.noted.AddRange(1, 5)
		d.look()
		if round%100 == 99 {
			require.NoError(t, d.Check(t.Context()))
		}
		if round%50 == 49 {
			before := len(d.look())
			d.open()
			require.Len(t, d.look(), before, "nothing is told again")
		}
	}
	require.NoError(t, d.Check(t.Context()))
	require.Less(t, d.list[0].since, 1_040, "the base was stored again")
	bases, err := d.store.Documents(t.Context(), MemberDocuments, "", "", 10)
	require.NoError(t, err)
	require.LessOrEqual(t, len(bases), 1, "those before are gone")
	var found ledger.Differences
	require.NoError(t, Verify(t.Context(), d.store, &found))
	require.Empty(t, found.List())
}

func TestOldEventsGo(t *testing.T) {
	d := newDesk(t)
	d.look()
	for _, contact := range []uint32{1, 2, 3} {
		d.inside.Add(contact)
		d.noted.Add(contact)
		require.NotEmpty(t, d.look())
		d.clock = d.clock.Add(40 * 24 * time.Hour)
	}
	require.Equal(t, 3, d.records())
	require.NoError(t, d.Check(t.Context()))
	require.Len(t, d.look(), 2, "the first one is 120 days old")
	require.Equal(t, 2, d.records())
	d.open()
	require.Len(t, d.look(), 2, "who entered by it is a member")
}

// TestWhatIsTooExpensiveIsTriedAgain, after a minute and not before.
func TestWhatIsTooExpensiveIsTriedAgain(t *testing.T) {
	d := newDesk(t)
	d.look()
	d.inside.Add(1)
	d.noted.Add(1)
	d.failure = &fault.Error{Kind: fault.KindInvalid, Type: "too-costly"}
	require.Empty(t, d.look())
	d.failure = nil
	require.Empty(t, d.look())
	d.clock = d.clock.Add(time.Minute)
	require.Equal(t, []string{"+unknown"}, d.look())
}

// TestASegmentThatDoesNotFitIsEvaluatedWhenItDoes.
func TestASegmentThatDoesNotFitIsEvaluatedWhenItDoes(t *testing.T) {
	d := newDesk(t)
	d.look()
	was := d.segment.Filter
	d.segment.Filter = nil
	d.began = false // the list is read again
	d.inside.Add(1)
	d.noted.Add(1)
	require.Empty(t, d.look())
	d.segment.Filter = was
	d.began = false
	require.Equal(t, []string{"+definition"}, d.look())
}

// TestWhoIsNotWatchedIsForgotten, but for the events.
func TestWhoIsNotWatchedIsForgotten(t *testing.T) {
	d := newDesk(t)
	d.look()
	d.inside.Add(1)
	d.noted.Add(1)
	require.Len(t, d.look(), 1)
	first := d.segment.ID
	d.segment.ID, d.began = uuid.New(), false
	require.Empty(t, d.look())
	states, err := d.store.Documents(t.Context(), StateDocuments, "", "", 10)
	require.NoError(t, err)
	require.Len(t, states, 2, "the other segment, and the position")
	d.segment.ID, d.began = first, false
	require.Len(t, d.look(), 1)
}
