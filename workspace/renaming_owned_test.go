package workspace

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// TestNamesOfRecordsThatBelongToOthers renames a label and an option in conversations, of which the
// ordinals of one owner lie among those of another.
func TestNamesOfRecordsThatBelongToOthers(t *testing.T) {
	kinds := []ledger.AnyKind{contacts.Kind, companies.Kind, conversations.Kind}
	store, err := storage.Open(t.Context(), storage.Options{Kinds: kinds, Engine: memory.New()})
	require.NoError(t, err)
	defer store.Close()
	s := NewService(store, nil)
	s.step = 2
	made, err := s.DefineAttribute(t.Context(), tester, fields.Draft{"entity": "conversation", "key": "tier", "type": "list", "options": []any{"gold", "tin"}})
	require.NoError(t, err)
	people := contacts.NewService(store, companies.Directory{}, nil, nil)
	var owners []uint32
	for _, name := range []string{"Ada", "Ben", "Cay"} {
		r, err := people.Create(t.Context(), tester, fields.Draft{"name": name})
		require.NoError(t, err)
		owners = append(owners, r.Contact.Ordinal)
	}
	const n = 11
	_, err = store.Update(t.Context(), tester.Author, func(tx ledger.Tx) error {
		for i := range n {
			c := &conversations.Conversation{ID: ledger.NewID(), Owner: owners[2-i%3], Labels: []string{"vip"}}
			c.Attributes = c.Attributes.With(made.Attribute.Number, fields.TextValue("gold"))
			if err := conversations.Kind.Create(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)

	_, err = s.RenameOption(t.Context(), tester, fields.EntityConversation, "tier", Rename{From: "gold", To: "premium"}, 0)
	require.NoError(t, err)
	_, err = s.RenameLabel(t.Context(), tester, Rename{From: "vip", To: "key"})
	require.NoError(t, err)
	p, err := s.RenamingOfLabels(t.Context())
	require.NoError(t, err)
	require.Equal(t, &Progress{From: "vip", To: "key", Total: n + 3}, p)
	seen := uint32(0)
	for range n {
		require.NoError(t, s.sweepOnce(t, "conversation/labels"))
		p, err := s.RenamingOfLabels(t.Context())
		require.NoError(t, err)
		require.GreaterOrEqual(t, p.Done, seen, "it goes on")
		seen = p.Done
	}
	require.EqualValues(t, n, seen)
	require.NoError(t, s.SweepRenamings(t.Context()))
	list, err := conversations.Kind.Scan(t.Context(), store, ledger.Ref{}, 100)
	require.NoError(t, err)
	require.Len(t, list, n)
	for _, c := range list {
		require.Equal(t, []string{"key"}, c.Labels)
		require.Equal(t, "premium", c.Attributes.Get(made.Attribute.Number).Text)
	}
	p, err = s.RenamingOfLabels(t.Context())
	require.NoError(t, err)
	require.Nil(t, p)
	_, err = s.UpdateAttribute(t.Context(), tester, fields.EntityConversation, "tier", fields.Draft{"options": []any{"tin"}}, 0)
	require.Equal(t, "option-in-use", problem(t, fault.KindConflict, err).Type)
}

// sweepOnce takes one step of a renaming.
func (s *Service) sweepOnce(t *testing.T, key string) error {
	var r renaming
	raw, err := s.store.Document(t.Context(), ledger.Renamings, key)
	require.NoError(t, err)
	require.NoError(t, ledger.DecodeDocument(raw, &r))
	_, _, err = s.sweepRenaming(t.Context(), key, r)
	return err
}
