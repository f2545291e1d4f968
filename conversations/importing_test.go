package conversations_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/ledger/ledgertest"
)

var importer = ledger.Author{Source: ledger.SourceImport, Name: "kundi import"}

func (d *desk) imports(lines ...fields.Draft) []conversations.Imported {
	d.t.Helper()
	out, err := d.Import(d.t.Context(), importer, lines)
	require.NoError(d.t, err)
	require.Len(d.t, out, len(lines))
	return out
}

// one imports a line that must be taken, and returns its conversation.
func (d *desk) one(line fields.Draft) (*conversations.Conversation, conversations.Imported) {
	d.t.Helper()
	got := d.imports(line)[0]
	require.NoError(d.t, got.Err)
	return d.get(got.Conversation), got
}

func (d *desk) get(id ledger.ID) *conversations.Conversation {
	d.t.Helper()
	c, err := d.Get(d.t.Context(), id)
	require.NoError(d.t, err)
	return c
}

// texts are those of the messages of a conversation.
func (d *desk) texts(id ledger.ID) (list []string) {
	d.t.Helper()
	page, err := d.Messages(d.t.Context(), id, ledger.Window{Limit: 2_000})
	require.NoError(d.t, err)
	require.EqualValues(d.t, len(page.Messages), page.Conversation.Messages)
	for _, m := range page.Messages {
		list = append(list, m.Text)
	}
	return list
}

// lineOf is a line of somebody with n messages, a minute apart, the newest of which is so old.
func (d *desk) lineOf(from, name string, n int, age time.Duration) fields.Draft {
	messages := make([]any, n)
	for i := range n {
		messages[i] = object{"text": fmt.Sprintf("%s %d", name, i), "source_id": fmt.Sprintf("%s-%d", name, i), "at": d.ago(age + time.Duration(n-1-i)*minute)}
	}
	return fields.Draft{"channel": "sms", "sender": object{"source_id": from}, "messages": messages}
}

func with(line fields.Draft, more fields.Draft) fields.Draft {
	for key, value := range more {
		line[key] = value
	}
	return line
}

// TestImportTakesAllOfALine, and a second time nothing.
func TestImportTakesAllOfALine(t *testing.T) {
	d := newDesk(t)
	line := fields.Draft{
		"channel": "email", "sender": object{"email": "ada@a.example", "name": "Ada"}, "subject": "Refund", "labels": []any{"vip", "VIP"}, "status": "snoozed",
		"snoozed_until": d.ago(-time.Hour), "priority": "high", "assignee": "Amina", "team": "Money", "satisfaction": 4,
		"messages": []any{
			object{"text": "third", "direction": "outbound", "author": object{"kind": "ai", "name": "Bot"}, "at": d.ago(100 * week), "source_id": "3"},
			object{"text": "first\nline", "at": d.ago(102 * week), "source_id": "1"},
			object{"text": "second", "direction": "outbound", "at": d.ago(101 * week), "source_id": "2", "attachments": []any{object{"url": "https://a.example/f"}}},
		},
	}
	c, got := d.one(line)
	require.Equal(t, conversations.Imported{Conversation: c.ID, Created: conversations.Created{Contact: true, Conversation: true}, Messages: 3}, got)
	require.Equal(t, []string{"first\nline", "second", "third"}, d.texts(c.ID))
	require.Equal(t,
		[]any{"Refund", []string{"vip"}, conversations.Snoozed, d.clock.Add(time.Hour), "high", "Amina", "Money", uint8(4), uint32(3), uint32(1)},
		[]any{c.Subject, c.Labels, c.Status, c.SnoozedUntil, c.Priority.String(), c.Assignee, c.Team, c.Satisfaction, c.Messages, c.Inbound})
	require.Equal(t,
		[]time.Time{d.clock.Add(-102 * week), d.clock.Add(-100 * week), d.clock.Add(-102 * week), d.clock.Add(-101 * week), d.clock.Add(-100 * week)},
		[]time.Time{c.CreatedAt, c.LastMessageAt, c.LastInboundAt, c.FirstReplyAt, c.LastReplyAt})
	page, err := d.Messages(t.Context(), c.ID, ledger.Window{Limit: 3})
	require.NoError(t, err)
	require.Equal(t, []conversations.Author{{Kind: conversations.AuthorContact}, {Kind: conversations.AuthorAgent}, {Kind: conversations.AuthorAI, Name: "Bot"}},
		[]conversations.Author{page.Messages[0].Author, page.Messages[1].Author, page.Messages[2].Author})
	var set bool
	_, err = d.store.Update(t.Context(), importer, func(tx ledger.Tx) (err error) {
		set, err = ledger.Alarm{At: c.SnoozedUntil, Entity: fields.EntityConversation, Ref: conversations.Kind.StampOf(c).Ref()}.IsSet(tx)
		return err
	})
	require.NoError(t, err)
	require.True(t, set, "its snooze ends by itself")

	head := d.store.Head()
	d.clock = d.clock.Add(2 * week)
	c, got = d.one(line)
	require.Equal(t, conversations.Imported{Conversation: c.ID, Known: 3}, got)
	require.Equal(t, head, d.store.Head(), "nothing was written")
}

// TestWhichConversationALineGoesTo sets up one that is open or resolved, and imports a line.
func TestWhichConversationALineGoesTo(t *testing.T) {
	type is struct {
		joins  bool
		status conversations.Status // of the one with the line's messages
	}
	for name, test := range map[string]struct {
		status string // of what was there, since an hour; "" for nothing
		age    time.Duration
		says   string
		known  bool // a message of the line is there
		want   is
	}{
		"young, open":                       {status: "open", want: is{true, conversations.Open}},
		"young, pending":                    {status: "pending", want: is{true, conversations.Open}},
		"young, resolved":                   {status: "resolved", want: is{true, conversations.Open}},
		"from before it was resolved":       {status: "resolved", age: 2 * time.Hour, want: is{true, conversations.Resolved}},
		"young, nothing":                    {want: is{false, conversations.Open}},
		"almost old, open":                  {status: "open", age: week, want: is{true, conversations.Open}},
		"old, open":                         {status: "open", age: week + time.Millisecond, want: is{false, conversations.Resolved}},
		"old, resolved":                     {status: "resolved", age: 2 * week, want: is{false, conversations.Resolved}},
		"old, nothing":                      {age: 2 * week, want: is{false, conversations.Resolved}},
		"old, says open":                    {status: "resolved", age: 2 * week, says: "open", want: is{false, conversations.Open}},
		"young, says its status":            {status: "open", says: "resolved", want: is{false, conversations.Resolved}},
		"young, known":                      {status: "pending", known: true, want: is{true, conversations.Open}},
		"old, known, pending":               {status: "pending", age: 2 * week, known: true, want: is{true, conversations.Pending}},
		"old, known, resolved":              {status: "resolved", age: 2 * week, known: true, want: is{true, conversations.Resolved}},
		"old, known, resolved, says open":   {status: "resolved", age: 2 * week, says: "open", known: true, want: is{true, conversations.Resolved}},
		"young, known, pending, resolves":   {status: "pending", says: "resolved", known: true, want: is{true, conversations.Resolved}},
		"young, known, resolved, says open": {status: "resolved", says: "open", known: true, want: is{true, conversations.Open}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			now := d.clock
			line := d.lineOf("a", "line", 3, test.age)
			var was *conversations.Conversation
			if test.status != "" {
				d.clock = now.Add(-time.Hour)
				first := object{"text": "known", "at": now.Add(-100 * week).Format(time.RFC3339)}
				if test.known {
					first["source_id"] = "line-0"
				}
				was, _ = d.one(fields.Draft{"channel": "sms", "sender": object{"source_id": "a"}, "messages": []any{first}, "status": "open"})
				was = d.patch(was.ID, fields.Draft{"status": test.status})
				d.clock = now
			}
			if test.says != "" {
				line["status"] = test.says
			}
			c, got := d.one(line)
			require.Equal(t, test.want, is{was != nil && c.ID == was.ID, c.Status})
			require.Equal(t, !test.want.joins, got.Created.Conversation)
			newest := now.Add(-test.age)
			if c.Status == conversations.Resolved && (!test.want.joins || test.says == "resolved") {
				require.Equal(t, newest, c.ResolvedAt)
			}
			if was != nil && !test.want.joins {
				require.Equal(t, was, d.get(was.ID), "what was there is as it was")
			}
			require.Equal(t, c.Status == conversations.Resolved, !c.ResolvedAt.IsZero())
		})
	}
}

// TestAnArchiveIsAsManyConversations, of one person, and what is there stays as it is.
func TestAnArchiveIsAsManyConversations(t *testing.T) {
	d := newDesk(t)
	open := d.receive("a", object{"text": "Hi"}).Conversation
	var lines []fields.Draft
	for i := range 20 {
		lines = append(lines, d.lineOf("a", fmt.Sprint("old", i), 3, time.Duration(50-i)*week))
	}
	seen := map[ledger.ID]bool{open.ID: true}
	for _, got := range d.imports(lines...) {
		require.NoError(t, got.Err)
		require.False(t, seen[got.Conversation])
		seen[got.Conversation] = true
	}
	require.Equal(t, open, d.get(open.ID))
	require.Equal(t, open.ID, d.receive("a", object{"text": "Ho"}).Conversation.ID)
}

// TestALineGoesOn in the conversation that has one of its messages, and fills what is empty there.
func TestALineGoesOn(t *testing.T) {
	d := newDesk(t)
	first, _ := d.one(with(d.lineOf("a", "m", 2, 3*week), fields.Draft{"assignee": "Amina"}))
	longer := with(d.lineOf("a", "m", 5, 2*week), fields.Draft{"subject": "Bill", "assignee": "Ben", "labels": []any{"x"}, "satisfaction": 5})
	c, got := d.one(longer)
	require.Equal(t, conversations.Imported{Conversation: first.ID, Messages: 3, Known: 2}, got)
	require.Equal(t, []any{"Bill", "Amina", []string{"x"}, uint8(5), uint32(5)}, []any{c.Subject, c.Assignee, c.Labels, c.Satisfaction, c.Messages})

	stranger := d.lineOf("b", "m", 6, week)
	head := d.store.Head()
	refused := d.imports(stranger)[0]
	require.Equal(t, []fault.Fault{{Path: "messages[0].source_id", Detail: "is that of a message of another contact on this channel"}}, problemOf(t, refused.Err).Faults)
	require.Equal(t, head, d.store.Head(), "nobody was made")
}

// TestLongConversations come in several lines, each beginning with the last message of the one before.
func TestLongConversations(t *testing.T) {
	d := newDesk(t)
	whole := d.lineOf("a", "m", 10_000, 2*week)["messages"].([]any)
	var lines []fields.Draft
	for from := 0; from < len(whole)-1; from += conversations.MaxLineMessages - 1 {
		part := whole[from:min(from+conversations.MaxLineMessages, len(whole))]
		lines = append(lines, fields.Draft{"channel": "sms", "sender": object{"source_id": "a"}, "messages": part})
	}
	messages, ids := 0, map[ledger.ID]bool{}
	for _, got := range d.imports(lines...) {
		require.NoError(t, got.Err)
		messages += got.Messages
		ids[got.Conversation] = true
	}
	require.Equal(t, 10_000, messages)
	require.Len(t, ids, 1)
	for id := range ids {
		require.EqualValues(t, 10_000, d.get(id).Messages)
	}
}

func problemOf(t *testing.T, err error) *fault.Error {
	t.Helper()
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	return e
}

// TestBadLinesSayWhere, and leave the others alone.
func TestBadLinesSayWhere(t *testing.T) {
	d := newDesk(t)
	message := func(more object) []any {
		m := object{"text": "Hi"}
		for key, value := range more {
			m[key] = value
		}
		return []any{object{"text": "Hello"}, m}
	}
	for path, change := range map[string]fields.Draft{
		"channel":                          {"channel": "pigeon"},
		"sender":                           {"sender": nil},
		"sender.email":                     {"sender": object{"email": "x"}},
		"contact_id":                       {"contact_id": "x", "sender": nil},
		"messages":                         {"messages": []any{}},
		"messages[1]":                      {"messages": []any{object{"text": "Hi"}, "Ho"}},
		"messages[1].at":                   {"messages": message(object{"at": d.ago(-time.Hour)})},
		"messages[1].text":                 {"messages": message(object{"text": strings.Repeat("x", conversations.MaxTextLength+1)})},
		"messages[1].direction":            {"messages": message(object{"direction": "up"})},
		"messages[1].author.kind":          {"messages": message(object{"author": object{"kind": "agent"}})},
		"messages[1].attachments[0].url":   {"messages": message(object{"attachments": []any{object{"url": "x"}}})},
		"messages[1].attachments[0].bytes": {"messages": message(object{"attachments": []any{object{"url": "https://a.example", "bytes": -1}}})},
		"status":                           {"status": "done"},
		"snoozed_until":                    {"status": "snoozed"},
		"priority":                         {"priority": 3},
		"satisfaction":                     {"satisfaction": 6},
		"attributes":                       {"attributes": object{"nothing": 1}},
		"created_at":                       {"created_at": d.ago(0)},
		"":                                 {"colour": "red"},
	} {
		head := d.store.Head()
		bad := with(fields.Draft{"channel": "sms", "sender": object{"source_id": "bad"}, "messages": message(nil)}, change)
		got := d.imports(bad, d.lineOf("good", "good"+path, 2, 2*week))
		require.NotEmpty(t, problemOf(t, got[0].Err).Faults, path)
		require.Equal(t, path, problemOf(t, got[0].Err).Faults[0].Path)
		require.NoError(t, got[1].Err)
		require.Greater(t, d.store.Head(), head)
		require.Equal(t, conversations.Imported{Err: got[0].Err}, got[0])
	}
	_, err := d.Import(t.Context(), importer, nil)
	require.NoError(t, err)
	both := d.imports(fields.Draft{"channel": "sms", "sender": object{"source_id": "a"}, "contact_id": ledger.NewID().String(), "messages": message(nil)},
		fields.Draft{"channel": "sms", "contact_id": ledger.NewID().String(), "messages": message(nil)})
	require.Equal(t, "must not be sent together with sender", problemOf(t, both[0].Err).Faults[0].Detail)
	require.Equal(t, "must be the id of a contact of this workspace", problemOf(t, both[1].Err).Faults[0].Detail)
}

// TestLinesOfContacts: by their id, also of one that was merged, and not of who is blocked.
func TestLinesOfContacts(t *testing.T) {
	d := newDesk(t)
	make := func(name string) ledger.ID {
		r, err := d.people.Create(t.Context(), by, fields.Draft{"name": name})
		require.NoError(t, err)
		return r.ID
	}
	ada, ben := make("Ada"), make("Ben")
	line := func(id ledger.ID, name string) fields.Draft {
		l := d.lineOf("", name, 1, 2*week)
		delete(l, "sender")
		return with(l, fields.Draft{"contact_id": id.String()})
	}
	of, _ := d.one(line(ben, "one"))
	_, err := d.people.Merge(t.Context(), by, ada, ben, 0)
	require.NoError(t, err)
	merged, _ := d.one(line(ben, "two"))
	require.Equal(t, of.Owner, merged.Owner, "an undo leaves it with whom it names")
	longer := line(ada, "one")
	longer["messages"] = append(longer["messages"].([]any), object{"text": "more", "at": d.ago(week)})
	onward, got := d.one(longer)
	require.Equal(t, of.ID, onward.ID)
	require.Equal(t, []int{1, 1, 1}, []int{got.Messages, got.Keyless, got.Known})

	_, err = d.people.Block(t.Context(), by, ada, nil, 0)
	require.NoError(t, err)
	refused := d.imports(line(ben, "three"), line(ben, "one"))
	require.Equal(t, "contact-blocked", problemOf(t, refused[0].Err).Type)
	require.Equal(t, 1, refused[1].Known, "what is there is there")
}

// TestImportsThatEndEarly: an import that was killed and begins again stores each message once,
// however many lines share a commit.
func TestImportsThatEndEarly(t *testing.T) {
	var want []string
	for name, set := range map[string]func(*ledgertest.Store){
		"at once":       func(*ledgertest.Store) {},
		"others wait":   func(s *ledgertest.Store) { s.Crowded = true },
		"small commits": func(s *ledgertest.Store) { s.RefuseOver = 20 },
	} {
		d := newDesk(t)
		flaky := ledgertest.New(d.store)
		set(flaky)
		d.Service = conversations.NewService(flaky, d.people, func() time.Time { return d.clock }, nil)
		var lines []fields.Draft
		for i := range 30 {
			lines = append(lines, d.lineOf(fmt.Sprint(i%4), fmt.Sprint("m", i), 1+i%5, 2*week))
		}
		for killed := 1; ; killed++ {
			flaky.FailAfter = killed
			if _, err := d.Import(t.Context(), importer, lines); err == nil {
				break
			}
			if killed == 1 {
				head := d.store.Head()
				require.Equal(t, name == "others wait", head == uint64(3), "who waits is let in after each line")
			}
		}
		flaky.FailAfter = -1
		var all []string
		for _, got := range d.imports(lines...) {
			require.Equal(t, conversations.Imported{Conversation: got.Conversation, Known: got.Known}, got)
			all = append(all, d.texts(got.Conversation)...)
		}
		require.Len(t, all, 30+6*(1+2+3+4))
		if want == nil {
			want = all
		}
		require.Equal(t, want, all, name)
	}
}

// TestALineThatFitsNoCommit is refused alone.
func TestALineThatFitsNoCommit(t *testing.T) {
	d := newDesk(t)
	flaky := ledgertest.New(d.store)
	flaky.RefuseOver = 10
	d.Service = conversations.NewService(flaky, d.people, func() time.Time { return d.clock }, nil)
	got := d.imports(d.lineOf("a", "m", 2, 0), d.lineOf("b", "n", 20, 0), d.lineOf("c", "o", 2, 0))
	require.NoError(t, got[0].Err)
	require.Equal(t, fault.KindTooLarge, problemOf(t, got[1].Err).Kind)
	require.NoError(t, got[2].Err)
}
