package storage_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/faulty"
	"github.com/ndoto/kundi/storage/engine/memory"
)

func update(t testing.TB, s *storage.Store, closure func(tx ledger.Tx) error) uint64 {
	t.Helper()
	seq, err := s.Update(context.Background(), api, closure)
	require.NoError(t, err)
	return seq
}

// edit changes a clone of the contact and stores it.
func edit(t testing.TB, s *storage.Store, ordinal uint32, change func(c *contacts.Contact)) *contacts.Contact {
	t.Helper()
	var after *contacts.Contact
	update(t, s, func(tx ledger.Tx) error {
		before, err := contacts.Kind.Get(tx, ordinal)
		if err != nil {
			return err
		}
		after = before.Clone()
		change(after)
		return contacts.Kind.Update(tx, before, after)
	})
	return after
}

func company(name string) *companies.Company {
	return &companies.Company{ID: uuid.Must(uuid.NewV7()), Name: name, CreatedAt: noon.Truncate(time.Millisecond)}
}

func changes(t testing.TB, s *storage.Store, after uint64) []ledger.Change {
	t.Helper()
	list, err := s.Changes(context.Background(), after, 1_000_000)
	require.NoError(t, err)
	return list
}

func history(t testing.TB, s *storage.Store, ordinal uint32) []ledger.HistoryEntry {
	t.Helper()
	list, err := s.History(context.Background(), &contacts.Kind.Shape, ordinal, 0, 1_000_000)
	require.NoError(t, err)
	return list
}

func TestClaimsAreUnique(t *testing.T) {
	s := memoryStore(t)
	ada := person("Ada", "Ada@Example.com")
	ada.Phone, ada.Identifier = "+254712345678", "A-1"
	create(t, s, ada)
	cases := map[string]struct {
		field string
		c     *contacts.Contact
	}{
		"e-mail by case":      {"email", &contacts.Contact{Email: "aDA@eXAMPLE.COM"}},
		"phone":               {"phone", &contacts.Contact{Phone: "+254712345678"}},
		"identifier":          {"identifier", &contacts.Contact{Identifier: "A-1"}},
		"id":                  {"id", &contacts.Contact{ID: ada.ID}},
		"identifier by case":  {"", &contacts.Contact{Identifier: "a-1"}},
		"phone as identifier": {"", &contacts.Contact{Identifier: "+254712345678"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if c.c.ID == (ledger.ID{}) {
				c.c.ID = uuid.Must(uuid.NewV7())
			}
			_, err := s.Update(context.Background(), api, creating(c.c))
			if c.field == "" {
				require.NoError(t, err)
				return
			}
			var taken *ledger.Taken
			require.ErrorAs(t, err, &taken)
			require.Equal(t, c.field, taken.Claim.Field)
			require.Equal(t, []ledger.Ref{{Ordinal: ada.Ordinal}}, taken.Holders)
			require.NotContains(t, strings.ToLower(taken.Error()), "ada@")
		})
	}
}

func TestClaimsMoveWithTheirContact(t *testing.T) {
	s := memoryStore(t)
	ada := person("Ada", "ada@example.com")
	create(t, s, ada)
	bob := person("Bob", "bob@example.com")
	create(t, s, bob)
	holder := func(email string) (ref ledger.Ref) {
		update(t, s, func(tx ledger.Tx) (err error) {
			ref, _, err = tx.Holder(ledger.Claim{Kind: contacts.ClaimEmail, Value: email})
			return err
		})
		return ref
	}
	edit(t, s, ada.Ordinal, func(c *contacts.Contact) { c.Email = "ADA@example.com" })
	require.Equal(t, ada.Ordinal, holder("ada@example.com").Ordinal, "another spelling is the same claim")
	edit(t, s, ada.Ordinal, func(c *contacts.Contact) { c.Email = "lovelace@example.com" })
	require.Zero(t, holder("ada@example.com").Ordinal)
	require.Equal(t, ada.Ordinal, holder("lovelace@example.com").Ordinal)
	edit(t, s, bob.Ordinal, func(c *contacts.Contact) { c.Email = "ada@example.com" })
	require.Equal(t, bob.Ordinal, holder("ada@example.com").Ordinal)

	// Two contacts swap their addresses within one closure, over a third one.
	update(t, s, func(tx ledger.Tx) error {
		for _, step := range []struct {
			ordinal uint32
			email   string
		}{{ada.Ordinal, "spare@example.com"}, {bob.Ordinal, "lovelace@example.com"}, {ada.Ordinal, "ada@example.com"}} {
			before, err := contacts.Kind.Get(tx, step.ordinal)
			if err != nil {
				return err
			}
			after := before.Clone()
			after.Email = step.email
			if err := contacts.Kind.Update(tx, before, after); err != nil {
				return err
			}
		}
		return nil
	})
	require.Equal(t, ada.Ordinal, holder("ada@example.com").Ordinal)
	require.Equal(t, bob.Ordinal, holder("lovelace@example.com").Ordinal)
	require.Zero(t, holder("spare@example.com").Ordinal)

	update(t, s, func(tx ledger.Tx) error {
		c, err := contacts.Kind.ByID(tx, ada.ID)
		if err != nil {
			return err
		}
		return contacts.Kind.Delete(tx, c)
	})
	require.Zero(t, holder("ada@example.com").Ordinal)
	again := person("Ada", "ada@example.com")
	create(t, s, again)
	require.EqualValues(t, 3, again.Ordinal, "an ordinal is never reused")
}

func TestConflictCanBeHandledWithinTheClosure(t *testing.T) {
	s := memoryStore(t)
	create(t, s, person("Ada", "ada@example.com"))
	var late *contacts.Contact
	update(t, s, func(tx ledger.Tx) error {
		err := contacts.Kind.Create(tx, person("Eve", "ada@example.com"))
		require.True(t, isTaken(err))
		late = person("Eve", "eve@example.com")
		return contacts.Kind.Create(tx, late)
	})
	require.EqualValues(t, 2, late.Ordinal, "a refused create leaves nothing")
	require.EqualValues(t, 2, late.Version)
}

func TestStaleUpdateIsAProgrammingError(t *testing.T) {
	s := memoryStore(t)
	ada := person("Ada", "ada@example.com")
	create(t, s, ada)
	edit(t, s, ada.Ordinal, func(c *contacts.Contact) { c.City = "London" })
	cases := map[string]func(tx ledger.Tx) error{
		"update": func(tx ledger.Tx) error { return contacts.Kind.Update(tx, ada, ada.Clone()) },
		"delete": func(tx ledger.Tx) error { return contacts.Kind.Delete(tx, ada) },
		"another id": func(tx ledger.Tx) error {
			before, err := contacts.Kind.Get(tx, ada.Ordinal)
			if err != nil {
				return err
			}
			after := before.Clone()
			after.ID = uuid.Must(uuid.NewV7())
			return contacts.Kind.Update(tx, before, after)
		},
	}
	for name, closure := range cases {
		_, err := s.Update(context.Background(), api, closure)
		require.Equal(t, fault.KindInternal, fault.KindOf(err), name)
	}
	_, err := s.Update(context.Background(), api, func(tx ledger.Tx) error {
		return contacts.Kind.Delete(tx, &contacts.Contact{Ordinal: 99})
	})
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))
}

func TestUpdateIsLoggedWithoutAndRememberedWithValues(t *testing.T) {
	s := memoryStore(t)
	putAttribute(t, s, definition(1, "tier"))
	putAttribute(t, s, definition(2, "gone"))
	acme := company("Acme")
	update(t, s, func(tx ledger.Tx) error { return companies.Kind.Create(tx, acme) })
	ada := person("Ada", "ada@example.com")
	ada.Attributes = fields.Attributes{{Number: 2, Value: fields.TextValue("x")}}
	create(t, s, ada)
	update(t, s, func(tx ledger.Tx) error { return tx.DeleteDocument(ledger.AttributeDefinitions, "gone") })
	head := s.Head()

	after := edit(t, s, ada.Ordinal, func(c *contacts.Contact) {
		c.Name = "Ada Lovelace"
		c.Email = ""
		c.Company = acme.Ordinal
		c.Labels = []string{"vip"}
		c.Attributes = fields.Attributes{{Number: 1, Value: fields.TextValue("gold")}}
		c.LastSeenAt = noon.Truncate(time.Millisecond)
		c.UpdatedAt = noon.Add(time.Hour).Truncate(time.Millisecond)
	})
	all := []string{"name", "email", "company_id", "company.name", "labels", "last_seen_at", "attributes.tier"}
	at := noon.Truncate(time.Millisecond)
	require.Equal(t, []ledger.Change{{
		Seq: head + 1, Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: ada.Ordinal,
		Fields: all, Source: ledger.SourceAPI, Actor: api.Name, At: at,
	}}, changes(t, s, head))
	require.Equal(t, head+1, after.Version)

	entries := history(t, s, ada.Ordinal)
	require.Len(t, entries, 2, "newest first")
	require.Equal(t, ledger.HistoryEntry{Seq: head + 1, Op: ledger.OpUpdate, Author: api, At: after.UpdatedAt, Changes: []ledger.FieldChange{
		{Field: "name", Old: fields.TextValue("Ada"), New: fields.TextValue("Ada Lovelace")},
		{Field: "email", Old: fields.TextValue("ada@example.com")},
		{Field: "company_id", New: fields.TextValue(acme.ID.String())},
		{Field: "company.name", New: fields.TextValue("Acme")},
		{Field: "labels", New: fields.ListValue([]string{"vip"})},
		{Field: "last_seen_at", New: fields.IntValue(at.UnixMilli())},
		{Field: "attributes.tier", Number: 1, Type: fields.FieldText, New: fields.TextValue("gold")},
	}}, entries[0])
	require.Equal(t, ledger.HistoryEntry{Seq: ada.Version, Op: ledger.OpCreate, Author: api, At: at}, entries[1], "a create repeats nothing")

	page, err := s.History(context.Background(), &contacts.Kind.Shape, ada.Ordinal, head+1, 10)
	require.NoError(t, err)
	require.Equal(t, entries[1:], page)
	page, err = s.History(context.Background(), &contacts.Kind.Shape, ada.Ordinal, 0, 1)
	require.NoError(t, err)
	require.Equal(t, entries[:1], page)
	page, err = s.History(context.Background(), &contacts.Kind.Shape, ada.Ordinal, 1, 10)
	require.NoError(t, err)
	require.Empty(t, page)
}

func TestDeleteRemovesRecordAndHistory(t *testing.T) {
	s := memoryStore(t)
	ada := person("Ada", "ada@example.com")
	create(t, s, ada)
	edit(t, s, ada.Ordinal, func(c *contacts.Contact) { c.City = "London" })
	update(t, s, func(tx ledger.Tx) error {
		before, err := contacts.Kind.Get(tx, ada.Ordinal)
		if err != nil {
			return err
		}
		after := before.Clone()
		after.City = "Paris"
		if err := contacts.Kind.Update(tx, before, after); err != nil {
			return err
		}
		if err := contacts.Kind.Delete(tx, after); err != nil {
			return err
		}
		_, err = contacts.Kind.Get(tx, ada.Ordinal)
		require.Equal(t, fault.KindNotFound, fault.KindOf(err))
		return nil
	})
	require.Empty(t, history(t, s, ada.Ordinal), "also what the deleting closure wrote")
	list, err := contacts.Kind.List(context.Background(), s, []uint32{ada.Ordinal})
	require.NoError(t, err)
	require.Equal(t, []*contacts.Contact{nil}, list)
	_, found, err := s.Holder(context.Background(), ledger.Claim{Kind: contacts.ClaimID, Value: ada.ID.String()})
	require.NoError(t, err)
	require.False(t, found)
	ops := []ledger.Op{}
	for _, c := range changes(t, s, 0) {
		ops = append(ops, c.Op)
	}
	require.Equal(t, []ledger.Op{ledger.OpCreate, ledger.OpUpdate, ledger.OpUpdate, ledger.OpDelete}, ops)
}

// editOften gives the contact a history of n updates.
func editOften(t testing.TB, s *storage.Store, ordinal uint32, n int) {
	t.Helper()
	for done := 0; done < n; {
		update(t, s, func(tx ledger.Tx) error {
			for range min(500, n-done) {
				before, err := contacts.Kind.Get(tx, ordinal)
				if err != nil {
					return err
				}
				after := before.Clone()
				after.City = fmt.Sprint(done)
				if err := contacts.Kind.Update(tx, before, after); err != nil {
					return err
				}
				done++
			}
			return nil
		})
	}
}

func deleteContact(t testing.TB, s *storage.Store, ordinal uint32) {
	t.Helper()
	update(t, s, func(tx ledger.Tx) error {
		c, err := contacts.Kind.Get(tx, ordinal)
		if err != nil {
			return err
		}
		return contacts.Kind.Delete(tx, c)
	})
}

// TestLongHistoryIsSweptWhenIdle deletes a contact with more history than one
// commit clears.
func TestLongHistoryIsSweptWhenIdle(t *testing.T) {
	s := memoryStore(t)
	create(t, s, person("Ada", "ada@example.com"))
	editOften(t, s, 1, 2500)
	require.Len(t, history(t, s, 1), 2501)
	grown, cancel := s.Subscribe()
	defer cancel()
	deleteContact(t, s, 1)
	for len(history(t, s, 1)) > 0 {
		<-grown
	}
}

// TestSweepGoesOnAfterARestart closes the store in the middle of it.
func TestSweepGoesOnAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		region := new(memory.Region)
		e, err := region.Open()
		require.NoError(t, err)
		f := faulty.New(e)
		s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: f})
		require.NoError(t, err)
		create(t, s, person("Ada", "ada@example.com"))
		editOften(t, s, 1, 2500)

		reached, release := make(chan struct{}), make(chan struct{})
		f.Next(faulty.None(), faulty.Held(reached, release))
		deleteContact(t, s, 1)
		<-reached
		closed := make(chan error, 1)
		go func() { closed <- s.Close() }()
		synctest.Wait()
		close(release)
		require.NoError(t, <-closed)

		e, err = region.Open()
		require.NoError(t, err)
		require.Len(t, scanRaw(t, e, "h"), 501, "a page went with the contact, one before the store closed")
		s = openStore(t, e)
		synctest.Wait()
		require.Empty(t, scanRaw(t, e, "h"))
		require.Empty(t, scanRaw(t, e, "w"), "and the mark with the last page")
	})
}

func TestCompanies(t *testing.T) {
	s := memoryStore(t)
	acme := company("Acmé Ltd")
	seq := update(t, s, func(tx ledger.Tx) error {
		if err := companies.Kind.Create(tx, acme); err != nil {
			return err
		}
		holder, held, err := tx.Holder(ledger.Claim{Kind: companies.ClaimName, Value: "acme ltd"})
		require.True(t, held)
		require.Equal(t, acme.Ordinal, holder.Ordinal)
		return err
	})
	require.EqualValues(t, 1, seq)
	_, err := s.Update(context.Background(), api, func(tx ledger.Tx) error { return companies.Kind.Create(tx, company("ACME LTD")) })
	require.True(t, isTaken(err))

	update(t, s, func(tx ledger.Tx) error {
		_, err := companies.Kind.Get(tx, 7)
		require.Equal(t, fault.KindNotFound, fault.KindOf(err))
		_, err = companies.Kind.Get(tx, 0)
		require.Equal(t, fault.KindNotFound, fault.KindOf(err))
		c, err := companies.Kind.Get(tx, acme.Ordinal)
		require.Equal(t, acme, c)
		return err
	})
	list, err := companies.Kind.List(context.Background(), s, []uint32{2, 1})
	require.NoError(t, err)
	require.Equal(t, []*companies.Company{nil, acme}, list)
	scanned, err := companies.Kind.Scan(context.Background(), s, ledger.Ref{}, 10)
	require.NoError(t, err)
	require.Equal(t, []*companies.Company{acme}, scanned)
}

func TestContactTooLarge(t *testing.T) {
	s := memoryStore(t)
	var late *contacts.Contact
	update(t, s, func(tx ledger.Tx) error {
		big := person("Ada", "ada@example.com")
		big.Labels = []string{strings.Repeat("x", 1<<20)}
		require.Equal(t, fault.KindTooLarge, fault.KindOf(contacts.Kind.Create(tx, big)))
		late = person("Ada", "ada@example.com")
		return contacts.Kind.Create(tx, late)
	})
	require.EqualValues(t, 1, late.Ordinal, "a refused create leaves nothing")
}
