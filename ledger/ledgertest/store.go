// Package ledgertest is for tests of kinds and of use cases: a store that can be made to fail, records that are
// drawn at random, and what is wrong with an input.
package ledgertest

import (
	"cmp"
	"context"
	"errors"
	"sync"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// Underlying is what a Store needs of the real one.
type Underlying interface {
	ledger.Updater
	ledger.HastyUpdater
	ledger.Reader
	ledger.HistoryTrimmer
}

// Store is a real store, which a test can have fail. It runs every closure twice and
// drops the first run, as the store may.
type Store struct {
	Underlying
	mu sync.Mutex
	// RefuseOver makes a closure that writes more records than this too
	// large; 0 is no limit.
	RefuseOver int
	// FailAfter is how many closures succeed before all others fail; -1 means that none fails.
	FailAfter int
	Failure   *fault.Error // what it fails with; unavailable when nil
	Crowded   bool         // others always wait
}

// New returns a Store that does not fail.
func New(s Underlying) *Store { return &Store{Underlying: s, FailAfter: -1} }

// fails takes one from the closures that may succeed, and returns the error of one that
// may not.
func (s *Store) fails() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.FailAfter > 0:
		s.FailAfter--
	case s.FailAfter == 0 && s.Failure != nil:
		return s.Failure
	case s.FailAfter == 0:
		return &fault.Error{Kind: fault.KindUnavailable, Type: "unavailable", Message: "The store is gone."}
	}
	return nil
}

var errDropped = errors.New("this run is dropped")

// Update implements ledger.Updater.
func (s *Store) Update(ctx context.Context, by ledger.Author, closure func(ledger.Tx) error) (uint64, error) {
	if err := s.fails(); err != nil {
		return 0, err
	}
	return s.Underlying.Update(ctx, by, s.twice(closure))
}

// UpdateHastily implements ledger.HastyUpdater.
func (s *Store) UpdateHastily(ctx context.Context, by ledger.Author, closure func(ledger.Tx) error) (uint64, error) {
	if err := s.fails(); err != nil {
		return 0, err
	}
	return s.Underlying.UpdateHastily(ctx, by, s.twice(closure))
}

// twice returns a closure that runs the given one twice, and keeps the second run.
func (s *Store) twice(closure func(ledger.Tx) error) func(ledger.Tx) error {
	return func(tx ledger.Tx) error {
		err := tx.Attempt(func() error {
			return cmp.Or(closure(&counting{Tx: tx, crowded: s.Crowded}), errDropped)
		})
		if err != errDropped {
			return err
		}
		counted := &counting{Tx: tx, crowded: s.Crowded}
		if err := closure(counted); err != nil {
			return err
		}
		if s.RefuseOver > 0 && counted.written > s.RefuseOver {
			return &fault.Error{Kind: fault.KindTooLarge, Type: "too-large", Message: "That is too large."}
		}
		return nil
	}
}

// counting counts the records that a closure writes.
type counting struct {
	ledger.Tx
	written int
	crowded bool
}

// Crowded implements ledger.Tx.
func (t *counting) Crowded() bool { return t.crowded }

// Create implements ledger.Tx.
func (t *counting) Create(k ledger.AnyKind, r ledger.Record) error {
	t.written++
	return t.Tx.Create(k, r)
}

// Update implements ledger.Tx.
func (t *counting) Update(k ledger.AnyKind, before, after ledger.Record) error {
	t.written++
	return t.Tx.Update(k, before, after)
}
