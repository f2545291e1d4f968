package contacts

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEntitiesShareKeys: contacts and companies may both have an attribute of one key, and
// neither is touched by what happens to the other.
func TestEntitiesShareKeys(t *testing.T) {
	w := newWorkbench(t)
	ours := w.define(Draft{"key": "tier", "type": "text"})
	theirs := w.define(Draft{"key": "tier", "type": "number", "entity": "company"})
	require.Equal(t, []string{"tier", "company/tier"}, []string{ours.Document(), theirs.Document()})
	require.Equal(t, []Entity{EntityContact, EntityCompany}, []Entity{ours.Of(), theirs.Of()})
	require.Greater(t, theirs.Number, ours.Number, "numbers are of one counter")
	_, err := w.DefineAttribute(t.Context(), tester, Draft{"key": "tier", "type": "text", "entity": "company"})
	require.Equal(t, "attribute-taken", problem(t, KindConflict, err).Type)

	schema := w.store.Schema()
	ours, theirs = schema.Attribute("tier"), schema.Of(EntityCompany).Attribute("tier")
	require.Equal(t, []*AttributeDefinition{ours}, schema.Attributes())
	require.Equal(t, []*AttributeDefinition{theirs}, schema.Of(EntityCompany).Attributes())
	require.Equal(t, []*AttributeDefinition{ours, theirs}, schema.Definitions())
	f, known := schema.Of(EntityCompany).Field("attributes.tier")
	require.True(t, known)
	require.Equal(t, FieldNumber, f.Type)
	require.Nil(t, schema.AttributeByNumber(theirs.Number))
	require.Same(t, theirs, schema.DefinitionByNumber(theirs.Number))
	require.Empty(t, schema.Of("stranger").Attributes())

	after, err := w.UpdateAttribute(t.Context(), tester, EntityCompany, "tier", Draft{"label": "Tier", "entity": "company"}, theirs.Version)
	require.NoError(t, err)
	require.Equal(t, "Tier", after.Attribute.Label)
	got, err := w.GetAttribute(EntityContact, "tier")
	require.NoError(t, err)
	require.Equal(t, "tier", got.Label)
	_, err = w.UpdateAttribute(t.Context(), tester, EntityCompany, "tier", Draft{"entity": "contact"}, 0)
	require.Equal(t, []string{"entity"}, paths(problem(t, KindInvalid, err).Faults))

	_, err = w.DeleteAttribute(t.Context(), tester, EntityContact, "tier", 0)
	require.NoError(t, err)
	_, err = w.GetAttribute(EntityContact, "tier")
	problem(t, KindNotFound, err)
	require.Equal(t, "Tier", w.Attributes(EntityCompany)[0].Label)
	require.Equal(t, after.Attribute.Number, w.Attributes(EntityCompany)[0].Number)
}

func TestStandardFieldsOfCompaniesAreNoKeys(t *testing.T) {
	w := newWorkbench(t)
	for _, key := range []string{"name", "domains", "contacts_count"} {
		_, err := w.DefineAttribute(t.Context(), tester, Draft{"key": key, "type": "text", "entity": "company"})
		require.Equal(t, []string{"key"}, paths(problem(t, KindInvalid, err).Faults))
	}
	w.define(Draft{"key": "phone", "type": "text", "entity": "company"}) // companies have none
	w.define(Draft{"key": "domains", "type": "text"})                    // nor contacts these
}

// TestAttributeOfTheWrongEntity: who sends an attribute of companies for a contact is told.
func TestAttributeOfTheWrongEntity(t *testing.T) {
	w := newWorkbench(t)
	w.define(Draft{"key": "fleet", "type": "number", "entity": "company"})
	for key, hint := range map[string]string{"fleet": "set it on the company", "none": "define it first"} {
		_, faults := w.store.Schema().Patch(Draft{"name": "Ada", "attributes": map[string]any{key: 1}})
		require.Equal(t, []string{"attributes"}, paths(faults))
		require.True(t, strings.HasSuffix(faults[0].Detail, hint), faults[0].Detail)
	}
}
