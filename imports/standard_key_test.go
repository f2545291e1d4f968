package imports

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// TestAnAttributeWithTheKeyOfAStandardField is of a folder that is older than the standard field:
// the attribute is found by its path, everywhere.
func TestAnAttributeWithTheKeyOfAStandardField(t *testing.T) {
	city := &fields.AttributeDefinition{Number: 1, Key: "city", Label: "City", Type: fields.AttributeText}
	for header, want := range map[string][]string{
		"email,City":                 {"email", "city"},
		"email,city,attributes.city": {"email", "city", "attributes.city"},
	} {
		p, err := New(t.Context(), strings.NewReader(header+"\n"+strings.Repeat("x,", strings.Count(header, ","))+"y\n"), []*fields.AttributeDefinition{city}, Options{})
		require.NoError(t, err)
		require.Equal(t, want, fieldsOf(p.Columns))
	}
	p, err := New(t.Context(), strings.NewReader("email,city\nx,y\n"), []*fields.AttributeDefinition{city}, Options{Map: map[string]string{"city": "attributes.city"}})
	require.NoError(t, err)
	require.Equal(t, []string{"email", "attributes.city"}, fieldsOf(p.Columns))

	s := ledger.NewSchema(fields.DefaultSettings(), []*fields.AttributeDefinition{city}, contacts.Kind, companies.Kind)
	c, faults := contacts.ApplyDraft(s, nil, fields.Draft{"name": "A", "city": "Nairobi", "attributes": map[string]any{"city": "Gulu"}})
	require.Empty(t, faults)
	require.Equal(t, "Nairobi", c.City)
	for name, want := range map[string]string{"city": "Nairobi", "attributes.city": "Gulu"} {
		f, ok := s.Field(name)
		require.True(t, ok)
		require.Equal(t, fields.TextValue(want), contacts.Kind.Value(f, c))
	}
	_, faults = fields.PatchDefinition(city, fields.Draft{"key": "city", "label": "Town"}, s)
	require.Empty(t, faults, "its definition can be changed")
}
