package fields

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
)

// TestSchemasKnowTheSizeOfTheirDefinitions, however they came to be.
func TestSchemasKnowTheSizeOfTheirDefinitions(t *testing.T) {
	list := func(options ...string) *AttributeDefinition {
		return &AttributeDefinition{Number: 1, Key: "tier", Type: AttributeList, Options: options}
	}
	text := &AttributeDefinition{Number: 2, Key: "note", Type: AttributeText, Description: "x"}
	require.Equal(t, 300+len("tier")+2*(3+4), list("gold", "lead").size())
	s := NewSchema(nil, DefaultSettings(), nil).WithAttribute(list("gold")).WithAttribute(text)
	require.Equal(t, list("gold").size()+text.size(), s.size)
	s = s.WithAttribute(list("gold", "silver"))
	require.Equal(t, NewSchema(nil, DefaultSettings(), s.Attributes()).size, s.size)
	require.Equal(t, text.size(), s.WithoutAttribute(EntityContact, "tier").WithSettings(DefaultSettings()).size)
	require.Equal(t, s.size, s.WithoutAttribute(EntityContact, "none").size)
}

// TestLargerDefinitionsOfOldStay, and may be made smaller.
func TestLargerDefinitionsOfOldStay(t *testing.T) {
	options := make([]string, 1_000)
	for i := range options {
		options[i] = strings.Repeat("\U0001F600", 80) + fmt.Sprintf("%05d", i)
	}
	var definitions []*AttributeDefinition
	for i := range 20 {
		definitions = append(definitions, &AttributeDefinition{
			Number: uint32(i + 1), Key: fmt.Sprintf("a%d", i), Label: "Old", Type: AttributeList, Options: options,
		})
	}
	s := NewSchema(nil, DefaultSettings(), definitions)
	before := definitions[3]
	smaller, larger, renamed := *before, *before, *before
	smaller.Options = options[:999]
	larger.Description = "more"
	renamed.Label = "New"
	require.NoError(t, s.CheckSize(before, &smaller))
	require.NoError(t, s.CheckSize(before, &renamed))
	require.Equal(t, fault.KindConflict, fault.KindOf(s.CheckSize(before, &larger)))
	require.Equal(t, fault.KindConflict, fault.KindOf(s.CheckSize(nil, &AttributeDefinition{Key: "one", Type: AttributeText})))
}
