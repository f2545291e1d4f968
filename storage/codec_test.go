package storage

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/ledger/ledgertest"
)

// genText draws texts of which some are empty.
var genText = rapid.OneOf(rapid.Just(""), rapid.String())

// genList draws a list that is nil when empty, as the store gives it.
func genList(t *rapid.T, label string) []string {
	list := rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, label)
	if len(list) == 0 {
		return nil
	}
	return list
}

var genHistory = rapid.Custom(func(t *rapid.T) ledger.HistoryEntry {
	h := ledger.HistoryEntry{
		Seq:    rapid.Uint64().Draw(t, "seq"),
		Op:     ledger.Op(rapid.Byte().Draw(t, "op")),
		Author: ledger.Author{Source: ledger.Source(genText.Draw(t, "source")), Name: genText.Draw(t, "name")},
		At:     time.UnixMilli(rapid.Int64Range(-1<<44, 1<<44).Draw(t, "at")).UTC(),
	}
	h.Into = rapid.Uint32Range(0, 1).Draw(t, "into")
	for range rapid.IntRange(0, 4).Draw(t, "changes") {
		c := ledger.FieldChange{Field: genText.Draw(t, "field"), Old: *ledgertest.Draw[fields.Value](t, "old"), New: *ledgertest.Draw[fields.Value](t, "new")}
		if c.Number = rapid.Uint32Range(0, 3).Draw(t, "number"); c.Number != 0 {
			c.Type, c.Currency = fields.FieldType(rapid.Byte().Draw(t, "type")), genText.Draw(t, "currency")
		}
		c.Was = rapid.Uint32Range(0, 2).Draw(t, "was")
		h.Changes = append(h.Changes, c)
	}
	return h
})

func TestHistoryRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := genHistory.Draw(t, "entry")
		back, err := decodeHistory(h.Seq, encodeHistory(h))
		require.NoError(t, err)
		require.Equal(t, h, back)
	})
}

// TestOlderHistoryIsRead reads an entry as version 5 wrote it, without numbers.
func TestOlderHistoryIsRead(t *testing.T) {
	old := []byte("\x05\x02\x03api\x03key\x02\x01\x0fattributes.tier\x00\x01\x04gold")
	entry, err := decodeHistory(7, old)
	require.NoError(t, err)
	require.Equal(t, ledger.HistoryEntry{
		Seq: 7, Op: ledger.OpUpdate, Author: ledger.Author{Source: ledger.SourceAPI, Name: "key"}, At: time.UnixMilli(1).UTC(),
		Changes: []ledger.FieldChange{{Field: "attributes.tier", New: fields.TextValue("gold")}},
	}, entry)
	_, err = decodeHistory(7, append([]byte{historyNewest + 1}, old[1:]...))
	require.ErrorContains(t, err, "this program knows")
}

var genChanges = rapid.Custom(func(t *rapid.T) []ledger.Change {
	seq := rapid.Uint64Range(1, 1<<62).Draw(t, "seq")
	at := time.UnixMilli(rapid.Int64Range(0, 1<<44).Draw(t, "at")).UTC()
	var list []ledger.Change
	for range rapid.IntRange(1, 20).Draw(t, "n") {
		list = append(list, ledger.Change{
			Seq: seq, At: at,
			Op:      ledger.Op(rapid.IntRange(1, 3).Draw(t, "op")),
			Entity:  fields.Entity(genText.Draw(t, "entity")),
			Ordinal: rapid.Uint32().Draw(t, "ordinal"),
			Owner:   rapid.Uint32().Draw(t, "owner"),
			Moment:  rapid.SampledFrom([]int64{0, 0, 0, -1, 1e12, momentZero - 1, -momentZero}).Draw(t, "moment"),
			Actor:   genText.Draw(t, "actor"),
			Key:     genText.Draw(t, "key"),
			Source:  ledger.Source(genText.Draw(t, "source")),
			Fields:  genList(t, "fields"),
		})
		seq++
	}
	return list
})

func TestPackRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := genChanges.Draw(t, "changes")
		record := encodePack(list)
		back, err := decodePack(record)
		require.NoError(t, err)
		require.Equal(t, list, back)
		size := 256
		for _, c := range list {
			size += changeSize(c) + len(c.Entity) + len(c.Source) + len(c.Actor)
		}
		require.LessOrEqual(t, len(record), size, "changeSize is what the committer reckons with")
	})
}

// TestOlderPacksAreRead reads packs of the version before, in which all are that have nothing
// of a dated kind.
func TestOlderPacksAreRead(t *testing.T) {
	list := []ledger.Change{{Seq: 4, At: time.UnixMilli(5).UTC(), Op: ledger.OpCreate, Entity: "probe", Ordinal: 6, Owner: 7, Actor: "Eve", Source: "api"}}
	record := encodePack(list)
	before := []byte{6, 4, 10, 3, 5, 'p', 'r', 'o', 'b', 'e', 3, 'a', 'p', 'i', 3, 'E', 'v', 'e', 1, 1, 0, 1, 6, 7, 2, 0, 0}
	require.Equal(t, before, record)
	back, err := decodePack(before)
	require.NoError(t, err)
	require.Equal(t, list, back)
	list[0].Moment = -1
	record = encodePack(list)
	require.Equal(t, byte(packMoments), record[0], "an older program must not take the moment for something else")
	record[0]++
	_, err = decodePack(record)
	require.ErrorContains(t, err, "version 8, this program knows 1 to 7")
}

func TestPacksKeepOrderAndSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []ledger.Change
		for i := range rapid.IntRange(0, 12).Draw(t, "n") {
			key := strings.Repeat("k", rapid.IntRange(0, maxPack).Draw(t, "size"))
			list = append(list, ledger.Change{Seq: uint64(i), Key: key})
		}
		var joined []ledger.Change
		for _, run := range packs(list) {
			require.NotEmpty(t, run)
			size := 0
			for _, c := range run {
				size += changeSize(c)
			}
			require.True(t, size <= maxPack || len(run) == 1)
			joined = append(joined, run...)
		}
		require.Equal(t, list, joined)
	})
}

func TestStateRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := state{Seq: rapid.Uint64().Draw(t, "seq")}
		for _, k := range usual.list {
			s.Last[k.Number] = rapid.Uint32Max(maxOrdinal).Draw(t, "last")
		}
		back, err := decodeState(s.encode())
		require.NoError(t, err)
		require.Equal(t, s, back)
	})
}

func TestTotalsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := totals{Claims: rapid.Uint64().Draw(t, "claims")}
		for _, k := range usual.list {
			n.Records[k.Number] = rapid.Uint64().Draw(t, "records")
		}
		for _, c := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"attribute", "block", "run", "segment", "settings"}), 0, 4, rapid.ID).Draw(t, "collections") {
			n = n.withDocuments(c, rapid.IntRange(1, 1<<40).Draw(t, "documents"))
		}
		back, err := decodeTotals(n.encode())
		require.NoError(t, err)
		require.Equal(t, n, back)
	})
}

// TestCutRecordIsAnError cuts records at every byte.
func TestCutRecordIsAnError(t *testing.T) {
	pack := encodePack([]ledger.Change{{Seq: 1, Op: ledger.OpUpdate, Entity: "contact", Fields: []string{"name"}}})
	entry := encodeHistory(ledger.HistoryEntry{Op: ledger.OpCreate, Changes: []ledger.FieldChange{{Field: "name", New: fields.TextValue("x")}}})
	for i := range pack {
		_, err := decodePack(pack[:i])
		require.Error(t, err)
	}
	for i := range entry {
		_, err := decodeHistory(1, entry[:i])
		require.Error(t, err)
	}
}

// TestHostileCountsAllocateLittle gives the decoders lengths that the input
// does not bear out.
func TestHostileCountsAllocateLittle(t *testing.T) {
	huge := []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}
	inputs := map[string]func() error{
		"words":   func() error { _, err := decodePack(append([]byte{codecNewest, 1, 1}, huge...)); return err },
		"changes": func() error { _, err := decodePack(append([]byte{codecNewest, 1, 1, 0}, huge...)); return err },
		"history": func() error { _, err := decodeHistory(1, append([]byte{codecNewest, 1, 0, 0, 0}, huge...)); return err },
	}
	for name, decode := range inputs {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := decode()
		runtime.ReadMemStats(&after)
		require.Error(t, err, name)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20), name)
	}
}

func TestMergeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &ledger.Merge[contacts.Contact]{
			ID: *ledgertest.Draw[ledger.ID](t, "id"), Before: ledgertest.Draw[contacts.Contact](t, "before"),
			After: ledgertest.Draw[contacts.Contact](t, "after"), Absorbed: ledgertest.Draw[contacts.Contact](t, "absorbed"),
		}
		back, err := decodeMerge(m.Absorbed.Ordinal, encodeMerge(m))
		require.NoError(t, err)
		require.Equal(t, m, back)
		_, err = decodeMerge(m.Absorbed.Ordinal+1, encodeMerge(m))
		require.Error(t, err)
	})
}
