package storage

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// genText draws texts of which some are empty.
var genText = rapid.OneOf(rapid.Just(""), rapid.String())

// genTime draws instants to the millisecond, some of them missing, some
// before 1970.
var genTime = rapid.Custom(func(t *rapid.T) time.Time {
	if rapid.Bool().Draw(t, "missing") {
		return time.Time{}
	}
	return time.UnixMilli(rapid.Int64Range(-1<<44, 1<<44).Draw(t, "ms")).UTC()
})

var genValue = rapid.Custom(func(t *rapid.T) fields.Value {
	switch rapid.IntRange(1, 5).Draw(t, "kind") {
	case 1:
		return fields.TextValue(rapid.StringN(1, 20, -1).Draw(t, "text"))
	case 2:
		return fields.NumberValue(rapid.Float64().Draw(t, "number"))
	case 3:
		return fields.IntValue(rapid.Int64().Draw(t, "int"))
	case 4:
		return fields.BoolValue(rapid.Bool().Draw(t, "bool"))
	default:
		return fields.ListValue(rapid.SliceOfN(rapid.String(), 1, 4).Draw(t, "list"))
	}
})

var genID = rapid.Custom(func(t *rapid.T) ledger.ID {
	return ledger.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
})

// genList draws a list that is nil when empty, as the store gives it.
func genList(t *rapid.T, label string) []string {
	list := rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, label)
	if len(list) == 0 {
		return nil
	}
	return list
}

// genAbsorbed likewise.
func genAbsorbed(t *rapid.T) (list []ledger.Absorbed) {
	for range rapid.IntRange(0, 2).Draw(t, "absorbed") {
		list = append(list, ledger.Absorbed{
			Ordinal: rapid.Uint32().Draw(t, "ordinal"), ID: genID.Draw(t, "id"), Merge: genID.Draw(t, "merge"),
			MergedAt: time.UnixMilli(rapid.Int64Range(-1<<44, 1<<44).Draw(t, "ms")).UTC(),
			Name:     genText.Draw(t, "name"), Email: genText.Draw(t, "e-mail"), Phone: genText.Draw(t, "phone"), Identifier: genText.Draw(t, "identifier"),
		})
	}
	return list
}

// genAttributes likewise.
func genAttributes(t *rapid.T) (list fields.Attributes) {
	for number, v := range rapid.MapOfN(rapid.Uint32(), genValue, 0, 5).Draw(t, "attributes") {
		list = list.With(number, v)
	}
	return list
}

var genContact = rapid.Custom(func(t *rapid.T) *contacts.Contact {
	c := &contacts.Contact{
		Ordinal:    rapid.Uint32().Draw(t, "ordinal"),
		ID:         genID.Draw(t, "id"),
		Type:       rapid.SampledFrom(append([]contacts.Type{"", "unheard-of"}, contacts.Types...)).Draw(t, "type"),
		Name:       genText.Draw(t, "name"),
		FirstName:  genText.Draw(t, "first name"),
		LastName:   genText.Draw(t, "last name"),
		Email:      genText.Draw(t, "e-mail"),
		Phone:      genText.Draw(t, "phone"),
		Identifier: genText.Draw(t, "identifier"),
		Country:    genText.Draw(t, "country"),
		City:       genText.Draw(t, "city"),
		Company:    rapid.Uint32().Draw(t, "company"),
		Labels:     genList(t, "labels"),
		Channels:   genList(t, "channels"),
		CreatedAt:  genTime.Draw(t, "created"),
		UpdatedAt:  genTime.Draw(t, "updated"),
		LastSeenAt: genTime.Draw(t, "seen"),
		Blocked:    rapid.Bool().Draw(t, "blocked"),
		Version:    rapid.Uint64().Draw(t, "version"),
	}
	c.Absorbed, c.Attributes = genAbsorbed(t), genAttributes(t)
	return c
})

func TestContactRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := genContact.Draw(t, "contact")
		back, err := decodeContact(c.Ordinal, encodeContact(c))
		require.NoError(t, err)
		require.Equal(t, c, back)
	})
}

func TestCompanyRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &companies.Company{
			Ordinal: rapid.Uint32().Draw(t, "ordinal"), ID: genID.Draw(t, "id"), Name: genText.Draw(t, "name"),
			Domains: genList(t, "domains"), Identifier: genText.Draw(t, "identifier"), Country: genText.Draw(t, "country"),
			City: genText.Draw(t, "city"), Labels: genList(t, "labels"), Attributes: genAttributes(t),
			Absorbed: genAbsorbed(t), CreatedAt: genTime.Draw(t, "created"), UpdatedAt: genTime.Draw(t, "updated"),
			Version: rapid.Uint64().Draw(t, "version"), Kept: rapid.Bool().Draw(t, "kept"), Twin: rapid.Bool().Draw(t, "twin"),
		}
		back, err := decodeCompany(c.Ordinal, encodeCompany(c))
		require.NoError(t, err)
		require.Equal(t, c, back)
	})
}

// TestOlderCompaniesWereChangedWhenTheyWereMade reads a record of version 5.
func TestOlderCompaniesWereChangedWhenTheyWereMade(t *testing.T) {
	made := time.UnixMilli(1_700_000_000_000).UTC()
	record := encodeCompany(&companies.Company{ID: ledger.ID{1}, Name: "Acme", CreatedAt: made, Kept: true, Version: 3})
	record[0] = 5
	back, err := decodeCompany(4, record)
	require.NoError(t, err)
	require.Equal(t, &companies.Company{Ordinal: 4, ID: ledger.ID{1}, Name: "Acme", CreatedAt: made, UpdatedAt: made, Kept: true, Version: 3}, back)
	record[0] = 7
	_, err = decodeCompany(4, record)
	require.ErrorContains(t, err, "version 7")
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
		c := ledger.FieldChange{Field: genText.Draw(t, "field"), Old: genValue.Draw(t, "old"), New: genValue.Draw(t, "new")}
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
		for _, c := range rapid.SliceOfNDistinct(rapid.SampledFrom(ledger.Collections), 0, 4, rapid.ID).Draw(t, "collections") {
			n = n.withDocuments(c, rapid.IntRange(1, 1<<40).Draw(t, "documents"))
		}
		back, err := decodeTotals(n.encode())
		require.NoError(t, err)
		require.Equal(t, n, back)
	})
}

// TestCutRecordIsAnError cuts records at every byte: a field that is gone
// whole is like one that never was, anything else is damage.
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
	whole := encodeContact(sampleContact())
	damaged := 0
	for i := range whole {
		if _, err := decodeContact(1, whole[:i]); err != nil {
			damaged++
		}
	}
	require.Greater(t, damaged, len(whole)/2)
}

func TestUnknownRecordVersion(t *testing.T) {
	record := encodeContact(sampleContact())
	for _, version := range []byte{0, contactShape.Version + 1, 255} {
		record[0] = version
		_, err := decodeContact(1, record)
		require.ErrorContains(t, err, fmt.Sprintf("version %d", version))
	}
}

// TestHostileCountsAllocateLittle gives the decoders lengths that the input
// does not bear out.
func TestHostileCountsAllocateLittle(t *testing.T) {
	huge := []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}
	contact := func(field byte) error {
		_, err := decodeContact(1, append([]byte{contactShape.Version, field}, huge...))
		return err
	}
	inputs := map[string]func() error{
		"text":       func() error { return contact(4) },
		"labels":     func() error { return contact(12) },
		"attributes": func() error { return contact(14) },
		"words":      func() error { _, err := decodePack(append([]byte{codecNewest, 1, 1}, huge...)); return err },
		"changes":    func() error { _, err := decodePack(append([]byte{codecNewest, 1, 1, 0}, huge...)); return err },
		"history":    func() error { _, err := decodeHistory(1, append([]byte{codecNewest, 1, 0, 0, 0}, huge...)); return err },
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

// sampleContact takes about 1 KB as a record.
func sampleContact() *contacts.Contact {
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	c := &contacts.Contact{
		Ordinal: 77, ID: uuid.MustParse("0193500c-0000-7000-8000-000000000001"), Type: contacts.TypeCustomer,
		Name: "Wanjikũ Kamau-Østergård", FirstName: "Wanjikũ", LastName: "Kamau-Østergård",
		Email: "wanjiku.kamau@example.co.ke", Phone: "+254712345678", Identifier: "CRM-0000123456",
		Country: "KE", City: "Nairobi", Company: 12,
		Labels: []string{"vip", "newsletter", "beta tester"}, Channels: []string{"email", "sms", "whatsapp"},
		CreatedAt: at, UpdatedAt: at, LastSeenAt: at, Version: 123_456,
	}
	values := []fields.Value{
		fields.TextValue(strings.Repeat("remarks of some length ", 12)), fields.NumberValue(math.Pi), fields.IntValue(1_234_500),
		fields.BoolValue(true), fields.ListValue([]string{"first option", "second option"}), fields.TextValue("https://example.com/people/wanjiku"),
		fields.IntValue(20_000), fields.TextValue("gold"), fields.NumberValue(42), fields.TextValue("a line of text"),
	}
	for i := range 20 {
		v := values[i%len(values)]
		if i >= len(values) && v.Kind == fields.KindText {
			v.Text = v.Text[:min(30, len(v.Text))]
		}
		c.Attributes = append(c.Attributes, fields.Attribute{Number: uint32(i + 1), Value: v})
	}
	return c
}

func TestMergeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &ledger.Merge[contacts.Contact]{
			ID: genID.Draw(t, "id"), Before: genContact.Draw(t, "before"), After: genContact.Draw(t, "after"), Absorbed: genContact.Draw(t, "absorbed"),
		}
		back, err := decodeMerge(m.Absorbed.Ordinal, encodeMerge(m))
		require.NoError(t, err)
		require.Equal(t, m, back)
		_, err = decodeMerge(m.Absorbed.Ordinal+1, encodeMerge(m))
		require.Error(t, err)
	})
}
