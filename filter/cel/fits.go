package cel

import (
	"slices"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// fits reports whether the field of a rule has its operator. If not, it adds a fault that says how to write
// what the field has. Of a field that there is not, the decoder tells.
func (r *reader) fits(n *rule, in scope) bool {
	f, known := r.decoder.Field(in.of, n.field.text)
	if !known || slices.Contains(filter.Operators(f), n.operator.text) {
		return true
	}
	r.fault(n.operator.at, instead(f))
	return false
}

// instead says how the operators of a field are written.
func instead(f fields.Field) string {
	switch f.Type {
	case fields.FieldMany:
		return `this field holds several values: write "a" in field for ==, !("a" in field) for !=, and field.any_of(["a", "b"]) for in`
	case fields.FieldSegment:
		return "write field in [...], with the ids of segments in quotes, and !(field in [...]) for the opposite"
	case fields.FieldRelated:
		return "this field is about related records: " + anyOfThem + ", and field.count() >= 2 for a number of them"
	}
	return "is not an operator of this field, which has " + strings.Join(written(filter.Operators(f)), ", ")
}

// written lists how operators are written, without those that are written with ! and another one.
func written(operators []string) (list []string) {
	for _, word := range operators {
		text := symbols[word]
		if m := slices.IndexFunc(methods, func(m method) bool { return m.operator == word }); m >= 0 {
			text = methods[m].name
		}
		switch word {
		case "ne":
			text = "!="
		case "in":
			text = "in"
		case "exists":
			text = "has(field)"
		}
		if text != "" && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}
