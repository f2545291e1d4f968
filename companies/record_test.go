package companies

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/ledger/ledgertest"
)

func TestRecordsOfCompanies(t *testing.T) { ledgertest.CheckRecords(t, Kind) }

func FuzzDecodeCompany(f *testing.F) { ledgertest.FuzzRecords(f, Kind) }

// TestOlderCompaniesWereChangedWhenTheyWereMade reads a record of version 5.
func TestOlderCompaniesWereChangedWhenTheyWereMade(t *testing.T) {
	made := time.UnixMilli(1_700_000_000_000).UTC()
	record := encodeCompany(&Company{ID: ledger.ID{1}, Name: "Acme", CreatedAt: made, Kept: true, Version: 3})
	record[0] = companiesChange - 1
	got, err := decodeCompany(ledger.Ref{Ordinal: 4}, record)
	require.NoError(t, err)
	require.Equal(t, &Company{Ordinal: 4, ID: ledger.ID{1}, Name: "Acme", CreatedAt: made, UpdatedAt: made, Kept: true, Version: 3}, got)
}

// TestFieldsOfAVersionStay holds the fields and the version of records together.
func TestFieldsOfAVersionStay(t *testing.T) { ledgertest.RecordStays(t, Kind, 6, "fb8065f0f50c1648") }

// TestNumbersOfCompanyFieldsStay pins the numbers that stand in records. A number that moved
// would give the records of yesterday another meaning.
func TestNumbersOfCompanyFieldsStay(t *testing.T) {
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}, []int{
		companyVersionNumber, companyIDNumber, companyNameNumber, companyCreatedNumber, companyKeptNumber, companyTwinNumber, companyDomainsNumber, companyIdentifierNumber,
		companyCountryNumber, companyCityNumber, companyLabelsNumber, companyAttributesNumber, companyUpdatedNumber, companyAbsorbedNumber,
	})
}
