package contacts

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNumbersOfFieldsStay pins the numbers that stand in records. A number that moved
// would give the records of yesterday another meaning.
func TestNumbersOfFieldsStay(t *testing.T) {
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}, []int{
		contactVersionNumber, contactIDNumber, contactTypeNumber, contactNameNumber, contactFirstNameNumber, contactLastNameNumber, contactEmailNumber,
		contactPhoneNumber, contactIdentifierNumber, contactCountryNumber, contactCompanyNumber, contactLabelsNumber, contactChannelsNumber,
		contactAttributesNumber, contactCreatedNumber, contactUpdatedNumber, contactLastSeenNumber, contactCityNumber, contactBlockedNumber, contactAbsorbedNumber,
	}, "in contacts")
}
