package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

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

// dialect is how a system is asked in SQL. All have a table contacts with a column for each field, and a table
// contact_labels (label, id).
type dialect struct {
	conditions []string // pairs: names in braces and conditions that each system writes in its own way
	ids        string   // what is selected of many ids, if not a row each
	byName     string   // the order of names, with who has none at the end
	bySeen     string   // the order of instants, the newest first
	grouped    bool     // facets are faster when contacts are counted by all fields together first
	labelled   string   // where a facet reads a column label of the contacts of {where}
}

// statement writes a question.
func (d dialect) statement(q Question, at moments) string {
	where := ""
	if q.Where != "" {
		where = " WHERE " + q.Where
	}
	text := ""
	switch q.Kind {
	case Nothing:
		text = "SELECT 1"
	case Count, Change:
		text = "SELECT count(*) FROM contacts" + where
	case IDs:
		text = "SELECT " + cmp.Or(d.ids, "id") + " FROM contacts" + where
	case Members:
		text = "SELECT public_id FROM contacts" + where
	case Page:
		order := d.byName
		if q.Fields[0] != "name" {
			order = d.bySeen
		}
		text = fmt.Sprintf("SELECT id FROM contacts%s ORDER BY %s, id LIMIT %d", where, order, pageRows)
	case Facets:
		text = d.facets(q, where)
	}
	if q.Statement != "" {
		text = q.Statement
	}
	text = strings.NewReplacer(d.conditions...).Replace(text) // its conditions may name times
	return strings.NewReplacer(at.quoted()...).Replace(text)
}

// facets counts all fields in one statement.
func (d dialect) facets(q Question, where string) string {
	from, number := "contacts"+where, "count(*)"
	var with string
	if d.grouped {
		columns := strings.Join(columnsOf(q), ", ")
		with = fmt.Sprintf("WITH grouped AS MATERIALIZED (SELECT %s, count(*) AS n FROM %s GROUP BY %s) ", columns, from, columns)
		from, number = "grouped", "CAST(sum(n) AS BIGINT)"
	}
	part := func(field, column, number, from string) string {
		return fmt.Sprintf("SELECT '%s' AS field, CAST(%s AS VARCHAR) AS value, %s AS counted FROM %s GROUP BY %s", field, column, number, from, column)
	}
	var parts []string
	for i, column := range columnsOf(q) {
		parts = append(parts, part(q.Fields[i], column, number, from))
	}
	labels := "contact_labels"
	if where != "" {
		labels = strings.ReplaceAll(d.labelled, "{where}", where)
	}
	return with + strings.Join(append(parts, part("labels", "label", "count(*)", labels)), " UNION ALL ")
}

// columnsOf are the columns of facets of one value each: those before the labels, which are the last.
func columnsOf(q Question) []string {
	columns := make([]string, len(q.Fields)-1)
	for i := range columns {
		columns[i] = strings.TrimPrefix(q.Fields[i], "attributes.")
	}
	return columns
}
