package scheduler

import (
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/ndoto/kundi/contacts"
)

// plan is one segment's schedule as the runner sees it: it implements
// cron.Schedule and cron.Job.
type plan struct {
	scheduler *Scheduler
	segment   contacts.ID
	schedule  Schedule
	entry     cron.EntryID

	// first is when the plan runs first. It is set before the runner knows
	// the plan and from then on used by the runner's goroutine alone.
	first time.Time

	// next is when the plan runs next, in nanoseconds since 1970.
	next atomic.Int64

	// missed is the run to catch up on, handed to the first job. It is
	// guarded by Scheduler.mu.
	missed time.Time
}

// Next is called by the runner, once at first and then after every run.
func (p *plan) Next(now time.Time) time.Time {
	at := p.first
	p.first = time.Time{}
	if at.IsZero() {
		at = p.schedule.Next(now)
	}
	p.next.Store(at.UnixNano())
	return at
}

// Run is called by the runner in a goroutine of its own.
func (p *plan) Run() { p.scheduler.run(p) }

// from sets when the plan runs first, given when its segment last ran or, if
// that is later or never was, when the schedule was set. A run that was due
// since then has been missed; of several only the latest is caught up on.
//
// A last run later than the next one was written before the clock was set back;
// counting from it would make the plan wait until the clock is there again.
func (p *plan) from(last, now time.Time) {
	p.first = p.schedule.Next(now)
	if last.After(p.first) {
		last = now
	}
	if p.schedule.every > 0 {
		p.first = p.schedule.Next(last)
		if !p.first.After(now) {
			p.first, p.missed = now, p.first
		}
	} else if due := p.schedule.Last(now); due.After(last) {
		p.first, p.missed = now, due
	}
	p.next.Store(p.first.UnixNano())
}
