package contacts

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/ledger/ledgertest"
)

func TestRecordsOfContacts(t *testing.T) { ledgertest.CheckRecords(t, Kind) }

func FuzzDecodeContact(f *testing.F) { ledgertest.FuzzRecords(f, Kind) }

// TestFieldsOfAVersionStay holds the fields and the version of records together.
func TestFieldsOfAVersionStay(t *testing.T) { ledgertest.RecordStays(t, Kind, 9, "0def5fffa45688d7") }

// TestNumbersOfFieldsStay pins the numbers that stand in records. A number that moved
// would give the records of yesterday another meaning.
func TestNumbersOfFieldsStay(t *testing.T) {
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33}, []int{
		contactVersionNumber, contactIDNumber, contactTypeNumber, contactNameNumber, contactFirstNameNumber, contactLastNameNumber, contactEmailNumber,
		contactPhoneNumber, contactIdentifierNumber, contactCountryNumber, contactCompanyNumber, contactLabelsNumber, contactChannelsNumber,
		contactAttributesNumber, contactCreatedNumber, contactUpdatedNumber, contactLastSeenNumber, contactCityNumber, contactBlockedNumber, contactAbsorbedNumber,
		contactEmailsNumber, contactPhonesNumber, contactIdentitiesNumber, contactSharedNumber,
		contactBlockReasonNumber, contactEmailOfNumber, contactPhoneOfNumber, contactBlockUntilNumber, contactBlockedAtNumber, contactBlockSourceNumber, contactBlockActorNumber,
		contactConsentsNumber, contactSuppressedNumber,
	}, "in contacts")
}

// TestTypesAreStored: those that there are, and one that only an older program knew.
func TestTypesAreStored(t *testing.T) {
	for _, is := range append([]Type{"", "unheard-of"}, Types...) {
		got, err := decodeContact(ledger.Ref{Ordinal: 3}, encodeContact(&Contact{Ordinal: 3, Type: is}))
		require.NoError(t, err)
		require.Equal(t, &Contact{Ordinal: 3, Type: is}, got)
	}
}

// TestChannelsOfOlderContactsAreReadByTheirPresentNames reads a record of version 4.
func TestChannelsOfOlderContactsAreReadByTheirPresentNames(t *testing.T) {
	record := encodeContact(&Contact{Channels: []string{"web", "email", "phone"}})
	for version, want := range map[byte][]string{
		channelsRenamed - 1: {"email", "live_chat", "voice"},
		channelsRenamed:     {"web", "email", "phone"},
	} {
		record[0] = version
		got, err := decodeContact(ledger.Ref{}, record)
		require.NoError(t, err)
		require.Equal(t, want, got.Channels, "version %d", version)
	}
}

// The bar is 3 µs for a contact of 1 KB.
func BenchmarkDecodeContact(b *testing.B) {
	record := encodeContact(sampleContact())
	b.SetBytes(int64(len(record)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeContact(ledger.Ref{Ordinal: 77}, record); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeContact(b *testing.B) {
	c := sampleContact()
	b.SetBytes(int64(len(encodeContact(c))))
	b.ReportAllocs()
	for b.Loop() {
		encodeContact(c)
	}
}

// The bar is 1 µs: each write asks it, and each contact of an answer.
func BenchmarkSize(b *testing.B) {
	c := sampleContact()
	for b.Loop() {
		c.Size()
	}
}

// sampleContact takes about 1 KB as a record.
func sampleContact() *Contact {
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	c := &Contact{
		Ordinal: 77, ID: uuid.MustParse("0193500c-0000-7000-8000-000000000001"), Type: TypeCustomer,
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
