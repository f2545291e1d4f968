package app

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"
)

// What may happen to contacts.

// addressDraft is the draft of the addresses of a contact, each kind as a whole.
func addressDraft(list []borne) object {
	draft := object{"emails": []object{}, "phones": []object{}, "identities": []object{}}
	for _, b := range list {
		switch a := b.address; {
		case a.listed():
			all := a.kind() + "s"
			draft[all] = append(draft[all].([]object), object{"value": a.value(), "shared": b.shared})
		case a.kind() == anIdentifier:
			draft["identifier"] = a.value()
		default:
			draft["identities"] = append(draft["identities"].([]object), object{"channel": a.channel(), "source_id": a.value()})
		}
	}
	return draft
}

// some draws addresses, each once, and one identifier at most.
func (h *history) some(most int) (list []borne) {
	for range rapid.IntRange(1, most).Draw(h.t, "addresses") {
		a := h.anAddress()
		if find(list, a) >= 0 || a.kind() == anIdentifier && len(ofKind(list, anIdentifier)) > 0 {
			continue
		}
		list = append(list, borne{address: a, shared: a.listed() && rapid.IntRange(0, 4).Draw(h.t, "shared") == 0})
	}
	return list
}

// others reports whether somebody else has one of the addresses that are to be of a human alone, or
// shares one that the human has shared until now.
func (h *history) others(who *human, list []borne) bool {
	return slices.ContainsFunc(list, func(b borne) bool {
		if b.shared {
			return false
		}
		has := h.holder(b.address)
		return has != nil && has != who || who != nil && who.at(b.address) >= 0 && who.addresses[who.at(b.address)].shared && h.shared(who, b.address)
	})
}

// shared reports whether anybody but a human shares an address.
func (h *history) shared(who *human, a address) bool {
	return slices.ContainsFunc(h.living(), func(other *human) bool {
		return other != who && other.at(a) >= 0 && other.addresses[other.at(a)].shared
	})
}

func (h *history) create() {
	list := h.some(3)
	if a := anyOf(h, "kept", h.keptAddresses()); a != "" && rapid.Bool().Draw(h.t, "blocked") {
		list = []borne{{address: a}}
	}
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

// gather makes several people at once, each with an e-mail of its own and perhaps a phone number that others
// share.
func (h *history) gather() {
	if len(h.living()) > 12 {
		return // enough for one history
	}
	for range rapid.IntRange(2, 6).Draw(h.t, "people") {
		list := []borne{{address: address(fmt.Sprintf("email:n%d@x.example", len(h.humans)))}}
		if rapid.Bool().Draw(h.t, "with a phone number") {
			list = append(list, borne{address: "phone:+254712345699", shared: true})
		}
		draft := addressDraft(list)
		made := &human{number: len(h.humans) + 1, id: h.expect(201, "POST", "/v1/contacts", draft)["id"].(string)}
		h.humans = append(h.humans, made)
		h.give(made, list)
	}
}

// keptAddresses are those that nobody has, and that stay blocked.
func (h *history) keptAddresses() []address {
	return slices.DeleteFunc(slices.Clone(pool), func(a address) bool {
		_, kept := h.kept[a]
		return !kept || h.holder(a) != nil
	})
}

// give gives a human addresses of its own.
func (h *history) give(to *human, list []borne) {
	list = slices.Clone(list)
	for i := range list {
		list[i].of = to
	}
	h.take(to, list)
}

// pathOf is where a human is, by its id or that of one that it has absorbed.
func (h *history) pathOf(who *human) string {
	return "/v1/contacts/" + anyOf(h, "by the id of", who.parts()).id
}

// readdress changes the addresses of a contact.
func (h *history) readdress() {
	who := h.someone()
	if who == nil {
		return
	}
	change := rapid.SampledFrom([]func(*human) (object, []borne){h.replaced, h.preferred, h.extended, h.lessened, h.sharing}).Draw(h.t, "change")
	draft, after := change(who)
	if draft == nil {
		return
	}
	target := h.pathOf(who)
	if h.others(who, after) {
		h.expect(409, "PATCH", target, draft)
		return
	}
	h.expect(200, "PATCH", target, draft)
	had := who.claims()
	lists := who.addresses
	who.addresses = after
	has := who.claims()
	who.addresses = lists
	given := slices.DeleteFunc(slices.Clone(had), func(a address) bool {
		at := find(after, a)
		return at >= 0 && after[at].shared
	})
	if who.ban != nil && slices.ContainsFunc(given, func(a address) bool { return !slices.Contains(has, a) }) {
		h.keep(who, slices.Concat(given, has))
	}
	h.take(who, after)
}

// replaced gives a contact that has absorbed nobody other addresses.
func (h *history) replaced(who *human) (object, []borne) {
	if len(who.merges) > 0 {
		return nil, nil
	}
	list := h.some(3)
	draft := addressDraft(list)
	if draft["identifier"] == nil {
		draft["identifier"] = nil
	}
	for i := range list {
		list[i].of = who
	}
	return draft, list
}

// preferred sends one address, which becomes the primary one. Of a contact that has absorbed others
// it is one that the contact has.
func (h *history) preferred(who *human) (object, []borne) {
	a := h.anAddress()
	if !a.listed() {
		return nil, nil
	}
	draft, list := object{a.kind(): a.value()}, slices.Clone(who.addresses)
	b := borne{address: a, of: who}
	switch at := who.at(a); {
	case at >= 0:
		b = list[at]
		list = slices.Delete(list, at, at+1)
	case len(who.merges) > 0:
		return nil, nil
	default:
		if was := firstOf(list, a.kind()); was.address != "" {
			list = slices.DeleteFunc(list, func(b borne) bool { return b == was })
		}
	}
	return draft, append([]borne{b}, list...)
}

// extended gives a contact one more address.
func (h *history) extended(who *human) (object, []borne) {
	b := h.some(1)[0]
	b.of = who
	if who.at(b.address) >= 0 || b.address.kind() == anIdentifier && len(ofKind(who.addresses, anIdentifier)) > 0 {
		return nil, nil
	}
	return h.listsOf(append(slices.Clone(who.addresses), b))
}

// lessened takes away an address of its own from a contact, but the primary ones and the identifier.
func (h *history) lessened(who *human) (object, []borne) {
	spare := slices.DeleteFunc(slices.Clone(who.addresses), func(b borne) bool {
		return b.of != who || b.address.kind() == anIdentifier || b.address.listed() && b == firstOf(who.addresses, b.address.kind())
	})
	gone := anyOf(h, "address", spare)
	if gone.address == "" || len(who.addresses) == 1 {
		return nil, nil
	}
	return h.listsOf(slices.DeleteFunc(slices.Clone(who.addresses), func(b borne) bool { return b == gone }))
}

// sharing lets an address of a contact be shared, or be of that one alone.
func (h *history) sharing(who *human) (object, []borne) {
	list := slices.Clone(who.addresses)
	listed := slices.DeleteFunc(slices.Clone(list), func(b borne) bool { return !b.address.listed() })
	if len(listed) == 0 {
		return nil, nil
	}
	at := find(list, anyOf(h, "address", listed).address)
	list[at].shared = !list[at].shared
	return h.listsOf(list)
}

// listsOf is the draft that gives a contact addresses, with what it has then. An identifier is not
// sent where there are several: a contact has one, and keeps those of others.
func (h *history) listsOf(list []borne) (object, []borne) {
	draft := addressDraft(list)
	if len(ofKind(list, anIdentifier)) > 1 {
		delete(draft, "identifier")
	}
	return draft, list
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
	h.mergeInto(who, other)
}

func (h *history) mergeInto(who, other *human) {
	chosen := rapid.SampledFrom([][]string{nil, nil, nil, {anEmail}, {aPhone}, {anIdentity}, {anEmail, aPhone}}).Draw(h.t, "choose")
	draft := object{"contact_id": other.id}
	if len(chosen) > 0 {
		choose := object{}
		for _, kind := range chosen {
			choose[map[string]string{anEmail: "email", aPhone: "phone", anIdentity: "identities"}[kind]] = "absorbed"
		}
		draft["choose"] = choose
	}
	merged := h.expect(200, "POST", h.pathOf(who)+"/merge", draft)
	absorbed := merged["absorbed"].([]any)
	h.people.merge(who, other, absorbed[len(absorbed)-1].(object)["merge_id"].(string), chosen)
}

func (h *history) undo() {
	who := anyOf(h, "who", slices.DeleteFunc(h.living(), func(h *human) bool { return len(h.merges) == 0 }))
	if who == nil {
		return
	}
	if older := who.merges[0]; len(who.merges) > 1 && rapid.IntRange(0, 3).Draw(h.t, "older") == 0 {
		h.expect(409, "POST", "/v1/merges/"+older.id+"/undo", nil)
	}
	target := "/v1/merges/" + who.merges[len(who.merges)-1].id + "/undo"
	if !h.canPart(who) {
		h.expect(409, "POST", target, nil)
		return
	}
	h.expect(200, "POST", target, nil)
	h.people.undo(who)
}

// receiveMerged lets two who are one write from an address of the absorbed one, with another one
// that nobody has yet. Mostly they are parted then, and write from the same again.
func (h *history) receiveMerged() {
	who := anyOf(h, "who", slices.DeleteFunc(h.living(), func(h *human) bool { return len(h.merges) == 0 }))
	if who == nil {
		other := h.someone()
		if who = h.someone(); who == nil || who == other {
			return
		}
		h.mergeInto(who, other)
	}
	known := slices.DeleteFunc(who.claims(), func(a address) bool { return who.bearer(a) == who })
	free := slices.DeleteFunc(slices.Clone(pool), func(a address) bool { return h.holder(a) != nil })
	a, more := anyOf(h, "known", known), anyOf(h, "free", free)
	if a == "" || more == "" {
		return
	}
	h.write([]address{a, more})
	if rapid.IntRange(0, 2).Draw(h.t, "part") > 0 && len(who.merges) > 0 && h.canPart(who) {
		h.expect(200, "POST", "/v1/merges/"+who.merges[len(who.merges)-1].id+"/undo", nil)
		h.people.undo(who)
		h.write([]address{more})
	}
}

func (h *history) delete() {
	who := h.someone()
	if who == nil || who.ban == nil && rapid.Bool().Draw(h.t, "not yet") {
		return
	}
	h.expect(204, "DELETE", h.pathOf(who), nil)
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
	h.expect(200, "POST", h.pathOf(who)+"/block", draft)
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
	h.expect(200, "DELETE", h.pathOf(who)+"/block", nil)
	h.unban(who)
}
