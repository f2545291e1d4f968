package contacts

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/workspace"
)

// rowSchema is one in which rows are read.
func rowSchema() *fields.Schema {
	settings := fields.DefaultSettings()
	settings.TimeZone, settings.PhoneRegion = "Africa/Nairobi", "KE"
	return ledger.NewSchema(settings, []*fields.AttributeDefinition{{Number: 1, Key: "day", Label: "Day", Type: fields.AttributeDate}}, Kind, companies.Kind)
}

func TestCellsOfFiles(t *testing.T) {
	local, dmy, mdy := FileRules{LocalTimes: true}, FileRules{DayOrder: DayFirst, LocalTimes: true}, FileRules{DayOrder: MonthFirst, LocalTimes: true}
	for _, c := range []struct {
		rules       FileRules
		field, text string
		want        string // of the contact, or what the fault says
	}{
		{local, "country", "Kenya", "KE"},
		{local, "country", "ken", "KE"},
		{local, "country", "Ruritania", "! a country: its name in English"},
		{local, "type", "CUSTOMER", "customer"},
		{local, "phone", "0712 345678", "+254712345678"},
		{local, "phone", "2.54712E+11", "! shortened by a spreadsheet"},
		{local, "phone", "2,54712e11", "! shortened by a spreadsheet"},
		{local, "identifier", "1.51E+11", "! shortened by a spreadsheet"},
		{local, "id", "1E+12", "! shortened by a spreadsheet"},
		{local, "identifier", "12E4", "12E4"},
		{local, "identifier", "1.51e+11", "1.51e+11"},
		{FileRules{PhoneRegion: "GB"}, "phone", "020 7946 0958", "+442079460958"},
		{local, "created_at", "2024-02-29T10:00:00.5+02:00", "2024-02-29T08:00:00.500Z"},
		{FileRules{}, "created_at", "2024-02-29 10:00:00 UTC", "2024-02-29T10:00:00.000Z"},
		{FileRules{}, "created_at", "2024-02-29 10:00:00+0300", "2024-02-29T07:00:00.000Z"},
		{FileRules{}, "created_at", "2024-02-29 10:00:00.25 -03", "2024-02-29T13:00:00.250Z"},
		{FileRules{}, "created_at", "2024-02-29 10:00", "! has no offset: write one, like 2026-11-22T09:30:00+03:00, or say --local-times"},
		{FileRules{}, "created_at", "2024-02-30 10:00Z", "! a month or a day that does not exist"},
		{FileRules{}, "created_at", "2026-13-04 09:30", "! a month or a day that does not exist"},
		{FileRules{}, "created_at", "2026-13-04T09:30:00Z", "! a month or a day that does not exist"},
		{FileRules{}, "created_at", "13/14/2026 09:30", "! a month or a day that does not exist"},
		{FileRules{}, "created_at", "2026-12-04 29:30", "! must be a time"},
		{FileRules{}, "created_at", "yesterday", "! must be a time"},
		{local, "created_at", "2024-02-29 10:00", "2024-02-29T07:00:00.000Z"},
		{local, "created_at", "2024-02-29", "2024-02-28T21:00:00.000Z"},
		{local, "created_at", "31/12/2024 2:30 pm", "2024-12-31T11:30:00.000Z"},
		{local, "created_at", "3/4/2024 14:30", "! could be two days: say with --day-order dmy or --day-order mdy"},
		{local, "created_at", "4/4/2024 14:30", "2024-04-04T11:30:00.000Z"},
		{dmy, "created_at", "3/4/2024 14:30:15", "2024-04-03T11:30:15.000Z"},
		{mdy, "created_at", "3/4/2024 12:30 AM", "2024-03-03T21:30:00.000Z"},
		{mdy, "created_at", "31/12/2024", "! is the order of days right that --day-order"},
		{mdy, "created_at", "2/30/2024", "! a month or a day that does not exist"},
		{local, "created_at", "3.4.2024", "2024-04-02T21:00:00.000Z"},
		{local, "created_at", "2024/4/3", "2024-04-02T21:00:00.000Z"},
		{local, "created_at", "3/4/24", "! must be a time"},
		{dmy, "attributes.day", "3/4/2024", "2024-04-03"},
		{dmy, "attributes.day", "3/4/2024 00:00", "2024-04-03"},
		{dmy, "attributes.day", "3/4/2024 10:00", "! must be a date"},
		{local, "attributes.day", "3/4/2024", "! could be two days"},
		{local, "attributes.day", "2024-02-30", "! a month or a day that does not exist"},
		{local, "attributes.day", "2024-02-29T00:00:00Z", "2024-02-29"},
	} {
		schema := rowSchema()
		draft := fields.Draft{"name": "A", c.field: c.text}
		if c.field == "attributes.day" {
			draft = fields.Draft{"name": "A", "attributes": map[string]any{"day": c.text}}
		}
		i := item{draft: draft, rules: &c.rules}
		i.check(schema)
		if says, refused := cutMark(c.want); refused {
			require.Len(t, i.faults, 1, c.text)
			require.Equal(t, c.field, i.faults[0].Path)
			require.Contains(t, i.faults[0].Detail, says)
			continue
		}
		require.Empty(t, i.faults, c.text)
		made, faults := i.patch.Apply(nil)
		require.Empty(t, faults)
		field, _ := schema.Field(c.field)
		require.Equal(t, c.want, field.JSON(Kind.Value(field, made)), c.text)
	}
}

func cutMark(text string) (string, bool) {
	if text[0] == '!' {
		return text[2:], true
	}
	return text, false
}

// TestPhonesAreReadInTheCountryOfTheRow: a number without country code is of
// the row's country, if it exists there.
func TestPhonesAreReadInTheCountryOfTheRow(t *testing.T) {
	for _, c := range []struct{ country, phone, want string }{
		{"United Kingdom", "020 7946 0958", "+442079460958"},
		{"GB", "0722 123456", "+254722123456"}, // there is no such number there
		{"AE", "0712 345678", "+254712345678"}, // there is none yet, but it is written as one
		{"", "0722 123456", "+254722123456"},
		{"DE", "+254 722 123456", "+254722123456"},
		{"USA", "(212) 482-3715", "+12124823715"},
	} {
		i := item{draft: fields.Draft{"country": c.country, "phone": c.phone}, rules: &FileRules{}}
		i.check(rowSchema())
		require.Empty(t, i.faults)
		made, _ := i.patch.Apply(nil)
		require.Equal(t, c.want, made.Phone, c.phone)
	}
}

func TestChannelsInAnyCase(t *testing.T) {
	i := item{draft: fields.Draft{"name": "A", "channels": []any{"WhatsApp", "E-Mail", " SMS ", "e_mail"}}, rules: &FileRules{}}
	i.check(rowSchema())
	require.Empty(t, i.faults)
	made, _ := i.patch.Apply(nil)
	require.Equal(t, []string{"email", "sms", "whatsapp"}, made.Channels)
}

// importRows imports into a store with a fake clock.
func importRows(t *testing.T, s *Service, rules FileRules, rows ...fields.Draft) []Result {
	t.Helper()
	done, err := s.Import(t.Context(), ledger.Author{Source: ledger.SourceImport}, rows, rules)
	require.NoError(t, err)
	return done.Results
}

func TestARowIsOfTheContactItNames(t *testing.T) {
	s := NewService(newTestStore(t), companies.Directory{}, nil, nil)
	visitor := importRows(t, s, FileRules{}, fields.Draft{"name": "Nobody"})[0].ID.String()
	other := "01938e5c-8e1a-7a0a-9b57-000000000001"
	results := importRows(t, s, FileRules{},
		fields.Draft{"id": visitor, "name": "Nobody"},
		fields.Draft{"id": visitor, "city": "Nairobi", "email": "nobody@a.example"},
		fields.Draft{"id": other, "name": "Stranger"},
		fields.Draft{"id": other, "name": "Stranger"},
		fields.Draft{"id": "X-1", "identifier": "Y-1", "name": "Both"},
		fields.Draft{"id": "X-2", "name": "Short"},
		fields.Draft{"id": visitor, "email": "nobody@a.example", "identifier": other},
	)
	for i, want := range []ledger.Status{ledger.StatusUnchanged, ledger.StatusUpdated, ledger.StatusCreated, ledger.StatusUnchanged, ledger.StatusCreated, ledger.StatusCreated, ledger.StatusFailed} {
		require.Equal(t, want, results[i].Status, i)
	}
	require.ErrorContains(t, results[6].Err, "The identifier belongs to another contact.")
	for i, identifier := range map[int]string{2: other, 4: "Y-1", 5: "X-2"} {
		c, _, err := s.Get(t.Context(), results[i].ID)
		require.NoError(t, err)
		require.Equal(t, identifier, c.Identifier)
	}
}

// TestARowKeepsWhenAContactWasMade: created_at is for contacts that are made.
func TestARowKeepsWhenAContactWasMade(t *testing.T) {
	s := NewService(newTestStore(t), companies.Directory{}, nil, nil)
	row := func(at string) fields.Draft { return fields.Draft{"email": "a@a.example", "created_at": at} }
	results := importRows(t, s, FileRules{}, row("2020-01-01T00:00:00Z"), row("2021-01-01T00:00:00Z"))
	require.Equal(t, ledger.StatusUnchanged, results[1].Status)
	c, _, err := s.Get(t.Context(), results[0].ID)
	require.NoError(t, err)
	require.Equal(t, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), c.CreatedAt)
}

// TestACompanyNamesOnlyWhoHasNoName: what a program shows in the place of a name
// is none to replace one.
func TestACompanyNamesOnlyWhoHasNoName(t *testing.T) {
	row := fields.Draft{"email": "a@a.example", "name": "Acme", "company": "Acme"}
	for before, want := range map[string]string{"": "Acme", "Ada": "Ada"} {
		s := NewService(newTestStore(t), companies.Directory{}, nil, nil)
		id := importRows(t, s, FileRules{}, fields.Draft{"email": "a@a.example", "name": before})[0].ID
		results := importRows(t, s, FileRules{CompanyNames: true}, row, row, fields.Draft{"id": id.String(), "name": "Acme", "company": "Acme"})
		require.Equal(t, ledger.StatusUnchanged, results[2].Status)
		require.Equal(t, ledger.StatusUnchanged, results[1].Status)
		name := func() string {
			c, _, err := s.Get(t.Context(), id)
			require.NoError(t, err)
			return c.Name
		}
		require.Equal(t, want, name())
		importRows(t, s, FileRules{CompanyNames: true}, fields.Draft{"email": "a@a.example", "name": "Bern", "company": "Acme"})
		require.Equal(t, "Bern", name(), "a name of its own counts")
	}
}

// TestTheLastKeyIsNotLeftOut, and the reason says so.
func TestTheLastKeyIsNotLeftOut(t *testing.T) {
	s := NewService(newTestStore(t), companies.Directory{}, nil, nil)
	importRows(t, s, FileRules{}, fields.Draft{"email": "a@a.example", "phone": "+254712345678"})
	faults := func(lenient bool, row fields.Draft) []fault.Fault {
		var refusal *fault.Error
		require.ErrorAs(t, importRows(t, s, FileRules{Lenient: lenient}, row)[0].Err, &refusal)
		return refusal.Faults
	}
	row := fields.Draft{"email": "nonsense", "country": "Nowhere"}
	for _, f := range faults(true, row) {
		if f.Path == "email" {
			require.Contains(t, f.Detail, ", and --lenient does not leave it out")
		} else {
			require.NotContains(t, f.Detail, "--lenient")
		}
	}
	other := fields.Draft{"id": "01938e5c-8e1a-7a0a-9b57-000000000001", "email": "nonsense"}
	require.Empty(t, importRows(t, s, FileRules{Lenient: true}, other)[0].Err, "it has an id")
	require.NotContains(t, faults(false, row)[1].Detail, "--lenient")
}

// TestASharedPhoneMakesNobodySomebodyElse: two people with one number stay two.
func TestASharedPhoneMakesNobodySomebodyElse(t *testing.T) {
	const phone = "+254712345678"
	for name, c := range map[string]struct {
		rules FileRules
		row   fields.Draft
		want  ledger.Status
		left  string
	}{
		"another e-mail":                    {FileRules{}, fields.Draft{"email": "b@a.example", "phone": phone}, ledger.StatusFailed, ""},
		"another identifier":                {FileRules{}, fields.Draft{"identifier": "2", "phone": phone}, ledger.StatusFailed, ""},
		"another e-mail, lenient":           {FileRules{Lenient: true}, fields.Draft{"email": "b@a.example", "phone": phone}, ledger.StatusCreated, "phone"},
		"another e-mail, shared":            {FileRules{SharedPhones: true}, fields.Draft{"email": "b@a.example", "phone": phone}, ledger.StatusCreated, "phone"},
		"its own e-mail":                    {FileRules{}, fields.Draft{"email": "A@a.example", "phone": phone, "city": "X"}, ledger.StatusUpdated, ""},
		"nothing but the phone":             {FileRules{}, fields.Draft{"phone": phone, "city": "X"}, ledger.StatusUpdated, ""},
		"of a third, by e-mail":             {FileRules{}, fields.Draft{"email": "c@a.example", "phone": phone}, ledger.StatusFailed, ""},
		"of a third, by e-mail, lenient":    {FileRules{Lenient: true}, fields.Draft{"email": "c@a.example", "phone": phone}, ledger.StatusUnchanged, "phone"},
		"bad values and a key, lenient":     {FileRules{Lenient: true}, fields.Draft{"email": "c@a.example", "country": "Nowhere", "phone": "?"}, ledger.StatusUnchanged, "country phone"},
		"no key is left, lenient":           {FileRules{Lenient: true}, fields.Draft{"email": "nonsense", "name": "X"}, ledger.StatusFailed, ""},
		"no key there was, lenient":         {FileRules{Lenient: true}, fields.Draft{"name": "X", "country": "Nowhere"}, ledger.StatusCreated, "country"},
		"an id for a name, lenient":         {FileRules{Lenient: true}, fields.Draft{"email": "c@a.example", "company": "01938e5c-8e1a-7a0a-9b57-000000000001"}, ledger.StatusUnchanged, "company"},
		"a company that is none, lenient":   {FileRules{Lenient: true}, fields.Draft{"email": "c@a.example", "company_id": "01938e5c-8e1a-7a0a-9b57-000000000001"}, ledger.StatusUnchanged, "company_id"},
		"a company that is none":            {FileRules{}, fields.Draft{"email": "c@a.example", "company_id": "01938e5c-8e1a-7a0a-9b57-000000000001"}, ledger.StatusFailed, ""},
		"a phone that cannot be read, only": {FileRules{Lenient: true}, fields.Draft{"phone": "2.5E+11", "name": "X"}, ledger.StatusFailed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewService(newTestStore(t), companies.Directory{}, nil, nil)
			importRows(t, s, FileRules{}, fields.Draft{"email": "a@a.example", "phone": phone, "identifier": "1", "name": "A"}, fields.Draft{"email": "c@a.example"})
			result := importRows(t, s, c.rules, c.row)[0]
			require.Equal(t, c.want, result.Status, "%v", result.Err)
			left := ""
			for _, f := range result.LeftOut {
				left += " " + f.Path
			}
			require.Equal(t, c.left, trimBlank(left))
		})
	}
}

func trimBlank(text string) string {
	if text == "" {
		return ""
	}
	return text[1:]
}

// TestAnUnsetCheckboxIsFalse: a row that says so changes nothing, unless the
// checkbox has three states.
func TestAnUnsetCheckboxIsFalse(t *testing.T) {
	store := newTestStore(t)
	s := NewService(store, companies.Directory{}, nil, nil)
	for _, d := range []fields.Draft{{"key": "two", "type": "checkbox"}, {"key": "three", "type": "checkbox", "three_state": true}} {
		_, err := workspace.NewService(store, nil).DefineAttribute(t.Context(), ledger.Caller{}, d)
		require.NoError(t, err)
	}
	row := func(attributes map[string]any) fields.Draft {
		return fields.Draft{"identifier": "1", "attributes": attributes}
	}
	results := importRows(t, s, FileRules{},
		row(nil), row(map[string]any{"two": "false"}), row(map[string]any{"two": true}), row(map[string]any{"two": false}), row(map[string]any{"two": "F"}),
		row(map[string]any{"three": false}), row(map[string]any{"three": false}),
	)
	for i, want := range []ledger.Status{ledger.StatusCreated, ledger.StatusUnchanged, ledger.StatusUpdated, ledger.StatusUpdated, ledger.StatusUnchanged, ledger.StatusUpdated, ledger.StatusUnchanged} {
		require.Equal(t, want, results[i].Status, i)
	}
}
