package contacts_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/scheduler"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// ended rings the alarms of blocks that are due now, and those alone: it returns the entities and
// ordinals of all alarms that are left.
func (g *guard) ended() (left []ledger.Alarm) {
	now := time.Now()
	g.update(func(tx ledger.Tx) error {
		for _, a := range g.alarms() {
			if a.At.After(now) {
				continue
			}
			ring := g.EndBlock
			if a.Entity == contacts.KeptBlocks {
				ring = contacts.EndKeptBlocks
			}
			if err := ring(tx, a.Ref, now); err != nil {
				return err
			}
			if err := a.Clear(tx); err != nil {
				return err
			}
		}
		return nil
	})
	return g.alarms()
}

func (g *guard) alarms() (list []ledger.Alarm) {
	require.NoError(g.t, ledger.EachDocument(g.t.Context(), g.store, ledger.Alarms, "", func(d ledger.Document) error {
		a, err := ledger.AlarmOf(d)
		list = append(list, a)
		return err
	}))
	var found ledger.Differences
	require.NoError(g.t, contacts.VerifyBlocks(g.t.Context(), g.store, &found))
	require.NoError(g.t, ledger.VerifyAlarms(g.t.Context(), g.store, []fields.Entity{fields.EntityContact, contacts.KeptBlocks}, &found))
	require.Empty(g.t, found.List())
	return list
}

func (g *guard) read(c *contacts.Contact) *contacts.Contact {
	c, _, err := g.Get(g.t.Context(), c.ID)
	require.NoError(g.t, err)
	return c
}

// ringing does something while alarms ring.
func (g *guard) ringing(do func()) {
	bells := map[fields.Entity]scheduler.Bell{
		fields.EntityContact: {Name: "the block is over", Ring: g.EndBlock}, contacts.KeptBlocks: {Name: "the block is over", Ring: contacts.EndKeptBlocks},
	}
	ctx, cancel := context.WithCancel(g.t.Context())
	var running sync.WaitGroup
	running.Go(func() { scheduler.NewAlarms(g.store, bells, nil, slog.New(slog.DiscardHandler)).Run(ctx) })
	synctest.Wait()
	do()
	cancel()
	running.Wait()
}

// lasting is an engine that is still there when its store is closed, like a disk.
type lasting struct{ engine.Engine }

func (lasting) Close() error { return nil }

// in is a moment that is some hours away, as it is sent.
func in(hours int) string {
	return time.Now().Add(time.Duration(hours) * time.Hour).UTC().Format(time.RFC3339)
}

// passes lets some hours pass, and a millisecond less or more.
func passes(hours int, more time.Duration) { time.Sleep(time.Duration(hours)*time.Hour + more) }

func TestABlockHasAReasonAndAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGuard(t, memory.New())
		defer g.store.Close()
		c := g.create(kim)
		require.Nil(t, c.Block())
		start := time.Now().UTC()
		c = g.blockAs(c, fields.Draft{"reason": " spam ", "until": in(2)})
		require.Equal(t, &contacts.Block{Reason: "spam", Until: start.Add(2 * time.Hour), At: start, By: tester.Author}, c.Block())
		require.Equal(t, c, g.read(c))

		passes(1, 0)
		require.Equal(t, c, g.blockAs(c, nil), "who is blocked stays as he is")
		require.Equal(t, c, g.blockAs(c, fields.Draft{"reason": "spam", "until": in(1)}), "as it is already")
		c = g.blockAs(c, fields.Draft{"until": in(3)})
		require.Equal(t, &contacts.Block{Until: start.Add(4 * time.Hour), At: start.Add(time.Hour), By: tester.Author}, c.Block(), "both are replaced")
		require.Len(t, g.alarms(), 1)

		passes(3, -time.Millisecond)
		require.Len(t, g.ended(), 1)
		require.True(t, g.read(c).Blocked)
		passes(0, time.Millisecond)
		require.Empty(t, g.ended())
		require.Nil(t, g.read(c).Block())

		history, _, err := g.History(t.Context(), c.ID, "", 0, 10)
		require.NoError(t, err)
		var ops []string
		for _, e := range history {
			ops = append(ops, e.Op.String())
			for _, change := range e.Changes {
				ops = append(ops, change.Field)
			}
		}
		require.Equal(t, "unblock blocked block.until update block.reason block.until block blocked block.reason block.until create", strings.Join(ops, " "))

		g.blockAs(c, fields.Draft{"until": in(1)})
		require.Nil(t, g.block(c, false).Block())
		require.Empty(t, g.alarms(), "who is let in by hand is not let in again")
		g.blockAs(c, fields.Draft{"until": in(1)})
		g.blockAs(c, fields.Draft{})
		require.Empty(t, g.alarms(), "a block that lasts needs none")
		passes(2, 0)
		g.ended()
		require.True(t, g.read(c).Blocked)
	})
}

func TestWhatABlockMayNotSay(t *testing.T) {
	g := newGuard(t, memory.New())
	c := g.create(kim)
	for name, try := range map[string]struct {
		draft fields.Draft
		path  string
	}{
		"a reason that is too long": {fields.Draft{"reason": strings.Repeat("é", contacts.MaxBlockReason+1)}, "reason"},
		"lines in a reason":         {fields.Draft{"reason": "a\nb"}, "reason"},
		"an object for a reason":    {fields.Draft{"reason": map[string]any{}}, "reason"},
		"the past":                  {fields.Draft{"until": "2020-01-01T00:00:00Z"}, "until"},
		"now":                       {fields.Draft{"until": time.Now().UTC().Format(time.RFC3339)}, "until"},
		"no moment":                 {fields.Draft{"until": "tomorrow"}, "until"},
		"another member":            {fields.Draft{"for": "P1D"}, ""},
	} {
		_, err := g.Block(t.Context(), tester, c.ID, try.draft, 0)
		require.Equal(t, fault.KindInvalid, fault.KindOf(err), name)
		require.Equal(t, try.path, err.(*fault.Error).Faults[0].Path, name)
		require.Len(t, err.(*fault.Error).Faults, 1, name)
	}
	require.False(t, g.read(c).Blocked)
	require.True(t, g.blockAs(c, fields.Draft{"reason": nil, "until": nil}).Blocked)
	again := tester.WithReceipt(ledger.ReceiptKey{Key: "k", Body: [32]byte{1}})
	_, err := g.Block(t.Context(), again, c.ID, fields.Draft{"until": "2020-01-01T00:00:00Z"}, 0)
	require.Equal(t, fault.KindInvalid, fault.KindOf(err))
}

// A request that comes again says what it said, though its end is in the past by then.
func TestABlockThatComesAgainAfterItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGuard(t, memory.New())
		defer g.store.Close()
		c := g.create(kim)
		by, d := tester.WithReceipt(ledger.ReceiptKey{Key: "k", Body: [32]byte{1}}), fields.Draft{"until": in(1)}
		_, err := g.Block(t.Context(), by, c.ID, d, 0)
		require.NoError(t, err)
		passes(2, 0)
		g.ended()
		r, err := g.Block(t.Context(), by, c.ID, d, 0)
		require.NoError(t, err)
		require.True(t, r.Replayed)
		require.False(t, r.Contact.Blocked)
	})
}

// What stays blocked of a person ends with the block: when it ends by itself, and when its end is
// moved.
func TestKeptBlocksEndWithTheBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGuard(t, memory.New())
		defer g.store.Close()
		c := g.blockAs(g.create(kim), fields.Draft{"until": in(2)})
		g.patch(c, fields.Draft{"email": "other@firma.example"})
		require.Len(t, g.alarms(), 2, "of the contact, and of what it gave up")
		c = g.blockAs(c, fields.Draft{"until": in(4)})
		g.delete(c)
		require.Len(t, g.alarms(), 1)

		passes(3, 0)
		g.ended()
		heir := g.create(email)
		require.Equal(t, &contacts.Block{Until: time.Now().Add(time.Hour).UTC(), At: time.Now().UTC(), By: ledger.Author{Source: ledger.SourceSystem, Name: "the email is blocked"}}, heir.Block())
		found, err := g.BlockedAddresses(t.Context(), "K-1")
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, time.Now().Add(time.Hour).UTC(), found[0].Until)

		passes(1, 0) // before the alarm rings, too
		found, err = g.BlockedAddresses(t.Context(), "K-1")
		require.NoError(t, err)
		require.Empty(t, found)
		require.False(t, g.create(phone).Blocked)
		require.Empty(t, g.ended())
		require.False(t, g.read(heir).Blocked)
		require.Zero(t, g.kept())

		// One whose end nobody moved, deleted after it.
		late := g.blockAs(g.create(fields.Draft{"email": "late@x.example"}), fields.Draft{"until": in(1)})
		passes(2, 0)
		g.delete(late)
		require.Zero(t, g.kept())
		require.Empty(t, g.ended())
	})
}

// An address that stays blocked for two reasons is blocked for the longer one.
func TestTheLongestOfSeveralKeptBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGuard(t, memory.New())
		defer g.store.Close()
		g.delete(g.blockAs(g.create(email), fields.Draft{"until": in(1)}))
		g.delete(g.blockAs(g.create(phone), fields.Draft{"until": in(3)}))
		g.delete(g.blockAs(g.create(ident), nil))
		both := g.create(fields.Draft{"email": email["email"], "phone": phone["phone"]})
		require.Equal(t, time.Now().Add(3*time.Hour).UTC(), both.BlockUntil)
		require.True(t, g.patch(both, ident).Blocked)
		g.block(both, false)
		g.delete(both)
		require.Equal(t, []bool{false, false, false}, g.blocked(email, phone, ident))
	})
}

func TestMergesOfTwoBlocks(t *testing.T) {
	for name, try := range map[string]struct {
		survivor, absorbed any // hours until the end, nil for no end, "" for no block
		reason             string
		until              int // hours, 0 for no end
	}{
		"the later end":             {2, 4, "absorbed", 4},
		"the later end, turned":     {4, 2, "survivor", 4},
		"no end":                    {2, nil, "absorbed", 0},
		"no end, turned":            {nil, 2, "survivor", 0},
		"the same":                  {2, 2, "survivor", 2},
		"only the absorbed contact": {"", 2, "absorbed", 2},
		"only the survivor":         {2, "", "survivor", 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGuard(t, memory.New())
				defer g.store.Close()
				start := time.Now().UTC()
				make := func(name string, hours any) *contacts.Contact {
					c := g.create(fields.Draft{"name": name, "email": name + "@x.example", "phone": map[string]any{"survivor": "+254722000111", "absorbed": "+254722000112"}[name]})
					switch hours := hours.(type) {
					case string:
						return g.patch(c, fields.Draft{"phone": nil})
					case int:
						c = g.blockAs(c, fields.Draft{"reason": name, "until": in(hours)})
					default:
						c = g.blockAs(c, fields.Draft{"reason": name})
					}
					return g.patch(c, fields.Draft{"phone": nil}) // which stays blocked
				}
				survivor, absorbed := make("survivor", try.survivor), make("absorbed", try.absorbed)
				merged := g.merge(survivor, absorbed)
				require.Equal(t, try.reason, merged.BlockReason)
				until := start.Add(time.Duration(try.until) * time.Hour)
				if try.until == 0 {
					until = time.Time{}
				}
				require.Equal(t, until, merged.BlockUntil)
				for _, a := range g.alarms() {
					require.Equal(t, until, a.At)
				}
				passes(1, 0)
				restored, err := g.UndoMerge(t.Context(), tester, merged.Absorbed[0].Merge)
				require.NoError(t, err)
				require.Equal(t, absorbed.Block(), restored.Contact.Block())
				require.Equal(t, survivor.Block(), g.read(survivor).Block())
				passes(9, 0)
				require.Empty(t, g.ended())
				require.Equal(t, try.survivor == nil, g.read(survivor).Blocked)
				require.Equal(t, try.absorbed == nil, g.read(absorbed).Blocked)
				require.Equal(t, []bool{try.survivor == nil, try.absorbed == nil}, g.blocked(fields.Draft{"phone": "+254722000111"}, fields.Draft{"phone": "+254722000112"}))
			})
		})
	}
}

// A block that was over while two were one is over when they part.
func TestABlockThatEndsWhileMerged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGuard(t, memory.New())
		defer g.store.Close()
		short, long := g.create(fields.Draft{"name": "short"}), g.create(fields.Draft{"name": "long"})
		g.blockAs(short, fields.Draft{"until": in(1)})
		g.blockAs(long, fields.Draft{"until": in(3)})
		merged := g.merge(long, short)
		passes(2, 0)
		g.ended()
		require.True(t, g.read(long).Blocked)
		_, err := g.UndoMerge(t.Context(), tester, merged.Absorbed[0].Merge)
		require.NoError(t, err)
		require.False(t, g.read(short).Blocked)
		require.True(t, g.read(long).Blocked)
		passes(1, 0)
		require.Empty(t, g.ended())
		require.False(t, g.read(long).Blocked)
	})
}

// TestABlockOfThePast: what ?at= answers of it.
func TestABlockOfThePast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGuard(t, memory.New())
		defer g.store.Close()
		c := g.create(kim)
		passes(1, 0)
		first := g.blockAs(c, fields.Draft{"reason": "spam", "until": in(9)}).Block()
		passes(1, 0)
		g.patch(c, fields.Draft{"city": "Nairobi"})
		passes(1, 0)
		second := g.blockAs(c, fields.Draft{"reason": "threats"}).Block()
		passes(1, 0)
		g.block(c, false)
		passes(1, 0)
		third := g.blockAs(c, nil).Block()
		for i, want := range []*contacts.Block{nil, first, first, second, nil, third} {
			then, _, err := g.GetAt(t.Context(), c.ID, time.Now().Add(time.Duration(i-5)*time.Hour))
			require.NoError(t, err)
			require.Equal(t, want, then.Block(), i)
		}
	})
}

// TestABlockEndsThoughTheServerWasDown opens the store again after the end.
func TestABlockEndsThoughTheServerWasDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := lasting{memory.New()}
		g := newGuard(t, e)
		c := g.blockAs(g.create(kim), fields.Draft{"until": in(1)})
		gone := g.blockAs(g.create(fields.Draft{"email": "gone@x.example"}), fields.Draft{"until": in(2)})
		g.delete(gone)
		require.NoError(t, g.store.Close())
		passes(3, 0)
		g = newGuard(t, e)
		defer g.store.Close()
		g.ringing(func() {
			require.False(t, g.read(c).Blocked)
			require.Zero(t, g.kept())
			history, _, err := g.History(t.Context(), c.ID, "", 0, 1)
			require.NoError(t, err)
			require.Equal(t, ledger.OpUnblock, history[0].Op)
			require.Equal(t, ledger.Author{Source: ledger.SourceSystem, Name: "the block is over"}, history[0].Author)
			c = g.blockAs(c, fields.Draft{"until": in(1)})
			passes(1, 0)
			synctest.Wait()
			require.False(t, g.read(c).Blocked)
		})
	})
}
