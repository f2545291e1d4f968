package contacts_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// addressesOf are those of a draft: "a@b.example", with " primary" or " shared" behind.
func addressesOf(values ...string) []any {
	list := make([]any, len(values))
	for i, value := range values {
		member := map[string]any{"value": value}
		for _, mark := range []string{"primary", "shared"} {
			if n := len(value) - len(mark) - 1; n > 0 && value[n:] == " "+mark {
				member = map[string]any{"value": value[:n], mark: true}
			}
		}
		list[i] = member
	}
	return list
}

// shownAddresses are the addresses of a contact as addressesOf reads them, without who is primary.
func shownAddresses(list []contacts.Address) (texts []string) {
	for _, a := range list {
		if a.Shared {
			a.Value += " shared"
		}
		texts = append(texts, a.Value)
	}
	return texts
}

// identityDraft is an identity of a draft.
func identityDraft(channel, id string) map[string]any {
	return map[string]any{"channel": channel, "source_id": id}
}

func TestWhichAddressIsPrimary(t *testing.T) {
	for _, c := range []struct {
		name  string
		draft fields.Draft
		want  []string
	}{
		{"one of the others becomes the primary one", fields.Draft{"email": "B@x.example"}, []string{"B@x.example", "a@x.example", "c@x.example shared"}},
		{"a shared one stays shared", fields.Draft{"email": "c@x.example"}, []string{"c@x.example shared", "a@x.example", "b@x.example"}},
		{"another one replaces the primary one", fields.Draft{"email": "d@x.example"}, []string{"d@x.example", "b@x.example", "c@x.example shared"}},
		{"without it the first of the others follows", fields.Draft{"email": nil}, []string{"b@x.example", "c@x.example shared"}},
		{"a list replaces all", fields.Draft{"emails": addressesOf("d@x.example", "b@x.example primary")}, []string{"b@x.example", "d@x.example"}},
		{"the first of a list is the primary one", fields.Draft{"emails": addressesOf("c@x.example", "a@x.example")}, []string{"c@x.example", "a@x.example"}},
		{"both agree", fields.Draft{"email": "a@x.example", "emails": addressesOf("b@x.example", "a@x.example")}, []string{"a@x.example", "b@x.example"}},
		{"null empties", fields.Draft{"emails": nil}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGuard(t, memory.New())
			made := g.create(fields.Draft{"name": "Ada", "emails": addressesOf("a@x.example", "b@x.example", "c@x.example shared")})
			after := g.patch(made, c.draft)
			require.Equal(t, c.want, shownAddresses(after.Emails()))
			if len(c.want) > 0 {
				require.Equal(t, after.Emails()[0].Value, after.Email)
			}
		})
	}
}

// An upsert finds a contact by any address or identity, and changes nothing of which is primary
// unless it says so.
func TestAnUpsertFindsByEveryAddress(t *testing.T) {
	g := newGuard(t, memory.New())
	made := g.create(fields.Draft{
		"emails": addressesOf("a@x.example", "b@x.example"), "phones": addressesOf("+254712345678", "+254712345679", "+254712345670 shared"),
		"identities": []any{identityDraft("whatsapp", "a:b")}, "identifier": "I-1",
	})
	for _, draft := range []fields.Draft{
		{"email": "B@x.example"}, {"phone": "+254712345679"}, {"identities": []any{identityDraft("whatsapp", "a:b")}},
		{"emails": addressesOf("b@x.example", "a@x.example")}, {"identifier": "I-1", "phone": "+254712345670"},
	} {
		r, err := g.Upsert(t.Context(), tester, draft)
		require.NoError(t, err)
		require.Equal(t, made.ID, r.ID, "%v", draft)
		require.Equal(t, "a@x.example", r.Contact.Email)
		require.Equal(t, "+254712345678", r.Contact.Phone)
	}
	r, err := g.Upsert(t.Context(), tester, fields.Draft{"emails": addressesOf("a@x.example", "b@x.example primary")})
	require.NoError(t, err)
	require.Equal(t, "b@x.example", r.Contact.Email)

	other, err := g.Upsert(t.Context(), tester, fields.Draft{"phone": "+254712345670"})
	require.NoError(t, err)
	require.Equal(t, ledger.StatusCreated, other.Status, "nobody is found by a shared number")
	cased, err := g.Upsert(t.Context(), tester, fields.Draft{"identities": []any{identityDraft("whatsapp", "A:b")}})
	require.NoError(t, err)
	require.Equal(t, ledger.StatusCreated, cased.Status, "ids of channels compare exactly")
	_, err = g.Upsert(t.Context(), tester, fields.Draft{"email": "a@x.example", "identities": []any{identityDraft("whatsapp", "A:b")}})
	require.Equal(t, []ledger.ID{made.ID, cased.ID}, conflictOf(t, err, "identities"))
	require.EqualError(t, err, "The identity belongs to another contact.")
}

// conflictOf are the contacts of a conflict over a field.
func conflictOf(t *testing.T, err error, field string) []ledger.ID {
	t.Helper()
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, fault.KindConflict, e.Kind)
	require.Equal(t, field, e.Field)
	return e.ContactIDs
}

func TestAnAddressIsOneContactsUnlessShared(t *testing.T) {
	g := newGuard(t, memory.New())
	ada := g.create(fields.Draft{"name": "Ada", "emails": addressesOf("a@x.example", "line@x.example shared")})
	_, err := g.Create(t.Context(), tester, fields.Draft{"name": "Bob", "emails": addressesOf("b@x.example", "A@x.example")})
	require.Equal(t, []ledger.ID{ada.ID}, conflictOf(t, err, "email"))
	bob := g.create(fields.Draft{"name": "Bob", "emails": addressesOf("line@x.example shared", "a@x.example shared")})

	// Made unique while another shares it.
	_, err = g.Patch(t.Context(), tester, bob.ID, fields.Draft{"emails": addressesOf("line@x.example")}, 0)
	require.Equal(t, []ledger.ID{bob.ID, ada.ID}, conflictOf(t, err, "emails"))
	got, _, err := g.Get(t.Context(), bob.ID)
	require.NoError(t, err)
	require.Equal(t, bob, got, "nothing is changed")

	g.delete(ada)
	bob = g.patch(bob, fields.Draft{"emails": addressesOf("line@x.example", "a@x.example")})
	require.Equal(t, []string{"line@x.example", "a@x.example"}, shownAddresses(bob.Emails()))
	require.Zero(t, g.sharing())
}

// sharing is how many addresses are noted as shared.
func (g *guard) sharing() (n int) {
	err := ledger.EachDocument(g.t.Context(), g.store, contacts.SharedAddresses, "", func(ledger.Document) error { n++; return nil })
	require.NoError(g.t, err)
	return n
}

// The table of rule 31.
func TestWhoIsALead(t *testing.T) {
	for channel, want := range map[string]contacts.Type{"live_chat": contacts.TypeVisitor, "api": contacts.TypeVisitor, "whatsapp": contacts.TypeLead, "email": contacts.TypeLead} {
		g := newGuard(t, memory.New())
		made := g.create(fields.Draft{"type": "visitor", "identities": []any{identityDraft(channel, "1")}})
		require.Equal(t, want, made.Type, channel)
		made = g.patch(made, fields.Draft{"name": "Ada", "identities": []any{}})
		require.Equal(t, want, made.Type, "nobody is demoted")
	}
	g := newGuard(t, memory.New())
	made := g.create(fields.Draft{"emails": addressesOf("line@x.example shared")})
	require.Equal(t, contacts.TypeLead, made.Type)
}

// National variants of one subscriber are one number, in a list too.
func TestNationalVariantsAreOneNumber(t *testing.T) {
	for _, pair := range [][2]string{{"+55 11 98765-4321", "+5511987654321"}, {"+52 1 55 1234 5678", "+525512345678"}} {
		g := newGuard(t, memory.New())
		made := g.create(fields.Draft{"phones": addressesOf("+254712345678", pair[0])})
		r, err := g.Upsert(t.Context(), tester, fields.Draft{"phones": addressesOf(pair[1])})
		require.NoError(t, err)
		require.Equal(t, made.ID, r.ID, pair[0])
	}
}

func TestWhatIsWrongWithAddresses(t *testing.T) {
	many := make([]string, contacts.MaxAddresses+1)
	for i := range many {
		many[i] = fmt.Sprintf("a%d@x.example", i)
	}
	for path, draft := range map[string]fields.Draft{
		"emails":                  {"emails": addressesOf(many...)},
		"emails[1].primary":       {"emails": []any{map[string]any{"value": "a@x.example", "primary": true}, map[string]any{"value": "b@x.example", "primary": true}}},
		"emails[1].value":         {"emails": addressesOf("a@x.example", "A@X.example")},
		"emails[0]":               {"emails": []any{"a@x.example"}},
		"emails[0].shared":        {"emails": []any{map[string]any{"value": "a@x.example", "shared": "yes"}}},
		"phones[0].value":         {"phones": addressesOf("12")},
		"phones[0]":               {"phones": []any{map[string]any{"value": "+254712345678", "kind": "home"}}},
		"email":                   {"email": "a@x.example", "emails": addressesOf("b@x.example")},
		"identities[0].channel":   {"identities": []any{identityDraft("fax", "1")}},
		"identities[0].source_id": {"identities": []any{identityDraft("sms", " ")}},
		"identities[1]":           {"identities": []any{identityDraft("sms", "1"), identityDraft("sms", "1")}},
		"identifiers":             {"identifiers": []any{"a"}},
		"phones[1].primary":       {"phones": []any{map[string]any{"value": "+254712345678"}, map[string]any{"value": "+254712345679", "primary": 1}}},
	} {
		g := newGuard(t, memory.New())
		draft["name"] = "Eve"
		_, err := g.Create(t.Context(), tester, draft)
		var e *fault.Error
		require.ErrorAs(t, err, &e, path)
		require.Len(t, e.Faults, 1, path)
		require.Equal(t, path, e.Faults[0].Path)
	}
}

// A merge unites addresses and identities, and its undo gives each back, with what was changed
// since.
func TestAMergeUnitesAddresses(t *testing.T) {
	g := newGuard(t, memory.New())
	ada := g.create(fields.Draft{"name": "Ada", "emails": addressesOf("a@x.example", "line@x.example shared"), "identities": []any{identityDraft("sms", "1")}})
	eve := g.create(fields.Draft{
		"name": "Eve", "emails": addressesOf("e@x.example", "line@x.example shared", "f@x.example", "desk@x.example shared"),
		"phones": addressesOf("+254712345678", "+254712345679"), "identities": []any{identityDraft("sms", "2")},
	})
	merged := g.merge(ada, eve)
	require.Equal(t, []string{"a@x.example", "line@x.example shared", "e@x.example", "f@x.example", "desk@x.example shared"}, shownAddresses(merged.Emails()))
	require.Equal(t, []string{"+254712345678", "+254712345679"}, shownAddresses(merged.Phones()))
	require.Len(t, merged.Identities, 2)
	for _, draft := range []fields.Draft{{"email": "f@x.example"}, {"phone": "+254712345679"}, {"identities": []any{identityDraft("sms", "1"), identityDraft("sms", "2")}}} {
		r, err := g.Upsert(t.Context(), tester, draft)
		require.NoError(t, err)
		require.Equal(t, ada.ID, r.ID)
	}
	merged = g.patch(merged, fields.Draft{"email": "new@x.example"})
	restored, err := g.UndoMerge(t.Context(), tester, merged.Absorbed[0].Merge)
	require.NoError(t, err)
	require.Equal(t, shownAddresses(eve.Emails()), shownAddresses(restored.Contact.Emails()))
	require.Equal(t, eve.MorePhones, restored.Contact.MorePhones)
	require.Equal(t, eve.Identities, restored.Contact.Identities)
	after, _, err := g.Get(t.Context(), ada.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"new@x.example", "line@x.example shared"}, shownAddresses(after.Emails()))
	require.Empty(t, after.Phones())
	require.Equal(t, ada.Identities, after.Identities)
	require.Equal(t, 2, g.sharing())
	g.delete(after)
	g.delete(restored.Contact)
	require.Zero(t, g.sharing())
}

// An address goes back with whom it came, also when it was the first one of the survivor, and is
// shared: from the beginning, or by what was changed since.
func TestASharedAddressThatCameFirstGoesBack(t *testing.T) {
	for _, had := range []string{"line@x.example shared", "line@x.example"} {
		g := newGuard(t, memory.New())
		ada := g.create(fields.Draft{"name": "Ada"})
		eve := g.create(fields.Draft{"name": "Eve", "emails": addressesOf(had)})
		merged := g.patch(g.merge(ada, eve), fields.Draft{"emails": addressesOf("line@x.example shared")})
		merged = g.patch(merged, fields.Draft{"emails": addressesOf("ada@x.example", "line@x.example shared")})
		restored, err := g.UndoMerge(t.Context(), tester, merged.Absorbed[0].Merge)
		require.NoError(t, err)
		after, _, err := g.Get(t.Context(), ada.ID)
		require.NoError(t, err)
		require.Equal(t, []string{"ada@x.example"}, shownAddresses(after.Emails()), had)
		require.Equal(t, []string{had}, shownAddresses(restored.Contact.Emails()), had)
	}
}

// The past has the addresses of then, whatever changed first.
func TestThePastHasItsAddresses(t *testing.T) {
	g, clock := newGuard(t, memory.New()), time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)
	g.Service = contacts.NewService(g.store, companies.Directory{}, func() time.Time { return clock }, nil)
	c := g.create(fields.Draft{"name": "Ada", "email": "x@x.example"})
	states := []*contacts.Contact{c}
	for _, draft := range []fields.Draft{
		{"email": "a@x.example"}, {"emails": addressesOf("a@x.example", "b@x.example shared")}, {"email": "c@x.example"},
		{"email": "b@x.example"}, {"emails": addressesOf("b@x.example", "d@x.example")}, {"email": nil}, {"emails": nil},
	} {
		clock = clock.Add(time.Hour)
		states = append(states, g.patch(states[len(states)-1], draft))
	}
	for i, want := range states {
		got, _, err := g.GetAt(t.Context(), c.ID, want.UpdatedAt)
		require.NoError(t, err)
		require.Equal(t, shownAddresses(want.Emails()), shownAddresses(got.Emails()), "state %d", i)
	}
}
