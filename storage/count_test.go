package storage

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// counted is an engine that says how much it has.
type counted struct {
	engine.Engine
	most      uint64
	known     bool
	preserved bool
}

func (c *counted) Most() (uint64, bool) { return c.most, c.known }
func (c *counted) Preserve()            { c.preserved = true }

func TestAShortfallStopsWrites(t *testing.T) {
	e := &counted{Engine: memory.New()}
	s, err := Open(context.Background(), Options{Kinds: usualKinds, Engine: e})
	require.NoError(t, err)
	defer s.Close()
	write := func() error {
		_, err := s.Update(context.Background(), ledger.Author{}, func(tx ledger.Tx) error {
			return contactKind.Create(tx, &contacts.Contact{ID: uuid.New(), Name: "Ada"})
		})
		return err
	}
	require.NoError(t, write())
	const records = 3 // the contact, the claim of its id, the settings

	require.NoError(t, s.Count(context.Background()), "it does not know yet")
	e.known, e.most = true, records
	require.NoError(t, s.Count(context.Background()))
	require.NoError(t, s.Ready())

	e.most = records - 1
	require.Error(t, s.Count(context.Background()))
	require.True(t, e.preserved, "files are kept")
	for _, err := range []error{s.Ready(), write()} {
		var known *fault.Error
		require.ErrorAs(t, err, &known)
		require.Equal(t, "storage-shortfall", known.Type)
		require.ErrorContains(t, known.Err, "backup")
	}
	_, err = contactKind.List(context.Background(), s, []uint32{1})
	require.NoError(t, err, "reads go on")
}

func TestErrorsOfLackingResources(t *testing.T) {
	for cause, kind := range map[error]string{
		engine.ErrFull: "storage-full", engine.ErrDescriptors: "storage-descriptors",
		engine.ErrMemory: "storage-memory", engine.ErrRepairing: "storage-repairing",
	} {
		var known *fault.Error
		require.ErrorAs(t, readFailure(cause), &known)
		require.Equal(t, kind, known.Type)
		require.Equal(t, fault.KindUnavailable, known.Kind)
		require.False(t, isUnknown(cause), "nothing was applied")
	}
}
