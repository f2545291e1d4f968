package app

import (
	"encoding/json"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
)

// rules are the rules of a filter that a value passes, and hardly another.
func rules(f fields.Field, value any) []object {
	rule := func(operator string, value any) object {
		return object{"field": f.Name, "operator": operator, "value": value}
	}
	switch f.Type {
	case fields.FieldMany:
		return []object{rule("all_of", value)}
	case fields.FieldDate, fields.FieldInstant:
		return []object{rule("gte", value), rule("lte", value)}
	}
	return []object{rule("eq", value)}
}

// filter is a filter on a field that the kind has.
func (f *fieldTest) filter(name string, value any) string {
	field, known := f.Store.Schema().Of(f.kind.entity).Field(name)
	require.True(f.t, known, name)
	text, err := json.Marshal(object{"combinator": "and", "rules": rules(field, value)})
	require.NoError(f.t, err)
	return string(text)
}

// testColumns demands that the record passes a filter on its value and not on another
// one, that it is counted under the value, and stands in the order of the field.
func (f *fieldTest) testColumns(record object, other any) {
	f.t.Helper()
	if f.kind.unlisted {
		return
	}
	value := asked(valueIn(record, f.field.Name))
	other = asked(other)
	require.True(f.t, f.passes(f.kind.entity, f.kind.path, record[f.kind.key()], f.field, value), "it does not pass a filter on %v", value)
	if other != nil {
		require.False(f.t, f.passes(f.kind.entity, f.kind.path, record[f.kind.key()], f.field, other), "it passes a filter on %v", other)
	}
	f.testCounted(f.kind.path, f.filter(f.kind.key(), record[f.kind.key()]), f.field.Name, value)
	f.testSorted(record)
}

// asked is a value as filters and facets have it: of identities, channel:source_id.
func asked(value any) any {
	list, _ := value.([]any)
	for i := range list {
		if identity, is := list[i].(object); is {
			list = slices.Clone(list)
			list[i] = identity["channel"].(string) + ":" + identity["source_id"].(string)
			value = list
		}
	}
	return value
}

// testCounted demands that a facet of a field counts the value of the only one who passes a
// filter.
func (f *fieldTest) testCounted(path, filter, name string, value any) {
	f.t.Helper()
	counted := f.call("POST", path+"/count", object{"filter": json.RawMessage(filter), "facets": []any{name}}, 200)
	facet := counted["facets"].(object)[name].(object)
	if list, is := value.([]any); is {
		value = list[0]
	}
	is := slices.ContainsFunc(facet["values"].([]any), func(v any) bool { return toText(v.(object)["value"]) == toText(value) })
	require.True(f.t, is, "facets do not count it: %v", facet)
}

// testJoined demands that the contacts of a company pass filters on the field of the
// company, are counted under it and can be sorted by it.
func (f *fieldTest) testJoined(company object) {
	if f.kind.entity != fields.EntityCompany {
		return
	}
	const path = "/v1/contacts"
	one := f.call("POST", path, object{"name": "Colleague", "company_id": company["id"]}, 201)
	company = f.call("GET", f.kind.pathOf(company), nil, 200) // which has a contact more
	value, name := valueIn(company, f.field.Name), "company."+f.field.Name
	field, known := f.Store.Schema().Field(name)
	require.True(f.t, known, name)
	require.True(f.t, f.passes(fields.EntityContact, path, one["id"], field, value), "its contacts do not pass a filter on %s %v", name, value)
	filter := toText(object{"combinator": "and", "rules": rules(f.idOf(fields.EntityContact), one["id"])})
	f.testCounted(path, filter, name, value)
	if _, unsorted := f.kind.notSorted[f.field.Name]; !unsorted {
		f.call("GET", query(path, "sort", name, "limit", "1"), nil, 200)
	}
}

// passes reports whether the record with an id, or another key, passes a filter on a value of a field.
func (f *fieldTest) passes(entity fields.Entity, path string, id any, field fields.Field, value any) bool {
	f.t.Helper()
	both := append(rules(f.idOf(entity), id), rules(field, value)...)
	counted := f.call("POST", path+"/count", object{"filter": object{"combinator": "and", "rules": both}}, 200)
	return counted["count"] == 1.0
}

func (f *fieldTest) idOf(entity fields.Entity) fields.Field {
	name := "id"
	if entity == f.kind.entity {
		name = f.kind.key()
	}
	field, known := f.Store.Schema().Of(entity).Field(name)
	require.True(f.t, known)
	return field
}

// testSorted demands that both orders of the field put the records in rows of one value
// each, one order the other way round.
func (f *fieldTest) testSorted(record object) {
	f.t.Helper()
	_, unsorted := f.kind.notSorted[f.field.Name]
	if unsorted {
		f.send("GET", query(f.kind.path, "sort", f.field.Name), "application/json", nil, 422)
		return
	}
	rising, falling := f.order(f.field.Name), f.order("-"+f.field.Name)
	require.Contains(f.t, rising, toText(valueIn(record, f.field.Name)), "sorted")
	slices.Reverse(falling)
	require.Equal(f.t, rising, falling, "sorted")
	require.Len(f.t, slices.Compact(slices.Sorted(slices.Values(rising))), len(rising), "sorted: equal values stand together")
}

// order are the values of all records in an order, those without left out, equal ones once.
func (f *fieldTest) order(sort string) (values []string) {
	f.t.Helper()
	list := f.call("GET", query(f.kind.path, "sort", sort, "limit", "1000"), nil, 200)
	for _, r := range list[f.collection()].([]any) {
		if value := valueIn(r.(object), f.field.Name); value != nil {
			values = append(values, toText(value))
		}
	}
	return slices.Compact(values)
}

func (f *fieldTest) collection() string { return f.kind.path[len("/v1/"):] }
