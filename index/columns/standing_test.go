package columns

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

func TestWithAnyHasWhoeverHasAValue(t *testing.T) {
	table := newTables(gramBatch)
	fill(table, nil, []*contacts.Contact{
		{Ordinal: 1, Phone: "+254712345678"},
		{Ordinal: 2, Email: "ada@example.org"},
		{Ordinal: 3, Identities: []contacts.Identity{{Channel: fields.ChannelNamed("sms"), SourceID: "254712345679"}}},
		{Ordinal: 4},
	})
	table.View(func(v *View) {
		require.Equal(t, []uint32{1, 3}, v.WithAny("phone", "identities").ToArray())
		require.Equal(t, []uint32{2}, v.WithAny("email").ToArray())
		require.Empty(t, v.WithAny().ToArray())
	})
}
