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

// undo undoes the newest merge of a contact, and returns it and the other one.
func (g *guard) undo(c *contacts.Contact) (after, restored *contacts.Contact) {
	g.t.Helper()
	c = g.read(c)
	r, err := g.UndoMerge(g.t.Context(), tester, c.Absorbed[len(c.Absorbed)-1].Merge)
	require.NoError(g.t, err)
	return g.read(c), r.Contact
}

func statusOn(c *contacts.Contact) string { return c.Consent(channel("email")).Status.String() }

// Whoever unsubscribes while two are one may be either of them.
func TestWhoUnsubscribesAfterAMergeStaysSoAfterItsUndo(t *testing.T) {
	g := newGuard(t, memory.New())
	a := g.consent(g.create(fields.Draft{"email": "a@x.example"}), "email", fields.Draft{"status": "subscribed"})
	b := g.consent(g.create(fields.Draft{"email": "b@x.example"}), "email", fields.Draft{"status": "subscribed"})
	merged := g.consent(g.merge(a, b), "email", fields.Draft{"status": "unsubscribed", "proof": "link"})
	after, restored := g.undo(a)
	require.Equal(t, merged.Consents, after.Consents)
	require.Equal(t, merged.Consents, restored.Consents)

	g.consent(g.merge(after, restored), "email", fields.Draft{"status": "subscribed"})
	after, restored = g.undo(a)
	require.Equal(t, []string{"subscribed", "unsubscribed"}, []string{statusOn(after), statusOn(restored)}, "only the survivor is subscribed")
}

// What follows from a suppressed address goes with the address.
func TestAnAddressUnsubscribesWhoeverHasItAfterAnUndo(t *testing.T) {
	g := newGuard(t, memory.New())
	a := g.consent(g.create(fields.Draft{"email": "a@x.example"}), "email", fields.Draft{"status": "subscribed"})
	b := g.create(fields.Draft{"email": "b@x.example"})
	merged := g.merge(a, b)
	g.suppressed("email b@x.example unsubscribe")
	require.Equal(t, "unsubscribed", statusOn(g.read(merged)))
	after, restored := g.undo(a)
	require.Equal(t, a.Consents, after.Consents, "it is not its address")
	require.Equal(t, ledger.SourceSystem, restored.Consent(channel("email")).Source)
	require.Equal(t, "unsubscribed", statusOn(restored))

	g.merge(after, restored)
	_, err := g.LiftSuppressions(t.Context(), tester, channel("email"), "b@x.example")
	require.NoError(t, err)
	_, restored = g.undo(a)
	require.Empty(t, restored.Consents, "it was lifted")
}

// Who has two addresses that unsubscribe stays unsubscribed until neither does.
func TestLiftingOneOfTwoAddressesSubscribesNobody(t *testing.T) {
	g := newGuard(t, memory.New())
	c := g.create(fields.Draft{"emails": addressesOf("a@x.example", "b@x.example")})
	g.suppressed("email a@x.example unsubscribe", "email b@x.example unsubscribe")
	for _, step := range [][2]string{{"a@x.example", "unsubscribed"}, {"b@x.example", "unknown"}} {
		_, err := g.LiftSuppressions(t.Context(), tester, channel("email"), step[0])
		require.NoError(t, err)
		require.Equal(t, step[1], statusOn(g.read(c)))
	}
}

// An address that one gives up who has unsubscribed is not suppressed while another has it.
func TestWhatAnotherHasStaysReachable(t *testing.T) {
	g := newGuard(t, memory.New())
	caller := g.create(fields.Draft{"phone": "+254722000111"})
	writer := g.create(fields.Draft{"identities": []any{identityDraft("whatsapp", "254722000111")}})
	g.consent(caller, "whatsapp", fields.Draft{"status": "unsubscribed"})
	g.delete(g.read(caller))
	require.Empty(t, g.reasons("whatsapp", "+254722000111"))
	require.Equal(t, "+254722000111", reach(g.read(writer), "whatsapp"))

	owner := g.create(fields.Draft{"email": "a@x.example"})
	sharer := g.create(fields.Draft{"emails": addressesOf("own@x.example", "a@x.example shared")})
	g.consent(sharer, "email", fields.Draft{"status": "unsubscribed"})
	g.patch(sharer, fields.Draft{"emails": addressesOf("own@x.example")})
	require.Empty(t, g.reasons("email", "a@x.example"))
	require.Equal(t, "a@x.example", reach(g.read(owner), "email"))
}

// An author who sets no consents does not lift either what the owner of a shared address said.
func TestNobodyIsSubscribedThroughASharedAddress(t *testing.T) {
	g := newGuard(t, memory.New())
	by := tester
	by.NoResubscribing = true
	owner := g.create(fields.Draft{"email": "a@x.example"})
	g.suppressed("email a@x.example unsubscribe")
	shared := fields.Draft{"name": "Kim", "emails": addressesOf("a@x.example shared"), "consent": map[string]any{"email": "subscribed"}}
	for _, subscribe := range []func() error{
		func() error { _, err := g.Create(t.Context(), by, shared); return err },
		func() error {
			c := g.create(fields.Draft{"name": "Ann", "emails": addressesOf("a@x.example shared")})
			_, err := g.Patch(t.Context(), by, c.ID, fields.Draft{"consent": shared["consent"]}, 0)
			return err
		},
	} {
		err := subscribe()
		var e *fault.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, "consent.email", e.Faults[0].Path)
	}
	require.Equal(t, []string{"unsubscribe"}, g.reasons("email", "a@x.example"))
	require.Equal(t, "unsubscribed", statusOn(g.read(owner)))

	_, err := g.Create(t.Context(), tester, shared)
	require.NoError(t, err)
	require.Empty(t, g.reasons("email", "a@x.example"))
}

// Whose identity is suppressed is unsubscribed, although the same digits are a number that it shares.
func TestAnIdentityIsOfOneAlone(t *testing.T) {
	g := newGuard(t, memory.New())
	g.suppressed("whatsapp +254722000111 unsubscribe")
	c := g.create(fields.Draft{
		"name": "Kim", "phones": []any{map[string]any{"value": "+254722000111", "shared": true}}, "identities": []any{identityDraft("whatsapp", "254722000111")},
	})
	require.Equal(t, "unsubscribed", reach(c, "whatsapp"))
	require.Equal(t, "+254722000111", reach(c, "sms"))
}
