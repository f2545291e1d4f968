package timeline

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/ledger/ledgertest"
)

// pages reads the timeline from a place to its end in one direction; meanwhile is called between pages.
func (r *rig) pages(id ledger.ID, from *Place, newer bool, limit int, meanwhile func()) (all []told) {
	for place := from; ; {
		p := r.page(id, Kinds, place, limit)
		var list []told
		for i := range p.Entries {
			list = append(list, tell(&p.Entries[i]))
		}
		if place = p.Older; newer {
			place = p.Newer
			slices.Reverse(list)
		}
		if all = append(all, list...); place == nil {
			return all
		}
		meanwhile()
	}
}

func nothing() {}

// TestArrivalsAreNeitherRepeatedNorLeftOut: what comes between two pages may be met or not, and all
// that was there is met once.
func TestArrivalsAreNeitherRepeatedNorLeftOut(t *testing.T) {
	r := newRig(t, t.Cleanup)
	ada, king := r.person("Ada"), r.person("King")
	for i := range 12 {
		r.now = r.now.Add(time.Minute)
		r.change(ada, fmt.Sprint("City ", i))
		r.note(ada, fmt.Sprint("note ", i), r.now)
		r.say(r.talk(ada, fmt.Sprint("begins ", i), r.now), fmt.Sprint("goes on ", i), r.now.Add(20*time.Second))
	}
	before := r.model(ada, Kinds)
	arrived := 0
	arrive := func() {
		arrived++
		r.now = r.now.Add(time.Minute)
		r.change(ada, fmt.Sprint("Town ", arrived))
		r.note(ada, fmt.Sprint("late ", arrived), r.now)
		r.note(ada, fmt.Sprint("late and old ", arrived), r.now.Add(-20*time.Minute))
		r.say(r.talks[3], fmt.Sprint("said late ", arrived), r.now)
		r.note(king, fmt.Sprint("of another ", arrived), r.now.Add(-20*time.Minute))
		if arrived == 3 {
			r.merge(ada, king)
		}
	}
	once := func(all []told) {
		t.Helper()
		seen := map[told]int{}
		for _, e := range all {
			seen[e]++
			require.Equal(t, 1, seen[e], "%v is repeated", e)
		}
		for _, e := range before {
			require.Equal(t, 1, seen[e], "%v is left out", e)
		}
	}
	once(r.pages(ada, nil, false, 5, arrive))
	oldest := Place{Newer: true, Cut: Cut{seq: 1, key: key{at: -1 << 46}}}
	before = r.model(ada, Kinds)
	once(r.pages(ada, &oldest, true, 5, func() {
		if arrived < 20 { // else there is always one more
			arrive()
		}
	}))
}

// TestClocksThatGoBack leave nothing out and repeat nothing in either direction: the history
// comes in the order of its numbers.
func TestClocksThatGoBack(t *testing.T) {
	r := newRig(t, t.Cleanup)
	ada := r.person("Ada")
	for i := range 40 {
		r.now = r.now.Add(time.Minute)
		if i%10 == 9 {
			r.now = r.now.Add(-15 * time.Minute)
		}
		r.change(ada, fmt.Sprint("City ", i))
		r.note(ada, fmt.Sprint("note ", i), r.now)
		r.talk(ada, fmt.Sprint("begins ", i), r.now)
	}
	want := r.model(ada, Kinds)
	oldest := Place{Newer: true, Cut: Cut{seq: 1, key: key{at: -1 << 46}}}
	for _, limit := range []int{1, 7, 50} {
		require.ElementsMatch(t, want, r.pages(ada, nil, false, limit, nothing), "%d a page", limit)
		require.ElementsMatch(t, want, r.pages(ada, &oldest, true, limit, nothing), "%d a page, to the newest", limit)
	}
}

// TestMergesAreSaidOnce: by the survivor while the other is a part of it, and by both when they
// are parted.
func TestMergesAreSaidOnce(t *testing.T) {
	r := newRig(t, t.Cleanup)
	next := func() { r.now = r.now.Add(time.Second) }
	ada, king := r.person("Ada"), r.person("King")
	next()
	merge := r.merge(ada, king)
	merged := r.page(ada, []Kind{MergedWith, Unmerged, Created}, nil, 10).Entries
	require.Len(t, merged, 3)
	require.Equal(t, []any{MergedWith, ada, king}, []any{merged[0].Kind, merged[0].Contact, merged[0].Other})
	require.Equal(t, []any{Created, king}, []any{merged[1].Kind, merged[1].Contact})
	require.Equal(t, []any{Created, ada}, []any{merged[2].Kind, merged[2].Contact})
	require.Equal(t, r.walk(ada, Kinds, 3), r.walk(king, Kinds, 3), "both ids mean one")
	next()
	r.undo(merge)
	for who, other := range map[ledger.ID]ledger.ID{ada: king, king: ada} {
		list := r.page(who, Kinds, nil, 10).Entries
		require.Len(t, list, 3)
		for i, kind := range []Kind{Unmerged, MergedWith, Created} {
			require.Equal(t, []any{kind, who}, []any{list[i].Kind, list[i].Contact})
			require.Equal(t, kind != Created, list[i].Other == other)
		}
	}
	next()
	// The other one of King's merges is gone now.
	_, err := r.contacts.Delete(context.Background(), desk, ada, 0)
	require.NoError(t, err)
	require.Equal(t, ada, r.page(king, Kinds, nil, 1).Entries[0].Other)
	_, err = r.lines.Page(context.Background(), ada, Kinds, nil, 10)
	ledgertest.Problem(t, fault.KindNotFound, err)
}

// TestPagesEndBeforeTheyReadTooMuch: one of few kinds may have few entries, and goes on.
func TestPagesEndBeforeTheyReadTooMuch(t *testing.T) {
	r := newRig(t, t.Cleanup)
	ada := r.person("Ada")
	r.block(ada, true)
	for i := range 2 * ledger.MaxHistoryRead {
		r.change(ada, fmt.Sprint("City ", i))
	}
	r.now = r.now.Add(time.Hour)
	r.note(ada, "the newest", r.now)
	var places []*Place
	var all []Kind
	for place := (*Place)(nil); ; {
		p := r.page(ada, []Kind{Created, Blocked, NoteWritten}, place, 10)
		for i := range p.Entries {
			all = append(all, p.Entries[i].Kind)
		}
		if place = p.Older; place == nil {
			break
		}
		places = append(places, place)
	}
	require.Equal(t, []Kind{NoteWritten, Blocked, Created}, all)
	require.Len(t, r.page(ada, []Kind{Created, NoteWritten}, nil, 10).Entries, 1, "what is newer than the changes that were read")
	require.Len(t, places, 2)
	back := r.walkNewer(ada, places[1], []Kind{Created, Blocked, NoteWritten})
	require.Equal(t, []Kind{NoteWritten}, back)
}

// walkNewer are the kinds of the entries that are newer than a page.
func (r *rig) walkNewer(id ledger.ID, from *Place, kinds []Kind) (all []Kind) {
	for place := (&Place{Newer: true, Cut: from.Cut}); place != nil; {
		p := r.page(id, kinds, place, 10)
		for i := range p.Entries {
			all = append(all, p.Entries[i].Kind)
		}
		place = p.Newer
	}
	return all
}

func TestKindsByName(t *testing.T) {
	kinds, err := ReadKinds(nil)
	require.NoError(t, err)
	require.Equal(t, Kinds, kinds)
	kinds, err = ReadKinds([]string{" note", "created ", "note"})
	require.NoError(t, err)
	require.Equal(t, []Kind{Created, NoteWritten}, kinds)
	for _, wrong := range [][]string{{""}, {"notes"}, {"note", " "}} {
		_, err := ReadKinds(wrong)
		require.Equal(t, []string{"kinds"}, ledgertest.Paths(ledgertest.Problem(t, fault.KindInvalid, err).Faults))
	}
}

func TestPlacesAreRead(t *testing.T) {
	for _, wrong := range [][]byte{nil, make([]byte, placeSize-1), make([]byte, placeSize+1)} {
		_, ok := ReadPlace(wrong)
		require.False(t, ok)
	}
}

// spans is a Mirror that knows them all at once, as the columns do.
type spans []Span

func (s spans) SpansOf([]uint32) []Span { return slices.Clone(s) }

// BenchmarkPage reads pages of a person with 10,000 events.
func BenchmarkPage(b *testing.B) {
	for name, make := range map[string]func(r *rig, id ledger.ID, i int){
		"changes":       func(r *rig, id ledger.ID, i int) { r.change(id, fmt.Sprint("City ", i)) },
		"notes":         func(r *rig, id ledger.ID, i int) { r.note(id, fmt.Sprint("note ", i), r.now) },
		"conversations": func(r *rig, id ledger.ID, i int) { r.talk(id, fmt.Sprint("text ", i), r.now) },
		"messages": func(r *rig, id ledger.ID, i int) {
			if i == 0 {
				r.talk(id, "begins", r.now)
			}
			r.say(r.talks[0], fmt.Sprint("text ", i), r.now)
		},
		"mixed": func(r *rig, id ledger.ID, i int) {
			switch {
			case i%4 == 0:
				r.change(id, fmt.Sprint("City ", i))
			case i%4 == 1:
				r.note(id, fmt.Sprint("note ", i), r.now)
			case i%20 == 2:
				r.talk(id, fmt.Sprint("text ", i), r.now)
			default:
				r.say(r.talks[max(0, len(r.talks)-1-i%7)], fmt.Sprint("text ", i), r.now)
			}
		},
	} {
		b.Run(name, func(b *testing.B) {
			r := newRig(b, b.Cleanup)
			id := r.person("Ada")
			for i := range 10_000 {
				r.now = r.now.Add(time.Second)
				make(r, id, i)
			}
			c, _, err := r.contacts.Get(context.Background(), id)
			require.NoError(b, err)
			r.lines = NewService(r.store, spans(r.SpansOf([]uint32{c.Ordinal})))
			place := r.page(id, Kinds, nil, 200).Older
			b.ResetTimer()
			for range b.N {
				_, err := r.lines.Page(context.Background(), id, Kinds, place, 50)
				require.NoError(b, err)
			}
		})
	}
}

// TestTheOtherOfAMerge is the one that was absorbed, and not one that it had absorbed before.
func TestTheOtherOfAMerge(t *testing.T) {
	a, b, c := ledger.ID{1}, ledger.ID{2}, ledger.ID{3}
	before, after := []string{a.String()}, []string{a.String(), b.String(), c.String()}
	require.Equal(t, c, moved(before, after))
	require.Equal(t, c, moved(after, before))
}
