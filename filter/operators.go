package filter

import (
	"maps"
	"slices"
	"strings"

	"github.com/ndoto/kundi/fields"
)

// meaning is what an operator's word on the wire says: a positive operator,
// or the complement of one.
type meaning struct {
	operator Operator
	not      bool
}

// meanings gives the meaning of every word of the wire. Dates and instants read
// some of them otherwise: see dateWords.
var meanings = map[string]meaning{
	"eq":              {Eq, false},
	"ne":              {Eq, true},
	"in":              {In, false},
	"not_in":          {In, true},
	"contains":        {Contains, false},
	"not_contains":    {Contains, true},
	"starts_with":     {StartsWith, false},
	"not_starts_with": {StartsWith, true},
	"ends_with":       {EndsWith, false},
	"not_ends_with":   {EndsWith, true},
	"any_of":          {AnyOf, false},
	"none_of":         {AnyOf, true},
	"all_of":          {AllOf, false},
	"exists":          {Exists, false},
	"not_exists":      {Exists, true},
	"gt":              {Gt, false},
	"gte":             {Gte, false},
	"lt":              {Lt, false},
	"lte":             {Lte, false},
	"between":         {Between, false},
	"not_between":     {Between, true},
	"on":              {On, false},
	"not_on":          {On, true},
	"before":          {Before, false},
	"not_before":      {Before, true},
	"after":           {After, false},
	"not_after":       {After, true},
	"within_last":     {WithinLast, false},
	"not_within_last": {WithinLast, true},
	"within_next":     {WithinNext, false},
	"not_within_next": {WithinNext, true},
	"in_this":         {InThis, false},
	"not_in_this":     {InThis, true},
	"in_last":         {InLast, false},
	"not_in_last":     {InLast, true},
	"in_next":         {InNext, false},
	"not_in_next":     {InNext, true},

	"anniversary_within":     {AnniversaryWithin, false},
	"not_anniversary_within": {AnniversaryWithin, true},

	"any":       {Any, false},
	"none":      {Any, true},
	"count_eq":  {CountEq, false},
	"count_gte": {CountGte, false},
	"count_lte": {CountLte, false},
}

// aliases are the operator names of react-querybuilder that are not ours, each
// with our word for it. Everything that is answered or kept has our words.
var aliases = map[string]string{
	"=":                "eq",
	"!=":               "ne",
	"<":                "lt",
	"<=":               "lte",
	">":                "gt",
	">=":               "gte",
	"notIn":            "not_in",
	"doesNotContain":   "not_contains",
	"beginsWith":       "starts_with",
	"doesNotBeginWith": "not_starts_with",
	"endsWith":         "ends_with",
	"doesNotEndWith":   "not_ends_with",
	"null":             "not_exists",
	"notNull":          "exists",
	"notBetween":       "not_between",
}

// Aliases returns the words beside ours that the wire takes, in alphabetical
// order.
func Aliases() []string { return slices.Sorted(maps.Keys(aliases)) }

// dateWords are the words that mean something of their own on dates and
// instants. gte and lte stay positive there, "on or after" and "on or before":
// a contact without the value does not match them, while it matches
// not_before and not_after, the complements of before and after.
var dateWords = map[string]meaning{
	"eq": {On, false},
	"ne": {On, true},
	"gt": {After, false},
	"lt": {Before, false},
}

// The words each kind of field knows, in the order in which they are listed to
// callers.
var (
	textWords = []string{
		"eq", "ne", "in", "not_in", "contains", "not_contains", "starts_with", "not_starts_with",
		"ends_with", "not_ends_with", "exists", "not_exists",
	}
	optionWords = []string{"eq", "ne", "in", "not_in", "exists", "not_exists"}
	manyWords   = []string{"any_of", "all_of", "none_of", "exists", "not_exists"}
	numberWords = []string{
		"eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "between", "not_between", "exists", "not_exists",
	}
	momentWords = []string{
		"on", "not_on", "before", "not_before", "after", "not_after", "between", "not_between",
		"within_last", "not_within_last", "within_next", "not_within_next",
		"in_this", "not_in_this", "in_last", "not_in_last", "in_next", "not_in_next",
		"anniversary_within", "not_anniversary_within",
		"eq", "ne", "gt", "gte", "lt", "lte", "exists", "not_exists",
	}
	checkboxWords   = []string{"eq", "ne"}
	threeStateWords = []string{"eq", "ne", "exists", "not_exists"}
	segmentWords    = []string{"in", "not_in"}
	bucketWords     = []string{"lt", "gte"}
	relatedWords    = []string{"any", "none", "count_eq", "count_gte", "count_lte"}
)

// Operators returns the words of the wire that a field knows, in the order in
// which they are documented. The slice is shared.
func Operators(f fields.Field) []string {
	switch f.Type {
	case fields.FieldText, fields.FieldLink, fields.FieldEmail, fields.FieldPhone, fields.FieldID:
		return textWords
	case fields.FieldOption:
		return optionWords
	case fields.FieldMany:
		return manyWords
	case fields.FieldNumber, fields.FieldCurrency:
		return numberWords
	case fields.FieldDate, fields.FieldInstant:
		return momentWords
	case fields.FieldCheckbox:
		if f.Attribute != nil && f.Attribute.ThreeState {
			return threeStateWords
		}
		return checkboxWords
	case fields.FieldSegment:
		return segmentWords
	case fields.FieldRelated:
		return relatedWords
	case fields.FieldBucket:
		return bucketWords
	}
	return nil
}

// meaningOf returns what a word says about a field; ok is false when the field
// does not know it.
func meaningOf(f fields.Field, word string) (m meaning, ok bool) {
	if !slices.Contains(Operators(f), word) {
		return meaning{}, false
	}
	if f.Type == fields.FieldDate || f.Type == fields.FieldInstant {
		if m, ok := dateWords[word]; ok {
			return m, true
		}
	}
	return meanings[word], true
}

// wordFor returns the first documented word with the meaning, and false when
// the wire has none, as for the complement of all_of.
func wordFor(f fields.Field, m meaning) (word string, ok bool) {
	for _, word := range Operators(f) {
		if known, _ := meaningOf(f, word); known == m {
			return word, true
		}
	}
	return "", false
}

// Negation returns the word of the opposite, and false when the field has none for it.
func Negation(f fields.Field, word string) (negation string, ok bool) {
	m, ok := meaningOf(f, word)
	if !ok {
		return "", false
	}
	return wordFor(f, meaning{m.operator, !m.not})
}

// operatorFault tells a caller which operators the field has instead.
func operatorFault(f fields.Field, word string) string {
	known := strings.Join(Operators(f), ", ")
	if f.Type == fields.FieldRelated {
		return "this field is about related records, so it has the operators " + known + hint(word, relatedInstead)
	}
	if f.Type == fields.FieldMany {
		return "this field holds several values, so it has the operators " + known +
			hint(word, map[string]string{"eq": "any_of", "in": "any_of", "contains": "any_of", "ne": "none_of", "not_in": "none_of", "not_contains": "none_of"})
	}
	return "is not an operator of this field, which has " + known
}

// relatedInstead is what those meant who asked related records like a value.
var relatedInstead = map[string]string{
	"exists": "any", "not_exists": "none", "any_of": "any with where", "none_of": "none with where",
	"eq": "count_eq", "gte": "count_gte", "gt": "count_gte", "lte": "count_lte", "lt": "count_lte",
}

func hint(word string, instead map[string]string) string {
	if better, ok := instead[word]; ok {
		return "; use " + better + " here"
	}
	return ""
}
