package columns

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// newTables are tables in the order of the kinds, or in one that is less lucky.
func (w *talks) newTables() *Tables {
	if w.turned {
		return NewTables(companies.Kind, contacts.Kind, conversations.Kind)
	}
	return NewTables(contacts.Kind, companies.Kind, conversations.Kind)
}

// talks is a random history of contacts of two companies, who write, are merged, parted and deleted.
type talks struct {
	t      *rapid.T
	tables *Tables
	people map[uint32]*contacts.Contact
	before map[uint32]*contacts.Contact // those who were absorbed, as they were
	talks  map[uint32]*conversations.Conversation
	next   [2]uint32 // ordinals of contacts and conversations
	turned bool
	log    []ledger.Change
}

var talkFirms = []*companies.Company{{Ordinal: 1, ID: uuid.New(), Name: "A"}, {Ordinal: 2, ID: uuid.New(), Name: "B"}}

func newTalks(t *rapid.T) *talks {
	w := &talks{
		t: t, turned: rapid.Bool().Draw(t, "turned"), people: map[uint32]*contacts.Contact{}, before: map[uint32]*contacts.Contact{}, talks: map[uint32]*conversations.Conversation{},
	}
	w.tables = w.newTables()
	for _, firm := range talkFirms {
		w.tell(ledger.Change{Entity: fields.EntityCompany, Op: ledger.OpCreate, Ordinal: firm.Ordinal, Record: firm})
	}
	return w
}

func (w *talks) tell(changes ...ledger.Change) {
	for i := range changes {
		changes[i].Seq = uint64(len(w.log) + 1)
		w.log = append(w.log, changes[i])
		w.log[len(w.log)-1].Record = nil
	}
	w.tables.Apply(changes)
}

// moment draws one of few, missing sometimes.
func (w *talks) moment(name string) time.Time {
	if n := rapid.IntRange(0, 9).Draw(w.t, name); n > 0 {
		return time.UnixMilli(int64(n) * 1000).UTC()
	}
	return time.Time{}
}

func (w *talks) who() uint32 { return rapid.SampledFrom(sortedKeys(w.people)).Draw(w.t, "who") }

func (w *talks) step() {
	switch op := rapid.IntRange(0, 11).Draw(w.t, "op"); {
	case op < 2 || len(w.people) == 0:
		w.next[0]++
		w.put(ledger.OpCreate, w.drawn(&contacts.Contact{Ordinal: w.next[0], ID: uuid.New()}), nil)
	case op == 2:
		w.patch(w.who())
	case op < 6:
		w.next[1]++
		w.talk(&conversations.Conversation{Ordinal: w.next[1], Owner: w.bearer(w.who()), ID: uuid.New()})
	case op < 8:
		if len(w.talks) > 0 {
			w.talk(w.talks[rapid.SampledFrom(sortedKeys(w.talks)).Draw(w.t, "talk")])
		}
	case op == 8:
		w.delete(w.who())
	case op < 11:
		w.merge(w.who(), w.who())
	default:
		w.part(w.who())
	}
}

// drawn gives a contact other values.
func (w *talks) drawn(c *contacts.Contact) *contacts.Contact {
	after := c.Clone()
	after.LastSeenAt = w.moment("seen")
	after.Channels = slices.DeleteFunc(slices.Clone(fields.Channels[:3]), func(string) bool { return rapid.Bool().Draw(w.t, "without") })
	after.Company = uint32(rapid.IntRange(0, len(talkFirms)).Draw(w.t, "company"))
	return after
}

// patch changes a contact and tells which fields.
func (w *talks) patch(who uint32) {
	c := w.people[who]
	after, drawn := c.Clone(), w.drawn(c)
	changed := []string{"city"}
	for _, field := range []string{"last_seen_at", "channels", "company_id"} {
		if !rapid.Bool().Draw(w.t, field) {
			continue
		}
		f := contacts.Kind.Named(field)
		if f.Ref != nil {
			after.Company = drawn.Company
			changed = append(changed, "company.name") // as the store says it
		} else {
			f.Set(after, f.Get(drawn))
			changed = append(changed, field)
		}
	}
	w.put(ledger.OpUpdate, after, changed)
}

func (w *talks) put(op ledger.Op, c *contacts.Contact, changed []string) {
	w.people[c.Ordinal] = c
	w.tell(ledger.Change{Entity: fields.EntityContact, Op: op, Ordinal: c.Ordinal, Record: c, Fields: changed})
}

// bearer is the ordinal of a contact or of one that it has absorbed.
func (w *talks) bearer(who uint32) uint32 {
	return rapid.SampledFrom(w.group(w.people[who])).Draw(w.t, "bearer")
}

func (w *talks) group(c *contacts.Contact) []uint32 {
	list := []uint32{c.Ordinal}
	for _, a := range c.Absorbed {
		list = append(list, a.Ordinal)
	}
	return list
}

// talk writes a conversation with other values, all of which may also become less.
func (w *talks) talk(before *conversations.Conversation) {
	c := before.Clone()
	c.Channel = fields.Channel(rapid.IntRange(1, 4).Draw(w.t, "channel"))
	c.Status = conversations.Status(rapid.IntRange(1, 4).Draw(w.t, "status"))
	c.LastInboundAt, c.LastMessageAt = w.moment("inbound"), w.moment("message")
	c.FirstReplyAt, c.LastReplyAt = w.moment("first"), w.moment("last")
	w.talks[c.Ordinal] = c
	w.tell(ledger.Change{Entity: fields.EntityConversation, Op: ledger.OpUpdate, Ordinal: c.Ordinal, Owner: c.Owner, Record: c})
}

func (w *talks) delete(who uint32) {
	group := w.group(w.people[who])
	for ordinal, c := range w.talks {
		if slices.Contains(group, c.Owner) {
			delete(w.talks, ordinal)
		}
	}
	delete(w.people, who)
	w.tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpDelete, Ordinal: who})
}

func (w *talks) merge(survivor, absorbed uint32) {
	if survivor == absorbed {
		return
	}
	gone := w.people[absorbed]
	after := w.people[survivor].Clone()
	after.Absorbed = append(append(after.Absorbed, ledger.Absorbed{Ordinal: absorbed, ID: gone.ID}), gone.Absorbed...)
	changed := []string{ledger.FieldAbsorbed}
	if gone.LastSeenAt.After(after.LastSeenAt) {
		after.LastSeenAt = gone.LastSeenAt
		changed = append(changed, "last_seen_at")
	}
	delete(w.people, absorbed)
	w.people[survivor], w.before[absorbed] = after, gone
	w.tell(
		ledger.Change{Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: survivor, Record: after, Fields: changed},
		ledger.Change{Entity: fields.EntityContact, Op: ledger.OpMerge, Ordinal: absorbed},
	)
}

// part undoes a merge. The one that comes back takes along whom it had absorbed.
func (w *talks) part(who uint32) {
	c := w.people[who]
	if len(c.Absorbed) == 0 {
		return
	}
	i := rapid.IntRange(0, len(c.Absorbed)-1).Draw(w.t, "parted")
	back := w.before[c.Absorbed[i].Ordinal].Clone()
	after := c.Clone()
	theirs := w.group(back)
	after.Absorbed = slices.DeleteFunc(after.Absorbed, func(a ledger.Absorbed) bool { return slices.Contains(theirs, a.Ordinal) })
	back.Absorbed = slices.DeleteFunc(back.Absorbed, func(a ledger.Absorbed) bool {
		return !slices.ContainsFunc(c.Absorbed, func(b ledger.Absorbed) bool { return a.Ordinal == b.Ordinal })
	})
	w.people[who], w.people[back.Ordinal] = after, back
	w.tell(
		ledger.Change{Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: who, Record: after, Fields: []string{ledger.FieldAbsorbed}},
		ledger.Change{Entity: fields.EntityContact, Op: ledger.OpRestore, Ordinal: back.Ordinal, Record: back},
	)
}

// reload goes on with tables from a checkpoint between whose pieces changes went on.
func (w *talks) reload() {
	var file bytes.Buffer
	_, err := w.tables.WriteBase(writerFunc(func(b []byte) (int, error) {
		if rapid.IntRange(0, 9).Draw(w.t, "meanwhile") == 0 {
			w.step()
		}
		return file.Write(b)
	}))
	require.NoError(w.t, err)
	w.tables = w.newTables()
	_, err = w.tables.LoadBase(&file, nil)
	require.NoError(w.t, err)
	changes := slices.Clone(w.log[w.tables.Seq():])
	for i := range changes {
		c := &changes[i]
		if person, there := w.people[c.Ordinal]; there && c.Entity == fields.EntityContact {
			c.Record = person
		}
		if talk, there := w.talks[c.Ordinal]; there && c.Entity == fields.EntityConversation {
			c.Record = talk
		}
		if c.Entity == fields.EntityCompany {
			c.Record = talkFirms[c.Ordinal-1]
		}
	}
	w.tables.Replay(changes)
	w.tables.DropOrphans()
}

// wanted is what a contact shows, by the plainest way to it.
func (w *talks) wanted(c *contacts.Contact) map[string]fields.Value {
	count, open, channels := 0, 0, slices.Clone(c.Channels)
	seen, message, first, last := c.LastSeenAt, time.Time{}, time.Time{}, time.Time{}
	later := func(a *time.Time, b time.Time) {
		if b.After(*a) {
			*a = b
		}
	}
	for _, talk := range w.talks {
		if !slices.Contains(w.group(c), talk.Owner) {
			continue
		}
		if count++; talk.Status == conversations.Open {
			open++
		}
		later(&seen, talk.LastInboundAt)
		later(&message, talk.LastMessageAt)
		later(&last, talk.LastReplyAt)
		if !talk.FirstReplyAt.IsZero() && (first.IsZero() || talk.FirstReplyAt.Before(first)) {
			first = talk.FirstReplyAt
		}
		channels = append(channels, talk.Channel.String())
	}
	slices.Sort(channels)
	return map[string]fields.Value{
		"conversations_count": fields.NumberValue(float64(count)), "open_conversations": fields.NumberValue(float64(open)),
		"last_message_at": instant(message), "first_reply_at": instant(first), "last_reply_at": instant(last),
		"last_seen_at": instant(seen), "channels": fields.ListValue(slices.Compact(channels)),
	}
}

func instant(at time.Time) fields.Value {
	if at.IsZero() {
		return fields.Value{}
	}
	return fields.IntValue(at.UnixMilli())
}

// requireRight compares the tables with the world.
func (w *talks) requireRight() {
	counts, seen := map[uint32]uint64{}, map[uint32]int64{}
	w.tables.View(func(v *View) {
		require.Equal(w.t, sortedKeys(w.people), v.Everyone().ToArray())
		require.Equal(w.t, sortedKeys(w.talks), v.Of(fields.EntityConversation).Everyone().ToArray())
		for _, talk := range w.talks {
			require.Empty(w.t, v.Of(fields.EntityConversation).Differs(talk))
		}
		for _, c := range w.people {
			wanted := w.wanted(c)
			require.Empty(w.t, v.Differs(c))
			require.Equal(w.t, wanted, v.Figures([]uint32{c.Ordinal})[0].Derived(contacts.Kind, c, nil))
			require.Equal(w.t, max(0, wanted["last_seen_at"].Int), v.LastSeen(c.Ordinal))
			counts[c.Company]++
			seen[c.Company] = max(seen[c.Company], wanted["last_seen_at"].Int)
		}
		for _, firm := range talkFirms {
			of := v.Of(fields.EntityCompany)
			require.Empty(w.t, of.Differs(firm))
			shown := of.Figures([]uint32{firm.Ordinal})[0]
			require.EqualValues(w.t, counts[firm.Ordinal], shown.Value("contacts_count").Float)
			require.Equal(w.t, seen[firm.Ordinal], shown.Value("last_seen_at").Int)
		}
		w.requireFound(v)
	})
	require.Empty(w.t, w.tables.watches.list)
}

// requireFound: filters find what contacts show.
func (w *talks) requireFound(v *View) {
	wanted := map[string][]uint32{"3000": {}, "api": {}, "1": {}}
	for _, ordinal := range sortedKeys(w.people) {
		shown := w.wanted(w.people[ordinal])
		if shown["last_seen_at"].Int == 3000 {
			wanted["3000"] = append(wanted["3000"], ordinal)
		}
		if slices.Contains(shown["channels"].List, "api") {
			wanted["api"] = append(wanted["api"], ordinal)
		}
		if shown["open_conversations"].Float == 1 {
			wanted["1"] = append(wanted["1"], ordinal)
		}
	}
	rule := func(name string, of fields.FieldType, o filter.Operator, value fields.Value) *filter.Filter {
		r := &filter.Rule{Field: fields.Field{Name: name, Type: of}, Operator: o, Values: []fields.Value{value}, Days: []bool{false}}
		return &filter.Filter{Root: &filter.Group{Rules: []filter.Node{r}}}
	}
	require.Equal(w.t, wanted["3000"], rowsFound(v, rule("last_seen_at", fields.FieldInstant, filter.On, fields.IntValue(3000))))
	require.Equal(w.t, wanted["api"], rowsFound(v, rule("channels", fields.FieldMany, filter.AnyOf, fields.TextValue("api"))))
	require.Equal(w.t, wanted["1"], rowsFound(v, rule("open_conversations", fields.FieldNumber, filter.Eq, fields.NumberValue(1))))
}

func rowsFound(v *View, f *filter.Filter) []uint32 {
	return append([]uint32{}, v.Evaluate(f, env).ToArray()...)
}

// TestContactsShowTheirConversations: after any history, with checkpoints, contacts show what their
// conversations say, joined with what they have themselves; and companies what their contacts show.
func TestContactsShowTheirConversations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newTalks(t)
		for range rapid.IntRange(0, 40).Draw(t, "events") {
			if rapid.IntRange(0, 9).Draw(t, "event") == 0 {
				w.reload()
			} else {
				w.step()
			}
			w.requireRight()
		}
	})
}
