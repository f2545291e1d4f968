package workspace

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

func TestDefinitionRulesAreChecked(t *testing.T) {
	w := newWorkbench(t)
	for _, c := range []struct {
		draft fields.Draft
		path  string
	}{
		{fields.Draft{"type": "number", "pattern": "x"}, "pattern"},
		{fields.Draft{"type": "number", "cue": "x"}, "cue"},
		{fields.Draft{"type": "text", "cue": "x"}, "cue"},
		{fields.Draft{"type": "text", "pattern": "("}, "pattern"},
		{fields.Draft{"type": "text", "pattern": `(a)\1`}, "pattern"},
		{fields.Draft{"type": "text", "pattern": "(?=a)"}, "pattern"},
		{fields.Draft{"type": "text", "pattern": "(a{1000}){2}"}, "pattern"},
		{fields.Draft{"type": "text", "pattern": "a{1000}"}, "pattern"},
		{fields.Draft{"type": "text", "pattern": strings.Repeat("a", 501)}, "pattern"},
		{fields.Draft{"type": "text", "pattern": "[a-z]+", "cue": strings.Repeat("a", 201)}, "cue"},
		{fields.Draft{"type": "text", "pattern": "[a-z]+", "default": "A"}, "default"},
		{fields.Draft{"type": "list", "options": []any{"a"}, "default": "b"}, "default"},
		{fields.Draft{"type": "number", "max": json.Number("1"), "default": json.Number("2")}, "default"},
		{fields.Draft{"type": "checkbox", "required": true}, "required"},
		{fields.Draft{"type": "text", "required": "perhaps"}, "required"},
		{fields.Draft{"type": "text", "order": json.Number("-1")}, "order"},
		{fields.Draft{"type": "text", "order": json.Number("1.5")}, "order"},
		{fields.Draft{"type": "text", "order": json.Number("1000001")}, "order"},
		{fields.Draft{"type": "text", "order": json.Number("1e300")}, "order"},
		{fields.Draft{"type": "text", "group": strings.Repeat("a", 101)}, "group"},
	} {
		c.draft["key"] = "a"
		_, err := w.DefineAttribute(t.Context(), tester, c.draft)
		require.Equal(t, []string{c.path}, paths(problem(t, fault.KindInvalid, err).Faults), "%v", c.draft)
	}
}

// TestAttributesAreListedByOrder: by order, then as they were made.
func TestAttributesAreListedByOrder(t *testing.T) {
	w := newWorkbench(t)
	w.define(fields.Draft{"key": "a", "type": "text", "order": json.Number("2"), "group": "Billing"})
	w.define(fields.Draft{"key": "b", "type": "text"})
	w.define(fields.Draft{"key": "c", "type": "text", "order": json.Number("1")})
	w.define(fields.Draft{"key": "d", "type": "text"})
	keys := func() string {
		var list []string
		for _, a := range w.Attributes(fields.EntityContact) {
			list = append(list, a.Key)
		}
		return strings.Join(list, "")
	}
	require.Equal(t, "bdca", keys())
	done, err := w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "a", fields.Draft{"order": nil}, 0)
	require.NoError(t, err)
	require.Equal(t, "abdc", keys())
	require.Equal(t, "Billing", done.Attribute.Group)
}

// TestPatternOfTexts: a text matches as a whole or is refused in the words of the cue; a
// filter may have any text.
func TestPatternOfTexts(t *testing.T) {
	w := newWorkbench(t)
	w.define(fields.Draft{"key": "plate", "type": "text", "pattern": "K[A-Z]{2}|[0-9]{3}", "cue": "must be a plate like KAB"})
	f := field(t, w.store.Schema(), "attributes.plate")
	for text, want := range map[string]string{"KAB": "", " 123 ": "", "": "", "KABC": "must be a plate like KAB", "x123": "must be a plate like KAB"} {
		_, fault := w.store.Schema().Coerce(f, text)
		require.Equal(t, want, fault, text)
	}
	v, wrong := w.store.Schema().CoerceMember(f, "KABC")
	require.Empty(t, wrong)
	require.Equal(t, "KABC", v.Text)

	c := w.mustCreate(fields.Draft{"name": "Ada", "attributes": map[string]any{"plate": "KAB"}})
	_, err := w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "plate", fields.Draft{"pattern": "[0-9]+", "cue": nil}, 0)
	require.NoError(t, err)
	_, err = w.Patch(t.Context(), tester, c.ID, fields.Draft{"attributes": map[string]any{"plate": "KAC"}}, 0)
	require.Equal(t, []fault.Fault{{Path: "attributes.plate", Detail: "must have the form that the pattern of the attribute asks for"}}, problem(t, fault.KindInvalid, err).Faults)
	done, err := w.Patch(t.Context(), tester, c.ID, fields.Draft{"city": "Kisumu"}, 0)
	require.NoError(t, err, "what is there stays as it is")
	require.Equal(t, "KAB", contacts.Kind.Value(f, done.Contact).Text)
	_, err = w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "plate", fields.Draft{"pattern": nil}, 0)
	require.NoError(t, err)
	_, err = w.Patch(t.Context(), tester, c.ID, fields.Draft{"attributes": map[string]any{"plate": "KAC"}}, 0)
	require.NoError(t, err)
}

// TestAnotherPatternDropsItsCue: the sentence is about the pattern before. It stays where the
// pattern does, and where a new one comes with it.
func TestAnotherPatternDropsItsCue(t *testing.T) {
	w := newWorkbench(t)
	for _, c := range []struct {
		draft fields.Draft
		want  string
	}{
		{fields.Draft{"label": "Plate"}, "must be like KAB"},
		{fields.Draft{"pattern": "K[A-Z]+"}, "must be like KAB"},
		{fields.Draft{"pattern": "X.*"}, ""},
		{fields.Draft{"pattern": "X.*", "cue": "must begin with X"}, "must begin with X"},
		{fields.Draft{"pattern": nil}, ""},
	} {
		w.define(fields.Draft{"key": "plate", "type": "text", "pattern": "K[A-Z]+", "cue": "must be like KAB"})
		done, err := w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "plate", c.draft, 0)
		require.NoError(t, err, "%v", c.draft)
		require.Equal(t, c.want, done.Attribute.Cue, "%v", c.draft)
		_, err = w.DeleteAttribute(t.Context(), tester, fields.EntityContact, "plate", 0)
		require.NoError(t, err)
	}
}

// TestTheRuleThatADefaultBreaksIsTold, without what was sent.
func TestTheRuleThatADefaultBreaksIsTold(t *testing.T) {
	w := newWorkbench(t)
	for says, d := range map[string]fields.Draft{
		"must match the pattern of the attribute":                     {"type": "text", "pattern": "[a-z]+", "cue": "canary", "default": "A"},
		"must be one of the options of the attribute":                 {"type": "list", "options": []any{"canary"}, "default": "b"},
		"must be an array of options of the attribute":                {"type": "list", "multiple": true, "options": []any{"canary"}, "default": []any{"b"}},
		"must be within min and max of the attribute":                 {"type": "number", "max": json.Number("1"), "default": json.Number("2")},
		"must be a number":                                            {"type": "number", "max": json.Number("1"), "default": "canary"},
		"must be an amount in the currency of the attribute":          {"type": "currency", "default": "canary"},
		"must be an address with one of the schemes of the attribute": {"type": "link", "schemes": []any{"canary"}, "default": "https://x.example"},
	} {
		d["key"] = "k"
		_, err := w.DefineAttribute(t.Context(), tester, d)
		faults := problem(t, fault.KindInvalid, err).Faults
		require.Equal(t, []string{"default"}, paths(faults))
		require.Contains(t, faults[0].Detail, says)
		require.NotContains(t, faults[0].Detail, "canary")
	}
}

// TestDefaultsAreForNewContacts: a default stands in for what was not sent when a contact
// is made, and never later.
func TestDefaultsAreForNewContacts(t *testing.T) {
	w := newWorkbench(t)
	old := w.mustCreate(fields.Draft{"name": "Old"})
	w.define(fields.Draft{"key": "tier", "type": "list", "options": []any{"Free", "Pro"}, "default": "FREE"})
	w.define(fields.Draft{"key": "likes", "type": "list", "multiple": true, "options": []any{"Tea", "Milk"}, "default": []any{"Tea"}})
	w.define(fields.Draft{"key": "mrr", "type": "currency", "default": json.Number("12.50")})
	w.define(fields.Draft{"key": "vip", "type": "checkbox", "default": true})
	schema := w.store.Schema()
	of := func(c *contacts.Contact, key string) any {
		f := field(t, schema, "attributes."+key)
		return f.JSON(contacts.Kind.Value(f, c))
	}

	c := w.mustCreate(fields.Draft{"name": "New"})
	require.Equal(t, []any{"Free", []string{"Tea"}, json.Number("12.5"), true}, []any{of(c, "tier"), of(c, "likes"), of(c, "mrr"), of(c, "vip")})
	c = w.mustCreate(fields.Draft{"name": "Other", "attributes": map[string]any{"tier": "pro", "likes": nil, "vip": false}})
	require.Equal(t, []any{"Pro", nil, json.Number("12.5"), false}, []any{of(c, "tier"), of(c, "likes"), of(c, "mrr"), of(c, "vip")}, "null is a value of who sends it")
	done, err := w.Patch(t.Context(), tester, old.ID, fields.Draft{"city": "Kisumu"}, 0)
	require.NoError(t, err)
	require.Nil(t, of(done.Contact, "tier"))

	_, err = w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", fields.Draft{"options": []any{"Pro"}}, 0)
	require.Equal(t, []string{"default"}, paths(problem(t, fault.KindInvalid, err).Faults), "the option that is the default")
	same, err := w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "mrr", fields.Draft{"default": "12.5"}, 0)
	require.NoError(t, err)
	require.Equal(t, schema, w.store.Schema(), "nothing was written")
	require.Equal(t, 12.5, same.Attribute.Default)
}

// TestRequiredAttributes: a new contact must have one, and who has one keeps it; contacts
// from before are left alone.
func TestRequiredAttributes(t *testing.T) {
	w := newWorkbench(t)
	old := w.mustCreate(fields.Draft{"name": "Old"})
	w.define(fields.Draft{"key": "tier", "type": "text", "required": true})
	w.define(fields.Draft{"key": "plan", "type": "text", "required": true, "default": "basic"})
	missing := func(err error, detail string) {
		t.Helper()
		require.Equal(t, []fault.Fault{{Path: "attributes.tier", Detail: detail}}, problem(t, fault.KindInvalid, err).Faults)
	}
	_, err := w.Create(t.Context(), tester, fields.Draft{"name": "New"})
	missing(err, "must be given")
	_, err = w.Create(t.Context(), tester, fields.Draft{"name": "New", "attributes": map[string]any{"tier": " "}})
	missing(err, "must be given")
	c := w.mustCreate(fields.Draft{"name": "New", "attributes": map[string]any{"tier": "a"}})

	for _, attributes := range []any{map[string]any{"tier": nil}, map[string]any{"tier": ""}, nil} {
		_, err = w.Patch(t.Context(), tester, c.ID, fields.Draft{"attributes": attributes}, 0)
		require.Equal(t, fault.Fault{Path: "attributes.tier", Detail: "must not be emptied"}, problem(t, fault.KindInvalid, err).Faults[0])
	}
	_, err = w.Patch(t.Context(), tester, old.ID, fields.Draft{"city": "Kisumu", "attributes": map[string]any{"tier": nil}}, 0)
	require.NoError(t, err)
	results := statuses(t, w, fields.Draft{"name": "X", "identifier": "x"}, fields.Draft{"name": "Y", "identifier": "y", "attributes": map[string]any{"tier": "b"}})
	require.Equal(t, []ledger.Status{ledger.StatusFailed, ledger.StatusCreated}, results)
}

func statuses(t *testing.T, w *workbench, drafts ...fields.Draft) (list []ledger.Status) {
	t.Helper()
	done, err := w.Batch(t.Context(), tester, drafts)
	require.NoError(t, err)
	for _, r := range done.Results {
		list = append(list, r.Status)
	}
	return list
}

// TestArchivedAttributes: what is archived is out of lists and refused in drafts, and its
// values stay, also when all attributes are removed.
func TestArchivedAttributes(t *testing.T) {
	w := newWorkbench(t)
	w.define(fields.Draft{"key": "tier", "type": "text", "required": true, "default": "basic"})
	w.define(fields.Draft{"key": "plan", "type": "text"})
	c := w.mustCreate(fields.Draft{"name": "Ada", "attributes": map[string]any{"tier": "gold", "plan": "x"}})
	_, err := w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", fields.Draft{"archived": true}, 0)
	require.NoError(t, err)
	require.Len(t, w.Attributes(fields.EntityContact), 1)
	require.Equal(t, "tier", w.ArchivedAttributes(fields.EntityContact)[0].Key)
	_, err = w.DefineAttribute(t.Context(), tester, fields.Draft{"key": "tier", "type": "text"})
	problem(t, fault.KindConflict, err)

	f := field(t, w.store.Schema(), "attributes.tier")
	for _, value := range []any{"silver", nil} {
		_, err = w.Patch(t.Context(), tester, c.ID, fields.Draft{"attributes": map[string]any{"tier": value}}, 0)
		require.Equal(t, []fault.Fault{{Path: "attributes.tier", Detail: fields.ArchivedRefusal}}, problem(t, fault.KindInvalid, err).Faults)
	}
	done, err := w.Patch(t.Context(), tester, c.ID, fields.Draft{"attributes": nil}, 0)
	require.NoError(t, err)
	require.Equal(t, "gold", contacts.Kind.Value(f, done.Contact).Text)
	require.Len(t, done.Contact.Attributes, 1)
	require.Empty(t, w.mustCreate(fields.Draft{"name": "Ben"}).Attributes, "neither default nor required")

	_, err = w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", fields.Draft{"archived": nil}, 0)
	require.NoError(t, err)
	require.Len(t, w.Attributes(fields.EntityContact), 2)
	require.Empty(t, w.ArchivedAttributes(fields.EntityContact))
	_, err = w.Patch(t.Context(), tester, c.ID, fields.Draft{"attributes": nil}, 0)
	require.Equal(t, "must not be emptied", problem(t, fault.KindInvalid, err).Faults[0].Detail)
}
