package storage_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/faulty"
	"github.com/ndoto/kundi/storage/engine/memory"
)

func TestChangesInPages(t *testing.T) {
	e := memory.New()
	s := openStore(t, e)
	// Commits of very different sizes, one of them with more changes than a
	// record of the log holds.
	for _, n := range []int{1, 700, 2, 2000, 1} {
		update(t, s, func(tx ledger.Tx) error {
			for i := range n {
				if err := tx.PutDocument(runDocuments, fmt.Sprintf("%0900d", i), []byte("x")); err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.EqualValues(t, 2704, s.Head())
	requirePages(t, s)
	reopened := openStore(t, e) // which has no change in memory
	requirePages(t, reopened)
	require.Equal(t, changes(t, reopened, 0), changes(t, s, 0))
}

// requirePages reads the log of 2,704 changes in pages of several sizes.
func requirePages(t *testing.T, s *storage.Store) {
	t.Helper()
	for _, limit := range []int{1, 7, 1000, 100_000} {
		after := uint64(0)
		if limit == 1 {
			after = 2650
		}
		for after < s.Head() {
			page, err := s.Changes(context.Background(), after, limit)
			require.NoError(t, err)
			require.NotEmpty(t, page)
			require.LessOrEqual(t, len(page), limit)
			for _, c := range page {
				after++
				require.Equal(t, after, c.Seq)
			}
		}
	}
	for _, after := range []uint64{2704, 2705, 1 << 63} {
		page, err := s.Changes(context.Background(), after, 10)
		require.NoError(t, err)
		require.Empty(t, page)
	}
}

// TestAFollowerFarBehindReadsTheLog has more changes than the store holds in memory.
func TestAFollowerFarBehindReadsTheLog(t *testing.T) {
	e := memory.New()
	s := openStore(t, e)
	for range 9 {
		update(t, s, func(tx ledger.Tx) error {
			for i := range 2_500 {
				if err := tx.PutDocument(runDocuments, fmt.Sprint(i), []byte("x")); err != nil {
					return err
				}
			}
			return nil
		})
	}
	read := changes(t, openStore(t, e), 0)
	require.Len(t, read, 22_500)
	for _, after := range []uint64{0, 5_000, 14_000, 14_999, 15_000, 22_499} {
		require.Equal(t, read[after:], changes(t, s, after), after)
		page, err := s.Changes(context.Background(), after, 3_000)
		require.NoError(t, err)
		require.Equal(t, read[after:min(after+3_000, 22_500)], page, after)
	}
}

func TestTrimmedLogIsGone(t *testing.T) {
	s := memoryStore(t)
	for i := range 300 {
		create(t, s, person("n", fmt.Sprintf("n%d@example.com", i)))
	}
	require.NoError(t, s.TrimLog(context.Background(), 251))
	for after, gone := range map[uint64]bool{0: true, 100: true, 249: true, 250: false, 299: false, 300: false} {
		page, err := s.Changes(context.Background(), after, 10)
		if gone {
			require.Equal(t, fault.KindGone, fault.KindOf(err), after)
			continue
		}
		require.NoError(t, err, after)
		require.Len(t, page, int(min(10, 300-after)))
	}
	require.NoError(t, s.TrimLog(context.Background(), 1000))
	_, err := s.Changes(context.Background(), 299, 10)
	require.Equal(t, fault.KindGone, fault.KindOf(err))
	_, err = s.Changes(context.Background(), 300, 10)
	require.NoError(t, err, "a consumer that has read everything lost nothing")
	require.EqualValues(t, 301, create(t, s, person("next", "")), "numbers go on")
	require.Len(t, changes(t, s, 300), 1)
	require.Len(t, history(t, s, 1), 1, "the history has its own retention")
}

func TestFollowersHearInOrderBeforeCallersAreAnswered(t *testing.T) {
	e := memory.New()
	s := openStore(t, e)
	create(t, s, person("before", ""))
	var heard []ledger.Change
	s.Follow(func(list []ledger.Change) {
		for _, c := range list {
			require.Greater(t, c.Seq, s.Head(), "the head moves once followers know")
		}
		heard = append(heard, list...)
	})
	ada := person("Ada", "ada@example.com")
	for step, seq := range []uint64{
		create(t, s, ada),
		edit(t, s, 2, func(c *contacts.Contact) { c.City = "London" }).Version,
		update(t, s, func(tx ledger.Tx) error { return companies.Kind.Create(tx, company("Acme")) }),
		update(t, s, func(tx ledger.Tx) error { return tx.PutDocument(segmentDocuments, "s", []byte("{}")) }),
		update(t, s, func(tx ledger.Tx) error {
			c, err := contacts.Kind.Get(tx, 2)
			if err != nil {
				return err
			}
			return contacts.Kind.Delete(tx, c)
		}),
	} {
		require.EqualValues(t, step+2, seq)
	}
	require.Len(t, heard, 5)
	require.Same(t, ada, heard[0].Record)
	require.Equal(t, "London", contacts.Kind.After(&heard[1]).City)
	require.Equal(t, []string{"city"}, heard[1].Fields)
	require.Equal(t, "Acme", companies.Kind.After(&heard[2]).Name)
	require.Equal(t, "s", heard[3].Key)
	require.Equal(t, ledger.OpDelete, heard[4].Op)
	require.Nil(t, heard[4].Record)
	update(t, s, func(ledger.Tx) error { return nil })
	require.Len(t, heard, 5, "nothing to hear of nothing")

	for i := range heard {
		heard[i].Record = nil
	}
	require.Equal(t, heard, changes(t, s, 1))
	require.Equal(t, heard, changes(t, openStore(t, e), 1), "the log says the same")
}

func TestSubscribersAreWoken(t *testing.T) {
	s := memoryStore(t)
	grown, cancel := s.Subscribe()
	for range 3 {
		create(t, s, person("n", ""))
	}
	<-grown
	select {
	case <-grown:
		t.Fatal("signals are coalesced")
	default:
	}
	cancel()
	cancel()
	create(t, s, person("n", ""))
	select {
	case <-grown:
		t.Fatal("a cancelled subscription is silent")
	default:
	}
}

// Who is in a hurry need not wait for followers. The next closure runs while they hear of the
// commit before, and who is not in a hurry waits for all of them.
func TestHastyUpdatesDoNotWaitForFollowers(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *faulty.Engine, s *storage.Store) {
		listen := make(chan struct{})
		var heard []uint64
		s.Follow(func(list []ledger.Change) {
			<-listen
			heard = append(heard, list[len(list)-1].Seq)
		})
		hastily := func(name string) uint64 {
			seq, err := s.UpdateHastily(context.Background(), api, creating(person(name, name+"@example.com")))
			require.NoError(t, err)
			return seq
		}
		first := hastily("ada")
		require.Less(t, s.Head(), first, "durable, and nobody knows yet")

		ran := make(chan struct{})
		patient := start(s, context.Background(), func(tx ledger.Tx) error {
			close(ran)
			return creating(person("bob", "bob@example.com"))(tx)
		})
		<-ran // while the follower still hears of the first
		synctest.Wait()
		require.Empty(t, patient, "it waits for followers")
		close(listen)
		o := <-patient
		require.NoError(t, o.err)
		require.Equal(t, []uint64{first, o.seq}, heard)
		require.Equal(t, o.seq, s.Head())
	})
}

// What was durable before a follower failed is answered, and nothing comes after it.
func TestHastyUpdatesEndWithAFollowerThatPanics(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *faulty.Engine, s *storage.Store) {
		s.Follow(func([]ledger.Change) { panic("broken columns") })
		_, err := s.UpdateHastily(context.Background(), api, creating(person("ada", "ada@example.com")))
		require.NoError(t, err)
		synctest.Wait()
		_, err = s.UpdateHastily(context.Background(), api, creating(person("bob", "")))
		require.Equal(t, fault.KindUnavailable, fault.KindOf(err))
		require.NoError(t, s.Close(), "closing does not wait for it")
	})
}

func TestPanickingFollowerStopsWrites(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *faulty.Engine, s *storage.Store) {
		s.Follow(func([]ledger.Change) { panic("broken columns") })
		o := <-start(s, context.Background(), creating(person("ada", "ada@example.com")))
		require.NoError(t, o.err, "the write is durable")
		require.Equal(t, fault.KindUnavailable, fault.KindOf(s.Ready()), "but the follower no longer tells the truth")
		o = <-start(s, context.Background(), creating(person("bob", "")))
		require.Equal(t, fault.KindUnavailable, fault.KindOf(o.err))
		synctest.Wait()
	})
}

func TestSecretsDifferByPurposeAndStore(t *testing.T) {
	region := new(memory.Region)
	open := func(r *memory.Region) *storage.Store {
		e, err := r.Open()
		require.NoError(t, err)
		return openStore(t, e)
	}
	s := open(region)
	cursors := s.Secret("cursors")
	require.Len(t, cursors, 32)
	require.NotEqual(t, cursors, s.Secret("sessions"))
	require.NotEqual(t, cursors, open(new(memory.Region)).Secret("cursors"))
	require.NoError(t, s.Close())
	require.Equal(t, cursors, open(region).Secret("cursors"))
}
