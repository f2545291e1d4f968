package scheduler

import (
	"slices"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// defaultRetries are the pauses before the second, the third and the fourth attempt of a run that
// failed.
var defaultRetries = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute}

// lasting are the kinds of errors that another attempt would meet again: somebody has to change
// the segment.
var lasting = []fault.ErrorKind{fault.KindConflict, fault.KindInvalid, fault.KindGone}

// retryAt returns when a failed run is tried again. It is the zero time if that would not help, if
// there were enough attempts, or if the schedule is due by then anyway. The caller holds mu.
func (s *Scheduler) retryAt(p *plan, r Run, err error) time.Time {
	if slices.Contains(lasting, fault.KindOf(err)) || r.Attempt > len(s.options.Retries) || s.plans[p.segment] != p {
		return time.Time{}
	}
	at := stamp(r.FinishedAt.Add(s.options.Retries[r.Attempt-1]))
	if p.rests(at) {
		at = stamp(time.Unix(0, p.earliest.Load()).Add(time.Millisecond)) // when the rest is over
	}
	if !at.Before(p.following(r.FinishedAt)) {
		return time.Time{}
	}
	return at
}

// retry plans another attempt of a run that failed, before the schedule is due again. The caller
// holds mu.
func (s *Scheduler) retry(segment ledger.ID, at time.Time, attempt int) {
	p := s.plans[segment]
	if p == nil || !p.missed.IsZero() || !at.Before(p.following(s.options.Now())) {
		return
	}
	again := &plan{scheduler: s, segment: segment, schedule: p.schedule, first: at, due: at, attempt: attempt}
	again.earliest.Store(p.earliest.Load())
	again.next.Store(at.UnixNano())
	s.unplan(segment)
	again.entry = s.runner.Schedule(again, again)
	s.plans[segment] = again
}
