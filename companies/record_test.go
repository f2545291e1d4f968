package companies

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNumbersOfCompanyFieldsStay pins the numbers that stand in records. A number that moved
// would give the records of yesterday another meaning.
func TestNumbersOfCompanyFieldsStay(t *testing.T) {
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}, []int{
		companyVersionNumber, companyIDNumber, companyNameNumber, companyCreatedNumber, companyKeptNumber, companyTwinNumber, companyDomainsNumber, companyIdentifierNumber,
		companyCountryNumber, companyCityNumber, companyLabelsNumber, companyAttributesNumber, companyUpdatedNumber, companyAbsorbedNumber,
	})
}
