package contacts

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// testSchema has an attribute of every type, and Kenya as phone region.
func testSchema(t testing.TB) *fields.Schema {
	t.Helper()
	lowest, highest := -10.0, 1e9
	settings := fields.DefaultSettings()
	settings.PhoneRegion = "KE"
	return ledger.NewSchema(settings, []*fields.AttributeDefinition{
		{Number: 1, Key: "notes", Type: fields.AttributeText},
		{Number: 2, Key: "score", Type: fields.AttributeNumber, Min: &lowest, Max: &highest},
		{Number: 3, Key: "mrr", Type: fields.AttributeCurrency, Currency: "USD"},
		{Number: 4, Key: "share", Type: fields.AttributePercentage},
		{Number: 5, Key: "site", Type: fields.AttributeLink},
		{Number: 6, Key: "since", Type: fields.AttributeDate},
		{Number: 7, Key: "tier", Type: fields.AttributeList, Options: []string{"Free", "Größe", "12"}},
		{Number: 8, Key: "interests", Type: fields.AttributeList, Multiple: true, Options: []string{"Tea", "Coffee"}},
		{Number: 9, Key: "vip", Type: fields.AttributeCheckbox},
		{Number: 10, Key: "yen", Type: fields.AttributeCurrency, Currency: "JPY"},
		{Number: 11, Key: "dinar", Type: fields.AttributeCurrency, Currency: "KWD"},
		{Number: 12, Key: "mailing", Type: fields.AttributeLink, Schemes: []string{"mailto"}},
		{Number: 13, Key: "any", Type: fields.AttributeNumber},
	}, Kind, companies.Kind)
}

func field(t testing.TB, s *fields.Schema, name string) fields.Field {
	t.Helper()
	f, ok := s.Field(name)
	require.True(t, ok, name)
	return f
}
