package workspace

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// plain is a definition without what is derived from it.
func plain(a *fields.AttributeDefinition) fields.AttributeDefinition {
	var read fields.AttributeDefinition
	document, err := json.Marshal(a)
	if err == nil {
		err = json.Unmarshal(document, &read)
	}
	if err != nil {
		panic(err)
	}
	return read
}

// manyOptions returns n options of a list.
func manyOptions(n int) []any {
	labels := make([]any, n)
	for i := range labels {
		labels[i] = strconv.Itoa(i)
	}
	return labels
}

func TestDefineAttribute(t *testing.T) {
	w := newWorkbench(t)
	made, err := w.DefineAttribute(t.Context(), tester, fields.Draft{
		"entity": "contact", "key": "tier", "label": "Tier", "description": "What they pay for",
		"type": "list", "options": []any{"Free", " Pro "}, "multiple": true,
	})
	require.NoError(t, err)
	require.Equal(t, uint64(1), made.Seq)
	a := made.Attribute
	require.Equal(t, fields.AttributeDefinition{
		Number: 1, Key: "tier", Label: "Tier", Description: "What they pay for", Type: fields.AttributeList,
		Options: []string{"Free", "Pro"}, Multiple: true,
		CreatedAt: w.instant(), UpdatedAt: w.instant(), Version: 1,
	}, plain(a))
	got, err := w.GetAttribute(fields.EntityContact, "tier")
	require.NoError(t, err)
	require.Equal(t, plain(a), plain(got))
	require.Equal(t, []*fields.AttributeDefinition{got}, w.Attributes(fields.EntityContact))

	money := w.define(fields.Draft{"key": "mrr", "type": "currency"})
	require.Equal(t, "USD", money.Currency, "the workspace's")
	require.Equal(t, "mrr", money.Label)
	require.Equal(t, "KES", w.define(fields.Draft{"key": "arr", "type": "currency", "currency": "kes"}).Currency)
	link := w.define(fields.Draft{"key": "site", "type": "link", "schemes": []any{"HTTPS", "mailto"}, "options": []any{}, "multiple": false})
	require.Equal(t, []string{"https", "mailto"}, link.Schemes)
	number := w.define(fields.Draft{"key": "score", "type": "number", "min": json.Number("0"), "max": "10", "entity": nil})
	require.Equal(t, 10.0, *number.Max)
	require.True(t, w.define(fields.Draft{"key": "vip", "type": "checkbox", "three_state": true}).ThreeState)

	_, err = w.GetAttribute(fields.EntityContact, "none")
	problem(t, fault.KindNotFound, err)
}

func TestDefineAttributeRefuses(t *testing.T) {
	w := newWorkbench(t)
	w.define(fields.Draft{"key": "taken", "type": "text"})
	cases := []struct {
		draft fields.Draft
		want  []string
	}{
		{fields.Draft{}, []string{"key", "type"}},
		{fields.Draft{"key": "Tier", "type": "text"}, []string{"key"}},
		{fields.Draft{"key": "_tier", "type": "text"}, []string{"key"}},
		{fields.Draft{"key": "t" + strings.Repeat("i", 63), "type": "text"}, []string{"key"}},
		{fields.Draft{"key": "email", "type": "text"}, []string{"key"}},
		{fields.Draft{"key": "company", "type": "text"}, []string{"key"}},
		{fields.Draft{"key": "a", "type": "Text"}, []string{"type"}},
		{fields.Draft{"key": "a", "type": json.Number("1")}, []string{"type"}},
		{fields.Draft{"key": "a", "type": "list"}, []string{"options"}},
		{fields.Draft{"key": "a", "type": "list", "options": "x"}, []string{"options"}},
		{fields.Draft{"key": "a", "type": "list", "options": []any{"x", "X", "é", "E", ""}}, []string{"options[1]", "options[3]", "options[4]"}},
		{fields.Draft{"key": "a", "type": "list", "options": []any{strings.Repeat("x", 101), "a\nb"}}, []string{"options[0]", "options[1]"}},
		{fields.Draft{"key": "a", "type": "list", "options": manyOptions(1001)}, []string{"options"}},
		{fields.Draft{"key": "a", "type": "text", "options": []any{"x"}, "multiple": true, "currency": "USD", "three_state": true,
			"schemes": []any{"https"}, "min": json.Number("1"), "max": json.Number("2")},
			[]string{"currency", "max", "min", "multiple", "options", "schemes", "three_state"}},
		{fields.Draft{"key": "a", "type": "currency", "currency": "XYZ"}, []string{"currency"}},
		{fields.Draft{"key": "a", "type": "currency", "currency": "EURO"}, []string{"currency"}},
		{fields.Draft{"key": "a", "type": "number", "min": json.Number("2"), "max": json.Number("1")}, []string{"max"}},
		{fields.Draft{"key": "a", "type": "number", "min": true}, []string{"min"}},
		{fields.Draft{"key": "a", "type": "link", "schemes": []any{"javascript", "a b", "https"}}, []string{"schemes[0]", "schemes[1]"}},
		{fields.Draft{"key": "a", "type": "checkbox", "three_state": "maybe"}, []string{"three_state"}},
		{fields.Draft{"key": "a", "type": "text", "entity": "conversation"}, []string{"entity"}},
		{fields.Draft{"key": "a", "type": "text", "surprise": 1, "version": 1}, []string{""}},
		{fields.Draft{"key": "a", "type": "text", "label": strings.Repeat("x", 201), "description": true}, []string{"label"}},
	}
	for _, c := range cases {
		_, err := w.DefineAttribute(t.Context(), tester, c.draft)
		e := problem(t, fault.KindInvalid, err)
		require.Equal(t, c.want, paths(e.Faults), "%v", c.draft)
		require.Equal(t, "invalid-attribute", e.Type)
	}
	_, err := w.DefineAttribute(t.Context(), tester, fields.Draft{"key": "taken", "type": "number"})
	require.Equal(t, "attribute-taken", problem(t, fault.KindConflict, err).Type)
	require.Len(t, w.Attributes(fields.EntityContact), 1)
}

func TestAttributesAreBounded(t *testing.T) {
	definitions := make([]*fields.AttributeDefinition, MaxAttributes)
	for i := range definitions {
		definitions[i] = &fields.AttributeDefinition{Number: uint32(i + 1), Key: fmt.Sprintf("a%d", i), Type: fields.AttributeText}
	}
	require.NoError(t, checkRoom(ledger.NewSchema(fields.DefaultSettings(), definitions[1:], contacts.Kind, companies.Kind).Set, "new"))
	problem(t, fault.KindConflict, checkRoom(ledger.NewSchema(fields.DefaultSettings(), definitions, contacts.Kind, companies.Kind).Set, "new"))
}

func TestUpdateAttribute(t *testing.T) {
	w := newWorkbench(t)
	before := w.define(fields.Draft{"key": "tier", "type": "list", "options": []any{"Free", "Pro"}})
	w.mustCreate(fields.Draft{"name": "Ada", "attributes": map[string]any{"tier": "Pro"}})
	w.clock = w.clock.Add(time.Hour)
	head := w.store.Head()

	done, err := w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", fields.Draft{
		"label": "Plan", "options": []any{"Pro", "Max", "Free"}, "key": "tier", "type": "list", "multiple": false, "description": nil,
	}, before.Version)
	require.NoError(t, err)
	a := done.Attribute
	require.Equal(t, head+1, done.Seq)
	require.Equal(t, done.Seq, a.Version)
	require.Equal(t, []string{"Pro", "Max", "Free"}, a.Options)
	require.Equal(t, before.CreatedAt.Add(time.Hour), a.UpdatedAt)
	require.Equal(t, "Plan", a.Label)
	require.Equal(t, []string{"Free", "Pro"}, before.Options)

	same, err := w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", fields.Draft{"label": "Plan"}, 0)
	require.NoError(t, err)
	require.Equal(t, plain(a), plain(same.Attribute))
	require.Equal(t, head+1, same.Seq, "nothing was written")

	_, err = w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", fields.Draft{"options": []any{"Free", "Max"}}, 0)
	require.Equal(t, "option-in-use", problem(t, fault.KindConflict, err).Type)
	fewer, err := w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", fields.Draft{"options": []any{"Pro"}}, 0)
	require.NoError(t, err)
	require.Equal(t, []string{"Pro"}, fewer.Attribute.Options)

	_, err = w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", fields.Draft{"label": "x"}, before.Version)
	problem(t, fault.KindPrecondition, err)
	_, err = w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "none", fields.Draft{"options": nil}, 0)
	problem(t, fault.KindNotFound, err)

	for _, c := range []struct {
		draft fields.Draft
		want  []string
	}{
		{fields.Draft{"key": "other", "type": "text", "multiple": true, "currency": "USD", "three_state": true},
			[]string{"currency", "key", "multiple", "three_state", "type"}},
		{fields.Draft{"options": []any{}}, []string{"options"}},
		{fields.Draft{"options": []any{"PRO"}}, []string{"options[0]"}},
		{fields.Draft{"label": nil}, []string{"label"}},
		{fields.Draft{"min": json.Number("1")}, []string{"min"}},
		{fields.Draft{"number": 2}, []string{""}},
	} {
		_, err = w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", c.draft, 0)
		require.Equal(t, c.want, paths(problem(t, fault.KindInvalid, err).Faults), "%v", c.draft)
	}
}

func TestRemovedOptionsOfManyValuedLists(t *testing.T) {
	w := newWorkbench(t)
	w.define(fields.Draft{"key": "likes", "type": "list", "multiple": true, "options": []any{"Tea", "Coffee", "Wine"}})
	w.mustCreate(fields.Draft{"name": "Ada", "attributes": map[string]any{"likes": []any{"Tea", "Wine"}}})
	_, err := w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "likes", fields.Draft{"options": []any{"Tea", "Coffee"}}, 0)
	problem(t, fault.KindConflict, err)
	_, err = w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "likes", fields.Draft{"options": []any{"Tea", "Wine"}}, 0)
	require.NoError(t, err)
}

func TestDeleteAttribute(t *testing.T) {
	refusal := &fault.Error{Kind: fault.KindConflict, Type: "attribute-in-use", Message: "A segment needs it."}
	w := newWorkbench(t, WithAttributeUse(func(_ ledger.Tx, a *fields.AttributeDefinition) error {
		if a.Key == "needed" {
			return refusal
		}
		return nil
	}))
	a := w.define(fields.Draft{"key": "tier", "type": "text"})
	w.define(fields.Draft{"key": "needed", "type": "text"})
	c := w.mustCreate(fields.Draft{"name": "Ada", "attributes": map[string]any{"tier": "x"}})

	_, err := w.DeleteAttribute(t.Context(), tester, fields.EntityContact, "needed", 0)
	require.Equal(t, refusal, err)
	_, err = w.DeleteAttribute(t.Context(), tester, fields.EntityContact, "tier", a.Version+1)
	problem(t, fault.KindPrecondition, err)
	_, err = w.DeleteAttribute(t.Context(), tester, fields.EntityContact, "tier", a.Version)
	require.NoError(t, err)
	_, err = w.DeleteAttribute(t.Context(), tester, fields.EntityContact, "tier", 0)
	problem(t, fault.KindNotFound, err)

	again := w.define(fields.Draft{"key": "tier", "type": "text"})
	require.Greater(t, again.Number, a.Number, "numbers are not reused")
	require.True(t, contacts.Kind.Value(field(t, w.store.Schema(), "attributes.tier"), c).IsMissing(), "old values stay invisible")
}

func TestDefineAttributeIsRepeated(t *testing.T) {
	w := newWorkbench(t)
	once := tester.WithReceipt(ledger.ReceiptKey{Key: "a"})
	first, err := w.DefineAttribute(t.Context(), once, fields.Draft{"key": "tier", "type": "text"})
	require.NoError(t, err)
	require.False(t, first.Replayed)
	w.mustCreate(fields.Draft{"name": "Ada"})
	again, err := w.DefineAttribute(t.Context(), once, fields.Draft{"key": "tier", "type": "text"})
	require.NoError(t, err)
	require.Equal(t, Defined{Attribute: first.Attribute, Seq: first.Seq, Replayed: true}, again)
}
