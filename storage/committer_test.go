package storage_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/faulty"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// outcome is what an Update answered.
type outcome struct {
	seq uint64
	err error
}

// start runs Update in a goroutine of its own.
func start(s *storage.Store, ctx context.Context, closure func(ledger.Tx) error) <-chan outcome {
	c := make(chan outcome, 1)
	go func() {
		seq, err := s.Update(ctx, api, closure)
		c <- outcome{seq, err}
	}()
	return c
}

// answered returns the outcome if there is one by now.
func answered(c <-chan outcome) (outcome, bool) {
	synctest.Wait()
	select {
	case o := <-c:
		return o, true
	default:
		return outcome{}, false
	}
}

func creating(c *contacts.Contact) func(ledger.Tx) error {
	return func(tx ledger.Tx) error { return contacts.Kind.Create(tx, c) }
}

func nothing(ledger.Tx) error { return nil }

// inBubble runs a test with fake time and a store on a faulty engine.
func inBubble(t *testing.T, test func(t *testing.T, e *faulty.Engine, s *storage.Store)) {
	synctest.Test(t, func(t *testing.T) {
		e := faulty.New(memory.New())
		s := openStore(t, e)
		test(t, e, s)
	})
}

// hold makes the next commit wait, starts it with a contact of its own, and
// returns how to let it go. What is started meanwhile is folded into the one
// after it.
func hold(t *testing.T, e *faulty.Engine, s *storage.Store) (release func(), held <-chan outcome) {
	reached, letGo := make(chan struct{}), make(chan struct{})
	e.Next(faulty.Held(reached, letGo))
	held = start(s, context.Background(), creating(person("held", "held@example.com")))
	<-reached
	return func() { close(letGo) }, held
}

func TestWaitingClosuresShareACommit(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		before := e.Applies()
		release, held := hold(t, e, s)
		var waiting []<-chan outcome
		for i := range 20 {
			waiting = append(waiting, start(s, context.Background(), creating(person("n", fmt.Sprintf("n%d@example.com", i)))))
		}
		synctest.Wait()
		release()
		require.NoError(t, (<-held).err)
		for _, w := range waiting {
			require.NoError(t, (<-w).err)
		}
		require.Equal(t, 2, e.Applies()-before)
		require.EqualValues(t, 21, s.Head())
	})
}

func TestFailedClosureIsDroppedAlone(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		release, _ := hold(t, e, s)
		refused := errors.New("changed my mind")
		bad := start(s, context.Background(), func(tx ledger.Tx) error {
			if err := contacts.Kind.Create(tx, person("bad", "bad@example.com")); err != nil {
				return err
			}
			if err := tx.PutDocument(segmentDocuments, "bad", []byte("{}")); err != nil {
				return err
			}
			if _, err := tx.NextNumber("bad"); err != nil {
				return err
			}
			return refused
		})
		synctest.Wait()
		var number uint32
		good := start(s, context.Background(), func(tx ledger.Tx) (err error) {
			if number, err = tx.NextNumber("bad"); err != nil {
				return err
			}
			_, held, err := tx.Holder(ledger.Claim{Kind: contacts.ClaimEmail, Value: "bad@example.com"})
			if held || err != nil {
				return fmt.Errorf("a dropped claim is held: %w", err)
			}
			document, err := tx.Document(segmentDocuments, "bad")
			if document != nil || err != nil {
				return fmt.Errorf("a dropped document is there: %w", err)
			}
			return contacts.Kind.Create(tx, person("good", "good@example.com"))
		})
		synctest.Wait()
		release()
		require.ErrorIs(t, (<-bad).err, refused)
		require.Equal(t, outcome{2, nil}, <-good)
		require.EqualValues(t, 1, number)
		all, err := contacts.Kind.Scan(context.Background(), s, ledger.Ref{}, 10)
		require.NoError(t, err)
		require.Len(t, all, 2)
		require.Equal(t, "good", all[1].Name)
		require.EqualValues(t, 2, all[1].Ordinal, "ordinals are dense: a failed create takes none")
	})
}

func TestFailureIsAnsweredAfterTheBatchItReadFrom(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		release, _ := hold(t, e, s)
		reached, letGo := make(chan struct{}), make(chan struct{})
		e.Next(faulty.Held(reached, letGo))
		first := start(s, context.Background(), creating(person("first", "same@example.com")))
		synctest.Wait()
		second := start(s, context.Background(), creating(person("second", "same@example.com")))
		synctest.Wait()
		release()
		<-reached
		_, done := answered(second)
		require.False(t, done, "a conflict must not be answered before its reason is durable")
		close(letGo)
		require.NoError(t, (<-first).err)
		require.True(t, isTaken((<-second).err))
	})
}

func TestConflictWhoseReasonWasNotAppliedIsNoConflict(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		release, _ := hold(t, e, s)
		e.Next(faulty.Full())
		first := start(s, context.Background(), creating(person("first", "same@example.com")))
		synctest.Wait()
		second := start(s, context.Background(), creating(person("second", "same@example.com")))
		synctest.Wait()
		release()
		require.Equal(t, fault.KindUnavailable, fault.KindOf((<-first).err))
		require.Equal(t, fault.KindUnavailable, fault.KindOf((<-second).err))
		require.NoError(t, (<-start(s, context.Background(), creating(person("third", "same@example.com")))).err)
	})
}

func TestPanicFailsOnlyItsCaller(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		release, _ := hold(t, e, s)
		bad := start(s, context.Background(), func(tx ledger.Tx) error {
			if err := contacts.Kind.Create(tx, person("bad", "bad@example.com")); err != nil {
				return err
			}
			panic("ada@example.com")
		})
		good := start(s, context.Background(), creating(person("good", "good@example.com")))
		synctest.Wait()
		release()
		err := (<-bad).err
		require.Equal(t, fault.KindInternal, fault.KindOf(err))
		require.ErrorContains(t, errors.Unwrap(err), "panic: string")
		require.NotContains(t, errors.Unwrap(err).Error(), "ada@example.com", "what a closure panics with may be personal")
		require.NoError(t, (<-good).err)
		require.EqualValues(t, 2, s.Head())
	})
}

func TestClosureThatEndsItsGoroutineFailsOnlyItsCaller(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		release, held := hold(t, e, s)
		first := start(s, context.Background(), creating(person("first", "first@example.com")))
		synctest.Wait()
		bad := start(s, context.Background(), func(ledger.Tx) error { runtime.Goexit(); return nil })
		synctest.Wait()
		last := start(s, context.Background(), creating(person("last", "last@example.com")))
		synctest.Wait()
		release()
		require.NoError(t, (<-held).err)
		require.Equal(t, fault.KindInternal, fault.KindOf((<-bad).err))
		require.Equal(t, outcome{2, nil}, <-first)
		require.Equal(t, outcome{3, nil}, <-last)
	})
}

func TestUpdateWithinAClosureIsAnError(t *testing.T) {
	s := memoryStore(t)
	var deep func(n int) error
	deep = func(n int) error {
		if n > 0 {
			return deep(n - 1)
		}
		_, err := s.Update(context.Background(), api, nothing)
		return err
	}
	for _, depth := range []int{0, 60, 300} {
		_, err := s.Update(context.Background(), api, func(ledger.Tx) error { return deep(depth) })
		require.Equal(t, fault.KindInternal, fault.KindOf(err))
		require.ErrorContains(t, err, "within a closure")
	}
	require.EqualValues(t, 1, create(t, s, person("after", "")), "and the committer goes on")
}

func TestMovedHeadRunsClosuresAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		e.Next(faulty.Refuse(engine.ErrMoved))
		runs := 0
		o := <-start(s, context.Background(), func(tx ledger.Tx) error {
			runs++
			return contacts.Kind.Create(tx, person("ada", "ada@example.com"))
		})
		require.Equal(t, outcome{1, nil}, o)
		require.Equal(t, 2, runs)
	})
}

// TestTwoStoresOnOneEngine lets two stores write in turn, as two nodes on one
// shared engine would: each finds the head moved, reads what the other wrote
// and tells its followers.
func TestTwoStoresOnOneEngine(t *testing.T) {
	e := memory.New()
	a, b := openStore(t, e), openStore(t, e)
	var heard []ledger.Change
	a.Follow(func(changes []ledger.Change) { heard = append(heard, changes...) })

	create(t, a, person("ada", "ada@example.com"))
	_, err := b.Update(context.Background(), api, creating(person("eve", "ADA@example.com")))
	require.True(t, isTaken(err))
	require.EqualValues(t, 2, create(t, b, person("bob", "bob@example.com")))
	putAttribute(t, b, definition(1, "tier"))
	require.Nil(t, a.Schema().Attribute("tier"))
	require.EqualValues(t, 4, create(t, a, person("cid", "cid@example.com")))
	require.NotNil(t, a.Schema().Attribute("tier"))

	require.Len(t, heard, 4)
	for i, name := range []string{"ada", "bob", "", "cid"} {
		require.EqualValues(t, i+1, heard[i].Seq)
		if name != "" {
			require.Equal(t, name, contacts.Kind.After(&heard[i]).Name)
		}
	}
}

func TestUnknownOutcomeIsFoundOut(t *testing.T) {
	cases := map[string][]faulty.Fault{
		"lost":                    {faulty.Lost()},
		"swallowed":               {faulty.Swallowed()},
		"lost twice":              {faulty.Lost(), faulty.Lost()},
		"lost, then swallowed":    {faulty.Lost(), faulty.Swallowed()},
		"an error without a name": {faulty.Refuse(errors.New("who knows"))},
	}
	for name, faults := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
				var heard []uint64
				s.Follow(func(changes []ledger.Change) { heard = append(heard, changes[0].Seq) })
				e.Next(faults...)
				runs := 0
				o := <-start(s, context.Background(), func(tx ledger.Tx) error {
					runs++
					return contacts.Kind.Create(tx, person("ada", "ada@example.com"))
				})
				require.Equal(t, outcome{1, nil}, o)
				require.Equal(t, 1, runs, "the batch is applied again, the closure is not run again")
				require.Equal(t, []uint64{1}, heard)
				require.NoError(t, s.Ready())
				require.Equal(t, outcome{2, nil}, <-start(s, context.Background(), creating(person("bob", ""))))
			})
		})
	}
}

func TestUndecidedOutcomeStopsWrites(t *testing.T) {
	for _, applied := range []bool{false, true} {
		t.Run("applied "+strconv.FormatBool(applied), func(t *testing.T) {
			inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
				create(t, s, person("before", "before@example.com"))
				release, held := hold(t, e, s)
				e.Next(faulty.SyncFailed(applied))
				first := start(s, context.Background(), creating(person("first", "first@example.com")))
				synctest.Wait()
				release()
				require.NoError(t, (<-held).err)
				err := (<-first).err
				require.Equal(t, fault.KindUnavailable, fault.KindOf(err))
				require.ErrorIs(t, err, engine.ErrUnknown)

				tried := e.Applies()
				_, err = s.Update(context.Background(), api, creating(person("later", "")))
				require.Equal(t, fault.KindUnavailable, fault.KindOf(err))
				require.Equal(t, tried, e.Applies(), "nothing more is written")
				require.Equal(t, fault.KindUnavailable, fault.KindOf(s.Ready()))

				list, err := contacts.Kind.List(context.Background(), s, []uint32{1})
				require.NoError(t, err, "reads go on")
				require.Equal(t, "before", list[0].Name)
				require.EqualValues(t, 2, s.Head())
			})
		})
	}
}

func TestFullDiskRefusesAndRecovers(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		e.Next(faulty.Full(), faulty.Full())
		_, err := s.Update(context.Background(), api, creating(person("ada", "ada@example.com")))
		var refused *fault.Error
		require.ErrorAs(t, err, &refused)
		require.Equal(t, fault.KindUnavailable, refused.Kind)
		require.Equal(t, "storage-full", refused.Type)

		require.Error(t, s.Ready(), "asking tries a write, the second without room")
		synctest.Wait()
		require.Error(t, s.Ready(), "and a third one, with room")
		synctest.Wait()
		require.NoError(t, s.Ready())
		require.Zero(t, s.Head())
		require.EqualValues(t, 1, create(t, s, person("ada", "ada@example.com")))
	})
}

func TestBatchTooLargeForTheEngineIsSplit(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		release, _ := hold(t, e, s)
		e.Next(faulty.Refuse(engine.ErrTooLarge), faulty.Refuse(engine.ErrTooLarge))
		var waiting []<-chan outcome
		for i := range 8 {
			waiting = append(waiting, start(s, context.Background(), creating(person("n", fmt.Sprintf("n%d@example.com", i)))))
			synctest.Wait()
		}
		before := e.Applies()
		release()
		for i, w := range waiting {
			require.Equal(t, outcome{uint64(i + 2), nil}, <-w)
		}
		require.Equal(t, 2+2, e.Applies()-before, "8 and 4 are refused, 2 and the other 6 are not")
	})
}

func TestClosureTooLargeForACommit(t *testing.T) {
	puts := func(n, size int) func(ledger.Tx) error {
		return func(tx ledger.Tx) error {
			for i := range n {
				if err := tx.PutDocument(ledger.Receipts, strconv.Itoa(i), []byte(strings.Repeat("x", size))); err != nil {
					return err
				}
			}
			return nil
		}
	}
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		release, _ := hold(t, e, s)
		closures := []func(ledger.Tx) error{
			creating(person("first", "first@example.com")),
			puts(engine.MaxBatchKeys+1, 1), puts(5, 1<<20-100), puts(9_900, 1), puts(4, 1<<20-20<<10),
			creating(person("last", "last@example.com")),
		}
		var waiting []<-chan outcome
		for _, c := range closures {
			waiting = append(waiting, start(s, context.Background(), c))
			synctest.Wait()
		}
		release()
		for i, w := range waiting {
			err := (<-w).err
			if i == 1 || i == 2 {
				require.Equal(t, fault.KindTooLarge, fault.KindOf(err), i)
			} else {
				require.NoError(t, err, i)
			}
		}
		documents, err := s.Documents(context.Background(), ledger.Receipts, "", "", 20_000)
		require.NoError(t, err)
		require.Len(t, documents, 9_900)
	})
}

func TestCancelledWhileQueuedDoesNotRun(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		release, _ := hold(t, e, s)
		ctx, cancel := context.WithCancel(context.Background())
		ran := false
		queued := start(s, ctx, func(ledger.Tx) error { ran = true; return nil })
		synctest.Wait()
		cancel()
		o, done := answered(queued)
		require.True(t, done, "it does not wait for the commit under way")
		require.Equal(t, fault.KindUnavailable, fault.KindOf(o.err))
		require.ErrorIs(t, o.err, context.Canceled)
		release()
		synctest.Wait()
		require.False(t, ran)

		_, err := s.Update(ctx, api, nothing)
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestCancelledWhileRunningIsAwaited(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		reached, letGo := make(chan struct{}), make(chan struct{})
		e.Next(faulty.Held(reached, letGo))
		ctx, cancel := context.WithCancel(context.Background())
		running := start(s, ctx, creating(person("ada", "ada@example.com")))
		<-reached
		cancel()
		_, done := answered(running)
		require.False(t, done)
		close(letGo)
		require.Equal(t, outcome{1, nil}, <-running)
	})
}

func TestCloseDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := faulty.New(memory.New())
		s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: e})
		require.NoError(t, err)
		release, held := hold(t, e, s)
		queued := start(s, context.Background(), creating(person("ada", "ada@example.com")))
		synctest.Wait()
		closed := make(chan error, 1)
		go func() { closed <- s.Close() }()
		synctest.Wait()
		late := start(s, context.Background(), creating(person("late", "")))
		o, done := answered(late)
		require.True(t, done)
		require.Equal(t, fault.KindUnavailable, fault.KindOf(o.err))
		release()
		require.NoError(t, (<-held).err)
		require.Equal(t, outcome{2, nil}, <-queued)
		require.NoError(t, <-closed)
		require.NoError(t, s.Close(), "closing twice does nothing")
		require.Error(t, s.Ready())
		_, err = contacts.Kind.List(context.Background(), s, []uint32{1})
		require.Equal(t, fault.KindUnavailable, fault.KindOf(err))
	})
}

func TestTransactionEndsWithItsClosure(t *testing.T) {
	s := memoryStore(t)
	var kept ledger.Tx
	_, err := s.Update(context.Background(), api, func(tx ledger.Tx) error { kept = tx; return nil })
	require.NoError(t, err)
	for name, use := range map[string]func() error{
		"CreateContact":  func() error { return contacts.Kind.Create(kept, person("x", "")) },
		"UpdateContact":  func() error { return contacts.Kind.Update(kept, person("x", ""), person("y", "")) },
		"DeleteContact":  func() error { return contacts.Kind.Delete(kept, person("x", "")) },
		"CreateCompany":  func() error { return companies.Kind.Create(kept, &companies.Company{}) },
		"PutDocument":    func() error { return kept.PutDocument(runDocuments, "a", nil) },
		"PutDefinition":  func() error { return kept.PutDefinition(definition(1, "a"), nil) },
		"DeleteDocument": func() error { return kept.DeleteDocument(runDocuments, "a") },
		"Contact":        func() error { _, err := contacts.Kind.Get(kept, 1); return err },
		"Company":        func() error { _, err := companies.Kind.Get(kept, 1); return err },
		"Document":       func() error { _, err := kept.Document(runDocuments, "a"); return err },
		"NextNumber":     func() error { _, err := kept.NextNumber("a"); return err },
		"Holder":         func() error { _, _, err := kept.Holder(ledger.Claim{}); return err },
	} {
		require.Equal(t, fault.KindInternal, fault.KindOf(use()), name)
	}
}
