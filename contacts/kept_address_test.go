package contacts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// TestKeptAddressesOfAContact are those that it has, by name, and those that it had.
func TestKeptAddressesOfAContact(t *testing.T) {
	g := newGuard(t, memory.New())
	kept := func(c *contacts.Contact) (list []contacts.KeptAddress) {
		list, err := contacts.KeptAddresses(t.Context(), g.store, c)
		require.NoError(t, err)
		for i := range list {
			require.False(t, list[i].KeptAt.IsZero())
			list[i].KeptAt = time.Time{}
		}
		return list
	}
	ada := g.create(fields.Draft{"email": "Ada@example.org", "phone": "+254712345678"})
	require.Empty(t, kept(ada))
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
	ada = g.blockAs(ada, fields.Draft{"until": until.Format(time.RFC3339Nano)})
	require.Empty(t, kept(ada), "its addresses are blocked with it")
	ada = g.patch(ada, fields.Draft{"email": "ada@example.net"})
	require.Equal(t, []contacts.KeptAddress{
		{Field: "email", Value: "ada@example.net", Until: until}, {Field: "phone", Value: "+254712345678", Until: until}, {Until: until},
	}, kept(ada), "the last one is a former one")
	g.delete(ada)
	again := g.create(fields.Draft{"email": "ada@example.org", "identities": []any{map[string]any{"channel": "telegram", "source_id": "a:b"}}})
	require.True(t, again.Blocked)
	require.Equal(t, []contacts.KeptAddress{{Field: "email", Value: "ada@example.org", Until: until}, {Until: until}, {Until: until}}, kept(again))
	again = g.patch(again, fields.Draft{"city": "Nairobi", "email": nil})
	require.Contains(t, kept(again), contacts.KeptAddress{Field: "identity", Value: "telegram:a:b", Until: until})
	require.Len(t, kept(again), 4)
	require.Empty(t, kept(g.block(again, false)), "they are lifted")
}
