package filter

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
)

// testSchema has an attribute of every type, in a zone with skipped midnights.
func testSchema() *fields.Schema {
	lowest, highest := 0.0, 100.0
	return ledger.NewSchema(
		fields.Settings{TimeZone: "America/Sao_Paulo", Currency: "USD", PhoneRegion: "KE", WeekStart: "monday"},
		[]*fields.AttributeDefinition{
			{Number: 1, Key: "note", Label: "Note", Type: fields.AttributeText},
			{Number: 2, Key: "visits", Label: "Visits", Type: fields.AttributeNumber},
			{Number: 3, Key: "mrr", Label: "MRR", Type: fields.AttributeCurrency, Currency: "USD"},
			{Number: 4, Key: "score", Label: "Score", Type: fields.AttributePercentage, Min: &lowest, Max: &highest},
			{Number: 5, Key: "site", Label: "Site", Type: fields.AttributeLink},
			{Number: 6, Key: "renewal", Label: "Renewal", Type: fields.AttributeDate},
			{Number: 7, Key: "tier", Label: "Tier", Type: fields.AttributeList, Options: []string{"Gold", "Silver", "Größe"}},
			{Number: 8, Key: "topics", Label: "Topics", Type: fields.AttributeList, Options: []string{"News", "Café"}, Multiple: true},
			{Number: 9, Key: "opted_in", Label: "Opted in", Type: fields.AttributeCheckbox},
			{Number: 10, Key: "vip", Label: "VIP", Type: fields.AttributeCheckbox, ThreeState: true},
		}, contacts.Kind, companies.Kind, conversations.Kind, notes.Kind, audiences.EventsKind)
}

// testSegments are the filters of saved segments by id.
var testSegments = map[string]string{
	"customers": `{"combinator":"and","rules":[{"field":"type","operator":"eq","value":"customer"}]}`,
	"nested":    `{"combinator":"and","rules":[{"field":"segment","operator":"in","value":["customers"]}]}`,
	"everyone":  ``,
	"self":      `{"combinator":"and","rules":[{"field":"segment","operator":"in","value":["self"]}]}`,
	"ping":      `{"combinator":"and","rules":[{"field":"segment","operator":"in","value":["pong"]}]}`,
	"pong":      `{"combinator":"and","rules":[{"field":"segment","operator":"not_in","value":["ping"]}]}`,
	"stale":     `{"combinator":"and","rules":[{"field":"attributes.gone","operator":"eq","value":1}]}`,
	"broken":    `{"combinator":`,
}

// testSaved answers for testSegments, whose names are their ids.
func testSaved(id string) (Saved, bool, error) {
	raw, ok := testSegments[id]
	return Saved{Name: id, Filter: json.RawMessage(raw)}, ok, nil
}

func testDecoder() Decoder {
	return Decoder{Schema: testSchema(), Segments: testSaved}
}

func decodeAll(t testing.TB, raw string) *Filter {
	t.Helper()
	f, err := testDecoder().Decode([]byte(raw), "filter")
	require.NoError(t, err, raw)
	return f
}

// decodeRule decodes a filter of one rule.
func decodeRule(t testing.TB, rule string) *Rule {
	t.Helper()
	f := decodeAll(t, `{"combinator":"and","rules":[`+rule+`]}`)
	require.Len(t, f.Root.Rules, 1)
	return f.Root.Rules[0].(*Rule)
}

// faultsOf returns the paths and details of a filter that must be refused.
func faultsOf(t testing.TB, d Decoder, raw string) []fault.Fault {
	t.Helper()
	_, err := d.Decode([]byte(raw), "filter")
	var e *fault.Error
	require.True(t, errors.As(err, &e), "%s: %v", raw, err)
	require.Equal(t, fault.KindInvalid, e.Kind, raw)
	require.Equal(t, "invalid-filter", e.Type)
	require.NotEmpty(t, e.Faults)
	return e.Faults
}

func paths(faults []fault.Fault) []string {
	out := make([]string, len(faults))
	for i, f := range faults {
		out[i] = f.Path
	}
	return out
}
