package contacts

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// seedAttributes writes the definitions of a schema into the store.
func seedAttributes(w *workbench, schema *fields.Schema) {
	w.t.Helper()
	for _, a := range schema.Attributes() {
		raw, err := json.Marshal(a)
		require.NoError(w.t, err)
		_, err = w.store.Update(w.t.Context(), tester.Author, func(tx ledger.Tx) error { return tx.PutDocument(ledger.AttributeDefinitions, a.Key, raw) })
		require.NoError(w.t, err)
	}
}

// Nothing that a caller sent, neither value nor made-up name, comes back in
// an error: both may be personal.
func TestErrorsRepeatNothing(t *testing.T) {
	const marker = "Zqxjkv"
	schema := testSchema(t)
	w := newWorkbench(t)
	seedAttributes(w, schema)
	redefined := newWorkbench(t) // where definitions may take the marker in
	seedAttributes(redefined, schema)
	w.mustCreate(fields.Draft{"email": marker + "@b.example", "identifier": marker})

	raws := []any{
		marker, marker + "\n" + marker, marker + "\xff", strings.Repeat(marker, 2000),
		[]any{marker}, []any{marker + "\x00"}, []any{marker + " x"}, []any{[]any{marker}}, map[string]any{marker: marker},
		map[string]any{"amount": marker, "currency": marker}, map[string]any{"amount": json.Number("1"), "currency": marker},
		map[string]any{"id": marker}, map[string]any{"name": marker + "\x00"}, json.Number(marker),
		"https://" + marker + " x", marker + "://x", marker + "@" + marker, "+" + marker,
	}
	names := []string{marker, "company", "attributes", "version"}
	for _, f := range StandardFields {
		names = append(names, f.Name)
	}
	var errs []error
	try := func(d fields.Draft) {
		_, err := w.Create(t.Context(), tester, d)
		errs = append(errs, err)
	}
	for _, raw := range raws {
		for _, name := range names {
			try(fields.Draft{name: raw})
			_, _, err := w.PatchSettings(t.Context(), tester, fields.Draft{"time_zone": raw, "currency": raw, "phone_region": raw, "week_start": raw, name: raw}, 0)
			errs = append(errs, err)
		}
		for _, a := range schema.Attributes() {
			for _, member := range fields.DefinitionMembers {
				_, err := redefined.UpdateAttribute(t.Context(), tester, fields.EntityContact, a.Key, fields.Draft{member: raw}, 0)
				errs = append(errs, err)
			}
			try(fields.Draft{"attributes": map[string]any{a.Key: raw}})
			_, err := w.UpdateAttribute(t.Context(), tester, fields.EntityContact, a.Key, fields.Draft{marker: raw}, 0)
			errs = append(errs, err)
		}
		try(fields.Draft{"attributes": map[string]any{marker: raw}})
		for _, member := range append(fields.DefinitionMembers, marker) {
			_, err := w.DefineAttribute(t.Context(), tester, fields.Draft{"key": "k", "type": "number", member: raw})
			errs = append(errs, err)
		}
	}
	try(fields.Draft{"email": marker + "@b.example"})
	try(fields.Draft{"identifier": marker})

	failed := 0
	for _, err := range errs {
		var e *fault.Error
		if !errors.As(err, &e) {
			require.NoError(t, err)
			continue
		}
		failed++
		shown, marshalErr := json.Marshal(e)
		require.NoError(t, marshalErr)
		require.NotContains(t, strings.ToLower(string(shown)+e.Error()), strings.ToLower(marker))
	}
	require.Greater(t, failed, 500)
}
