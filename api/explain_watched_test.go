package api

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
)

// club is a watched segment of those who live in Nairobi.
type club struct {
	*harness
	id string
}

func newClub(t *testing.T) *club {
	h := newHarness(t)
	made, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "n", "watched": true, "filter": cityIs("Nairobi")}), 201)
	c := &club{h, made.ID}
	c.watch()
	return c
}

// watch has the segment evaluated a few seconds later, and lets some minutes pass.
func (c *club) watch() {
	c.later(4 * time.Second)
	c.look(c.id)
	c.later(10 * time.Minute)
}

func (c *club) resident(name, city string) string {
	return c.create(object{"name": name, "city": city}).ID
}

func (c *club) move(contact, city string) {
	c.t.Helper()
	_, _ = ok[wire.None](c.call("PATCH", "/v1/contacts/"+contact, object{"city": city}), 200)
}

func (c *club) merge(survivor, absorbed string) (undo func()) {
	c.t.Helper()
	_, _ = ok[wire.None](c.call("POST", "/v1/contacts/"+survivor+"/merge", object{"contact_id": absorbed}), 200)
	read, _ := ok[contactBody](c.call("GET", "/v1/contacts/"+survivor), 200)
	merge := read.Absorbed[len(read.Absorbed)-1].MergeID
	return func() { _, _ = ok[wire.None](c.call("POST", "/v1/merges/"+merge+"/undo"), 200) }
}

func (c *club) set(patch object) {
	c.t.Helper()
	_, _ = ok[wire.None](c.call("PATCH", "/v1/segments/"+c.id, patch), 200)
}

// history is that of an explanation, the newest first: "entered created", with #1 where the first snapshot has
// seen it.
func (c *club) history(contact string) (lines []string) {
	c.t.Helper()
	all := c.explain(c.id, contact).History
	for i, e := range all {
		line := e.Event + " " + e.Cause
		if e.N > 0 {
			line += fmt.Sprint(" #", e.N)
		}
		if i > 0 {
			require.Less(c.t, e.At, all[i-1].At)
		}
		lines = append(lines, line)
	}
	return lines
}

// TestAnExplanationKnowsWhatIsWatched without any snapshot: the same that the events say.
func TestAnExplanationKnowsWhatIsWatched(t *testing.T) {
	c := newClub(t)
	first, ada := c.resident("First", "Nairobi"), c.resident("Ada", "Nairobi")
	c.set(object{"watched": false})
	c.watch()
	c.set(object{"watched": true})
	c.watch()
	require.Empty(t, c.history(ada), "it begins with those who are in it")

	c.move(ada, "Mombasa")
	c.watch()
	c.move(ada, "Nairobi")
	c.watch()
	c.set(object{"filter": cityIs("Kisumu")})
	c.watch()
	_, _ = ok[wire.None](c.call("POST", "/v1/segments/"+c.id+"/members", object{"add": []string{ada}}), 200)
	c.watch()
	_, _ = ok[wire.None](c.call("POST", "/v1/segments/"+c.id+"/exclusions", object{"add": []string{ada}}), 200)
	c.watch()
	bo := c.resident("Bo", "Kisumu")
	c.watch()
	require.Equal(t, []string{"left picked", "entered picked", "left definition", "entered changed", "left changed"}, c.history(ada))
	require.Equal(t, []string{"entered created"}, c.history(bo))
	require.Equal(t, []string{"left definition"}, c.history(first))

	at := map[string]string{}
	for _, e := range c.look(c.id) {
		if e.ContactID == ada {
			at[e.Event+" "+e.Cause] = e.At
		}
	}
	for _, e := range c.explain(c.id, ada).History {
		require.Equal(t, at[e.Event+" "+e.Cause], e.At)
		var fields []string
		for _, change := range e.Changes {
			require.Equal(t, "admin", change.Author.Name)
			fields = append(fields, change.Field)
		}
		require.Equal(t, e.Cause == "changed", len(fields) == 1 && fields[0] == "city", "%v", fields)
	}
}

// TestAnExplanationTellsEachCrossingOnce: what both a snapshot and an event say.
func TestAnExplanationTellsEachCrossingOnce(t *testing.T) {
	c := newClub(t)
	ada := c.resident("Ada", "Nairobi")
	c.watch()
	entered := c.explain(c.id, ada).History[0].At
	c.later(time.Hour)
	c.taken(c.id)
	require.Equal(t, []string{"entered created #1"}, c.history(ada), "the event knows the cause")
	require.Equal(t, entered, c.explain(c.id, ada).History[0].At, "which was noticed earlier")

	c.move(ada, "Mombasa")
	c.later(time.Second)
	left := c.taken(c.id).EvaluatedAt
	require.Equal(t, []string{"left changed #2", "entered created #1"}, c.history(ada), "nobody has looked yet")
	c.watch()
	require.Equal(t, []string{"left changed #2", "entered created #1"}, c.history(ada))
	require.Equal(t, left, c.explain(c.id, ada).History[0].At, "the snapshot was earlier")

	for _, city := range []string{"Nairobi", "Mombasa", "Nairobi"} {
		c.move(ada, city)
		c.watch()
	}
	c.later(time.Second)
	c.taken(c.id)
	c.set(object{"filter": cityIs("Mombasa")})
	c.watch()
	c.taken(c.id)
	require.Equal(t, []string{"left definition #4", "entered changed #3", "left changed", "entered changed", "left changed #2", "entered created #1"}, c.history(ada))
}

// TestAnExplanationOfThoseWhoWereMerged: a contact and those whom it has absorbed are one.
func TestAnExplanationOfThoseWhoWereMerged(t *testing.T) {
	c := newClub(t)
	base, in, out := c.resident("Base", "Nairobi"), c.resident("In", "Nairobi"), c.resident("Out", "Mombasa")
	c.set(object{"watched": false})
	c.watch()
	c.set(object{"watched": true})
	c.watch()
	late, empty := c.resident("Late", "Nairobi"), c.create(object{"name": "Empty"}).ID
	c.watch()
	require.Equal(t, []string{"entered created"}, c.history(late))

	// A survivor that has been in it all the time.
	undo := c.merge(base, late)
	require.Empty(t, c.history(base), "nobody has looked yet")
	c.watch()
	require.Empty(t, c.history(base))
	require.Empty(t, c.history(late), "it is the survivor")
	undo()
	c.watch()
	require.Empty(t, c.history(base))
	require.Equal(t, []string{"entered unmerged", "left merged", "entered created"}, c.history(late))

	// One that comes into it by the merge.
	undo = c.merge(empty, in)
	c.watch()
	require.True(t, c.explain(c.id, in).Member)
	require.Empty(t, c.history(empty), "one of them was in it all the time")
	undo()
	c.watch()
	require.Equal(t, []string{"left unmerged", "entered merged"}, c.history(empty))
	require.Equal(t, []string{"entered unmerged", "left merged"}, c.history(in))

	// What happened just before is no cause.
	undo = c.merge(empty, in)
	c.later(2 * time.Second)
	c.look(c.id)
	undo()
	c.later(2 * time.Second)
	c.look(c.id)
	c.later(10 * time.Minute)
	require.Equal(t, []string{"left unmerged", "entered merged", "left unmerged", "entered merged"}, c.history(empty))

	// One that stays outside, and what is undone at once.
	undo = c.merge(out, late)
	undo()
	c.watch()
	require.Equal(t, []string{"entered unmerged", "left merged", "entered created"}, c.history(late), "nobody has noticed")
	undo = c.merge(out, late)
	c.watch()
	require.False(t, c.explain(c.id, out).Member)
	require.Equal(t, []string{"left merged", "entered unmerged", "left merged", "entered created"}, c.history(out))
	undo()
	require.Empty(t, c.history(out))
	c.move(late, "Kisumu")
	c.watch()
	require.Equal(t, []string{"left merged", "entered unmerged", "left merged", "entered created"}, c.history(late), "it came back as another one")
}

// TestAnExplanationOfATimeThatNobodyWatched: what happened meanwhile shows when it is watched again.
func TestAnExplanationOfATimeThatNobodyWatched(t *testing.T) {
	c := newClub(t)
	ada, bo, eve := c.resident("Ada", "Nairobi"), c.resident("Bo", "Nairobi"), c.resident("Eve", "Nairobi")
	c.watch()
	c.move(eve, "Mombasa")
	c.watch()
	off := func(patch object) {
		c.set(patch)
		c.watch()
	}
	off(object{"watched": false})
	c.move(bo, "Mombasa")
	c.move(eve, "Nairobi")
	c.watch()
	require.Equal(t, []string{"entered created"}, c.history(ada), "events stay")
	require.Equal(t, []string{"entered created"}, c.history(bo), "nobody knows")
	off(object{"watched": true})
	require.Equal(t, []string{"entered created"}, c.history(ada), "nothing is told twice")
	require.Equal(t, []string{"left unknown", "entered created"}, c.history(bo))
	require.Equal(t, []string{"entered unknown", "left changed", "entered created"}, c.history(eve))
	read, _ := ok[segmentBody](c.call("GET", "/v1/segments/"+c.id), 200)
	require.Equal(t, read.WatchedSince, c.explain(c.id, eve).History[0].At)

	off(object{"archived": true})
	c.move(eve, "Mombasa")
	c.later(time.Second)
	c.taken(c.id)
	c.move(eve, "Nairobi")
	c.later(time.Second)
	c.taken(c.id)
	off(object{"archived": false})
	require.Equal(t, []string{"entered changed #2", "left changed", "entered created"}, c.history(eve), "a snapshot has seen it before")
	require.Equal(t, []string{"entered created #1"}, c.history(ada))
}
