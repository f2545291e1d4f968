package workspace

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/ledger/ledgertest"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

var tester = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}

type contactService = contacts.Service

// workbench is a Service over the real store in memory, which a test can have fail, with the
// contacts of the same store, and a clock that the test moves.
type workbench struct {
	*Service
	*contactService
	store *ledgertest.Store
	clock time.Time
	t     *testing.T
}

func newWorkbench(t *testing.T, options ...Option) *workbench {
	t.Helper()
	s, err := storage.Open(t.Context(), storage.Options{Kinds: []ledger.AnyKind{contacts.Kind, companies.Kind}, Engine: memory.New()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	w := &workbench{store: ledgertest.New(s), clock: time.Date(2026, 11, 22, 10, 0, 0, 123456789, time.UTC), t: t}
	clock := func() time.Time { return w.clock }
	w.Service = NewService(w.store, clock, options...)
	w.contactService = contacts.NewService(w.store, companies.Directory{}, clock, nil)
	return w
}

func (w *workbench) mustCreate(d fields.Draft) *contacts.Contact {
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

func field(t testing.TB, s *fields.Schema, name string) fields.Field {
	t.Helper()
	f, ok := s.Field(name)
	require.True(t, ok, name)
	return f
}
