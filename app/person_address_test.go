package app

import (
	"slices"
	"strings"
)

// address is an e-mail, "email:a@x.example", a phone number, "phone:+254...", an identifier,
// "identifier:k1", or an identity, "whatsapp:1".
type address string

// Kinds of addresses. Of each a person has a list of its own.
const (
	anEmail      = "email"
	aPhone       = "phone"
	anIdentifier = "identifier"
	anIdentity   = "identity"
)

func (a address) kind() string {
	switch before, _, _ := strings.Cut(string(a), ":"); before {
	case anEmail, aPhone, anIdentifier:
		return before
	}
	return anIdentity
}

func (a address) channel() string {
	channel, _, _ := strings.Cut(string(a), ":")
	return channel
}

func (a address) value() string {
	_, value, _ := strings.Cut(string(a), ":")
	return value
}

// listed reports whether people have a list of addresses of the kind, of which one is primary.
func (a address) listed() bool { return a.kind() == anEmail || a.kind() == aPhone }

// borne is an address of a person, with the one whose it is: the person, or one that was merged
// into it. A shared one is nobody's alone: nobody is found by it.
type borne struct {
	address address
	of      *human
	shared  bool
}

// find is the place of an address in a list, -1 for none.
func find(list []borne, a address) int {
	return slices.IndexFunc(list, func(b borne) bool { return b.address == a })
}

// ofKind are the addresses of a list that are of a kind.
func ofKind(list []borne, kind string) []borne {
	return slices.DeleteFunc(slices.Clone(list), func(b borne) bool { return b.address.kind() != kind })
}

// firstOf is the primary address of a kind, the zero one for none.
func firstOf(list []borne, kind string) (b borne) {
	if of := ofKind(list, kind); len(of) > 0 {
		return of[0]
	}
	return b
}

func (h *human) at(a address) int { return find(h.addresses, a) }

// signs are the addresses by which one who was merged into another is found whatever becomes of
// the lists of that one: its primary e-mail and phone number, and its identifier.
func (h *human) signs() (list []address) {
	for _, kind := range []string{anEmail, aPhone, anIdentifier} {
		if b := firstOf(h.addresses, kind); b.address != "" && !b.shared {
			list = append(list, b.address)
		}
	}
	return list
}

// absorbed are all who were merged into a human, each behind those that it had absorbed itself.
func (h *human) absorbed() (list []*human) {
	for _, m := range h.merges {
		list = append(append(list, m.absorbed.absorbed()...), m.absorbed)
	}
	return list
}

// unique are the addresses of a list that are of one person alone.
func unique(list []borne) (only []address) {
	for _, b := range list {
		if !b.shared {
			only = append(only, b.address)
		}
	}
	return only
}

// claims are the addresses by which a human is found.
func (h *human) claims() []address {
	list := unique(h.addresses)
	for _, part := range h.absorbed() {
		for _, a := range part.signs() {
			if !slices.Contains(list, a) {
				list = append(list, a)
			}
		}
	}
	return list
}

// bearer is whose an address of a human is: that of the merged one with which it came, or which had
// it, else its own.
func (h *human) bearer(a address) *human {
	of := h
	if at := h.at(a); at >= 0 && !h.addresses[at].shared {
		of = h.addresses[at].of
	}
	for _, part := range h.absorbed() {
		if part == of || slices.Contains(part.signs(), a) {
			return part
		}
	}
	return h
}

// has reports whether a human is meant by an address in filters, which know shared ones, too.
func (h *human) has(a address) bool { return h.at(a) >= 0 || slices.Contains(h.claims(), a) }

// holder is who is found by an address, nil for nobody.
func (p *people) holder(a address) *human {
	for _, h := range p.humans {
		if h.live() && slices.Contains(h.claims(), a) {
			return h
		}
	}
	return nil
}

// united are the addresses of two who are merged: those of the absorbed one behind those of the
// survivor. Of the chosen kinds its primary one, or its identities, come first.
func united(h, other *human, chosen []string) []borne {
	list := slices.Clone(h.addresses)
	for _, b := range other.addresses {
		if find(list, b.address) < 0 {
			list = append(list, b)
		}
	}
	for _, kind := range chosen {
		theirs := ofKind(other.addresses, kind)
		if kind != anIdentity {
			theirs = theirs[:min(1, len(theirs))]
		}
		for i, b := range theirs {
			at := find(list, b.address)
			b = list[at] // as the survivor has it
			list = slices.Insert(slices.Delete(list, at, at+1), i, b)
		}
	}
	return list
}

// partedFrom are the addresses of a survivor and of the one that parts from it.
func partedFrom(h *human, m *union) (own, theirs []borne) {
	parts, had := m.absorbed.parts(), m.absorbed.addresses
	theirs = slices.Clone(had)
	for _, b := range h.addresses {
		if slices.Contains(parts, b.of) && find(theirs, b.address) < 0 {
			theirs = append(theirs, b)
		}
	}
	gone := func(b borne) bool {
		return slices.Contains(parts, b.of) || !b.shared && slices.Contains(unique(had), b.address)
	}
	for _, kind := range []string{anEmail, aPhone, anIdentifier, anIdentity} {
		now, before := ofKind(h.addresses, kind), m.before.addresses
		var list []borne
		for _, b := range now {
			at := find(before, b.address)
			switch {
			case !gone(b):
				list = append(list, b)
			case at >= 0:
				list = append(list, before[at])
			}
		}
		if len(now) > 0 && now[0].address.listed() {
			list = firstAgain(list, now[0], gone(now[0]), firstOf(m.merged, kind), firstOf(before, kind))
		}
		own = append(own, list...)
	}
	return own, theirs
}

// firstAgain gives a list of addresses the primary one that was it before a merge, unless somebody
// made another one primary since that does not go.
func firstAgain(list []borne, now borne, goes bool, merged, before borne) []borne {
	changed := now.address != merged.address || now.shared != merged.shared
	if before.address == "" || changed && !goes {
		return list
	}
	list = slices.DeleteFunc(list, func(b borne) bool { return b.address == before.address })
	return append([]borne{before}, list...)
}
