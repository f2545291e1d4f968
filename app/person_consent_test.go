package app

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// What people have said about being written to, and the addresses to which nothing is sent.

// opinion is what a human has said about a channel. One without a status has said nothing.
type opinion struct {
	status             string
	at                 time.Time
	source, name       string
	proof              string
	onAccountOfAddress bool // nobody said it: an address is suppressed as that of one who has unsubscribed
}

const (
	subscribed   = "subscribed"
	unsubscribed = "unsubscribed"
)

func (o opinion) same(other opinion) bool {
	return o.status == other.status && o.at.Equal(other.at) && o.source == other.source && o.name == other.name && o.proof == other.proof
}

// stricter compares two opinions: the stricter one is greater, and of two that are alike the newer one.
func (o opinion) stricter(than opinion) int {
	order := []string{"", subscribed, unsubscribed}
	return cmp.Or(cmp.Compare(slices.Index(order, o.status), slices.Index(order, than.status)), o.at.Compare(than.at))
}

// taboo is an address to which nothing is sent on a channel.
type taboo struct{ channel, address string }

// why is a reason for which an address is suppressed.
type why struct {
	reason       string
	at           time.Time
	source, name string
}

// reasonUnsubscribe is why an address is suppressed whose owner has unsubscribed.
const reasonUnsubscribe = "unsubscribe"

// modelChannels are the channels on which people of the model have addresses.
var modelChannels = []string{"email", "live_chat", "sms", "voice", "whatsapp"}

func byPhone(channel string) bool {
	return channel == "sms" || channel == "voice" || channel == "whatsapp"
}

// on is an address as it is used on a channel, "" for one that is not. An identity that has the digits of
// a phone number is that number.
func (a address) on(channel string) string {
	switch {
	case a.kind() == aPhone && byPhone(channel), a.kind() == anEmail && channel == "email":
		return a.value()
	case a.kind() != anIdentity || a.channel() != channel:
		return ""
	case byPhone(channel) && len(a.value()) > 6:
		return "+" + a.value()
	}
	return a.value()
}

// addressesOn are those of a list that are used on a channel, in the order in which they are used:
// identities before phone numbers.
func addressesOn(list []borne, channel string) (all []string) {
	for _, kind := range []string{anEmail, anIdentity, aPhone} {
		for _, b := range ofKind(list, kind) {
			if used := b.address.on(channel); used != "" && !slices.Contains(all, used) {
				all = append(all, used)
			}
		}
	}
	return all
}

// owns reports whether an address on a channel is that of a human alone.
func (h *human) owns(t taboo) bool {
	return slices.ContainsFunc(h.claims(), func(a address) bool { return a.on(t.channel) == t.address })
}

func (h *human) uses(t taboo) bool {
	return h.owns(t) || slices.Contains(addressesOn(h.addresses, t.channel), t.address)
}

// opine gives a human another opinion.
func (h *human) opine(channel string, o opinion) {
	all := maps.Clone(h.opinions)
	if all == nil {
		all = map[string]opinion{}
	}
	if all[channel] = o; o.status == "" {
		delete(all, channel)
	}
	h.opinions = all
}

// state gives a human an opinion that somebody said. Who subscribes is written to again at the addresses
// that were suppressed because their owner had unsubscribed.
func (p *people) state(h *human, channel string, o opinion) {
	h.opine(channel, o)
	if o.status != subscribed {
		return
	}
	for _, used := range addressesOn(h.addresses, channel) {
		p.allow(taboo{channel, used}, reasonUnsubscribe)
	}
}

// mute unsubscribes a human on account of an address.
func (h *human) mute(channel string, w why) {
	if h.opinions[channel].status == unsubscribed {
		return
	}
	noun := map[string]string{"email": "email", "live_chat": "identity"}[channel]
	h.opine(channel, opinion{status: unsubscribed, at: w.at, source: "system", name: "the " + cmp.Or(noun, "phone") + " is suppressed", onAccountOfAddress: true})
}

// left is why an address is suppressed as that of one who has unsubscribed.
func (p *people) left(t taboo) (w why, is bool) {
	at := slices.IndexFunc(p.taboos[t], func(w why) bool { return w.reason == reasonUnsubscribe })
	if at < 0 {
		return w, false
	}
	return p.taboos[t][at], true
}

// hasLeft reports whether an address on a channel that is of a human alone is suppressed so.
func (p *people) hasLeft(h *human, channel string) bool {
	return slices.ContainsFunc(addressesOn(h.addresses, channel), func(used string) bool {
		_, is := p.left(taboo{channel, used})
		return is && h.owns(taboo{channel, used})
	})
}

// forbid suppresses an address, and reports whether it was not for the reason before.
func (p *people) forbid(t taboo, w why) bool {
	if slices.ContainsFunc(p.taboos[t], func(had why) bool { return had.reason == w.reason }) {
		return false
	}
	p.taboos[t] = append(p.taboos[t], w)
	for _, h := range p.living() {
		if w.reason == reasonUnsubscribe && h.owns(t) {
			h.mute(t.channel, w)
		}
	}
	return true
}

// allow lifts the suppressions of an address for some reasons. Who was unsubscribed on account of it alone
// has said nothing then.
func (p *people) allow(t taboo, reasons ...string) {
	_, had := p.left(t)
	rest := slices.DeleteFunc(slices.Clone(p.taboos[t]), func(w why) bool { return slices.Contains(reasons, w.reason) })
	if p.taboos[t] = rest; len(rest) == 0 {
		delete(p.taboos, t)
	}
	for _, h := range p.living() {
		if had && slices.Contains(reasons, reasonUnsubscribe) && h.uses(t) && h.opinions[t.channel].onAccountOfAddress && !p.hasLeft(h, t.channel) {
			h.opine(t.channel, opinion{})
		}
	}
}

// keepOpinions suppresses the addresses that a human who has unsubscribed gives up, unless others have
// them.
func (p *people) keepOpinions(h *human, after []borne) {
	for channel, o := range h.opinions {
		if o.status != unsubscribed {
			continue
		}
		left := addressesOn(after, channel)
		for _, used := range addressesOn(h.addresses, channel) {
			t := taboo{channel, used}
			others := slices.ContainsFunc(p.living(), func(other *human) bool { return other != h && other.uses(t) })
			if !slices.Contains(left, used) && !others {
				if _, is := p.left(t); !is {
					p.taboos[t] = append(p.taboos[t], why{reasonUnsubscribe, o.at, o.source, o.name})
				}
			}
		}
	}
}

// heedTaboos unsubscribes a human who has taken an address that is suppressed because its owner had
// unsubscribed.
func (p *people) heedTaboos(h *human, had []borne) {
	for _, channel := range modelChannels {
		before := addressesOn(had, channel)
		for _, used := range addressesOn(h.addresses, channel) {
			t := taboo{channel, used}
			if w, is := p.left(t); is && h.owns(t) && !slices.Contains(before, used) {
				h.mute(channel, w)
			}
		}
	}
}

// uniteOpinions gives a survivor the stricter of two opinions on each channel.
func uniteOpinions(h, other *human) {
	for channel, o := range other.opinions {
		if o.stricter(h.opinions[channel]) > 0 {
			h.opine(channel, o)
		}
	}
}

// partOpinions gives two who part each its own opinions, unless something was said since. Who unsubscribed
// since may have been either of them. What follows from an address goes with it.
func (p *people) partOpinions(h *human, m *union) {
	now, other := h.opinions, m.absorbed
	for _, channel := range modelChannels {
		said := now[channel]
		theirs := other.opinions[channel]
		switch {
		case said.same(m.opinions[channel]):
			h.opine(channel, m.before.opinions[channel])
		case said.onAccountOfAddress:
			if !p.hasLeft(h, channel) && p.hasLeft(other, channel) {
				h.opine(channel, m.before.opinions[channel])
			}
		case said.status == unsubscribed:
			if theirs.status != unsubscribed {
				other.opine(channel, said)
			}
		case theirs.onAccountOfAddress:
			other.opine(channel, opinion{}) // it was lifted
		}
	}
	p.heedTaboos(h, nil)
	p.heedTaboos(other, nil)
}

// unreached says why a human is not written to on a channel, or at which address it is.
func (p *people) unreached(h *human, channel string) (used, why string) {
	switch {
	case h.ban != nil:
		return "", "blocked"
	case h.opinions[channel].status == unsubscribed:
		return "", "unsubscribed"
	}
	why = "unreachable"
	for _, used := range addressesOn(h.addresses, channel) {
		if len(p.taboos[taboo{channel, used}]) == 0 {
			return used, ""
		}
		why = "suppressed"
	}
	return "", why
}

// reachable are the channels on which a human is written to.
func (p *people) reachable(h *human) (list []string) {
	for _, channel := range modelChannels {
		if _, why := p.unreached(h, channel); why == "" {
			list = append(list, channel)
		}
	}
	return list
}
