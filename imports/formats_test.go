package imports

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// oneRow writes a file of one row with values in some of the columns.
func oneRow(t *testing.T, columns string, values map[string]string) string {
	t.Helper()
	names := strings.Split(columns, ",")
	row := make([]string, len(names))
	used := 0
	for i, name := range names {
		if value, ok := values[name]; ok {
			row[i] = value
			used++
		}
	}
	require.Equal(t, len(values), used, "every value has its column")
	var b strings.Builder
	w := csv.NewWriter(&b)
	require.NoError(t, w.WriteAll([][]string{names, row}))
	return b.String()
}

func TestProgramsAreUnderstood(t *testing.T) {
	type values = map[string]string
	for name, c := range map[string]struct {
		program, columns string
		values           values
		want             fields.Draft
	}{
		"Google": {
			"Google Contacts", exports["Google Contacts"].columns,
			values{
				"First Name": "Ada, \"A\"", "Middle Name": "Maria", "Last Name": "Berg", "Organization Name": "Acme", "Organization Title": "CEO", "Notes": "a\nb",
				"Labels": "* myContacts ::: Friends, old ::: * friends ::: * starred", "E-mail 1 - Value": "ada@a.example ::: ada@b.example", "E-mail 2 - Value": "ada@c.example",
				"Phone 2 - Value": "0712 345678 ::: 0712 345679", "Address 2 - Country": "Kenya", "Address 2 - City": "Nairobi", "Birthday": "1980-01-31",
			},
			fields.Draft{
				"first_name": "Ada, \"A\" Maria", "last_name": "Berg", "company": "Acme", "labels": []any{"Friends, old", "friends"}, "email": "ada@a.example",
				"phone": "0712 345678", "country": "Kenya", "city": "Nairobi",
				"further_emails": []any{"ada@b.example", "ada@c.example"}, "further_phones": []any{"0712 345679"},
			},
		},
		"Google, a company": {
			"Google Contacts", exports["Google Contacts"].columns, values{"Organization Name": "Acme", "Address 1 - City": "Nairobi"},
			fields.Draft{"name": "Acme", "company": "Acme", "city": "Nairobi"},
		},
		"Google, a company with keys": {
			"Google Contacts", exports["Google Contacts"].columns, values{"Organization Name": "Acme", "Phone 1 - Value": "0712 345678", "E-mail 1 - Value": "info@acme.example"},
			fields.Draft{"name": "Acme", "company": "Acme", "phone": "0712 345678", "email": "info@acme.example"},
		},
		"HubSpot, a company with keys": {
			"HubSpot", exports["HubSpot"].columns, values{"Record ID": "1", "Company Name": "Acme"},
			fields.Draft{"identifier": "1", "name": "Acme", "company": "Acme"},
		},
		"Google, before 2024": {
			"Google Contacts", exports["Google Contacts, before 2024"].columns,
			values{"Name": "Dr. Ada Berg", "Given Name": "Ada", "Family Name": "Berg", "Group Membership": "Clients ::: * My Contacts", "E-mail 1 - Value": "ada@a.example"},
			fields.Draft{"name": "Dr. Ada Berg", "first_name": "Ada", "last_name": "Berg", "labels": []any{"Clients"}, "email": "ada@a.example"},
		},
		"Outlook": {
			"Outlook", exports["Outlook"].columns,
			values{
				"First Name": "Ada", "Middle Name": "M.", "Last Name": "Berg", "Company": "Acme", "Account": "42", "E-mail Address": "/O=EXCHANGE/CN=ada", "E-mail 2 Address": "ada@a.example",
				"Business Phone": "020 123456", "Mobile Phone": "0712345678", "Company Main Phone": "020 1", "Categories": "VIP; Old", "Business Country/Region": "n/a",
				"Home Country/Region": "Kenya", "Home City": "Nakuru", "Birthday": "0/0/00", "Notes": "a\r\nb",
			},
			fields.Draft{
				"first_name": "Ada M.", "last_name": "Berg", "company": "Acme", "email": "ada@a.example", "phone": "0712345678", "labels": []any{"VIP", "Old"}, "country": "Kenya",
				"city": "Nakuru", "attributes": map[string]any{"account": "42"},
				"further_phones": []any{"020 123456"},
			},
		},
		"HubSpot": {
			"HubSpot", exports["HubSpot"].columns,
			values{
				"Record ID": "151", "First Name": "Ada", "Email": "ada@a.example", "Phone Number": "'+254 712 345678", "Lifecycle Stage": "Marketing Qualified Lead",
				"Create Date": "2024-03-12 09:14", "Contact owner": "Sam", "Company Name": "Acme", "Country/Region": "Kenya", "Job Title": "CEO",
			},
			fields.Draft{
				"identifier": "151", "first_name": "Ada", "email": "ada@a.example", "phone": "+254 712 345678", "type": "lead", "created_at": "2024-03-12 09:14",
				"company": "Acme", "country": "Kenya", "attributes": map[string]any{"job_title": "CEO"},
			},
		},
		"HubSpot, a stage of their own": {
			"HubSpot", "Contact ID,Email,Lifecycle Stage", values{"Contact ID": "1", "Email": "ada@a.example", "Lifecycle Stage": "Our own"},
			fields.Draft{"identifier": "1", "email": "ada@a.example"},
		},
		"Mailchimp": {
			"Mailchimp", "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS",
			values{"Email Address": "ada@a.example", "First Name": "Ada", "CC": "ke", "TAGS": `"VIP","Blog; old"`, "OPTIN_TIME": "2020-04-17 17:49:53", "LEID": "1"},
			fields.Draft{"email": "ada@a.example", "first_name": "Ada", "country": "ke", "labels": []any{"VIP", "Blog; old"}},
		},
		"listmonk": {
			"listmonk", "uuid,email,name,attributes,status,created_at,updated_at",
			values{"uuid": "u-1", "email": "ada@a.example", "name": "Ada", "attributes": `{"a":1}`, "status": "enabled", "created_at": "2024-01-02T03:04:05.678901Z", "updated_at": "x"},
			fields.Draft{"identifier": "u-1", "email": "ada@a.example", "name": "Ada", "created_at": "2024-01-02T03:04:05.678901Z"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := plan(t, oneRow(t, c.columns, c.values), Options{})
			require.NoError(t, err)
			require.Equal(t, c.program, p.Program)
			batches := make(chan []row, 1)
			require.NoError(t, p.read(t.Context(), batches))
			rows := <-batches
			require.Len(t, rows, 1)
			require.Equal(t, c.want, rows[0].draft)
		})
	}
}

func TestAFileOfAProgramCanBeMappedOtherwise(t *testing.T) {
	file := oneRow(t, "Record ID,Email,Lifecycle Stage,Tax no", map[string]string{"Record ID": "1", "Email": "a@b.example", "Tax no": "9"})
	p, err := plan(t, file, Options{Map: map[string]string{"Tax no": "identifier"}, Skip: []string{"Record ID"}})
	require.NoError(t, err)
	require.Equal(t, []string{"", "email", "type", "identifier"}, fieldsOf(p.Columns))
}

func TestWhatLooksLikeIt(t *testing.T) {
	for file, says := range map[string][]string{
		"Kontakt\na@b.example\nx@y.example\n\n":              {"column 1", "e-mail addresses", "--map 1=email", "--skip-unknown"},
		"name,Draht\nA,+254 712 345678\nB,(020) 7946-0958\n": {"column 2", "phone numbers", "--map 2=phone"},
		"name,Herkunft\nA,Kenya\nB,UK\nC,DEU\n":              {"column 2", "countries", "--map 2=country"},
		"name,country,Herkunft\nA,KE,Kenya\n":                {"column 3", "--map 3=FIELD"},
		"name,Nummer\nA,1234567\n":                           {"column 2", "--map 2=FIELD"},
	} {
		_, err := plan(t, file, Options{})
		var known *fault.Error
		require.ErrorAs(t, err, &known)
		require.Len(t, known.Faults, 1)
		for _, phrase := range says {
			require.Contains(t, known.Faults[0].Path+" "+known.Faults[0].Detail, phrase)
		}
	}
	p, err := plan(t, "email,x,\na@b.example,,\nb@b.example, ,\n", Options{})
	require.NoError(t, err, "what has no value in any row needs no field")
	require.Equal(t, []string{"email", "", ""}, fieldsOf(p.Columns))
	p, err = plan(t, "email,x,,y\na@b.example,1,2,3\n", Options{SkipUnknown: true})
	require.NoError(t, err)
	require.Equal(t, []string{"email", "", "", ""}, fieldsOf(p.Columns))
}

// TestABirthdayWithoutAYearIsNoValue, but in a text it is one.
func TestABirthdayWithoutAYearIsNoValue(t *testing.T) {
	p, err := plan(t, "email,last seen,city\na@b.example,--05-12,--05-12\nb@b.example,--0512,x\nc@b.example,2024-05-12,x\n", Options{})
	require.NoError(t, err)
	to := newRecorder()
	_, err = p.Run(t.Context(), to)
	require.NoError(t, err)
	require.Equal(t, fields.Draft{"email": "a@b.example", "city": "--05-12"}, to.drafts()[0])
	require.Equal(t, fields.Draft{"email": "b@b.example", "city": "x"}, to.drafts()[1])
	require.Contains(t, to.drafts()[2], "last_seen_at")
}

// The first is the primary one, and the others are added.
func TestTheFirstEMailAndPhoneCount(t *testing.T) {
	p, err := plan(t, "email,Telephone,Mail,Mobile\n,,a@b.example,0712345678\nb@b.example,n/a,c@b.example,\n", Options{})
	require.NoError(t, err)
	to := newRecorder()
	_, err = p.Run(t.Context(), to)
	require.NoError(t, err)
	require.Equal(t, fields.Draft{"email": "a@b.example", "phone": "0712345678"}, to.drafts()[0])
	require.Equal(t, fields.Draft{"email": "b@b.example", "further_emails": []any{"c@b.example"}}, to.drafts()[1])
}

// TestTheOrderOfDaysShows: one day that has only one reading tells how the
// others are written.
func TestTheOrderOfDaysShows(t *testing.T) {
	for days, want := range map[string]contacts.DayOrder{
		"1/2/2024,31/1/2024": contacts.DayFirst, "1/2/2024,1/31/2024": contacts.MonthFirst, "1/2/2024": "", "31/1/2024,1/31/2024": "", "2024-05-31,31.1.2024": "",
		"1/2/2024,31/1/2024 08:30": contacts.DayFirst,
	} {
		p, err := plan(t, "last seen\n"+strings.ReplaceAll(days, ",", "\n")+"\n", Options{})
		require.NoError(t, err)
		require.Equal(t, want, p.options.Rules.DayOrder, days)
	}
}
