package audiences_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	_ "github.com/ndoto/kundi/repeatable"
)

// TestEachMemberHasARowOrAReason: of the reasons that apply the first one counts, and who has none has a
// row.
func TestEachMemberHasARowOrAReason(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorkspace(t)
		defer w.store.Close()
		set := func(name string) *roaring.Bitmap {
			return roaring.BitmapOf(rapid.SliceOfN(rapid.Uint32Range(1, 60), 0, 12).Draw(t, name)...)
		}
		w.many(rapid.Uint32Range(0, 60).Draw(t, "members"))
		other := audiences.Order{Segment: ledger.NewID(), Campaign: "earlier"}
		w.members[other.Segment] = set("earlier")
		earlier := w.make(other)
		shut := ledger.NewID()
		w.members[shut] = set("shut")
		w.standing.Deleted, w.standing.Blocked, w.standing.Unsubscribed = set("deleted"), set("blocked"), set("unsubscribed")
		w.standing.Suppressed, w.standing.Unreachable, w.second, w.reached = set("suppressed"), set("unreachable"), set("second"), set("reached")
		o := w.order()
		o.Exclude.Segments = []ledger.ID{shut}
		if rapid.Bool().Draw(t, "audience") {
			o.Exclude.Audiences = []ledger.ID{earlier.ID}
		}
		if rapid.Bool().Draw(t, "guard") {
			o.Exclude.Within = "P1D"
		}
		if rapid.Bool().Draw(t, "channel") {
			o.Channel = "email"
		}
		a := w.make(o)

		was := w.members[other.Segment]
		reasons := []struct {
			why audiences.Reason
			set *roaring.Bitmap
			is  bool
		}{
			{audiences.Deleted, w.standing.Deleted, true}, {audiences.Blocked, w.standing.Blocked, true},
			{audiences.Unsubscribed, w.standing.Unsubscribed, o.Channel != ""}, {audiences.Suppressed, w.standing.Suppressed, o.Channel != ""},
			{audiences.Unreachable, w.standing.Unreachable, o.Channel != ""}, {audiences.Excluded, w.members[shut], true},
			{audiences.Excluded, was, len(o.Exclude.Audiences) > 0}, {audiences.RecentCampaign, roaring.Or(was, w.reached), o.Exclude.Within != ""},
			{audiences.DoubleAddress, w.second, o.Channel != ""},
		}
		want, held, who := []uint32(nil), map[audiences.Reason]uint64{}, map[audiences.Reason][]uint32{}
	member:
		for _, ordinal := range w.members[w.segment].ToArray() {
			for _, r := range reasons {
				if r.is && r.set.Contains(ordinal) {
					held[r.why]++
					who[r.why] = append(who[r.why], ordinal)
					continue member
				}
			}
			want = append(want, ordinal)
		}
		require.Equal(t, want, ordinals(w.rows(a, "", 1, 7)))
		require.Equal(t, held, a.HeldBack)
		for _, why := range audiences.Listed {
			set, err := w.Held(context.Background(), a, why)
			require.NoError(t, err)
			require.Equal(t, len(who[why]), len(set.ToArray()))
			require.Subset(t, who[why], set.ToArray())
		}
		require.EqualValues(t, len(want), a.Count)
		require.EqualValues(t, 42, a.Seq)
		w.sound()
	})
}

// TestMergedMembersAreTheirSurvivors: who was merged since the snapshot has a row as who absorbed it,
// once.
func TestMergedMembersAreTheirSurvivors(t *testing.T) {
	w := closing(t, newWorkspace(t)).filled(1, 2, 3, 4)
	w.standing.Merged, w.standing.Survivors = roaring.BitmapOf(2, 3, 4), roaring.BitmapOf(1, 9)
	a := w.make(w.order())
	require.Equal(t, []uint32{1, 9}, ordinals(w.rows(a, "", 1, 10)))
	require.Equal(t, map[audiences.Reason]uint64{audiences.Merged: 2}, a.HeldBack)
}

// TestSplit: buckets of the contact and the campaign make the groups, and hold-outs come last.
func TestSplit(t *testing.T) {
	w := closing(t, newWorkspace(t)).many(40_000)
	o := w.order()
	o.Split = []audiences.Share{{"A", 3_333}, {"B", 1}, {"C", 5_000}}
	a := w.make(o)
	want := map[string][]uint32{}
	for _, ordinal := range w.members[w.segment].ToArray() {
		group := audiences.HoldOut
		switch bucket := fields.Bucket(w.id(ordinal), "c"); {
		case bucket < 3_333:
			group = "A"
		case bucket < 3_334:
			group = "B"
		case bucket < 8_334:
			group = "C"
		}
		want[group] = append(want[group], ordinal)
	}
	require.InDelta(t, 13_332, len(want["A"]), 400)
	sent := slices.Concat(want["A"], want["B"], want["C"])
	slices.Sort(sent)
	rows := w.rows(a, "", 1, 1_000)
	require.Equal(t, sent, ordinals(rows))
	for i, row := range rows {
		require.EqualValues(t, i+1, row.N, "rows count without gaps")
		require.Contains(t, want[row.Group], row.Ordinal)
		if i > 300 {
			break
		}
	}
	for i, g := range a.Groups {
		require.Equal(t, []string{"A", "B", "C", audiences.HoldOut}[i], g.Name)
		require.EqualValues(t, len(want[g.Name]), g.Count)
		require.Equal(t, want[g.Name], ordinals(w.rows(a, g.Name, 1, 999)))
	}
	require.EqualValues(t, 40_000, a.Count)
	out := w.rows(a, audiences.HoldOut, 1, 10)
	require.EqualValues(t, len(sent)+1, out[0].N)
	w.sound()
}

// TestLimitDrawsByChance: a larger limit goes on where a smaller one ends.
func TestLimitDrawsByChance(t *testing.T) {
	w := closing(t, newWorkspace(t)).many(1_000)
	all := w.members[w.segment].ToArray()
	salt := fields.SaltOf("c")
	slices.SortFunc(all, func(a, b uint32) int {
		return cmp.Compare(salt.Mix(fields.SeedOf(w.id(a))), salt.Mix(fields.SeedOf(w.id(b))))
	})
	for _, limit := range []uint32{1, 10, 999, 1_000, 2_000} {
		o := w.order()
		o.Limit = limit
		a := w.make(o)
		require.Equal(t, all[:min(limit, 1_000)], ordinals(w.rows(a, "", 1, 400)))
		require.Empty(t, a.HeldBack, "whom the limit left over is not held back")
	}
	w.sound()
}

// TestRowsFromAnywhere: each page has the same contacts under the same numbers.
func TestRowsFromAnywhere(t *testing.T) {
	w := closing(t, newWorkspace(t)).many(50_000) // several chunks
	o := w.order()
	o.Split = []audiences.Share{{"A", 9_000}, {"rare", 3}}
	a := w.make(o)
	rows := w.rows(a, "", 1, 50_000)
	require.Len(t, rows, int(a.Sent()))
	for _, from := range []uint32{1, 2, 16_384, 16_385, 32_768, a.Sent()} {
		require.Equal(t, rows[from-1:], w.rows(a, "", from, 8_191))
	}
	require.Empty(t, w.rows(a, "", a.Sent()+1, 10))
	require.Empty(t, w.rows(a, audiences.HoldOut, a.Count+1, 10))
	require.Len(t, w.rows(a, "rare", 1, 2), int(a.GroupCount("rare")))
	require.NotZero(t, a.GroupCount("rare"))
	again := w.serve(audiences.Options{})
	page, next, err := again.Rows(context.Background(), a, "", 20_000, 3)
	require.NoError(t, err)
	require.Equal(t, rows[19_999:20_002], page)
	require.EqualValues(t, 20_003, next)
}

// TestAnEmptyAudience has no rows.
func TestAnEmptyAudience(t *testing.T) {
	w := closing(t, newWorkspace(t)).filled()
	o := w.order()
	o.Limit, o.Split = 5, []audiences.Share{{"A", 10_000}}
	a := w.make(o)
	require.Zero(t, a.Count)
	require.Empty(t, w.rows(a, "", 1, 10))
	require.Empty(t, w.rows(a, audiences.HoldOut, 1, 10))
	w.sound()
}

// TestFrequencyGuard: audiences count that were made within the period, of the campaigns that were
// named, but for their hold-outs.
func TestFrequencyGuard(t *testing.T) {
	w := closing(t, newWorkspace(t))
	at := func(age time.Duration, campaign string, from, to uint64, split ...audiences.Share) {
		w.now = noon.Add(-age)
		o := audiences.Order{Segment: ledger.NewID(), Campaign: campaign, Split: split}
		set := roaring.New()
		set.AddRange(from, to)
		w.members[o.Segment] = set
		w.make(o)
		w.now = noon
	}
	at(8*24*time.Hour, "old", 1, 3)
	at(7*24*time.Hour, "edge", 3, 5)
	at(time.Hour, "new", 5, 7)
	at(time.Hour, "held", 7, 9, audiences.Share{Name: "A", Hundredths: 1}) // both are held out
	w.many(10)
	for _, c := range []struct {
		within    string
		campaigns []string
		want      []uint32
	}{
		{"P7D", nil, []uint32{1, 2, 7, 8, 9, 10}},
		{"PT2H", nil, []uint32{1, 2, 3, 4, 7, 8, 9, 10}},
		{"P1Y", []string{"old", "new"}, []uint32{3, 4, 7, 8, 9, 10}},
	} {
		o := w.order()
		o.Campaign = "now"
		o.Exclude.Within, o.Exclude.Campaigns = c.within, c.campaigns
		a := w.make(o)
		require.Equal(t, c.want, ordinals(w.rows(a, "", 1, 100)), c.within)
		require.EqualValues(t, 10-len(c.want), a.HeldBack[audiences.RecentCampaign])
		_, err := w.Delete(context.Background(), by, a.ID, 0)
		require.NoError(t, err)
	}
	require.Equal(t, noon.AddDate(-1, 0, 0), w.since)
}

// TestUnknownCampaigns: the audience names the campaigns of its guard of which nobody has heard, for they
// may be misspelt.
func TestUnknownCampaigns(t *testing.T) {
	w := closing(t, newWorkspace(t)).many(3)
	o := w.order()
	o.Campaign = "old"
	w.now = noon.AddDate(-2, 0, 0)
	w.make(o)
	w.now, w.by, w.reached = noon, "deleted since", roaring.BitmapOf(2)
	o.Campaign = "now"
	o.Exclude.Within, o.Exclude.Campaigns = "P1D", []string{"old", "now", "Old", "deleted since", "next"}
	a := w.make(o)
	require.Equal(t, []string{"Old", "next"}, a.UnknownCampaigns)
	require.Equal(t, []uint32{1, 3}, ordinals(w.rows(a, "", 1, 100)))
	read, err := w.Get(context.Background(), a.ID)
	require.NoError(t, err)
	require.Equal(t, a.UnknownCampaigns, read.UnknownCampaigns)
	o.Exclude.Campaigns = nil
	require.Empty(t, w.make(o).UnknownCampaigns)
}

func TestHeldBackNow(t *testing.T) {
	w := closing(t, newWorkspace(t)).many(10)
	o := w.order()
	o.Channel = "email"
	o.Split = []audiences.Share{{"A", 5_000}, {"B", 4_999}}
	a := w.make(o)
	w.standing.Deleted, w.standing.Merged, w.standing.Blocked = roaring.BitmapOf(1), roaring.BitmapOf(2), roaring.BitmapOf(3)
	w.standing.Unsubscribed, w.standing.Suppressed, w.standing.Unreachable = roaring.BitmapOf(4), roaring.BitmapOf(5), roaring.BitmapOf(6)
	held, err := w.HeldBack(context.Background(), a, "")
	require.NoError(t, err)
	require.Equal(t, map[audiences.Reason]uint64{"deleted": 1, "merged": 1, "blocked": 1, "unsubscribed": 1, "suppressed": 1}, held, fmt.Sprint(a.Groups))
	total := 0
	for _, g := range a.Groups {
		held, err := w.HeldBack(context.Background(), a, g.Name)
		require.NoError(t, err)
		for _, n := range held {
			total += int(n)
		}
	}
	require.Equal(t, 5, total)
}
