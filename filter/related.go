package filter

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/fields"
)

// alone reports whether an operator takes no value.
func (o Operator) alone() bool { return o == Exists || o == Any }

// related checks the where of a rule, which only one on related records may have. path is that
// of the where, depth that of the rule.
func (c *checker) related(rule map[string]any, f fields.Field, path string, depth int) *Related {
	where := rule["where"]
	if where == nil {
		delete(rule, "where")
	}
	if f.Type != fields.FieldRelated {
		if where != nil {
			c.faults.add(path, "must be absent: only rules on related records have it")
		}
		return nil
	}
	r := &Related{Of: f.Standard.Records}
	if where == nil {
		return r
	}
	of, inWhere := c.of, c.inWhere
	c.of, c.inWhere = r.Of, true
	r.Where = c.outermost(where, path, depth)
	c.of, c.inWhere = of, inWhere
	if r.Where != nil && len(r.Where.Rules) == 0 && !r.Where.Not {
		r.Where = nil // all of them
	}
	return r
}

// whole checks the value of a rule that takes a whole number of 0 to most.
func (c *checker) whole(r *Rule, v any, most int, path string) {
	n, fault := c.loader.decoder.Schema.CoerceMember(fields.Field{Type: fields.FieldNumber}, v)
	if fault == "" && (n.Float < 0 || n.Float > float64(most) || n.Float != math.Trunc(n.Float)) {
		fault = fmt.Sprintf("must be a whole number from 0 to %d", most)
	}
	if fault != "" {
		c.faults.add(path, fault)
		return
	}
	r.Values = []fields.Value{fields.IntValue(int64(n.Float))}
}

// related writes a rule on related records: "Contact has at least 2 conversations where (...)".
func (p printer) related(r *Rule) string {
	text := "Contact has " + r.howMany()
	if r.Related.Where == nil {
		return text
	}
	where := p.group(r.Related.Where)
	if r.Related.Where.Not && len(r.Related.Where.Rules) > 0 {
		return text + " where " + where // which has parentheses of its own
	}
	return text + " where (" + where + ")"
}

// howMany writes the operator of a rule on related records, and what they are called.
func (r *Rule) howMany() string {
	one := strings.ReplaceAll(string(r.Related.Of), "_", " ")
	if r.Operator == Any {
		if r.Not {
			return "no " + one
		}
		return "a " + one
	}
	words := map[Operator][2]string{
		CountEq: {"exactly", "not exactly"}, CountGte: {"at least", "fewer than"}, CountLte: {"at most", "more than"},
	}[r.Operator]
	noun := strings.ReplaceAll(r.Field.Name, "_", " ")
	if r.Values[0].Int == 1 {
		noun = one
	}
	return words[oneIf(r.Not)] + " " + grouped(strconv.FormatInt(r.Values[0].Int, 10)) + " " + noun
}
