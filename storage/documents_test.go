package storage_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

func TestDocuments(t *testing.T) {
	s := memoryStore(t)
	put := func(c ledger.Collection, key, value string) uint64 {
		return update(t, s, func(tx ledger.Tx) error { return tx.PutDocument(c, key, []byte(value)) })
	}
	for i, key := range []string{"b", "a/2", "a", "a/1", "c"} {
		require.EqualValues(t, i+1, put(snapshotDocuments, key, key))
	}
	put(snapshotDocuments, "a", "")
	require.EqualValues(t, 6, s.Head())
	require.EqualValues(t, 6, put(ledger.Receipts, "r", "not logged"))

	list := func(prefix, after string, limit int) (keys []string) {
		documents, err := s.Documents(context.Background(), snapshotDocuments, prefix, after, limit)
		require.NoError(t, err)
		for _, d := range documents {
			keys = append(keys, d.Key)
		}
		return keys
	}
	require.Equal(t, []string{"a", "a/1", "a/2", "b", "c"}, list("", "", 10))
	require.Equal(t, []string{"a/1", "a/2"}, list("a/", "", 10))
	require.Equal(t, []string{"a/2"}, list("a/", "a/1", 10))
	require.Equal(t, []string{"a/1", "a/2"}, list("", "a", 2))
	require.Empty(t, list("a/", "b", 10))
	require.Empty(t, list("", "", 0))

	latest := func(prefix, before string, limit int) (keys []string) {
		documents, err := s.LatestDocuments(context.Background(), snapshotDocuments, prefix, before, limit)
		require.NoError(t, err)
		for _, d := range documents {
			keys = append(keys, d.Key)
		}
		return keys
	}
	require.Equal(t, []string{"c", "b", "a/2", "a/1", "a"}, latest("", "", 10))
	require.Equal(t, []string{"a/2", "a/1"}, latest("a/", "", 10))
	require.Equal(t, []string{"a/1"}, latest("a/", "a/2", 10))
	require.Equal(t, []string{"a/2", "a/1"}, latest("a/", "b", 10))
	require.Equal(t, []string{"b", "a/2"}, latest("", "c", 2))
	require.Equal(t, []string{"b", "a/2"}, latest("", "bb", 2))
	require.Empty(t, latest("a/", "a/1", 10))
	require.Empty(t, latest("", "", 0))

	document, err := s.Document(context.Background(), snapshotDocuments, "a")
	require.NoError(t, err)
	require.NotNil(t, document, "an empty document is one")
	document, err = s.Document(context.Background(), ledger.Receipts, "a")
	require.NoError(t, err)
	require.Nil(t, document, "collections do not mix")

	require.EqualValues(t, 6, update(t, s, func(tx ledger.Tx) error { return tx.DeleteDocument(snapshotDocuments, "none") }))
	require.EqualValues(t, 7, update(t, s, func(tx ledger.Tx) error { return tx.DeleteDocument(snapshotDocuments, "a") }))
	last := changes(t, s, 4)
	require.Equal(t, []ledger.Op{ledger.OpCreate, ledger.OpUpdate, ledger.OpDelete}, []ledger.Op{last[0].Op, last[1].Op, last[2].Op})
	require.Equal(t, fields.Entity(snapshotDocuments.Name), last[2].Entity)
	require.Equal(t, "a", last[2].Key)

	for _, key := range []string{"", strings.Repeat("k", 2000)} {
		_, err := s.Update(context.Background(), api, func(tx ledger.Tx) error { return tx.PutDocument(runDocuments, key, nil) })
		require.Equal(t, fault.KindInternal, fault.KindOf(err))
	}
	_, err = s.Update(context.Background(), api, func(tx ledger.Tx) error { return tx.PutDocument(runDocuments, "k", make([]byte, 1<<20)) })
	require.Equal(t, fault.KindTooLarge, fault.KindOf(err))
}

func TestDocumentsAreCopied(t *testing.T) {
	s := memoryStore(t)
	value := []byte("one")
	update(t, s, func(tx ledger.Tx) error {
		if err := tx.PutDocument(runDocuments, "k", value); err != nil {
			return err
		}
		copy(value, "xxx")
		got, err := tx.Document(runDocuments, "k")
		require.Equal(t, "one", string(got))
		copy(got, "yyy")
		return err
	})
	got, err := s.Document(context.Background(), runDocuments, "k")
	require.NoError(t, err)
	require.Equal(t, "one", string(got))
}

func TestCountersNeverRepeat(t *testing.T) {
	region := new(memory.Region)
	var last uint32
	for range 2 {
		e, err := region.Open()
		require.NoError(t, err)
		s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: e})
		require.NoError(t, err)
		update(t, s, func(tx ledger.Tx) error {
			for range 3 {
				n, err := tx.NextNumber("attributes")
				if err != nil {
					return err
				}
				require.Equal(t, last+1, n)
				last = n
			}
			n, err := tx.NextNumber("other " + fmt.Sprint(last))
			require.EqualValues(t, 1, n)
			return err
		})
		require.Zero(t, s.Head(), "a number given is no change")
		require.NoError(t, s.Close())
	}
}
