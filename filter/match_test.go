package filter

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

var present = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) // 09:00 in São Paulo

// subject builds a contact from what a caller would send. A company is made
// of company.name.
func subject(t *testing.T, values map[string]any) ledger.Facts {
	t.Helper()
	schema := testSchema()
	c := &contacts.Contact{Ordinal: 1, ID: uuid.MustParse("019abcde-0000-7000-8000-000000000001"), Type: contacts.TypeVisitor, CreatedAt: present, UpdatedAt: present}
	var company *companies.Company
	for name, raw := range values {
		f, ok := schema.Field(name)
		require.True(t, ok, name)
		v, fault := schema.Coerce(f, raw)
		require.Empty(t, fault, name)
		if f.Attribute != nil {
			c.Attributes = c.Attributes.With(f.Attribute.Number, v)
			continue
		}
		switch name {
		case "type":
			c.Type = contacts.Type(v.Text)
		case "name":
			c.Name = v.Text
		case "email":
			c.Email = v.Text
		case "phone":
			c.Phone = v.Text
		case "identifier":
			c.Identifier = v.Text
		case "country":
			c.Country = v.Text
		case "labels":
			c.Labels = v.List
		case "channels":
			c.Channels = v.List
		case "last_seen_at":
			c.LastSeenAt = time.UnixMilli(v.Int).UTC()
		case "company.name":
			company = &companies.Company{Ordinal: 1, Name: v.Text}
			c.Company = 1
		default:
			require.Fail(t, "no such field in subject", name)
		}
	}
	return contacts.Kind.Facts(c, companies.Kind.Facts(company))
}

// TestMatch holds Match to the conventions, one line a rule of theirs.
func TestMatch(t *testing.T) {
	type values = map[string]any
	none := values{}
	for _, test := range []struct {
		contact values
		rule    string
		want    bool
	}{
		// Text compares by canonical fold.
		{values{"name": "JOSÉ García"}, `{"field":"name","operator":"eq","value":"jose garcia"}`, true},
		{values{"name": "Straße"}, `{"field":"name","operator":"eq","value":"STRASSE"}`, true},
		{values{"name": "Σίσυφος"}, `{"field":"name","operator":"eq","value":"ΣΙΣΥΦΟΣ"}`, true},
		{values{"name": "Łukasz"}, `{"field":"name","operator":"starts_with","value":"lu"}`, true},
		{values{"name": "Łukasz"}, `{"field":"name","operator":"starts_with","value":"uk"}`, false},
		{values{"name": "Łukasz"}, `{"field":"name","operator":"not_starts_with","value":"uk"}`, true},
		{values{"name": "Müller"}, `{"field":"name","operator":"eq","value":"Mueller"}`, false},
		{values{"name": "Müller"}, `{"field":"name","operator":"in","value":["x"," MULLER "]}`, true},
		{values{"name": "東京 太郎"}, `{"field":"name","operator":"contains","value":"京 太"}`, true},
		{values{"name": "12"}, `{"field":"name","operator":"eq","value":12}`, true},
		{values{"name": "a%b"}, `{"field":"name","operator":"contains","value":"a_b"}`, false},
		{values{"name": "Ana Maria"}, `{"field":"name","operator":"ends_with","value":"MARIA"}`, true},
		{values{"name": "Ana Maria"}, `{"field":"name","operator":"ends_with","value":"Ana"}`, false},
		{values{"company.name": "Açme Ltd"}, `{"field":"company.name","operator":"contains","value":"acme"}`, true},
		{none, `{"field":"company.name","operator":"not_contains","value":"acme"}`, true},
		{values{"attributes.site": "https://example.com/Straße"}, `{"field":"attributes.site","operator":"contains","value":"EXAMPLE.com/strasse"}`, true},

		// E-mail compares by case only.
		{values{"email": "Ana@Example.com"}, `{"field":"email","operator":"eq","value":"ana@example.COM"}`, true},
		{values{"email": "josé@example.com"}, `{"field":"email","operator":"eq","value":"jose@example.com"}`, false},
		{values{"email": "josé@example.com"}, `{"field":"email","operator":"starts_with","value":"JOSÉ"}`, true},
		{values{"email": "ana@example.com"}, `{"field":"email","operator":"ends_with","value":"@Example.com"}`, true},

		// Phones: equality by number in the workspace's region, pieces by digits.
		{values{"phone": "+254712345678"}, `{"field":"phone","operator":"eq","value":"0712 345 678"}`, true},
		{values{"phone": "+254712345678"}, `{"field":"phone","operator":"in","value":["+39 347 1234567","+254 712-345-678"]}`, true},
		{values{"phone": "+254712345678"}, `{"field":"phone","operator":"contains","value":"712-34"}`, true},
		{values{"phone": "+254712345678"}, `{"field":"phone","operator":"contains","value":"+254 (0)712 345"}`, true},
		{values{"phone": "+254712345678"}, `{"field":"phone","operator":"starts_with","value":"+254"}`, true},
		{values{"phone": "+254712345678"}, `{"field":"phone","operator":"starts_with","value":"712"}`, false},
		{values{"phone": "+254712345678"}, `{"field":"phone","operator":"ends_with","value":5678}`, true},
		{values{"phone": "+254712345678"}, `{"field":"phone","operator":"contains","value":"٧١٢"}`, true},

		// Identifiers compare exactly in every operator.
		{values{"identifier": "A-1"}, `{"field":"identifier","operator":"eq","value":"a-1"}`, false},
		{values{"identifier": "A-1"}, `{"field":"identifier","operator":"eq","value":"A-1"}`, true},
		{values{"identifier": "A-1"}, `{"field":"identifier","operator":"contains","value":"a"}`, false},
		{values{"identifier": "É"}, `{"field":"identifier","operator":"eq","value":"E\u0301"}`, false},
		{none, `{"field":"id","operator":"eq","value":"019abcde-0000-7000-8000-000000000001"}`, true},
		{none, `{"field":"id","operator":"starts_with","value":"019abcde"}`, true},
		{none, `{"field":"id","operator":"in","value":["none"]}`, false},

		// Options and labels.
		{values{"country": "KE"}, `{"field":"country","operator":"in","value":["ke","TZ"]}`, true},
		{values{"type": "customer"}, `{"field":"type","operator":"ne","value":"lead"}`, true},
		{values{"attributes.tier": "größe"}, `{"field":"attributes.tier","operator":"eq","value":"GROSSE"}`, true},
		{values{"labels": []any{"VIP", "Größe"}}, `{"field":"labels","operator":"any_of","value":["vip"]}`, true},
		{values{"labels": []any{"VIP", "Größe"}}, `{"field":"labels","operator":"all_of","value":["vip","grosse"]}`, true},
		{values{"labels": []any{"VIP"}}, `{"field":"labels","operator":"all_of","value":["vip","grosse"]}`, false},
		{values{"labels": []any{"VIP"}}, `{"field":"labels","operator":"any_of","value":["never heard of"]}`, false},
		{values{"labels": []any{"VIP"}}, `{"field":"labels","operator":"none_of","value":["vip","x"]}`, false},
		{none, `{"field":"labels","operator":"none_of","value":["vip"]}`, true},
		{none, `{"field":"labels","operator":"all_of","value":["vip"]}`, false},
		{values{"channels": []any{"sms"}}, `{"field":"channels","operator":"any_of","value":["sms","email"]}`, true},
		{values{"attributes.topics": []any{"News"}}, `{"field":"attributes.topics","operator":"any_of","value":["news","CAFE"]}`, true},

		// Numbers and money.
		{values{"attributes.visits": 0.3}, `{"field":"attributes.visits","operator":"eq","value":"0.30"}`, true},
		{values{"attributes.visits": "-0"}, `{"field":"attributes.visits","operator":"eq","value":0}`, true},
		{values{"attributes.visits": 5}, `{"field":"attributes.visits","operator":"between","value":[5,5]}`, true},
		{values{"attributes.visits": 5}, `{"field":"attributes.visits","operator":"not_between","value":[1,4]}`, true},
		{none, `{"field":"attributes.visits","operator":"not_between","value":[1,4]}`, true},
		{none, `{"field":"attributes.visits","operator":"lt","value":4}`, false},
		{values{"attributes.visits": 5}, `{"field":"attributes.visits","operator":"gt","value":5}`, false},
		{values{"attributes.visits": 5}, `{"field":"attributes.visits","operator":"gte","value":5}`, true},
		{values{"attributes.visits": 5}, `{"field":"attributes.visits","operator":"lte","value":4.9}`, false},
		{values{"attributes.visits": 5}, `{"field":"attributes.visits","operator":"not_in","value":[4,6]}`, true},
		{values{"attributes.score": 25}, `{"field":"attributes.score","operator":"eq","value":25}`, true},
		{values{"attributes.score": 25}, `{"field":"attributes.score","operator":"lt","value":101}`, true},
		{values{"attributes.mrr": "10.50"}, `{"field":"attributes.mrr","operator":"eq","value":{"amount":10.5,"currency":"USD"}}`, true},
		{values{"attributes.mrr": "10.50"}, `{"field":"attributes.mrr","operator":"gt","value":10.49}`, true},
		{values{"attributes.mrr": "10.50"}, `{"field":"attributes.mrr","operator":"in","value":["10.5"]}`, true},

		// Checkboxes: false until set, unless three-state.
		{none, `{"field":"attributes.opted_in","operator":"eq","value":false}`, true},
		{none, `{"field":"attributes.opted_in","operator":"ne","value":true}`, true},
		{none, `{"field":"attributes.vip","operator":"eq","value":false}`, false},
		{none, `{"field":"attributes.vip","operator":"ne","value":false}`, true},
		{none, `{"field":"attributes.vip","operator":"not_exists"}`, true},
		{values{"attributes.vip": false}, `{"field":"attributes.vip","operator":"exists"}`, true},

		// Missing values: positive operators are false, negative ones true.
		{none, `{"field":"country","operator":"ne","value":"KE"}`, true},
		{none, `{"field":"country","operator":"not_in","value":["KE"]}`, true},
		{none, `{"field":"city","operator":"exists"}`, false},
		{none, `{"field":"city","operator":"not_exists","value":null}`, true},
		{none, `{"field":"last_seen_at","operator":"not_within_last","value":"P1D"}`, true},
		{none, `{"field":"last_seen_at","operator":"not_before","value":"2026-01-01"}`, true},
		{none, `{"field":"last_seen_at","operator":"gte","value":"2026-01-01"}`, false},
		{none, `{"field":"last_seen_at","operator":"lte","value":"2026-01-01"}`, false},
		{none, `{"field":"last_seen_at","operator":"ne","value":"2026-01-01"}`, true},

		// Dates are days, and never shifted.
		{values{"attributes.renewal": "2026-11-22"}, `{"field":"attributes.renewal","operator":"on","value":"2026-11-22T00:00:00+13:00"}`, true},
		{values{"attributes.renewal": "2026-11-22"}, `{"field":"attributes.renewal","operator":"eq","value":"2026-11-22"}`, true},
		{values{"attributes.renewal": "2026-11-22"}, `{"field":"attributes.renewal","operator":"before","value":"2026-11-22"}`, false},
		{values{"attributes.renewal": "2026-11-22"}, `{"field":"attributes.renewal","operator":"gte","value":"2026-11-22"}`, true},
		{values{"attributes.renewal": "2026-11-22"}, `{"field":"attributes.renewal","operator":"gt","value":"2026-11-22"}`, false},
		{values{"attributes.renewal": "2026-11-22"}, `{"field":"attributes.renewal","operator":"between","value":["2026-11-22","2026-11-22"]}`, true},
		// within_last P1D on dates: yesterday and today, never the future.
		{values{"attributes.renewal": "2026-11-22"}, `{"field":"attributes.renewal","operator":"within_last","value":"P1D"}`, true},
		{values{"attributes.renewal": "2026-11-21"}, `{"field":"attributes.renewal","operator":"within_last","value":"P1D"}`, true},
		{values{"attributes.renewal": "2026-11-20"}, `{"field":"attributes.renewal","operator":"within_last","value":"P1D"}`, false},
		{values{"attributes.renewal": "2026-11-23"}, `{"field":"attributes.renewal","operator":"within_last","value":"P1D"}`, false},
		{values{"attributes.renewal": "2026-11-23"}, `{"field":"attributes.renewal","operator":"within_next","value":"P1D"}`, true},
		{values{"attributes.renewal": "2026-11-21"}, `{"field":"attributes.renewal","operator":"within_next","value":"P1D"}`, false},

		// A day on an instant is the local day: São Paulo is three hours behind.
		{values{"last_seen_at": "2026-11-22T02:59:59.999Z"}, `{"field":"last_seen_at","operator":"on","value":"2026-11-21"}`, true},
		{values{"last_seen_at": "2026-11-22T03:00:00Z"}, `{"field":"last_seen_at","operator":"on","value":"2026-11-21"}`, false},
		{values{"last_seen_at": "2026-11-22T03:00:00Z"}, `{"field":"last_seen_at","operator":"before","value":"2026-11-22"}`, false},
		{values{"last_seen_at": "2026-11-22T02:59:59.999Z"}, `{"field":"last_seen_at","operator":"before","value":"2026-11-22"}`, true},
		{values{"last_seen_at": "2026-11-23T02:59:59.999Z"}, `{"field":"last_seen_at","operator":"after","value":"2026-11-22"}`, false},
		{values{"last_seen_at": "2026-11-23T03:00:00Z"}, `{"field":"last_seen_at","operator":"after","value":"2026-11-22"}`, true},
		{values{"last_seen_at": "2026-11-23T02:59:59.999Z"}, `{"field":"last_seen_at","operator":"lte","value":"2026-11-22"}`, true},
		{values{"last_seen_at": "2026-11-22T03:00:00Z"}, `{"field":"last_seen_at","operator":"gte","value":"2026-11-22"}`, true},
		{values{"last_seen_at": "2026-11-23T02:59:59.999Z"}, `{"field":"last_seen_at","operator":"between","value":["2026-11-22","2026-11-22"]}`, true},
		{values{"last_seen_at": "2018-11-04T03:00:00Z"}, `{"field":"last_seen_at","operator":"before","value":"2018-11-04"}`, false},
		{values{"last_seen_at": "2018-11-04T02:59:59.999Z"}, `{"field":"last_seen_at","operator":"before","value":"2018-11-04"}`, true},
		// A moment is itself, to the millisecond.
		{values{"last_seen_at": "2026-11-22T10:00:00Z"}, `{"field":"last_seen_at","operator":"on","value":"2026-11-22T11:00:00+01:00"}`, true},
		{values{"last_seen_at": "2026-11-22T10:00:00Z"}, `{"field":"last_seen_at","operator":"after","value":"2026-11-22T10:00:00Z"}`, false},
		{values{"last_seen_at": "2026-11-22T10:00:00.001Z"}, `{"field":"last_seen_at","operator":"after","value":"2026-11-22T10:00:00.0009Z"}`, true},
		{values{"last_seen_at": "2026-11-22T10:00:00Z"}, `{"field":"last_seen_at","operator":"between","value":["2026-11-22","2026-11-22T10:00:00Z"]}`, true},
		// Periods end at now, both ends included.
		{values{"last_seen_at": "2026-11-22T12:00:00Z"}, `{"field":"last_seen_at","operator":"within_last","value":"PT1H"}`, true},
		{values{"last_seen_at": "2026-11-22T11:00:00Z"}, `{"field":"last_seen_at","operator":"within_last","value":"PT1H"}`, true},
		{values{"last_seen_at": "2026-11-22T10:59:59.999Z"}, `{"field":"last_seen_at","operator":"within_last","value":"PT1H"}`, false},
		{values{"last_seen_at": "2026-11-22T12:00:00.001Z"}, `{"field":"last_seen_at","operator":"within_last","value":"P1Y"}`, false},
		{values{"last_seen_at": "2026-11-22T12:00:00Z"}, `{"field":"last_seen_at","operator":"within_next","value":"P1D"}`, true},
		{values{"last_seen_at": "2026-11-22T11:59:59.999Z"}, `{"field":"last_seen_at","operator":"within_next","value":"P1D"}`, false},

		// Segments.
		{values{"type": "customer"}, `{"field":"segment","operator":"in","value":["nested"]}`, true},
		{values{"type": "customer"}, `{"field":"segment","operator":"not_in","value":["customers"]}`, false},
		{none, `{"field":"segment","operator":"not_in","value":["customers","nested"]}`, true},
		{none, `{"field":"segment","operator":"in","value":["customers","everyone"]}`, true},
	} {
		f := decodeAll(t, `{"combinator":"and","rules":[`+test.rule+`]}`)
		env := Env{Now: present, Zone: testSchema().Zone()}
		require.Equal(t, test.want, Match(f.Root, subject(t, test.contact), env), "%s of %v", test.rule, test.contact)
	}
}

func TestMatchGroups(t *testing.T) {
	yes, no := `{"field":"id","operator":"exists"}`, `{"field":"id","operator":"not_exists"}`
	for _, test := range []struct {
		filter string
		want   bool
	}{
		{``, true},
		{`{"combinator":"or","rules":[]}`, true},
		{`{"combinator":"and","not":true,"rules":[]}`, false},
		{`{"combinator":"and","rules":[` + yes + `,` + no + `]}`, false},
		{`{"combinator":"or","rules":[` + no + `,` + yes + `]}`, true},
		{`{"combinator":"or","not":true,"rules":[` + no + `,` + yes + `]}`, false},
		{`{"combinator":"and","not":true,"rules":[` + yes + `,` + no + `]}`, true},
		{`{"combinator":"and","rules":[` + yes + `,{"combinator":"or","rules":[` + no + `,` + yes + `]}]}`, true},
		{`{"combinator":"or","rules":[` + no + `,{"combinator":"and","not":true,"rules":[` + yes + `]}]}`, false},
	} {
		require.Equal(t, test.want, Match(decodeAll(t, test.filter).Root, subject(t, nil), Env{Now: present, Zone: time.UTC}), test.filter)
	}
	require.False(t, Match(nil, subject(t, nil), Env{Now: present, Zone: time.UTC}))
}

// TestDecodedForm pins what evaluation relies on beside Match.
func TestDecodedForm(t *testing.T) {
	r := decodeRule(t, `{"field":"created_at","operator":"not_between","value":["2026-01-01","2026-01-02T00:00:00Z"]}`)
	require.Equal(t, Between, r.Operator)
	require.True(t, r.Not)
	require.Equal(t, []bool{true, false}, r.Days)
	require.Equal(t, []fields.Value{fields.IntValue(20454), fields.IntValue(1767312000000)}, r.Values)

	r = decodeRule(t, `{"field":"name","operator":"in","value":["b","B","a",1]}`)
	require.Equal(t, []fields.Value{fields.TextValue("1"), fields.TextValue("a"), fields.TextValue("b")}, r.Values)
	require.Nil(t, r.Days)

	r = decodeRule(t, `{"field":"phone","operator":"contains","value":"+254 (7)"}`)
	require.Equal(t, []fields.Value{fields.TextValue("2547")}, r.Values)

	for word, operator := range map[string]Operator{"eq": On, "gt": After, "lt": Before, "gte": Gte, "lte": Lte, "on": On} {
		r = decodeRule(t, `{"field":"attributes.renewal","operator":"`+word+`","value":"2026-01-01"}`)
		require.Equal(t, operator, r.Operator, word)
		require.False(t, r.Not)
		require.Nil(t, r.Days)
	}
	r = decodeRule(t, `{"field":"created_at","operator":"within_last","value":"P1D"}`)
	require.Empty(t, r.Values)
	require.Equal(t, Period{Days: 1}, r.Period)
}

func TestBoundsOfOtherRules(t *testing.T) {
	env := Env{Now: present, Zone: time.UTC}
	for _, rule := range []string{
		`{"field":"name","operator":"eq","value":"x"}`,
		`{"field":"attributes.visits","operator":"gt","value":1}`,
		`{"field":"attributes.mrr","operator":"in","value":[1]}`,
		`{"field":"created_at","operator":"exists"}`,
	} {
		_, _, ok := decodeRule(t, rule).Bounds(env)
		require.False(t, ok, rule)
	}
	lo, hi, ok := decodeRule(t, `{"field":"attributes.mrr","operator":"not_between","value":[1,2]}`).Bounds(env)
	require.True(t, ok)
	require.Equal(t, [2]int64{100, 200}, [2]int64{lo, hi}, "the interval of the positive form")
}

// What an older folder has kept in its former form compares as that of now.
func TestFormerFormsCompareAsPresent(t *testing.T) {
	require.Equal(t, "+5511987654321", compared(fields.Field{Type: fields.FieldPhone}, "+551187654321"))
	require.Equal(t, "ID-7", compared(fields.Field{Type: fields.FieldID}, "ID-7\u200b"))
	require.Equal(t, "kim@f.example", compared(fields.Field{Type: fields.FieldEmail}, "k\u00adim@f.example"))
}
