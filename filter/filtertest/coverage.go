package filtertest

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// Coverage counts which situations a property test has really met. It is not
// safe for several goroutines.
type Coverage struct {
	cells map[Cell]int
}

// Cell is one situation: a rule of a kind meets a contact of a kind.
type Cell struct {
	Type      fields.FieldType
	Operator  filter.Operator
	Not       bool
	Situation Situation
}

// Situation is what a rule met in a contact.
type Situation string

// The situations. Accepted and Rejected are by the positive form; NonASCII is
// a value with other letters that it accepts. Inside and Outside are values
// that are, or just are not, in the interval of a rule: at its very ends.
// Absorbed is accepted by what the contact has absorbed alone, Written a part of a
// phone that only its form within the country has, Unset a record without a value that counts as
// one of the choices.
const (
	MissingValue Situation = "missing"
	Accepted     Situation = "accepted"
	Rejected     Situation = "rejected"
	NonASCII     Situation = "non-ASCII"
	Inside       Situation = "just inside"
	Outside      Situation = "just outside"
	Absorbed     Situation = "absorbed"
	Written      Situation = "as written"
	Unset        Situation = "unset"
)

// NewCoverage returns an empty count.
func NewCoverage() *Coverage { return &Coverage{cells: map[Cell]int{}} }

// Record counts what every rule of a filter meets in every contact.
func (c *Coverage) Record(w *World, f *filter.Filter) { c.node(w, w.allFacts(), f.Root) }

// node counts with the facts of all contacts.
func (c *Coverage) node(w *World, facts []ledger.Facts, n filter.Node) {
	switch n := n.(type) {
	case *filter.Group:
		for _, member := range n.Rules {
			c.node(w, facts, member)
		}
	case *filter.Rule:
		for i, contact := range w.Contacts {
			for _, s := range situations(w, n, contact, facts[i]) {
				c.cells[Cell{n.Field.Type, n.Operator, n.Not, s}]++
			}
		}
		for _, segment := range n.Segments {
			c.picks(w, facts, segment, false)
		}
	}
}

// picks counts what those who were picked for a segment meet: pinned ones, and with not
// excluded ones.
func (c *Coverage) picks(w *World, facts []ledger.Facts, n filter.Node, not bool) {
	switch n := n.(type) {
	case *filter.Group:
		for _, member := range n.Rules {
			c.picks(w, facts, member, n.Not)
		}
	case *filter.Picked:
		for i, contact := range w.Contacts {
			met := Rejected
			switch {
			case n.Ordinals.Contains(contact.Ordinal):
				met = Accepted
			case filter.Match(n, facts[i], w.Env):
				met = Absorbed
			}
			c.cells[Cell{fields.FieldSegment, picked, not, met}]++
		}
	}
}

// picked stands for the operator of those who were picked for a segment, which have none.
const picked filter.Operator = "picked"

func situations(w *World, r *filter.Rule, contact *contacts.Contact, facts ledger.Facts) []Situation {
	if acceptsAbsorbed(w, r, contact, facts) {
		return []Situation{Absorbed}
	}
	v := facts.Value(r.Field)
	positive := *r
	positive.Not = false
	switch {
	case !v.IsMissing() || !r.Field.Type.HasValues():
	case r.Field.Standard != nil && r.Field.Standard.Unset != "" && filter.Match(&positive, facts, w.Env):
		return []Situation{Unset}
	default:
		return []Situation{MissingValue}
	}
	if !filter.Match(&positive, facts, w.Env) {
		if atEnd(r, v, w.Env) {
			return []Situation{Rejected, Outside}
		}
		return []Situation{Rejected}
	}
	met := []Situation{Accepted}
	if r.Field.Type == fields.FieldPhone && len(r.Values) > 0 && !strings.Contains(v.Text, r.Values[0].Text) {
		met = append(met, Written)
	}
	if nonASCII(v) {
		met = append(met, NonASCII)
	}
	if atEnd(r, v, w.Env) {
		met = append(met, Inside)
	}
	return met
}

// acceptsAbsorbed reports whether the positive form of a rule on one of the fields by
// which contacts are unique accepts a contact, and not by its own value.
func acceptsAbsorbed(w *World, r *filter.Rule, contact *contacts.Contact, facts ledger.Facts) bool {
	if len(contact.Absorbed) == 0 || !slices.Contains(uniqueTypes, r.Field.Type) {
		return false
	}
	alone := contact.Clone()
	alone.Absorbed = nil
	positive := *r
	positive.Not = false
	return filter.Match(&positive, facts, w.Env) && !filter.Match(&positive, contacts.Kind.Facts(alone), w.Env)
}

// uniqueTypes are those of the fields by which contacts are unique.
var uniqueTypes = []fields.FieldType{fields.FieldEmail, fields.FieldPhone, fields.FieldID}

func nonASCII(v fields.Value) bool {
	return slices.ContainsFunc(append(v.List, v.Text), func(s string) bool { return utf8.RuneCountInString(s) < len(s) })
}

// atEnd reports whether a value lies at an end of the interval of a rule, on
// either side of it. Numbers have no next one: there only the ends count.
func atEnd(r *filter.Rule, v fields.Value, env filter.Env) bool {
	if v.Kind == fields.KindNumber && ranged(r.Operator) {
		return slices.ContainsFunc(r.Values, func(end fields.Value) bool { return v.Float == end.Float })
	}
	if r.Field.Type == fields.FieldBucket {
		bucket := int64(fields.SaltOf(r.Salt).Bucket(uint32(v.Int)))
		return bucket == r.Values[0].Int || bucket == r.Values[0].Int-1
	}
	if r.Operator == filter.AnniversaryWithin {
		return slices.ContainsFunc(r.Anniversaries(env).Spans(v.Int-1, v.Int+1), func(s filter.Span) bool {
			return v.Int == s.From || v.Int == s.To || v.Int == s.From-1 || v.Int == s.To+1
		})
	}
	lo, hi, ok := r.Bounds(env)
	return ok && (v.Int == lo || v.Int == hi || v.Int == lo-1 || v.Int == hi+1)
}

func ranged(o filter.Operator) bool {
	return slices.Contains([]filter.Operator{filter.Gt, filter.Gte, filter.Lt, filter.Lte, filter.Between}, o)
}

// Gaps lists, in order, the situations that every test of an evaluation should
// meet and that were not met; empty when there are none.
func (c *Coverage) Gaps() []string {
	gaps := []string{}
	for _, cell := range wanted() {
		if c.cells[cell] == 0 {
			not := ""
			if cell.Not {
				not = "not "
			}
			gaps = append(gaps, fmt.Sprintf("field type %d, %s%s: %s", cell.Type, not, cell.Operator, cell.Situation))
		}
	}
	sort.Strings(gaps)
	return gaps
}

var textOperators = []filter.Operator{filter.Eq, filter.In, filter.Contains, filter.StartsWith, filter.EndsWith}

// wanted lists the cells that must be met, by the operators of each type.
func wanted() []Cell {
	moments := []filter.Operator{
		filter.On, filter.Before, filter.After, filter.Between, filter.WithinLast, filter.WithinNext,
		filter.InThis, filter.InLast, filter.InNext, filter.AnniversaryWithin,
	}
	amounts := []filter.Operator{filter.Eq, filter.In, filter.Between}
	compared := []filter.Operator{filter.Gt, filter.Gte, filter.Lt, filter.Lte}

	var cells list
	for _, ft := range []fields.FieldType{
		fields.FieldText, fields.FieldLink, fields.FieldEmail, fields.FieldPhone, fields.FieldID,
	} {
		cells.add(ft, textOperators, both, MissingValue, Accepted, Rejected)
		if ft != fields.FieldPhone {
			cells.add(ft, textOperators, both, NonASCII)
		}
	}
	for _, ft := range uniqueTypes {
		cells.add(ft, textOperators, both, Absorbed)
		cells.add(ft, []filter.Operator{filter.Exists}, both, Absorbed)
	}
	cells.add(fields.FieldPhone, []filter.Operator{filter.Contains, filter.StartsWith, filter.EndsWith}, both, Written)
	cells.add(fields.FieldOption, []filter.Operator{filter.Eq, filter.In}, both, MissingValue, Accepted, Rejected, NonASCII)
	cells.add(fields.FieldOption, []filter.Operator{filter.Eq, filter.In, filter.Exists}, both, Unset)
	cells.add(fields.FieldMany, []filter.Operator{filter.AnyOf}, both, MissingValue, Accepted, Rejected, NonASCII)
	cells.add(fields.FieldMany, []filter.Operator{filter.AllOf}, positive, MissingValue, Accepted, Rejected, NonASCII)
	for _, ft := range []fields.FieldType{fields.FieldNumber, fields.FieldCurrency} {
		cells.add(ft, amounts, both, MissingValue, Accepted, Rejected)
		cells.add(ft, compared, positive, MissingValue, Accepted, Rejected)
		cells.add(ft, []filter.Operator{filter.Gt, filter.Lt}, positive, Outside)
		cells.add(ft, []filter.Operator{filter.Gte, filter.Lte, filter.Between}, positive, Inside)
	}
	for _, ft := range []fields.FieldType{fields.FieldDate, fields.FieldInstant} {
		cells.add(ft, moments, both, MissingValue, Accepted, Rejected, Inside, Outside)
		cells.add(ft, []filter.Operator{filter.Gte, filter.Lte}, positive, MissingValue, Accepted, Rejected, Inside, Outside)
	}
	cells.add(fields.FieldCheckbox, []filter.Operator{filter.Eq}, both, MissingValue, Accepted, Rejected)
	cells.add(fields.FieldSegment, []filter.Operator{filter.In}, both, Accepted, Rejected)
	cells.add(fields.FieldBucket, []filter.Operator{filter.Lt, filter.Gte}, positive, Accepted, Rejected)
	cells.add(fields.FieldBucket, []filter.Operator{filter.Lt}, positive, Inside, Outside)
	cells.add(fields.FieldSegment, []filter.Operator{picked}, both, Accepted, Rejected, Absorbed)
	for ft := fields.FieldText; ft <= fields.FieldCheckbox; ft++ {
		cells.add(ft, []filter.Operator{filter.Exists}, both, MissingValue, Accepted)
	}
	return cells
}

var (
	positive = []bool{false}
	both     = []bool{false, true}
)

type list []Cell

func (l *list) add(ft fields.FieldType, operators []filter.Operator, forms []bool, met ...Situation) {
	for _, o := range operators {
		for _, not := range forms {
			for _, s := range met {
				*l = append(*l, Cell{ft, o, not, s})
			}
		}
	}
}
