package differ

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/bench/cluster"
	"github.com/ndoto/kundi/fields"
)

// started is a comparison of few contacts, in a cluster of its own that ends with the test.
func started(t *testing.T, o Options) *Comparison {
	t.Helper()
	if _, err := os.Stat(cluster.Programs); err != nil {
		t.Skip("PostgreSQL 15 is not installed")
	}
	dir, err := os.MkdirTemp("", "kundi-differ-") // the folder of a test is closed to other users
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chmod(dir, 0o711))
	p, err := cluster.Start(context.Background(), dir, cluster.Programs)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	c, err := New(context.Background(), p.Conn, o)
	require.NoError(t, err)
	return c
}

func TestKundiAnswersAsPostgreSQL(t *testing.T) {
	c := started(t, Options{Contacts: 600, Cases: 2*changeEvery + 500, Seed: 7})
	r, err := c.Run(context.Background())
	require.NoError(t, err)
	var text bytes.Buffer
	require.NoError(t, r.Write(&text))
	require.Empty(t, r.Differences, text.String())
	require.Greater(t, r.Some, r.Cases/3, "most filters must tell contacts apart")

	t.Run("a wrong translation is seen", func(t *testing.T) { seesWrongTranslations(t, c) })
}

// seesWrongTranslations asks PostgreSQL for something else.
func seesWrongTranslations(t *testing.T, c *Comparison) {
	named := func(name, word string, value any) *rule {
		f, known := c.world.schema.Field(name)
		require.True(t, known, name)
		return &rule{Field: f, Word: word, Value: value}
	}
	right := func(g *group) question {
		return question{of: fields.EntityContact, filter: g, alone: true, now: c.present, zone: "Europe/Berlin", weekStart: "monday", segments: c.segments}
	}
	for name, wrong := range map[string]struct {
		filter *group
		swap   [2]string
	}{
		"a missing value passes no negative": {all(named("country", "ne", "KE")), [2]string{"NOT coalesce(c.country IN ('KE'), false)", "c.country <> 'KE'"}},
		"an end is not included":             {all(named("attributes.mrr", "gte", "50")), [2]string{">=", ">"}},
		"or for and":                         {all(named("type", "eq", "lead"), named("blocked", "eq", false)), [2]string{" AND ", " OR "}},
		"a count is one less":                {all(named("conversations", "count_gte", 2)), [2]string{">= 2", ">= 1"}},
		"nobody is excluded":                 {all(named("segment", "in", []any{segmentID(0)})), [2]string{" AND NOT c.ordinal IN (SELECT", " OR c.ordinal IN (SELECT"}},
		"nothing is reported":                {all(named("campaign_events", "count_gte", 2)), [2]string{">= 2", ">= 9"}},
		"another field changed":              {all(named("changed.labels", "exists", nil)), [2]string{"'labels'", "'blocked'"}},
		"nothing said is a consent":          {all(named("consent.email", "eq", "subscribed")), [2]string{"'unknown'", "'subscribed'"}},
		"one month less":                     {all(named("created_at", "in_last", map[string]any{"n": 3, "unit": "month"})), [2]string{"'-3 months'", "'-2 months'"}},
		"another zone":                       {all(named("created_at", "before", "2026-03-29")), [2]string{"Europe/Berlin", "Pacific/Apia"}},
	} {
		q := right(wrong.filter)
		sql := q.sql().question(q.of, q.filter)
		_, d := c.compare(context.Background(), q, sql)
		require.Nil(t, d, name)
		swapped := strings.Replace(sql, wrong.swap[0], wrong.swap[1], 1)
		require.NotEqual(t, sql, swapped, name)
		_, d = c.compare(context.Background(), q, swapped)
		require.NotNil(t, d, name)
		require.NoError(t, d.Err, name)
		require.NotEqual(t, d.Kundi, d.Postgres, name)
	}
}

// A field of the language is asked, or stands here with the reason why SQL cannot say it.
func TestEveryFieldIsAsked(t *testing.T) {
	left := map[string]string{}
	schema := schemaOf("UTC", "monday")
	for _, of := range append(entities, fields.EntityNote, fields.EntityCampaignEvent) {
		asked := map[string]bool{}
		for _, f := range known(schema, of) {
			asked[f.Name] = true
		}
		for _, f := range every(schema, of) {
			name := string(of) + " " + f.Name
			require.NotEqual(t, asked[f.Name], left[name] != "", name)
		}
	}
}

func TestASmallerFilterHasLess(t *testing.T) {
	name := fields.Field{Name: "name"}
	g := &group{Not: true, Nodes: []node{
		&rule{Field: name, Word: "in", Value: []any{"a", "b"}},
		&group{Or: true, Nodes: []node{&rule{Field: name, Word: "exists"}, &rule{Field: name, Word: "any", Where: all(&rule{Field: name, Word: "exists"})}}},
	}}
	whole := string(g.wire())
	seen := map[string]bool{}
	for _, less := range g.smaller() {
		text := string(less.wire())
		require.Less(t, len(text), len(whole))
		seen[text] = true
	}
	require.Len(t, seen, 9)
	require.Equal(t, whole, string(g.wire()), "the filter itself is as it was")
}

func TestOtherCountsAreSeen(t *testing.T) {
	value := func(text string, n uint64) fields.FacetValue {
		return fields.FacetValue{Value: fields.TextValue(text), Count: n}
	}
	facet := func(missing, other uint64, values ...fields.FacetValue) fields.Facet {
		return fields.Facet{Field: fields.Field{Name: "city", Type: fields.FieldText}, Missing: missing, Other: other, Values: values}
	}
	theirs := map[string]uint64{"": 3, "porto": 2, "lima": 1}
	require.NoError(t, sameFacet(facet(3, 0, value("Porto", 2), value("LIMA", 1)), theirs))
	for name, ours := range map[string]fields.Facet{
		"missing":     facet(2, 0, value("Porto", 2), value("Lima", 1)),
		"other":       facet(3, 1, value("Porto", 2), value("Lima", 1)),
		"count":       facet(3, 0, value("Porto", 1), value("Lima", 1)),
		"value":       facet(3, 0, value("Porto", 2), value("Rome", 1)),
		"too few":     facet(3, 1, value("Porto", 2)),
		"other range": {Field: fields.Field{Name: "seats"}, Missing: 3, Ranges: []fields.FacetRange{{Count: 1}}},
	} {
		require.Error(t, sameFacet(ours, theirs), name)
	}
	require.NoError(t, sameFacet(fields.Facet{Ranges: []fields.FacetRange{{Count: 4}, {}}}, map[string]uint64{"": 0, "0": 4}))
}
