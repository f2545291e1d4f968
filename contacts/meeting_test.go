package contacts_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
	"github.com/ndoto/kundi/workspace"
)

var whatsapp = fields.ChannelNamed("whatsapp")

// meet is one message of a sender, in a closure of its own.
func meet(ctx context.Context, s *contacts.Service, store *storage.Store, channel fields.Channel, raw map[string]any) (met ledger.Met, err error) {
	sender, faults := s.ReadSender(channel, raw)
	if len(faults) > 0 {
		return met, fault.Invalid("invalid-sender", "", faults)
	}
	now := time.Now()
	_, err = store.Update(ctx, tester.Author, func(tx ledger.Tx) (err error) {
		met, err = s.Meet(tx, sender, now, now)
		return err
	})
	return met, err
}

// meet is meet of somebody on WhatsApp.
func (g *guard) meet(raw map[string]any) ledger.Met {
	g.t.Helper()
	met, err := meet(g.t.Context(), g.Service, g.store, whatsapp, raw)
	require.NoError(g.t, err)
	return met
}

func (g *guard) get(id ledger.ID) *contacts.Contact {
	g.t.Helper()
	c, _, err := g.Get(g.t.Context(), id)
	require.NoError(g.t, err)
	return c
}

// unchanged requires that do writes nothing.
func (g *guard) unchanged(do func()) {
	g.t.Helper()
	head := g.store.Head()
	do()
	require.Equal(g.t, head, g.store.Head(), "nothing was to be written")
}

func TestWhatASenderMayBe(t *testing.T) {
	g := newGuard(t, memory.New())
	sender, faults := g.ReadSender(whatsapp, map[string]any{
		"source_id": " +254 712:A ", "identifier": "I-1\u200b", "email": "Ada@FIRMA。example", "phone": "tel:+254 712 345 678", "name": "  Ada \u202eKing ",
	})
	require.Empty(t, faults)
	require.Equal(t, ledger.Sender{
		Channel: whatsapp, SourceID: "+254 712:A", Identifier: "I-1", Email: "Ada@firma.example", Phone: "+254712345678", Name: "Ada King",
	}, sender)

	for _, c := range []struct {
		path string
		raw  any
	}{
		{"sender", nil},
		{"sender", "ada@x.example"},
		{"sender", map[string]any{}},
		{"sender", map[string]any{"name": "Ada"}},
		{"sender", map[string]any{"email": " ", "phone": nil, "identifier": "", "source_id": "\u200b"}},
		{"sender", map[string]any{"email": "a@x.example", "mail": "b@x.example"}},
		{"sender.email", map[string]any{"email": "ada"}},
		{"sender.email", map[string]any{"email": 12.5, "source_id": "1"}},
		{"sender.phone", map[string]any{"phone": "12"}},
		{"sender.identifier", map[string]any{"identifier": []any{"a"}}},
		{"sender.source_id", map[string]any{"source_id": string(make([]byte, 300))}},
		{"sender.name", map[string]any{"source_id": "1", "name": map[string]any{}}},
	} {
		_, faults := g.ReadSender(whatsapp, c.raw)
		require.Len(t, faults, 1, "%v", c.raw)
		require.Equal(t, c.path, faults[0].Path, "%v", c.raw)
	}
}

// A sender that nobody is becomes a contact, as any contact is made.
func TestAStrangerBecomesAContact(t *testing.T) {
	g := newGuard(t, memory.New())
	acme, err := companies.NewService(g.store, nil, nil).Create(t.Context(), tester, fields.Draft{"name": "Acme", "domains": []any{"acme.example"}})
	require.NoError(t, err)
	w := workspace.NewService(g.store, nil)
	_, err = w.DefineAttribute(t.Context(), tester, fields.Draft{"key": "plan", "type": "text", "required": true})
	require.NoError(t, err)
	_, err = w.DefineAttribute(t.Context(), tester, fields.Draft{"key": "tier", "type": "text", "default": "free"})
	require.NoError(t, err)

	sender, faults := g.ReadSender(whatsapp, map[string]any{"source_id": "254:1", "email": "Ada@acme.example", "phone": "+254712345678", "identifier": "I-1", "name": "Ada"})
	require.Empty(t, faults)
	now := time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)
	var met ledger.Met
	g.update(func(tx ledger.Tx) (err error) {
		met, err = g.Meet(tx, sender, now, now.Add(-time.Hour))
		return err
	})
	made := g.get(met.ID)
	require.Equal(t, ledger.Met{ID: made.ID, Ordinal: made.Ordinal, Bearer: made.Ordinal, Ordinals: []uint32{made.Ordinal}, Created: true}, met)
	require.Equal(t, contacts.TypeLead, made.Type)
	require.Equal(t, []any{"Ada", "Ada@acme.example", "+254712345678", "I-1"}, []any{made.Name, made.Email, made.Phone, made.Identifier})
	require.Equal(t, []contacts.Identity{{Channel: whatsapp, SourceID: "254:1"}}, made.Identities)
	require.Equal(t, now.Add(-time.Hour), made.CreatedAt, "when it wrote")
	require.Equal(t, acme.Record.Ordinal, made.Company)
	require.Len(t, made.Attributes, 1, "the default, and nothing is required")

	for channel, want := range map[string]contacts.Type{"live_chat": contacts.TypeVisitor, "api": contacts.TypeVisitor, "telegram": contacts.TypeLead} {
		met, err := meet(t.Context(), g.Service, g.store, fields.ChannelNamed(channel), map[string]any{"source_id": "s"})
		require.NoError(t, err)
		require.Equal(t, want, g.get(met.ID).Type, channel)
		require.WithinDuration(t, time.Now(), g.get(met.ID).CreatedAt, time.Minute)
	}
}

// The channel identity decides, then the identifier, the e-mail and the phone number.
func TestASenderIsFound(t *testing.T) {
	g := newGuard(t, memory.New())
	ada := g.create(fields.Draft{
		"name": "Ada", "identifier": "I-1", "emails": addressesOf("a@x.example", "b@x.example", "line@x.example shared"), "phone": "+254712345678",
		"identities": []any{identityDraft("whatsapp", "254:1")},
	})
	for _, raw := range []map[string]any{
		{"source_id": "254:1"}, {"identifier": "I-1"}, {"email": "B@x.example"}, {"phone": "+254712345678"},
		{"source_id": "254:1", "email": "a@x.example", "name": "Eve", "phone": "+254712345999", "identifier": "I-2"},
	} {
		g.unchanged(func() {
			met := g.meet(raw)
			require.Equal(t, ada.ID, met.ID, "%v", raw)
			require.False(t, met.Created)
		})
	}
	met := g.meet(map[string]any{"source_id": "254:2", "email": "a@x.example"})
	require.Equal(t, ada.ID, met.ID)
	require.Equal(t, []contacts.Identity{{Channel: whatsapp, SourceID: "254:1"}, {Channel: whatsapp, SourceID: "254:2"}}, g.get(ada.ID).Identities)

	other := g.meet(map[string]any{"email": "line@x.example"})
	require.True(t, other.Created, "nobody is met by a shared address")
	require.False(t, g.meet(map[string]any{"email": "line@x.example"}).Created)
	require.True(t, g.meet(map[string]any{"source_id": "254:1x"}).Created)
	sms, err := meet(t.Context(), g.Service, g.store, fields.ChannelNamed("sms"), map[string]any{"source_id": "254:1"})
	require.NoError(t, err)
	require.True(t, sms.Created, "another channel")

	visitor := g.create(fields.Draft{"identities": []any{identityDraft("whatsapp", "v")}})
	g.meet(map[string]any{"source_id": "v", "email": "v@x.example", "phone": "+254712345670", "identifier": "I-9", "name": "Vera"})
	got := g.get(visitor.ID)
	require.Equal(t, []string{"Vera", "v@x.example", "+254712345670", "I-9"}, []string{got.Name, got.Email, got.Phone, got.Identifier}, "what it had not")
}

func TestASenderOfTwo(t *testing.T) {
	g := newGuard(t, memory.New())
	ada := g.create(fields.Draft{"name": "Ada", "email": "a@x.example", "identities": []any{identityDraft("whatsapp", "1")}})
	eve := g.create(fields.Draft{"name": "Eve", "email": "e@x.example", "phone": "+254712345678"})
	g.unchanged(func() {
		_, err := meet(t.Context(), g.Service, g.store, whatsapp, map[string]any{"source_id": "1", "identifier": "new", "email": "e@x.example", "phone": "+254712345678"})
		require.Equal(t, []ledger.ID{ada.ID, eve.ID}, conflictOf(t, err, "email"))
		var e *fault.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, "identity-taken", e.Type)
		require.Equal(t, []fault.Named{{Field: "identities", ContactID: ada.ID}, {Field: "email", ContactID: eve.ID}, {Field: "phone", ContactID: eve.ID}}, e.Named)
	})
}

// Whoever is blocked is not met: nothing is made of it, and nothing added to it.
func TestABlockedSender(t *testing.T) {
	g := newGuard(t, memory.New())
	ada := g.block(g.create(fields.Draft{"name": "Ada", "email": "a@x.example"}), true)
	gone := g.block(g.create(fields.Draft{"name": "Gone", "email": "g@x.example"}), true)
	g.delete(gone)
	bob := g.create(fields.Draft{"name": "Bob", "phone": "+254712345678"})
	g.unchanged(func() {
		met := g.meet(map[string]any{"source_id": "1", "email": "A@x.example", "phone": "+254712345679"})
		require.Equal(t, ledger.Met{ID: ada.ID, Ordinal: ada.Ordinal, Bearer: ada.Ordinal, Ordinals: []uint32{ada.Ordinal}, Blocked: true}, met)
		require.Equal(t, ledger.Met{Blocked: true}, g.meet(map[string]any{"source_id": "2", "email": "g@x.example"}), "nobody has it")
		met = g.meet(map[string]any{"phone": "+254712345678", "email": "g@x.example"})
		require.Equal(t, bob.ID, met.ID)
		require.True(t, met.Blocked, "one of the addresses is blocked")
	})
	g.block(ada, false)
	g.lift("g@x.example")
	require.False(t, g.meet(map[string]any{"source_id": "1", "email": "A@x.example"}).Blocked)
	require.True(t, g.meet(map[string]any{"source_id": "2", "email": "g@x.example"}).Created)
}

// A contact that has as many identities as it may have is met all the same.
func TestThereIsNoRoomForAnIdentity(t *testing.T) {
	g := newGuard(t, memory.New())
	ada := g.create(fields.Draft{"email": "a@x.example"})
	for i := range contacts.MaxAddresses {
		g.meet(map[string]any{"source_id": fmt.Sprint(i), "email": "a@x.example"})
	}
	require.Len(t, g.get(ada.ID).Identities, contacts.MaxAddresses)
	g.unchanged(func() {
		require.Equal(t, ada.ID, g.meet(map[string]any{"source_id": "more", "email": "a@x.example"}).ID)
	})
}

// Messages of one stranger that come at once make one contact.
func TestManyMessagesMakeOneContact(t *testing.T) {
	service, store := open(t, filepath.Join(t.TempDir(), "data"))
	defer func() { require.NoError(t, store.Close()) }()
	var done sync.WaitGroup
	mets := make([]ledger.Met, 32)
	for i := range mets {
		done.Go(func() {
			var err error
			mets[i], err = meet(t.Context(), service, store, whatsapp, map[string]any{"source_id": "254:1", "email": "a@x.example", "name": fmt.Sprint(i)})
			if err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	created := 0
	for _, met := range mets {
		require.Equal(t, mets[0].ID, met.ID)
		if met.Created {
			created++
		}
	}
	require.Equal(t, 1, created)
}

func TestAPersonOfAnID(t *testing.T) {
	g := newGuard(t, memory.New())
	ada, eve := g.create(fields.Draft{"name": "Ada"}), g.create(fields.Draft{"name": "Eve"})
	g.merge(ada, eve)
	g.update(func(tx ledger.Tx) error {
		met, err := g.Person(tx, eve.ID)
		require.NoError(t, err)
		require.Equal(t, ledger.Met{ID: ada.ID, Ordinal: ada.Ordinal, Bearer: eve.Ordinal, Ordinals: []uint32{ada.Ordinal, eve.Ordinal}}, met)
		met, err = g.Person(tx, ada.ID)
		require.NoError(t, err)
		require.Equal(t, ada.Ordinal, met.Bearer)
		_, err = g.Person(tx, ledger.ID{1})
		require.Equal(t, fault.KindNotFound, fault.KindOf(err))
		return nil
	})
	who, err := g.Who(t.Context(), g.store, []uint32{eve.Ordinal, 99, ada.Ordinal})
	require.NoError(t, err)
	require.Nil(t, who[1])
	require.Equal(t, []string{"Ada", "Ada"}, []string{who[0].Name, who[2].Name})
	require.Equal(t, ada.ID, who[0].ID)
}

// What comes while two are one goes back, at the undo, to the one that bore it.
func TestWhoBearsWhatComes(t *testing.T) {
	g := newGuard(t, memory.New())
	ada := g.create(fields.Draft{"name": "Ada", "email": "a@x.example"})
	eve := g.create(fields.Draft{"name": "Eve", "emails": addressesOf("e@x.example", "f@x.example"), "identities": []any{identityDraft("whatsapp", "e")}})
	merged := g.merge(ada, eve)
	for source, raw := range map[string]map[string]any{
		"1": {"email": "e@x.example"}, "2": {"email": "F@x.example"}, "3": {"source_id": "e"},
	} {
		if raw["source_id"] == nil {
			raw["source_id"] = source
		}
		met := g.meet(raw)
		require.Equal(t, ada.ID, met.ID)
		require.Equal(t, eve.Ordinal, met.Bearer, "%v", raw)
	}
	require.Equal(t, ada.Ordinal, g.meet(map[string]any{"email": "a@x.example", "source_id": "4"}).Bearer)
	require.Equal(t, eve.Ordinal, g.meet(map[string]any{"source_id": "1"}).Bearer, "it came with eve")
	g.patch(merged, fields.Draft{"email": "e@x.example"})
	require.Equal(t, eve.Ordinal, g.meet(map[string]any{"email": "e@x.example"}).Bearer, "though it is the first one of the survivor")

	_, err := g.UndoMerge(t.Context(), tester, merged.Absorbed[0].Merge)
	require.NoError(t, err)
	for source, want := range map[string]*contacts.Contact{"1": eve, "2": eve, "e": eve, "4": ada} {
		met := g.meet(map[string]any{"source_id": source})
		require.Equal(t, want.ID, met.ID, source)
		require.Equal(t, want.Ordinal, met.Bearer)
	}
	require.Len(t, g.get(ada.ID).Identities, 1)
}

// What fills a survivor that has none came with the one that bore it, and goes back with it.
func TestWhoBearsWhatIsFilledIn(t *testing.T) {
	g := newGuard(t, memory.New())
	ada := g.create(fields.Draft{"name": "Ada", "identities": []any{identityDraft("whatsapp", "a")}})
	eve := g.create(fields.Draft{"identities": []any{identityDraft("whatsapp", "e")}})
	merged := g.merge(ada, eve)
	eves := map[string]any{"source_id": "e", "email": "e@x.example", "phone": "+254712345678", "identifier": "I-1", "name": "Eve"}
	require.Equal(t, eve.Ordinal, g.meet(eves).Bearer)
	got := g.get(ada.ID)
	require.Equal(t, []string{"Ada", "e@x.example", "+254712345678", ""}, []string{got.Name, got.Email, got.Phone, got.Identifier})
	require.Equal(t, eve.Ordinal, g.meet(map[string]any{"email": "e@x.example"}).Bearer)
	g.patch(got, fields.Draft{"emails": addressesOf("a@x.example", "e@x.example")})
	require.Equal(t, eve.Ordinal, g.meet(map[string]any{"email": "e@x.example"}).Bearer, "whatever is primary")

	restored, err := g.UndoMerge(t.Context(), tester, merged.Absorbed[0].Merge)
	require.NoError(t, err)
	require.Equal(t, []string{"e@x.example", "+254712345678"}, []string{restored.Contact.Email, restored.Contact.Phone})
	require.Zero(t, restored.Contact.EmailOf)
	require.Equal(t, []string{"a@x.example"}, shownAddresses(g.get(ada.ID).Emails()))
	require.Empty(t, g.get(ada.ID).Phones())
	require.Equal(t, eve.ID, g.meet(eves).ID, "all of it is one person's")
	require.Equal(t, "I-1", g.get(eve.ID).Identifier)
}
