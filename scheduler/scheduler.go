package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/robfig/cron/v3"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
)

// Runs cost the others processor time, so a segment, and all of them together,
// rest in proportion to what they cost.
const (
	// restOfSegment is for how many times as long as a run took its segment is
	// left alone afterwards: each takes less than a tenth of the time.
	restOfSegment = 10
	// restOfTurn is for how many times as long as a run took its turn is not
	// passed on: all segments together take half of the time of a turn.
	restOfTurn = 1
	// dear is how long a run takes that is worth a line in the log.
	dear = time.Second
)

// author signs the records of runs.
var author = contacts.Author{Source: contacts.SourceSystem, Name: "scheduler"}

// Segments is what the scheduler needs of those it works for.
type Segments interface {
	// EachSchedule calls f for every segment that has a schedule; since is
	// when that was set.
	EachSchedule(ctx context.Context, f func(segment contacts.ID, cron, zone string, since time.Time) error) error
	// Refresh takes a snapshot of the segment. A segment that is gone is an
	// error of KindNotFound.
	Refresh(ctx context.Context, segment contacts.ID) (Result, error)
}

// Options of a Scheduler. The zero value works.
type Options struct {
	// Concurrency is how many refreshes run at once, by default as many as half
	// of the processors, at least one. The others wait, and the one that has been
	// due for longest is next.
	Concurrency int
	// Keep is how many runs of a segment are remembered, 100 by default.
	Keep int
	// Now is the clock that runs are stamped and caught up by; time.Now by
	// default. The runner beneath always follows time.Now.
	Now func() time.Time
	// Logger is told of failures; slog.Default by default.
	Logger *slog.Logger
	// Registerer takes the metrics; they are not registered when nil.
	Registerer prometheus.Registerer
}

func (o Options) withDefaults() Options {
	if o.Concurrency <= 0 {
		o.Concurrency = max(1, runtime.GOMAXPROCS(0)/2)
	}
	if o.Keep <= 0 {
		o.Keep = 100
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}

// Scheduler runs the refreshes of all segments. Its methods are safe for
// concurrent use. A run leaves its record when it ends, so one that was cut
// off by Stop or by a crash is caught up on at the next Start.
type Scheduler struct {
	options  Options
	history  history
	metrics  metrics
	runner   *cron.Cron
	turns    turns
	ctx      context.Context
	cancel   context.CancelFunc
	segments Segments // set by Start, before any run

	mu      sync.Mutex
	started bool
	stopped bool
	plans   map[contacts.ID]*plan
	running map[contacts.ID]bool      // has a run that waits for its turn, goes on, or rests
	failing map[contacts.ID]struct{}  // the last run failed, or the schedule cannot be read
	rested  map[contacts.ID]time.Time // when the segment may run again, while that is to come
}

// New returns a scheduler that keeps its history in the store. It does
// nothing until Start.
func New(store Store, options Options) (*Scheduler, error) {
	options = options.withDefaults()
	ctx, cancel := context.WithCancel(context.Background())
	s := &Scheduler{
		options: options,
		history: history{store: store, keep: options.Keep},
		runner:  cron.New(cron.WithLocation(time.UTC), cron.WithLogger(cron.DiscardLogger)),
		turns:   turns{free: options.Concurrency},
		ctx:     ctx,
		cancel:  cancel,
		plans:   make(map[contacts.ID]*plan),
		running: make(map[contacts.ID]bool),
		rested:  make(map[contacts.ID]time.Time),
		failing: make(map[contacts.ID]struct{}),
	}
	var err error
	if s.metrics, err = newMetrics(options.Registerer, s.countFailing); err != nil {
		cancel()
		return nil, err
	}
	return s, nil
}

// Start plans every segment that has a schedule, catches up on what was
// missed since its last run, once each, and returns with the runner going.
// ctx bounds Start alone.
func (s *Scheduler) Start(ctx context.Context, segments Segments) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started || s.stopped {
		return errors.New("scheduler: started twice")
	}
	s.segments = segments
	err := segments.EachSchedule(ctx, func(segment contacts.ID, line, zone string, since time.Time) error {
		last, found, err := s.history.last(ctx, segment)
		if err != nil {
			return err
		}
		if found {
			s.rest(segment, last)
		}
		s.plan(segment, line, zone, lastRun(last, found, since))
		if last.Outcome == Failed {
			s.note(segment, Failed)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("plan the segments: %w", err)
	}
	// The runner sleeps by a clock that stands still while the machine does.
	// Waking every minute bounds how late a run can be after that.
	s.runner.Schedule(cron.Every(time.Minute), cron.FuncJob(func() {}))
	s.runner.Start()
	s.started = true
	return nil
}

// lastRun is the moment after which runs count as missed.
func lastRun(last Run, found bool, since time.Time) time.Time {
	if !found {
		return since
	}
	at := last.ScheduledFor
	if last.StartedAt.After(at) {
		at = last.StartedAt
	}
	if since.After(at) {
		return since
	}
	return at
}

// Stop ends the runner, cuts off the refreshes that run and waits for them.
// It may be called more than once, and without Start.
func (s *Scheduler) Stop() {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	idle := s.runner.Stop()
	s.cancel()
	<-idle.Done()
}

// Plan sets the schedule of a segment from now on, in place of any it had.
// An empty line removes it. Before Start it does nothing: Start asks for the
// schedules itself.
func (s *Scheduler) Plan(segment contacts.ID, line, zone string, since time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started && !s.stopped {
		s.plan(segment, line, zone, since)
	}
}

// Forget removes the schedule of a segment that was deleted, and its history.
func (s *Scheduler) Forget(ctx context.Context, segment contacts.ID) error {
	s.mu.Lock()
	s.unplan(segment)
	delete(s.rested, segment)
	delete(s.failing, segment)
	s.mu.Unlock()
	s.metrics.forget(segment)
	return s.history.forget(ctx, segment)
}

// NextRun is when the segment is refreshed next; it has no schedule when !ok.
func (s *Scheduler) NextRun(segment contacts.ID) (at time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.plans[segment]
	if p == nil || s.stopped {
		return time.Time{}, false
	}
	return time.Unix(0, p.next.Load()).UTC(), true
}

// Runs returns up to limit runs of the segment that were scheduled before a
// moment (zero for the newest), newest first.
func (s *Scheduler) Runs(ctx context.Context, segment contacts.ID, before time.Time, limit int) ([]Run, error) {
	return s.history.list(ctx, segment, before, limit)
}

// plan needs mu.
func (s *Scheduler) plan(segment contacts.ID, line, zone string, last time.Time) {
	s.unplan(segment)
	if line == "" {
		delete(s.failing, segment)
		return
	}
	schedule, lineFault, zoneFault := Parse(line, zone)
	if lineFault != "" || zoneFault != "" {
		// It was good when it was set; the zone may have gone from the
		// machine's list since.
		s.options.Logger.Error("a schedule cannot be read; its segment is not refreshed", "segment", segment)
		s.failing[segment] = struct{}{}
		return
	}
	p := &plan{scheduler: s, segment: segment, schedule: schedule}
	if until, rests := s.rested[segment]; rests {
		p.earliest.Store(until.UnixNano())
	}
	p.from(last, s.options.Now())
	p.entry = s.runner.Schedule(p, p)
	s.plans[segment] = p
}

// unplan needs mu.
func (s *Scheduler) unplan(segment contacts.ID) {
	if p := s.plans[segment]; p != nil {
		s.runner.Remove(p.entry)
		delete(s.plans, segment)
	}
}

// run is one run of a plan, from waiting for its turn to its record.
func (s *Scheduler) run(p *plan) {
	now := s.options.Now()
	r := Run{StartedAt: now}
	overlaps, ok := s.enter(p, &r)
	switch {
	case !ok:
		return
	case overlaps:
		r.Outcome, r.FinishedAt = Skipped, now
		s.record(p.segment, r)
		return
	}
	defer s.leave(p.segment)

	if s.turns.take(s.ctx, r.ScheduledFor) != nil {
		return
	}
	defer s.turns.give()
	r.StartedAt = s.options.Now()
	result, err := s.refresh(p.segment)
	r.FinishedAt = s.options.Now()
	switch {
	case err != nil && (s.ctx.Err() != nil || fault.KindOf(err) == fault.KindNotFound):
		return // cut off, to be caught up on; or there is nothing left to refresh
	case err != nil:
		r.Outcome, r.Error = Failed, problem(err)
		s.options.Logger.Error("a scheduled refresh failed", "segment", p.segment, "problem", r.Error, "error", err)
	case result.Unchanged:
		r.Outcome, r.Result = Unchanged, &result
	default:
		r.Outcome, r.Result = Succeeded, &result
	}
	s.metrics.spent(p.segment, r.Took())
	s.mu.Lock()
	s.rest(p.segment, r)
	s.note(p.segment, r.Outcome)
	s.mu.Unlock()
	if r.Took() >= dear {
		next, _ := s.NextRun(p.segment)
		s.options.Logger.Warn("a scheduled refresh took long", "segment", p.segment, "by", result.By.Name, "took", r.Took(), "next", next)
	}
	s.record(p.segment, r)
	s.pause(restOfTurn * r.Took())
}

// rest has a segment left alone after a run. It needs mu. A run that ends in the
// future was written before the clock was set back.
func (s *Scheduler) rest(segment contacts.ID, r Run) {
	now, ended := s.options.Now(), r.FinishedAt
	if ended.After(now) {
		ended = now
	}
	until := ended.Add(restOfSegment * r.Took())
	for id, over := range s.rested {
		if !over.After(now) {
			delete(s.rested, id)
		}
	}
	s.rested[segment] = until
	if p := s.plans[segment]; p != nil {
		p.rest(until)
	}
}

// pause waits for a while, or until the scheduler stops.
func (s *Scheduler) pause(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.ctx.Done():
	}
}

// enter claims the segment for a run, and fills in what the run was scheduled
// for. A plan that was replaced while its job was on the way does not run, nor
// one whose segment rests.
func (s *Scheduler) enter(p *plan, r *Run) (overlaps, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plans[p.segment] != p || p.rests(r.StartedAt) {
		return false, false
	}
	r.ScheduledFor = p.missed
	r.CatchUp = !p.missed.IsZero()
	p.missed = time.Time{}
	if r.ScheduledFor.IsZero() {
		r.ScheduledFor = p.schedule.Last(r.StartedAt)
	}
	if r.ScheduledFor.IsZero() {
		r.ScheduledFor = r.StartedAt // @every
	}
	if s.running[p.segment] {
		return true, true
	}
	s.running[p.segment] = true
	return false, true
}

func (s *Scheduler) leave(segment contacts.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, segment)
}

// refresh turns a panic into an error: one segment must not end the program.
func (s *Scheduler) refresh(segment contacts.ID) (result Result, err error) {
	defer func() {
		if r := recover(); r != nil {
			s.options.Logger.Error("a scheduled refresh panicked", "segment", segment, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return s.segments.Refresh(s.ctx, segment)
}

// record writes the run down. It does so even while Stop waits, since the
// work is done.
func (s *Scheduler) record(segment contacts.ID, r Run) {
	s.metrics.observe(r)
	r.ScheduledFor, r.StartedAt, r.FinishedAt = stamp(r.ScheduledFor), stamp(r.StartedAt), stamp(r.FinishedAt)
	if err := s.history.add(context.WithoutCancel(s.ctx), segment, r); err != nil {
		s.options.Logger.Error("the record of a run was not kept", "segment", segment, "error", err)
	}
}

// stamp is a moment as records keep it.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
