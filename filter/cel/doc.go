// Package cel writes filters as text, and reads them back. The text is an expression of CEL
// (Common Expression Language) in a subset that says what filters can say, and no more:
//
//	type == "customer" && attributes.mrr >= 100 && last_seen_at.within_last("P30D")
//
// cel-go parses the text. What it means, its types and its values, are checked by package
// filter, so that text and JSON have the same rules, limits and faults.
// docs/filters-as-text.md has the grammar.
package cel
