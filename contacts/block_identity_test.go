package contacts_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine/memory"
)

func identityOf(channel, id string) fields.Draft {
	return fields.Draft{"identities": []any{identityDraft(channel, id)}}
}

// An identity stays blocked as an e-mail does, and is asked for as filters have it.
func TestABlockOfAnIdentityOutlivesItsContact(t *testing.T) {
	g := newGuard(t, memory.New())
	c := g.block(g.create(fields.Draft{"identities": []any{identityDraft("whatsapp", "254:1"), identityDraft("sms", "s")}}), true)
	list, err := g.BlockedAddresses(t.Context(), " whatsapp:254:1")
	require.NoError(t, err)
	require.Equal(t, []contacts.BlockedAddress{{Field: "identity", Contact: c.ID}}, list)

	c = g.patch(c, identityOf("whatsapp", "254:1"))
	require.Equal(t, []bool{true}, g.blocked(identityOf("sms", "s")), "it was given up")
	g.delete(c)
	made := g.create(identityOf("whatsapp", "254:1"))
	require.True(t, made.Blocked)
	history, err := g.store.History(t.Context(), &contacts.Kind.Shape, made.Ordinal, 0, 1)
	require.NoError(t, err)
	require.Equal(t, ledger.Author{Source: ledger.SourceSystem, Name: "the identity is blocked"}, history[0].Author)
	require.Equal(t, []bool{true, false, false, false}, g.blocked(identityOf("sms", "s"), identityOf("sms", "S"), identityOf("whatsapp", "s"), fields.Draft{"identifier": "whatsapp:254:1"}))

	for _, value := range []string{"sms:S", "whatsapp:s", "fax:s", "sms:", "sms: "} {
		_, err := g.LiftBlocks(t.Context(), tester, value)
		require.Equal(t, fault.KindNotFound, fault.KindOf(err), value)
	}
	g.lift("whatsapp:254:1")
	require.Zero(t, g.kept(), "with all that is lifted of one person")
	require.False(t, g.get(made.ID).Blocked)
}

// What others may have too is nobody's block.
func TestSharedAddressesAreNotBlocked(t *testing.T) {
	g := newGuard(t, memory.New())
	line := fields.Draft{"email": "line@x.example"}
	c := g.block(g.create(fields.Draft{"emails": addressesOf("a@x.example", "line@x.example shared", "desk@x.example")}), true)
	c = g.patch(c, fields.Draft{"emails": addressesOf("a@x.example", "desk@x.example shared")})
	require.Equal(t, []bool{false, false}, g.blocked(line, fields.Draft{"email": "desk@x.example"}), "one that it shares from now on neither")
	require.Zero(t, g.kept())
	list, err := g.BlockedAddresses(t.Context(), "line@x.example")
	require.NoError(t, err)
	require.Empty(t, list)
	g.delete(c)
	require.Equal(t, []bool{false, true}, g.blocked(line, fields.Draft{"email": "a@x.example"}))
}
