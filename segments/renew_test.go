package segments_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
	space "github.com/ndoto/kundi/workspace"
)

// region sets the phone region of the workspace.
func (w *workspace) region(code string) {
	_, _, err := space.NewService(w.store, time.Now).PatchSettings(context.Background(), by, fields.Draft{"phone_region": code}, 0)
	require.NoError(w.t, err)
}

// older stores a definition as it was before definitions had a form, under the
// name that it then had.
func (w *workspace) older(id, name, nameKey, filter string) {
	_, err := w.store.Update(context.Background(), by.Author, func(tx ledger.Tx) error {
		record, err := json.Marshal(map[string]any{
			"name": name, "filter": json.RawMessage(filter), "hash": "00", "created_at": noon, "updated_at": noon, "version": tx.Seq(),
		})
		require.NoError(w.t, err)
		require.NoError(w.t, tx.PutDocument(segments.SegmentDocuments, id, record))
		return tx.PutDocument(segments.NameDocuments, nameKey, []byte(id))
	})
	require.NoError(w.t, err)
}

func TestAPhoneKeepsTheRegionItWasSavedIn(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	w.region("KE")
	made, err := w.Create(context.Background(), by, segments.Draft{
		"name": json.RawMessage(`"Phones"`),
		"filter": json.RawMessage(`{"combinator":"and","rules":[{"field":"phone","operator":"in","value":["0722 123 456","+255712345678"]},
			{"combinator":"or","rules":[{"field":"phone","operator":"ne","value":"0733123456"},{"field":"phone","operator":"contains","value":"0722"}]}]}`),
	})
	require.NoError(t, err)
	w.region("TZ")
	kept, err := w.Get(context.Background(), made.ID)
	require.NoError(t, err)
	require.JSONEq(t, `{"combinator":"and","rules":[{"field":"phone","operator":"in","value":["+254722123456","+255712345678"]},
		{"combinator":"or","rules":[{"field":"phone","operator":"ne","value":"+254733123456"},{"field":"phone","operator":"contains","value":"0722"}]}]}`, string(kept.Filter))
}

func TestOlderDefinitionsAreRenewed(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	w.region("KE")
	const phones, inner, outer, broken = "01935f6e-0000-7000-8000-000000000001", "01935f6e-0000-7000-8000-000000000002", "01935f6e-0000-7000-8000-000000000003", "01935f6e-0000-7000-8000-000000000004"
	rule := func(text string) string { return `{"combinator":"and","rules":[` + text + `]}` }
	w.older(phones, "Women’s", "k1", rule(`{"id":"x","field":"phone","operator":"eq","value":"0722123456"}`))
	w.older(outer, "Women's", "k2", rule(`{"field":"segment","operator":"in","value":["`+inner+`"]}`))
	w.older(inner, "Inner", "k3", rule(`{"field":"channels","operator":"any_of","value":["web","email","phone"]}`))
	w.older(broken, "Broken", "k4", rule(`{"field":"attributes.gone","operator":"eq","value":"x"}`))
	upgrade := ledger.Author{Source: ledger.SourceSystem, Name: "upgrade"}
	require.NoError(t, w.Renew(context.Background(), upgrade))
	head := w.store.Head()
	require.NoError(t, w.Renew(context.Background(), upgrade))
	require.Equal(t, head, w.store.Head(), "once is enough")

	w.region("TZ")
	require.NoError(t, w.Renew(context.Background(), upgrade))
	got := func(id string) *segments.Segment {
		s, err := w.Get(context.Background(), uuid.MustParse(id))
		require.NoError(t, err)
		return s
	}
	require.JSONEq(t, rule(`{"field":"phone","operator":"eq","value":"+254722123456"}`), string(got(phones).Filter))
	require.JSONEq(t, rule(`{"field":"channels","operator":"any_of","value":["live_chat","email","voice"]}`), string(got(inner).Filter))
	require.JSONEq(t, rule(`{"field":"segment","operator":"in","value":["`+inner+`"]}`), string(got(outer).Filter))
	require.JSONEq(t, rule(`{"field":"attributes.gone","operator":"eq","value":"x"}`), string(got(broken).Filter))
	require.Equal(t, []string{"Women’s", "Women's (2)", "Inner", "Broken"}, []string{got(phones).Name, got(outer).Name, got(inner).Name, got(broken).Name})

	for _, taken := range []string{`"women‘s"`, `"WOMEN'S (2)"`, `"broken"`} {
		_, err := w.Create(context.Background(), by, segments.Draft{"name": json.RawMessage(taken)})
		require.Equal(t, fault.KindConflict, fault.KindOf(err), taken)
	}
	var found ledger.Differences
	require.NoError(t, w.Verify(context.Background(), &found))
	for _, d := range found.List() {
		require.NotContains(t, d.What, "name")
	}
}

// TestOptionsOfOlderDefinitionsAreNoted: they named attributes only.
func TestOptionsOfOlderDefinitionsAreNoted(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	w.define(fields.AttributeDefinition{Number: 1, Key: "tier", Label: "Tier", Type: fields.AttributeList, Options: []string{"gold", "free"}})
	segment := w.create(`{"name": "s", "filter": ` + rules("and", rule("attributes.tier", "eq", "GOLD")) + `}`)
	uses := w.documents(segments.UseDocuments)
	require.Len(t, uses, 2)
	option := func(name string) (err error) {
		w.update(func(tx ledger.Tx) error {
			err = segments.OptionUnused(tx, tx.Schema().Attribute("tier"), name)
			return nil
		})
		return err
	}
	refused(t, option("gold"), fault.KindConflict, "option-in-use")
	require.NoError(t, option("free"))

	w.update(func(tx ledger.Tx) error { // as programs of form 1 have written it
		require.NoError(t, tx.DeleteDocument(segments.UseDocuments, uses[1]))
		raw, err := tx.Document(segments.SegmentDocuments, segment.ID.String())
		require.NoError(t, err)
		var record map[string]any
		require.NoError(t, json.Unmarshal(raw, &record))
		record["form"], record["attributes"] = 1, []string{"tier"}
		raw, err = json.Marshal(record)
		require.NoError(t, err)
		return tx.PutDocument(segments.SegmentDocuments, segment.ID.String(), raw)
	})
	require.NoError(t, option("gold"))
	require.NoError(t, w.Renew(context.Background(), by.Author))
	require.Equal(t, uses, w.documents(segments.UseDocuments))
	refused(t, option("gold"), fault.KindConflict, "option-in-use")
	w.sound()
}
