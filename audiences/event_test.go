package audiences

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/ledger/ledgertest"
)

func TestRecordsOfEvents(t *testing.T) { ledgertest.CheckRecords(t, EventsKind) }

func FuzzDecodeEvent(f *testing.F) { ledgertest.FuzzRecords(f, EventsKind) }

// TestFieldsOfAVersionStay holds the fields and the version of records together.
func TestFieldsOfAVersionStay(t *testing.T) {
	ledgertest.RecordStays(t, EventsKind, 1, "1b11ec219faf9cad")
}

// TestNumbersOfEventsStay pins the numbers that stand in records and receipts.
func TestNumbersOfEventsStay(t *testing.T) {
	require.Equal(t, []int{1, 2, 3, 4, 5, 6}, []int{
		eventVersionNumber, eventCampaignNumber, eventKindNumber, eventAudienceNumber, eventRowNumber, eventIDNumber,
	})
	for i, word := range []string{"", "delivered", "opened", "clicked", "bounced", "replied", "failed"} {
		require.Equal(t, word, EventKind(i).String())
		require.Equal(t, EventKind(i), EventKindNamed(word))
	}
	require.Equal(t, []Outcome{0, 1, 2, 3, 4, 5}, []Outcome{Skipped, Reported, Known, NoSuchRow, InTheFuture, NoContact})
}
