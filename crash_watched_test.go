package main

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// entrances is who is in a watched segment by its events.
type entrances struct {
	segment string
	after   uint64
	members map[string]bool
}

// follow applies the events that have come, each of which must turn something.
func (e *entrances) follow(t *testing.T, c client) (events int) {
	t.Helper()
	for {
		page := get[struct {
			Events []struct {
				Seq       uint64
				ContactID string `json:"contact_id"`
				Event     string
			}
		}](t, c, "GET", fmt.Sprintf("/v1/segments/%s/events?limit=1000&after=%d", e.segment, e.after), nil)
		if len(page.Events) == 0 {
			return events
		}
		for _, one := range page.Events {
			if e.after == 0 && one.Event == "left" {
				e.members[one.ContactID] = true // it was there when it began
			}
			require.NotEqual(t, one.Event == "entered", e.members[one.ContactID], "an event is noted twice, or one was lost before it")
			if e.after = one.Seq; one.Event == "entered" {
				e.members[one.ContactID] = true
			} else {
				delete(e.members, one.ContactID)
			}
			events++
		}
	}
}

// now is who passes the filter of the segment.
func (e *entrances) now(t *testing.T, c client) map[string]bool {
	t.Helper()
	members := map[string]bool{}
	page := get[struct{ Contacts []struct{ ID string } }](t, c, "GET", "/v1/segments/"+e.segment+"/members?limit=1000", nil)
	for _, one := range page.Contacts {
		members[one.ID] = true
	}
	return members
}

// TestEventsOfWatchedSegmentsSurviveAKill kills the server while it notes who enters and who leaves.
// Afterwards the events lead to those who pass the filter, and none is told twice.
func TestEventsOfWatchedSegmentsSurviveAKill(t *testing.T) {
	const people = 600
	folder := t.TempDir()
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "watching")
	p := start(t, folder, key)
	made := get[struct{ ID string }](t, p.client, "POST", "/v1/segments", object{"name": "Here", "watched": true, "filter": all(rule("city", "eq", "Nairobi"))})
	e := &entrances{segment: made.ID, members: map[string]bool{}}
	var drafts []object
	for i := range people {
		drafts = append(drafts, object{"identifier": fmt.Sprint("p", i), "city": "Mombasa"})
	}
	get[object](t, p.client, "POST", "/v1/contacts/batch", object{"contacts": drafts})
	moves, moved := 0, time.Time{}
	eventually(t, func() bool { // who is there when it begins is no event, so that the first move may be none
		if time.Since(moved) > 10*time.Second {
			get[object](t, p.client, "POST", "/v1/contacts/upsert", object{"identifier": "first", "city": []string{"Nairobi", "Mombasa"}[moves%2]})
			moves, moved = moves+1, time.Now()
		}
		return e.follow(t, p.client) > 0
	}, "a move is noticed")
	for round := range 3 {
		for i := range drafts {
			drafts[i]["city"] = []string{"Nairobi", "Mombasa"}[(i/(round+1)+round)%2]
		}
		get[object](t, p.client, "POST", "/v1/contacts/batch", object{"contacts": drafts})
		if round < 2 {
			eventually(t, func() bool { return e.follow(t, p.client) > 0 }, "a move is noticed")
		}
		p.kill()
		p = start(t, folder, key)
		eventually(t, func() bool {
			e.follow(t, p.client)
			return maps.Equal(e.now(t, p.client), e.members)
		}, "the events lead to those who pass the filter")
	}
	require.NotZero(t, e.after)
	require.NoError(t, p.stop())
	require.Contains(t, run(t, "verify", "--data", folder), "everything agrees")
}
