// Package filter is Kundi's one language for choosing records: the tree of
// groups and rules that lists, searches, counts and segments share.
//
// Decode turns the wire form into a tree that is checked against the schema;
// Canonical and Hash give its normal form, String its plain-English one.
// Match is the reference meaning. The package leaves fast evaluation to the
// columns, with which it shares no code of evaluation, so that a test can
// hold the two against each other.
//
// Logic is two-valued: a positive operator on a missing value is false, and
// every negative operator is the exact complement of its positive.
package filter

import (
	"time"

	"github.com/ndoto/kundi/fields"
)

// Limits of a filter.
const (
	MaxDepth       = 32     // groups within groups
	MaxRules       = 500    // rules in the whole tree
	MaxValues      = 10_000 // values of one rule
	MaxValueLength = 1_000  // characters of one value

	MaxCount = 10_000_000 // of related records

	MaxSegmentDepth  = 32     // segments within segments
	MaxExpandedRules = 10_000 // rules with every segment put in place
)

// Operator is what a rule asks of a field. The zero Operator is none.
type Operator string

// The positive operators. Every negative form of the wire (ne, not_in,
// not_contains, ...) decodes into its positive with Rule.Not set, and the
// aliases of dates (eq for on, gt for after, lt for before) likewise, so that
// evaluation knows only these. Of dates gte and lte stay themselves: "on or
// after" is positive, and false on a missing value, where not_before is the
// complement of before and true.
const (
	Eq         Operator = "eq"          // one value
	In         Operator = "in"          // any of the values
	Contains   Operator = "contains"    // one value
	StartsWith Operator = "starts_with" // one value
	EndsWith   Operator = "ends_with"   // one value
	AnyOf      Operator = "any_of"      // many-valued fields; none_of is its negative
	AllOf      Operator = "all_of"
	Exists     Operator = "exists"
	Gt         Operator = "gt"  // numbers and currency
	Gte        Operator = "gte" // also dates and instants: on or after
	Lt         Operator = "lt"  // numbers and currency
	Lte        Operator = "lte" // also dates and instants: on or before
	Between    Operator = "between"
	On         Operator = "on" // dates and instants, from here on
	Before     Operator = "before"
	After      Operator = "after"
	WithinLast Operator = "within_last"
	WithinNext Operator = "within_next"
	InThis     Operator = "in_this" // whole units of the calendar
	InLast     Operator = "in_last"
	InNext     Operator = "in_next"

	AnniversaryWithin Operator = "anniversary_within"
	Any               Operator = "any"       // related records, from here on; none is its negative
	CountEq           Operator = "count_eq"  // exactly as many
	CountGte          Operator = "count_gte" // at least as many
	CountLte          Operator = "count_lte" // at most as many
)

// Node is a *Group, a *Rule or a *Picked.
type Node interface{ node() }

// Group joins rules by and (or by or), and may negate the whole. A group
// without rules is everyone.
type Group struct {
	Or    bool
	Not   bool
	Rules []Node
}

// Rule asks one thing of one field.
type Rule struct {
	Field    fields.Field
	Operator Operator
	// Not makes the rule the exact complement of its positive form.
	Not bool
	// Values are in the form the field stores (fields.Value), folded for
	// comparison: Canonical for text, links, options and labels, lower case for
	// e-mail, E.164 for phone eq and in, digits for phone contains, starts_with
	// and ends_with, exact for ids. Between has two, from and to; the values of
	// in, any_of and all_of are sorted and distinct; those with a Period or Units have none.
	// A bound of an instant may be a day instead of a moment: see Days.
	Values []fields.Value
	// Days says, of an instant field, for each of Values whether it is a
	// calendar day (days since 1970-01-01), which stands for the local day
	// [start, next start) in the zone of Env. Nil when the field is no instant.
	Days []bool
	// Period is the operand of within_last, within_next and anniversary_within, which has no time.
	Period Period
	// Units are the operand of in_this, in_last and in_next.
	Units Units
	// Salt names the draw of a rule on random buckets, "" for the one without a name. No other
	// rule has it.
	Salt string
	// Segments are the filters of the segments that a segment rule names, in
	// the order of Values, which holds their ids. Decode makes one tree of a
	// segment that is named twice.
	Segments []Node
	// Related is set in a rule on related records, and there alone. Its Values have the
	// count, an integer of 0 to MaxCount; those of any have none.
	Related *Related

	// spelled are the texts of Values as they were written, for String.
	spelled []string
}

// Related is what a rule asks of the records that belong to one.
type Related struct {
	Of fields.Entity
	// Where is the filter over their own fields that counted ones pass, nil for all of them.
	// No segments and no related records are in it.
	Where *Group
}

func (*Group) node() {}
func (*Rule) node()  {}

// Period is an ISO 8601 duration: calendar units in the workspace's zone,
// with month ends clamped, then exact time.
type Period struct {
	Years, Months, Weeks, Days int
	Time                       time.Duration
}

// Env is what a filter's meaning depends on beside the contact: the present,
// frozen, of which the part below a millisecond is left out, the zone in
// which days are counted, which must not be nil, and the day with which weeks begin.
type Env struct {
	Now       time.Time
	Zone      *time.Location
	WeekStart time.Weekday
}

// EnvOf returns the Env of a workspace at a moment. The schema has its settings.
func EnvOf(schema *fields.Schema, now time.Time) Env {
	return Env{Now: now, Zone: schema.Zone(), WeekStart: schema.WeekStart()}
}

// Filter is a checked filter.
type Filter struct {
	Root *Group

	sent any // see Saved
}
