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

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// Runs take processor time from requests. So there is a pause after each run, as
// a multiple of its duration.
const (
	// restOfSegment: after a run of one second, its segment has no run for ten
	// seconds. So a segment runs for less than a tenth of the time.
	restOfSegment = 10
	// restOfTurn: after a run of one second, no other segment gets its turn for
	// one second. So all segments together use half of the time of each turn.
	restOfTurn = 1
	// longRun is the duration from which a run is logged.
	longRun = time.Second
)

// author is the author of the stored runs.
var author = ledger.Author{Source: ledger.SourceSystem, Name: "scheduler"}

// Segments is the part of the service of segments that the scheduler uses.
type Segments interface {
	// EachSchedule calls f for every segment that has a schedule. since is when
	// the schedule was set. It stops at the first error of f and returns it.
	EachSchedule(ctx context.Context, f func(segment ledger.ID, cron, zone string, jitter time.Duration, since time.Time) error) error
	// Refresh evaluates the segment and stores a snapshot. If the segment does
	// not exist, the error is of KindNotFound.
	Refresh(ctx context.Context, segment ledger.ID) (Result, error)
}

// Options of a Scheduler. The zero value works.
type Options struct {
	// Concurrency is how many refreshes run at once. By default it is half the
	// number of processors, and at least one. Of the runs that wait, the one that
	// has been due for longest is next.
	Concurrency int
	// Retries are the pauses before each further attempt of a run that failed, by
	// default one, five and fifteen minutes. The next run of the schedule takes the
	// place of attempts that would come after it. An empty list means one attempt.
	Retries []time.Duration
	// Keep is how many runs of a segment are stored, 100 by default.
	Keep int
	// Now is the clock for the times of runs and for finding missed runs,
	// time.Now by default. The times at which schedules wake always follow
	// time.Now.
	Now func() time.Time
	// Logger gets failures and long runs, slog.Default() by default.
	Logger *slog.Logger
	// Registerer registers the metrics. If it is nil, they are not registered.
	Registerer prometheus.Registerer
}

func (o Options) withDefaults() Options {
	if o.Concurrency <= 0 {
		o.Concurrency = max(1, runtime.GOMAXPROCS(0)/2)
	}
	if o.Keep <= 0 {
		o.Keep = 100
	}
	if o.Retries == nil {
		o.Retries = defaultRetries
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}

// Scheduler refreshes all segments that have a schedule. Its methods are safe for
// concurrent use. A run is stored when it ends. So the next Start makes up for a
// run that Stop or a crash has cut off.
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
	plans   map[ledger.ID]*plan
	running map[ledger.ID]bool      // segments with a run that waits for its turn, goes on, or rests
	failing map[ledger.ID]struct{}  // segments whose last run failed or whose schedule cannot be read
	rested  map[ledger.ID]time.Time // when the segment may run again, if that is in the future
}

// New returns a scheduler that keeps its runs in the store, and none of a segment that is not
// in the collection of segments any more. It runs nothing
// before Start. The error is one of registering the metrics.
func New(store Store, segments ledger.Collection, options Options) (*Scheduler, error) {
	options = options.withDefaults()
	ctx, cancel := context.WithCancel(context.Background())
	s := &Scheduler{
		options: options,
		history: history{store: store, segments: segments, keep: options.Keep},
		runner:  cron.New(cron.WithLocation(time.UTC), cron.WithLogger(cron.DiscardLogger)),
		turns:   turns{free: options.Concurrency},
		ctx:     ctx,
		cancel:  cancel,
		plans:   make(map[ledger.ID]*plan),
		running: make(map[ledger.ID]bool),
		rested:  make(map[ledger.ID]time.Time),
		failing: make(map[ledger.ID]struct{}),
	}
	var err error
	if s.metrics, err = newMetrics(options.Registerer, s.countFailing); err != nil {
		cancel()
		return nil, err
	}
	return s, nil
}

// Start plans every segment that has a schedule. If a segment has missed runs
// since its last one, Start plans one run at once to make up for them. ctx limits
// Start alone; the runs go on until Stop. A second Start is an error.
func (s *Scheduler) Start(ctx context.Context, segments Segments) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started || s.stopped {
		return errors.New("scheduler: started twice")
	}
	s.segments = segments
	err := segments.EachSchedule(ctx, func(segment ledger.ID, line, zone string, jitter time.Duration, since time.Time) error {
		last, found, err := s.history.last(ctx, segment)
		if err != nil {
			return err
		}
		if found {
			s.rest(segment, last)
		}
		s.plan(segment, line, zone, jitter, lastRun(last, found, since))
		if last.Outcome == Failed {
			s.noteOutcome(segment, Failed)
		}
		if at := last.RetryAt; !at.IsZero() && !since.After(last.ScheduledFor) {
			s.retry(segment, latest(at, s.options.Now()), last.Attempt+1)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("plan the segments: %w", err)
	}
	// The runner sleeps by a clock that stands still while the machine is
	// suspended. Because it wakes every minute, a run is at most a minute late
	// after that.
	s.runner.Schedule(cron.Every(time.Minute), cron.FuncJob(func() {}))
	s.runner.Start()
	s.started = true
	return nil
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// lastRun returns the moment after which runs count as missed. since is when the
// schedule was set.
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

// Stop ends the runner. It cancels the refreshes that are running, and waits
// until they have returned. It may be called more than once, and without Start.
func (s *Scheduler) Stop() {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	idle := s.runner.Stop()
	s.cancel()
	<-idle.Done()
}

// Plan sets the schedule of a segment from now on and replaces the former one. An
// empty line removes the schedule. All runs are late by the same part of jitter, which the id
// decides, so that segments with one line do not all run at once. Runs that were due before since do not count
// as missed. Before Start, Plan does nothing: Start reads all schedules itself.
func (s *Scheduler) Plan(segment ledger.ID, line, zone string, jitter time.Duration, since time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started && !s.stopped {
		s.plan(segment, line, zone, jitter, since)
	}
}

// Forget removes the schedule and the stored runs of a deleted segment.
func (s *Scheduler) Forget(ctx context.Context, segment ledger.ID) error {
	s.mu.Lock()
	s.unplan(segment)
	delete(s.rested, segment)
	delete(s.failing, segment)
	s.mu.Unlock()
	s.metrics.forget(segment)
	return s.history.forget(ctx, segment)
}

// NextRun returns when the segment will be refreshed next, in UTC. ok is false if
// it has no schedule.
func (s *Scheduler) NextRun(segment ledger.ID) (at time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.plans[segment]
	if p == nil || s.stopped {
		return time.Time{}, false
	}
	return time.Unix(0, p.next.Load()).UTC(), true
}

// Runs returns up to limit runs of a segment, newest first. It returns those that
// were scheduled before the given time; the zero time means the newest.
func (s *Scheduler) Runs(ctx context.Context, segment ledger.ID, before time.Time, limit int) ([]Run, error) {
	return s.history.list(ctx, segment, before, limit)
}

// plan sets the schedule of a segment. The caller holds mu.
func (s *Scheduler) plan(segment ledger.ID, line, zone string, jitter time.Duration, last time.Time) {
	s.unplan(segment)
	if line == "" {
		delete(s.failing, segment)
		return
	}
	schedule, lineFault, zoneFault := Parse(line, zone)
	if lineFault != "" || zoneFault != "" {
		// The schedule was valid when it was set. The machine may have lost
		// the time zone since.
		s.options.Logger.Error("a schedule cannot be read; its segment is not refreshed", "segment", segment)
		s.failing[segment] = struct{}{}
		return
	}
	p := &plan{scheduler: s, segment: segment, schedule: schedule.delayed(segment, jitter)}
	if until, rests := s.rested[segment]; rests {
		p.earliest.Store(until.UnixNano())
	}
	p.from(last, s.options.Now())
	p.entry = s.runner.Schedule(p, p)
	s.plans[segment] = p
}

// unplan removes the schedule of a segment. The caller holds mu.
func (s *Scheduler) unplan(segment ledger.ID) {
	if p := s.plans[segment]; p != nil {
		s.runner.Remove(p.entry)
		delete(s.plans, segment)
	}
}

// run waits for a turn, refreshes the segment of a plan and stores the run.
func (s *Scheduler) run(p *plan) {
	now := s.options.Now()
	r := Run{StartedAt: now}
	overlaps, ok := s.enter(p, &r)
	switch {
	case !ok:
		return
	case overlaps:
		r.Outcome, r.FinishedAt = Skipped, now
		s.storeRun(p.segment, r)
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
		return // Stop cut it off, and the next Start makes up for it; or the segment is deleted
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
	s.noteOutcome(p.segment, r.Outcome)
	if r.Outcome == Failed {
		if r.RetryAt = s.retryAt(p, r, err); !r.RetryAt.IsZero() {
			s.retry(p.segment, r.RetryAt, r.Attempt+1)
		}
	}
	s.mu.Unlock()
	if r.Took() >= longRun {
		next, _ := s.NextRun(p.segment)
		s.options.Logger.Warn("a scheduled refresh took long", "segment", p.segment, "by", result.By.Name, "took", r.Took(), "next", next)
	}
	s.storeRun(p.segment, r)
	s.pause(restOfTurn * r.Took())
}

// rest sets when a segment may run again after a run. The caller holds mu. If a
// run ended in the future, the clock was set back since.
func (s *Scheduler) rest(segment ledger.ID, r Run) {
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

// enter marks the segment as running, and fills in when the run was due. ok is
// false if the plan was replaced or its segment rests: then it does not run.
// overlaps is true if the run before is still going on.
func (s *Scheduler) enter(p *plan, r *Run) (overlaps, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plans[p.segment] != p || p.rests(r.StartedAt) {
		return false, false
	}
	r.ScheduledFor, r.Attempt = p.missed, 1
	r.CatchUp = !p.missed.IsZero()
	if p.attempt > 0 {
		r.ScheduledFor, r.Attempt = p.due, p.attempt
	}
	p.missed, p.due, p.attempt = time.Time{}, time.Time{}, 0
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

func (s *Scheduler) leave(segment ledger.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, segment)
}

// refresh turns a panic into an error: one segment must not end the program.
func (s *Scheduler) refresh(segment ledger.ID) (result Result, err error) {
	defer func() {
		if r := recover(); r != nil {
			s.options.Logger.Error("a scheduled refresh panicked", "segment", segment, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return s.segments.Refresh(s.ctx, segment)
}

// storeRun stores a run that has ended. It does so even while Stop waits, because
// the refresh is done.
func (s *Scheduler) storeRun(segment ledger.ID, r Run) {
	s.metrics.observe(r)
	r.ScheduledFor, r.StartedAt, r.FinishedAt = stamp(r.ScheduledFor), stamp(r.StartedAt), stamp(r.FinishedAt)
	if err := s.history.add(context.WithoutCancel(s.ctx), segment, r); err != nil {
		s.options.Logger.Error("a scheduled run could not be stored", "segment", segment, "error", err)
	}
}

// stamp returns a time as it is stored: in UTC, in milliseconds.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
