package contacts

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/ledger/ledgertest"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
	"github.com/ndoto/kundi/workspace"
)

// testStore is the real store in memory, which a test can have fail.
type testStore struct{ *ledgertest.Store }

func newTestStore(t testing.TB) *testStore {
	t.Helper()
	s, err := storage.Open(context.Background(), storage.Options{Kinds: []ledger.AnyKind{Kind, companies.Kind}, Engine: memory.New()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return &testStore{ledgertest.New(s)}
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

type workspaceService = workspace.Service

// workbench is a Service over a testStore, with the attributes and settings of the same
// store, and a clock that the test moves.
type workbench struct {
	*Service
	*workspaceService
	store *testStore
	clock time.Time
	t     *testing.T
}

var tester = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}

func newWorkbench(t *testing.T) *workbench {
	w := &workbench{store: newTestStore(t), clock: time.Date(2026, 11, 22, 10, 0, 0, 123456789, time.UTC), t: t}
	n := 0
	ids := func() ledger.ID {
		n++
		return uuid.MustParse(fmt.Sprintf("019a0000-0000-7000-8000-%012d", n))
	}
	clock := func() time.Time { return w.clock }
	w.Service, w.workspaceService = NewService(w.store, companies.Directory{}, clock, ids), workspace.NewService(w.store, clock)
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

// problem and paths tell what is wrong with an input.
var problem, paths = ledgertest.Problem, ledgertest.Paths
