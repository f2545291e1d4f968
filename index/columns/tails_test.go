package columns

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

func TestTailsSpareLooks(t *testing.T) {
	c := newTextColumn(fields.CanonicalEmail)
	c.tails = newTails('@')
	for row := range uint32(100) {
		c.set(row+1, fields.TextValue(fmt.Sprintf("Ann%d@Example.%d", row, row%3)))
	}
	c.set(2, fields.TextValue("ann@example.0@b")) // the last mark counts
	c.set(3, fields.TextValue("nobody"))
	c.set(5, fields.Value{})

	field := fields.Field{Name: "email", Type: fields.FieldEmail}
	match := func(o filter.Operator, part string) (tails []bool, rows uint64) {
		p := newTextPart(&filter.Rule{Field: field, Operator: o, Values: []fields.Value{fields.TextValue(part)}})
		return c.tails.with(p, 100), c.matchText(query{work: newWork(nil)}, p).rows.GetCardinality()
	}
	for _, test := range []struct {
		operator filter.Operator
		part     string
		tails    int
		rows     uint64
	}{
		{filter.Contains, "example", 3, 98},
		{filter.Contains, "e.1", 1, 31},
		{filter.EndsWith, "@example.0", 1, 34},
		{filter.Contains, "e.0", 1, 35}, // and one before the last mark
		{filter.Contains, "b", 1, 2},
		{filter.Contains, "ann", 0, 98},
		{filter.StartsWith, "@", 0, 0},
	} {
		tails, rows := match(test.operator, test.part)
		found := 0
		for _, has := range tails {
			if has {
				found++
			}
		}
		require.Equal(t, test.tails, found, test.part)
		require.Equal(t, test.rows, rows, test.part)
	}
	for row := range uint32(100) {
		c.set(row+1, fields.Value{})
	}
	require.Zero(t, c.tails.texts.live())
}
