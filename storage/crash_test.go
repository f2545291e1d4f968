package storage_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
)

// crashDir tells the test binary that it is the process to be killed.
const crashDir = "KUNDI_TEST_CRASH_DIR"

// TestWriteUntilKilled is that process: eight writers that print each contact
// once it is acknowledged. On its own it does nothing.
func TestWriteUntilKilled(t *testing.T) {
	dir := os.Getenv(crashDir)
	if dir == "" {
		return
	}
	s := openStore(t, badgerEngine(t, dir))
	start := s.Head()
	var mu sync.Mutex
	for w := range 8 {
		go func() {
			for i := 0; ; i++ {
				c := person("n", fmt.Sprintf("%d.%d.%d@example.com", start, w, i))
				seq, err := s.Update(context.Background(), api, creating(c))
				if err != nil {
					return
				}
				mu.Lock()
				fmt.Printf("acked %d %d %s\n", seq, c.Ordinal, c.Email)
				mu.Unlock()
			}
		}()
	}
	select {}
}

// TestKillLosesNothingAcknowledged kills a writing process several times over
// one folder and looks for everything it had acknowledged.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	acked := map[uint32]string{}
	for round := range 3 {
		killWriter(t, dir, 150*(round+1), acked)

		s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: badgerEngine(t, dir)})
		require.NoError(t, err)
		stored, err := contacts.Kind.Scan(context.Background(), s, ledger.Ref{}, 1_000_000)
		require.NoError(t, err)
		require.EqualValues(t, len(stored), s.Head(), "a contact a number, none without the other")
		emails := map[uint32]string{}
		for i, c := range stored {
			require.EqualValues(t, i+1, c.Ordinal)
			emails[c.Ordinal] = c.Email
		}
		for ordinal, email := range acked {
			require.Equal(t, email, emails[ordinal], "an acknowledged contact is lost")
		}
		require.Len(t, changes(t, s, 0), len(stored))
		_, err = s.Update(context.Background(), api, func(tx ledger.Tx) error {
			for ordinal, email := range emails {
				holder, _, err := tx.Holder(ledger.Claim{Kind: contacts.ClaimEmail, Value: email})
				if err != nil || holder.Ordinal != ordinal {
					return fmt.Errorf("a claim is not its contact's: %w", err)
				}
			}
			return nil
		})
		require.NoError(t, err)
		require.NoError(t, s.Close())
	}
}

// killWriter runs the writing process until it has acknowledged n contacts,
// kills it, and notes all it had said.
func killWriter(t *testing.T, dir string, n int, acked map[uint32]string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestWriteUntilKilled$")
	cmd.Env = append(os.Environ(), crashDir+"="+dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for said := 0; lines.Scan(); {
		var seq uint64
		var ordinal uint32
		var email string
		if _, err := fmt.Sscanf(lines.Text(), "acked %d %d %s", &seq, &ordinal, &email); err != nil {
			continue // a line of the testing package's own
		}
		acked[ordinal] = email
		if said++; said == n {
			require.NoError(t, cmd.Process.Kill())
		}
	}
	require.Error(t, cmd.Wait(), "it was killed")
	require.GreaterOrEqual(t, len(acked), n)
}
