package fields

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFaultsOfDefinitionsSayWhatWouldBeRight for a currency that has a name, and a member of
// several types.
func TestFaultsOfDefinitionsSayWhatWouldBeRight(t *testing.T) {
	s := NewSchema(sampleNouns, DefaultSettings(), nil)
	_, faults := ReadDefinition(Draft{"key": "fee", "type": "currency", "currency": "shilling"}, s)
	require.Len(t, faults, 1)
	require.Equal(t, "must be an ISO 4217 currency code like KES", faults[0].Detail)
	require.Equal(t, "text, number and date", joinTypes([]AttributeType{AttributeText, AttributeNumber, AttributeDate}))
	require.Equal(t, "list", joinTypes([]AttributeType{AttributeList}))
}
