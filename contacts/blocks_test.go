package contacts_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// guard is a service over a real store whose contacts are blocked and come back.
type guard struct {
	*contacts.Service
	t      *testing.T
	store  *storage.Store
	engine engine.Engine
}

func newGuard(t *testing.T, e engine.Engine) *guard {
	store, err := storage.Open(t.Context(), storage.Options{Kinds: bothKinds, Engine: e})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return &guard{Service: contacts.NewService(store, companies.Directory{}, nil, nil), t: t, store: store, engine: e}
}

func (g *guard) create(d fields.Draft) *contacts.Contact {
	r, err := g.Create(g.t.Context(), tester, d)
	require.NoError(g.t, err)
	require.Equal(g.t, ledger.StatusCreated, r.Status)
	return r.Contact
}

func (g *guard) block(c *contacts.Contact, blocked bool) *contacts.Contact {
	if !blocked {
		r, err := g.Unblock(g.t.Context(), tester, c.ID, 0)
		require.NoError(g.t, err)
		return r.Contact
	}
	return g.blockAs(c, nil)
}

func (g *guard) blockAs(c *contacts.Contact, d fields.Draft) *contacts.Contact {
	r, err := g.Block(g.t.Context(), tester, c.ID, d, 0)
	require.NoError(g.t, err)
	return r.Contact
}

func (g *guard) patch(c *contacts.Contact, d fields.Draft) *contacts.Contact {
	r, err := g.Patch(g.t.Context(), tester, c.ID, d, 0)
	require.NoError(g.t, err)
	return r.Contact
}

func (g *guard) delete(c *contacts.Contact) {
	_, err := g.Delete(g.t.Context(), tester, c.ID, 0)
	require.NoError(g.t, err)
}

func (g *guard) merge(into, other *contacts.Contact) *contacts.Contact {
	r, err := g.Merge(g.t.Context(), tester, into.ID, other.ID, 0)
	require.NoError(g.t, err)
	return r.Contact
}

// blocked is who is blocked of those who come with the values, one after the other;
// each goes again.
func (g *guard) blocked(drafts ...fields.Draft) []bool {
	var list []bool
	for _, d := range drafts {
		c := g.create(d)
		list = append(list, c.Blocked)
		if c.Blocked { // gone without a trace of this visit
			g.update(func(tx ledger.Tx) error { return contacts.Kind.Delete(tx, c) })
		} else {
			g.delete(c)
		}
	}
	return list
}

func (g *guard) lift(value string) {
	_, err := g.LiftBlocks(g.t.Context(), tester, value)
	require.NoError(g.t, err)
}

func (g *guard) update(closure func(ledger.Tx) error) {
	_, err := g.store.Update(g.t.Context(), tester.Author, closure)
	require.NoError(g.t, err)
}

// kept is how many documents there are of blocks.
func (g *guard) kept() int {
	list, err := g.store.Documents(g.t.Context(), ledger.Blocks, "", "", 1_000)
	require.NoError(g.t, err)
	return len(list)
}

var (
	kim   = fields.Draft{"name": "Kim", "email": "Kim@firma.example", "phone": "+254722000111", "identifier": "K-1"}
	email = fields.Draft{"email": "kim@FIRMA.example"}
	phone = fields.Draft{"phone": "+254 722 000 111"}
	ident = fields.Draft{"identifier": "K-1"}
)

// TestABlockOutlivesItsContact: whoever comes with an address of somebody who was
// blocked and deleted is blocked, in whichever way, until the block is lifted.
func TestABlockOutlivesItsContact(t *testing.T) {
	g := newGuard(t, memory.New())
	g.delete(g.create(kim))
	require.Equal(t, []bool{false, false, false}, g.blocked(email, phone, ident), "who was not blocked leaves nothing")
	require.Zero(t, g.kept())
	c := g.block(g.create(kim), true)
	require.Zero(t, g.kept(), "a block that the contact bears itself needs nothing else, as in folders from before")
	g.delete(c)
	require.Equal(t, []bool{true, true, true, false, false, false}, g.blocked(
		email, phone, ident, fields.Draft{"identifier": "k-1"}, fields.Draft{"name": "Kim"}, fields.Draft{"identifier": "kim@firma.example"},
	))

	made, err := g.Upsert(t.Context(), tester, fields.Draft{"identifier": "new", "email": "kim@firma.example"})
	require.NoError(t, err)
	require.True(t, made.Contact.Blocked)
	require.Equal(t, ledger.StatusCreated, made.Status)
	batch, err := g.Batch(t.Context(), tester, []fields.Draft{{"name": "other"}, phone, ident})
	require.NoError(t, err)
	for i, blocked := range []bool{false, true, true} {
		c, _, err := g.Get(t.Context(), batch.Results[i].ID)
		require.NoError(t, err)
		require.Equal(t, blocked, c.Blocked)
		require.LessOrEqual(t, c.Version, batch.Results[i].Seq)
	}

	// History says by whom and why.
	history, err := g.store.History(t.Context(), &contacts.Kind.Shape, made.Contact.Ordinal, 0, 9)
	require.NoError(t, err)
	require.Len(t, history, 2)
	require.Equal(t, ledger.OpBlock, history[0].Op)
	require.Equal(t, ledger.Author{Source: ledger.SourceSystem, Name: "the email is blocked"}, history[0].Author)
	require.Equal(t, []ledger.FieldChange{{Field: "blocked", Old: fields.BoolValue(false), New: fields.BoolValue(true)}}, history[0].Changes)
	require.Equal(t, ledger.OpCreate, history[1].Op)
	require.Equal(t, tester.Author, history[1].Author)

	// Who had an address of their own first is blocked when they take one that is.
	ben := g.create(fields.Draft{"name": "Ben"})
	g.block(g.create(fields.Draft{"email": "old@x.example"}), true)
	g.delete(made.Contact)
	require.False(t, g.patch(ben, fields.Draft{"city": "Nairobi"}).Blocked)
	require.True(t, g.patch(ben, fields.Draft{"email": "kim@firma.example"}).Blocked)

	// Unblocking says so too, and lifts all that was kept of the person.
	ben = g.block(ben, false)
	history, err = g.store.History(t.Context(), &contacts.Kind.Shape, ben.Ordinal, 0, 1)
	require.NoError(t, err)
	require.Equal(t, ledger.OpUnblock, history[0].Op)
	require.Zero(t, g.kept())
	g.delete(ben)
	require.Equal(t, []bool{false}, g.blocked(email))
}

// TestAddressesThatAreGivenUpStayBlocked: somebody who is blocked does not get away by
// another address, and unblocking lets all of them in.
func TestAddressesThatAreGivenUpStayBlocked(t *testing.T) {
	g := newGuard(t, memory.New())
	c := g.block(g.create(kim), true)
	c = g.patch(c, fields.Draft{"city": "Nairobi", "email": "KIM@firma.example"})
	require.Zero(t, g.kept(), "the same address")
	c = g.patch(c, fields.Draft{"email": "kim2@firma.example"})
	c = g.patch(c, fields.Draft{"email": "kim3@firma.example", "phone": nil})
	second := fields.Draft{"email": "kim2@firma.example"}
	require.Equal(t, []bool{true, true, true}, g.blocked(email, second, phone))
	other := g.create(email)
	require.True(t, other.Blocked)

	c = g.block(c, false)
	require.Zero(t, g.kept())
	require.Equal(t, []bool{false, false}, g.blocked(second, phone))
	g.delete(c)
	require.Equal(t, []bool{false, false}, g.blocked(ident, fields.Draft{"email": "kim3@firma.example"}))
	g.delete(other) // blocked for itself
	require.Equal(t, []bool{true}, g.blocked(email))
}

// TestBlocksOfMergedContacts: everything that a blocked contact has absorbed stays
// blocked with it, and a merge that is undone takes its block back.
func TestBlocksOfMergedContacts(t *testing.T) {
	g := newGuard(t, memory.New())
	ada := fields.Draft{"name": "Ada", "email": "ada@firma.example"}
	merged := g.merge(g.create(ada), g.block(g.create(kim), true))
	require.True(t, merged.Blocked)
	g.patch(merged, fields.Draft{"email": "ada2@firma.example"})
	require.Equal(t, []bool{true}, g.blocked(ada))
	restored, err := g.UndoMerge(t.Context(), tester, merged.Absorbed[0].Merge)
	require.NoError(t, err)
	require.True(t, restored.Contact.Blocked)
	require.Equal(t, []bool{false}, g.blocked(ada), "Ada herself was not blocked")
	g.delete(restored.Contact)
	require.Equal(t, []bool{true}, g.blocked(email))

	g = newGuard(t, memory.New())
	merged = g.merge(g.block(g.create(ada), true), g.create(kim))
	merged = g.patch(merged, fields.Draft{"email": "ada2@firma.example"})
	restored, err = g.UndoMerge(t.Context(), tester, merged.Absorbed[0].Merge)
	require.NoError(t, err)
	require.False(t, restored.Contact.Blocked)
	g.delete(restored.Contact)
	require.Equal(t, []bool{false, true}, g.blocked(email, ada), "Kim was not blocked")

	g = newGuard(t, memory.New())
	g.delete(g.merge(g.block(g.create(ada), true), g.create(kim)))
	require.Equal(t, []bool{true, true, true, true}, g.blocked(ada, email, phone, ident))
}

// TestALiftedBlockStaysLifted: an undo blocks nobody whose block was lifted since,
// whichever of the two was blocked and however it was lifted.
func TestALiftedBlockStaysLifted(t *testing.T) {
	ada := fields.Draft{"name": "Ada", "email": "ada@firma.example"}
	lifts := map[string]func(*guard, *contacts.Contact){
		"contact":  func(g *guard, c *contacts.Contact) { g.block(c, false) },
		"its own":  func(g *guard, c *contacts.Contact) { g.lift("ada@firma.example") },
		"absorbed": func(g *guard, c *contacts.Contact) { g.lift("kim@firma.example") },
	}
	for name, lift := range lifts {
		for _, blocked := range [][2]bool{{true, false}, {false, true}, {true, true}} {
			g := newGuard(t, memory.New())
			survivor := g.block(g.create(ada), blocked[0])
			other := g.block(g.create(kim), blocked[1])
			merged := g.merge(survivor, other)
			third := g.create(fields.Draft{"name": "Eve", "email": "eve@firma.example"})
			whole := g.merge(third, merged)
			require.True(t, whole.Blocked)
			lift(g, whole)
			for i := len(whole.Absorbed) - 1; i >= 0; i-- {
				restored, err := g.UndoMerge(t.Context(), tester, whole.Absorbed[i].Merge)
				require.NoError(t, err)
				require.False(t, restored.Contact.Blocked, "%s %v %d", name, blocked, i)
			}
			for _, c := range []*contacts.Contact{third, survivor} {
				c, _, err := g.Get(t.Context(), c.ID)
				require.NoError(t, err)
				require.False(t, c.Blocked, "%s %v", name, blocked)
			}
			require.Zero(t, g.kept())
		}
	}
}

// TestAnUndoTakesABlockedAddress: who gets back an address that was given up, and is
// blocked by now, is blocked as by any other way to it.
func TestAnUndoTakesABlockedAddress(t *testing.T) {
	g := newGuard(t, memory.New())
	ada := fields.Draft{"name": "Ada", "email": "ada@firma.example"}
	merged := g.merge(g.create(ada), g.create(kim))
	merged = g.patch(merged, fields.Draft{"emails": []any{map[string]any{"value": "kim@firma.example"}}})
	g.delete(g.block(g.create(ada), true))
	restored, err := g.UndoMerge(t.Context(), tester, merged.Absorbed[0].Merge)
	require.NoError(t, err)
	require.False(t, restored.Contact.Blocked)
	c, _, err := g.Get(t.Context(), merged.ID)
	require.NoError(t, err)
	require.Equal(t, "ada@firma.example", c.Email)
	require.True(t, c.Blocked)
}

// TestBlocksAreAskedForAndLiftedByValue in any form of it.
func TestBlocksAreAskedForAndLiftedByValue(t *testing.T) {
	g := newGuard(t, memory.New())
	ask := func(value string) []contacts.BlockedAddress {
		list, err := g.BlockedAddresses(t.Context(), value)
		require.NoError(t, err)
		return list
	}
	c := g.create(kim)
	require.Empty(t, ask("kim@firma.example"))
	g.block(c, true)
	require.Equal(t, []contacts.BlockedAddress{{Field: "email", Contact: c.ID}}, ask(" KIM@firma.example"))
	g.delete(c)
	for value, field := range map[string]string{"KIM@firma.example": "email", "+254 (722) 000-111": "phone", "K-1": "identifier"} {
		list := ask(value)
		require.Len(t, list, 1, value)
		require.Equal(t, field, list[0].Field)
		require.False(t, list[0].KeptAt.IsZero())
		require.Zero(t, list[0].Contact)
	}
	lift := func(value string) error {
		done, err := g.LiftBlocks(t.Context(), tester, value)
		if err == nil {
			require.Equal(t, g.store.Head(), done.Seq)
		}
		return err
	}
	require.NoError(t, lift("kim@firma.example"))
	require.Empty(t, ask("kim@firma.example"))
	require.Equal(t, []bool{false, true, true}, g.blocked(email, phone, ident), "the others stay")
	again := g.create(phone)
	require.NoError(t, lift("+254722000111"))
	c, _, err := g.Get(t.Context(), again.ID)
	require.NoError(t, err)
	require.False(t, c.Blocked, "who has the value is unblocked")
	require.Zero(t, g.kept(), "and with them all that was kept of the person")
	for _, value := range []string{"K-1", "kim@firma.example", "nobody"} {
		require.Equal(t, fault.KindNotFound, fault.KindOf(lift(value)), value)
	}
	for _, value := range []string{"", "  ", strings.Repeat("x", 300)} {
		require.Equal(t, fault.KindInvalid, fault.KindOf(lift(value)))
		_, err := g.BlockedAddresses(t.Context(), value)
		require.Equal(t, fault.KindInvalid, fault.KindOf(err))
	}
}

// TestBlocksAreInCopies: they hold after a restart and in a restored backup, where
// nothing can be read of them.
func TestBlocksAreInCopies(t *testing.T) {
	e := memory.New()
	g := newGuard(t, e)
	g.delete(g.block(g.create(kim), true))
	restored := memory.New()
	_, err := storage.Copy(t.Context(), e, restored, rand.Reader, nil)
	require.NoError(t, err)
	copied := newGuard(t, restored)
	require.Equal(t, []bool{true, true, true}, copied.blocked(email, phone, ident))
	list, err := copied.store.Documents(t.Context(), ledger.Blocks, "", "", 9)
	require.NoError(t, err)
	require.Len(t, list, 4)
	for _, d := range list {
		text := strings.ToLower(d.Key + string(d.Value))
		for _, part := range []string{"kim", "firma", "722000111", "k-1"} {
			require.NotContains(t, text, part)
		}
	}
	var found ledger.Differences
	require.NoError(t, contacts.VerifyBlocks(t.Context(), copied.store, &found))
	require.Empty(t, found.List())
}

// TestManyAddressesOfOneBlockedContact: the list of what is lifted together is bounded,
// and what has fallen out of it is lifted by value.
func TestManyAddressesOfOneBlockedContact(t *testing.T) {
	g := newGuard(t, memory.New())
	c := g.block(g.create(fields.Draft{"name": "Kim", "identifier": "0"}), true)
	for i := range 1_005 {
		c = g.patch(c, fields.Draft{"identifier": strings.Repeat("x", i%200+1) + strings.Repeat("y", i/200)})
	}
	var found ledger.Differences
	require.NoError(t, contacts.VerifyBlocks(t.Context(), g.store, &found))
	require.Empty(t, found.List())
	g.block(c, false)
	require.Equal(t, 6, g.kept())
	_, err := g.LiftBlocks(t.Context(), tester, "0")
	require.NoError(t, err)
	require.Equal(t, 5, g.kept())
}
