package imports

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/workspace"
)

var importer = ledger.Author{Source: ledger.SourceImport, Name: "test"}

// imported imports a file and returns what became of its rows, and the rejects without the header.
func imported(t *testing.T, s *contacts.Service, space *workspace.Service, file string, o Options) (Summary, []string) {
	t.Helper()
	var rejects strings.Builder
	o.Rejects = &rejects
	p, err := New(t.Context(), strings.NewReader(file), space.Attributes(fields.EntityContact), o)
	require.NoError(t, err)
	summary, err := p.Run(t.Context(), Into(s, importer))
	require.NoError(t, err)
	return summary, strings.Split(strings.TrimSpace(rejects.String()), "\n")[1:]
}

// texts are addresses of a contact, shared ones marked.
func texts(list []contacts.Address) (texts []string) {
	for _, a := range list {
		if a.Shared {
			a.Value += "!"
		}
		texts = append(texts, a.Value)
	}
	return texts
}

func found(t *testing.T, s *contacts.Service, field, value string) *contacts.Contact {
	t.Helper()
	c, _, err := s.Find(t.Context(), field, value)
	require.NoError(t, err)
	return c
}

// Columns of all addresses replace them, further columns of one add to them, and the same file
// again changes nothing.
func TestFilesHaveSeveralAddresses(t *testing.T) {
	const (
		lists   = "name,emails,phones,identities,country\nAda,a@x.example; B@x.example ;a@X.example,0712 345678;+254712345679,WhatsApp:254:1;sms:s,KE\n"
		further = "email,Mail,E-mail address,phone,mobile\na@x.example,c@x.example,B@X.example,+254712345679,+254712345670\n"
		both    = "email,emails\nb@x.example,a@x.example;d@x.example\n"
	)
	service, space := newService(t)
	for _, file := range []string{lists, lists} {
		summary, rejects := imported(t, service, space, file, Options{})
		require.Empty(t, rejects)
		require.Equal(t, 1, summary.Done()-summary.Refused)
	}
	ada := found(t, service, "email", "b@x.example")
	require.Equal(t, []string{"a@x.example", "B@x.example"}, texts(ada.Emails()))
	require.Equal(t, []string{"+254712345678", "+254712345679"}, texts(ada.Phones()))
	require.Equal(t, "whatsapp:254:1", ada.Identities[0].String())

	summary, rejects := imported(t, service, space, further, Options{})
	require.Empty(t, rejects)
	require.Equal(t, Summary{Updated: 1}, summary)
	ada = found(t, service, "email", "c@x.example")
	require.Equal(t, []string{"a@x.example", "B@x.example", "c@x.example"}, texts(ada.Emails()))
	require.Equal(t, []string{"+254712345678", "+254712345679", "+254712345670"}, texts(ada.Phones()), "the primary one stays")

	summary, _ = imported(t, service, space, both, Options{})
	require.Equal(t, Summary{Updated: 1}, summary)
	require.Equal(t, []string{"b@x.example", "a@x.example", "d@x.example"}, texts(found(t, service, "email", "d@x.example").Emails()))
	for _, file := range []string{both, "emails\na@x.example;b@x.example;d@x.example\n", "email,emails\nb@x.example,b@x.example;a@x.example;d@x.example\n"} {
		summary, _ = imported(t, service, space, file, Options{})
		require.Equal(t, Summary{Unchanged: 1}, summary, file)
	}
}

// What a file does not say of an address stays: that others share it.
func TestAFileLeavesWhatIsShared(t *testing.T) {
	service, space := newService(t)
	made, err := service.Create(t.Context(), ledger.Caller{Author: importer}, fields.Draft{"name": "Ada", "emails": []any{
		map[string]any{"value": "a@x.example"}, map[string]any{"value": "line@x.example", "shared": true},
	}})
	require.NoError(t, err)
	summary, rejects := imported(t, service, space, "id,emails,Mail\n"+made.ID.String()+",a@x.example;line@x.example,line@x.example\n", Options{})
	require.Empty(t, rejects)
	require.Equal(t, 1, summary.Updated, "the column of one e-mail says which is primary")
	c, _, err := service.Get(t.Context(), made.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"line@x.example!", "a@x.example"}, texts(c.Emails()))
}

// An address of somebody else is named, and left out where fields may be.
func TestFurtherAddressesOfOthers(t *testing.T) {
	const rows = "email,Mail,phone,Mobile\nben@x.example,ada@x.example,,\ncleo@x.example,nonsense,+254712345678,+254712345679\n"
	for _, lenient := range []bool{false, true} {
		service, space := newService(t)
		ada, err := service.Create(t.Context(), ledger.Caller{Author: importer}, fields.Draft{"name": "Ada", "email": "ada@x.example", "phone": "+254712345679"})
		require.NoError(t, err)
		summary, rejects := imported(t, service, space, rows, Options{Rules: contacts.FileRules{Lenient: lenient}})
		if !lenient {
			require.Equal(t, Summary{Refused: 2}, summary)
			require.Equal(t, []string{
				`2,"email","The email belongs to another contact. (contact ` + ada.ID.String() + `)"`,
				`3,"emails","must be one e-mail address like name@example.com"`,
			}, rejects)
			continue
		}
		require.Equal(t, Summary{Created: 2, LeftOut: 3}, summary)
		require.Equal(t, []string{
			`2,"emails","left out: belongs to another contact"`, `3,"emails","left out: must be one e-mail address like name@example.com"`,
			`3,"phones","left out: belongs to another contact"`,
		}, rejects)
		require.Equal(t, []string{"+254712345678"}, texts(found(t, service, "email", "cleo@x.example").Phones()))
		again, _ := imported(t, service, space, rows, Options{Rules: contacts.FileRules{Lenient: true}})
		require.Equal(t, Summary{Unchanged: 2, LeftOut: 3}, again)
	}
}

// A row with more than a contact may have is refused, and not cut.
func TestAFileWithTooManyAddresses(t *testing.T) {
	service, space := newService(t)
	header, row := "name", "Ada"
	for i := range contacts.MaxAddresses + 1 {
		header, row = header+",email", row+","+strings.Repeat("a", i+1)+"@x.example"
	}
	summary, rejects := imported(t, service, space, header+"\n"+row+"\n", Options{})
	require.Equal(t, Summary{Refused: 1}, summary)
	require.Equal(t, []string{`2,"emails","must have at most 50 e-mails"`}, rejects)
	summary, _ = imported(t, service, space, "identities\nfax:1\n", Options{Rules: contacts.FileRules{Lenient: true}})
	require.Equal(t, Summary{Refused: 1}, summary)
	summary, _ = imported(t, service, space, "name,identities\nAda,fax:1\n", Options{Rules: contacts.FileRules{Lenient: true}})
	require.Equal(t, Summary{Refused: 1}, summary, "nothing else tells who it is")
	summary, _ = imported(t, service, space, "email,identities\na@y.example,fax:1\n", Options{Rules: contacts.FileRules{Lenient: true}})
	require.Equal(t, Summary{Created: 1, LeftOut: 1}, summary)
}
