package app

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// history is what happens to people, in the program and in the model.
type history struct {
	t *rapid.T // draws the steps
	*peopleRig
	people
	texts int // that were written, so that each is another one
}

// histories is how many are tried where -rapid.checks does not say it. Each opens a whole program.
const histories = "30"

// TestPeopleAreWhatTheModelSays lets anything happen to people, in any order, and compares what the
// program answers with a model of plain lists and maps. For more of it: go test ./app -run
// TestPeopleAreWhatTheModelSays -rapid.checks=2000.
func TestPeopleAreWhatTheModelSays(t *testing.T) {
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		require.NoError(t, checks.Value.Set(histories))
		defer func() { require.NoError(t, checks.Value.Set(checks.DefValue)) }()
	}
	rapid.Check(t, func(rt *rapid.T) {
		h := &history{t: rt, peopleRig: newPeopleRig(rt, t.TempDir())}
		defer func() { require.NoError(rt, h.Close(t.Context())) }()
		h.people = people{now: h.clock, kept: map[address]int{}, groups: map[int]time.Time{}}
		for range rapid.SampledFrom([]int{10, 20, 40, 40, 40}).Draw(rt, "steps") {
			steps[rapid.IntRange(0, len(steps)-1).Draw(rt, "step")](h)
			h.pass(time.Second)
			if rapid.IntRange(0, 7).Draw(rt, "look") == 0 {
				h.compare()
			}
		}
		h.compare()
		h.verify()
		if rapid.IntRange(0, 2).Draw(rt, "end") == 0 {
			h.restart(rapid.Bool().Draw(rt, "anew"))
			h.compare()
		}
	})
}

// steps are what may happen. What happens often stands there more than once.
var steps = []func(*history){
	(*history).create, (*history).create, (*history).readdress, (*history).see, (*history).receive, (*history).receive, (*history).receive, (*history).receive,
	(*history).receiveAgain, (*history).add, (*history).add, (*history).add, (*history).note, (*history).renote, (*history).setStatus, (*history).setStatus,
	(*history).snooze, (*history).wait, (*history).block, (*history).unblock, (*history).merge, (*history).merge, (*history).undo, (*history).undo, (*history).delete,
	(*history).again, (*history).release,
}

// pass moves the clock, and ends what is over.
func (h *history) pass(by time.Duration) {
	h.turning.Lock()
	h.clock = h.clock.Add(by)
	h.turning.Unlock()
	h.now = h.clock
	h.ring()
	h.wake()
}

func (h *history) wait() {
	h.pass(rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, 26 * time.Hour, 5 * 24 * time.Hour, 8 * 24 * time.Hour}).Draw(h.t, "wait"))
}

// again closes the program and opens it: seldom, as that takes a while.
func (h *history) again() {
	if rapid.IntRange(0, 3).Draw(h.t, "again") == 0 {
		h.restart(rapid.Bool().Draw(h.t, "anew"))
	}
}

// anyOf draws one of a list, the zero value of an empty one.
func anyOf[T any](h *history, what string, list []T) (one T) {
	if len(list) == 0 {
		return one
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(h.t, what)]
}

func (h *history) someone() *human { return anyOf(h, "who", h.living()) }

// anAddress draws an e-mail or an identity: there are few, so that people meet.
func (h *history) anAddress() address {
	return rapid.SampledFrom([]address{
		"email:a@x.example", "email:b@x.example", "email:c@x.example", "email:d@x.example",
		"whatsapp:1", "whatsapp:2", "whatsapp:3", "sms:1", "sms:2", "live_chat:1",
	}).Draw(h.t, "address")
}

// text is a text that nothing else has.
func (h *history) text() string {
	h.texts++
	return fmt.Sprint("text ", h.texts)
}

// addressDraft is the draft of the addresses of a contact.
func addressDraft(list []address) object {
	emails, identities := []object{}, []object{}
	for _, a := range list {
		if a.isEmail() {
			emails = append(emails, object{"value": a.value()})
		} else {
			identities = append(identities, object{"channel": a.channel(), "source_id": a.value()})
		}
	}
	return object{"emails": emails, "identities": identities}
}

// some draws addresses, each once.
func (h *history) some(most int) (list []address) {
	for range rapid.IntRange(1, most).Draw(h.t, "addresses") {
		if a := h.anAddress(); !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	return list
}

// others reports whether anybody else has one of the addresses.
func (h *history) others(who *human, list []address) bool {
	return slices.ContainsFunc(list, func(a address) bool { has := h.holder(a); return has != nil && has != who })
}

func (h *history) create() {
	list := h.some(3)
	draft := addressDraft(list)
	draft["name"] = "Ada"
	if h.others(nil, list) {
		h.expect(409, "POST", "/v1/contacts", draft)
		return
	}
	made := &human{number: len(h.humans) + 1, id: h.expect(201, "POST", "/v1/contacts", draft)["id"].(string)}
	h.humans = append(h.humans, made)
	h.give(made, list)
}

// give gives a human addresses of its own.
func (h *history) give(to *human, list []address) {
	var all []borne
	for _, a := range list {
		all = append(all, borne{a, to})
	}
	h.take(to, all)
}

// readdress gives a contact other addresses. One that has absorbed others gets one more only: what
// an undo makes of what was taken from it is tried elsewhere.
func (h *history) readdress() {
	who := h.someone()
	if who == nil {
		return
	}
	list := h.some(3)
	if len(who.merges) > 0 {
		added := list[0]
		list = nil
		for _, b := range who.addresses {
			list = append(list, b.address)
		}
		if !slices.Contains(list, added) {
			list = append(list, added)
		}
	}
	target := "/v1/contacts/" + who.id
	if h.others(who, list) {
		h.expect(409, "PATCH", target, addressDraft(list))
		return
	}
	h.expect(200, "PATCH", target, addressDraft(list))
	var after []borne
	for _, a := range list {
		of := who
		if at := who.at(a); at >= 0 {
			of = who.addresses[at].of
		}
		after = append(after, borne{a, of})
	}
	gone := slices.ContainsFunc(who.addresses, func(b borne) bool { return !slices.Contains(list, b.address) })
	if who.ban != nil && gone {
		h.keep(who, slices.Concat(who.addresses, after))
	}
	h.take(who, after)
}

// see writes when a contact was seen, and by what.
func (h *history) see() {
	who := h.someone()
	if who == nil || len(who.merges) > 0 {
		return
	}
	who.seen = h.clock.Add(-time.Duration(rapid.IntRange(0, 200).Draw(h.t, "hours")) * time.Hour)
	who.channels = rapid.SampledFrom([][]string{nil, {"voice"}, {"sms", "voice"}}).Draw(h.t, "channels")
	h.expect(200, "PATCH", "/v1/contacts/"+who.id, object{"last_seen_at": who.seen, "channels": slices.Concat([]string{}, who.channels)})
}

func (h *history) merge() {
	who, other := h.someone(), h.someone()
	if who == nil || who == other {
		return
	}
	merged := h.expect(200, "POST", "/v1/contacts/"+who.id+"/merge", object{"contact_id": other.id})
	absorbed := merged["absorbed"].([]any)
	h.people.merge(who, other, absorbed[len(absorbed)-1].(object)["merge_id"].(string))
}

func (h *history) undo() {
	who := anyOf(h, "who", slices.DeleteFunc(h.living(), func(h *human) bool { return len(h.merges) == 0 }))
	if who == nil {
		return
	}
	if older := who.merges[0]; len(who.merges) > 1 && rapid.IntRange(0, 3).Draw(h.t, "older") == 0 {
		h.expect(409, "POST", "/v1/merges/"+older.id+"/undo", nil)
	}
	m := who.merges[len(who.merges)-1]
	h.expect(200, "POST", "/v1/merges/"+m.id+"/undo", nil)
	h.people.undo(who)
}

func (h *history) delete() {
	who := h.someone()
	if who == nil || rapid.Bool().Draw(h.t, "not yet") {
		return
	}
	h.expect(204, "DELETE", "/v1/contacts/"+who.id, nil)
	h.remove(who)
}

func (h *history) block() {
	who := h.someone()
	if who == nil {
		return
	}
	after := &ban{reason: rapid.SampledFrom([]string{"spam", "fraud"}).Draw(h.t, "reason")}
	draft := object{"reason": after.reason}
	if rapid.Bool().Draw(h.t, "ends") {
		after.until = h.clock.Add(rapid.SampledFrom([]time.Duration{time.Minute, 24 * time.Hour, 6 * 24 * time.Hour}).Draw(h.t, "for"))
		draft["until"] = after.until
	}
	h.expect(200, "POST", "/v1/contacts/"+who.id+"/block", draft)
	if who.ban == nil || who.ban.reason != after.reason || !who.ban.until.Equal(after.until) {
		who.ban = after
		h.endGroups(who)
	}
}

func (h *history) unblock() {
	who := anyOf(h, "who", slices.DeleteFunc(h.living(), func(h *human) bool { return h.ban == nil }))
	if who == nil {
		return
	}
	h.expect(200, "DELETE", "/v1/contacts/"+who.id+"/block", nil)
	h.unban(who)
}
