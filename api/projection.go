package api

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// projection is which fields of contacts are shown.
type projection struct {
	all    *renderer // of whole contacts, nil when fields were chosen
	fields []fields.Field
}

// project checks names of fields against a schema; none are all.
func project(schema *fields.Schema, names []string) (*projection, error) {
	if len(names) == 0 {
		return whole(schema), nil
	}
	p := &projection{}
	var d wire.Decoder
	asked := map[string]bool{}
	for i, name := range names {
		field, known := schema.Field(strings.TrimSpace(name))
		switch {
		case !known || field.Type == fields.FieldSegment || ofCompanyOnly(field):
			d.Fault("fields", "must be names of fields, like email or attributes.tier; number %d is none", i+1)
		case asked[field.Name]:
			d.Fault("fields", "must not have a field twice; number %d is", i+1)
		}
		asked[field.Name] = true
		p.fields = append(p.fields, field)
	}
	return p, d.Err()
}

// ofCompanyOnly reports whether a field is one of the company that no contact shows.
func ofCompanyOnly(f fields.Field) bool {
	_, of := f.OfCompany()
	return of && f.Name != "company.name"
}

// with returns the projection with a field more, if it has not got it.
func (p *projection) with(schema *fields.Schema, name string) *projection {
	field, known := schema.Field(name)
	if !known || slices.Contains(p.names(), name) {
		return p
	}
	more := *p
	more.fields = append(slices.Clone(p.fields), field)
	return &more
}

// whole shows every field.
func whole(schema *fields.Schema) *projection {
	return &projection{all: newRenderer(schema), fields: everyField(schema)}
}

func everyField(schema *fields.Schema) []fields.Field {
	var all []fields.Field
	for _, field := range contacts.StandardFields {
		if field.Type != fields.FieldSegment {
			all = append(all, field)
		}
	}
	for _, attribute := range schema.Shown() {
		if field, ok := schema.Field(fields.AttributePrefix + attribute.Key); ok {
			all = append(all, field)
		}
	}
	return all
}

// row is a contact with the fields that are shown, in the shape of a whole one,
// and its id.
func (p *projection) row(c *contacts.Contact, company *contacts.Company) any {
	if p.all != nil {
		return p.all.contact(c, company)
	}
	row := map[string]any{"id": c.ID.String()}
	if c.Blocked {
		row["blocked"] = true // chosen or not: whoever pulls a list must see it
	}
	for _, field := range p.fields {
		outer, name := place(field)
		object := row
		if outer != "" {
			if row[outer] == nil && (outer == "attributes" || company != nil) {
				row[outer] = map[string]any{}
			}
			object, _ = row[outer].(map[string]any)
		}
		v := contacts.ValueOf(field, c, company)
		switch {
		case !v.IsMissing():
			object[name] = field.JSON(v)
		case field.Type == fields.FieldMany && field.Attribute == nil:
			object[name] = []string{}
		}
	}
	return row
}

// place is where in a contact a field stands: the member, and the object it is
// in, "" for the contact itself.
func place(field fields.Field) (outer, name string) {
	switch {
	case field.Attribute != nil:
		return "attributes", field.Attribute.Key
	case field.Name == "company_id":
		return "company", "id"
	case field.Name == "company.name":
		return "company", "name"
	}
	return "", field.Name
}

// names are the fields as a head of columns.
func (p *projection) names() []string {
	names := make([]string, len(p.fields))
	for i, field := range p.fields {
		names[i] = field.Name
	}
	return names
}

// memberRow is one contact in a list whose fields can be chosen.
type memberRow struct{ contact any }

// MarshalJSON writes the fields that were chosen.
func (r memberRow) MarshalJSON() ([]byte, error) { return json.Marshal(r.contact) }

// Schema describes a contact of which only the id is certain.
func (memberRow) Schema(r huma.Registry) *huma.Schema {
	contact, company := huma.SchemaFromType(r, reflect.TypeFor[contactBody]()), huma.SchemaFromType(r, reflect.TypeFor[companyBody]())
	contact.Required, company.Required = []string{"id"}, nil
	contact.Properties["company"] = company
	return contact
}
