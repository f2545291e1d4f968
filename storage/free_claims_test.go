package storage

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
)

func TestBloomNeverDeniesAHash(t *testing.T) {
	var b bloom
	hash := func(i int) uint64 { return uint64(i) * 0x9e3779b97f4a7c15 }
	const n = 3 * firstLayer // two layers
	for i := range n {
		require.False(t, i == 0 && b.has(hash(0)), "an empty one has nothing")
		b.add(hash(i))
	}
	require.Len(t, b.layers, 2)
	for i := range n {
		require.True(t, b.has(hash(i)))
	}
	wrong := 0
	for i := n; i < 2*n; i++ {
		if b.has(hash(i)) {
			wrong++
		}
	}
	require.Less(t, wrong, n/100)
}

var tester = ledger.Author{Source: ledger.SourceAPI}

// named is a contact with an e-mail of its own.
func named(n int) *contacts.Contact {
	return &contacts.Contact{
		ID: uuid.Must(uuid.NewV7()), Type: contacts.TypeLead,
		Name: "Amina", Email: fmt.Sprintf("amina%d@example.org", n),
	}
}

func emailOf(n int) ledger.Claim {
	return ledger.Claim{Kind: contacts.ClaimEmail, Value: named(n).Email}
}

func openOn(t *testing.T, e engine.Engine) *Store {
	t.Helper()
	s, err := Open(context.Background(), Options{Kinds: usualKinds, Engine: e})
	require.NoError(t, err)
	return s
}

// within runs a closure that must succeed.
func within(t *testing.T, s *Store, closure func(t *tx) error) {
	t.Helper()
	_, err := s.committer.submit(context.Background(), tester, closure)
	require.NoError(t, err)
}

// readAhead makes the store read its claims, and waits for it.
func readAhead(t *testing.T, s *Store) {
	t.Helper()
	within(t, s, func(tx *tx) error { tx.unclaimed.load(); return nil })
	s.committer.unclaimed.reading.Wait()
	require.NotNil(t, s.committer.unclaimed.stored.Load())
}

// requireHeld asks for e-mails up to n and wants exactly those held that the
// function says.
func requireHeld(t *testing.T, s *Store, n int, held func(i int) bool) {
	t.Helper()
	within(t, s, func(tx *tx) error {
		for i := range n {
			_, found, err := tx.Holder(emailOf(i))
			if err != nil {
				return err
			}
			if found != held(i) {
				return fmt.Errorf("claim %d: held %t", i, found)
			}
		}
		return nil
	})
}

func TestFreeClaimsAreExact(t *testing.T) {
	e := memory.New()
	before := openOn(t, e)
	const n = 1500 // with two claims each, more than a page
	within(t, before, func(tx *tx) error {
		for i := range n {
			if err := contactKind.Create(tx, named(i)); err != nil {
				return err
			}
		}
		return nil
	})
	s := openOn(t, e) // as after a restart: it has noted nothing itself
	defer s.Close()
	within(t, s, func(tx *tx) error { return contactKind.Create(tx, named(n)) })
	readAhead(t, s)
	requireHeld(t, s, 2*n, func(i int) bool { return i <= n })

	within(t, s, func(tx *tx) error {
		c, err := contactKind.Get(tx, 1)
		if err != nil {
			return err
		}
		return contactKind.Delete(tx, c)
	})
	_, err := s.committer.submit(context.Background(), tester, func(tx *tx) error {
		require.NoError(t, contactKind.Create(tx, named(n+1)))
		return fault.NotFound("contact")
	})
	require.Error(t, err)
	requireHeld(t, s, 2*n, func(i int) bool { return i > 0 && i <= n })

	within(t, s, func(tx *tx) error { return contactKind.Create(tx, named(0)) })
	within(t, s, func(tx *tx) error { return contactKind.Create(tx, named(n+2)) })
	requireHeld(t, s, 2*n, func(i int) bool { return i <= n || i == n+2 })
}

func TestClaimsAreReadAfterManyMisses(t *testing.T) {
	s := openOn(t, memory.New())
	defer s.Close()
	none := func(int) bool { return false }
	requireHeld(t, s, loadAfter-1, none)
	require.Nil(t, s.committer.unclaimed.stop, "few contacts are not worth it")
	requireHeld(t, s, 1, none)
	require.NotNil(t, s.committer.unclaimed.stop)
	s.committer.unclaimed.reading.Wait()
	within(t, s, func(tx *tx) error {
		require.True(t, tx.unclaimed.free(tx.hasher.key(emailOf(1))), "the engine is not asked")
		return nil
	})
}

// TestFreeClaimsOfAnotherWriter lets another store on the same engine claim
// something that the first has found free: even an answer without a write
// must know.
func TestFreeClaimsOfAnotherWriter(t *testing.T) {
	e := memory.New()
	s, other := openOn(t, e), openOn(t, e)
	readAhead(t, s)
	requireHeld(t, s, 2, func(int) bool { return false })
	within(t, other, func(tx *tx) error { return contactKind.Create(tx, named(1)) })
	requireHeld(t, s, 2, func(i int) bool { return i == 1 })
}
