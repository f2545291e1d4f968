package app

import (
	"context"
	"encoding/json"
	"flag"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/app/adapters"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/watch"
)

// watchedFilters are such that all that can happen to people moves some.
var watchedFilters = []string{
	`{"field":"name","operator":"exists"}`,
	`{"field":"email","operator":"contains","value":"a"}`,
	`{"field":"blocked","operator":"eq","value":true}`,
	`{"field":"last_seen_at","operator":"within_last","value":"PT2H"}`,
	`{"field":"created_at","operator":"not_within_last","value":"P2D"}`,
	`{"field":"last_message_at","operator":"in_this","value":"day"}`,
	`{"field":"conversations","operator":"count_gte","value":2}`,
	`{"field":"conversations","operator":"any","where":{"combinator":"and","rules":[{"field":"last_message_at","operator":"within_last","value":"P1D"},{"field":"status","operator":"eq","value":"open"}]}}`,
	`{"field":"notes","operator":"any"}`,
	`{"field":"reachable","operator":"any_of","value":["email"]}`,
	`{"field":"campaign_events","operator":"any"}`,
	`{"field":"company.contacts_count","operator":"gte","value":2}`,
	`{"field":"changed.email","operator":"within_last","value":"PT30M"}`,
	`{"field":"consent.email","operator":"eq","value":"unsubscribed"}`,
	`{"field":"reachable","operator":"any_of","value":["email","sms"]}`,
	`{"field":"campaign_events","operator":"any","where":{"combinator":"and","rules":[{"field":"at","operator":"within_last","value":"P2D"}]}}`,
}

// entrants is what the events of a watched segment say, beside who was in it at first.
type entrants struct {
	name    string
	segment ledger.ID
	members map[ledger.ID]bool
	seq     uint64
	causes  map[watch.Cause]int
	sights  []sight // the oldest first
}

// watchAll makes watched segments, and one that names another one.
func (h *history) watchAll() (list []*entrants) {
	draft := func(name string, filter string) ledger.ID {
		text, err := json.Marshal(name)
		require.NoError(h.t, err)
		done, err := h.Segments.Create(context.Background(), h.by(), segments.Draft{"name": text, "watched": []byte("true"), "filter": []byte(filter)})
		require.NoError(h.t, err)
		return done.ID
	}
	for _, f := range watchedFilters {
		list = append(list, &entrants{name: f, segment: draft(f, `{"combinator":"and","rules":[`+f+`]}`)})
	}
	named := list[4].segment.String()
	list = append(list, &entrants{name: "named", segment: draft("named", `{"combinator":"and","rules":[{"field":"segment","operator":"not_in","value":["`+named+`"]}]}`)})
	require.NoError(h.t, h.watcher.Look(context.Background()))
	for _, one := range list {
		one.members, one.causes = h.membersOf(one.segment), map[watch.Cause]int{}
		h.sight(one)
	}
	return list
}

// redefine gives a segment another filter or picks somebody for it, or sets the time zone or the company
// of somebody.
func (h *history) redefine(e *entrants) {
	path := "/v1/segments/" + e.segment.String()
	switch what := rapid.SampledFrom([]string{"filter", "members", "exclusions", "time zone", "company", "company"}).Draw(h.t, "what"); {
	case what == "time zone":
		h.expect(200, "PATCH", "/v1/settings", object{"time_zone": rapid.SampledFrom([]string{"UTC", "Pacific/Auckland"}).Draw(h.t, "zone")})
	case what == "filter":
		f := rapid.SampledFrom(watchedFilters).Draw(h.t, "filter")
		h.expect(200, "PATCH", path, object{"filter": json.RawMessage(`{"combinator":"and","rules":[` + f + `]}`)})
	case len(h.humans) > 0:
		who := h.humans[rapid.IntRange(0, len(h.humans)-1).Draw(h.t, "who")].survivor()
		switch {
		case who.deleted:
		case what == "company":
			h.expect(200, "PATCH", "/v1/contacts/"+who.id, object{"company": rapid.SampledFrom([]any{"Acme", "Acme", "Beta", nil}).Draw(h.t, "company")})
		default:
			h.expect(200, "POST", path+"/"+what, object{rapid.SampledFrom([]string{"add", "add", "remove"}).Draw(h.t, "how"): []string{who.id}})
		}
	}
}

func (h *history) by() ledger.Caller {
	return ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}
}

// membersOf are those whom a full evaluation finds.
func (h *history) membersOf(segment ledger.ID) map[ledger.ID]bool {
	m, err := h.Segments.Members(context.Background(), segment)
	require.NoError(h.t, err)
	page, more, err := segments.Page(context.Background(), m, contacts.Kind, 0, 10_000)
	require.NoError(h.t, err)
	require.False(h.t, more)
	found := map[ledger.ID]bool{}
	for _, c := range page {
		found[c.ID] = true
	}
	return found
}

// follow applies the new events, each of which must turn something.
func (h *history) follow(e *entrants) {
	for {
		list, err := h.watcher.Events(context.Background(), e.segment, e.seq, 3)
		require.NoError(h.t, err)
		if len(list) == 0 {
			return
		}
		for _, one := range list {
			require.Greater(h.t, one.Seq, e.seq)
			require.NotEqual(h.t, uuid.Nil, one.Contact)
			require.NotEqual(h.t, one.Entered, e.members[one.Contact], "%s: %+v", e.name, one)
			require.NotEqual(h.t, watch.Reconciled, one.Cause)
			if e.seq = one.Seq; one.Entered {
				e.members[one.Contact] = true
			} else {
				delete(e.members, one.Contact)
			}
			e.causes[one.Cause]++
		}
	}
}

// TestWatchedSegmentsAreWhatAFullEvaluationSays: whatever happens to people, the events of a segment
// lead from who was in it at first to who is in it now, and explanations say when each of them came and left.
func TestWatchedSegmentsAreWhatAFullEvaluationSays(t *testing.T) {
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		require.NoError(t, checks.Value.Set("20"))
		defer func() { require.NoError(t, checks.Value.Set(checks.DefValue)) }()
	}
	causes := map[watch.Cause]int{}
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(t, rt)
		defer func() { require.NoError(rt, h.Close(t.Context())) }()
		for range 5 {
			h.create()
		}
		list := h.watchAll()
		h.note() // which is seldom
		h.pass(time.Second)
		for range rapid.SampledFrom([]int{5, 20, 40}).Draw(rt, "looks") {
			for range rapid.IntRange(0, 4).Draw(rt, "steps") {
				if rapid.IntRange(0, 9).Draw(rt, "redefine") == 0 {
					h.redefine(rapid.SampledFrom(list).Draw(rt, "segment"))
				} else {
					steps[rapid.IntRange(0, len(steps)-1).Draw(rt, "step")](h)
				}
				h.pass(time.Second)
			}
			require.NoError(rt, h.watcher.Look(t.Context()))
			for _, one := range list {
				h.follow(one)
				h.sight(one)
				require.Equal(rt, one.sights[len(one.sights)-1].members, one.members, one.name)
			}
			if rapid.IntRange(0, 9).Draw(rt, "explain") == 0 {
				h.compareExplained(list)
			}
		}
		h.compareExplained(list)
		require.NoError(rt, h.watcher.Check(t.Context()))
		for _, one := range list {
			h.follow(one)
			for cause, n := range one.causes {
				causes[cause] += n
			}
		}
		h.verify()
	})
	t.Logf("%v", causes)
	if testing.Short() { // too few are drawn to meet everything
		return
	}
	for _, cause := range []watch.Cause{watch.Created, watch.Merged, watch.Changed, watch.Conversations, watch.Date, watch.Definition} {
		require.NotZero(t, causes[cause], "nobody was moved by %s", cause)
	}
}

// TestADefinitionIsFollowedWhileNothingElseIsWritten: a pick counts a moment after its commit.
func TestADefinitionIsFollowedWhileNothingElseIsWritten(t *testing.T) {
	r := newPeopleRig(t, t.TempDir())
	defer func() { require.NoError(t, r.Close(t.Context())) }()
	who := r.expect(201, "POST", "/v1/contacts", object{"name": "Ada"})["id"]
	segment := r.expect(201, "POST", "/v1/segments", object{"name": "All", "watched": true})["id"].(string)
	watcher, err := watch.New(r.Store, adapters.Watched{Index: r.Index}, r.Segments, watch.Options{Now: r.config.now, Pace: 2 * time.Millisecond})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); watcher.Run(ctx) }()
	defer func() { stop(); <-done }()
	require.Eventually(t, func() bool { // it is watched
		states, err := r.Store.Documents(ctx, watch.StateDocuments, segment, "", 1)
		return err == nil && len(states) == 1
	}, time.Minute, time.Millisecond)
	for n, how := range []string{"add", "remove", "add", "remove", "add", "remove"} {
		r.expect(200, "POST", "/v1/segments/"+segment+"/exclusions", object{how: []any{who}})
		require.Eventually(t, func() bool {
			list, err := watcher.Events(ctx, uuid.MustParse(segment), 0, 100)
			return err == nil && len(list) == n+1
		}, time.Minute, time.Millisecond, "%s", how)
	}
}

// TestARenamingThatHasEndedHoldsNothingUp: nothing that the columns hear of is written when it ends.
func TestARenamingThatHasEndedHoldsNothingUp(t *testing.T) {
	r := newPeopleRig(t, t.TempDir())
	defer func() { require.NoError(t, r.Close(t.Context())) }()
	r.expect(201, "POST", "/v1/attributes", object{"key": "tier", "label": "Tier", "type": "list", "options": []string{"gold"}})
	segment := r.expect(201, "POST", "/v1/segments", object{"name": "Ada", "watched": true, "filter": object{
		"combinator": "and", "rules": []any{object{"field": "name", "operator": "eq", "value": "Ada"}},
	}})["id"].(string)
	require.NoError(t, r.watcher.Look(t.Context()))
	r.expect(200, "POST", "/v1/attributes/tier/rename-option", object{"from": "gold", "to": "gilt"})
	r.expect(201, "POST", "/v1/contacts", object{"name": "Ada", "attributes": object{"tier": "gold"}})
	require.NoError(t, r.Workspace.SweepRenamings(t.Context()))
	require.NoError(t, r.watcher.Look(t.Context()))
	list, err := r.watcher.Events(t.Context(), uuid.MustParse(segment), 0, 10)
	require.NoError(t, err)
	require.Len(t, list, 1)
	r.expect(201, "POST", "/v1/segments/"+segment+"/refresh", nil)
}
