package contacts_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// acquaintances are people who write, with the ordinals of the contacts that bore what they wrote.
// Each has an e-mail, a number and two ids on WhatsApp; the first id is the one of the first message.
type acquaintances struct {
	*guard
	t       *rapid.T
	bearers map[int]uint32
}

func emailOfPerson(n int) string { return fmt.Sprintf("p%d@x.example", n) }

// is the contact of a person.
func (a *acquaintances) is(n int) *contacts.Contact {
	holder, held, err := a.store.Holder(a.t.Context(), ledger.Claim{Kind: contacts.ClaimIdentity, Value: fmt.Sprintf("whatsapp\x00%d-1", n)})
	require.NoError(a.t, err)
	require.True(a.t, held)
	list, err := contacts.Kind.List(a.t.Context(), a.store, []uint32{holder.Ordinal})
	require.NoError(a.t, err)
	return list[0]
}

// someone is the contact of one who has written, nil for none.
func (a *acquaintances) someone() *contacts.Contact {
	for range a.bearers {
		n := rapid.IntRange(0, 2).Draw(a.t, "who")
		if a.bearers[n] != 0 {
			return a.is(n)
		}
	}
	return nil
}

func (a *acquaintances) write() {
	n := rapid.IntRange(0, 2).Draw(a.t, "person")
	raw := map[string]any{"source_id": fmt.Sprintf("%d-1", n)}
	if rapid.Bool().Draw(a.t, "email") {
		raw["email"] = emailOfPerson(n)
		_, _, err := a.Find(a.t.Context(), "email", emailOfPerson(n))
		if known := err == nil; known && rapid.Bool().Draw(a.t, "otherwise") {
			raw["source_id"] = rapid.SampledFrom([]any{nil, fmt.Sprintf("%d-2", n)}).Draw(a.t, "source")
		}
	}
	if rapid.Bool().Draw(a.t, "phone") {
		raw["phone"] = fmt.Sprintf("+25471234567%d", n)
	}
	met := a.meet(raw)
	require.Contains(a.t, met.Ordinals, met.Bearer)
	if a.bearers[n] != 0 {
		require.Equal(a.t, a.bearers[n], met.Bearer, "person %d, who wrote %v", n, raw)
	}
	a.bearers[n] = met.Bearer
}

// undo undoes the newest merge of a contact and reports whether it has one.
func (a *acquaintances) undo(c *contacts.Contact) bool {
	if c == nil || len(c.Absorbed) == 0 {
		return false
	}
	_, err := a.UndoMerge(a.t.Context(), tester, c.Absorbed[len(c.Absorbed)-1].Merge)
	require.NoError(a.t, err)
	return true
}

// Whatever is merged and parted between the messages of a person, and with whichever of its
// addresses they come, the same contact bears them, and it is that person's when all is parted.
func TestLawOneBearsAllThatOneWrites(t *testing.T) {
	swapped := 0
	rapid.Check(t, func(rt *rapid.T) {
		a := &acquaintances{newGuard(t, memory.New()), rt, map[int]uint32{}}
		for range rapid.IntRange(1, 80).Draw(rt, "steps") {
			switch rapid.IntRange(0, 6).Draw(rt, "step") {
			case 0, 1:
				if one, other := a.someone(), a.someone(); one != nil && other != nil && one.Ordinal != other.Ordinal {
					a.merge(one, other)
				}
			case 2:
				a.undo(a.someone())
			case 3:
				if c := a.someone(); c != nil && len(c.MoreEmails) > 0 {
					a.patch(c, fields.Draft{"email": c.MoreEmails[len(c.MoreEmails)-1].Value})
					swapped++
				}
			default:
				a.write()
			}
		}
		for n := range a.bearers {
			for a.undo(a.is(n)) {
				continue
			}
			c := a.is(n)
			require.Equal(rt, a.bearers[n], c.Ordinal, "person %d", n)
			for _, e := range c.Emails() {
				require.Equal(rt, contacts.Address{Value: emailOfPerson(n)}, e)
			}
		}
	})
	require.Positive(t, swapped)
}
