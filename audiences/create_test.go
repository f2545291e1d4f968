package audiences_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

func TestAnAudienceIsKept(t *testing.T) {
	w := closing(t, newWorkspace(t)).many(100)
	o := w.order()
	o.Campaign, o.Channel, o.Limit = " Spring\u200b 27 ", "email", 60
	o.Fields = []audiences.ChosenField{{Name: "email"}, {Name: "name"}}
	o.Split = []audiences.Share{{"A", 2_500}, {"B", 2_550}}
	o.Exclude = audiences.Exclude{Within: "P1W", Campaigns: []string{"other"}}
	w.second.Add(3)
	caller := by.WithReceipt(ledger.ReceiptKey{Key: "k"})
	made, err := w.Create(context.Background(), caller, o, 5, nil)
	require.NoError(t, err)
	require.False(t, made.Replayed)
	a := made.Audience
	require.Equal(t, "Spring 27", a.Campaign)
	require.EqualValues(t, 5, a.Snapshot)
	require.Equal(t, made.Seq, a.Version)
	require.Equal(t, w.store.Head(), made.Seq)
	read, err := w.serve(audiences.Options{}).Get(context.Background(), a.ID)
	require.NoError(t, err)
	require.Equal(t, a, read)
	again, err := w.Create(context.Background(), caller, o, 5, nil)
	require.NoError(t, err)
	require.Equal(t, audiences.Created{Audience: a, Seq: made.Seq, Replayed: true}, again)
	held, err := audiences.Holds{Store: w.store}.Held(context.Background(), w.segment)
	require.NoError(t, err)
	require.Equal(t, []uint32{5}, held)
	w.sound()

	_, err = w.Delete(context.Background(), by, a.ID, a.Version+1)
	require.Equal(t, fault.KindPrecondition, fault.KindOf(err))
	_, err = w.Delete(context.Background(), by, a.ID, a.Version)
	require.NoError(t, err)
	held, err = audiences.Holds{Store: w.store}.Held(context.Background(), w.segment)
	require.NoError(t, err)
	require.Empty(t, held, "the snapshot is free")
	require.Zero(t, w.pieces())
	_, err = w.Delete(context.Background(), by, a.ID, 0)
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))
	gone, err := w.Create(context.Background(), caller, o, 5, nil)
	require.NoError(t, err)
	require.Nil(t, gone.Audience)
	require.True(t, gone.Replayed)
	_, _, err = w.Rows(context.Background(), a, "", 1, 1)
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))
}

func TestListAudiences(t *testing.T) {
	w := closing(t, newWorkspace(t)).many(3)
	var made []*audiences.Audience
	for range 5 {
		made = append(made, w.make(w.order()))
	}
	page, more, err := w.List(context.Background(), audiences.Search{}, uuid.Nil, 3)
	require.NoError(t, err)
	require.True(t, more)
	require.Equal(t, made[:3], page)
	page, more, err = w.List(context.Background(), audiences.Search{}, page[2].ID, 3)
	require.NoError(t, err)
	require.False(t, more)
	require.Equal(t, made[3:], page)
}

// TestAHalfWrittenAudienceIsNeverRead: whichever commit fails, there is no audience, and its pieces are
// removed, at the latest by the next start.
func TestAHalfWrittenAudienceIsNeverRead(t *testing.T) {
	for in := 1; ; in++ {
		w := newWorkspace(t).many(40_000)
		w.Service = w.serve(audiences.Options{CommitBytes: 1})
		w.failing.in = in
		_, err := w.Create(context.Background(), by, w.order(), 0, nil)
		if err == nil {
			require.Greater(t, in, 4, "it takes several commits")
			w.sound()
			require.NoError(t, w.store.Close())
			return
		}
		require.ErrorIs(t, err, errFailing)
		list, _, err := w.List(context.Background(), audiences.Search{}, uuid.Nil, 10)
		require.NoError(t, err)
		require.Empty(t, list)
		require.Zero(t, w.pieces())
		w.sound()
		require.NoError(t, w.store.Close())
	}
}

// TestWhatAStopLeavesIsSwept: a stop between any two commits of a creation or of a deletion leaves pieces
// that the next start removes, and nothing that is unsound.
func TestWhatAStopLeavesIsSwept(t *testing.T) {
	for in := 1; in <= 12; in++ {
		w := newWorkspace(t).many(40_000)
		w.Service = w.serve(audiences.Options{CommitBytes: 1})
		stopping := &stopped{failing: w.failing, in: in}
		service := audiences.New(stopping, w, w, w, w, audiences.Options{CommitBytes: 1, Logger: discard})
		if made, err := service.Create(context.Background(), by, w.order(), 0, nil); err == nil {
			_, _ = service.Delete(context.Background(), by, made.Audience.ID, 0)
		}
		w.sound()
		require.NoError(t, w.Sweep(context.Background()))
		list, _, err := w.List(context.Background(), audiences.Search{}, uuid.Nil, 10)
		require.NoError(t, err)
		if len(list) == 0 {
			require.Zero(t, w.pieces(), in)
		} else {
			require.Len(t, w.rows(list[0], "", 1, 50_000), 40_000)
		}
		w.sound()
		require.NoError(t, w.store.Close())
	}
}

// stopped is a store that stops for ever with its in-th commit, as a killed process does.
type stopped struct {
	*failing
	in int
}

func (s *stopped) Update(ctx context.Context, by ledger.Author, closure func(ledger.Tx) error) (uint64, error) {
	if s.in--; s.in <= 0 {
		return 0, errFailing
	}
	return s.failing.Update(ctx, by, closure)
}

// TestAnAbandonedAudienceIsNotFinished: once its pieces are being removed, a commit that comes late fails.
func TestAnAbandonedAudienceIsNotFinished(t *testing.T) {
	w := closing(t, newWorkspace(t)).many(10)
	late := &lastLate{failing: w.failing, sweep: func() { require.NoError(t, w.Sweep(context.Background())) }}
	_, err := audiences.New(late, w, w, w, w, audiences.Options{Logger: discard}).Create(context.Background(), by, w.order(), 0, nil)
	require.ErrorContains(t, err, "given up")
	require.Zero(t, w.pieces())
	w.sound()
}

// lastLate is a store on which all is swept before the second commit.
type lastLate struct {
	*failing
	sweep func()
	n     int
}

func (l *lastLate) Update(ctx context.Context, by ledger.Author, closure func(ledger.Tx) error) (uint64, error) {
	if l.n++; l.n == 2 {
		l.sweep()
	}
	return l.failing.Update(ctx, by, closure)
}

func TestAcknowledge(t *testing.T) {
	w := closing(t, newWorkspace(t)).many(10)
	a := w.make(w.order())
	ack := func(row uint32) (*audiences.Audience, error) {
		a, _, err := w.Acknowledge(context.Background(), by, a.ID, row)
		return a, err
	}
	first, err := ack(4)
	require.NoError(t, err)
	require.EqualValues(t, 4, first.Acknowledged)
	require.Equal(t, w.now, first.AcknowledgedAt)
	require.Greater(t, first.Version, a.Version)
	head := w.store.Head()
	same, err := ack(4)
	require.NoError(t, err)
	require.Equal(t, first, same)
	require.Equal(t, head, w.store.Head(), "the same row changes nothing")
	_, err = ack(3)
	require.Equal(t, fault.KindConflict, fault.KindOf(err))
	require.ErrorContains(t, err, "Row 4 was acknowledged")
	_, err = ack(11)
	require.Equal(t, []string{"row"}, locations(err))
	last, err := ack(10)
	require.NoError(t, err)
	require.EqualValues(t, 10, last.Acknowledged)
	_, _, err = w.Acknowledge(context.Background(), by, uuid.New(), 1)
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))
}

// TestContradictionsAreNamed: all at once, with their paths.
func TestContradictionsAreNamed(t *testing.T) {
	w := closing(t, newWorkspace(t)).many(3)
	many := make([]audiences.Share, audiences.MaxGroups+1)
	for i := range many {
		many[i] = audiences.Share{Name: fmt.Sprint(i), Hundredths: 1}
	}
	for _, c := range []struct {
		change func(o *audiences.Order)
		want   []string
	}{
		{func(o *audiences.Order) { o.Campaign = " \u200b" }, []string{"campaign"}},
		{func(o *audiences.Order) { o.Campaign = strings.Repeat("x", 201) }, []string{"campaign"}},
		{func(o *audiences.Order) { o.Campaign = "a\x01" }, []string{"campaign"}},
		{func(o *audiences.Order) { o.Segment = uuid.New() }, []string{"segment_id"}},
		{func(o *audiences.Order) { o.Channel = "pigeon" }, []string{"channel"}},
		{func(o *audiences.Order) {
			o.Fields = []audiences.ChosenField{{Name: "emial"}, {Name: "name"}, {Name: "name"}, {Name: "segment"}}
		}, []string{"fields[0]", "fields[2]", "fields[3]"}},
		{func(o *audiences.Order) { o.Split = []audiences.Share{{"A", 5_000}, {"B", 5_100}} }, []string{"split"}},
		{func(o *audiences.Order) { o.Split = []audiences.Share{{"A", 0}, {"Á", 10}, {"Hold_Out", 5}, {"", 3}} },
			[]string{"split[0].percent", "split[1].name", "split[2].name", "split[3].name"}},
		{func(o *audiences.Order) { o.Split = many }, []string{"split"}},
		{func(o *audiences.Order) { o.Exclude.Segments = []ledger.ID{w.segment, uuid.New()} }, []string{"exclude.segments[0]", "exclude.segments[1]"}},
		{func(o *audiences.Order) { id := uuid.New(); o.Exclude.Audiences = []ledger.ID{id, id} }, []string{"exclude.audiences[1]", "exclude.audiences[0]"}},
		{func(o *audiences.Order) { o.Exclude.Within = "7 days" }, []string{"exclude.campaigns_within"}},
		{func(o *audiences.Order) { o.Exclude.Within = "P0D" }, []string{"exclude.campaigns_within"}},
		{func(o *audiences.Order) { o.Exclude.Within, o.Exclude.Campaigns = "P1D", []string{} }, []string{"exclude.campaigns_within.campaigns"}},
		{func(o *audiences.Order) { o.Exclude.Within, o.Exclude.Campaigns = "P1D", []string{"a", " a", ""} },
			[]string{"exclude.campaigns_within.campaigns[1]", "exclude.campaigns_within.campaigns[2]"}},
		{func(o *audiences.Order) { o.Campaign, o.Channel, o.Exclude.Within = "", "x", "x" }, []string{"campaign", "channel", "exclude.campaigns_within"}},
	} {
		o := w.order()
		c.change(&o)
		_, err := w.Create(context.Background(), by, o, 0, nil)
		require.Equal(t, c.want, locations(err), "%v", err)
		require.EqualValues(t, 7, w.taken, "no snapshot was taken")
	}
	_, err := w.Create(context.Background(), by, w.order(), 99, nil)
	require.Equal(t, []string{"snapshot"}, locations(err))
	w.expired = 3
	_, err = w.Create(context.Background(), by, w.order(), 3, nil)
	require.Equal(t, fault.KindGone, fault.KindOf(err))
	o := w.order()
	o.Split = []audiences.Share{{"A", 5_000}, {"B", 5_105}}
	_, err = w.Create(context.Background(), by, o, 0, []fault.Fault{{Path: "limit", Detail: "must be a whole number"}, {Path: "campaign", Detail: "is required"}})
	require.Equal(t, []string{"limit", "campaign", "split"}, locations(err), "what is known is not said twice")
	require.Contains(t, fmt.Sprint(err.(*fault.Error).Faults), "101.05 %")
	require.Zero(t, w.pieces())
}

func TestDamageIsFound(t *testing.T) {
	w := closing(t, newWorkspace(t)).many(20_000)
	a := w.make(w.order())
	damage := func(c ledger.Collection, key string, change func([]byte) []byte) []ledger.Difference {
		before, err := w.store.Document(context.Background(), c, key)
		require.NoError(t, err)
		put := func(document []byte) {
			_, err := w.store.Update(context.Background(), by.Author, func(tx ledger.Tx) error {
				if document == nil {
					return tx.DeleteDocument(c, key)
				}
				return tx.PutDocument(c, key, document)
			})
			require.NoError(t, err)
		}
		put(change(append([]byte(nil), before...)))
		var found ledger.Differences
		require.NoError(t, w.Verify(context.Background(), &found))
		put(before)
		w.sound()
		return found.List()
	}
	gone := func([]byte) []byte { return nil }
	id := a.ID.String()
	require.NotEmpty(t, damage(audiences.RowDocuments, id+"/rows/000001", gone))
	require.NotEmpty(t, damage(audiences.RowDocuments, id+"/rows/000000", func(b []byte) []byte { b[0]++; return b }))
	require.NotEmpty(t, damage(audiences.RowDocuments, id+"/set-000/0000", gone))
	require.NotEmpty(t, damage(audiences.RowDocuments, id+"/set-001/0000", func([]byte) []byte { return []byte("x") }))
	require.NotEmpty(t, damage(audiences.RowDocuments, uuid.NewString()+"/rows/000000", func([]byte) []byte { return []byte("x") }))
	require.NotEmpty(t, damage(audiences.AudienceDocuments, id, gone))
	require.NotEmpty(t, damage(audiences.AudienceDocuments, id, func(b []byte) []byte { return append(b, '}') }))
	require.NotEmpty(t, damage(audiences.HoldDocuments, w.segment.String()+"/0000000008/"+id, gone))
}
