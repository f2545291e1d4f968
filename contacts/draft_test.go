package contacts

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

func apply(t *testing.T, s *fields.Schema, base *Contact, d fields.Draft) *Contact {
	t.Helper()
	c, faults := ApplyDraft(s, base, d)
	require.Empty(t, faults)
	return c
}

func TestApplySetsEveryField(t *testing.T) {
	s := testSchema(t)
	c := apply(t, s, nil, fields.Draft{
		"type": "customer", "name": "Ada", "first_name": "Augusta", "last_name": "King",
		"email": "Ada@Example.com", "phone": "0712345678", "identifier": "u-1", "country": "gb", "city": "London",
		"labels": []any{"vip"}, "channels": []any{"email"},
		"created_at": "2020-01-02T03:04:05Z", "last_seen_at": "2021-01-02T03:04:05.678+03:00",
		"attributes": map[string]any{"mrr": json.Number("9.5"), "notes": "x", "since": "2020-01-01", "vip": nil},
	})
	require.Equal(t, &Contact{
		Type: TypeCustomer, Name: "Ada", FirstName: "Augusta", LastName: "King",
		Email: "Ada@Example.com", Phone: "+254712345678", Identifier: "u-1", Country: "GB", City: "London",
		Labels: []string{"vip"}, Channels: []string{"email"},
		CreatedAt:  time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC),
		LastSeenAt: time.Date(2021, 1, 2, 0, 4, 5, 678e6, time.UTC),
		Attributes: fields.Attributes{{Number: 1, Value: fields.TextValue("x")}, {Number: 3, Value: fields.IntValue(950)}, {Number: 6, Value: fields.IntValue(18262)}},
	}, c)
}

func TestApplyReportsEveryFault(t *testing.T) {
	s := testSchema(t)
	_, faults := ApplyDraft(s, nil, fields.Draft{
		"email": "none", "phone": true, "country": "XX", "id": "x", "updated_at": nil, "version": 3, "surprise": 1,
		"company": "Acme", "company_id": "x", "labels": json.Number("1"),
		"attributes": map[string]any{"mrr": "x", "made_up": 1},
	})
	require.Equal(t, []string{
		"", "attributes", "attributes.mrr", "company_id", "country", "email", "id", "labels", "phone", "updated_at", "version",
	}, paths(faults))
}

func TestApplyName(t *testing.T) {
	s := testSchema(t)
	composed := apply(t, s, nil, fields.Draft{"first_name": "Ada", "last_name": "King"})
	require.Equal(t, "Ada King", composed.Name)
	explicit := apply(t, s, nil, fields.Draft{"first_name": "Ada", "name": "Countess"})

	cases := []struct {
		about string
		base  *Contact
		draft fields.Draft
		want  string
	}{
		{"a composed name follows", composed, fields.Draft{"last_name": "Lovelace"}, "Ada Lovelace"},
		{"also when a part goes", composed, fields.Draft{"first_name": nil}, "King"},
		{"an explicit one stays", explicit, fields.Draft{"last_name": "Lovelace"}, "Countess"},
		{"an explicit one wins", composed, fields.Draft{"name": "Countess", "first_name": "A"}, "Countess"},
		{"a removed one is composed", explicit, fields.Draft{"name": nil}, "Ada"},
		{"a removed composed one too", composed, fields.Draft{"name": " "}, "Ada King"},
		{"only a last name", nil, fields.Draft{"last_name": "King"}, "King"},
		{"none is needed with an identity", nil, fields.Draft{"identifier": "1"}, ""},
	}
	for _, c := range cases {
		require.Equal(t, c.want, apply(t, s, c.base, c.draft).Name, c.about)
	}
	const required = "must be given, because the contact has no email, phone, identifier or identity"
	for _, c := range []struct {
		base  *Contact
		draft fields.Draft
	}{
		{nil, fields.Draft{}},
		{nil, fields.Draft{"name": " ", "city": "Nairobi"}},
		{composed, fields.Draft{"first_name": nil, "last_name": nil}},
		{apply(t, s, nil, fields.Draft{"email": "a@b.example"}), fields.Draft{"email": nil}},
	} {
		_, faults := ApplyDraft(s, c.base, c.draft)
		require.Equal(t, []fault.Fault{{Path: "name", Detail: required}}, faults, "%v", c.draft)
	}
}

func TestApplyType(t *testing.T) {
	s := testSchema(t)
	visitor := apply(t, s, nil, fields.Draft{"name": "Ada"})
	customer := apply(t, s, nil, fields.Draft{"email": "a@b.example", "type": "customer"})
	cases := []struct {
		about string
		base  *Contact
		draft fields.Draft
		want  Type
	}{
		{"nobody known", nil, fields.Draft{"name": "Ada"}, TypeVisitor},
		{"any identity", nil, fields.Draft{"identifier": "1"}, TypeLead},
		{"null is no type", nil, fields.Draft{"phone": "0712345678", "type": nil}, TypeLead},
		{"a sent visitor with an identity", nil, fields.Draft{"email": "a@b.example", "type": "visitor"}, TypeLead},
		{"a sent lead without one", nil, fields.Draft{"name": "Ada", "type": "lead"}, TypeLead},
		{"an identity that comes later", visitor, fields.Draft{"email": "a@b.example"}, TypeLead},
		{"a customer stays", customer, fields.Draft{"email": nil, "name": "Ada"}, TypeCustomer},
		{"an identified one cannot become a visitor", customer, fields.Draft{"type": "visitor"}, TypeLead},
	}
	for _, c := range cases {
		require.Equal(t, c.want, apply(t, s, c.base, c.draft).Type, c.about)
	}
	_, faults := ApplyDraft(s, customer, fields.Draft{"type": nil})
	require.Equal(t, []fault.Fault{{Path: "type", Detail: "must not be emptied"}}, faults)
}

func TestApplyCreatedAt(t *testing.T) {
	s := testSchema(t)
	base := apply(t, s, nil, fields.Draft{"name": "Ada", "created_at": "2020-01-02T03:04:05Z"})
	_, faults := ApplyDraft(s, base, fields.Draft{"created_at": "2020-01-02T03:04:06Z"})
	require.Equal(t, []fault.Fault{{Path: "created_at", Detail: "can be sent only when the contact is created"}}, faults)
	_, faults = ApplyDraft(s, base, fields.Draft{"created_at": nil})
	require.Equal(t, []string{"created_at"}, paths(faults))
	apply(t, s, base, fields.Draft{"created_at": "2020-01-02T04:04:05+01:00"}) // the same instant
}

func TestApplyMergesAttributes(t *testing.T) {
	s := testSchema(t)
	base := apply(t, s, nil, fields.Draft{"name": "Ada", "labels": []any{"a", "b"}, "attributes": map[string]any{
		"notes": "x", "score": json.Number("1"), "tier": "Free",
	}})
	got := apply(t, s, base, fields.Draft{"labels": []any{"c"}, "attributes": map[string]any{
		"score": nil, "mrr": json.Number("2"), "tier": "12", "vip": true,
	}})
	require.Equal(t, fields.Attributes{{Number: 1, Value: fields.TextValue("x")}, {Number: 3, Value: fields.IntValue(200)}, {Number: 7, Value: fields.TextValue("12")}, {Number: 9, Value: fields.BoolValue(true)}}, got.Attributes)
	require.Equal(t, []string{"c"}, got.Labels)
	require.Len(t, base.Attributes, 3, "the base is left alone")

	require.Empty(t, apply(t, s, base, fields.Draft{"attributes": nil}).Attributes)
	require.Empty(t, apply(t, s, base, fields.Draft{"labels": []any{}}).Labels)
	_, faults := ApplyDraft(s, base, fields.Draft{"attributes": []any{}})
	require.Equal(t, []fault.Fault{{Path: "attributes", Detail: "must be an object"}}, faults)
}

func TestApplyCompany(t *testing.T) {
	s := testSchema(t)
	const id = "019a0000-0000-7000-8000-000000000001"
	cases := []struct {
		draft fields.Draft
		path  string
		want  companyChange
	}{
		{fields.Draft{"company": " Acme "}, "", companyChange{name: "Acme", path: "company"}},
		{fields.Draft{"company": map[string]any{"name": "Acme"}}, "", companyChange{name: "Acme", path: "company.name"}},
		{fields.Draft{"company": nil}, "", companyChange{clear: true}},
		{fields.Draft{"company": ""}, "", companyChange{clear: true}},
		{fields.Draft{"company_id": nil}, "", companyChange{clear: true}},
		{fields.Draft{}, "", companyChange{}},
		{fields.Draft{"company": []any{"Acme"}}, "company", companyChange{}},
		{fields.Draft{"company": "\u0301"}, "company", companyChange{}},
		{fields.Draft{"company": map[string]any{}}, "company", companyChange{}},
		{fields.Draft{"company": map[string]any{"id": id, "name": "Acme"}}, "", companyChange{id: uuid.MustParse(id)}},
		{fields.Draft{"company": map[string]any{"id": id, "name": json.Number("1")}}, "", companyChange{id: uuid.MustParse(id)}},
		{fields.Draft{"company": map[string]any{"id": nil, "name": "Acme"}}, "", companyChange{name: "Acme", path: "company.name"}},
		{fields.Draft{"company": map[string]any{"id": nil}}, "", companyChange{clear: true}},
		{fields.Draft{"company": map[string]any{"id": id, "name": "Acme", "city": "Nairobi"}}, "company", companyChange{}},
		{fields.Draft{"company": map[string]any{"surprise": "Acme"}}, "company", companyChange{}},
		{fields.Draft{"company": map[string]any{"id": "x"}}, "company.id", companyChange{}},
		{fields.Draft{"company_id": "x"}, "company_id", companyChange{}},
		{fields.Draft{"company_id": id, "company": "Acme"}, "company_id", companyChange{}},
		{fields.Draft{"company_id": nil, "company": nil}, "company_id", companyChange{}},
		{fields.Draft{"company_id": json.Number("1")}, "company_id", companyChange{}},
		{fields.Draft{"company": strings.Repeat("a", 256)}, "company", companyChange{}},
	}
	for _, c := range cases {
		p, faults := NewPatch(s, c.draft)
		if c.path != "" {
			require.Equal(t, []string{c.path}, paths(faults), "%v", c.draft)
			continue
		}
		require.Empty(t, faults, "%v", c.draft)
		require.Equal(t, c.want, p.company, "%v", c.draft)
	}
	p, faults := NewPatch(s, fields.Draft{"company_id": id})
	require.Empty(t, faults)
	require.Equal(t, id, p.company.id.String())
}

func TestApplyBoundsTheWholeContact(t *testing.T) {
	attributes := make([]*fields.AttributeDefinition, 70)
	values := map[string]any{}
	for i := range attributes {
		key := "a" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		attributes[i] = &fields.AttributeDefinition{Number: uint32(i + 1), Key: key, Type: fields.AttributeText}
		values[key] = strings.Repeat("x", fields.MaxTextLength)
	}
	_, faults := ApplyDraft(ledger.NewSchema(fields.DefaultSettings(), attributes, Kind, companies.Kind), nil, fields.Draft{"name": "Ada", "attributes": values})
	require.Equal(t, []fault.Fault{{Path: "", Detail: "must have at most 256 KiB of text"}}, faults)
}
