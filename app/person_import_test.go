package app

import (
	"context"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	_ "github.com/ndoto/kundi/repeatable"
)

// line is a conversation of an import.
type line struct {
	channel          string
	keys             []address // by which the sender is known, none with whose
	whose            *human    // whose id is named
	status, assignee string    // "" for none
	snoozed          time.Time
	said             []utterance // the oldest first
	draft            object
}

// importLines imports up to three conversations in one commit.
func (h *history) importLines() {
	var lines []*line
	var drafts []fields.Draft
	for range rapid.IntRange(1, 3).Draw(h.t, "lines") {
		l := h.aLine()
		lines, drafts = append(lines, l), append(drafts, onWire(l.draft).(object))
	}
	results, err := h.Conversations.Import(context.Background(), ledger.Author{Source: ledger.SourceImport, Name: "archive"}, drafts)
	require.NoError(h.t, err)
	for i, l := range lines {
		h.imported(l, results[i])
	}
}

func (h *history) aLine() *line {
	l := &line{}
	if l.whose = anyOf(h, "whose", h.humans); l.whose != nil && rapid.IntRange(0, 2).Draw(h.t, "by id") == 0 {
		l.channel = rapid.SampledFrom([]string{"whatsapp", "sms"}).Draw(h.t, "channel")
		l.draft = object{"channel": l.channel, "contact_id": l.whose.id}
	} else {
		var sender object
		l.channel, sender, l.keys = h.senderOf([]address{h.anAddress(), h.anAddress()})
		l.whose, l.draft = nil, object{"channel": l.channel, "sender": sender}
	}
	switch l.status = rapid.SampledFrom([]string{"", "", "", "open", "pending", "resolved", "snoozed"}).Draw(h.t, "status"); l.status {
	case "":
	case "snoozed":
		l.snoozed = h.clock.Add(25 * time.Hour)
		l.draft["snoozed_until"] = l.snoozed
		fallthrough
	default:
		l.draft["status"] = l.status
	}
	if l.assignee = rapid.SampledFrom([]string{"", "", "amina"}).Draw(h.t, "assignee"); l.assignee != "" {
		l.draft["assignee"] = l.assignee
	}
	l.draft["messages"] = h.lineMessages(l)
	return l
}

// lineMessages draws the messages of a line, which may come in any order.
func (h *history) lineMessages(l *line) (drafts []object) {
	age := rapid.SampledFrom([]time.Duration{0, 0, 3 * 24 * time.Hour, 20 * 24 * time.Hour, 400 * 24 * time.Hour}).Draw(h.t, "age")
	for range rapid.IntRange(1, 4).Draw(h.t, "messages") {
		at := h.clock.Add(-age - time.Duration(rapid.IntRange(0, 300).Draw(h.t, "minutes"))*time.Minute)
		u := utterance{text: h.text(), direction: "inbound", at: at, source: h.source()}
		draft := messageDraft(u, at)
		if kind := rapid.SampledFrom([]string{"", "", "agent", "rule"}).Draw(h.t, "author"); kind != "" {
			u.direction = "outbound"
			draft["direction"], draft["author"] = u.direction, object{"kind": kind, "name": "Amina"}
			u.reply = kind != "rule"
		}
		l.said, drafts = append(l.said, u), append(drafts, draft)
	}
	slices.SortStableFunc(l.said, func(a, b utterance) int { return a.at.Compare(b.at) })
	return drafts
}

// imported says what becomes of a line, and compares it with what has become of it.
func (h *history) imported(l *line, got conversations.Imported) {
	news, first := h.unknown(l)
	if len(news) == 0 {
		require.NoError(h.t, got.Err)
		require.Equal(h.t, []any{first.id, len(l.said), 0}, []any{got.Conversation.String(), got.Known, got.Messages})
		return
	}
	met := h.whoOf(l)
	if met.several || met.blocked || l.whose != nil && met.who == nil || first != nil && first.of.survivor() != met.who {
		require.Error(h.t, got.Err, "%v", l.draft)
		return
	}
	require.NoError(h.t, got.Err, "%v", l.draft)
	bearer := h.known(met, l.keys, "")
	newest := news[len(news)-1].at
	young := !newest.Add(reopenWithin).Before(h.clock)
	t := first
	if t == nil && young && l.status == "" {
		t = h.joined(bearer, l.channel, newest)
	}
	created := conversations.Created{Contact: met.who == nil, Conversation: t == nil}
	require.Equal(h.t, []any{created, len(news), len(l.said) - len(news)}, []any{got.Created, got.Messages, got.Known}, "%v", l.draft)
	if t == nil {
		t = h.begin(l, bearer, news, got.Conversation.String())
	} else {
		h.goOn(l, t, news, young)
	}
	require.Equal(h.t, t.id, got.Conversation.String())
	h.learnIDs(t, bearer)
}

// unknown are the messages of a line that are not there, each source id once, and the conversation
// of the first one that is there.
func (h *history) unknown(l *line) (news []utterance, first *thread) {
	for _, u := range l.said {
		t, known := h.saidBefore(l.channel, u.source)
		switch {
		case known != nil && first == nil:
			first = t
		case known == nil && (u.source == "" || !slices.ContainsFunc(news, func(n utterance) bool { return n.source == u.source })):
			news = append(news, u)
		}
	}
	return news, first
}

func (h *history) whoOf(l *line) meeting {
	switch {
	case l.whose == nil:
		return h.meet(l.keys)
	case l.whose.survivor().deleted:
		return meeting{}
	}
	who := l.whose.survivor()
	return meeting{who: who, bearer: l.whose, blocked: who.ban != nil}
}

// begin begins a conversation with messages. It is as the line says, else resolved when they are
// old.
func (h *history) begin(l *line, bearer *human, news []utterance, id string) *thread {
	newest := news[len(news)-1].at
	t := &thread{id: id, channel: l.channel, status: l.status, assignee: l.assignee, snoozed: l.snoozed, of: bearer, created: news[0].at}
	if t.status == "" {
		t.status = "open"
		if newest.Add(reopenWithin).Before(h.clock) {
			t.status = "resolved"
		}
	}
	if t.status == "resolved" {
		t.resolved = newest
	}
	h.talks = append(h.talks, t)
	for _, u := range news {
		h.count(t, u)
	}
	return t
}

// goOn adds messages to a conversation. Young ones of a line without status open it as if they came
// in. The status of a line counts when it has the newest message.
func (h *history) goOn(l *line, t *thread, news []utterance, young bool) {
	newest := news[len(news)-1].at
	counts := l.status != "" && !newest.Before(t.latest) && !newest.Before(t.resolved)
	if t.assignee == "" {
		t.assignee = l.assignee
	}
	for _, u := range news {
		if young && l.status == "" {
			h.say(t, u)
		} else {
			h.count(t, u)
		}
	}
	if counts {
		t.status, t.snoozed, t.resolved = l.status, l.snoozed, time.Time{}
		if t.status == "resolved" {
			t.resolved = newest
		}
	}
}

// learnIDs asks for what an import does not answer: the ids of new messages, and of a new human.
func (h *history) learnIDs(t *thread, bearer *human) {
	target := "/v1/conversations/" + t.id
	if bearer.id == "" {
		bearer.id = h.expect(200, "GET", target, nil)["contact_id"].(string)
	}
	ids := map[any]string{}
	for _, m := range objectsIn(h.expect(200, "GET", target+"/messages?limit=200", nil), "messages") {
		ids[m["text"]] = m["id"].(string)
	}
	for i := range t.said {
		u := &t.said[i]
		require.Contains(h.t, ids, u.text)
		u.id = ids[u.text]
	}
}
