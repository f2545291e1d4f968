package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/scheduler"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/faulty"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// thing is an entity with alarms.
const thing = fields.Entity("thing")

// rungDocuments has a document for each alarm that has rung, by its ordinal.
var rungDocuments = ledger.Collection{Name: "rung", Unlogged: true}

// bellRig is a store with alarms, of which a bell notes when they ring.
type bellRig struct {
	t      *testing.T
	engine *faulty.Engine
	store  *storage.Store
	start  time.Time

	mu   sync.Mutex
	rung []string
	does map[uint32]func(ledger.Tx) error // what a thing does when it rings
}

func newBellRig(t *testing.T) *bellRig {
	r := &bellRig{t: t, engine: faulty.New(memory.New()), start: time.Now(), does: map[uint32]func(ledger.Tx) error{}}
	r.open()
	return r
}

// lasting is an engine that is still there when its store is closed, like a disk.
type lasting struct{ engine.Engine }

func (lasting) Close() error { return nil }

func (r *bellRig) open() {
	store, err := storage.Open(r.t.Context(), storage.Options{Kinds: bothKinds, Engine: lasting{r.engine}})
	require.NoError(r.t, err)
	r.store = store
}

// run rings alarms until stop is called.
func (r *bellRig) run() (stop func()) {
	bells := map[fields.Entity]scheduler.Bell{thing: {Name: "it is over", Ring: r.ring}}
	ctx, cancel := context.WithCancel(r.t.Context())
	var running sync.WaitGroup
	running.Go(func() { scheduler.NewAlarms(r.store, bells, nil, slog.New(slog.DiscardHandler)).Run(ctx) })
	return func() { cancel(); running.Wait() }
}

func (r *bellRig) ring(tx ledger.Tx, ref ledger.Ref, now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if do := r.does[ref.Ordinal]; do != nil {
		if err := do(tx); err != nil {
			return err
		}
	}
	r.rung = append(r.rung, fmt.Sprintf("%d/%d at %s", ref.Owner, ref.Ordinal, now.Sub(r.start)))
	return tx.PutDocument(rungDocuments, fmt.Sprint(ref.Ordinal), []byte("rung"))
}

// heard are the alarms that have rung since it was asked before.
func (r *bellRig) heard() []string {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	rung := r.rung
	r.rung = nil
	return rung
}

func (r *bellRig) update(closure func(ledger.Tx) error) {
	_, err := r.store.Update(r.t.Context(), ledger.Author{Source: ledger.SourceAPI}, closure)
	require.NoError(r.t, err)
}

// move moves the alarm of a thing; a negative time is none.
func (r *bellRig) move(ordinal uint32, from, to time.Duration) {
	moment := func(d time.Duration) time.Time {
		if d < 0 {
			return time.Time{}
		}
		return r.start.Add(d)
	}
	r.update(func(tx ledger.Tx) error {
		return ledger.MoveAlarm(tx, thing, ledger.Ref{Owner: 7, Ordinal: ordinal}, moment(from), moment(to))
	})
}

func (r *bellRig) alarms() (list []string) {
	require.NoError(r.t, ledger.EachDocument(r.t.Context(), r.store, ledger.Alarms, "", func(d ledger.Document) error {
		a, err := ledger.AlarmOf(d)
		list = append(list, fmt.Sprintf("%d at %s", a.Ref.Ordinal, a.At.Sub(r.start)))
		return err
	}))
	return list
}

func TestAlarmsRingWhenTheyAreDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newBellRig(t)
		defer r.store.Close()
		r.move(1, -1, 3*time.Hour)
		defer r.run()()
		r.move(2, -1, 2*time.Hour) // while Alarms sleep until a later one
		r.move(3, -1, time.Hour)
		r.move(3, time.Hour, 4*time.Hour)
		r.move(4, -1, time.Hour)
		r.move(4, time.Hour, -1)
		require.Equal(t, []string{"2 at 2h0m0s", "1 at 3h0m0s", "3 at 4h0m0s"}, r.alarms())
		require.Empty(t, r.heard())
		time.Sleep(2 * time.Hour)
		require.Equal(t, []string{"7/2 at 2h0m0s"}, r.heard())
		time.Sleep(24 * time.Hour)
		require.Equal(t, []string{"7/1 at 3h0m0s", "7/3 at 4h0m0s"}, r.heard())
		require.Empty(t, r.alarms(), "each rings once")
		r.move(5, -1, time.Hour)
		time.Sleep(restOfAlarms)
		require.Len(t, r.heard(), 1, "one that is in the past when it is set")
	})
}

// restOfAlarms is how late an alarm may ring that is set while much is written.
const restOfAlarms = 100 * time.Millisecond

func TestAlarmsThatWereDueWhileNothingRanRingAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newBellRig(t)
		r.update(func(tx ledger.Tx) error {
			for i := uint32(1); i <= 250; i++ {
				if err := (ledger.Alarm{At: r.start.Add(time.Duration(i) * time.Minute), Entity: thing, Ref: ledger.Ref{Ordinal: i, At: -5}}).Set(tx); err != nil {
					return err
				}
			}
			return nil
		})
		require.NoError(t, r.store.Close())
		time.Sleep(240 * time.Minute)
		r.open()
		defer r.store.Close()
		defer r.run()()
		rung := r.heard()
		require.Len(t, rung, 240)
		require.Equal(t, "0/240 at 4h0m0s", rung[239], "in order")
		require.Len(t, r.alarms(), 10)
		time.Sleep(10 * time.Minute)
		require.Len(t, r.heard(), 10)
	})
}

// An alarm that fails stays, and keeps no other one from ringing.
func TestAlarmsThatFailAreTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newBellRig(t)
		defer r.store.Close()
		for i := uint32(1); i <= 150; i++ {
			r.move(i, -1, time.Hour)
			r.does[i] = func(ledger.Tx) error { return errors.New("not now") }
		}
		r.move(151, -1, 2*time.Hour)
		r.does[1] = func(ledger.Tx) error { panic("not ever") }
		r.update(func(tx ledger.Tx) error { // nobody hears it
			return ledger.Alarm{At: r.start, Entity: "other", Ref: ledger.Ref{Ordinal: 1}}.Set(tx)
		})
		defer r.run()()
		time.Sleep(2 * time.Hour)
		require.Equal(t, []string{"7/151 at 2h0m0s"}, r.heard())
		require.Len(t, r.alarms(), 151)
		r.mu.Lock()
		clear(r.does)
		r.mu.Unlock()
		time.Sleep(time.Minute)
		require.Len(t, r.heard(), 150)
		require.Len(t, r.alarms(), 1)
	})
}

// An alarm that was cleared between the look and the closure does not ring.
func TestAlarmsThatWereClearedMeanwhileDoNotRing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newBellRig(t)
		defer r.store.Close()
		r.move(1, -1, time.Hour)
		r.move(2, -1, time.Hour)
		r.does[1] = func(tx ledger.Tx) error {
			return ledger.Alarm{At: r.start.Add(time.Hour), Entity: thing, Ref: ledger.Ref{Ordinal: 2}}.Clear(tx)
		}
		defer r.run()()
		time.Sleep(2 * time.Hour)
		require.Equal(t, []string{"7/1 at 1h0m0s"}, r.heard())
	})
}

// What an alarm ends and the alarm go in one commit: when the program is killed between the two,
// neither has happened.
func TestAlarmsRingOnceThoughKilled(t *testing.T) {
	for name, fault := range map[string]faulty.Fault{"before the commit": faulty.Lost(), "after it": faulty.Swallowed(), "a full disk": faulty.Refuse(engine.ErrFull)} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newBellRig(t)
				r.move(1, -1, time.Hour)
				stop := r.run()
				time.Sleep(time.Hour - time.Second)
				r.engine.Next(fault)
				time.Sleep(2 * time.Second)
				require.NotEmpty(t, r.heard())
				stop()
				r.store.Close() // as if it were killed
				r.open()
				defer r.store.Close()
				defer r.run()()
				synctest.Wait()
				document, err := r.store.Document(t.Context(), rungDocuments, "1")
				require.NoError(t, err)
				require.NotNil(t, document)
				require.Empty(t, r.alarms())
				rung := r.heard()
				time.Sleep(time.Hour)
				require.Empty(t, r.heard(), "after %v", rung)
			})
		})
	}
}

func TestVerifyFindsBadAlarms(t *testing.T) {
	r := newBellRig(t)
	defer r.store.Close()
	r.update(func(tx ledger.Tx) error {
		good := ledger.Alarm{At: time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC), Entity: thing, Ref: ledger.Ref{Ordinal: 1, Owner: 2, At: -3}}
		if err := good.Set(tx); err != nil {
			return err
		}
		other := good
		other.Entity = "other"
		if err := other.Set(tx); err != nil {
			return err
		}
		for key, value := range map[string]string{
			"0000000000000001/thing/00000001": "{", "0000000000000002/thing/1": "{}", "x/thing/00000001": "{}", "0000000000000003/thing/00000000": "{}", "0000000000000004": "{}",
		} {
			if err := tx.PutDocument(ledger.Alarms, key, []byte(value)); err != nil {
				return err
			}
		}
		return nil
	})
	var found ledger.Differences
	require.NoError(t, ledger.VerifyAlarms(t.Context(), r.store, []fields.Entity{thing}, &found))
	require.Equal(t, []ledger.Difference{{What: "alarms that cannot be read", Count: 6}}, found.List())
}
