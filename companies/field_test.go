package companies

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// founded is a moment of these tests.
var founded = time.Date(2026, 3, 4, 5, 6, 7, 8_000_000, time.UTC)

// companyValues are two values of every member of Company, as they are stored.
var companyValues = map[string][2]any{
	"Ordinal":    {uint32(7), uint32(8)},
	"ID":         {ledger.ID{7}, ledger.ID{8}},
	"Name":       {"Maji Safi", "Maji Safi Ltd"},
	"Domains":    {[]string{"maji.example", "safi.example"}, []string{"water.example"}},
	"Identifier": {"C-1", "C-22"},
	"Country":    {"KE", "UG"},
	"City":       {"Nairobi", "Kampala"},
	"Labels":     {[]string{"vip"}, []string{"new", "press"}},
	"Attributes": {fields.Attributes{{Number: 1, Value: fields.TextValue("gold")}}, fields.Attributes{{Number: 1, Value: fields.TextValue("tin")}}},
	"Absorbed":   {[]ledger.Absorbed{{Ordinal: 5, ID: ledger.ID{5}, Name: "Maji", Identifier: "C-5"}}, []ledger.Absorbed{{Ordinal: 6, ID: ledger.ID{6}, Name: "Safi"}}},
	"CreatedAt":  {founded, founded.Add(-time.Hour)},
	"UpdatedAt":  {founded.Add(time.Hour), founded.Add(2 * time.Hour)},
	"Version":    {uint64(11), uint64(12)},
	"Kept":       {true, false},
	"Twin":       {true, false},
}

// companyWith has the value of every member, where n is 0 but for one member where it is 1.
func companyWith(t *testing.T, other string) *Company {
	t.Helper()
	c := &Company{}
	of := reflect.ValueOf(c).Elem()
	for i := range of.NumField() {
		name := of.Type().Field(i).Name
		values, known := companyValues[name]
		require.True(t, known, "Company.%s has no values in companyValues", name)
		n := 0
		if name == other {
			n = 1
		}
		value := reflect.ValueOf(values[n])
		if value.Kind() == reflect.Slice { // a copy, because each company has its own
			value = reflect.AppendSlice(reflect.Zero(value.Type()), value)
		}
		of.Field(i).Set(value)
	}
	return c
}

// TestEveryFieldOfACompany changes each member of a Company by itself. A place that forgets
// one fails with its name; an exception that is not needed fails too.
func TestEveryFieldOfACompany(t *testing.T) {
	byStore := map[string]bool{"Ordinal": true, "Version": true, "Kept": true, "Twin": true}
	compared := map[string]bool{ // those that callers set
		"Name": true, "Domains": true, "Identifier": true, "Country": true, "City": true, "Labels": true, "Attributes": true, "CreatedAt": true,
	}
	measured := map[string]bool{
		"Name": true, "Domains": true, "Identifier": true, "Country": false, "City": true, "Labels": true, "Attributes": true, "Absorbed": true,
	}
	base := companyWith(t, "")
	for i := range reflect.TypeFor[Company]().NumField() {
		name := reflect.TypeFor[Company]().Field(i).Name
		changed := companyWith(t, name)
		declared := 0
		for j := range Kind.Fields {
			f := &Kind.Fields[j]
			if f.Same == nil || f.Same(base, changed) {
				continue
			}
			declared++
			require.NotEqual(t, f.Get(base), f.Get(changed), f.Name)
			if f.Set != nil {
				again := base.Clone()
				f.Set(again, f.Get(changed))
				require.Equal(t, reflect.ValueOf(changed).Elem().Field(i).Interface(), reflect.ValueOf(again).Elem().Field(i).Interface(), f.Name)
			}
		}
		undeclared := byStore[name] || name == "Attributes" || name == "Absorbed"
		require.Equal(t, !undeclared, declared == 1, "Company.%s is in %d fields", name, declared)
		require.Equal(t, compared[name], !Kind.Same(base, changed), "Company.%s compared", name)

		lone := &Company{}
		reflect.ValueOf(lone).Elem().Field(i).Set(reflect.ValueOf(companyValues[name][0]))
		require.Equal(t, measured[name], lone.Size() > 0, "Company.%s measured", name)

		clone := base.Clone()
		if list := reflect.ValueOf(clone).Elem().Field(i); list.Kind() == reflect.Slice {
			list.Index(0).SetZero()
		}
		require.Equal(t, companyWith(t, ""), base, "Company.%s is shared with the clone", name)
	}
}

func TestEveryFieldOfACompanyIsMergedAndTakenBack(t *testing.T) {
	survivor, absorbed := &Company{Ordinal: 1, ID: ledger.ID{1}, Name: "S", CreatedAt: founded.Add(time.Hour)}, companyWith(t, "")
	after := Kind.Combine(survivor, absorbed, ledger.Choice{})
	back := Kind.Part(after, after, survivor, absorbed)
	own := map[string]bool{"Ordinal": true, "ID": true, "Name": true, "Version": true, "UpdatedAt": true, "Kept": true, "Twin": true, "Absorbed": true}
	for i := range reflect.TypeFor[Company]().NumField() {
		name := reflect.TypeFor[Company]().Field(i).Name
		of := func(c *Company) any { return reflect.ValueOf(c).Elem().Field(i).Interface() }
		require.Equal(t, !own[name], reflect.DeepEqual(of(absorbed), of(after)), "Company.%s", name)
		require.True(t, sameMember(of(survivor), of(back)), "Company.%s is not taken back: %v", name, of(back))
	}
}

func TestDomainsAreHosts(t *testing.T) {
	s := ledger.NewSchema(fields.DefaultSettings(), nil, Kind)
	domains := StandardFields[2]
	require.Equal(t, "domains", domains.Name)
	v, fault := s.Coerce(domains, []any{" ACME.Example. ", "acme.example", "xn--mller-kva.example", "müller.example", "a。example", "",
		"WWW.Acme.Example", "www.b.example", "www.example", "wwww.c.example", "mail.www.c.example"})
	require.Empty(t, fault)
	require.Equal(t, []string{"acme.example", "müller.example", "a.example", "b.example", "www.example", "wwww.c.example", "mail.www.c.example"}, v.List)
	for _, wrong := range []any{"https://acme.example", "acme", "acme.example/path", "eve@acme.example", "acme.example:80", "10.0.0.1", "a b.example", "-a.example", "acme..example", true} {
		_, fault := s.Coerce(domains, []any{wrong})
		require.Contains(t, fault, "every member must be a domain", wrong)
	}
	many := make([]any, fields.MaxDomains+1)
	for i := range many {
		many[i] = string(rune('a'+i%26)) + string(rune('a'+i/26)) + ".example"
	}
	_, fault = s.Coerce(domains, many)
	require.Equal(t, "must have at most 100 domains", fault)
	_, fault = s.Coerce(domains, "acme.example")
	require.Equal(t, "must be an array", fault)
}

// sameMember says whether two values are the same, nil and empty lists included.
func sameMember(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	if x.Kind() == reflect.Slice && x.Len() == 0 && y.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a, b)
}

// TestEveryFieldOfACompanyCanBeChosen: the survivor has what the absorbed one has, and its own again
// after the undo.
func TestEveryFieldOfACompanyCanBeChosen(t *testing.T) {
	schema := ledger.NewSchema(fields.DefaultSettings(), nil, Kind)
	survivor := companyWith(t, "")
	for i := range Kind.Fields {
		f := &Kind.Fields[i]
		if f.Same == nil || !f.Standard.Settable() {
			continue
		}
		absorbed := survivor.Clone()
		for j := range reflect.TypeFor[Company]().NumField() {
			if changed := companyWith(t, reflect.TypeFor[Company]().Field(j).Name); !f.Same(survivor, changed) {
				absorbed = changed
			}
		}
		require.False(t, f.Same(survivor, absorbed), f.Name)
		absorbed.Ordinal, absorbed.ID, absorbed.Absorbed = 99, ledger.ID{99}, nil
		chosen, err := Kind.Chosen(schema, map[string]any{f.Name: "absorbed"})
		require.NoError(t, err)
		m, err := newMerge(ledger.ID{9}, survivor, absorbed, chosen, founded.Add(time.Hour))
		require.NoError(t, err)
		if f.Name == "domains" {
			require.Equal(t, absorbed.Domains[0], m.After.Domains[0])
		} else {
			require.True(t, f.Get(absorbed).Equal(f.Get(m.After)), f.Name)
		}
		after, restored := part(m, m.After, founded.Add(2*time.Hour))
		require.True(t, Kind.Same(survivor, after), f.Name)
		require.True(t, Kind.Same(absorbed, restored), f.Name)
		require.Equal(t, survivor.Twin, after.Twin)
	}
}
