package watch

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

// past is what is kept of the first nine contacts: who was inside at first, and each turn as "+3 unknown".
func (d *desk) past(absences ...Absence) (inside []uint32, lines []string) {
	d.t.Helper()
	p, err := d.PastOf(d.t.Context(), d.segment.ID, []uint32{1, 2, 3, 4, 5, 6, 7, 8, 9}, func(context.Context) ([]Absence, error) { return absences, nil })
	require.NoError(d.t, err)
	for _, turn := range p.Turns {
		lines = append(lines, fmt.Sprint(map[bool]string{true: "+", false: "-"}[turn.Entered], turn.Contact, " ", turn.Cause))
	}
	return p.Inside.ToArray(), lines
}

// turn has some contacts enter, or leave when they are negative.
func (d *desk) turn(contacts ...int) {
	for _, c := range contacts {
		if c > 0 {
			d.inside.Add(uint32(c))
		} else {
			d.inside.Remove(uint32(-c))
		}
		d.noted.Add(uint32(max(c, -c)))
	}
	d.clock = d.clock.Add(time.Second)
	require.NoError(d.t, d.Look(d.t.Context()))
}

// merge merges a contact into another one, and says how it is a part of that from then on.
func (d *desk) merge(survivor, absorbed uint32) Absence {
	d.t.Helper()
	fates, err := ledger.FatesOf(d.t.Context(), d.store, contacts.Kind, []uint32{survivor, absorbed})
	require.NoError(d.t, err)
	people := contacts.NewService(d.store, companies.Directory{}, func() time.Time { return d.clock }, nil)
	_, err = people.Merge(d.t.Context(), ledger.Caller{Author: Author}, fates[0].ID, fates[1].ID, 0)
	require.NoError(d.t, err)
	return Absence{Contact: absorbed, Merged: d.store.Head(), At: d.clock}
}

func TestThePastOfContacts(t *testing.T) {
	d := newDesk(t)
	d.inside.AddMany([]uint32{1, 2})
	d.look()
	d.turn(3, -1)
	d.turn(1)
	inside, turns := d.past()
	require.Equal(t, []uint32{1, 2}, inside)
	require.Equal(t, []string{"-1 unknown", "+3 unknown", "+1 unknown"}, turns)

	for range mostSince { // so the base is stored again: it has 2 and 4
		d.turn(4, -9)
		d.turn(-4, 9)
	}
	d.turn(4, -9)
	require.NoError(t, d.Check(t.Context()))
	require.Less(t, d.list[0].since, 10, "it was stored")
	inside, _ = d.past()
	require.Equal(t, []uint32{1, 2}, inside, "as it was at first, by the turns before the base")

	d.segment.ID = uuid.New()
	p, err := d.PastOf(t.Context(), d.segment.ID, []uint32{1}, func(context.Context) ([]Absence, error) {
		require.Fail(t, "nobody needs it")
		return nil, nil
	})
	require.NoError(t, err)
	require.Empty(t, p)
}

// TestThePastOfWhoWasMerged: the stay ends with the event that only the list of the segment has, or with the merge.
func TestThePastOfWhoWasMerged(t *testing.T) {
	d := newDesk(t)
	d.inside.AddMany([]uint32{1, 2})
	d.look()
	d.turn(3, 4, 5)
	d.turn(-5)
	first := []string{"+3 unknown", "+4 unknown", "+5 unknown", "-5 unknown"}
	base, member, former := d.merge(9, 1), d.merge(9, 3), d.merge(9, 5)
	_, turns := d.past(base, member, former)
	require.Equal(t, first, turns, "nobody has looked yet")
	d.clock = d.clock.Add(2 * time.Minute)
	_, turns = d.past(base, member, former)
	require.Equal(t, append(first, "-3 merged"), turns, "nobody has looked")
	at, parted := member.At, member
	parted.Parted = d.store.Head() + 1
	_, turns = d.past(parted)
	require.Equal(t, first, turns, "it was undone before anybody looked")

	d.turn(-1, -3)
	inside, turns := d.past(base, member, former)
	require.Equal(t, []uint32{1, 2}, inside)
	require.Equal(t, append(first, "-1 merged", "-3 merged"), turns)
	p, err := d.PastOf(t.Context(), d.segment.ID, []uint32{3}, func(context.Context) ([]Absence, error) { return []Absence{member}, nil })
	require.NoError(t, err)
	require.Equal(t, d.clock, p.Turns[1].At, "when it was noticed")
	require.True(t, p.Turns[1].At.After(at))
}
