package app

import (
	"slices"
	"time"
)

// What changes the people of the model.

// take gives a human other addresses. It is blocked when one that it did not have stays blocked, by
// the block that lasts longest.
func (p *people) take(h *human, list []borne) {
	had, lists := h.claims(), h.addresses
	p.keepOpinions(h, list)
	h.addresses = list
	p.heedTaboos(h, lists)
	p.heed(h, had)
}

// heed blocks a human who has an address that stays blocked, and that it did not have before.
func (p *people) heed(h *human, had []address) {
	if h.ban != nil {
		return
	}
	for _, a := range unique(h.addresses) {
		group, kept := p.kept[a]
		if kept && !slices.Contains(had, a) && (h.ban == nil || longer(p.groups[group], h.ban.until)) {
			h.ban = &ban{until: p.groups[group]}
		}
	}
	if h.ban != nil {
		p.endGroups(h)
	}
}

// groupsOf are the groups of kept addresses of a human.
func (p *people) groupsOf(h *human) (list []int) {
	for _, part := range h.parts() {
		list = append(list, part.number)
	}
	for _, a := range h.claims() {
		if group, kept := p.kept[a]; kept {
			list = append(list, group)
		}
	}
	return list
}

// endGroups lets what is kept of a blocked human end with its block.
func (p *people) endGroups(h *human) {
	for _, group := range p.groupsOf(h) {
		if _, is := p.groups[group]; is {
			p.groups[group] = h.ban.until
		}
	}
}

// keep lets addresses of a blocked human stay blocked.
func (p *people) keep(h *human, list []address) {
	group := h.number
	var fresh []address
	for _, a := range list {
		if has, kept := p.kept[a]; kept {
			group = has
		} else {
			fresh = append(fresh, a)
		}
	}
	for _, a := range fresh {
		p.kept[a] = group
	}
	p.groups[group] = h.ban.until
}

// lift lifts a group of addresses.
func (p *people) lift(group int) {
	for a, of := range p.kept {
		if of == group {
			delete(p.kept, a)
		}
	}
	delete(p.groups, group)
}

// liftOne lifts one address.
func (p *people) liftOne(a address) {
	group, kept := p.kept[a]
	delete(p.kept, a)
	for _, of := range p.kept {
		if of == group {
			return
		}
	}
	if kept {
		delete(p.groups, group)
	}
}

// unban lets a human in again, with all that stays blocked on its account.
func (p *people) unban(h *human) {
	groups := p.groupsOf(h)
	for _, a := range h.claims() {
		p.liftOne(a)
	}
	for _, group := range groups {
		p.lift(group)
	}
	h.ban = nil
}

// merge lets one human absorb another.
func (p *people) merge(h, other *human, id string, chosen []string) {
	m := &union{id: id, absorbed: other, before: *h}
	m.before.addresses = slices.Clone(h.addresses)
	h.addresses = united(h, other, chosen)
	m.merged = slices.Clone(h.addresses)
	if other.ban != nil && (h.ban == nil || longer(other.ban.until, h.ban.until)) {
		h.ban = other.ban
	}
	h.seen = last(h.seen, other.seen)
	h.channels = slices.Concat(h.channels, other.channels)
	uniteOpinions(h, other)
	m.given, m.opinions = h.ban, h.opinions
	h.merges = append(h.merges, m)
	other.into = h
	if h.ban != nil {
		p.endGroups(h)
	}
}

// canPart reports whether the human that was absorbed last can be parted: nobody else has what
// either of the two would have again.
func (p *people) canPart(h *human) bool {
	m := h.merges[len(h.merges)-1]
	own, theirs := partedFrom(h, m)
	return !slices.ContainsFunc(unique(slices.Concat(own, theirs)), func(a address) bool {
		has := p.holder(a)
		return has != nil && has != h
	})
}

// undo parts the human that was absorbed last.
func (p *people) undo(h *human) {
	m := h.merges[len(h.merges)-1]
	other, banned, had := m.absorbed, h.ban, h.claims()
	h.addresses, other.addresses = partedFrom(h, m)
	h.merges, other.into = h.merges[:len(h.merges)-1], nil
	h.seen, h.channels = m.before.seen, m.before.channels
	p.partOpinions(h, m)
	if banned == m.given {
		h.ban = m.before.ban
	}
	if banned == nil || other.ban.over(p.now) {
		other.ban = nil
	}
	if h.ban.over(p.now) {
		h.ban = nil
	}
	if banned != nil && h.ban == nil {
		p.unban(h)
	}
	if other.ban == nil {
		for _, a := range other.claims() {
			p.liftOne(a)
		}
	}
	for _, one := range []*human{h, other} {
		if one.ban != nil {
			p.endGroups(one)
		}
	}
	p.heed(h, had)
}

// remove deletes a human, with all who were merged into it and all that is theirs.
func (p *people) remove(h *human) {
	if h.ban != nil {
		p.keep(h, h.claims())
	}
	p.keepOpinions(h, nil)
	h.deleted = true
	p.forgetOutcomes(h)
	p.held = slices.DeleteFunc(p.held, func(a *aside) bool { return a.of.survivor() == h })
	p.talks = slices.DeleteFunc(p.talks, func(t *thread) bool { return t.of.survivor() == h })
	p.memos = slices.DeleteFunc(p.memos, func(m *memo) bool { return m.of.survivor() == h })
}

// wake ends what is over.
func (p *people) wake() {
	for _, h := range p.living() {
		if h.ban.over(p.now) {
			p.unban(h)
		}
	}
	for group, until := range p.groups {
		if !until.IsZero() && !until.After(p.now) {
			p.lift(group)
		}
	}
	for _, t := range p.talks {
		if t.status == "snoozed" && !t.snoozed.After(p.now) {
			t.status, t.snoozed = "open", time.Time{}
		}
	}
}
