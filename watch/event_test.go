package watch

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/ledger/ledgertest"
	_ "github.com/ndoto/kundi/repeatable"
)

func TestRecordsOfEvents(t *testing.T) { ledgertest.CheckRecords(t, Kind) }

func FuzzDecodeEvents(f *testing.F) { ledgertest.FuzzRecords(f, Kind) }

// TestFieldsOfAVersionStay holds the fields and the version of records together.
func TestFieldsOfAVersionStay(t *testing.T) {
	ledgertest.RecordStays(t, Kind, 2, "5c2ff34b055e6c3e")
}

// TestNumbersOfEventsStay pins the numbers that stand in records and documents.
func TestNumbersOfEventsStay(t *testing.T) {
	require.Equal(t, []int{1, 2, 3, 4, 5, 6}, []int{
		eventVersionNumber, eventIDNumber, eventSegmentNumber, eventEnteredNumber, eventCauseNumber, eventListNumber,
	})
	for i, word := range []string{"deleted", "merged", "created", "unmerged", "changed", "company", "conversations", "notes", "campaign_events", "date", "definition", "picked", "reconciled", "unknown"} {
		require.Equal(t, word, Cause(i+1).String())
	}
}

// TestRecordsOfVersionOneAreRead: each has one event.
func TestRecordsOfVersionOneAreRead(t *testing.T) {
	want := ContactEvents{
		Ordinal: 7, Owner: 3, ID: uuid.New(), At: time.UnixMilli(1_700_000_000_123).UTC(), Version: 99,
		Events: []Event{{Segment: uuid.New(), Entered: true, Cause: Date}},
	}
	r := codec.New(1, 64)
	r.UintField(1, want.Version)
	r.Uvarint(2)
	r.ID(want.ID)
	r.Uvarint(3)
	r.ID(want.Events[0].Segment)
	entered := len(r.B)
	r.UintField(4, 1)
	cause := len(r.B)
	r.UintField(5, uint64(Date))
	got, err := Kind.Decode(Kind.Stamp(&want).Ref(), r.B)
	require.NoError(t, err)
	require.Equal(t, &want, got)

	want.Events[0].Entered = false
	got, err = Kind.Decode(Kind.Stamp(&want).Ref(), append(r.B[:entered:entered], r.B[cause:]...))
	require.NoError(t, err)
	require.Equal(t, &want, got)
}

// TestDocumentsOfEventsAreRead, and the first ones, which are JSON.
func TestDocumentsOfEventsAreRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := eventsDocument{At: time.UnixMilli(rapid.Int64Range(0, 1<<42).Draw(t, "at")).UTC(), Events: []line{}}
		seq := rapid.Uint64Range(1, 1<<40).Draw(t, "seq")
		for range rapid.IntRange(0, 5).Draw(t, "lines") {
			seq += rapid.Uint64Range(1, 1000).Draw(t, "step")
			l := *ledgertest.Draw[line](t, "line")
			l.Seq = seq
			want.Events = append(want.Events, l)
		}
		got, err := decodeDocument(ledger.Document{Value: want.encode()})
		require.NoError(t, err)
		require.Equal(t, want, got)
		whole := want.encode()
		for i := range whole {
			_, err := decodeDocument(ledger.Document{Value: whole[:i]})
			require.Error(t, err)
		}
		_, err = decodeDocument(ledger.Document{Value: append(whole, 0)})
		require.Error(t, err)
	})
	first := `{"at":"2026-03-02T08:00:00.5Z","events":[{"seq":12,"contact":3,"entered":true,"cause":3,"record":5},{"seq":14,"contact":4,"cause":1}]}`
	got, err := decodeDocument(ledger.Document{Value: []byte(first)})
	require.NoError(t, err)
	require.Equal(t, eventsDocument{
		At:     time.Date(2026, 3, 2, 8, 0, 0, 500_000_000, time.UTC),
		Events: []line{{Seq: 12, Contact: 3, Entered: true, Cause: Created, Record: 5}, {Seq: 14, Contact: 4, Cause: Deleted}},
	}, got)
	_, err = decodeDocument(ledger.Document{Value: []byte(`{"at":1}`)})
	require.Error(t, err)
}
