package columns

import (
	"fmt"
	"slices"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// rollup is what each row of a table has of the rows that belong to it: a number. Words are a bit
// each.
type rollup struct {
	declared *ledger.Rollup
	column   *numberColumn // of the other table
	source
	zero     int64     // of no row
	combined *combined // what is shown instead of the column, nil for the column itself
}

// newRollup makes a rollup of a declared one, without its source, and its column in the other table.
func newRollup(declared *ledger.Rollup, from, to *table) rollup {
	u := rollup{declared: declared, column: &numberColumn{}, zero: none}
	switch declared.By {
	case ledger.CountOf:
		u.column.form, u.zero = counts, 0
	case ledger.UnionOf:
		u.zero = 0
	default:
		u.column.form = columnOf[*numberColumn](from, declared.Of).form
	}
	shown := to.standardNamed(declared.Field)
	if shown == nil && declared.By != ledger.UnionOf {
		to.add(standardColumn{name: declared.Field, column: u.column})
		return u
	}
	u.column.inner = true
	u.combined = newCombined(declared, to, shown)
	return u
}

// joins makes one number of two.
func (u *rollup) joins(a, b int64) int64 {
	switch u.declared.By {
	case ledger.CountOf:
		return a + b
	case ledger.UnionOf:
		return a | b
	case ledger.LeastOf:
		if a == none || b != none && b < a {
			return b
		}
		return a
	}
	return max(a, b)
}

// changed is what a rollup of rows becomes when one of them gives another number. It is not ok when
// the number of that row may have decided: then all of them must be looked at.
func (u *rollup) changed(rolled, was, now int64) (n int64, ok bool) {
	switch by := u.declared.By; {
	case by == ledger.CountOf:
		return rolled - was + now, true
	case by == ledger.UnionOf && was&^now != 0, by != ledger.UnionOf && was != none && was == rolled && u.joins(was, now) != now:
		return 0, false
	}
	return u.joins(rolled, now), true
}

// at returns the number of a row of the other table, that of no row where it has none.
func (u *rollup) at(other uint32) int64 {
	if n := u.column.get(other); n != none {
		return n
	}
	return u.zero
}

// kept is a number as the column keeps it: words that nobody has take no place.
func (u *rollup) kept(n int64) int64 {
	if n == 0 && u.declared.By == ledger.UnionOf {
		return none
	}
	return n
}

// value is a number as a value.
func (u *rollup) value(n int64) fields.Value {
	if u.declared.By == ledger.UnionOf {
		return fields.ListValue(u.combined.words(n))
	}
	return u.column.value(n)
}

// source is where a row has what it gives to a rollup: a number, or a word that stands for one.
// Without either, each row gives 1.
type source struct {
	numbers *numberColumn
	texts   *textColumn
	words   map[string]int64 // by fold of the text
	told    string           // what names a change of it, "" when nothing does, see standardColumn.told
	derived bool             // it is a derived column itself
}

// newSource finds the source of a rollup in the table of the rows. A declaration that does not fit is a
// mistake in the program, so it panics.
func newSource(declared *ledger.Rollup, from *table) (s source) {
	if declared.Of == "" {
		return source{}
	}
	of := from.standardNamed(declared.Of)
	if of == nil {
		panic(fmt.Sprintf("%s rolls up the field %s, of which a %s has no column", declared.Field, declared.Of, from.layout.entity))
	}
	s.told, s.derived = of.told, of.of == nil
	if declared.By != ledger.CountOf && declared.By != ledger.UnionOf {
		s.numbers = columnOf[*numberColumn](from, declared.Of)
		return s
	}
	s.texts, s.words = columnOf[*textColumn](from, declared.Of), make(map[string]int64)
	for i, word := range declared.Words {
		s.words[s.texts.fold(word)] = 1 << i
	}
	if declared.By == ledger.CountOf {
		s.words[s.texts.fold(declared.Only)] = 1
	}
	return s
}

// keeps reports whether a change of some fields leaves alone what a row gives.
func (s *source) keeps(changed []string) bool {
	switch {
	case s.numbers == nil && s.texts == nil:
		return true
	case s.told == "":
		return false
	}
	return !slices.Contains(changed, s.told) && !(s.derived && slices.Contains(changed, ledger.FieldAbsorbed))
}

// of returns what a row gives.
func (s *source) of(row uint32) int64 {
	switch {
	case s.numbers != nil:
		return s.numbers.get(row)
	case s.texts == nil:
		return 1
	}
	if code := s.texts.codes.get(row); code != 0 {
		return s.words[s.texts.folds.key(code)]
	}
	return 0
}

// all returns of for all rows: words are looked up once.
func (s *source) all() func(row uint32) int64 {
	if s.texts == nil {
		return s.of
	}
	byCode := make([]int64, s.texts.folds.size())
	for _, code := range s.texts.folds.all() {
		byCode[code] = s.words[s.texts.folds.key(code)]
	}
	return func(row uint32) int64 { return byCode[s.texts.codes.get(row)] }
}
