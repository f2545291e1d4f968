package notes

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/ledger/ledgertest"
)

func TestRecordsOfNotes(t *testing.T) { ledgertest.CheckRecords(t, Kind) }

func FuzzDecodeNote(f *testing.F) { ledgertest.FuzzRecords(f, Kind) }

// TestFieldsOfAVersionStay holds the fields and the version of records together.
func TestFieldsOfAVersionStay(t *testing.T) { ledgertest.RecordStays(t, Kind, 1, "0b7a4b50098244e4") }

// TestNumbersOfNoteFieldsStay pins the numbers that stand in records.
func TestNumbersOfNoteFieldsStay(t *testing.T) {
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8}, []int{
		versionNumber, idNumber, textNumber, pinnedNumber, sourceNumber, nameNumber, updatedNumber, versionsNumber,
	})
}
