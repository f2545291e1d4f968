package contacts

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// largeOptions are 1,000 options of 325 bytes each.
func largeOptions() []any {
	list := make([]any, 1_000)
	for i := range list {
		list[i] = strings.Repeat("\U0001F600", 80) + fmt.Sprintf("%05d", i)
	}
	return list
}

func TestDefinitionsAreBoundedTogether(t *testing.T) {
	w := newWorkbench(t)
	large := largeOptions()
	for i := range 6 {
		w.define(Draft{"key": fmt.Sprintf("a%d", i), "type": "list", "options": large})
	}
	_, err := w.DefineAttribute(t.Context(), tester, Draft{"key": "b", "type": "list", "options": large})
	refused := problem(t, KindConflict, err)
	require.Equal(t, "attributes-too-large", refused.Type)
	require.Contains(t, refused.Message, "at most 2097152 bytes together")
	require.Nil(t, w.store.Schema().Attribute("b"))

	w.define(Draft{"key": "b", "type": "list", "options": large[:300]})
	head := w.store.Head()
	_, err = w.UpdateAttribute(t.Context(), tester, "b", Draft{"options": large[:500]}, 0)
	require.Equal(t, "attributes-too-large", problem(t, KindConflict, err).Type)
	require.Equal(t, head, w.store.Head(), "what is refused changes nothing")
	require.Len(t, w.store.Schema().Attribute("b").Options, 300)
	_, err = w.UpdateAttribute(t.Context(), tester, "a0", Draft{"options": large[:500]}, 0)
	require.NoError(t, err)
	_, err = w.UpdateAttribute(t.Context(), tester, "b", Draft{"options": large[:500]}, 0)
	require.NoError(t, err, "there is room again")
	_, err = w.DeleteAttribute(t.Context(), tester, "a1", 0)
	require.NoError(t, err)
	w.define(Draft{"key": "c", "type": "list", "options": large})
}

// TestSchemasKnowTheSizeOfTheirDefinitions, however they came to be.
func TestSchemasKnowTheSizeOfTheirDefinitions(t *testing.T) {
	list := func(options ...string) *AttributeDefinition {
		return &AttributeDefinition{Number: 1, Key: "tier", Type: AttributeList, Options: options}
	}
	text := &AttributeDefinition{Number: 2, Key: "note", Type: AttributeText, Description: "x"}
	require.Equal(t, 300+len("tier")+2*(3+4), list("gold", "lead").size())
	s := NewSchema(DefaultSettings(), nil).WithAttribute(list("gold")).WithAttribute(text)
	require.Equal(t, list("gold").size()+text.size(), s.size)
	s = s.WithAttribute(list("gold", "silver"))
	require.Equal(t, NewSchema(DefaultSettings(), s.Attributes()).size, s.size)
	require.Equal(t, text.size(), s.WithoutAttribute("tier").WithSettings(DefaultSettings()).size)
	require.Equal(t, s.size, s.WithoutAttribute("none").size)
}

// TestLargerDefinitionsOfOldStay, and may be made smaller.
func TestLargerDefinitionsOfOldStay(t *testing.T) {
	options := make([]string, 1_000)
	for i, option := range largeOptions() {
		options[i] = option.(string)
	}
	var definitions []*AttributeDefinition
	for i := range 20 {
		definitions = append(definitions, &AttributeDefinition{
			Number: uint32(i + 1), Key: fmt.Sprintf("a%d", i), Label: "Old", Type: AttributeList, Options: options,
		})
	}
	s := NewSchema(DefaultSettings(), definitions)
	before := definitions[3]
	smaller, larger, renamed := *before, *before, *before
	smaller.Options = options[:999]
	larger.Description = "more"
	renamed.Label = "New"
	require.NoError(t, s.checkSize(before, &smaller))
	require.NoError(t, s.checkSize(before, &renamed))
	problem(t, KindConflict, s.checkSize(before, &larger))
	problem(t, KindConflict, s.checkSize(nil, &AttributeDefinition{Key: "one", Type: AttributeText}))
}
