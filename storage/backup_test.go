package storage_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// everything is all that an engine holds.
func everything(t *testing.T, e engine.Engine) map[string]string {
	t.Helper()
	v, err := e.View(context.Background())
	require.NoError(t, err)
	defer v.Close()
	all := map[string]string{}
	for r := (engine.Range{}); ; {
		page, err := v.Scan(r)
		require.NoError(t, err)
		for _, p := range page.Pairs {
			all[string(p.Key)] = string(p.Value)
		}
		if page.Next == nil {
			return all
		}
		r.From = page.Next
	}
}

// lived returns an engine with a store that has seen creates, a change and a
// delete, and its backup.
func lived(t *testing.T) (engine.Engine, []byte) {
	t.Helper()
	e := memory.New()
	s := openStore(t, e)
	ada := person("Ada", "ada@example.com")
	create(t, s, ada)
	for i := range 50 {
		create(t, s, person("Ben", fmt.Sprintf("ben%d@example.com", i)))
	}
	_, err := s.Update(context.Background(), api, func(tx ledger.Tx) error { return contacts.Kind.Delete(tx, ada) })
	require.NoError(t, err)
	var backup bytes.Buffer
	pairs, err := s.Backup(context.Background(), &backup)
	require.NoError(t, err)
	require.EqualValues(t, len(everything(t, e)), pairs)
	return e, backup.Bytes()
}

func TestRestoreBringsEverythingBack(t *testing.T) {
	source, backup := lived(t)
	pairs, err := storage.CheckBackup(bytes.NewReader(backup), nil)
	require.NoError(t, err)
	target := memory.New()
	restored, err := storage.Restore(context.Background(), target, bytes.NewReader(backup), rand.Reader, nil)
	require.NoError(t, err)
	require.Equal(t, pairs, restored)
	require.Equal(t, everything(t, source), everything(t, target))

	s := openStore(t, target)
	require.EqualValues(t, 52, s.Head())
	require.EqualValues(t, 53, create(t, s, person("Cleo", "cleo@example.com")), "the log goes on")

	_, err = storage.Restore(context.Background(), target, bytes.NewReader(backup), rand.Reader, nil)
	require.ErrorContains(t, err, "empty", "nothing is restored over data")
}

func TestABackupThatIsNotWholeIsRefused(t *testing.T) {
	_, backup := lived(t)
	for size := range backup {
		_, err := storage.CheckBackup(bytes.NewReader(backup[:size]), nil)
		require.ErrorIs(t, err, engine.ErrCorrupt, "cut to %d bytes", size)
	}
	harmless := 0
	for i := range backup {
		altered := bytes.Clone(backup)
		altered[i] ^= 0x10
		if _, err := storage.CheckBackup(bytes.NewReader(altered), nil); err == nil {
			harmless++ // a bit that unpacking does not need: the sum says that the content is the same
		}
	}
	require.Less(t, harmless, 10)
	_, err := storage.CheckBackup(bytes.NewReader(append(bytes.Clone(backup), "more"...)), nil)
	require.ErrorIs(t, err, engine.ErrCorrupt)
}

func TestABackupOfANewerVersionIsRefused(t *testing.T) {
	_, backup := lived(t)
	version := backup[bytes.IndexByte(backup, '\n')+1:][:4]
	binary.BigEndian.PutUint32(version, binary.BigEndian.Uint32(version)+1)
	target := memory.New()
	_, err := storage.Restore(context.Background(), target, bytes.NewReader(backup), rand.Reader, nil)
	require.ErrorIs(t, err, engine.ErrNewer)
	require.ErrorContains(t, err, "that version or a later one")
	require.Empty(t, everything(t, target))
}

func TestCopyHoldsTheSame(t *testing.T) {
	source, _ := lived(t)
	target := memory.New()
	pairs, err := storage.Copy(context.Background(), source, target, rand.Reader, nil)
	require.NoError(t, err)
	require.EqualValues(t, len(everything(t, source)), pairs)
	require.Equal(t, everything(t, source), everything(t, target))
}
