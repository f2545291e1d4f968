package filter_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// A filter is decoded against a schema, and asked of one contact. The columns of the
// index answer the same of all contacts at once.
func ExampleMatch() {
	d := filter.Decoder{Schema: ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind)}
	f, err := d.Decode([]byte(`{"combinator": "and", "rules": [
		{"field": "country", "operator": "eq", "value": "KE"},
		{"field": "city", "operator": "ne", "value": "nairobi"}
	]}`), "filter")
	if err != nil {
		fmt.Println(err)
		return
	}
	env := filter.Env{Now: time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC), Zone: time.UTC}
	for _, c := range []contacts.Contact{
		{Name: "Ada", Country: "KE", City: "Nairobi"},
		{Name: "Ben", Country: "KE", City: "Kisumu"},
		{Name: "Cleo", Country: "KE"}, // a missing city is not Nairobi
		{Name: "Dan", Country: "UG"},
	} {
		fmt.Println(c.Name, filter.Match(f.Root, contacts.Kind.Facts(&c), env))
	}
	// Output:
	// Ada false
	// Ben true
	// Cleo true
	// Dan false
}

// What is wrong with a filter is said of each place, and repeats no value.
func ExampleDecoder_Decode() {
	d := filter.Decoder{Schema: ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind)}
	_, err := d.Decode(json.RawMessage(`{"combinator": "and", "rules": [{"field": "city", "operator": "gt", "value": "x"}]}`), "filter")
	for _, fault := range err.(*fault.Error).Faults {
		fmt.Println(fault.Path)
	}
	// Output:
	// filter.rules[0].operator
}
