package filter

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/fields"
)

// Unit is a unit of the calendar. The zero Unit is none.
type Unit string

// The units. A quarter begins with January, April, July or October; a week with the day that Env says.
const (
	Day     Unit = "day"
	Week    Unit = "week"
	Month   Unit = "month"
	Quarter Unit = "quarter"
	Year    Unit = "year"
)

// units are all of them with the most that a rule may ask for of each, so that every day that is
// reached can be counted.
var units = []struct {
	Unit
	most int
}{
	{Day, maxYears * 366}, {Week, maxYears * 53}, {Month, maxYears * 12}, {Quarter, maxYears * 4}, {Year, maxYears},
}

// Units are some whole units of the calendar. N is at least 1.
type Units struct {
	N    int
	Unit Unit
}

const (
	unitExpected  = "must be one of day, week, month, quarter, year"
	unitsExpected = unitExpected + `, or several of them like {"n": 3, "unit": "month"}`
)

// units checks the value of in_this, which is a unit, or of in_last and in_next, which may have a
// number of them, too.
func (c *checker) units(r *Rule, v any, path string) {
	switch sent := v.(type) {
	case string:
		expected := unitsExpected
		if r.Operator == InThis {
			expected = unitExpected
		}
		if r.Units = (Units{1, Unit(sent)}); r.Units.most() == 0 {
			c.faults.add(path, expected)
		}
	case map[string]any:
		if r.Operator == InThis {
			c.faults.add(path, unitExpected+": there is one present unit, so it has no number")
			return
		}
		c.several(r, sent, path)
	default:
		c.faults.add(path, unitsExpected)
	}
}

// several checks {n, unit}.
func (c *checker) several(r *Rule, sent map[string]any, path string) {
	for name := range sent {
		if name != "n" && name != "unit" {
			c.faults.add(path, "has an unknown member: it has the members n and unit")
			break
		}
	}
	unit, _ := sent["unit"].(string)
	r.Units.Unit = Unit(unit)
	most := r.Units.most()
	if most == 0 {
		c.faults.add(path+".unit", unitExpected)
		most = maxYears
	}
	n, fault := c.loader.decoder.Schema.CoerceMember(fields.Field{Type: fields.FieldNumber}, sent["n"])
	if fault != "" || n.IsMissing() || n.Float < 1 || n.Float > float64(most) || n.Float != math.Trunc(n.Float) {
		c.faults.add(path+".n", fmt.Sprintf("must be a whole number from 1 to %d", most))
		return
	}
	r.Units.N = int(n.Float)
}

// most is how many of the unit there may be, 0 for one that is none.
func (u Units) most() int {
	for _, known := range units {
		if known.Unit == u.Unit {
			return known.most
		}
	}
	return 0
}

// wire writes the units as they are sent: one without its number.
func (u Units) wire() any {
	if u.N == 1 {
		return string(u.Unit)
	}
	return wireUnits(u)
}

type wireUnits struct {
	N    int  `json:"n"`
	Unit Unit `json:"unit"`
}

// from returns the first unit that the rule accepts, counted from the present one, and how many there are.
func (r *Rule) from() (first, n int) {
	switch r.Operator {
	case InLast:
		return -r.Units.N, r.Units.N
	case InNext:
		return 1, r.Units.N
	}
	return 0, 1
}

// wholeUnits writes the operand of a rule on whole units.
func (r *Rule) wholeUnits() string {
	unit := string(r.Units.Unit)
	if r.Operator == InThis {
		if r.Units.Unit == Day {
			return "today"
		}
		return "in this " + unit
	}
	if r.Units == (Units{1, Day}) {
		return map[Operator]string{InLast: "yesterday", InNext: "tomorrow"}[r.Operator]
	}
	which := "in the " + strings.TrimPrefix(string(r.Operator), "in_") + " "
	if r.Units.N == 1 {
		return which + "whole " + unit
	}
	return which + strconv.Itoa(r.Units.N) + " whole " + unit + "s"
}
