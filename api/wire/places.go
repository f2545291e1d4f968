package wire

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// places bounds how many heavy questions are worked on at once, and shares
// them fairly. Whoever finds no place waits in the line of its key; a place
// that becomes free goes to the first of the next line, in turn (fair queueing
// by round robin). So a key waits for as many questions as there are other keys
// that wait, however many questions each of them has asked. No key has more
// than its share at once: one that keeps all of it busy leaves the rest to
// others.
//
// It is safe for concurrent use. Waiting is bounded by patience, and the length
// of a line by what a key may have under way.
type places struct {
	each int // how many one key may have at once

	mu    sync.Mutex // guards all below
	free  int
	lines map[*usage]*line
	turns []*line // those in which somebody waits, the next first
}

// line is what one key has and waits for.
type line struct {
	who     *usage
	held    int
	waiting []*ticket
}

// ticket is one who waits. Granted is closed when there is a place for it.
type ticket struct{ granted chan struct{} }

func newPlaces(total, each int) *places {
	return &places{each: each, free: total, lines: map[*usage]*line{}}
}

// take waits for a place, for so long at most; give returns it. It fails with a
// problem when patience ends, and with the error of ctx when that ends.
func (p *places) take(ctx context.Context, who *usage, patience time.Duration) error {
	t := p.ask(who)
	select { // most never wait
	case <-t.granted:
		return nil
	default:
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	var err error
	select {
	case <-t.granted:
		return nil
	case <-timer.C:
		err = busy()
	case <-ctx.Done():
		err = ctx.Err()
	}
	if !p.withdraw(who, t) { // it was granted in the same moment
		p.give(who)
	}
	return err
}

// ask joins the line of a key.
func (p *places) ask(who *usage) *ticket {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lines[who]
	if l == nil {
		l = &line{who: who}
		p.lines[who] = l
	}
	t := &ticket{granted: make(chan struct{})}
	if len(l.waiting) == 0 {
		p.turns = append(p.turns, l)
	}
	l.waiting = append(l.waiting, t)
	p.grant()
	return t
}

// withdraw leaves the line; false when there is a place already.
func (p *places) withdraw(who *usage, t *ticket) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lines[who]
	if l == nil {
		return false
	}
	at := slices.Index(l.waiting, t)
	if at < 0 {
		return false
	}
	l.waiting = slices.Delete(l.waiting, at, at+1)
	if len(l.waiting) == 0 {
		p.turns = slices.DeleteFunc(p.turns, func(other *line) bool { return other == l })
		p.dropIfEmpty(l)
	}
	return true
}

// give returns the place of a key.
func (p *places) give(who *usage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lines[who]
	l.held--
	p.free++
	p.grant()
	p.dropIfEmpty(l)
}

// grant gives away what is free.
func (p *places) grant() {
	for p.free > 0 {
		at := slices.IndexFunc(p.turns, func(l *line) bool { return l.held < p.each })
		if at < 0 {
			return
		}
		l := p.turns[at]
		p.turns = slices.Delete(p.turns, at, at+1)
		close(l.waiting[0].granted)
		l.waiting = l.waiting[1:]
		l.held++
		p.free--
		if len(l.waiting) > 0 {
			p.turns = append(p.turns, l) // behind the others
		}
	}
}

// dropIfEmpty forgets a line that is not used any more.
func (p *places) dropIfEmpty(l *line) {
	if l.held == 0 && len(l.waiting) == 0 {
		delete(p.lines, l.who)
	}
}

// register adds the metric of those that wait.
func (p *places) register(registerer prometheus.Registerer) error {
	return registerer.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "kundi_http_heavy_questions_waiting",
		Help: "Heavy questions (searches, counts, lists and the like) that wait until a processor may work on them.",
	}, func() float64 { _, waiting := p.load(); return float64(waiting) }))
}

// load is how many places are taken, and how many wait for one.
func (p *places) load() (taken, waiting int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.lines {
		taken, waiting = taken+l.held, waiting+len(l.waiting)
	}
	return taken, waiting
}

// LoadOf is the same of one key.
func (p *places) loadOf(who *usage) (taken, waiting int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.lines[who]; l != nil {
		return l.held, len(l.waiting)
	}
	return 0, 0
}
