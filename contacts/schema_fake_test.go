package contacts

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// testSchema has an attribute of every type, and Kenya as phone region.
func testSchema(t testing.TB) *Schema {
	t.Helper()
	lowest, highest := -10.0, 1e9
	settings := DefaultSettings()
	settings.PhoneRegion = "KE"
	return NewSchema(settings, []*AttributeDefinition{
		{Number: 1, Key: "notes", Type: AttributeText},
		{Number: 2, Key: "score", Type: AttributeNumber, Min: &lowest, Max: &highest},
		{Number: 3, Key: "mrr", Type: AttributeCurrency, Currency: "USD"},
		{Number: 4, Key: "share", Type: AttributePercentage},
		{Number: 5, Key: "site", Type: AttributeLink},
		{Number: 6, Key: "since", Type: AttributeDate},
		{Number: 7, Key: "tier", Type: AttributeList, Options: []string{"Free", "Größe", "12"}},
		{Number: 8, Key: "interests", Type: AttributeList, Multiple: true, Options: []string{"Tea", "Coffee"}},
		{Number: 9, Key: "vip", Type: AttributeCheckbox},
		{Number: 10, Key: "yen", Type: AttributeCurrency, Currency: "JPY"},
		{Number: 11, Key: "dinar", Type: AttributeCurrency, Currency: "KWD"},
		{Number: 12, Key: "mailing", Type: AttributeLink, Schemes: []string{"mailto"}},
		{Number: 13, Key: "any", Type: AttributeNumber},
	})
}

func field(t testing.TB, s *Schema, name string) Field {
	t.Helper()
	f, ok := s.Field(name)
	require.True(t, ok, name)
	return f
}

// manyOptions are so many options of a list.
func manyOptions(n int) []any {
	labels := make([]any, n)
	for i := range labels {
		labels[i] = strconv.Itoa(i)
	}
	return labels
}
