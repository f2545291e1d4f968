package columns

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

var env = filter.Env{Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Zone: time.UTC}

func eq(field, value string) *filter.Filter {
	f, _ := ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind).Field(field)
	return &filter.Filter{Root: &filter.Group{Rules: []filter.Node{
		&filter.Rule{Field: f, Operator: filter.Eq, Values: []fields.Value{fields.TextValue(value)}},
	}}}
}

func TestApplyAndCount(t *testing.T) {
	table := newTables(gramBatch)
	ada := &contacts.Contact{Ordinal: 1, ID: uuid.New(), Type: contacts.TypeLead, Name: "Ada", Email: "Ada@Example.com", Country: "KE"}
	bea := &contacts.Contact{Ordinal: 2, ID: uuid.New(), Type: contacts.TypeLead, Name: "ADÁ", Email: "bea@example.com", Country: "TZ"}
	table.Apply([]ledger.Change{
		{Seq: 1, Entity: fields.EntityContact, Op: ledger.OpCreate, Ordinal: 1, Record: ada},
		{Seq: 2, Entity: fields.EntityContact, Op: ledger.OpCreate, Ordinal: 2, Record: bea},
	})
	count := func(f *filter.Filter) (n uint64) {
		table.View(func(v *View) { n = v.Count(f, env) })
		return n
	}
	require.EqualValues(t, 2, count(nil))
	require.EqualValues(t, 2, count(eq("name", "ada")))
	require.EqualValues(t, 1, count(eq("email", "ada@example.com")))
	require.EqualValues(t, 1, count(eq("country", "ke")))

	table.Apply([]ledger.Change{
		{Seq: 2, Entity: fields.EntityContact, Op: ledger.OpDelete, Ordinal: 1}, // applied already
		{Seq: 3, Entity: fields.EntityContact, Op: ledger.OpDelete, Ordinal: 2},
	})
	require.EqualValues(t, 3, table.Seq())
	require.EqualValues(t, 1, count(nil))
	require.EqualValues(t, 1, count(eq("name", "ada")))
	require.EqualValues(t, 0, count(eq("country", "tz")))
}
