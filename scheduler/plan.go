package scheduler

import (
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/ndoto/kundi/ledger"
)

// plan is the schedule of one segment. It implements cron.Schedule and cron.Job
// for the runner.
type plan struct {
	scheduler *Scheduler
	segment   ledger.ID
	schedule  Schedule
	entry     cron.EntryID

	// first is when the plan runs first. It is set before the runner knows
	// the plan and from then on used by the runner's goroutine alone.
	first time.Time

	// earliest is when the segment may run again, in nanoseconds since 1970.
	earliest atomic.Int64

	// next is when the plan runs next, in nanoseconds since 1970.
	next atomic.Int64

	// missed is the run to catch up on, handed to the first job. It is
	// guarded by Scheduler.mu.
	missed time.Time

	// due and attempt are of a first job that tries a failed run again: when it
	// is due, and how many attempts it makes. They are zero for other jobs, and guarded
	// by Scheduler.mu.
	due     time.Time
	attempt int
}

// Next returns when the plan runs next. The runner calls it once at first, and
// then after every run.
func (p *plan) Next(now time.Time) time.Time {
	at := p.first
	p.first = time.Time{}
	if at.IsZero() {
		at = p.after(now)
	}
	p.next.Store(at.UnixNano())
	return at
}

// after returns the first time after now at which the schedule is due and the
// segment does not rest.
func (p *plan) after(now time.Time) time.Time {
	at := p.schedule.Next(now)
	switch earliest := time.Unix(0, p.earliest.Load()); {
	case !at.Before(earliest):
		return at
	case p.schedule.every > 0:
		return earliest.Add(time.Second).Truncate(time.Second)
	default:
		return p.schedule.Next(earliest.Add(-time.Nanosecond))
	}
}

// following returns when the plan runs next after now. The runner may not have asked for that yet, when the
// run that it has just started ends at once.
func (p *plan) following(now time.Time) time.Time {
	if next := time.Unix(0, p.next.Load()); next.After(now) {
		return next
	}
	return p.after(now)
}

// rest keeps the segment from running until a moment.
func (p *plan) rest(until time.Time) {
	p.earliest.Store(until.UnixNano())
	if next := time.Unix(0, p.next.Load()); next.Before(until) {
		p.next.Store(p.after(next.Add(-time.Nanosecond)).UnixNano())
	}
}

// rests reports whether the segment may not run yet.
func (p *plan) rests(now time.Time) bool { return now.UnixNano() < p.earliest.Load() }

// Run refreshes the segment. The runner calls it in a goroutine of its own.
func (p *plan) Run() { p.scheduler.run(p) }

// from sets when the plan runs first. last is when the segment ran last or when
// its schedule was set, whichever is later. Runs that were due since then were
// missed. If there are several, only the latest one is made up for.
//
// If last is later than the next run, the clock was set back since. Then the plan
// counts from now; otherwise it would wait until the clock is at last again.
func (p *plan) from(last, now time.Time) {
	p.first = p.after(now)
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
	if p.rests(p.first) { // only a run that makes up for a missed one can be so early
		p.first = time.Unix(0, p.earliest.Load())
	}
	p.next.Store(p.first.UnixNano())
}
