package contacts_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// The tests within package contacts use the store, too.
func init() {
	contacts.OpenStore = func(t testing.TB) contacts.Store {
		t.Helper()
		s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: memory.New()})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return s
	}
}
