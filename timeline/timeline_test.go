package timeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	_ "github.com/ndoto/kundi/repeatable"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
	"github.com/ndoto/kundi/watch"
)

// rig is a store with the use cases that make events, and its timelines.
type rig struct {
	t        require.TestingT
	store    *storage.Store
	contacts *contacts.Service
	notes    *notes.Service
	lines    *Service
	now      time.Time
	talks    []*conversations.Conversation
}

var desk = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAgent, Name: "desk"}}

func newRig(t require.TestingT, cleanup func(func())) *rig {
	r := &rig{t: t, now: time.UnixMilli(1_790_000_000_000).UTC()}
	clock := func() time.Time { return r.now }
	var err error
	r.store, err = storage.Open(context.Background(), storage.Options{
		Kinds:  []ledger.AnyKind{contacts.Kind, companies.Kind, conversations.Kind, conversations.MessageKind, notes.Kind, watch.Kind, audiences.EventsKind},
		Engine: memory.New(), Clock: clock,
	})
	require.NoError(t, err)
	cleanup(func() { r.store.Close() })
	r.contacts = contacts.NewService(r.store, companies.Directory{}, clock, nil)
	r.notes = notes.NewService(r.store, clock, nil)
	r.lines = NewService(r.store, r)
	return r
}

// SpansOf implements Mirror by reading all conversations.
func (r *rig) SpansOf(owners []uint32) (list []Span) {
	all, err := conversations.Kind.OwnedBy(context.Background(), r.store, owners, ledger.Window{Limit: 100_000})
	require.NoError(r.t, err)
	for _, c := range all {
		list = append(list, Span{conversations.Kind.Stamp(c).Ref(), c.CreatedAt.UnixMilli(), c.LastMessageAt.UnixMilli()})
	}
	return list
}

func (r *rig) person(name string) ledger.ID {
	made, err := r.contacts.Create(context.Background(), desk, fields.Draft{"name": name})
	require.NoError(r.t, err)
	return made.Contact.ID
}

func (r *rig) change(id ledger.ID, city string) {
	_, err := r.contacts.Patch(context.Background(), desk, id, fields.Draft{"city": city}, 0)
	require.NoError(r.t, err)
}

func (r *rig) block(id ledger.ID, blocked bool) {
	var err error
	if blocked {
		_, err = r.contacts.Block(context.Background(), desk, id, fields.Draft{}, 0)
	} else {
		_, err = r.contacts.Unblock(context.Background(), desk, id, 0)
	}
	require.NoError(r.t, err)
}

func (r *rig) merge(id, other ledger.ID) (merge ledger.ID) {
	done, err := r.contacts.Merge(context.Background(), desk, id, other, 0)
	require.NoError(r.t, err)
	absorbed := done.Contact.Absorbed
	return absorbed[len(absorbed)-1].Merge
}

func (r *rig) undo(merge ledger.ID) {
	_, err := r.contacts.UndoMerge(context.Background(), desk, merge)
	require.NoError(r.t, err)
}

func (r *rig) note(id ledger.ID, text string, at time.Time) {
	_, err := r.notes.Create(context.Background(), desk, id, fields.Draft{"text": text, "created_at": fields.FormatInstant(at.UnixMilli())})
	require.NoError(r.t, err)
}

// enter says that a contact entered watched segments, or left them.
func (r *rig) enter(id ledger.ID, at time.Time, entered ...bool) {
	e := &watch.ContactEvents{ID: uuid.New(), At: at}
	for _, one := range entered {
		e.Events = append(e.Events, watch.Event{Segment: uuid.New(), Entered: one, Cause: watch.Changed})
	}
	r.update(func(tx ledger.Tx) (err error) {
		if e.Owner, err = watch.Kind.OwnerOf(tx, id); err == nil {
			err = watch.Kind.Create(tx, e)
		}
		return err
	})
}

// report says that a campaign reported something.
func (r *rig) report(id ledger.ID, at time.Time) {
	e := &audiences.Event{ID: uuid.New(), Campaign: "spring", Kind: audiences.Delivered, Audience: uuid.New(), Row: 1, At: at}
	r.update(func(tx ledger.Tx) (err error) {
		if e.Owner, err = audiences.EventsKind.OwnerOf(tx, id); err == nil {
			err = audiences.EventsKind.Create(tx, e)
		}
		return err
	})
}

// talk begins a conversation with a message.
func (r *rig) talk(id ledger.ID, text string, at time.Time) *conversations.Conversation {
	c := &conversations.Conversation{ID: uuid.New(), Channel: fields.ChannelNamed("sms"), Status: conversations.Open, Messages: 1, CreatedAt: at, UpdatedAt: at, LastMessageAt: at}
	r.update(func(tx ledger.Tx) (err error) {
		if c.Owner, err = conversations.Kind.OwnerOf(tx, id); err == nil {
			err = conversations.Kind.Create(tx, c)
		}
		return err
	})
	r.create(c, text, at)
	r.talks = append(r.talks, c)
	return c
}

// say writes a message into a conversation.
func (r *rig) say(c *conversations.Conversation, text string, at time.Time) {
	after := c.Clone()
	after.Messages++
	if after.UpdatedAt = r.now; at.Before(after.CreatedAt) {
		after.CreatedAt = at
	}
	if at.After(after.LastMessageAt) {
		after.LastMessageAt = at
	}
	r.update(func(tx ledger.Tx) error { return conversations.Kind.Update(tx, c.Clone(), after) })
	*c = *after
	r.create(c, text, at)
}

func (r *rig) create(c *conversations.Conversation, text string, at time.Time) {
	m := &conversations.Message{Owner: c.Ordinal, ID: uuid.New(), At: at, Channel: c.Channel, Author: conversations.Author{Kind: conversations.AuthorContact, Name: "Ada"}, Text: text}
	r.update(func(tx ledger.Tx) error { return conversations.MessageKind.Create(tx, m) })
}

func (r *rig) update(do func(tx ledger.Tx) error) {
	_, err := r.store.Update(context.Background(), desk.Author, do)
	require.NoError(r.t, err)
}

// told is what a test compares of an entry.
type told struct {
	kind Kind
	at   int64
	what string
}

func tell(e *Entry) told {
	t := told{kind: e.Kind, at: e.At.UnixMilli()}
	switch {
	case e.Segment != nil:
		t.what = e.Segment.Segment.String()
	case e.Campaign != nil:
		t.what = e.Campaign.ID.String()
	case e.Note != nil:
		t.what = e.Note.Text
	case e.Message != nil:
		t.what = e.Message.Text
	case e.Conversation != nil:
		t.what = e.Conversation.ID.String()
	case e.Other != ledger.ID{}:
		t.what = fmt.Sprint(e.Seq, " ", e.Other)
	default:
		t.what = fmt.Sprint(e.Seq)
	}
	return t
}

// walk reads the whole timeline page by page, to the oldest and back again, and demands that both ways
// tell the same.
func (r *rig) walk(id ledger.ID, kinds []Kind, limit int) (all []told) {
	var back []told
	var place *Place
	for {
		p := r.page(id, kinds, place, limit)
		require.Equal(r.t, place != nil, p.Newer != nil, "where there are newer ones")
		for i := range p.Entries {
			all = append(all, tell(&p.Entries[i]))
		}
		if p.Older == nil {
			place = p.Newer
			back = slices.Clone(all[len(all)-len(p.Entries):])
			break
		}
		require.NotEmpty(r.t, p.Entries)
		place = p.Older
	}
	for place != nil {
		p := r.page(id, kinds, place, limit)
		require.NotNil(r.t, p.Older)
		var list []told
		for i := range p.Entries {
			list = append(list, tell(&p.Entries[i]))
		}
		back, place = append(list, back...), p.Newer
	}
	require.Equal(r.t, all, back, "there and back, %d a page", limit)
	return all
}

func (r *rig) page(id ledger.ID, kinds []Kind, place *Place, limit int) Page {
	if place != nil {
		read, ok := ReadPlace(place.Append(nil))
		require.True(r.t, ok)
		require.Equal(r.t, *place, read)
	}
	p, err := r.lines.Page(context.Background(), id, kinds, place, limit)
	require.NoError(r.t, err)
	require.LessOrEqual(r.t, len(p.Entries), limit)
	return p
}

// model is what the timeline of a contact must have, from all events that there are in the store.
func (r *rig) model(id ledger.ID, kinds []Kind) []told {
	ctx := context.Background()
	c, _, err := r.contacts.Get(ctx, id)
	require.NoError(r.t, err)
	type event struct {
		told
		order [3]int64
	}
	var events []event
	add := func(t told, rank rank, last int64) {
		if slices.Contains(kinds, t.kind) {
			events = append(events, event{t, [3]int64{t.at, int64(rank), last}})
		}
	}
	for i, ordinal := range ledger.Ordinals(contacts.Kind, c) {
		list, err := r.store.History(ctx, contacts.Kind.Info(), ordinal, 0, 100_000)
		require.NoError(r.t, err)
		for j := range list {
			e := &list[j]
			if i > 0 && (e.Op == ledger.OpMerge || e.Op == ledger.OpRestore) {
				continue
			}
			other := ledger.ID{}
			if k := kindOf(e); k == MergedWith || k == Unmerged {
				h := history{r: &reading{service: r.lines}}
				other, err = h.other(ctx, ordinal, e)
				require.NoError(r.t, err)
				require.NotZero(r.t, other)
			}
			add(tell(&Entry{Kind: kindOf(e), At: e.At, Seq: e.Seq, Other: other}), rankHistory, int64(e.Seq))
		}
		written, err := notes.Kind.OwnedBy(ctx, r.store, []uint32{ordinal}, ledger.Window{Limit: 100_000})
		require.NoError(r.t, err)
		for _, n := range written {
			add(told{NoteWritten, n.CreatedAt.UnixMilli(), n.Text}, rankNote, int64(n.Ordinal))
		}
		moves, err := watch.Kind.OwnedBy(ctx, r.store, []uint32{ordinal}, ledger.Window{Limit: 100_000})
		require.NoError(r.t, err)
		for _, record := range moves {
			for i, e := range record.Events {
				kind := SegmentLeft
				if e.Entered {
					kind = SegmentEntered
				}
				add(told{kind, record.At.UnixMilli(), e.Segment.String()}, rankSegment, int64(record.Ordinal)*1000+int64(i))
			}
		}
		reported, err := audiences.EventsKind.OwnedBy(ctx, r.store, []uint32{ordinal}, ledger.Window{Limit: 100_000})
		require.NoError(r.t, err)
		for _, e := range reported {
			add(told{CampaignEvent, e.At.UnixMilli(), e.ID.String()}, rankCampaign, int64(e.Ordinal))
		}
		talks, err := conversations.Kind.OwnedBy(ctx, r.store, []uint32{ordinal}, ledger.Window{Limit: 100_000})
		require.NoError(r.t, err)
		for _, c := range talks {
			add(told{Conversation, c.CreatedAt.UnixMilli(), c.ID.String()}, rankConversation, int64(c.Ordinal))
			said, err := conversations.MessageKind.OwnedBy(ctx, r.store, []uint32{c.Ordinal}, ledger.Window{Limit: 100_000})
			require.NoError(r.t, err)
			for _, m := range said {
				add(told{Message, m.At.UnixMilli(), m.Text}, rankMessage, int64(m.Ordinal))
			}
		}
	}
	slices.SortFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(b.order[0], a.order[0]), cmp.Compare(b.order[1], a.order[1]), cmp.Compare(b.order[2], a.order[2]))
	})
	list := make([]told, len(events))
	for i := range events {
		list[i] = events[i].told
	}
	return list
}

// TestTimelineIsAllEventsInOrder: of random people who are merged and parted, by pages of any size,
// both ways, of all kinds and of some.
func TestTimelineIsAllEventsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newRig(t, t.Cleanup)
		var people, merges []ledger.ID
		for i := range 3 {
			people = append(people, r.person(fmt.Sprint("Person ", i)))
		}
		moment := func() time.Time {
			return r.now.Add(-time.Duration(rapid.IntRange(0, 40).Draw(t, "ago")) * time.Second)
		}
		for i := range rapid.IntRange(0, 60).Draw(t, "events") {
			who := rapid.SampledFrom(people).Draw(t, "who")
			text := fmt.Sprint("text ", i)
			switch rapid.IntRange(0, 15).Draw(t, "event") {
			case 0, 1:
				r.change(who, fmt.Sprint("City ", i))
			case 2, 3:
				r.note(who, text, moment())
			case 4, 5:
				r.talk(who, text, moment())
			case 6, 7, 8:
				if len(r.talks) > 0 {
					r.say(rapid.SampledFrom(r.talks).Draw(t, "talk"), text, moment())
				}
			case 12, 13:
				r.enter(who, moment(), rapid.SliceOfN(rapid.Bool(), 1, 4).Draw(t, "entered")...)
			case 14, 15:
				r.report(who, moment())
			case 9:
				r.block(who, rapid.Bool().Draw(t, "blocked"))
			case 10:
				other := rapid.SampledFrom(people).Draw(t, "other")
				if done, err := r.contacts.Merge(context.Background(), desk, who, other, 0); err == nil {
					merges = append(merges, done.Contact.Absorbed[len(done.Contact.Absorbed)-1].Merge)
				}
			default:
				if n := len(merges); n > 0 {
					_, _ = r.contacts.UndoMerge(context.Background(), desk, merges[n-1]) // maybe undone already
					merges = merges[:n-1]
				}
			}
			r.now = r.now.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "pause")) * time.Second)
		}
		some := rapid.SliceOfNDistinct(rapid.SampledFrom(Kinds), 1, 4, rapid.ID).Draw(t, "kinds")
		for _, who := range people {
			for _, kinds := range [][]Kind{Kinds, some} {
				want := r.model(who, kinds)
				for _, limit := range []int{1, 7, 50} {
					require.Equal(t, want, append([]told{}, r.walk(who, kinds, limit)...), "%d a page", limit)
				}
			}
		}
	})
}
