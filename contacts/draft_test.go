package contacts

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func apply(t *testing.T, s *Schema, base *Contact, d Draft) *Contact {
	t.Helper()
	c, faults := s.Apply(base, d)
	require.Empty(t, faults)
	return c
}

func TestApplySetsEveryField(t *testing.T) {
	s := testSchema(t)
	c := apply(t, s, nil, Draft{
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
		Attributes: Attributes{{1, TextValue("x")}, {3, IntValue(950)}, {6, IntValue(18262)}},
	}, c)
}

func TestApplyReportsEveryFault(t *testing.T) {
	s := testSchema(t)
	_, faults := s.Apply(nil, Draft{
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
	composed := apply(t, s, nil, Draft{"first_name": "Ada", "last_name": "King"})
	require.Equal(t, "Ada King", composed.Name)
	explicit := apply(t, s, nil, Draft{"first_name": "Ada", "name": "Countess"})

	cases := []struct {
		about string
		base  *Contact
		draft Draft
		want  string
	}{
		{"a composed name follows", composed, Draft{"last_name": "Lovelace"}, "Ada Lovelace"},
		{"also when a part goes", composed, Draft{"first_name": nil}, "King"},
		{"an explicit one stays", explicit, Draft{"last_name": "Lovelace"}, "Countess"},
		{"an explicit one wins", composed, Draft{"name": "Countess", "first_name": "A"}, "Countess"},
		{"a removed one is composed", explicit, Draft{"name": nil}, "Ada"},
		{"a removed composed one too", composed, Draft{"name": " "}, "Ada King"},
		{"only a last name", nil, Draft{"last_name": "King"}, "King"},
		{"none is needed with an identity", nil, Draft{"identifier": "1"}, ""},
	}
	for _, c := range cases {
		require.Equal(t, c.want, apply(t, s, c.base, c.draft).Name, c.about)
	}
	const required = "must be given, because the contact has no email, phone or identifier"
	for _, c := range []struct {
		base  *Contact
		draft Draft
	}{
		{nil, Draft{}},
		{nil, Draft{"name": " ", "city": "Nairobi"}},
		{composed, Draft{"first_name": nil, "last_name": nil}},
		{apply(t, s, nil, Draft{"email": "a@b.example"}), Draft{"email": nil}},
	} {
		_, faults := s.Apply(c.base, c.draft)
		require.Equal(t, []Fault{{Path: "name", Detail: required}}, faults, "%v", c.draft)
	}
}

func TestApplyType(t *testing.T) {
	s := testSchema(t)
	visitor := apply(t, s, nil, Draft{"name": "Ada"})
	customer := apply(t, s, nil, Draft{"email": "a@b.example", "type": "customer"})
	cases := []struct {
		about string
		base  *Contact
		draft Draft
		want  Type
	}{
		{"nobody known", nil, Draft{"name": "Ada"}, TypeVisitor},
		{"any identity", nil, Draft{"identifier": "1"}, TypeLead},
		{"null is no type", nil, Draft{"phone": "0712345678", "type": nil}, TypeLead},
		{"a sent visitor with an identity", nil, Draft{"email": "a@b.example", "type": "visitor"}, TypeLead},
		{"a sent lead without one", nil, Draft{"name": "Ada", "type": "lead"}, TypeLead},
		{"an identity that comes later", visitor, Draft{"email": "a@b.example"}, TypeLead},
		{"a customer stays", customer, Draft{"email": nil, "name": "Ada"}, TypeCustomer},
		{"an identified one cannot become a visitor", customer, Draft{"type": "visitor"}, TypeLead},
	}
	for _, c := range cases {
		require.Equal(t, c.want, apply(t, s, c.base, c.draft).Type, c.about)
	}
	_, faults := s.Apply(customer, Draft{"type": nil})
	require.Equal(t, []Fault{{Path: "type", Detail: "must not be emptied"}}, faults)
}

func TestApplyCreatedAt(t *testing.T) {
	s := testSchema(t)
	base := apply(t, s, nil, Draft{"name": "Ada", "created_at": "2020-01-02T03:04:05Z"})
	_, faults := s.Apply(base, Draft{"created_at": "2020-01-02T03:04:06Z"})
	require.Equal(t, []Fault{{Path: "created_at", Detail: "can be sent only when the contact is created"}}, faults)
	_, faults = s.Apply(base, Draft{"created_at": nil})
	require.Equal(t, []string{"created_at"}, paths(faults))
	apply(t, s, base, Draft{"created_at": "2020-01-02T04:04:05+01:00"}) // the same instant
}

func TestApplyMergesAttributes(t *testing.T) {
	s := testSchema(t)
	base := apply(t, s, nil, Draft{"name": "Ada", "labels": []any{"a", "b"}, "attributes": map[string]any{
		"notes": "x", "score": json.Number("1"), "tier": "Free",
	}})
	got := apply(t, s, base, Draft{"labels": []any{"c"}, "attributes": map[string]any{
		"score": nil, "mrr": json.Number("2"), "tier": "12", "vip": true,
	}})
	require.Equal(t, Attributes{{1, TextValue("x")}, {3, IntValue(200)}, {7, TextValue("12")}, {9, BoolValue(true)}}, got.Attributes)
	require.Equal(t, []string{"c"}, got.Labels)
	require.Len(t, base.Attributes, 3, "the base is left alone")

	require.Empty(t, apply(t, s, base, Draft{"attributes": nil}).Attributes)
	require.Empty(t, apply(t, s, base, Draft{"labels": []any{}}).Labels)
	_, faults := s.Apply(base, Draft{"attributes": []any{}})
	require.Equal(t, []Fault{{Path: "attributes", Detail: "must be an object"}}, faults)
}

func TestApplyCompany(t *testing.T) {
	s := testSchema(t)
	const id = "019a0000-0000-7000-8000-000000000001"
	cases := []struct {
		draft Draft
		path  string
		want  companyChange
	}{
		{Draft{"company": " Acme "}, "", companyChange{name: "Acme"}},
		{Draft{"company": map[string]any{"name": "Acme"}}, "", companyChange{name: "Acme"}},
		{Draft{"company": nil}, "", companyChange{clear: true}},
		{Draft{"company": ""}, "", companyChange{clear: true}},
		{Draft{"company_id": nil}, "", companyChange{clear: true}},
		{Draft{}, "", companyChange{}},
		{Draft{"company": []any{"Acme"}}, "company", companyChange{}},
		{Draft{"company": "\u0301"}, "company", companyChange{}},
		{Draft{"company": map[string]any{}}, "company", companyChange{}},
		{Draft{"company": map[string]any{"id": id, "name": "Acme"}}, "company", companyChange{}},
		{Draft{"company": map[string]any{"surprise": "Acme"}}, "company", companyChange{}},
		{Draft{"company": map[string]any{"id": "x"}}, "company.id", companyChange{}},
		{Draft{"company_id": "x"}, "company_id", companyChange{}},
		{Draft{"company_id": id, "company": "Acme"}, "company_id", companyChange{}},
		{Draft{"company_id": nil, "company": nil}, "company_id", companyChange{}},
		{Draft{"company_id": json.Number("1")}, "company_id", companyChange{}},
		{Draft{"company": strings.Repeat("a", 256)}, "company", companyChange{}},
	}
	for _, c := range cases {
		p, faults := s.Patch(c.draft)
		if c.path != "" {
			require.Equal(t, []string{c.path}, paths(faults), "%v", c.draft)
			continue
		}
		require.Empty(t, faults, "%v", c.draft)
		require.Equal(t, c.want, p.company, "%v", c.draft)
	}
	p, faults := s.Patch(Draft{"company_id": id})
	require.Empty(t, faults)
	require.Equal(t, id, p.company.id.String())
}

func TestApplyBoundsTheWholeContact(t *testing.T) {
	attributes := make([]*AttributeDefinition, 70)
	values := map[string]any{}
	for i := range attributes {
		key := "a" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		attributes[i] = &AttributeDefinition{Number: uint32(i + 1), Key: key, Type: AttributeText}
		values[key] = strings.Repeat("x", MaxTextLength)
	}
	_, faults := NewSchema(DefaultSettings(), attributes).Apply(nil, Draft{"name": "Ada", "attributes": values})
	require.Equal(t, []Fault{{Path: "", Detail: "must have at most 256 KiB of text"}}, faults)
}
