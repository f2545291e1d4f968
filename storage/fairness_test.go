package storage_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/faulty"
)

// startAs runs Update for another author than start does.
func startAs(s *storage.Store, name string, closure func(ledger.Tx) error) <-chan outcome {
	c := make(chan outcome, 1)
	go func() {
		seq, err := s.Update(context.Background(), ledger.Author{Source: ledger.SourceAPI, Name: name}, closure)
		c <- outcome{seq, err}
	}()
	return c
}

// many returns a closure that creates n contacts.
func many(from, n int) func(ledger.Tx) error {
	return func(tx ledger.Tx) error {
		for i := range n {
			if err := contacts.Kind.Create(tx, person("n", fmt.Sprintf("n%d@example.com", from+i))); err != nil {
				return err
			}
		}
		return nil
	}
}

// A write waits for the commit under way and is in the next one, behind one
// batch of another author at most, however many of those wait.
func TestSmallWriteDoesNotWaitForAnothersBatches(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		release, _ := hold(t, e, s)
		const batches, size = 200, 20
		var waiting []<-chan outcome
		for i := range batches {
			waiting = append(waiting, startAs(s, "hostile", many(i*size, size)))
		}
		synctest.Wait()
		small := startAs(s, "small", creating(person("small", "small@example.com")))
		synctest.Wait()
		release()
		o := <-small
		require.NoError(t, o.err)
		require.LessOrEqual(t, o.seq, uint64(1+size+1))
		for _, w := range waiting {
			require.NoError(t, (<-w).err)
		}
		require.EqualValues(t, 1+batches*size+1, s.Head())
	})
}

// Once it is known that an author's batches are dear, a small write shares its
// commit with none of them.
func TestSmallWriteSharesNoCommitWithABatch(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		const size = 300
		require.NoError(t, (<-startAs(s, "bulk", many(0, size))).err)
		release, _ := hold(t, e, s)
		batch := startAs(s, "bulk", many(size, size))
		small := startAs(s, "small", creating(person("small", "small@example.com")))
		synctest.Wait()
		reached, letGo := make(chan struct{}), make(chan struct{})
		e.Next(faulty.None(), faulty.Held(reached, letGo))
		release()
		<-reached
		o, done := answered(small)
		require.True(t, done, "while the batch is still under way")
		require.NoError(t, o.err)
		close(letGo)
		require.NoError(t, (<-batch).err)
	})
}

// A closure that can stop is told to once it has had its share, while somebody
// else waits and no sooner; its own author's writes are nobody else.
func TestCrowdedClosureIsTold(t *testing.T) {
	for waiting, crowded := range map[string]bool{"bulk": false, "other": true} {
		inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
			release, _ := hold(t, e, s)
			made := 0
			bulk := startAs(s, "bulk", func(tx ledger.Tx) error {
				for made < 500 && !tx.Crowded() {
					if err := many(made, 1)(tx); err != nil {
						return err
					}
					made++
				}
				return nil
			})
			synctest.Wait()
			other := startAs(s, waiting, nothing)
			synctest.Wait()
			release()
			require.NoError(t, (<-bulk).err)
			require.NoError(t, (<-other).err)
			if crowded {
				require.Less(t, made, 100)
				require.Greater(t, made, 20)
			} else {
				require.Equal(t, 500, made)
			}
		})
	}
}

// documents returns a closure that writes n documents.
func documents(n int) func(ledger.Tx) error {
	return func(tx ledger.Tx) error {
		for i := range n {
			if err := tx.PutDocument(ledger.Receipts, strconv.Itoa(i), []byte("x")); err != nil {
				return err
			}
		}
		return nil
	}
}

// A closure that costs much ends its commit, by what it reads too: whoever is
// in it would wait for the next one's work as well.
func TestDearClosureEndsItsCommit(t *testing.T) {
	for name, c := range map[string]struct {
		first   func(ledger.Tx) error
		commits int // of the two
	}{
		"cheap":  {documents(10), 1},
		"writes": {documents(2_000), 2},
		"bytes": {func(tx ledger.Tx) error {
			return tx.PutDocument(ledger.Receipts, "large", make([]byte, 1<<20-100))
		}, 2},
		"reads": {func(tx ledger.Tx) error {
			for i := range 2_000 {
				if _, err := tx.Document(ledger.Receipts, strconv.Itoa(i)); err != nil {
					return err
				}
			}
			return tx.PutDocument(ledger.Receipts, "read", nil)
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
				before := e.Applies()
				release, held := hold(t, e, s)
				first := startAs(s, "one", c.first)
				synctest.Wait()
				second := startAs(s, "one", creating(person("second", "")))
				synctest.Wait()
				release()
				require.NoError(t, (<-held).err)
				require.NoError(t, (<-first).err)
				require.NoError(t, (<-second).err)
				require.Equal(t, 1+c.commits, e.Applies()-before)
			})
		})
	}
}

func TestDearFailureEndsItsCommit(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		release, _ := hold(t, e, s)
		refused := errors.New("changed my mind")
		first := startAs(s, "one", func(tx ledger.Tx) error {
			for i := range 3 {
				if err := tx.PutDocument(ledger.Receipts, strconv.Itoa(i), make([]byte, 900<<10)); err != nil {
					return err
				}
			}
			return refused
		})
		synctest.Wait()
		reached, letGo := make(chan struct{}), make(chan struct{})
		e.Next(faulty.Held(reached, letGo))
		second := startAs(s, "one", creating(person("second", "")))
		synctest.Wait()
		release()
		<-reached
		o, done := answered(first)
		require.True(t, done, "it does not wait for the second")
		require.ErrorIs(t, o.err, refused)
		close(letGo)
		require.NoError(t, (<-second).err)
	})
}

func TestRefusedCommitKeepsTurns(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		release, held := hold(t, e, s)
		e.Next(faulty.Refuse(engine.ErrMoved))
		first := startAs(s, "a", creating(person("first", "same@example.com")))
		synctest.Wait()
		second := startAs(s, "a", creating(person("second", "same@example.com")))
		other := startAs(s, "b", creating(person("other", "")))
		synctest.Wait()
		release()
		require.NoError(t, (<-held).err)
		require.NoError(t, (<-first).err)
		require.True(t, isTaken((<-second).err), "writes of one author keep their order")
		require.NoError(t, (<-other).err)
	})
}

func TestTooManyWaitingWritesAreRefused(t *testing.T) {
	inBubble(t, func(t *testing.T, e *faulty.Engine, s *storage.Store) {
		release, held := hold(t, e, s)
		ctx, cancel := context.WithCancel(context.Background())
		var waiting []<-chan outcome
		for range 1_000 {
			waiting = append(waiting, start(s, ctx, nothing))
		}
		synctest.Wait()
		_, err := s.Update(context.Background(), api, nothing)
		require.Equal(t, fault.KindTooMany, fault.KindOf(err))
		other := startAs(s, "other", nothing)

		cancel()
		for _, w := range waiting {
			require.ErrorIs(t, (<-w).err, context.Canceled)
		}
		again := start(s, context.Background(), nothing)
		synctest.Wait()
		release()
		for _, w := range []<-chan outcome{held, other, again} {
			require.NoError(t, (<-w).err, "what was given up makes room")
		}
	})
}
