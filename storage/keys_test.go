package storage

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// tables are those whose keys name a record.
var tables = []byte{kindHistory, kindTomb, kindMerge, kindSweep}

// TestKeysOfContactsStay pins the keys that folders of all formats have.
func TestKeysOfContactsStay(t *testing.T) {
	for _, table := range tables {
		require.Equal(t, []byte{table, 0x7f, 0xff, 0xff, 0xff}, tableKey(table, contactShape, maxOrdinal))
		require.Equal(t, []byte{table, 0x81, 0, 0, 0, 7}, tableKey(table, companyShape, 7))
	}
	require.Equal(t, []byte{kindHistory, 0, 0, 0, 7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf6}, contactShape.historyKey(7, 9))
}

// TestEveryKeyNamesOneRecord makes the keys of all tables, kinds and ordinals at the ends
// of their ranges: each is read back as it was made, and none begins another.
func TestEveryKeyNamesOneRecord(t *testing.T) {
	made := map[string]string{}
	for _, table := range tables {
		for _, k := range usual.list {
			for _, ordinal := range []uint32{0, 1, 0x80, 0x81_00_00, maxOrdinal} {
				key := tableKey(table, k, ordinal)
				r, ok := tableRecord(key, 0)
				require.True(t, ok)
				require.Equal(t, recordKey{k.Number, ordinal}, r)
				for other, what := range made {
					require.NotContains(t, "^"+string(key), "^"+other, "begins with the key of %s", what)
					require.NotContains(t, "^"+other, "^"+string(key), "begins the key of %s", what)
				}
				made[string(key)] = k.Plural
				r, seq, ok := historyPlace(append(key, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf6))
				require.True(t, ok)
				require.Equal(t, recordKey{k.Number, ordinal}, r)
				require.EqualValues(t, 9, seq)
			}
		}
	}
}

// TestOtherKeysNameNoRecord reads keys that tableKey does not make.
func TestOtherKeysNameNoRecord(t *testing.T) {
	for name, key := range map[string][]byte{
		"short":                {kindTomb, 0, 0, 0},
		"long":                 {kindTomb, 0, 0, 0, 1, 2},
		"an ordinal too high":  {kindTomb, 0x80, 0, 0, 0},
		"a number too high":    {kindTomb, 0xa0, 0, 0, 0, 1},
		"contacts by number":   {kindTomb, 0x80, 0, 0, 0, 1},
		"too high for its own": {kindTomb, 0x81, 0x80, 0, 0, 1},
	} {
		_, ok := tableRecord(key, 0)
		require.False(t, ok, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), 0, 16).Draw(t, "key")
		tail := rapid.SampledFrom([]int{0, 8}).Draw(t, "tail")
		if r, ok := tableRecord(key, tail); ok {
			require.Equal(t, key[:len(key)-tail], tableKey(key[0], &kind{Shape: &ledger.Shape{Number: r.number}}, r.ordinal))
		}
	})
}

// TestCompaniesMayHaveHistoryAndTombs writes for a company what so far only contacts
// have, and has it read, verified and swept.
func TestCompaniesHaveHistoryAndTombs(t *testing.T) {
	o := newOffice(t)
	ada := o.person(nil)
	acme := o.company("Acme", true)
	renamed := acme.Clone()
	renamed.Name, renamed.City = "Acme Ltd", "Gulu"
	within(t, o.Store, func(t *tx) error { return t.Update(companyKind, acme, renamed) })
	key := companyShape.historyKey(acme.Ordinal, o.Head())
	require.Len(t, rawKeys(t, o.engine, companyShape.historyPrefix(acme.Ordinal)), 2)
	entries, err := o.History(context.Background(), &contactKind.Shape, ada.Ordinal, 0, 10)
	require.NoError(t, err)
	require.Len(t, entries, 1, "the contact with that ordinal has its own")
	o.requireSound()

	within(t, o.Store, func(t *tx) error { return t.Delete(companyKind, renamed) })
	require.Empty(t, rawKeys(t, o.engine, companyShape.historyPrefix(acme.Ordinal)))
	require.Len(t, rawKeys(t, o.engine, companyShape.tombKey(acme.Ordinal)), 1)
	o.requireSound()
	deleted, err := o.Buried(context.Background(), &contactKind.Shape, []uint32{ada.Ordinal})
	require.NoError(t, err)
	require.Equal(t, []ledger.Grave{{}}, deleted)

	inject(t, o.engine, nil, engine.Pair{Key: key, Value: encodeHistory(ledger.HistoryEntry{Op: ledger.OpUpdate})},
		engine.Pair{Key: companyShape.sweepKey(acme.Ordinal), Value: []byte{}})
	require.NoError(t, o.Sweep(context.Background()))
	require.Empty(t, rawKeys(t, o.engine, []byte{kindSweep}))
	require.Empty(t, rawKeys(t, o.engine, companyShape.historyPrefix(acme.Ordinal)))
}

// TestVerifyTellsKindsApart damages what is kept of a company beside a contact with its
// ordinal.
func TestVerifyTellsKindsApart(t *testing.T) {
	entry := encodeHistory(ledger.HistoryEntry{Op: ledger.OpUpdate})
	id := uuid.New()
	for want, pair := range map[string]engine.Pair{
		"history of companies that do not exist":             {Key: companyShape.historyKey(2, 1), Value: entry},
		"companies that are marked as deleted":               {Key: companyShape.tombKey(1), Value: id[:]},
		"marks of deleted companies that cannot be read":     {Key: companyShape.tombKey(2), Value: id[:]},
		"merges that cannot be read":                         {Key: companyShape.mergeKey(1), Value: []byte{1}},
		"marks of unfinished deletions that cannot be read":  {Key: companyShape.sweepKey(1), Value: []byte{}},
		"history that cannot be read":                        {Key: append([]byte{kindHistory, 0x87}, make([]byte, 12)...), Value: entry},
		"marks of deleted contacts that cannot be read":      {Key: []byte{kindTomb, 0x87, 0, 0, 0, 1}, Value: id[:]},
		"companies newer than the head of the log":           {Key: companyKey(2), Value: encodeCompany(&companies.Company{ID: id, Name: "Late"})},
		"contacts that are gone without having been deleted": {Key: keyState, Value: state{Seq: 3, Last: [ledger.MaxKinds]uint32{3, 1}}.encode()},
		"merged contacts without their merge or survivor":    {Key: contactShape.mergeKey(2), Value: []byte{1}},
	} {
		t.Run(want, func(t *testing.T) {
			o := newOffice(t)
			o.person(nil)
			o.person(nil)
			o.company("Acme", true)
			inject(t, o.engine, nil, pair)
			found, err := o.Verify(context.Background(), nil)
			require.NoError(t, err)
			var words []string
			for _, d := range found {
				words = append(words, d.What)
			}
			require.Contains(t, words, want)
		})
	}
}

// rawKeys are the keys of an engine that begin with a prefix.
func rawKeys(t *testing.T, e engine.Engine, prefix []byte) (keys [][]byte) {
	t.Helper()
	v, err := e.View(context.Background())
	require.NoError(t, err)
	defer v.Close()
	require.NoError(t, scan(v, engine.Range{Prefix: prefix}, func(p engine.Pair) error {
		keys = append(keys, p.Key)
		return nil
	}))
	return keys
}
