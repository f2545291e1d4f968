package filtertest

import (
	"strings"

	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// units are those of the calendar. counts are how many of them a rule asks for.
var (
	units  = []filter.Unit{filter.Day, filter.Week, filter.Month, filter.Quarter, filter.Year}
	counts = []int{1, 2, 5, 40}
)

// drawUnits draws the value of a rule on whole units of the calendar.
func drawUnits(t *rapid.T, word string) any {
	unit := pick(t, units)
	if strings.HasSuffix(word, "in_this") || rapid.Bool().Draw(t, "one") {
		return unit
	}
	return map[string]any{"n": pick(t, counts), "unit": unit}
}

// addUnits collects the days on both sides of the ends of whole units.
func (p *pools) addUnits(env filter.Env) {
	for _, unit := range units {
		for _, operator := range []filter.Operator{filter.InThis, filter.InLast, filter.InNext} {
			for _, n := range counts {
				lo, hi, _ := (&filter.Rule{Field: fields.Field{Type: fields.FieldDate}, Operator: operator, Units: filter.Units{N: n, Unit: unit}}).Bounds(env)
				p.days = append(p.days, lo-1, lo, hi, hi+1)
			}
		}
	}
}

// addAnniversaries collects the days of other years that are at the ends of a period from now.
func (p *pools) addAnniversaries(env filter.Env) {
	today := bounds(env, fields.FieldDate, filter.WithinLast, filter.Period{})[0]
	for _, written := range periods {
		r := &filter.Rule{Field: fields.Field{Type: fields.FieldDate}, Operator: filter.AnniversaryWithin, Period: period(written)}
		for _, years := range []int64{1, 4, 30, 101} {
			middle := today - years*365
			for _, span := range r.Anniversaries(env).Spans(middle, middle+1) {
				p.days = append(p.days, span.From-1, span.From, span.To, span.To+1)
			}
		}
	}
}
