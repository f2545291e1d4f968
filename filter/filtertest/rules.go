package filtertest

import (
	"encoding/json"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// Filter draws a filter of nested groups of any rules, checked against the
// world.
func (w *World) Filter(t *rapid.T) *filter.Filter {
	return w.decode(t, w.group(t, 3))
}

// EveryOperator draws, for every field and every word its type knows, a filter
// of one rule, in a fixed order.
func (w *World) EveryOperator(t *rapid.T) []*filter.Filter {
	var filters []*filter.Filter
	for _, f := range w.fields() {
		for _, word := range filter.Operators(f) {
			filters = append(filters, w.decode(t, groupOf(w.ruleOf(t, f, word))))
		}
	}
	return filters
}

// JSON draws a filter in its wire form.
func (w *World) JSON(t *rapid.T) json.RawMessage { return w.wire(w.group(t, 3)) }

func (w *World) fields() []fields.Field {
	all := slices.DeleteFunc(slices.Clone(contacts.StandardFields), func(f fields.Field) bool {
		channel, consent := strings.CutPrefix(f.Name, contacts.ConsentPrefix)
		return consent && !slices.Contains(consentChannels, channel)
	})
	for _, a := range w.Schema.Attributes() {
		f, _ := w.Schema.Field(fields.AttributePrefix + a.Key)
		all = append(all, f)
	}
	for _, name := range w.companyFields() {
		f, _ := w.Schema.Field(name)
		all = append(all, f)
	}
	return append(all, w.changes.asked(w.Schema)...)
}

func (w *World) decode(t *rapid.T, group map[string]any) *filter.Filter {
	raw := w.wire(group)
	f, err := w.Decoder().Decode(raw, "filter")
	if err != nil {
		t.Fatalf("a drawn filter is refused: %v\n%s", err, raw)
	}
	return f
}

func (w *World) wire(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // only maps, slices and scalars are drawn
	}
	return raw
}

func groupOf(rules ...any) map[string]any {
	return map[string]any{"combinator": "and", "rules": rules}
}

// group draws a group with others inside, up to a depth.
func (w *World) group(t *rapid.T, depth int) map[string]any { return w.groupOver(t, depth, w.rule) }

// groupOver draws a group of some rules.
func (w *World) groupOver(t *rapid.T, depth int, rule func(*rapid.T) any) map[string]any {
	rules := make([]any, rapid.IntRange(1, 4).Draw(t, "rules"))
	for i := range rules {
		if depth > 1 && rapid.IntRange(0, 3).Draw(t, "nest") == 0 {
			rules[i] = w.groupOver(t, depth-1, rule)
		} else {
			rules[i] = rule(t)
		}
	}
	g := groupOf(rules...)
	if rapid.Bool().Draw(t, "or") {
		g["combinator"] = "or"
	}
	if rapid.Bool().Draw(t, "not") {
		g["not"] = true
	}
	return g
}

func (w *World) rule(t *rapid.T) any {
	f := rapid.SampledFrom(w.fields()).Draw(t, "field")
	if f.Type == fields.FieldSegment && len(w.Segments) == 0 {
		f = contacts.StandardFields[0]
	}
	return w.ruleOf(t, f, rapid.SampledFrom(filter.Operators(f)).Draw(t, "operator"))
}

// ruleOf draws a rule with a value in the shape that the operator takes.
func (w *World) ruleOf(t *rapid.T, f fields.Field, word string) any {
	rule := map[string]any{"field": f.Name, "operator": word}
	if f.Type == fields.FieldRelated {
		w.relate(t, rule, f, word)
		return rule
	}
	if f.Type == fields.FieldBucket {
		w.draw(t, rule)
		return rule
	}
	switch strings.TrimPrefix(word, "not_") {
	case "exists":
	case "in", "any_of", "none_of", "all_of":
		rule["value"] = w.several(t, f)
	case "between":
		rule["value"] = w.pair(t, f)
	case "within_last", "within_next":
		rule["value"] = drawPeriod(t, f)
	case "in_this", "in_last", "in_next":
		rule["value"] = drawUnits(t, word)
	case "anniversary_within":
		rule["value"] = pick(t, periods)
	case "contains", "starts_with", "ends_with":
		rule["value"] = w.fragment(t, f)
	default:
		rule["value"] = w.operand(t, f)
	}
	return rule
}

// operand draws one value of a rule: of instants also days, of ids also those
// of the world.
func (w *World) operand(t *rapid.T, f fields.Field) any {
	switch {
	case f.Type == fields.FieldInstant && rapid.Bool().Draw(t, "as day"):
		return fields.FormatDay(pick(t, w.pools.days))
	case f.Type == fields.FieldSegment:
		return rapid.SampledFrom(w.segmentIDs()).Draw(t, "segment")
	case f.Name == "id" && len(w.Contacts) > 0:
		c := pick(t, w.Contacts)
		ids := []ledger.ID{c.ID}
		for _, a := range c.Absorbed {
			ids = append(ids, a.ID)
		}
		return pick(t, ids).String()
	case f.Name == "conversations_count" || f.Name == "open_conversations":
		return rapid.IntRange(0, 4).Draw(t, "conversations")
	case f.Name == "company.contacts_count":
		return rapid.IntRange(0, len(w.Contacts)/2).Draw(t, "contacts")
	case f.Name == "company_id":
		return pick(t, w.Companies).ID.String()
	}
	return w.pools.member(t, f)
}

func (w *World) segmentIDs() []string {
	var ids []string
	for _, id := range []string{"first", "second", "third"} {
		if _, ok := w.Segments[id]; ok {
			ids = append(ids, id)
		}
	}
	return ids
}

func (w *World) several(t *rapid.T, f fields.Field) []any {
	values := make([]any, rapid.IntRange(1, 4).Draw(t, "values"))
	for i := range values {
		values[i] = w.operand(t, f)
	}
	return values
}

// pair draws two values until the first does not come after the second, which
// is for Decode to say; a pair of one value always will do.
func (w *World) pair(t *rapid.T, f fields.Field) []any {
	a, b := w.operand(t, f), w.operand(t, f)
	for _, pair := range [][]any{{a, b}, {b, a}} {
		raw := w.wire(groupOf(map[string]any{"field": f.Name, "operator": "between", "value": pair}))
		if _, err := w.Decoder().Decode(raw, "filter"); err == nil {
			return pair
		}
	}
	return []any{a, a}
}

func drawPeriod(t *rapid.T, f fields.Field) string {
	if f.Type == fields.FieldInstant && rapid.Bool().Draw(t, "timed") {
		return pick(t, timedPeriods)
	}
	return pick(t, periods)
}

// fragment draws a piece of one of the field's values, or the whole, in this
// case or the other.
func (w *World) fragment(t *rapid.T, f fields.Field) string {
	value, _ := w.operand(t, f).(string)
	if f.Type == fields.FieldPhone && rapid.Bool().Draw(t, "national") {
		if n := fields.NationalOf(words.Digits(value)); n.Rest != "" {
			value = n.Trunk + n.Rest
		}
	}
	runes := []rune(value)
	from := rapid.IntRange(0, len(runes)-1).Draw(t, "from")
	to := rapid.IntRange(from+1, len(runes)).Draw(t, "to")
	piece := string(runes[from:to])
	switch rapid.IntRange(0, 3).Draw(t, "piece") {
	case 0:
		piece = string(runes[from:])
	case 1:
		piece = string(runes[:to])
	case 2:
		piece = value
	}
	if !w.usable(f, piece) {
		return value
	}
	if f.Type != fields.FieldID && rapid.Bool().Draw(t, "upper") {
		return strings.ToUpper(piece)
	}
	return piece
}

// usable reports whether Decode takes the piece: blanks, lone accents and
// signs of a phone number are none.
func (w *World) usable(f fields.Field, piece string) bool {
	raw := w.wire(groupOf(map[string]any{"field": f.Name, "operator": "contains", "value": piece}))
	_, err := w.Decoder().Decode(raw, "filter")
	return err == nil
}
