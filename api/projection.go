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
		case !known:
			meant := schema.Meant(strings.TrimSpace(name), fields.IsShown)
			d.Fault("fields", "must be names of fields, like email or attributes.tier; number %d is none%s", i+1, fields.DidYouMean(meant))
		case !fields.IsShown(field):
			d.Fault("fields", "%s; number %d is one", field.NotShown(), i+1)
		case asked[field.Name]:
			d.Fault("fields", "must not have a field twice; number %d is", i+1)
		}
		asked[field.Name] = true
		p.fields = append(p.fields, field)
	}
	return p, d.Err()
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
		if field.Type.HasValues() {
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
func (p *projection) row(of person) any {
	if p.all != nil {
		return p.all.person(of)
	}
	row := map[string]any{"id": of.contact.ID.String()}
	if of.contact.Blocked {
		row["blocked"] = true // chosen or not: whoever pulls a list must see it
	}
	facts := of.facts()
	for _, field := range p.fields {
		object := row
		if outer, ok := outerOf(field); ok {
			if of.company == nil {
				continue
			}
			object = member(row, outer)
		}
		name := field.Plain()
		if field.Name == "company_id" {
			name = "id"
		}
		if field.Attribute != nil {
			object, name = member(object, "attributes"), field.Attribute.Key
		}
		v := facts.Value(field)
		if channel, ok := strings.CutPrefix(field.Name, contacts.ConsentPrefix); ok && field.Attribute == nil && !v.IsMissing() {
			object, name = member(row, "consent"), channel
		}
		switch {
		case !v.IsMissing():
			object[name] = shown(field, v)
		case field.Type == fields.FieldMany && field.Attribute == nil:
			object[name] = []string{}
		}
	}
	return row
}

// outerOf is the member of a contact whose object has a field, false for a field of the
// contact itself.
func outerOf(field fields.Field) (string, bool) {
	_, ofCompany := field.OfCompany()
	return "company", ofCompany || field.Name == "company_id"
}

// member is the object that another one has as a member; it is made if there is none.
func member(object map[string]any, name string) map[string]any {
	inner, _ := object[name].(map[string]any)
	if inner == nil {
		inner = map[string]any{}
		object[name] = inner
	}
	return inner
}

// weightOfCompanies is what the fields of companies add to a list of people, at most.
func (p *projection) weightOfCompanies(people []person) (n int64) {
	ofCompany := func(f fields.Field) bool {
		_, of := f.OfCompany()
		return of && f.Name != "company.name"
	}
	if !slices.ContainsFunc(p.fields, ofCompany) {
		return 0
	}
	for _, one := range people {
		if one.company != nil {
			n += int64(one.company.Size())
		}
	}
	return n
}

// showsCompany reports whether something of the company is shown.
func (p *projection) showsCompany() bool {
	return p.all != nil || slices.ContainsFunc(p.fields, func(f fields.Field) bool {
		_, of := outerOf(f)
		return of
	})
}

// shows reports whether a field of contacts is shown.
func (p *projection) shows(name string) bool {
	return p.all != nil || slices.ContainsFunc(p.fields, func(f fields.Field) bool { return f.Name == name })
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

// Schema describes a contact of which only the id is certain. It may have any field of its
// company.
func (memberRow) Schema(r huma.Registry) *huma.Schema {
	contact, company := huma.SchemaFromType(r, reflect.TypeFor[contactBody]()), huma.SchemaFromType(r, reflect.TypeFor[wholeCompany]())
	contact.Required, company.Required = []string{"id"}, nil
	contact.Properties["company"] = company
	return contact
}
