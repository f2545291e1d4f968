package columns

import (
	"bytes"
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// TestReadersWritersAndCheckpointsGoOnTogether runs nested filters, facets and
// pages beside changes and checkpoints, under a deadline: a lock that is taken
// twice would wait for ever. The race detector watches.
func TestReadersWritersAndCheckpointsGoOnTogether(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	table := newTables(gramBatch)
	const people, changes = 200, 3000

	field := func(name string) fields.Field {
		f, _ := ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind).Field(name)
		return f
	}
	rule := func(name string, o filter.Operator, values ...fields.Value) *filter.Rule {
		return &filter.Rule{Field: field(name), Operator: o, Values: values}
	}
	// A contact's type and country change together, so at every moment the two
	// sides count the same.
	kenyans := rule("country", filter.Eq, fields.TextValue("ke"))
	customers := rule("type", filter.Eq, fields.TextValue("customer"))
	segment := &filter.Rule{Field: field("segment"), Operator: filter.In, Segments: []filter.Node{
		&filter.Group{Not: true, Rules: []filter.Node{&filter.Group{Not: true, Rules: []filter.Node{customers}}}},
	}}
	both := &filter.Filter{Root: &filter.Group{Rules: []filter.Node{
		kenyans, segment, rule("name", filter.Contains, fields.TextValue("a")), rule("created_at", filter.Exists),
	}}}
	one := &filter.Filter{Root: &filter.Group{Rules: []filter.Node{kenyans}}}

	var running sync.WaitGroup
	written := make(chan struct{})
	running.Go(func() {
		defer close(written)
		for seq := uint64(1); seq <= changes; seq++ {
			c := &contacts.Contact{
				Ordinal: uint32(seq%people) + 1, Name: "Ada", Type: contacts.TypeLead, Country: "TZ",
				Labels: []string{"a", "b"}[:seq%3%2+1], CreatedAt: time.UnixMilli(int64(seq)),
			}
			if seq%3 == 0 {
				c.Type, c.Country = contacts.TypeCustomer, "KE"
			}
			op := ledger.Change{Seq: seq, Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: c.Ordinal, Record: c}
			if seq%7 == 0 {
				op.Op, op.Record = ledger.OpDelete, nil
			}
			table.Apply([]ledger.Change{op})
		}
	})
	loop := func(f func()) {
		running.Go(func() {
			for {
				f()
				select {
				case <-written:
					return
				default:
				}
			}
		})
	}
	for range 3 {
		loop(func() {
			table.View(func(v *View) {
				rows := v.Rows(both, env)
				if rows.GetCardinality() != v.Count(one, env) {
					t.Error("a view sees two moments")
				}
				v.Facets(rows, fields.CountValues(field("country"), field("labels")))()
				if _, _, err := v.Page(rows, []fields.Sort{{Field: field("name")}, {Field: field("created_at")}}, nil, 5); err != nil {
					t.Error(err)
				}
			})
		})
	}
	loop(func() {
		var file bytes.Buffer
		_, err := table.Checkpoint(&file)
		if err == nil {
			_, err = load(&file)
		}
		if err != nil {
			t.Error(err)
		}
	})

	done := make(chan struct{})
	go func() { running.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		t.Fatal("readers, writers and checkpoints wait for each other")
	}
	require.EqualValues(t, changes, table.Seq())
	_, err := table.Checkpoint(io.Discard)
	require.NoError(t, err)
}
