package contacts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// OpenStore opens the real store over an engine in memory. Package storage imports this
// one, so the tests of contacts_test set it (open_test.go).
var OpenStore func(t testing.TB) Store

// testStore is the real store, which a test can have fail. It runs every closure twice and
// drops the first run, as the store may.
type testStore struct {
	Store
	mu sync.Mutex
	// refuseOver makes a closure that writes more contacts than this too
	// large; 0 is no limit.
	refuseOver int
	// failAfter is how many closures succeed before all others fail; -1 means that none fails.
	failAfter int
	failure   *fault.Error // what it fails with; unavailable when nil
	crowded   bool         // others always wait
}

func newTestStore(t testing.TB) *testStore {
	t.Helper()
	return &testStore{Store: OpenStore(t), failAfter: -1}
}

// fails takes one from the closures that may succeed, and returns the error of one that
// may not.
func (s *testStore) fails() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.failAfter > 0:
		s.failAfter--
	case s.failAfter == 0 && s.failure != nil:
		return s.failure
	case s.failAfter == 0:
		return &fault.Error{Kind: fault.KindUnavailable, Type: "unavailable", Message: "The store is gone."}
	}
	return nil
}

var errDropped = errors.New("this run is dropped")

func (s *testStore) Update(ctx context.Context, by ledger.Author, closure func(ledger.Tx) error) (uint64, error) {
	if err := s.fails(); err != nil {
		return 0, err
	}
	return s.Store.Update(ctx, by, func(tx ledger.Tx) error {
		err := tx.Attempt(func() error {
			return cmp.Or(closure(&testTx{Tx: tx, crowded: s.crowded}), errDropped)
		})
		if err != errDropped {
			return err
		}
		counted := &testTx{Tx: tx, crowded: s.crowded}
		if err := closure(counted); err != nil {
			return err
		}
		if s.refuseOver > 0 && counted.written > s.refuseOver {
			return &fault.Error{Kind: fault.KindTooLarge, Type: "too-large", Message: "That is too large."}
		}
		return nil
	})
}

// testTx counts the contacts that a closure writes.
type testTx struct {
	ledger.Tx
	written int
	crowded bool
}

func (t *testTx) Crowded() bool { return t.crowded }

func (t *testTx) Create(k ledger.AnyKind, r ledger.Record) error {
	t.count(r)
	return t.Tx.Create(k, r)
}

func (t *testTx) Update(k ledger.AnyKind, before, after ledger.Record) error {
	t.count(after)
	return t.Tx.Update(k, before, after)
}

func (t *testTx) count(r ledger.Record) {
	if _, is := r.(*Contact); is {
		t.written++
	}
}

// contacts is how many contacts there are.
func (s *testStore) contacts(t *testing.T) int { return countOf(t, Kind, s) }

// companies is how many companies there are.
func (s *testStore) companies(t *testing.T) int { return countOf(t, companies.Kind, s) }

func countOf[T any](t *testing.T, k *ledger.Kind[T], s *testStore) int {
	t.Helper()
	all, err := k.Scan(t.Context(), s, ledger.Ref{}, 10_000)
	require.NoError(t, err)
	return len(all)
}

// documents are those of a collection.
func (s *testStore) documents(t *testing.T, c ledger.Collection) []ledger.Document {
	t.Helper()
	all, err := s.Documents(t.Context(), c, "", "", 10_000)
	require.NoError(t, err)
	return all
}

// workbench is a Service over a testStore, with a clock that the test moves.
type workbench struct {
	*Service
	store *testStore
	clock time.Time
	t     *testing.T
}

var tester = ledger.Author{Source: ledger.SourceAPI, Name: "test"}

func newWorkbench(t *testing.T, options ...Option) *workbench {
	w := &workbench{store: newTestStore(t), clock: time.Date(2026, 11, 22, 10, 0, 0, 123456789, time.UTC), t: t}
	n := 0
	ids := func() ledger.ID {
		n++
		return uuid.MustParse(fmt.Sprintf("019a0000-0000-7000-8000-%012d", n))
	}
	w.Service = NewService(w.store, companies.Directory{}, func() time.Time { return w.clock }, ids, options...)
	return w
}

func (w *workbench) mustCreate(d fields.Draft) *Contact {
	w.t.Helper()
	r, err := w.Create(w.t.Context(), tester, d)
	require.NoError(w.t, err)
	return r.Contact
}

func (w *workbench) define(d fields.Draft) *fields.AttributeDefinition {
	w.t.Helper()
	made, err := w.DefineAttribute(w.t.Context(), tester, d)
	require.NoError(w.t, err)
	return made.Attribute
}

// problem returns err as an *Error of the kind.
func problem(t *testing.T, kind fault.ErrorKind, err error) *fault.Error {
	t.Helper()
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, kind, e.Kind, e.Error())
	return e
}

// paths are those of the faults, sorted.
func paths(faults []fault.Fault) []string {
	list := make([]string, len(faults))
	for i, f := range faults {
		list[i] = f.Path
	}
	slices.Sort(list)
	return list
}
