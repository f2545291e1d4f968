package main

import (
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

// dialect is how a system is asked in SQL. All have a table contacts with a column for each field.
type dialect struct {
	conditions []string // pairs: names in braces and conditions that each system writes in its own way
	once       string   // before a subquery that is evaluated once, for all who read it
	byName     string   // the order of names, with who has none at the end
	bySeen     string   // the order of instants, the newest first
	// labelled is where a facet reads a column label of some contacts, which have a name.
	labelled func(from string) string
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
		text = "SELECT id FROM contacts" + where
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

// facets counts all fields in one statement. It chooses the contacts once.
func (d dialect) facets(q Question, where string) string {
	from, with := "contacts", ""
	if where != "" {
		from, with = "chosen", "WITH chosen AS "+d.once+"(SELECT id, type, country, tier, labels FROM contacts"+where+") "
	}
	var parts []string
	for _, field := range q.Fields {
		column, of := strings.TrimPrefix(field, "attributes."), from
		if field == "labels" {
			column, of = "label", d.labelled(from)
		}
		parts = append(parts, fmt.Sprintf("SELECT '%s' AS field, CAST(%s AS VARCHAR) AS value, count(*) AS n FROM %s GROUP BY %s", field, column, of, column))
	}
	return with + strings.Join(parts, " UNION ALL ")
}
