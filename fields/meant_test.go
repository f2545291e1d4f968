package fields

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAVeryLongNameMeansNothing(t *testing.T) {
	require.Empty(t, Meant(strings.Repeat("x", 1<<20), []string{strings.Repeat("x", 1<<20)}))
}

// TestNobodyMeantWhatTheyWrote: a name that is refused is not suggested, nor is another that would be refused.
func TestNobodyMeantWhatTheyWrote(t *testing.T) {
	require.Equal(t, "segments", Meant("segment", []string{"segment", "segments"}))
	require.Empty(t, Meant("segment", []string{"segment", "city"}))
	schema := NewSchema([]Noun{{Entity: EntityContact, Fields: []Field{{Name: "segment", Type: FieldSegment}, {Name: "cities"}}}}, DefaultSettings(), nil)
	require.Equal(t, "segment", schema.Meant("segmnt", nil))
	require.Empty(t, schema.Meant("segmnt", IsShown))
	require.Equal(t, "cities", schema.Meant("citis", IsShown))
}

func TestNamesThatAreNearlyFields(t *testing.T) {
	standard := []Noun{
		{Entity: EntityContact, Fields: []Field{{Name: "name"}, {Name: "city"}, {Name: "labels"}, {Name: "company_id"}, {Name: "company.name"}}},
		{Entity: EntityCompany, Fields: []Field{
			{Name: "name"}, {Name: "city"}, {Name: "labels"}, {Name: "domains"},
			{Name: "contacts_count", Standard: &Standard{Access: InFilters}},
		}},
	}
	schema := NewSchema(standard, DefaultSettings(), []*AttributeDefinition{
		{Number: 1, Key: "tier", Type: AttributeText, Entity: EntityCompany},
		{Number: 2, Key: "badge", Type: AttributeText},
	})
	for written, meant := range map[string]string{
		"company": "company.name", "company.tier": "company.attributes.tier", "tier": "company.attributes.tier",
		"domain": "company.domains", "company.domain": "company.domains", "badge": "attributes.badge",
		"contacts_count": "company.contacts_count", "attributes.city": "city", "Name": "name", "atributes.badge": "attributes.badge", "attributes.bagde": "attributes.badge",
		"label": "labels", "date": "", "": "", "shoe_size": "",
		"tags": "labels", "Full_Name": "name", "company.tags": "company.labels", "organisation": "company.name", "town": "city", "attributes.tags": "labels", "email_address": "",
	} {
		require.Equal(t, meant, schema.Meant(written, nil), "of contacts: %s", written)
	}
	for written, meant := range map[string]string{
		"company": "name", "company.name": "name", "company.labels": "labels", "company.tier": "attributes.tier", "company.attributes.tier": "attributes.tier",
		"tier": "attributes.tier", "domain": "domains", "badge": "", "tags": "labels", "organization": "name",
	} {
		require.Equal(t, meant, schema.Of(EntityCompany).Meant(written, nil), "of companies: %s", written)
	}
	require.Contains(t, schema.Elsewhere(EntityCompany, "attributes.badge"), "of contacts")
	require.Contains(t, schema.Elsewhere(EntityCompany, "company_id"), "of contacts")
	require.Empty(t, schema.Elsewhere(EntityCompany, "company.name"))
	require.Empty(t, schema.Elsewhere(EntityContact, "attributes.tier"))
}
