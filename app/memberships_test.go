package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// era is a state of a segment or a contact, and from when to when it may have been the present one: from
// the beginning of the request that made it to the end of the one that ended it.
type era struct {
	from, until time.Time // until is zero for the last
	tier        int       // of a contact, or that a segment asks for
	there       bool
}

// eras are those of one segment or contact, in their order. They are safe for concurrent use, by one
// writer.
type eras struct {
	mu   sync.Mutex
	list []era
}

// turn makes a request that begins a new era.
func (e *eras) turn(next era, request func()) {
	next.from = time.Now()
	e.mu.Lock()
	e.list = append(e.list, next)
	e.mu.Unlock()
	request()
	e.mu.Lock()
	defer e.mu.Unlock()
	if n := len(e.list); n > 1 {
		e.list[n-2].until = time.Now()
	}
}

// during are the eras that may have been present between two moments.
func (e *eras) during(from, to time.Time) (list []era) {
	for _, one := range e.list {
		if !one.from.After(to) && (one.until.IsZero() || !one.until.Before(from)) {
			list = append(list, one)
		}
	}
	return list
}

// memberRig are contacts who have a tier each, and segments that ask for one, while both change.
type memberRig struct {
	caller
	ctx      context.Context
	people   []string // ids
	tiers    []*eras  // theirs, in the same order
	mu       sync.Mutex
	segments map[string]*eras // by id
	readings []reading
}

// reading is what a contact was told of its segments.
type reading struct {
	from, to time.Time
	who      int
	in       map[string]bool
}

var tierNames = []string{"basic", "gold", "platinum"}

// longestReading is how long a contact may wait for its segments, also with the race detector and
// on a machine that is busy with others. Who has to begin again with every write waits for ever.
const longestReading = time.Minute

// ask is call for any goroutine of the test.
func (r *memberRig) ask(method, target string, body any, want int) (answer object) {
	text, err := json.Marshal(body)
	if err != nil {
		r.t.Error(err)
	}
	request := httptest.NewRequestWithContext(r.ctx, method, target, bytes.NewReader(text))
	request.Host = "localhost"
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, request)
	if w.Code != want {
		r.t.Errorf("%s %s %s: %d, not %d: %s", method, target, text, w.Code, want, w.Body)
		return nil
	}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			r.t.Error(err)
		}
	}
	return answer
}

func filterOn(field, operator string, value any) object {
	rule := object{"field": field, "operator": operator}
	if value != nil {
		rule["value"] = value
	}
	return object{"combinator": "and", "rules": []any{rule}}
}

// define makes a segment of those in a tier.
func (r *memberRig) define(tier int) string {
	e, id, name := &eras{list: []era{{}}}, "", uuid.NewString()
	e.turn(era{tier: tier, there: true}, func() {
		made := r.ask("POST", "/v1/segments", object{"name": name, "filter": filterOn("attributes.tier", "eq", tierNames[tier])}, 201)
		id, _ = made["id"].(string)
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.segments[id] = e
	return id
}

// redefine lets a segment ask for another tier.
func (r *memberRig) redefine(id string, tier int) {
	r.segmentOf(id).turn(era{tier: tier, there: true}, func() {
		r.ask("PATCH", "/v1/segments/"+id, object{"filter": filterOn("attributes.tier", "eq", tierNames[tier])}, 200)
	})
}

func (r *memberRig) remove(id string) {
	r.segmentOf(id).turn(era{}, func() { r.ask("DELETE", "/v1/segments/"+id, nil, 204) })
}

func (r *memberRig) segmentOf(id string) *eras {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.segments[id]
}

// read asks a contact for its segments.
func (r *memberRig) read(who int) {
	one := reading{from: time.Now(), who: who, in: map[string]bool{}}
	answer := r.ask("GET", "/v1/contacts/"+r.people[who]+"/segments?limit=100", nil, 200)
	one.to = time.Now()
	list, _ := answer["segments"].([]any)
	for _, segment := range list {
		one.in[segment.(object)["id"].(string)] = true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.readings = append(r.readings, one)
}

// may reports whether a contact may have been a member at a moment of a reading, and whether it may have
// been none.
func (r *memberRig) may(one reading, segment *eras) (in, out bool) {
	for _, asks := range segment.during(one.from, one.to) {
		for _, has := range r.tiers[one.who].during(one.from, one.to) {
			member := asks.there && asks.tier == has.tier
			in, out = in || member, out || !member
		}
	}
	return in, out
}

// TestSegmentsOfAContactUnderLoad: a contact is told of segments that it was a member of at a moment of the
// call, and of no others, while segments are made, changed and deleted, contacts written, and options
// renamed. So it is of one that names another segment, and of one that asks when a field changed. Nobody
// waits for long.
func TestSegmentsOfAContactUnderLoad(t *testing.T) {
	rounds := 12 // of a segment that is made, changed and deleted
	if testing.Short() {
		rounds = 4
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	rig := newFieldsRig(t)
	r := &memberRig{caller: rig.in(t), ctx: ctx, segments: map[string]*eras{}}
	r.call("POST", "/v1/attributes", object{"key": "tier", "label": "Tier", "type": "list", "options": tierNames}, 201)
	for i := range 12 {
		made := r.call("POST", "/v1/contacts", object{"name": "Ada", "attributes": object{"tier": tierNames[i%3]}}, 201)
		r.people = append(r.people, made["id"].(string))
		r.tiers = append(r.tiers, &eras{list: []era{{tier: i % 3}}})
	}
	lasting := r.define(0)
	others := r.call("POST", "/v1/segments", object{"name": "others", "filter": filterOn("segment", "not_in", []string{lasting})}, 201)["id"].(string)
	changed := r.call("POST", "/v1/segments", object{"name": "changed", "filter": filterOn("changed.attributes.tier", "exists", nil)}, 201)["id"].(string)

	var working sync.WaitGroup
	stop := make(chan struct{})
	until := func(step func(random *rand.Rand)) {
		working.Go(func() {
			random := rand.New(rand.NewPCG(1, 2))
			for {
				select {
				case <-stop:
					return
				default:
					step(random)
				}
			}
		})
	}
	until(func(random *rand.Rand) {
		who, tier := random.IntN(len(r.people)), random.IntN(3)
		r.tiers[who].turn(era{tier: tier}, func() {
			r.ask("PATCH", "/v1/contacts/"+r.people[who], object{"attributes": object{"tier": tierNames[tier]}}, 200)
		})
	})
	until(func(random *rand.Rand) { // the former name goes on meaning the option
		for _, to := range []string{"gilt", "gold"} {
			from := map[string]string{"gilt": "gold", "gold": "gilt"}[to]
			r.ask("POST", "/v1/attributes/tier/rename-option", object{"from": from, "to": to}, 200)
			if err := r.Workspace.SweepRenamings(ctx); err != nil {
				t.Error(err)
			}
		}
	})
	for range 2 {
		until(func(random *rand.Rand) { r.read(random.IntN(len(r.people))) })
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range rounds {
		id := r.define(random.IntN(3))
		r.redefine(lasting, random.IntN(3))
		r.redefine(id, random.IntN(3))
		r.remove(id)
	}
	close(stop)
	working.Wait()
	require.NoError(t, ctx.Err())

	members, unsure := 0, 0
	for _, one := range r.readings {
		require.Less(t, one.to.Sub(one.from), longestReading)
		require.True(t, one.in[changed], "each tier has changed")
		in, out := r.may(one, r.segments[lasting])
		require.True(t, one.in[others] && out || !one.in[others] && in, "those who are not in another segment")
		for id, segment := range r.segments {
			in, out := r.may(one, segment)
			require.True(t, one.in[id] && in || !one.in[id] && out, fmt.Sprint("in: ", one.in[id]))
			switch {
			case in && out:
				unsure++
			case in:
				members++
			}
		}
		for id := range one.in {
			require.True(t, r.segments[id] != nil || id == others || id == changed)
		}
	}
	require.Positive(t, members, "some answers must be certain")
	t.Logf("%d readings, %d segments, %d memberships that nothing put in doubt, and %d that something did", len(r.readings), len(r.segments), members, unsure)
}
