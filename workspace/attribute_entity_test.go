package workspace

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// TestEntitiesShareKeys: contacts and companies may both have an attribute of one key, and
// neither is touched by what happens to the other.
func TestEntitiesShareKeys(t *testing.T) {
	w := newWorkbench(t)
	ours := w.define(fields.Draft{"key": "tier", "type": "text"})
	theirs := w.define(fields.Draft{"key": "tier", "type": "number", "entity": "company"})
	require.Equal(t, []string{"tier", "company/tier"}, []string{ours.Document(), theirs.Document()})
	require.Equal(t, []fields.Entity{fields.EntityContact, fields.EntityCompany}, []fields.Entity{ours.Of(), theirs.Of()})
	require.Greater(t, theirs.Number, ours.Number, "numbers are of one counter")
	_, err := w.DefineAttribute(t.Context(), tester, fields.Draft{"key": "tier", "type": "text", "entity": "company"})
	require.Equal(t, "attribute-taken", problem(t, fault.KindConflict, err).Type)

	schema := w.store.Schema()
	ours, theirs = schema.Attribute("tier"), schema.Of(fields.EntityCompany).Attribute("tier")
	require.Equal(t, []*fields.AttributeDefinition{ours}, schema.Attributes())
	require.Equal(t, []*fields.AttributeDefinition{theirs}, schema.Of(fields.EntityCompany).Attributes())
	require.Equal(t, []*fields.AttributeDefinition{ours, theirs}, schema.Definitions())
	f, known := schema.Of(fields.EntityCompany).Field("attributes.tier")
	require.True(t, known)
	require.Equal(t, fields.FieldNumber, f.Type)
	require.Nil(t, schema.AttributeByNumber(theirs.Number))
	require.Same(t, theirs, schema.DefinitionByNumber(theirs.Number))
	require.Empty(t, schema.Of("stranger").Attributes())

	after, err := w.UpdateAttribute(t.Context(), tester, fields.EntityCompany, "tier", fields.Draft{"label": "Tier", "entity": "company"}, theirs.Version)
	require.NoError(t, err)
	require.Equal(t, "Tier", after.Attribute.Label)
	got, err := w.GetAttribute(fields.EntityContact, "tier")
	require.NoError(t, err)
	require.Equal(t, "tier", got.Label)
	_, err = w.UpdateAttribute(t.Context(), tester, fields.EntityCompany, "tier", fields.Draft{"entity": "contact"}, 0)
	require.Equal(t, []string{"entity"}, paths(problem(t, fault.KindInvalid, err).Faults))

	_, err = w.DeleteAttribute(t.Context(), tester, fields.EntityContact, "tier", 0)
	require.NoError(t, err)
	_, err = w.GetAttribute(fields.EntityContact, "tier")
	problem(t, fault.KindNotFound, err)
	require.Equal(t, "Tier", w.Attributes(fields.EntityCompany)[0].Label)
	require.Equal(t, after.Attribute.Number, w.Attributes(fields.EntityCompany)[0].Number)
}

func TestStandardFieldsOfCompaniesAreNoKeys(t *testing.T) {
	w := newWorkbench(t)
	for _, key := range []string{"name", "domains", "contacts_count"} {
		_, err := w.DefineAttribute(t.Context(), tester, fields.Draft{"key": key, "type": "text", "entity": "company"})
		require.Equal(t, []string{"key"}, paths(problem(t, fault.KindInvalid, err).Faults))
	}
	w.define(fields.Draft{"key": "phone", "type": "text", "entity": "company"}) // companies have none
	w.define(fields.Draft{"key": "domains", "type": "text"})                    // nor contacts these
}

// TestAttributeOfTheWrongEntity: who sends an attribute of companies for a contact is told.
func TestAttributeOfTheWrongEntity(t *testing.T) {
	w := newWorkbench(t)
	w.define(fields.Draft{"key": "fleet", "type": "number", "entity": "company"})
	for key, hint := range map[string]string{"fleet": "set it on the company", "none": "define it first"} {
		_, faults := contacts.NewPatch(w.store.Schema(), fields.Draft{"name": "Ada", "attributes": map[string]any{key: 1}})
		require.Equal(t, []string{"attributes"}, paths(faults))
		require.True(t, strings.HasSuffix(faults[0].Detail, hint), faults[0].Detail)
	}
}
