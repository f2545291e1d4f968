package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// System answers questions about the rows. It answers one question at a time.
type System interface {
	Name() string
	// Load reads the rows and prepares to answer.
	Load(ctx context.Context, rows *Rows) error
	// Prepare returns a function that asks the question. So the time for parsing the
	// question is not measured.
	Prepare(ctx context.Context, q Question) (func(context.Context) (Answer, error), error)
	Close() error
}

// Searcher is a System that finds people by words.
type Searcher interface {
	System
	// Search returns the ids of the first ten hits.
	Search(ctx context.Context, way Way, text string) ([]uint32, error)
}

// Answer is the answer of a system. Only what the question asked for is set.
type Answer struct {
	Count  uint64
	IDs    []uint32 // of a page in its order, else in any
	Facets []Facet  // in any order
}

// Facet is the number of contacts that have a value of a field.
type Facet struct {
	Field, Value string
	Count        uint64
}

// same says what is the same in equal answers, however they are ordered.
func (a Answer) same(kind Kind) string {
	switch kind {
	case IDs:
		ids := slices.Clone(a.IDs)
		slices.Sort(ids)
		return fmt.Sprint(ids)
	case Page:
		return fmt.Sprint(a.IDs)
	case Facets:
		var lines []string
		for _, f := range a.Facets {
			if f.Value != "" { // who has none is not counted by all systems
				lines = append(lines, fmt.Sprintf("%s=%s:%d", f.Field, f.Value, f.Count))
			}
		}
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	return fmt.Sprint(a.Count)
}

// size says how large an answer is, for the table.
func (a Answer) size(kind Kind) int {
	switch kind {
	case IDs, Page:
		return len(a.IDs)
	case Facets:
		return len(a.Facets)
	}
	return int(a.Count)
}

// moments are the times that conditions name.
type moments struct{ now time.Time }

// quoted returns pairs for strings.NewReplacer: names in braces and literals
// of SQL, in UTC.
func (m moments) quoted() []string {
	instant := func(t time.Time) string { return t.Format("'2006-01-02 15:04:05.000'") }
	day := func(t time.Time) string { return t.Format("'2006-01-02'") }
	return []string{
		"{now}", instant(m.now), "{7 days ago}", instant(m.now.AddDate(0, 0, -7)),
		"{30 days ago}", instant(m.now.AddDate(0, 0, -30)), "{90 days ago}", instant(m.now.AddDate(0, 0, -90)),
		"{today}", day(m.now), "{in 60 days}", day(m.now.AddDate(0, 0, 60)),
	}
}

// statement writes a question as SQL. The names in braces stay for the dialect.
func statement(q Question) string {
	where := ""
	if q.Where != "" {
		where = " WHERE " + q.Where
	}
	switch q.Kind {
	case Count:
		return "SELECT count(*) FROM contacts" + where
	case IDs:
		return "SELECT id FROM contacts" + where
	case Page:
		field, descending := q.sorting()
		if field == "name" {
			field = "name_fold"
		}
		if descending {
			field += " DESC"
		}
		return fmt.Sprintf("SELECT id FROM contacts%s ORDER BY %s NULLS LAST, id LIMIT %d", where, field, pageRows)
	}
	return facetStatement(q, where)
}

// facetStatement counts all fields in one statement. It chooses the contacts once.
func facetStatement(q Question, where string) string {
	from, with := "contacts", ""
	column := func(field string) string {
		if name, isAttribute := strings.CutPrefix(field, "attributes."); isAttribute {
			return "{" + name + "}"
		}
		return field
	}
	if where != "" {
		var columns []string
		for _, field := range q.Fields {
			columns = append(columns, column(field)+" AS "+strings.TrimPrefix(field, "attributes."))
		}
		with = "WITH chosen AS MATERIALIZED (SELECT " + strings.Join(columns, ", ") + " FROM contacts" + where + ") "
		from, column = "chosen", func(field string) string { return strings.TrimPrefix(field, "attributes.") }
	}
	var parts []string
	for _, field := range q.Fields {
		part := fmt.Sprintf("SELECT '%s' AS field, %s AS value, count(*) AS n FROM %s GROUP BY 2", field, column(field), from)
		if field == "labels" {
			part = fmt.Sprintf("SELECT 'labels' AS field, label AS value, count(*) AS n FROM (SELECT unnest(labels) AS label FROM %s) AS of_all GROUP BY 2", from)
		}
		parts = append(parts, part)
	}
	return with + strings.Join(parts, " UNION ALL ")
}
