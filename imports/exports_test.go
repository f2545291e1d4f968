package imports

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/ledger"
)

// exporter writes files as a program does that many people have typed into.
type exporter struct {
	*rand.Rand
	people *fixtures.Generator
}

func newExporter() *exporter {
	return &exporter{rand.New(rand.NewPCG(1, 2)), fixtures.New(3, invented)}
}

// often reports whether one of n is due.
func (e *exporter) often(n int) bool { return e.IntN(n) == 0 }

func (e *exporter) one(list ...string) string { return list[e.IntN(len(list))] }

// person invents somebody, the same one now and then.
func (e *exporter) person(i int) fixtures.Person {
	if i > 100 && e.often(50) {
		i -= e.IntN(100)
	}
	p := e.people.Person(i)
	if p.Email == "" && p.Phone == "" && !e.often(10) {
		p.Email = fmt.Sprintf("no.%d@letters.example", i)
	}
	return p
}

// phone writes a number in one of the ways in which people do.
func (e *exporter) phone(p *fixtures.Person) string {
	if p.Phone == "" || e.often(500) {
		return e.one("", "", "", "n/a", "-", "none")
	}
	number, err := phonenumbers.Parse(p.Phone, "")
	if err != nil {
		return p.Phone
	}
	switch e.IntN(1_000) { // what nobody can tell
	case 0:
		return p.Phone + " ext. 12"
	case 1:
		return "2.54712E+11"
	case 2:
		return p.Phone + " or " + p.Phone
	}
	switch e.IntN(8) {
	case 0:
		return phonenumbers.Format(number, phonenumbers.INTERNATIONAL)
	case 1:
		return strings.ReplaceAll(phonenumbers.Format(number, phonenumbers.INTERNATIONAL), " ", "\u00a0")
	case 2:
		return strings.NewReplacer(" ", ".", "-", ".").Replace(phonenumbers.Format(number, phonenumbers.INTERNATIONAL))
	case 3:
		return "'" + p.Phone
	case 4:
		return "tel:" + p.Phone
	case 5, 6:
		if p.Country == "" { // nobody could tell
			return p.Phone
		}
		return phonenumbers.Format(number, phonenumbers.NATIONAL)
	}
	return p.Phone
}

func (e *exporter) email(p *fixtures.Person) string {
	switch {
	case p.Email != "" && e.often(1_000):
		return e.one("none", "ask@@her.example")
	case e.often(10):
		return strings.ToUpper(p.Email)
	case e.often(20):
		return " " + p.Email + " "
	}
	return p.Email
}

func (e *exporter) country(p *fixtures.Person) string {
	if p.Country == "" {
		return ""
	}
	region := language.MustParseRegion(p.Country)
	switch {
	case e.often(3):
		return p.Country
	case e.often(5):
		return region.ISO3()
	case p.Country == "GB":
		return e.one("UK", "England", "Great Britain", "United Kingdom", "U.K.")
	case p.Country == "US":
		return e.one("USA", "United States of America", "United States", "U.S.A.")
	}
	return e.one(display.English.Regions().Name(region), strings.ToUpper(display.English.Regions().Name(region)))
}

func (e *exporter) company(p *fixtures.Person) string {
	if p.Company == "" {
		return ""
	}
	return e.one(p.Company, p.Company, p.Company+`, "Sons" & Co.`, "=HYPERLINK("+p.Company+")")
}

func (e *exporter) notes() string {
	return e.one("", "", "Met at the fair.\r\nWants a call,\nnot a mail; \"soon\"", "-5 % agreed", "see also: https://example.org/?a=1,2", "=SUM(A1:A2)", "ñandú 👩‍🌾\ttab")
}

func (e *exporter) first(p *fixtures.Person) string {
	switch {
	case p.FirstName == "":
		return p.Name
	case e.often(100):
		return p.FirstName + ",\nDr."
	case e.often(100):
		return p.FirstName + ` "Bob"`
	}
	return p.FirstName
}

func (e *exporter) day() string {
	return fmt.Sprintf("%d/%d/%d", 1+e.IntN(12), 1+e.IntN(28), 1950+e.IntN(60))
}

// second is a further e-mail as Google writes it into the same cell.
func second(e *exporter, p *fixtures.Person) string {
	if p.Email == "" {
		return ""
	}
	return e.one("", "", " ::: second@old.example")
}

// hubspotEmail is one that nobody else has: a record has an e-mail of its own.
func hubspotEmail(e *exporter, i int, p *fixtures.Person) string {
	if p.Email == "" || e.often(1_000) {
		return e.one("", p.Email)
	}
	return fmt.Sprintf("h%d.%s", i, strings.TrimSpace(p.Email))
}

// export is a program: its columns and one person in some of them.
type export struct {
	columns string
	row     func(e *exporter, i int, p *fixtures.Person) map[string]string
}

func numbered2(pattern string, n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		b.WriteString("," + strings.ReplaceAll(pattern, "#", fmt.Sprint(i)))
	}
	return b.String()
}

var exports = map[string]export{
	"Google Contacts": {
		columns: "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name," +
			"Organization Title,Organization Department,Birthday,Notes,Photo,Labels" + numbered2("E-mail # - Label,E-mail # - Value", 3) + numbered2("Phone # - Label,Phone # - Value", 3) +
			numbered2("Address # - Label,Address # - Formatted,Address # - Street,Address # - City,Address # - PO Box,Address # - Region,Address # - Postal Code,Address # - Country,"+
				"Address # - Extended Address", 2) + ",Website 1 - Label,Website 1 - Value,Event 1 - Label,Event 1 - Value,Custom Field 1 - Label,Custom Field 1 - Value",
		row: func(e *exporter, i int, p *fixtures.Person) map[string]string {
			return map[string]string{
				"First Name": e.first(p), "Middle Name": e.one("", "", "J."), "Last Name": p.LastName, "Organization Name": e.company(p), "Organization Title": p.JobTitle,
				"Birthday": e.one("", "--05-12", "1980-01-31", " --11-3"), "Notes": e.notes(), "Photo": "https://lh3.example/a=s100", "Labels": e.one("* myContacts", "Friends ::: * myContacts", "Work, old ::: * starred", ""),
				"E-mail 1 - Label": "* Work", "E-mail 1 - Value": e.email(p) + second(e, p), "E-mail 2 - Value": e.one("", "", fmt.Sprintf("other%d@home.example", i)),
				"Phone 1 - Label": "Mobile", "Phone 1 - Value": e.phone(p), "Phone 2 - Value": e.one("", "", "", fmt.Sprintf("+44 20 7946 %04d ::: +44 20 7946 0959", i)),
				"Address 1 - Formatted": "Kenyatta Ave 5\n" + p.City + "\n" + p.Country, "Address 1 - City": p.City, "Address 1 - Country": e.country(p), "Website 1 - Value": p.Website,
			}
		},
	},
	"Google Contacts, before 2024": {
		columns: "Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Additional Name Yomi,Family Name Yomi,Name Prefix,Name Suffix,Initials,Nickname,Short Name,Maiden Name," +
			"Birthday,Gender,Location,Billing Information,Directory Server,Mileage,Occupation,Hobby,Sensitivity,Priority,Subject,Notes,Language,Photo,Group Membership" +
			numbered2("E-mail # - Type,E-mail # - Value", 2) + numbered2("Phone # - Type,Phone # - Value", 2) +
			numbered2("Address # - Type,Address # - Formatted,Address # - Street,Address # - City,Address # - PO Box,Address # - Region,Address # - Postal Code,Address # - Country,"+
				"Address # - Extended Address", 1) +
			numbered2("Organization # - Type,Organization # - Name,Organization # - Yomi Name,Organization # - Title,Organization # - Department,Organization # - Symbol,"+
				"Organization # - Location,Organization # - Job Description", 1),
		row: func(e *exporter, _ int, p *fixtures.Person) map[string]string {
			return map[string]string{
				"Name": p.Name, "Given Name": e.first(p), "Family Name": p.LastName, "Birthday": "1970-02-29", "Notes": e.notes(), "Group Membership": e.one("* myContacts", "Clients ::: * myContacts"),
				"E-mail 1 - Type": "* ", "E-mail 1 - Value": e.email(p), "Phone 1 - Type": "Mobile", "Phone 1 - Value": e.phone(p), "Address 1 - City": p.City,
				"Address 1 - Country": e.country(p), "Organization 1 - Name": e.company(p),
			}
		},
	},
	"Outlook": {
		columns: "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business Street 2,Business Street 3,Business City,Business State,Business Postal Code," +
			"Business Country/Region,Home Street,Home Street 2,Home Street 3,Home City,Home State,Home Postal Code,Home Country/Region,Other Street,Other Street 2,Other Street 3,Other City," +
			"Other State,Other Postal Code,Other Country/Region,Assistant's Phone,Business Fax,Business Phone,Business Phone 2,Callback,Car Phone,Company Main Phone,Home Fax,Home Phone,Home Phone 2," +
			"ISDN,Mobile Phone,Other Fax,Other Phone,Pager,Primary Phone,Radio Phone,TTY/TDD Phone,Telex,Account,Anniversary,Assistant's Name,Billing Information,Birthday,Business Address PO Box," +
			"Categories,Children,Directory Server,E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address,E-mail 2 Type,E-mail 2 Display Name,E-mail 3 Address,E-mail 3 Type," +
			"E-mail 3 Display Name,Gender,Government ID Number,Hobby,Home Address PO Box,Initials,Internet Free Busy,Keywords,Language,Location,Manager's Name,Mileage,Notes,Office Location," +
			"Organizational ID Number,Other Address PO Box,Priority,Private,Profession,Referred By,Sensitivity,Spouse,User 1,User 2,User 3,User 4,Web Page",
		row: func(e *exporter, _ int, p *fixtures.Person) map[string]string {
			row := map[string]string{
				"Title": e.one("", "Dr.", "Mrs."), "First Name": e.first(p), "Last Name": p.LastName, "Company": e.company(p), "Job Title": p.JobTitle, "Business City": p.City,
				"Business Country/Region": e.country(p), "Business Street": "Moi Ave 1\r\nFloor 2", "Business Phone": "", "Company Main Phone": "+254 20 222 2222", "Anniversary": "0/0/00",
				"Birthday": e.one("0/0/00", e.day()), "Categories": e.one("", "Customers;Red Category", "VIP"), "E-mail Address": e.email(p), "E-mail Type": "SMTP",
				"E-mail Display Name": p.Name + " (" + p.Email + ")", "Gender": "Unspecified", "Notes": e.notes(), "Priority": "Normal", "Private": "False", "Sensitivity": "Normal",
			}
			row[e.one("Mobile Phone", "Business Phone", "Home Phone", "Primary Phone")] = e.phone(p)
			if e.often(30) {
				row["E-mail Address"], row["E-mail Type"] = "/o=ExchangeLabs/ou=Exchange Administrative Group/cn=Recipients/cn=1a2b", "EX"
				row["E-mail 2 Address"] = e.email(p)
			}
			return row
		},
	},
	"HubSpot": {
		columns: "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Lead Status,Contact owner,Lifecycle Stage,Create Date,Last Activity Date,Marketing contact status," +
			"Company Name,Associated Company,Job Title,City,State/Region,Country/Region,Website URL,Original Source,Additional email addresses,Favourite colour (custom)",
		row: func(e *exporter, i int, p *fixtures.Person) map[string]string {
			return map[string]string{
				"Record ID": fmt.Sprint(151_000_000_000 + i), "First Name": e.first(p), "Last Name": p.LastName, "Email": hubspotEmail(e, i, p),
				"Phone Number": e.phone(p), "Lead Status": e.one("", "NEW", "Open deal"), "Contact owner": "Sam Seller", "Company Name": e.company(p),
				"Lifecycle Stage": e.one("Subscriber", "lead", "Marketing Qualified Lead", "Sales Qualified Lead", "Opportunity", "Customer", "Evangelist", "Other", "Our own stage", ""),
				"Create Date":     e.one("2024-03-12 09:14", "2023-12-31 23:59", "2024-02-29 00:00"), "Last Activity Date": e.one("", "2026-10-01 08:00"), "City": p.City,
				"Country/Region": e.country(p), "Additional email addresses": e.one("", "x@old.example;y@old.example"), "Favourite colour (custom)": e.one("", "green"),
			}
		},
	},
}

// file writes n rows as the program does.
func (x export) file(t testing.TB, e *exporter, n int) string {
	t.Helper()
	columns := strings.Split(x.columns, ",")
	known := map[string]bool{}
	for _, name := range columns {
		known[name] = true
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	require.NoError(t, w.Write(columns))
	for i := range n {
		p := e.person(i)
		values := x.row(e, i, &p)
		row := make([]string, len(columns))
		for j, name := range columns {
			row[j] = values[name]
		}
		for name := range values {
			require.True(t, known[name], name)
		}
		require.NoError(t, w.Write(row))
	}
	w.Flush()
	return b.String()
}

// TestExportsOfOthersGoIn holds the files of other programs to at most one
// refused row of 200, without a word about their columns.
func TestExportsOfOthersGoIn(t *testing.T) {
	const rows = 10_000
	for name, program := range exports {
		t.Run(name, func(t *testing.T) {
			service, space := newService(t)
			by := ledger.Caller{Author: ledger.Author{Source: ledger.SourceImport, Name: "test"}}
			_, _, err := space.PatchSettings(t.Context(), by, fields.Draft{"phone_region": "KE", "time_zone": "Africa/Nairobi"}, 0)
			require.NoError(t, err)
			for again, rows := range []int{rows, rows / 10} { // the first again
				file := program.file(t, newExporter(), rows)
				var rejects strings.Builder
				p, err := New(t.Context(), strings.NewReader(file), space.Attributes(fields.EntityContact), Options{Rejects: &rejects})
				require.NoError(t, err)
				require.Equal(t, strings.Split(name, ",")[0], p.Program)
				require.Equal(t, rows, p.Rows)
				summary, err := p.Run(t.Context(), Into(service, by.Author))
				require.NoError(t, err)
				t.Logf("%+v\n%s", summary, reasons(rejects.String()))
				require.LessOrEqual(t, summary.Refused, rows/200)
				if again == 1 {
					require.Less(t, summary.Created, rows/50, "only those whom nothing identifies")
					require.Greater(t, summary.Unchanged, rows*8/10)
				}
			}
		})
	}
}

// reasons counts the lines of a report by field and reason.
func reasons(report string) string {
	rows, _ := csv.NewReader(strings.NewReader(report)).ReadAll()
	counts := map[string]int{}
	for _, row := range rows {
		reason, _, _ := strings.Cut(row[2], "(contact")
		counts[row[1]+": "+reason]++
	}
	var b strings.Builder
	for reason, n := range counts {
		fmt.Fprintln(&b, n, reason)
	}
	return b.String()
}
