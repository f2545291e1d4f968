package app

import (
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// at draws when something was written: now, or before. It returns nil for now where it is not said.
func (h *history) at() (time.Time, any) {
	if rapid.IntRange(0, 2).Draw(h.t, "when") > 0 {
		return h.clock, nil
	}
	at := h.clock.Add(-rapid.SampledFrom([]time.Duration{-time.Minute, 0, time.Second, time.Hour, 30 * time.Hour, 6 * 24 * time.Hour, 9 * 24 * time.Hour}).Draw(h.t, "ago"))
	return at, at
}

// receive lets somebody write, who is known by one thing or by two.
func (h *history) receive() {
	keys := []address{h.anAddress()}
	if rapid.Bool().Draw(h.t, "two") {
		keys = append(keys, h.anAddress())
	}
	h.write(keys)
}

// write lets somebody write who is known by addresses, of each kind the first. The channel is that
// of its place, if it has one.
func (h *history) write(keys []address) {
	channel, sender, keys := h.senderOf(keys)
	at, said := h.at()
	u := utterance{text: h.text(), direction: "inbound", at: at, source: h.source()}
	h.arrive(channel, keys, u, object{"channel": channel, "sender": sender, "message": messageDraft(u, said)})
}

// senderOf is the sender with addresses, who writes on a channel, and its addresses in the order in
// which it is looked for by them.
func (h *history) senderOf(some []address) (channel string, sender object, keys []address) {
	channel, sender = "", object{}
	for _, kind := range []string{anIdentity, anIdentifier, anEmail, aPhone} {
		at := slices.IndexFunc(some, func(a address) bool { return a.kind() == kind })
		if at < 0 {
			continue
		}
		keys = append(keys, some[at])
		if kind == anIdentity {
			channel, sender["source_id"] = some[at].channel(), some[at].value()
		} else {
			sender[kind] = some[at].value()
		}
	}
	if channel == "" {
		channel = rapid.SampledFrom([]string{"email", "whatsapp", "sms"}).Draw(h.t, "channel")
	}
	return channel, sender, keys
}

// source draws a source id, none for most messages.
func (h *history) source() string {
	if rapid.IntRange(0, 2).Draw(h.t, "source") > 0 {
		return ""
	}
	return fmt.Sprint("s", rapid.IntRange(1, 6).Draw(h.t, "source id"))
}

func messageDraft(u utterance, at any) object {
	draft := object{"text": u.text}
	if u.source != "" {
		draft["source_id"] = u.source
	}
	if at != nil {
		draft["at"] = at
	}
	return draft
}

// arrive lets a message come in, and says what becomes of it.
func (h *history) arrive(channel string, keys []address, u utterance, body object) {
	if t, known := h.saidBefore(channel, u.source); known != nil {
		answer := h.expect(200, "POST", "/v1/conversations", body)
		require.Equal(h.t, []any{t.id, known.id}, []any{answer["conversation"].(object)["id"], answer["message"].(object)["id"]})
		return
	}
	met := h.meet(keys)
	switch {
	case met.several:
		h.expect(409, "POST", "/v1/conversations", body)
		return
	case met.blocked:
		h.expect(403, "POST", "/v1/conversations", body)
		if met.who != nil {
			h.hold(met.bearer, channel, u)
		}
		return
	}
	answer := h.expect(201, "POST", "/v1/conversations", body)
	bearer := h.known(met, keys, answer["contact_id"].(string))
	h.comeIn(bearer, channel, u, answer, met.who == nil)
}

// meeting says who has addresses.
type meeting struct {
	who, bearer      *human // nil for nobody
	several, blocked bool   // they are of different people; whoever has them is blocked
}

// meet looks for who has addresses. The first that is somebody's says who bears a message.
func (h *history) meet(keys []address) (met meeting) {
	for _, key := range keys {
		has := h.holder(key)
		_, kept := h.kept[key]
		switch {
		case has == nil:
			met.blocked = met.blocked || kept
		case met.who == nil:
			met.who, met.bearer = has, has.bearer(key)
		case met.who != has:
			met.several = true
		}
	}
	met.blocked = met.blocked || met.who != nil && met.who.ban != nil
	return met
}

// known returns who bears a message of the one who has addresses: a new human when nobody has them.
// One that there is learns what it lacks.
func (h *history) known(met meeting, keys []address, id string) *human {
	if met.who != nil {
		h.learn(met.who, met.bearer, keys)
		return met.bearer
	}
	made := &human{number: len(h.humans) + 1, id: id}
	h.humans = append(h.humans, made)
	var list []borne
	for _, key := range keys {
		list = append(list, borne{address: key})
	}
	h.give(made, list)
	return made
}

// comeIn adds a message to a conversation of a bearer, as the answer must say it.
func (h *history) comeIn(bearer *human, channel string, u utterance, answer object, made bool) {
	h.unhold(channel, u.source)
	t := h.joined(bearer, channel, u.at)
	begins := t == nil
	if begins {
		t = &thread{channel: channel, status: "open", of: bearer, created: u.at, id: answer["conversation"].(object)["id"].(string)}
		if u.at.Add(reopenWithin).Before(h.clock) {
			t.status, t.resolved = "resolved", u.at
		}
		h.talks = append(h.talks, t)
	}
	u.id = answer["message"].(object)["id"].(string)
	h.say(t, u)
	created := answer["created"].(object)
	require.Equal(h.t, []any{t.id, bearer.survivor().id, made, begins},
		[]any{answer["conversation"].(object)["id"], answer["contact_id"], created["contact"] == true, created["conversation"] == true})
}

// learn gives a human what it lacks of a sender: an identity, and an e-mail, a phone number or an
// identifier where it has none. A merged one gives it no identifier, which could not go back.
func (h *history) learn(who, bearer *human, keys []address) {
	list := slices.Clone(who.addresses)
	for _, key := range keys {
		lacks := key.kind() == anIdentity || len(ofKind(list, key.kind())) == 0
		if find(list, key) < 0 && lacks && (key.kind() != anIdentifier || bearer == who) {
			list = append(list, borne{address: key, of: bearer})
		}
	}
	h.take(who, list)
}

// release takes a message that was kept aside.
func (h *history) release() {
	m := anyOf(h, "held", h.held)
	if m == nil {
		return
	}
	id := ""
	for _, one := range objectsIn(h.expect(200, "GET", "/v1/contacts/"+m.of.id+"/quarantine?limit=200", nil), "quarantine") {
		if one["text"] == m.text {
			id = one["id"].(string)
		}
	}
	target := "/v1/quarantine/" + id + "/release"
	if t, known := h.saidBefore(m.channel, m.source); known != nil {
		require.Equal(h.t, t.id, h.expect(200, "POST", target, nil)["conversation"].(object)["id"])
	} else {
		h.comeIn(m.of, m.channel, m.utterance, h.expect(201, "POST", target, nil), false)
	}
	h.held = slices.DeleteFunc(h.held, func(one *aside) bool { return one == m })
	h.expect(404, "POST", target, nil)
}

func (h *history) aTalk() *thread { return anyOf(h, "conversation", h.talks) }

// add adds a message to a conversation, of the contact or of whoever answers.
func (h *history) add() {
	t := h.aTalk()
	if t == nil {
		return
	}
	at, said := h.at()
	u := utterance{text: h.text(), direction: rapid.SampledFrom([]string{"inbound", "outbound", "outbound"}).Draw(h.t, "direction"), at: at, source: h.source()}
	draft := messageDraft(u, said)
	draft["direction"] = u.direction
	if u.direction == "outbound" {
		kind := rapid.SampledFrom([]string{"agent", "ai", "rule"}).Draw(h.t, "author")
		draft["author"] = object{"kind": kind, "name": "Amina"}
		u.reply = kind != "rule"
	}
	target := "/v1/conversations/" + t.id + "/messages"
	known, before := h.saidBefore(t.channel, u.source)
	switch {
	case before != nil && known != t:
		h.expect(409, "POST", target, draft)
	case before != nil:
		h.expect(200, "POST", target, draft)
	case u.direction == "inbound" && t.of.survivor().ban != nil:
		h.expect(403, "POST", target, draft)
		h.hold(t.of, t.channel, u)
	default:
		if u.direction == "inbound" {
			h.unhold(t.channel, u.source)
		}
		u.id = h.expect(201, "POST", target, draft)["id"].(string)
		h.say(t, u)
	}
}

// receiveAgain lets a message come in once more, from anybody.
func (h *history) receiveAgain() {
	t := h.aTalk()
	if t == nil {
		return
	}
	u := anyOf(h, "message", t.said)
	if u.source == "" {
		return
	}
	h.arrive(t.channel, nil, u, object{"channel": t.channel, "sender": object{"email": "stranger@x.example"}, "message": messageDraft(u, nil)})
}

func (h *history) setStatus() {
	t := h.aTalk()
	if t == nil {
		return
	}
	before := t.status
	t.status = rapid.SampledFrom([]string{"open", "pending", "resolved", "resolved"}).Draw(h.t, "status")
	t.assignee = rapid.SampledFrom([]string{"amina", "juma"}).Draw(h.t, "assignee")
	h.expect(200, "PATCH", "/v1/conversations/"+t.id, object{"status": t.status, "assignee": t.assignee})
	t.snoozed = time.Time{}
	switch {
	case t.status != "resolved":
		t.resolved = time.Time{}
	case before != "resolved":
		t.resolved = h.clock
	}
}

func (h *history) snooze() {
	t := h.aTalk()
	if t == nil {
		return
	}
	until := h.clock.Add(rapid.SampledFrom([]time.Duration{time.Minute, 25 * time.Hour, 6 * 24 * time.Hour}).Draw(h.t, "for"))
	draft := object{"status": "snoozed", "snoozed_until": until}
	if t.status == "resolved" {
		h.expect(422, "PATCH", "/v1/conversations/"+t.id, draft)
		return
	}
	h.expect(200, "PATCH", "/v1/conversations/"+t.id, draft)
	t.status, t.snoozed = "snoozed", until
}

// note writes about a contact, by its id or that of one that it has absorbed.
func (h *history) note() {
	who := anyOf(h, "who", slices.DeleteFunc(slices.Clone(h.humans), func(h *human) bool { return h.survivor().deleted }))
	if who == nil {
		return
	}
	at, said := h.at()
	m := &memo{text: h.text(), pinned: rapid.Bool().Draw(h.t, "pinned"), of: who, at: at}
	draft := object{"text": m.text, "pinned": m.pinned}
	if said != nil {
		draft["created_at"] = said
	}
	m.id = h.expect(201, "POST", "/v1/contacts/"+who.id+"/notes", draft)["id"].(string)
	m.versions = []string{m.text}
	h.memos = append(h.memos, m)
}

// renote changes or deletes a note.
func (h *history) renote() {
	m := anyOf(h, "note", h.memos)
	if m == nil {
		return
	}
	if rapid.IntRange(0, 3).Draw(h.t, "delete") == 0 {
		h.expect(204, "DELETE", "/v1/notes/"+m.id, nil)
		h.memos = slices.DeleteFunc(h.memos, func(one *memo) bool { return one == m })
		return
	}
	m.text, m.pinned = h.text(), !m.pinned
	m.versions = append(m.versions, m.text)
	h.expect(200, "PATCH", "/v1/notes/"+m.id, object{"text": m.text, "pinned": m.pinned})
}
