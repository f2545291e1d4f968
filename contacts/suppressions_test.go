package contacts_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/ledger/ledgertest"
	"github.com/ndoto/kundi/storage/engine/memory"
)

func channel(name string) fields.Channel { return fields.ChannelNamed(name) }

// suppressed suppresses values, each as "channel value reason", and returns the statuses.
func (g *guard) suppressed(items ...string) (statuses []string) {
	g.t.Helper()
	var drafts []fields.Draft
	for _, item := range items {
		part := strings.Fields(item)
		drafts = append(drafts, fields.Draft{"channel": part[0], "value": part[1], "reason": part[2]})
	}
	done, err := g.Suppress(g.t.Context(), tester, drafts)
	require.NoError(g.t, err)
	for _, r := range done.Results {
		statuses = append(statuses, string(r.Status))
	}
	return statuses
}

func (g *guard) reasons(on, value string) (list []string) {
	g.t.Helper()
	found, err := g.Suppressions(g.t.Context(), channel(on), value)
	require.NoError(g.t, err)
	for _, s := range found {
		list = append(list, string(s.Reason))
	}
	var differences ledger.Differences
	require.NoError(g.t, contacts.VerifySuppressions(g.t.Context(), g.store, &differences))
	require.Empty(g.t, differences.List())
	return list
}

func (g *guard) consent(c *contacts.Contact, on string, d fields.Draft) *contacts.Contact {
	g.t.Helper()
	r, err := g.SetConsent(g.t.Context(), tester, c.ID, channel(on), d, 0)
	require.NoError(g.t, err)
	return r.Contact
}

func reach(c *contacts.Contact, on string) string {
	address, why := contacts.Reach(c, channel(on))
	return strings.TrimSpace(address + " " + string(why))
}

func TestASuppressedAddressIsPassedOver(t *testing.T) {
	g := newGuard(t, memory.New())
	c := g.create(fields.Draft{
		"name": "Kim", "emails": addressesOf("Kim@firma.example", "kim@home.example"), "phone": "+254722000111",
		"identities": []any{identityDraft("whatsapp", "254722000112"), identityDraft("line", "U1")},
	})
	require.Equal(t, []string{"email", "line", "sms", "voice", "whatsapp"}, c.Reachable())
	require.Equal(t, "kim@firma.example", reach(c, "email"))
	require.Equal(t, "+254722000112", reach(c, "whatsapp"), "an identity comes first, in the form of a number")
	require.Equal(t, "+254722000111", reach(c, "sms"))
	require.Equal(t, "unreachable", reach(c, "viber"))

	require.Equal(t, []string{"created", "unchanged", "created", "created", "created", "created"}, g.suppressed(
		"email KIM@FIRMA.example bounce", "email kim@firma.example bounce", "email kim@firma.example complaint",
		"whatsapp +254722000112 manual", "sms +254722000111 bounce", "line U1 bounce"))
	c = g.read(c)
	require.Equal(t, "kim@home.example", reach(c, "email"), "the next one")
	require.Equal(t, "+254722000111", reach(c, "whatsapp"), "the phone")
	require.Equal(t, "suppressed", reach(c, "sms"))
	require.Equal(t, "+254722000111", reach(c, "voice"), "another channel")
	require.Equal(t, "suppressed", reach(c, "line"))
	require.Equal(t, []string{"email", "voice", "whatsapp"}, c.Reachable())
	require.Equal(t, []string{"bounce", "complaint"}, g.reasons("email", "Kim@firma.example"))
	require.Empty(t, c.Consents, "nobody said anything")

	c = g.block(c, true)
	require.Equal(t, "blocked", reach(c, "voice"))
	require.Empty(t, c.Reachable())
	c = g.block(c, false)
	g.delete(c)
	again := g.create(fields.Draft{"email": "kim@firma.example", "phone": "+254722000111"})
	require.Equal(t, []string{"voice", "whatsapp"}, again.Reachable(), "what is suppressed outlives its contact")
	require.Equal(t, "suppressed", reach(g.patch(again, fields.Draft{"identities": []any{identityDraft("line", "U1")}}), "line"), "whoever takes it")

	_, err := g.LiftSuppressions(t.Context(), tester, channel("email"), "KIM@firma.example")
	require.NoError(t, err)
	require.Equal(t, "kim@firma.example", reach(g.read(again), "email"))
	require.Empty(t, g.reasons("email", "kim@firma.example"))
	_, err = g.LiftSuppressions(t.Context(), tester, channel("email"), "kim@firma.example")
	problem(t, fault.KindNotFound, err)
}

var problem = ledgertest.Problem

// Nobody is unsubscribed by what a shared address says, but nothing is sent there.
func TestASharedAddressIsSuppressedForAll(t *testing.T) {
	g := newGuard(t, memory.New())
	a := g.create(fields.Draft{"name": "A", "emails": addressesOf("line@x.example shared", "a@x.example")})
	b := g.create(fields.Draft{"name": "B", "emails": addressesOf("line@x.example shared")})
	g.suppressed("email line@x.example unsubscribe")
	require.Equal(t, "a@x.example", reach(g.read(a), "email"))
	require.Equal(t, "suppressed", reach(g.read(b), "email"))
	require.Empty(t, g.read(b).Consents)
	require.Equal(t, "suppressed", reach(g.create(fields.Draft{"name": "C", "emails": addressesOf("line@x.example shared")}), "email"))

	_, err := g.LiftSuppressions(t.Context(), tester, channel("email"), "line@x.example")
	require.NoError(t, err)
	b = g.consent(g.read(b), "email", fields.Draft{"status": "unsubscribed"})
	g.delete(b)
	require.Empty(t, g.reasons("email", "line@x.example"), "others have it")
}

func TestConsentIsSaidWithItsProof(t *testing.T) {
	g := newGuard(t, memory.New())
	c := g.create(kim)
	said := c.CreatedAt.Add(-time.Hour)
	d := fields.Draft{"status": "subscribed", "proof": " form 12 ", "at": said.Format(time.RFC3339Nano)}
	c = g.consent(c, "email", d)
	require.Equal(t, contacts.Consent{Channel: channel("email"), Status: contacts.Subscribed, At: said, Source: ledger.SourceAPI, Name: "test", Proof: "form 12"}, c.Consent(channel("email")))
	require.Equal(t, c, g.read(c))
	require.Equal(t, c, g.consent(c, "email", d), "the same again changes nothing")
	require.Equal(t, c.Version, g.patch(c, fields.Draft{"consent": map[string]any{"email": "subscribed"}}).Version)

	both := g.patch(c, fields.Draft{"city": "Embu", "consent": map[string]any{"email": "unsubscribed", "sms": "subscribed"}})
	require.Equal(t, "unsubscribed", reach(both, "email"))
	require.Empty(t, both.Consent(channel("email")).Proof, "it is another statement")
	require.True(t, both.Consent(channel("email")).At.Equal(both.UpdatedAt))
	history, _, err := g.History(t.Context(), c.ID, "", 0, 10)
	require.NoError(t, err)
	var named []string
	for _, e := range history {
		fields := ""
		for _, change := range e.Changes {
			fields += change.Field + " "
		}
		named = append(named, e.Op.String()+": "+fields)
	}
	require.Equal(t, []string{
		"update: consent.sms consent.sms.at ", "update: consent.email consent.email.at consent.email.proof ", "update: city ",
		"update: consent.email consent.email.at consent.email.proof ", "create: ",
	}, named, "each is a change of its own")

	c = g.consent(both, "email", fields.Draft{"status": "unknown"})
	require.Equal(t, "kim@firma.example", reach(c, "email"))
	c = g.patch(c, fields.Draft{"consent": nil})
	require.Empty(t, c.Consents)
	for name, wrong := range map[string]struct {
		draft fields.Draft
		paths []string
	}{
		"nothing":         {fields.Draft{}, []string{"status"}},
		"another word":    {fields.Draft{"status": "yes"}, []string{"status"}},
		"null":            {fields.Draft{"status": nil}, []string{"status"}},
		"the future":      {fields.Draft{"status": "subscribed", "at": time.Now().Add(6 * time.Minute).UTC().Format(time.RFC3339)}, []string{"at"}},
		"a long proof":    {fields.Draft{"status": "subscribed", "proof": strings.Repeat("é", contacts.MaxProof+1)}, []string{"proof"}},
		"proof of none":   {fields.Draft{"status": "unknown", "proof": "x"}, []string{"proof"}},
		"another member":  {fields.Draft{"status": "subscribed", "source": "x"}, []string{""}},
		"several at once": {fields.Draft{"status": "x", "at": "y"}, []string{"at", "status"}},
	} {
		_, err := g.SetConsent(t.Context(), tester, c.ID, channel("email"), wrong.draft, 0)
		require.Equal(t, wrong.paths, ledgertest.Paths(problem(t, fault.KindInvalid, err).Faults), name)
	}
	_, err = g.SetConsent(t.Context(), tester, c.ID, channel("email"), fields.Draft{"status": "subscribed"}, c.Version+1)
	problem(t, fault.KindPrecondition, err)
	require.Equal(t, c, g.read(c))
	for path, wrong := range map[string]any{"consent": "x", "consent.email": map[string]any{"email": "maybe"}} {
		_, err := g.Patch(t.Context(), tester, c.ID, fields.Draft{"consent": wrong}, 0)
		require.Equal(t, []string{path}, ledgertest.Paths(problem(t, fault.KindInvalid, err).Faults))
	}
	_, err = g.Patch(t.Context(), tester, c.ID, fields.Draft{"consent": map[string]any{"fax": "subscribed"}}, 0)
	require.Equal(t, []string{"consent"}, ledgertest.Paths(problem(t, fault.KindInvalid, err).Faults))
	assistant := ledger.Caller{Author: ledger.Author{Source: ledger.SourceAI, Name: "bot"}}
	_, err = g.Patch(t.Context(), assistant, c.ID, fields.Draft{"consent": map[string]any{"email": "subscribed"}}, 0)
	require.Equal(t, []string{"consent"}, ledgertest.Paths(problem(t, fault.KindInvalid, err).Faults))
}

// Who has unsubscribed stays so when they are deleted and made again, until somebody subscribes them.
func TestWhoHasUnsubscribedStaysSo(t *testing.T) {
	g := newGuard(t, memory.New())
	c := g.consent(g.create(kim), "email", fields.Draft{"status": "unsubscribed"})
	c = g.patch(c, fields.Draft{"email": "new@firma.example"})
	require.Equal(t, []string{"unsubscribe"}, g.reasons("email", "kim@firma.example"), "what is given up, too")
	g.delete(c)
	require.Empty(t, g.reasons("sms", "+254722000111"), "of another channel")
	for _, value := range []string{"new@firma.example", "kim@firma.example"} {
		again := g.create(fields.Draft{"email": value, "consent": map[string]any{"email": "subscribed"}})
		consent := again.Consent(channel("email"))
		require.Equal(t, contacts.Unsubscribed, consent.Status)
		require.Equal(t, []any{ledger.SourceSystem, "the email is suppressed"}, []any{consent.Source, consent.Name})
		require.Equal(t, "unsubscribed", reach(again, "email"))
		require.Equal(t, []contacts.Suppressed{{Channel: channel("email"), Address: value}}, again.Suppressed)
		history, err := g.store.History(t.Context(), &contacts.Kind.Shape, again.Ordinal, 0, 1)
		require.NoError(t, err)
		require.Equal(t, ledger.Author{Source: ledger.SourceSystem, Name: "the email is suppressed"}, history[0].Author)

		if value == "new@firma.example" {
			again = g.patch(g.consent(again, "email", fields.Draft{"status": "unknown"}), fields.Draft{"city": "Embu"})
			require.Empty(t, again.Consents, "what it had before says nothing again")
			require.Equal(t, "suppressed", reach(again, "email"), "withdrawing lifts nothing")
			again = g.consent(again, "email", fields.Draft{"status": "subscribed", "proof": "they called"})
			require.Equal(t, again, g.read(again))
		} else {
			_, err = g.LiftSuppressions(t.Context(), tester, channel("email"), value)
			require.NoError(t, err)
			again = g.read(again)
			require.Empty(t, again.Consents, "it was only the address that said so")
		}
		require.Equal(t, value, reach(again, "email"))
		require.Empty(t, g.reasons("email", value))
	}
}

func TestTheStricterConsentSurvivesAMerge(t *testing.T) {
	g := newGuard(t, memory.New())
	a := g.consent(g.create(fields.Draft{"email": "a@x.example"}), "email", fields.Draft{"status": "subscribed"})
	b := g.consent(g.create(fields.Draft{"email": "b@x.example"}), "email", fields.Draft{"status": "unsubscribed", "proof": "link"})
	g.suppressed("email b@x.example bounce")
	b = g.read(b)
	merged := g.merge(a, b)
	require.Equal(t, b.Consent(channel("email")), merged.Consent(channel("email")))
	require.Equal(t, b.Suppressed, merged.Suppressed)
	restored, err := g.UndoMerge(t.Context(), tester, merged.Absorbed[0].Merge)
	require.NoError(t, err)
	require.Equal(t, b.Consents, restored.Contact.Consents)
	require.Equal(t, b.Suppressed, restored.Contact.Suppressed)
	require.Equal(t, a.Consents, g.read(a).Consents)
	require.Empty(t, g.read(a).Suppressed)

	merged = g.merge(a, b)
	_, err = g.LiftSuppressions(t.Context(), tester, channel("email"), "b@x.example")
	require.NoError(t, err)
	restored, err = g.UndoMerge(t.Context(), tester, merged.Absorbed[0].Merge)
	require.NoError(t, err)
	require.Empty(t, restored.Contact.Suppressed, "it was lifted meanwhile")
}

func TestWhatASuppressionMayNotSay(t *testing.T) {
	g := newGuard(t, memory.New())
	c := g.create(fields.Draft{"name": "Kim", "phone": "+254722000111"})
	at := time.Now().Add(6 * time.Minute).UTC().Format(time.RFC3339)
	drafts := []fields.Draft{
		{}, {"channel": "fax", "value": "1", "reason": "bounce"}, {"channel": "email", "value": "nobody", "reason": "gone"},
		{"channel": "email", "value": "a@x.example", "contact_id": c.ID.String(), "reason": "bounce"}, {"channel": "email", "contact_id": "x", "reason": "bounce"},
		{"channel": "email", "contact_id": c.ID.String(), "reason": "bounce"}, {"channel": "email", "contact_id": ledger.NewID().String(), "reason": "bounce"},
		{"channel": "sms", "value": "0722 000 111", "reason": "bounce"}, {"channel": "email", "value": "a@x.example", "reason": "bounce", "at": at, "why": 1},
		{"channel": "line", "value": " ", "reason": "bounce"}, {"channel": "voice", "contact_id": c.ID.String(), "reason": "complaint"},
	}
	done, err := g.Suppress(t.Context(), tester, drafts)
	require.NoError(t, err)
	want := [][]string{{"channel", "reason", "value"}, {"channel"}, {"reason", "value"}, {"value"}, {"contact_id"}, {"contact_id"}, nil, {"value"}, {"", "at"}, {"value"}}
	for i, paths := range want {
		require.Equal(t, ledger.StatusFailed, done.Results[i].Status, i)
		if paths == nil {
			problem(t, fault.KindNotFound, done.Results[i].Err)
			continue
		}
		require.Equal(t, paths, ledgertest.Paths(problem(t, fault.KindInvalid, done.Results[i].Err).Faults), i)
	}
	require.Equal(t, ledger.StatusCreated, done.Results[len(want)].Status)
	require.Equal(t, []string{"complaint"}, g.reasons("voice", "+254722000111"))
	for _, n := range []int{0, contacts.MaxBatch + 1} {
		_, err := g.Suppress(t.Context(), tester, make([]fields.Draft, n))
		require.Equal(t, []string{"suppressions"}, ledgertest.Paths(problem(t, fault.KindInvalid, err).Faults))
	}
	by := tester.WithReceipt(ledger.ReceiptKey{Key: "k", Body: [32]byte{1}})
	for replayed := range 2 {
		done, err = g.Suppress(t.Context(), by, []fields.Draft{{"channel": "line", "value": "U9", "reason": "manual"}})
		require.NoError(t, err)
		require.Equal(t, []any{ledger.StatusCreated, replayed == 1}, []any{done.Results[0].Status, done.Replayed})
	}
}

// A file does not subscribe whoever has unsubscribed.
func TestAFileDoesNotSubscribeAgain(t *testing.T) {
	g := newGuard(t, memory.New())
	c := g.consent(g.create(kim), "email", fields.Draft{"status": "unsubscribed"})
	row := fields.Draft{"email": "kim@firma.example", "consent.email": "Subscribed", "consent.sms": "subscribed"}
	done, err := g.Import(t.Context(), tester.Author, []fields.Draft{row}, contacts.FileRules{})
	require.NoError(t, err)
	require.Equal(t, ledger.StatusUpdated, done.Results[0].Status)
	require.Equal(t, []string{"consent.email"}, ledgertest.Paths(done.Results[0].LeftOut))
	c = g.read(c)
	require.Equal(t, contacts.Unsubscribed, c.Consent(channel("email")).Status)
	require.Equal(t, contacts.Subscribed, c.Consent(channel("sms")).Status)
	done, err = g.Import(t.Context(), tester.Author, []fields.Draft{{"email": "x@x.example", "consent.email": "perhaps"}}, contacts.FileRules{})
	require.NoError(t, err)
	require.Equal(t, []string{"consent.email"}, ledgertest.Paths(problem(t, fault.KindInvalid, done.Results[0].Err).Faults))
}

// What a contact lists of its addresses must be what is kept of them, in both directions.
func TestVerifyComparesTheListsOfContacts(t *testing.T) {
	g := newGuard(t, memory.New())
	a := g.create(fields.Draft{"email": "a@x.example", "identities": []any{identityDraft("whatsapp", "254722000111")}})
	b := g.create(fields.Draft{"email": "b@x.example"})
	g.suppressed("email a@x.example bounce", "email a@x.example manual", "whatsapp +254722000111 bounce", "sms nobody manual")
	require.Empty(t, g.reasons("email", "b@x.example"), "everything agrees")
	document := func(c *contacts.Contact) (key string, kept []byte) {
		key = g.store.BlockKey(ledger.Claim{Kind: contacts.ClaimEmail, Value: c.Email})
		kept, err := g.store.Document(t.Context(), ledger.Suppressions, key)
		require.NoError(t, err)
		return key, kept
	}
	change := func(do func(ledger.Tx) error) []ledger.Difference {
		_, err := g.store.Update(t.Context(), tester.Author, do)
		require.NoError(t, err)
		var found ledger.Differences
		require.NoError(t, contacts.VerifySuppressions(t.Context(), g.store, &found))
		return found.List()
	}
	const what = "contacts that list other addresses as suppressed than those that are"
	keyOfA, kept := document(a)
	keyOfB, _ := document(b)
	require.Equal(t, []ledger.Difference{{What: what, Count: 1, Ordinals: []uint32{b.Ordinal}}},
		change(func(tx ledger.Tx) error { return tx.PutDocument(ledger.Suppressions, keyOfB, kept) }), "one that it does not list")
	require.Equal(t, []ledger.Difference{{What: what, Count: 2, Ordinals: []uint32{a.Ordinal, b.Ordinal}}},
		change(func(tx ledger.Tx) error { return tx.DeleteDocument(ledger.Suppressions, keyOfA) }), "one that is not kept")
	require.Empty(t, change(func(tx ledger.Tx) error {
		if err := tx.DeleteDocument(ledger.Suppressions, keyOfB); err != nil {
			return err
		}
		return tx.PutDocument(ledger.Suppressions, keyOfA, kept)
	}), "as it was")
}
