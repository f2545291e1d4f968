package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// membersOfContacts calls check with a contact that has only one member, for each
// member of Contact.
func membersOfContacts(t *testing.T, check func(member string, c *contacts.Contact)) {
	t.Helper()
	for i := range reflect.TypeFor[contacts.Contact]().NumField() {
		c := &contacts.Contact{}
		fillMember(t, reflect.ValueOf(c).Elem().Field(i))
		c.Blocked = c.Blocked || c.Block() == nil && strings.HasPrefix(reflect.TypeFor[contacts.Contact]().Field(i).Name, "Block") // what says more of a block
		check(reflect.TypeFor[contacts.Contact]().Field(i).Name, c)
	}
}

func fillMember(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Interface().(type) {
	case ledger.ID:
		v.Set(reflect.ValueOf(ledger.ID{7}))
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)))
	case fields.Attributes:
		v.Set(reflect.ValueOf(fields.Attributes{{Number: 1, Value: fields.TextValue("gold")}}))
	case []ledger.Absorbed:
		v.Set(reflect.ValueOf([]ledger.Absorbed{{ID: ledger.ID{8}, Name: "Eve"}}))
	case []contacts.Address:
		v.Set(reflect.ValueOf([]contacts.Address{{Value: "a@x.example"}}))
	case []contacts.Consent:
		v.Set(reflect.ValueOf([]contacts.Consent{{Channel: fields.ChannelNamed("sms"), Status: contacts.Unsubscribed}}))
	case []contacts.Suppressed:
		v.Set(reflect.ValueOf([]contacts.Suppressed{{Channel: fields.ChannelNamed("sms"), Address: "1"}}))
	case []contacts.Identity:
		v.Set(reflect.ValueOf([]contacts.Identity{{Channel: fields.ChannelNamed("sms"), SourceID: "1"}}))
	case []string:
		v.Set(reflect.ValueOf([]string{"sms"}))
	default:
		switch v.Kind() {
		case reflect.String:
			v.SetString("text")
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Uint32, reflect.Uint64:
			v.SetUint(7)
		default:
			t.Fatalf("no value for a %s", v.Type())
		}
	}
}

// TestEveryFieldIsAnswered fails with the member of Contact that an answer forgets.
func TestEveryFieldIsAnswered(t *testing.T) {
	const inner = "inner number"
	except := map[string]string{"Ordinal": inner, "EmailOf": inner, "PhoneOf": inner, "Suppressed": "seen in reachable, where there is an address", "Company": "answered as the company that is passed beside"}
	r := newRenderer(ledger.NewSchema(fields.DefaultSettings(), []*fields.AttributeDefinition{{Number: 1, Key: "tier", Type: fields.AttributeText}}, contacts.Kind, companies.Kind))
	body := func(c *contacts.Contact) string {
		text, err := json.Marshal(r.contact(c, nil))
		require.NoError(t, err)
		return string(text)
	}
	membersOfContacts(t, func(member string, c *contacts.Contact) {
		nobody := body(&contacts.Contact{Blocked: c.Blocked && member != "Blocked"})
		require.Equal(t, except[member] != "", body(c) == nobody, "Contact.%s is in no answer, or needs no exception", member)
	})
}

// TestEveryTextIsWeighed fails with the member of Contact that is not counted for the
// bytes of an answer.
func TestEveryTextIsWeighed(t *testing.T) {
	const fixed = "of one length, which the fixed part has"
	except := map[string]string{
		"Ordinal": "not answered", "Company": "not answered", "EmailOf": "not answered", "PhoneOf": "not answered", "Suppressed": "not answered", "ID": fixed, "Type": fixed, "Country": fixed, "BlockUntil": fixed, "BlockedAt": fixed,
		"CreatedAt": fixed, "UpdatedAt": fixed, "LastSeenAt": fixed, "Version": fixed,
	}
	membersOfContacts(t, func(member string, c *contacts.Contact) {
		nobody := weight(&contacts.Contact{Blocked: c.Blocked && member != "Blocked"})
		require.Equal(t, except[member] != "", weight(c) == nobody, "Contact.%s is not weighed, or needs no exception", member)
	})
}

// TestEveryFieldCanBeChosen compares a contact whose fields are all chosen with a whole
// one: in both shapes each field has the same value at the same place.
func TestEveryFieldCanBeChosen(t *testing.T) {
	tier := &fields.AttributeDefinition{Number: 1, Key: "tier", Type: fields.AttributeText}
	schema := ledger.NewSchema(fields.DefaultSettings(), []*fields.AttributeDefinition{tier}, contacts.Kind, companies.Kind)
	c := &contacts.Contact{}
	for i := range reflect.TypeFor[contacts.Contact]().NumField() {
		fillMember(t, reflect.ValueOf(c).Elem().Field(i))
	}
	company := &companies.Company{ID: ledger.ID{9}, Name: "Acme"}
	object := func(row any) (members map[string]any) {
		text, err := json.Marshal(row)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &members))
		return members
	}
	var names []string
	for _, field := range everyField(schema) {
		names = append(names, field.Name)
	}
	chosen, err := project(schema, names)
	require.NoError(t, err)
	somebody := person{contact: c, company: company}
	want := object(whole(schema).row(somebody))
	for _, name := range []string{"version", "absorbed", "emails", "phones", "block"} { // of an answer, but no fields of filters
		delete(want, name)
	}
	require.Equal(t, want, object(chosen.row(somebody)))
}
