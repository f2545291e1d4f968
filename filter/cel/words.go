package cel

import (
	"slices"
	"strings"
)

// symbols are the operators that are written between a field and a value, by the word of the
// wire. On dates eq, lt and gt are written for on, before and after.
var symbols = map[string]string{
	"eq": "==", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=",
	"on": "==", "before": "<", "after": ">",
}

// counts are the operators that compare how many related records there are.
var counts = map[string]string{"count_eq": "==", "count_lte": "<=", "count_gte": ">="}

// method is an operator that is written as a call on a field: field.name(arguments).
type method struct {
	name     string // in the text
	operator string // on the wire
	takes    shape
}

// shape is what a method takes.
type shape uint8

const (
	oneValue  shape = iota // (value)
	twoValues              // (from, to)
	aList                  // ([value, ...])
	units                  // (unit) or (number, unit)
)

// expected says what a method takes, after "takes".
var expected = map[shape]string{
	oneValue:  "one value",
	twoValues: "two values",
	aList:     "a list of values in [ ]",
	units:     `a unit of the calendar, like "month", or a number of them and the unit, like 3, "month"`,
}

// methods are in the order in which they are listed to people.
var methods = []method{
	{"contains", "contains", oneValue},
	{"startsWith", "starts_with", oneValue},
	{"endsWith", "ends_with", oneValue},
	{"between", "between", twoValues},
	{"any_of", "any_of", aList},
	{"all_of", "all_of", aList},
	{"within_last", "within_last", oneValue},
	{"within_next", "within_next", oneValue},
	{"in_this", "in_this", oneValue},
	{"in_last", "in_last", units},
	{"in_next", "in_next", units},
	{"anniversary_within", "anniversary_within", oneValue},
}

// methodOf returns the name of the method for an operator of the wire.
func methodOf(operator string) string {
	at := slices.IndexFunc(methods, func(m method) bool { return m.operator == operator })
	if at < 0 {
		return operator
	}
	return methods[at].name
}

// methodNamed returns the method with a name in the text.
func methodNamed(name string) (m method, ok bool) {
	at := slices.IndexFunc(methods, func(m method) bool { return m.name == name })
	if at < 0 {
		return method{}, false
	}
	return methods[at], true
}

// methodNames lists the methods for people.
func methodNames() string {
	names := make([]string, len(methods))
	for i, m := range methods {
		names[i] = m.name
	}
	return strings.Join(names, ", ") + ", and any and count of related records"
}
