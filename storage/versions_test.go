package storage

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/faulty"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// emptyStore is an engine with a store of this format.
func emptyStore(t *testing.T) engine.Engine {
	t.Helper()
	e := memory.New()
	require.NoError(t, upgraded(e))
	return e
}

func rawRecord(t *testing.T, e engine.Engine, key []byte) []byte {
	t.Helper()
	v, err := e.View(context.Background())
	require.NoError(t, err)
	defer v.Close()
	record, err := v.Get(key)
	require.NoError(t, err)
	return record
}

// TestNewerRecordsAreRefused opens folders of this format with records that a newer
// program may have written.
func TestNewerRecordsAreRefused(t *testing.T) {
	newer := usual.versions()
	newer[contactShape.Number]++
	for name, c := range map[string]struct {
		pair engine.Pair
		want string
	}{
		"a newer contact": {engine.Pair{Key: keyVersions, Value: encodeVersions(newer)},
			fmt.Sprintf("version %d of a contact, this program knows up to %d", contactShape.Version+1, contactShape.Version)},
		"an unknown kind": {engine.Pair{Key: keyVersions, Value: []byte{codecKinds, 1, 7, 1}},
			"it has records of kind 7, which this program does not know"},
		"a state with an unknown kind": {engine.Pair{Key: keyState, Value: []byte{codecKinds, 9, 1, 7, 1}}, "records of kind 7"},
		"a count of an unknown kind":   {engine.Pair{Key: keyTotals, Value: []byte{codecKinds, 9, 1, 7, 1, 0}}, "records of kind 7"},
	} {
		t.Run(name, func(t *testing.T) {
			e := emptyStore(t)
			inject(t, e, nil, c.pair)
			_, err := Open(context.Background(), Options{Kinds: usualKinds, Engine: e})
			require.ErrorIs(t, err, engine.ErrNewer)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "start it with that version or a later one, or choose another folder")
		})
	}
}

// TestAnOlderFolderWithNewerRecordsIsRefused opens a folder of format 6 that a program of that
// format with another kind has written, and leaves it as it is.
func TestAnOlderFolderWithNewerRecordsIsRefused(t *testing.T) {
	e := emptyStore(t)
	inject(t, e, nil, engine.Pair{Key: keyFormat, Value: encodeNumber(formatKinds)},
		engine.Pair{Key: keyVersions, Value: []byte{codecKinds, 1, 7, 1}})
	require.ErrorIs(t, upgraded(e), engine.ErrNewer)
	require.ErrorContains(t, upgraded(e), "records of kind 7")
	require.Equal(t, encodeNumber(formatKinds), rawRecord(t, e, keyFormat))
}

// TestVersionsOfRecordsAreRaised opens a folder whose program knew fewer kinds and an
// older version of contacts: from then on it must refuse the folder.
func TestVersionsOfRecordsAreRaised(t *testing.T) {
	e := emptyStore(t)
	inject(t, e, nil, engine.Pair{Key: keyVersions, Value: encodeVersions([ledger.MaxKinds]byte{contactShape.Version - 1})})
	require.NoError(t, upgraded(e))
	require.Equal(t, encodeVersions(usual.versions()), rawRecord(t, e, keyVersions))
	require.Equal(t, []byte{codecKinds, 2, 0, contactShape.Version, 1, companyShape.Version}, rawRecord(t, e, keyVersions))
}

func TestFolderWithoutVersionsIsDamaged(t *testing.T) {
	e := emptyStore(t)
	inject(t, e, [][]byte{keyVersions})
	require.ErrorIs(t, upgraded(e), engine.ErrCorrupt)
	inject(t, e, nil, engine.Pair{Key: keyVersions, Value: []byte{codecKinds, 1}})
	require.ErrorIs(t, upgraded(e), codec.ErrDamaged)
}

// TestKindsByNumber reads what a list of kinds may hold, and what is damage.
func TestKindsByNumber(t *testing.T) {
	s, err := decodeState([]byte{codecKinds, 9, 1, companyShape.Number, 3})
	require.NoError(t, err)
	require.Equal(t, state{Seq: 9, Last: [ledger.MaxKinds]uint32{1: 3}}, s, "a number that is missing")
	s, err = decodeState([]byte{codecKinds - 1, 9, 4, 3})
	require.NoError(t, err)
	require.Equal(t, state{Seq: 9, Last: [ledger.MaxKinds]uint32{4, 3}}, s, "of a folder before")
	n, err := decodeTotals([]byte{codecKinds - 1, 4, 3, 11, 0})
	require.NoError(t, err)
	require.Equal(t, totals{Records: [ledger.MaxKinds]uint64{4, 3}, Claims: 11}, n, "of a folder before")
	for name, record := range map[string][]byte{
		"a number twice":      {codecKinds, 9, 2, 0, 3, 0, 3},
		"numbers that fall":   {codecKinds, 9, 2, 1, 3, 0, 3},
		"a zero":              {codecKinds, 9, 1, 0, 0},
		"an ordinal too high": {codecKinds, 9, 1, 0, 0x80, 0x80, 0x80, 0x80, 8},
		"cut":                 {codecKinds, 9, 2, 0, 3},
		"something behind":    {codecKinds, 9, 1, 0, 3, 0},
	} {
		_, err := decodeState(record)
		require.ErrorIs(t, err, codec.ErrDamaged, name)
	}
}

// scannedEngine notes the first bytes of the keys that its views scan.
type scannedEngine struct {
	engine.Engine
	scanned map[byte]bool
}

func (e *scannedEngine) View(ctx context.Context) (engine.View, error) {
	v, err := e.Engine.View(ctx)
	return scannedView{v, e.scanned}, err
}

type scannedView struct {
	engine.View
	scanned map[byte]bool
}

func (v scannedView) Scan(r engine.Range) (engine.Page, error) {
	page, err := v.View.Scan(r)
	for _, p := range page.Pairs {
		v.scanned[p.Key[0]] = true
	}
	return page, err
}

// TestFormat5IsRaisedWithoutReadingRecords is for folders of millions: bringing one of format 5
// or 6 into that of now takes one batch and scans nothing.
func TestFormat5IsRaisedWithoutReadingRecords(t *testing.T) {
	for name, scans := range map[string]bool{"format4": true, "format5": false, "format6": false} {
		counted := faulty.New(filled(t, pairsOfFolder(t, name)))
		e := &scannedEngine{Engine: counted, scanned: map[byte]bool{}}
		require.NoError(t, upgraded(e))
		require.True(t, scans || counted.Applies() == 1, name)
		require.Equal(t, encodeNumber(formatVersion), rawRecord(t, e, keyFormat))
		require.Equal(t, scans, e.scanned[kindContact], name)
		require.Equal(t, scans, len(e.scanned) > 0, name)
		require.EqualValues(t, codecKinds, rawRecord(t, e, keyState)[0])
		require.EqualValues(t, codecKinds, rawRecord(t, e, keyTotals)[0])
		require.Equal(t, encodeVersions(usual.versions()), rawRecord(t, e, keyVersions))
	}
}
