package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// What may happen to consents and suppressions, and how they are compared.

// theOwner sends the requests of a history.
var theOwner = ledger.Author{Source: ledger.SourceAPI, Name: "owner"}

func (h *history) aChannel() string { return rapid.SampledFrom(modelChannels).Draw(h.t, "channel") }

func (h *history) aStatus() string {
	return rapid.SampledFrom([]string{subscribed, unsubscribed, unsubscribed, "unknown"}).Draw(h.t, "status")
}

// said is the opinion of a word, as the owner notes it now.
func (h *history) said(status string) opinion {
	if status == "unknown" {
		return opinion{}
	}
	return opinion{status: status, at: h.clock, source: string(theOwner.Source), name: theOwner.Name}
}

// consent sets what a contact has said about a channel, perhaps with a proof and a moment.
func (h *history) consent() {
	who := h.someone()
	if who == nil {
		return
	}
	channel, status := h.aChannel(), h.aStatus()
	o, draft := h.said(status), object{"status": status}
	if status != "unknown" && rapid.Bool().Draw(h.t, "proven") {
		o.proof = rapid.SampledFrom([]string{"form", "call"}).Draw(h.t, "proof")
		draft["proof"] = o.proof
	}
	moment := rapid.Bool().Draw(h.t, "moment")
	if moment {
		at := h.clock.Add(-time.Duration(rapid.IntRange(0, 2).Draw(h.t, "hours")) * time.Hour)
		draft["at"] = at
		if status != "unknown" {
			o.at = at
		}
	}
	h.expect(200, "PUT", h.pathOf(who)+"/consent/"+channel, draft)
	had := who.opinions[channel]
	if same := had.status == o.status && had.proof == o.proof && (!moment || had.at.Equal(o.at)); !same && had.status+o.status != "" {
		h.state(who, channel, o)
	}
}

// someConsents draws what is said about one channel or two, as drafts have it.
func (h *history) someConsents() object {
	said := object{}
	for range rapid.IntRange(1, 2).Draw(h.t, "channels") {
		said[h.aChannel()] = h.aStatus()
	}
	return said
}

// patchConsent says in a patch, or a file, what a contact has said.
func (h *history) patchConsent() {
	who := h.someone()
	if who == nil {
		return
	}
	said := h.someConsents()
	h.expect(200, "PATCH", h.pathOf(who), object{"consent": said})
	h.stateAll(who, said, theOwner)
}

// stateAll states what differs from what a human has said.
func (h *history) stateAll(who *human, said object, by ledger.Author) {
	for _, channel := range modelChannels {
		status, is := said[channel].(string)
		o := h.said(status)
		if o.status != "" {
			o.source, o.name = string(by.Source), by.Name
		}
		if is && who.opinions[channel].status != o.status {
			h.state(who, channel, o)
		}
	}
}

// importConsent imports a row of a file that has consents. It does not subscribe whoever has unsubscribed.
func (h *history) importConsent() {
	by := ledger.Author{Source: ledger.SourceImport, Name: "list"}
	a := rapid.SampledFrom(pool[:4]).Draw(h.t, "e-mail")
	said := h.someConsents()
	row := fields.Draft{anEmail: a.value()}
	for channel, status := range said {
		row["consent."+channel] = strings.ToUpper(status.(string))
	}
	who := h.holder(a)
	done, err := h.Contacts.Import(context.Background(), by, []fields.Draft{row}, contacts.FileRules{})
	require.NoError(h.t, err)
	require.NoError(h.t, done.Results[0].Err)
	if who == nil {
		who = &human{number: len(h.humans) + 1, id: done.Results[0].ID.String()}
		h.humans = append(h.humans, who)
		for channel, status := range said {
			if o := h.said(status.(string)); o.status != "" {
				o.source, o.name = string(by.Source), by.Name
				who.opine(channel, o)
			}
		}
		h.give(who, []borne{{address: a}})
		for _, channel := range modelChannels {
			if o := who.opinions[channel]; o.status == subscribed {
				h.state(who, channel, o)
			}
		}
		return
	}
	var kept []string
	for channel := range said {
		if who.opinions[channel].status == unsubscribed && said[channel] != unsubscribed {
			kept = append(kept, "consent."+channel)
			delete(said, channel)
		}
	}
	var left []string
	for _, f := range done.Results[0].LeftOut {
		left = append(left, f.Path)
	}
	slices.Sort(kept)
	slices.Sort(left)
	require.Equal(h.t, kept, left)
	h.stateAll(who, said, by)
}

// aTaboo draws an address as it is used on a channel, and how it may be written.
func (h *history) aTaboo() (t taboo, value string) {
	all := slices.DeleteFunc(slices.Clone(pool), func(a address) bool { return a.kind() == anIdentifier })
	a := rapid.SampledFrom(all).Draw(h.t, "address")
	channel := a.channel()
	if a.kind() == aPhone {
		channel = rapid.SampledFrom([]string{"sms", "voice", "whatsapp"}).Draw(h.t, "channel")
	}
	t = taboo{channel, a.on(channel)}
	value = t.address
	if a.kind() == anEmail {
		value = strings.ToUpper(value)
	}
	return t, value
}

// suppress suppresses addresses in one batch, by value or as all those of a contact.
func (h *history) suppress() {
	var drafts []object
	var steps []func() bool
	for range rapid.IntRange(1, 3).Draw(h.t, "suppressions") {
		reason := rapid.SampledFrom([]string{"bounce", "complaint", reasonUnsubscribe, reasonUnsubscribe, "manual"}).Draw(h.t, "reason")
		w := why{reason, h.clock, string(theOwner.Source), theOwner.Name}
		draft := object{"reason": reason}
		if rapid.IntRange(0, 3).Draw(h.t, "at") == 0 {
			w.at = h.clock.Add(-time.Hour)
			draft["at"] = w.at
		}
		who := h.someone()
		if who == nil || rapid.Bool().Draw(h.t, "by value") {
			t, value := h.aTaboo()
			draft["channel"], draft["value"] = t.channel, value
			steps = append(steps, func() bool { return h.forbid(t, w) })
		} else {
			channel := h.aChannel()
			all := addressesOn(who.addresses, channel)
			if len(all) == 0 {
				continue
			}
			draft["channel"], draft["contact_id"] = channel, anyOf(h, "by the id of", who.parts()).id
			steps = append(steps, func() (added bool) {
				for _, used := range all {
					added = h.forbid(taboo{channel, used}, w) || added
				}
				return added
			})
		}
		drafts = append(drafts, draft)
	}
	if len(drafts) == 0 {
		return
	}
	results := objectsIn(h.expect(200, "POST", "/v1/suppressions/batch", object{"suppressions": drafts}), "results")
	for i, step := range steps {
		want := "unchanged"
		if step() {
			want = "created"
		}
		require.Equal(h.t, want, results[i]["result"], "%v", drafts[i])
	}
}

// lift lifts all suppressions of an address, which mostly has some.
func (h *history) lift() {
	t, value := h.aTaboo()
	if some := h.suppressed(); len(some) > 0 && rapid.IntRange(0, 3).Draw(h.t, "any") > 0 {
		t = anyOf(h, "suppressed", some)
		value = t.address
	}
	target := query("/v1/suppressions", "channel", t.channel, "value", value)
	if len(h.taboos[t]) == 0 {
		h.expect(404, "DELETE", target, nil)
		return
	}
	h.expect(204, "DELETE", target, nil)
	h.allow(t, "bounce", "complaint", reasonUnsubscribe, "manual")
}

// suppressed are the suppressed addresses, in one order.
func (p *people) suppressed() (list []taboo) {
	for t := range p.taboos {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b taboo) int { return strings.Compare(a.channel+a.address, b.channel+b.address) })
	return list
}

// compareConsents compares what a contact has said, and where it is written to.
func (h *history) compareConsents(who *human, target string, got object) {
	require.Equal(h.t, texts(h.reachable(who)), got["reachable"], "contact %d", who.number)
	want, has := map[string]opinion{}, map[string]opinion{}
	for channel, o := range who.opinions {
		o.at, o.onAccountOfAddress = time.UnixMilli(o.at.UnixMilli()), false
		want[channel] = o
	}
	for _, c := range objectsIn(h.expect(200, "GET", target+"/consent", nil), "consent") {
		if c["status"] == "unknown" {
			continue
		}
		o := opinion{status: c["status"].(string), source: c["source"].(string), name: c["name"].(string)}
		o.proof, _ = c["proof"].(string)
		at, err := time.Parse(time.RFC3339, c["at"].(string))
		require.NoError(h.t, err)
		o.at = time.UnixMilli(at.UnixMilli())
		has[c["channel"].(string)] = o
	}
	require.Equal(h.t, want, has, "consent of contact %d", who.number)
}

// compareSuppressions compares why each address is suppressed.
func (h *history) compareSuppressions() {
	asked := map[taboo]bool{}
	for _, a := range pool {
		for _, channel := range modelChannels {
			t := taboo{channel, a.on(channel)}
			if t.address == "" || asked[t] {
				continue
			}
			asked[t] = true
			var want, has []string
			for _, w := range h.taboos[t] {
				want = append(want, fmt.Sprint(w.reason, instant(w.at), w.source, w.name))
			}
			for _, s := range objectsIn(h.expect(200, "GET", query("/v1/suppressions", "channel", channel, "value", t.address), nil), "suppressions") {
				author := s["author"].(object)
				has = append(has, fmt.Sprint(s["reason"], s["at"], author["source"], author["name"]))
			}
			require.Equal(h.t, want, has, "%v", t)
		}
	}
}

// consentFilters are rules on what people have said and where they are written to.
func (h *history) consentFilters() []choice {
	status := func(w *human, channel string) string { return w.opinions[channel].status }
	reaches := func(w *human, channels ...string) bool {
		return slices.ContainsFunc(h.reachable(w), func(c string) bool { return slices.Contains(channels, c) })
	}
	return []choice{
		{rule("consent.email", "eq", "unsubscribed"), func(w *human) bool { return status(w, "email") == unsubscribed }},
		{rule("consent.whatsapp", "in", []string{"unknown", "subscribed"}), func(w *human) bool { return status(w, "whatsapp") != unsubscribed }},
		{rule("consent.sms", "ne", "unknown"), func(w *human) bool { return status(w, "sms") != "" }},
		{rule("reachable", "any_of", []string{"email"}), func(w *human) bool { return reaches(w, "email") }},
		{rule("reachable", "none_of", []string{"sms", "whatsapp"}), func(w *human) bool { return !reaches(w, "sms", "whatsapp") }},
		{rule("reachable", "exists", nil), func(w *human) bool { return len(h.reachable(w)) > 0 }},
	}
}
