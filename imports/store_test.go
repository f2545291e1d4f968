package imports

import (
	"encoding/csv"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/badger"
	"github.com/ndoto/kundi/workspace"
)

// newService returns the use cases over a store on disk, with the attributes
// of the fixtures.
func newService(t testing.TB) (*contacts.Service, *workspace.Service) {
	t.Helper()
	engine, err := badger.Open(t.TempDir(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	store, err := storage.Open(t.Context(), storage.Options{Kinds: kinds, Engine: engine})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	service, space := contacts.NewService(store, companies.Directory{}, nil, nil), workspace.NewService(store, nil)
	for _, d := range fixtures.Attributes() {
		_, err := space.DefineAttribute(t.Context(), ledger.Caller{Author: ledger.Author{Source: ledger.SourceImport}}, d)
		require.NoError(t, err)
	}
	return service, space
}

var invented = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// peopleFile is a file of the first n contacts of the fixtures; those that
// nothing identifies are left out, for they would be made anew each time.
func peopleFile(t testing.TB, n int) (file string, rows int) {
	t.Helper()
	columns := []string{
		"id", "Type", "Name", "First name", "Last name", "E-mail", "Phone", "Country", "City", "Company", "Labels", "Channels",
		"Created at", "Last seen", "Job title", "Seats", "MRR", "Health", "Website", "Renewal date", "Tier", "interests", "Newsletter", "Marketing consent",
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	require.NoError(t, w.Write(columns))
	g := fixtures.New(1, invented)
	for i := range n {
		p := g.Person(i)
		if p.Email == "" && p.Phone == "" && p.Identifier == "" {
			continue
		}
		d := p.Draft()
		attributes, _ := d["attributes"].(map[string]any)
		cell := func(m map[string]any, key string) string {
			switch v := m[key].(type) {
			case nil:
				return ""
			case []string:
				return strings.Join(v, "; ")
			default:
				return fmt.Sprint(v)
			}
		}
		row := make([]string, 0, len(columns))
		for _, key := range []string{"identifier", "type", "name", "first_name", "last_name", "email", "phone", "country", "city", "company", "labels", "channels", "created_at", "last_seen_at"} {
			row = append(row, cell(d, key))
		}
		for _, key := range []string{"job_title", "seats", "mrr", "health", "website", "renewal_date", "tier", "interests", "newsletter", "marketing_consent"} {
			row = append(row, cell(attributes, key))
		}
		require.NoError(t, w.Write(row))
		rows++
	}
	w.Flush()
	require.NoError(t, w.Error())
	return b.String(), rows
}

func TestAFileCanBeImportedTwice(t *testing.T) {
	service, space := newService(t)
	file, rows := peopleFile(t, 1_500)
	to := Into(service, ledger.Author{Source: ledger.SourceImport, Name: "test"})
	for _, want := range []Summary{{Created: rows}, {Unchanged: rows}} {
		var rejects strings.Builder
		p, err := New(t.Context(), strings.NewReader(file), space.Attributes(fields.EntityContact), Options{Rejects: &rejects})
		require.NoError(t, err)
		require.Equal(t, rows, p.Rows)
		summary, err := p.Run(t.Context(), to)
		require.NoError(t, err)
		require.Equal(t, want, summary, rejects.String())
	}

	file = "id,city,e-mail\n" + "CU-1,Nairobi,one@b.example\nCU-2,Kisumu,ONE@b.example\n"
	var rejects strings.Builder
	p, err := New(t.Context(), strings.NewReader(file), space.Attributes(fields.EntityContact), Options{Rejects: &rejects})
	require.NoError(t, err)
	summary, err := p.Run(t.Context(), to)
	require.NoError(t, err)
	require.Equal(t, Summary{Created: 1, Refused: 1}, summary)
	require.Regexp(t, `(?m)^3,"identifier","The contact that has the email has another identifier\. \(contact of line 2\)"$`, rejects.String())
}

// BenchmarkImport reports rows a second, from the text of a file to durable
// contacts.
func BenchmarkImport(b *testing.B) {
	file, rows := peopleFile(b, 20_000)
	for b.Loop() {
		b.StopTimer()
		service, space := newService(b)
		b.StartTimer()
		p, err := New(b.Context(), strings.NewReader(file), space.Attributes(fields.EntityContact), Options{})
		require.NoError(b, err)
		_, err = p.Run(b.Context(), Into(service, ledger.Author{Source: ledger.SourceImport}))
		require.NoError(b, err)
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
