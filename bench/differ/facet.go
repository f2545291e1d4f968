package differ

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
)

// ranged are the types of fields that are counted in ranges.
var ranged = []fields.FieldType{fields.FieldNumber, fields.FieldCurrency, fields.FieldDate, fields.FieldInstant}

// faceted are the fields of an entity whose values are counted, or ranges of them. A facet of a field
// by which records are unique looks at one value only, and is left out.
func faceted(schema *fields.Schema, of fields.Entity) []fields.Field {
	types := append([]fields.FieldType{fields.FieldText, fields.FieldLink, fields.FieldOption, fields.FieldMany, fields.FieldCheckbox}, ranged...)
	return slices.DeleteFunc(known(schema, of), func(f fields.Field) bool { return !slices.Contains(types, f.Type) })
}

// facet draws a facet of the records of an entity. What is counted in ranges has one to four bounds.
func (d *drawer) facet(of fields.Entity) (q fields.FacetQuery) {
	q.Field = pick(d.random, faceted(d.schema, of))
	if !slices.Contains(ranged, q.Field.Type) {
		return q
	}
	for range 1 + d.random.IntN(4) {
		q.Bounds = append(q.Bounds, d.value(of, q.Field))
	}
	compare := func(a, b fields.Value) int { return cmp.Or(cmp.Compare(a.Float, b.Float), cmp.Compare(a.Int, b.Int)) }
	slices.SortFunc(q.Bounds, compare)
	q.Bounds = slices.CompactFunc(q.Bounds, func(a, b fields.Value) bool { return compare(a, b) == 0 })
	return q
}

// ranges is the SQL that counts by ranges of a column, of which the first has the number 0.
func ranges(column string, q fields.FacetQuery) string {
	if q.Field.Type == fields.FieldNumber {
		column += "::float8"
	}
	bounds := make([]string, len(q.Bounds))
	for i, v := range q.Bounds {
		switch q.Field.Type {
		case fields.FieldNumber:
			bounds[i] = quoted(number(v.Float).String()) + "::float8"
		case fields.FieldCurrency:
			bounds[i] = fmt.Sprintf("%d::int8", v.Int)
		case fields.FieldDate:
			bounds[i] = quoted(fields.FormatDay(v.Int)) + "::date"
		case fields.FieldInstant:
			bounds[i] = quoted(fields.FormatInstant(v.Int)) + "::timestamptz"
		}
	}
	return "width_bucket(" + column + ", ARRAY[" + strings.Join(bounds, ", ") + "])"
}

// facet is the SQL that counts the values of a field among those who pass a filter. "" is the value of
// those who have none.
func (s asSQL) facet(of fields.Entity, g *group, q fields.FacetQuery) string {
	column, from, where := expression(of, q.Field), " FROM "+tablesOf[of], " WHERE "+s.group(of, g)
	if q.Bounds != nil {
		column = ranges(column, q)
	}
	if q.Field.Type != fields.FieldMany {
		return "SELECT coalesce((" + column + ")::text, ''), count(*)" + from + where + " GROUP BY 1"
	}
	return "SELECT x, count(DISTINCT " + tablesOf[of][:1] + ".ordinal)" + from + " CROSS JOIN unnest(" + column + ") x" + where + " GROUP BY 1" +
		" UNION ALL SELECT '', count(*)" + from + where + " AND " + column + " IS NULL"
}

// compareFacet asks both systems for the facet of a question. It fails if they count otherwise.
func (c *Comparison) compareFacet(ctx context.Context, q question) error {
	f, env, err := q.decoded()
	if err != nil {
		return err
	}
	answer, err := c.columns.Ask(ctx, columns.Question{Of: q.of, Filter: f, Env: env, Facets: []fields.FacetQuery{q.facet}})
	if err != nil {
		return err
	}
	rows, err := c.conn.Query(ctx, q.sql().facet(q.of, q.filter, q.facet), pgx.QueryExecModeExec)
	if err != nil {
		return err
	}
	theirs := map[string]uint64{"": 0}
	var value string
	var n uint64
	if _, err := pgx.ForEachRow(rows, []any{&value, &n}, func() error {
		theirs[value] += n
		return nil
	}); err != nil {
		return err
	}
	return sameFacet(answer.Facets[0], theirs)
}

// sameFacet compares a facet with the counts of all values. Of many values it has only the first.
func sameFacet(ours fields.Facet, theirs map[string]uint64) error {
	field := ours.Field
	if ours.Missing != theirs[""] {
		return fmt.Errorf("facet of %s: kundi has %d without a value, postgres %d", field.Name, ours.Missing, theirs[""])
	}
	for i, r := range ours.Ranges {
		if theirs := theirs[strconv.Itoa(i)]; r.Count != theirs {
			return fmt.Errorf("facet of %s: kundi has %d in range %d, postgres %d", field.Name, r.Count, i, theirs)
		}
	}
	if ours.Ranges != nil {
		return nil
	}
	if len(ours.Values) != min(len(theirs)-1, fields.MaxFacetValues) {
		return fmt.Errorf("facet of %s: kundi has %d values, postgres %d", field.Name, len(ours.Values), len(theirs)-1)
	}
	rest := uint64(0)
	for _, n := range theirs {
		rest += n
	}
	rest -= theirs[""]
	for _, v := range ours.Values {
		value := strconv.FormatBool(v.Value.Bool)
		if v.Value.Kind == fields.KindText {
			value = folded(field, "eq", v.Value.Text)
		}
		if v.Count != theirs[value] {
			return fmt.Errorf("facet of %s: kundi counts %d of one value, postgres %d", field.Name, v.Count, theirs[value])
		}
		rest -= v.Count
	}
	if ours.Other != rest && field.Type != fields.FieldMany { // of lists, who has several values is one
		return fmt.Errorf("facet of %s: kundi has %d of other values, postgres %d", field.Name, ours.Other, rest)
	}
	return nil
}
