package scheduler

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// AlarmStore is the part of the store that Alarms use.
type AlarmStore interface {
	ledger.Updater
	Documents(ctx context.Context, c ledger.Collection, prefix, after string, limit int) ([]ledger.Document, error)
	// Subscribe returns a channel that is readable when something was written.
	Subscribe() (grown <-chan struct{}, cancel func())
}

// Bell says what happens when alarms of an entity ring.
type Bell struct {
	// Name is the name of the author in the log and in histories, like "the snooze is over".
	Name string
	// Ring ends what is over of a record, in a closure that clears the alarm, too. It must look
	// whether anything is over: the record may have changed or be gone since the alarm was set.
	Ring func(tx ledger.Tx, r ledger.Ref, now time.Time) error
}

// How long Alarms sleep.
const (
	// longestSleep bounds how late alarms ring after the clock was set or the machine was
	// suspended, and how soon one is tried again that has failed.
	longestSleep = time.Minute
	// restOfAlarms is between two looks at a store in which much is written.
	restOfAlarms = 100 * time.Millisecond
)

// alarmsAtOnce is how many alarms are read at once, and how many ring at most in one closure.
const alarmsAtOnce = 100

// Alarms ring the alarms of a store (see ledger.Alarms) when they are due. What was due while
// no program ran rings at once. An alarm is cleared in the same commit as what it ends, so it
// rings once, whenever the program is killed.
type Alarms struct {
	store AlarmStore
	bells map[fields.Entity]Bell
	now   func() time.Time
	log   *slog.Logger
}

// NewAlarms returns the alarms of a store, with what is done when those of each entity ring. A
// nil clock is time.Now; it only says what is due.
func NewAlarms(store AlarmStore, bells map[fields.Entity]Bell, clock func() time.Time, log *slog.Logger) *Alarms {
	if clock == nil {
		clock = time.Now
	}
	return &Alarms{store: store, bells: bells, now: clock, log: log}
}

// Run rings alarms until ctx ends. It is called once.
func (a *Alarms) Run(ctx context.Context) {
	grown, cancel := a.store.Subscribe()
	defer cancel()
	for ctx.Err() == nil {
		next, err := a.ringDue(ctx)
		if err != nil && ctx.Err() == nil {
			a.log.Error("alarms could not ring and are tried again", "error", err)
		}
		a.sleep(ctx, next, grown)
	}
}

// sleep waits for the next alarm, or until something was written, which may be an earlier one.
func (a *Alarms) sleep(ctx context.Context, next time.Duration, grown <-chan struct{}) {
	due := time.NewTimer(next)
	defer due.Stop()
	select {
	case <-ctx.Done():
		return
	case <-due.C:
		return
	case <-grown:
	}
	rest := time.NewTimer(restOfAlarms)
	defer rest.Stop()
	select {
	case <-ctx.Done():
	case <-due.C:
	case <-rest.C:
	}
}

// ringDue rings all that is due, and returns how long it is until the next one, at most
// longestSleep.
func (a *Alarms) ringDue(ctx context.Context) (next time.Duration, err error) {
	for after := ""; ; {
		now := a.now().UTC().Truncate(time.Millisecond)
		documents, err := a.store.Documents(ctx, ledger.Alarms, "", after, alarmsAtOnce)
		if err != nil {
			return longestSleep, err
		}
		due := map[fields.Entity][]ledger.Alarm{}
		next, more := longestSleep, len(documents) == alarmsAtOnce
		for _, d := range documents {
			alarm, err := ledger.AlarmOf(d)
			if err != nil {
				a.log.Error("an alarm cannot be read", "error", err)
				continue
			}
			if wait := alarm.At.Sub(now); wait > 0 {
				next, more = min(next, wait), false
				break
			}
			due[alarm.Entity] = append(due[alarm.Entity], alarm)
		}
		for entity, alarms := range due {
			if err := a.ringAll(ctx, entity, alarms, now); err != nil {
				return longestSleep, err
			}
		}
		if !more {
			return next, nil
		}
		after = documents[len(documents)-1].Key
	}
}

// ringAll rings alarms of one entity, in as many closures as it takes where others wait. One that
// fails stays, and is logged.
func (a *Alarms) ringAll(ctx context.Context, entity fields.Entity, alarms []ledger.Alarm, now time.Time) error {
	bell, known := a.bells[entity]
	if !known {
		a.log.Error("nothing in this program hears the alarms of an entity", "entity", entity, "alarms", len(alarms))
		return nil
	}
	by := ledger.Author{Source: ledger.SourceSystem, Name: bell.Name}
	for len(alarms) > 0 {
		done := 0
		var failed []error
		_, err := a.store.Update(ctx, by, func(tx ledger.Tx) error {
			done, failed = 0, nil
			for _, alarm := range alarms {
				if done > 0 && tx.Crowded() {
					return nil
				}
				if err := tx.Attempt(func() error { return ring(tx, bell, alarm, now) }); err != nil {
					failed = append(failed, err)
				}
				done++
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, err := range failed {
			a.log.Error("an alarm could not ring and is tried again", "entity", entity, "error", err)
		}
		alarms = alarms[done:]
	}
	return nil
}

// ring rings one alarm, unless it was cleared meanwhile, and clears it. It turns a panic into an
// error: one alarm must not keep the others from ringing.
func ring(tx ledger.Tx, bell Bell, alarm ledger.Alarm, now time.Time) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	set, err := alarm.IsSet(tx)
	if err != nil || !set {
		return err
	}
	if err := bell.Ring(tx, alarm.Ref, now); err != nil {
		return err
	}
	return alarm.Clear(tx)
}
