package fields

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func list(number uint32, key string, options ...string) *AttributeDefinition {
	return &AttributeDefinition{Number: number, Key: key, Type: AttributeList, Options: options}
}

func TestSchemaSharesWhatDidNotChange(t *testing.T) {
	definitions := make([]*AttributeDefinition, 200)
	for i := range definitions {
		definitions[i] = list(uint32(i+1), fmt.Sprintf("a%d", i), "Free", "Pro")
	}
	before := NewSchema(sampleNouns, DefaultSettings(), definitions)
	after := before.WithAttribute(list(8, "a7", "Free", "Pro", "Max"))

	built := 0
	for i, a := range after.Attributes() {
		require.Equal(t, uint32(i+1), a.Number, "in order of number")
		if a.choices != before.Attributes()[i].choices {
			built++
		}
	}
	require.Equal(t, 1, built, "indexes of options")
	_, fault := after.coerceOption(after.fields["attributes.a7"], "max")
	require.Empty(t, fault)
	_, fault = before.coerceOption(before.fields["attributes.a7"], "max")
	require.NotEmpty(t, fault, "the schema before is as it was")
	require.Same(t, definitions[7], before.AttributeByNumber(8))
}

func TestSchemaWithAndWithoutAttributes(t *testing.T) {
	first := NewSchema(sampleNouns, DefaultSettings(), []*AttributeDefinition{list(3, "c", "x"), list(5, "e", "x")})
	more := first.WithAttribute(list(4, "d", "x"))
	moved := more.WithAttribute(list(9, "c", "x"))
	fewer := moved.WithoutAttribute(EntityContact, "e")
	zoned := fewer.WithSettings(Settings{TimeZone: "Africa/Nairobi"})

	for _, c := range []struct {
		schema *Schema
		want   []uint32
	}{{first, []uint32{3, 5}}, {more, []uint32{3, 4, 5}}, {moved, []uint32{4, 5, 9}}, {fewer, []uint32{4, 9}}, {zoned, []uint32{4, 9}}} {
		var numbers []uint32
		for _, a := range c.schema.Attributes() {
			numbers = append(numbers, a.Number)
			require.Same(t, a, c.schema.Attribute(a.Key))
			require.Same(t, a, c.schema.AttributeByNumber(a.Number))
		}
		require.Equal(t, c.want, numbers)
		require.Len(t, c.schema.fields, len(sampleFields)+len(c.want))
		require.Len(t, c.schema.numbers, len(c.want))
	}
	require.Equal(t, "Africa/Nairobi", zoned.Zone().String())
	require.Equal(t, "UTC", fewer.Zone().String())
}
