package explain

import (
	"slices"
	"time"
)

// crossing is that a snapshot has seen the contact come or leave.
type crossing struct {
	Event
	before time.Time // the snapshot before; zero for the first one of the segment
}

// unnoticed is how long after a snapshot an event is taken for what that has seen, where nobody knows whether the
// segment was watched when the snapshot was taken.
const unnoticed = time.Minute

// join makes one history of what snapshots and events say, with one entry for each time that the contact came
// or left. All are the oldest first. since is from when on the segment is watched, zero for not.
func join(crossings []crossing, events []noticed, since time.Time) (list []Event) {
	seen := make([]bool, len(events))
	for i, c := range crossings {
		var next time.Time
		if i+1 < len(crossings) {
			next = crossings[i+1].At
		}
		if at := matching(c, next, events, since); at >= 0 {
			seen[at] = true
			c.notice(events[at])
		}
		list = append(list, c.Event)
	}
	for i, e := range events {
		if !seen[i] {
			list = append(list, Event{At: e.at, Entered: e.entered, Cause: Cause(e.cause.String()), seq: e.seq, between: e.between})
		}
	}
	slices.SortStableFunc(list, func(a, b Event) int { return a.At.Compare(b.At) })
	kept := list[:0]
	for _, e := range list {
		if n := len(kept); !e.between || n == 0 || kept[n-1].Entered != e.Entered { // else a snapshot has seen it before
			kept = append(kept, e)
		}
	}
	return kept
}

// matching is the place of the event of what a snapshot has seen, -1 where there is none. It is the last event up
// to the snapshot, if it came after the snapshot before. A snapshot may also be the first to see what is noticed a
// moment later. next is when a snapshot has seen the contact the next time.
func matching(c crossing, next time.Time, events []noticed, since time.Time) int {
	after := 0
	for after < len(events) && !events[after].at.After(c.At) {
		after++
	}
	if last := after - 1; last >= 0 && events[last].entered == c.Entered && events[last].at.After(c.before) {
		return last
	}
	if after == len(events) || events[after].entered != c.Entered || events[after].between {
		return -1
	}
	at, watched := events[after].at, !since.IsZero() && !c.At.Before(since)
	if (watched || at.Sub(c.At) <= unnoticed) && (next.IsZero() || !at.After(next)) {
		return after
	}
	return -1
}

// notice adds what an event says of the same. Its cause is of some seconds, and wins where the snapshot knows none.
func (c *crossing) notice(e noticed) {
	if c.Cause == CauseFirst || c.Cause == CauseUnknown {
		c.Cause, c.seq = Cause(e.cause.String()), e.seq
	}
	if e.at.Before(c.At) {
		c.At = e.at
	}
}
