package fields

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
)

// TestNounsHaveTheirOwnWords: a schema says what there is in the words of its kinds.
func TestNounsHaveTheirOwnWords(t *testing.T) {
	s := NewSchema([]Noun{
		{Entity: EntityContact, Plural: "contacts", Defined: true, RefersTo: []Entity{"boat"}},
		{Entity: "boat", Plural: "boats", Defined: true, Reserved: []string{"crew"}},
		{Entity: "note", Plural: "notes"},
	}, DefaultSettings(), []*AttributeDefinition{
		{Number: 1, Key: "berth", Type: AttributeText, Entity: "boat"}, {Number: 2, Key: "tier", Type: AttributeText},
	})
	require.Equal(t, []Entity{EntityContact, "boat"}, s.Defined())
	require.Equal(t, "has a key that is an attribute of boats, and none of contacts; set it on the boat", s.OfAnother(EntityContact, "berth"))
	require.Equal(t, "has a key that is an attribute of contacts, and none of boats; set it on the contacts", s.OfAnother("boat", "tier"))
	require.Empty(t, s.OfAnother("boat", "berth"))
	require.Equal(t, "There is no such attribute of contacts. There is one of boats: ask with entity=boat.", s.NoAttribute(EntityContact, "berth").Error())
	for d, want := range map[*Draft]fault.Fault{
		{"key": "crew", "type": "text", "entity": "boat"}: {Path: "key", Detail: "must not be the name of a standard field"},
		{"key": "crew", "type": "text", "entity": "note"}: {Path: "entity", Detail: "must be contact or boat"},
	} {
		_, faults := ReadDefinition(*d, s)
		require.Equal(t, []fault.Fault{want}, faults)
	}
	_, faults := ReadDefinition(Draft{"key": "crew", "type": "text"}, s)
	require.Empty(t, faults, "contacts may have one")
}
