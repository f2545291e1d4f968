package filter

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// Ranges reads the bounds between which the values of a field are counted, and
// returns them in the form that the field stores. Bounds are written like values
// of rules. A day on a field of instants is its start in the zone. Days and
// instants also take a period, which is one from now on, or with a sign back
// from now, as within_next and within_last have it.
//
// path is that of the list of bounds. Faults are all that is wrong with it.
func (d Decoder) Ranges(f fields.Field, bounds []json.RawMessage, env Env, path string) (values []fields.Value, faults []fault.Fault) {
	c := &checker{loader: newLoader(d)}
	switch f.Type {
	case fields.FieldNumber, fields.FieldCurrency, fields.FieldDate, fields.FieldInstant:
	default:
		c.faults.add(path, "must be absent: only numbers, amounts, dates and instants lie in ranges")
		return nil, c.faults.list(path)
	}
	for i, raw := range bounds {
		at := path + "[" + strconv.Itoa(i) + "]"
		v, ok := c.bound(f, raw, env, at)
		switch {
		case !ok:
		case i > 0 && len(values) == i && compareValues(values[i-1], v) >= 0:
			c.faults.add(at, "must come after the bound before it")
		default:
			values = append(values, v)
		}
	}
	return values, c.faults.list(path)
}

// bound reads one bound.
func (c *checker) bound(f fields.Field, raw json.RawMessage, env Env, path string) (fields.Value, bool) {
	v, err := parse(raw)
	if err != nil {
		c.faults.add(path, "must be a value of the field")
		return fields.Value{}, false
	}
	r := &Rule{Field: f, Operator: Gte}
	if text, ok := v.(string); ok && r.moves(text) {
		return c.moved(r, strings.TrimSpace(text), env, path)
	}
	o, ok := c.operand(r, v, path)
	if !ok {
		return fields.Value{}, false
	}
	r.set([]operand{o})
	if o.day {
		return c.within(f, r.first(0, env.Zone), path)
	}
	return o.value, true
}

// moves reports whether a bound of the field is a period from now.
func (r *Rule) moves(text string) bool {
	dated := r.Field.Type == fields.FieldDate || r.Field.Type == fields.FieldInstant
	return dated && strings.HasPrefix(strings.TrimPrefix(strings.TrimSpace(text), "-"), "P")
}

// moved reads a period from now.
func (c *checker) moved(r *Rule, text string, env Env, path string) (fields.Value, bool) {
	text, back := strings.CutPrefix(text, "-")
	before := c.faults.count()
	c.period(r, text, path)
	if c.faults.count() > before {
		return fields.Value{}, false
	}
	r.Operator = WithinNext
	if back {
		r.Operator = WithinLast
	}
	from, to, _ := r.Bounds(env)
	if back {
		return c.within(r.Field, from, path)
	}
	return c.within(r.Field, to, path)
}

// within refuses what no contact can have.
func (c *checker) within(f fields.Field, n int64, path string) (fields.Value, bool) {
	v := fields.IntValue(n)
	if _, fault := c.loader.decoder.Schema.CoerceMember(f, f.JSON(v)); fault != "" {
		c.faults.add(path, fmt.Sprintf("must lie in the years %d to %d", firstYear, lastYear))
		return fields.Value{}, false
	}
	return v, true
}

// The years of days and instants.
const firstYear, lastYear = 1, 9999
