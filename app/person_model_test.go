package app

import (
	"slices"
	"time"
)

// The model of people that TestPeopleAreWhatTheModelSays compares with the program: plain lists and
// maps, in which each rule is written as the contract says it.

// ban is a block.
type ban struct {
	reason string
	until  time.Time // zero for never
}

func (b *ban) over(now time.Time) bool { return b != nil && !b.until.IsZero() && !b.until.After(now) }

// longer reports whether an end of a block is later than another.
func longer(a, b time.Time) bool { return !b.IsZero() && (a.IsZero() || a.After(b)) }

// human is a contact.
type human struct {
	number    int // in the order in which they were made
	id        string
	deleted   bool
	into      *human // that has absorbed it, nil for none
	merges    []*union
	addresses []borne // those of each kind in their order, the primary one first
	ban       *ban
	seen      time.Time          // as somebody wrote it
	channels  []string           // as somebody wrote them
	opinions  map[string]opinion // by channel; never changed in place
}

// union is a merge into a human, with what both were before it.
type union struct {
	id       string
	absorbed *human
	before   human
	given    *ban               // the block that the survivor had after it
	merged   []borne            // the addresses that it had after it
	opinions map[string]opinion // that it had after it
}

func (h *human) live() bool { return h != nil && !h.deleted && h.into == nil }

// survivor is who a human is now.
func (h *human) survivor() *human {
	for h.into != nil {
		h = h.into
	}
	return h
}

// parts are a human and all who were merged into it.
func (h *human) parts() []*human {
	list := []*human{h}
	for _, m := range h.merges {
		list = append(list, m.absorbed.parts()...)
	}
	return list
}

// thread is a conversation.
type thread struct {
	id, channel, status, assignee                        string
	of                                                   *human // the bearer
	snoozed, resolved                                    time.Time
	created, latest, latestInbound, replied, repliedLast time.Time
	inbound                                              int
	said                                                 []utterance // in the order in which they arrived
}

type utterance struct {
	id, text, direction string
	source              string
	at                  time.Time
	reply               bool // an agent or an assistant wrote it
	order               int  // in which it arrived, among all
}

// memo is a note.
type memo struct {
	id, text string
	pinned   bool
	of       *human
	at       time.Time
	versions []string
}

// aside is a message of somebody who is blocked.
type aside struct {
	utterance
	channel string
	of      *human // the bearer
}

// people are all that there is.
type people struct {
	now    time.Time
	humans []*human // in the order in which they were made
	talks  []*thread
	memos  []*memo
	held   []*aside
	said   int               // messages that arrived
	kept   map[address]int   // the addresses that stay blocked, with their groups
	groups map[int]time.Time // when each is over, zero for never

	taboos   map[taboo][]why // the addresses that are suppressed
	clubs    []*club
	sendings []*sending
	outcomes map[reported]outcome
}

// nobody are people of whom there are none yet.
func nobody(now time.Time) people {
	return people{now: now, kept: map[address]int{}, groups: map[int]time.Time{}, taboos: map[taboo][]why{}, outcomes: map[reported]outcome{}}
}

func (p *people) living() []*human {
	return slices.DeleteFunc(slices.Clone(p.humans), func(h *human) bool { return !h.live() })
}

// talksOf are the conversations of a human, in the order in which they began here.
func (p *people) talksOf(h *human) []*thread {
	return slices.DeleteFunc(slices.Clone(p.talks), func(t *thread) bool { return t.of.survivor() != h })
}

// memosOf are the notes about a human, the newest first.
func (p *people) memosOf(h *human) []*memo {
	list := slices.DeleteFunc(slices.Clone(p.memos), func(m *memo) bool { return m.of.survivor() != h })
	slices.Reverse(list)
	slices.SortStableFunc(list, func(a, b *memo) int { return b.at.Compare(a.at) })
	return list
}

// saidBefore is the message of a channel with a source id, with its conversation.
func (p *people) saidBefore(channel, source string) (*thread, *utterance) {
	for _, t := range p.talks {
		for i := range t.said {
			if t.channel == channel && source != "" && t.said[i].source == source && !t.of.survivor().deleted {
				return t, &t.said[i]
			}
		}
	}
	return nil, nil
}

// messages are those of a conversation, the oldest first.
func (t *thread) messages() []utterance {
	list := slices.Clone(t.said)
	slices.SortStableFunc(list, func(a, b utterance) int { return a.at.Compare(b.at) })
	return list
}

// reopenWithin is how long a resolved conversation takes messages.
const reopenWithin = 7 * 24 * time.Hour

// joined is the conversation that a message of a bearer joins, nil for none.
func (p *people) joined(bearer *human, channel string, at time.Time) *thread {
	var resolved *thread
	for _, t := range slices.Backward(p.talks) {
		switch {
		case t.of != bearer || t.channel != channel:
		case t.status != "resolved":
			return t
		case resolved == nil && at.Before(t.resolved.Add(reopenWithin)):
			resolved = t
		}
	}
	return resolved
}

// hold keeps a message aside, each with a source id once.
func (p *people) hold(bearer *human, channel string, u utterance) {
	if u.source == "" || !slices.ContainsFunc(p.held, func(a *aside) bool { return a.channel == channel && a.source == u.source }) {
		p.held = append(p.held, &aside{u, channel, bearer})
	}
}

// unhold forgets a message that was kept aside and has come again.
func (p *people) unhold(channel, source string) {
	p.held = slices.DeleteFunc(p.held, func(a *aside) bool { return source != "" && a.channel == channel && a.source == source })
}

// say adds a message to a conversation, which an inbound one opens that is not older than what is
// there.
func (p *people) say(t *thread, u utterance) {
	if u.direction == "inbound" && len(t.said) > 0 && !u.at.Before(t.latest) && !u.at.Before(t.resolved) {
		t.status, t.resolved, t.snoozed = "open", time.Time{}, time.Time{}
	}
	p.count(t, u)
}

// count adds a message to a conversation whose status it leaves as it is.
func (p *people) count(t *thread, u utterance) {
	p.said++
	u.order = p.said
	t.said = append(t.said, u)
	t.created, t.latest = first(t.created, u.at), last(t.latest, u.at)
	switch {
	case u.direction == "inbound":
		t.inbound++
		t.latestInbound = last(t.latestInbound, u.at)
	case u.reply:
		t.replied, t.repliedLast = first(t.replied, u.at), last(t.repliedLast, u.at)
	}
}

// first and last are the earlier and the later of two moments, of which either may be none.
func first(a, b time.Time) time.Time {
	switch {
	case a.IsZero():
		return b
	case b.IsZero() || a.Before(b):
		return a
	}
	return b
}

func last(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// figures are what a human shows of its conversations.
type figures struct {
	talks, open                               int
	latest, replied, repliedLast, lastInbound time.Time
	channels                                  []string
}

func (p *people) figuresOf(h *human) (f figures) {
	for _, t := range p.talksOf(h) {
		f.talks++
		if t.status == "open" {
			f.open++
		}
		f.latest, f.lastInbound = last(f.latest, t.latest), last(f.lastInbound, t.latestInbound)
		f.replied, f.repliedLast = first(f.replied, t.replied), last(f.repliedLast, t.repliedLast)
		f.channels = append(f.channels, t.channel)
	}
	return f
}

// seenAt and reachedBy are when a human was last seen and by what, of its own and of what it wrote.
func (p *people) seenAt(h *human) time.Time { return last(h.seen, p.figuresOf(h).lastInbound) }

func (p *people) reachedBy(h *human) []string {
	list := slices.Concat(h.channels, p.figuresOf(h).channels)
	slices.Sort(list)
	return slices.Compact(list)
}
