package storage

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Each target demands that no input makes a decoder panic, and that what it
// accepts comes back the same after being written again.

func FuzzDecodePack(f *testing.F) {
	f.Add(encodePack([]ledger.Change{
		{Seq: 9, Op: ledger.OpUpdate, Entity: "contact", Ordinal: 4, Fields: []string{"name", "email"}, Source: "api"},
		{Seq: 10, Op: ledger.OpCreate, Entity: "segment", Key: "vip", Source: "agent"},
	}))
	f.Add(encodePack([]ledger.Change{{Seq: 9, Op: ledger.OpCreate, Entity: "leaf", Ordinal: 4, Owner: 2, Moment: -3, Source: "api"}}))
	f.Fuzz(func(t *testing.T, record []byte) {
		changes, err := decodePack(record)
		if err != nil || len(changes) == 0 {
			return
		}
		back, err := decodePack(encodePack(changes))
		require.NoError(t, err)
		require.Equal(t, changes, back)
	})
}

func FuzzDecodeHistory(f *testing.F) {
	f.Add(encodeHistory(ledger.HistoryEntry{
		Op: ledger.OpUpdate, Author: ledger.Author{Source: "agent", Name: "Eve"},
		Changes: []ledger.FieldChange{{Field: "labels", Old: fields.TextValue("a"), New: fields.ListValue([]string{"b"})}},
	}))
	f.Fuzz(func(t *testing.T, record []byte) {
		entry, err := decodeHistory(1, record)
		if err != nil {
			return
		}
		written := encodeHistory(entry)
		back, err := decodeHistory(1, written)
		require.NoError(t, err)
		require.Equal(t, written, encodeHistory(back))
	})
}

func FuzzDecodeMerge(f *testing.F) {
	c := &contacts.Contact{Ordinal: 1, Name: "Ada", Absorbed: []ledger.Absorbed{{Ordinal: 2, Email: "a@b.example"}}}
	f.Add(encodeMerge(&ledger.Merge[contacts.Contact]{Before: c, After: c, Absorbed: c}))
	f.Fuzz(func(t *testing.T, record []byte) {
		m, err := decodeMerge(1, record)
		if err != nil {
			return
		}
		back, err := decodeMerge(1, encodeMerge(m))
		require.NoError(t, err)
		require.Equal(t, encodeMerge(m), encodeMerge(back))
	})
}

func FuzzDecodeTotals(f *testing.F) {
	f.Add(totals{Records: [ledger.MaxKinds]uint64{7, 1}, Claims: 19, Documents: map[string]uint64{"segments": 2}}.encode())
	f.Add([]byte{codecKinds - 1, 7, 1, 19, 0})
	f.Fuzz(func(t *testing.T, record []byte) {
		n, err := decodeTotals(record)
		if err != nil {
			return
		}
		back, err := decodeTotals(n.encode())
		require.NoError(t, err)
		require.Equal(t, n, back)
	})
}

func FuzzDecodeVersions(f *testing.F) {
	f.Add(encodeVersions(usual.versions()))
	f.Fuzz(func(t *testing.T, record []byte) {
		versions, err := usual.decodeVersions(record)
		if err != nil {
			return
		}
		back, err := usual.decodeVersions(encodeVersions(versions))
		require.NoError(t, err)
		require.Equal(t, versions, back)
	})
}

func FuzzDecodeState(f *testing.F) {
	f.Add(state{Seq: 1 << 40, Last: [ledger.MaxKinds]uint32{7, 1}}.encode())
	f.Add([]byte{codecKinds - 1, 9, 7, 1})
	f.Fuzz(func(t *testing.T, record []byte) {
		s, err := decodeState(record)
		if err != nil {
			return
		}
		back, err := decodeState(s.encode())
		require.NoError(t, err)
		require.Equal(t, s, back)
	})
}
