package segments_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	_ "github.com/ndoto/kundi/repeatable"
	"github.com/ndoto/kundi/segments"
)

// TestAnyHistory holds a segment against a model that keeps every list of
// members whole: contacts come, move and go, the filter changes, snapshots
// are taken, and at the end everything that can be asked is asked.
func TestAnyHistory(t *testing.T) {
	store := newStore(t)
	var runs, deltas, held, expired, aged, deleted, absorbed, crossed int
	rapid.Check(t, func(rt *rapid.T) {
		keep, full := rapid.IntRange(1, 8).Draw(rt, "keep"), rapid.IntRange(1, 5).Draw(rt, "full every")
		w := &workspace{t: rt, store: store, schedule: &schedules{plans: map[ledger.ID]string{}}, now: noon}
		w.Service = w.serve(store, segments.Options{Keep: keep, FullEvery: full, CommitBytes: rapid.SampledFrom([]int{1, 2 << 20}).Draw(rt, "commit")})
		runs++

		// Cities of this run's own, so that one store serves all runs.
		cities := []string{fmt.Sprint("a", runs), fmt.Sprint("b", runs), fmt.Sprint("c", runs)}
		city := cities[0]
		segment := w.inCity(fmt.Sprint("run ", runs), city)
		where := map[ledger.ID]string{}   // the living
		into := map[ledger.ID]ledger.ID{} // who absorbed whom; the living only
		var order []ledger.ID             // everyone ever, by ordinal
		var taken [][]ledger.ID           // members of snapshot i+1
		removed := retention{count: keep}

		here := func() []ledger.ID {
			var in []ledger.ID
			for _, id := range order {
				if where[id] == city {
					in = append(in, id)
				}
			}
			return in
		}
		some := func() []ledger.ID {
			var out []ledger.ID
			for _, id := range order {
				if where[id] != "" && rapid.IntRange(0, 3).Draw(rt, "pick") == 0 {
					out = append(out, id)
				}
			}
			return out
		}
		// Among many members a change is small, and so kept as a change.
		if crowd := rapid.SampledFrom([]int{0, 30, 30}).Draw(rt, "crowd"); crowd > 0 {
			for _, id := range idsOf(w.add(city, crowd)) {
				where[id], order = city, append(order, id)
			}
		}
		for range rapid.IntRange(5, 40).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"add", "move", "move", "delete", "merge", "define", "keep", "wait", "upkeep", "refresh", "refresh", "refresh"}).Draw(rt, "step") {
			case "add":
				to := rapid.SampledFrom(cities).Draw(rt, "city")
				for _, id := range idsOf(w.add(to, rapid.IntRange(1, 5).Draw(rt, "people"))) {
					where[id], order = to, append(order, id)
				}
			case "move":
				to, who := rapid.SampledFrom(cities).Draw(rt, "city"), some()
				w.move(who, to)
				for _, id := range who {
					where[id] = to
				}
			case "delete":
				who := some()
				w.move(who, "")
				for _, id := range who {
					delete(where, id)
					maps.DeleteFunc(into, func(_, survivor ledger.ID) bool { return survivor == id })
				}
			case "merge":
				who := some()
				for i := 1; i < len(who); i++ {
					_, err := contacts.NewService(store, companies.Directory{}, nil, nil).Merge(context.Background(), by, who[0], who[i], 0)
					require.NoError(rt, err)
					delete(where, who[i])
					for id, survivor := range into {
						if survivor == who[i] {
							into[id] = who[0]
						}
					}
					into[who[i]] = who[0]
				}
			case "define":
				city = rapid.SampledFrom(cities).Draw(rt, "city")
				w.patch(segment.ID, `{"filter": `+cityIs(city)+`}`)
			case "keep":
				removed.count = rapid.IntRange(1, 8).Draw(rt, "count")
				removed.hours = rapid.SampledFrom([]int{0, 1, 3, 24}).Draw(rt, "age")
				patch := fmt.Sprintf(`{"keep": {"count": %d, "age": null}}`, removed.count)
				if removed.hours > 0 {
					patch = fmt.Sprintf(`{"keep": {"count": %d, "age": "PT%dH"}}`, removed.count, removed.hours)
				}
				w.patch(segment.ID, patch)
			case "wait":
				w.now = w.now.Add(time.Duration(rapid.IntRange(1, 3).Draw(rt, "hours")) * time.Hour)
			case "upkeep":
				require.NoError(rt, w.RemoveExpired(context.Background()))
				removed.until = removed.before(w.now)
			case "refresh":
				r, in := w.refresh(segment.ID), here()
				unchanged := len(taken) > 0 && slices.Equal(in, taken[len(taken)-1])
				require.Equal(rt, unchanged, r.Unchanged)
				if !unchanged {
					var before []ledger.ID
					if len(taken) > 0 {
						before = taken[len(taken)-1]
					}
					require.EqualValues(rt, len(minus(in, before)), r.Entered)
					require.EqualValues(rt, len(minus(before, in)), r.Left)
					taken, removed.at = append(taken, in), append(removed.at, w.now)
					removed.until = removed.before(w.now)
				}
				require.EqualValues(rt, len(taken), r.N)
				require.EqualValues(rt, len(in), r.Count)
			}
		}

		for id := range where {
			crossed += compareCrossings(rt, w, segment.ID, id, into, taken, removed.before(w.now))
		}
		live := here()
		m, err := w.Members(context.Background(), segment.ID)
		require.NoError(rt, err)
		require.EqualValues(rt, len(live), m.Count)
		require.Equal(rt, live, listed(rt, m, 3))
		for i, in := range taken {
			n := uint32(i + 1)
			m, err := w.SnapshotMembers(context.Background(), segment.ID, n)
			if i < removed.before(w.now) {
				refused(rt, err, fault.KindGone, "snapshot-expired")
				expired++
				continue
			}
			require.NoError(rt, err)
			answering := map[ledger.ID]bool{}
			gone := 0
			for _, id := range in {
				if survivor, merged := into[id]; merged {
					id = survivor
				}
				if answering[id] = true; where[id] == "" {
					gone++
				}
			}
			var alive []ledger.ID
			for _, id := range order {
				if answering[id] && where[id] != "" {
					alive = append(alive, id)
				}
			}
			require.Equal(rt, alive, listed(rt, m, rapid.IntRange(1, 20).Draw(rt, "limit")))
			require.EqualValues(rt, len(in), m.Count)
			require.EqualValues(rt, gone, m.HeldBack[segments.HeldDeleted])
			require.EqualValues(rt, len(in)-len(alive)-gone, m.HeldBack[segments.HeldMerged])
			held += gone
			absorbed += len(in) - len(alive) - gone

			j := rapid.IntRange(removed.before(w.now), len(taken)-1).Draw(rt, "other")
			changes, err := w.Changes(context.Background(), segment.ID, n, uint32(j+1), 0, 1000)
			require.NoError(rt, err)
			entered, _ := changed(changes.Entered)
			left, causes := changed(changes.Left)
			require.Equal(rt, minus(taken[j], in), entered)
			require.Equal(rt, minus(in, taken[j]), left)
			for _, id := range left {
				_, merged := into[id]
				require.Equal(rt, merged, causes[id] == segments.CauseMerged)
				require.Equal(rt, where[id] == "" && !merged, causes[id] == segments.CauseDeleted)
				if causes[id] == segments.CauseDeleted {
					deleted++
				}
			}
		}
		aged += removed.aged
		deltas += deltasOf(w, segment.ID)
		var found ledger.Differences
		require.NoError(rt, w.Verify(context.Background(), &found))
		require.Empty(rt, found.List())
	})
	if testing.Short() {
		return // so few histories need not meet everything
	}
	require.Positive(t, deltas, "some snapshots are stored as what changed")
	require.Positive(t, held)
	require.Positive(t, expired)
	require.Positive(t, aged)
	require.Positive(t, deleted)
	require.Positive(t, absorbed)
	require.Positive(t, crossed)
}

// retention says in the plainest way how many of the first snapshots are gone.
type retention struct {
	count, hours int         // what is kept; 0 hours for any age
	at           []time.Time // when snapshot i+1 was taken
	until        int         // how many were removed
	aged         int         // how often one was too old
}

func (r *retention) before(now time.Time) int {
	gone := max(r.until, len(r.at)-r.count)
	for r.hours > 0 && gone < len(r.at)-1 && now.Sub(r.at[gone]) > time.Duration(r.hours)*time.Hour {
		gone++
		r.aged++
	}
	return max(gone, 0)
}

// minus lists what is in a and not in b, in the order of a.
func minus(a, b []ledger.ID) []ledger.ID {
	in := map[uuid.UUID]bool{}
	for _, id := range b {
		in[id] = true
	}
	var out []ledger.ID
	for _, id := range a {
		if !in[id] {
			out = append(out, id)
		}
	}
	return out
}

// deltasOf counts the stored chunks of what entered or left.
func deltasOf(w *workspace, segment ledger.ID) int {
	count := 0
	list, err := w.store.Documents(context.Background(), segments.SetDocuments, segment.String()+"/", "", 10_000)
	require.NoError(w.t, err)
	for _, d := range list {
		if kind := d.Key[len(d.Key)-5]; kind == 'e' || kind == 'l' {
			count++
		}
	}
	return count
}

// compareCrossings compares when a contact came and left with the lists of members. It returns how often
// it did.
func compareCrossings(t *rapid.T, w *workspace, segment, id ledger.ID, into map[ledger.ID]ledger.ID, taken [][]ledger.ID, gone int) int {
	ctx := context.Background()
	c, err := contacts.Kind.ReadByClaim(ctx, w.store, contacts.Kind.IDClaim(id))
	require.NoError(t, err)
	got, err := w.Crossings(ctx, segment, ledger.Ordinals(contacts.Kind, c))
	require.NoError(t, err)
	told := map[uint32]bool{}
	for _, crossing := range got {
		told[crossing.Snapshot.N] = true
		require.Equal(t, crossing.Snapshot.N == 1, crossing.Before == nil)
	}
	was := false
	for i, members := range taken {
		in := slices.ContainsFunc(members, func(member ledger.ID) bool { return member == id || into[member] == id })
		n, oldest := uint32(i+1), uint32(gone+1)
		switch {
		case n < oldest:
			require.False(t, told[n], "snapshot %d has expired", n)
		case in != was && (n > oldest || n == 1): // of the oldest one it may not be known
			require.True(t, told[n], "snapshot %d", n)
		case in == was:
			require.False(t, told[n], "snapshot %d", n)
		}
		for _, crossing := range got {
			require.True(t, crossing.Snapshot.N != n || crossing.Entered == in)
		}
		was = in
	}
	return len(got)
}
