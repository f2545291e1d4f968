package imports

import (
	"encoding/csv"
	"slices"
	"strings"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// format says how a known program exports contacts. Columns that are not named
// here are left out, unless the workspace has an attribute with the name.
type format struct {
	name  string
	marks []string // names of columns by which its files are known, folded by plain
	// columns are the fields of the columns. Of several columns of one field,
	// the one that counts first is first.
	columns []formatColumn
	// localTimes says that its times have no offset, and are local times.
	localTimes bool
}

type formatColumn struct {
	name   string // folded by plain
	field  string
	clean  func(string) string
	list   func(string) []string // of a list that is written in another way than ours
	each   string                // what stands between several values of a cell, "" for one value
	joined bool
	extra  bool // counts only behind a value of another column
}

// formats are the known formats. A file has the first format whose marks are all
// in its header.
var formats = []format{
	{
		name: "Google Contacts", marks: []string{"givenname", "familyname", "groupmembership"},
		columns: slices.Concat([]formatColumn{
			{name: "givenname", field: "first_name"}, {name: "additionalname", field: "first_name", joined: true}, {name: "familyname", field: "last_name"},
			{name: "name", field: "name"}, {name: "groupmembership", field: "labels", list: googleLabels},
		}, googleColumns("organization1name")),
	},
	{
		name: "Google Contacts", marks: []string{"firstname", "lastname", "labels", "fileas"},
		columns: slices.Concat([]formatColumn{
			{name: "firstname", field: "first_name"}, {name: "middlename", field: "first_name", joined: true}, {name: "lastname", field: "last_name"},
			{name: "labels", field: "labels", list: googleLabels},
		}, googleColumns("organizationname")),
	},
	{
		name: "Outlook", marks: []string{"firstname", "lastname", "emailaddress", "businessphone"},
		columns: []formatColumn{
			{name: "firstname", field: "first_name"}, {name: "middlename", field: "first_name", joined: true}, {name: "lastname", field: "last_name"},
			{name: "emailaddress", field: "email", clean: noExchange}, {name: "email2address", field: "email", clean: noExchange},
			{name: "email3address", field: "email", clean: noExchange},
			{name: "mobilephone", field: "phone"}, {name: "primaryphone", field: "phone"}, {name: "businessphone", field: "phone"},
			{name: "businessphone2", field: "phone"}, {name: "homephone", field: "phone"}, {name: "homephone2", field: "phone"}, {name: "otherphone", field: "phone"},
			{name: "company", field: "company"}, {name: "categories", field: "labels"},
			{name: "businesscountryregion", field: "country"}, {name: "businesscountry", field: "country"}, {name: "homecountryregion", field: "country"},
			{name: "homecountry", field: "country"}, {name: "othercountryregion", field: "country"}, {name: "othercountry", field: "country"},
			{name: "businesscity", field: "city"}, {name: "homecity", field: "city"}, {name: "othercity", field: "city"},
		},
	},
	hubspot("recordid"),
	hubspot("contactid"),
	{
		name: "Mailchimp", marks: []string{"emailaddress", "memberrating", "leid"},
		columns: []formatColumn{
			{name: "emailaddress", field: "email"}, {name: "firstname", field: "first_name"}, {name: "lastname", field: "last_name"},
			{name: "phonenumber", field: "phone"}, {name: "company", field: "company"}, {name: "country", field: "country"}, {name: "cc", field: "country"},
			{name: "tags", field: "labels", list: quotedList},
		},
	},
	{
		name: "listmonk", marks: []string{"uuid", "email", "name", "attributes", "status"},
		columns: []formatColumn{
			{name: "uuid", field: "identifier"}, {name: "email", field: "email"}, {name: "name", field: "name"}, {name: "createdat", field: "created_at"},
		},
	},
}

// googleColumns are the columns that both forms of Google's files have.
func googleColumns(company string) []formatColumn {
	columns := []formatColumn{{name: company, field: "company"}}
	for _, n := range []string{"1", "2", "3", "4", "5"} {
		columns = append(columns,
			formatColumn{name: "email" + n + "value", field: "email", each: ":::"},
			formatColumn{name: "phone" + n + "value", field: "phone", each: ":::"},
			formatColumn{name: "address" + n + "country", field: "country", clean: firstOfGoogle},
			formatColumn{name: "address" + n + "city", field: "city", clean: firstOfGoogle},
		)
	}
	return columns
}

func hubspot(id string) format {
	return format{
		name: "HubSpot", marks: []string{id, "email", "lifecyclestage|contactowner|createdate|leadstatus"}, localTimes: true,
		columns: []formatColumn{
			{name: id, field: "identifier"}, {name: "firstname", field: "first_name"}, {name: "lastname", field: "last_name"}, {name: "email", field: "email"},
			{name: "additionalemailaddresses", field: "email", each: ";", extra: true},
			{name: "mobilephonenumber", field: "phone"}, {name: "phonenumber", field: "phone"}, {name: "whatsappphonenumber", field: "phone"},
			{name: "companyname", field: "company"}, {name: "associatedcompany", field: "company"}, {name: "primaryassociatedcompany", field: "company"},
			{name: "countryregion", field: "country"}, {name: "country", field: "country"}, {name: "city", field: "city"},
			{name: "lifecyclestage", field: "type", clean: lifecycleStage}, {name: "createdate", field: "created_at"}, {name: "lastactivitydate", field: "last_seen_at"},
		},
	}
}

// formatOf returns the format of a file with the given header, nil for an unknown
// one.
func formatOf(header []string) *format {
	names := map[string]bool{}
	for _, name := range header {
		names[plain(name)] = true
	}
	for i := range formats {
		if !slices.ContainsFunc(formats[i].marks, func(mark string) bool {
			return !slices.ContainsFunc(strings.Split(mark, "|"), func(name string) bool { return names[name] })
		}) {
			return &formats[i]
		}
	}
	return nil
}

// take returns the field of a column, if the format knows the column.
func (f *format) take(c *Column, name string) bool {
	at := slices.IndexFunc(f.columns, func(known formatColumn) bool { return known.name == plain(name) })
	if at < 0 {
		return false
	}
	known := f.columns[at]
	c.Field, c.clean, c.joined, c.rank = known.field, known.clean, known.joined, at+1
	c.list, c.each, c.extra = known.list, known.each, known.extra
	return true
}

// finish gives a contact without a name the name of its company, as the programs
// show it; see contacts.FileRules.CompanyNames.
func (f *format) finish(d fields.Draft) {
	for _, key := range []string{"name", "first_name", "last_name"} {
		if d[key] != nil {
			return
		}
	}
	if company := d["company"]; company != nil {
		d["name"] = company
	}
}

// firstOfGoogle takes the first of the values that Google puts into one cell.
func firstOfGoogle(text string) string {
	first, _, _ := strings.Cut(text, " ::: ")
	return strings.TrimSpace(first)
}

// googleLabels splits a cell with labels of Google. It leaves out the labels that
// every contact has.
func googleLabels(text string) []string {
	var labels []string
	for label := range strings.SplitSeq(text, ":::") {
		label = strings.TrimSpace(label)
		if own, system := strings.CutPrefix(label, "*"); system {
			label = strings.TrimSpace(own)
			if slices.Contains([]string{"mycontacts", "starred", "othercontacts"}, plain(label)) {
				continue
			}
		}
		labels = append(labels, label)
	}
	return labels
}

// noExchange leaves out the addresses that Exchange writes instead of e-mails.
func noExchange(text string) string {
	if strings.HasPrefix(strings.ToLower(text), "/o=") {
		return ""
	}
	return text
}

// lifecycleStage returns the type for a lifecycle stage of HubSpot. There is none
// for Other and for stages that a company has made itself.
func lifecycleStage(text string) string {
	switch plain(text) {
	case "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity":
		return string(contacts.TypeLead)
	case "customer", "evangelist":
		return string(contacts.TypeCustomer)
	}
	return ""
}

// quotedList splits a list that is written as CSV: "VIP","Blog".
func quotedList(text string) []string {
	r := csv.NewReader(strings.NewReader(text))
	r.LazyQuotes, r.TrimLeadingSpace = true, true
	members, err := r.Read()
	if err != nil {
		return []string{text}
	}
	return members
}
