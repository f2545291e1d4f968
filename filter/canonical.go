package filter

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/ndoto/kundi/fields"
)

// The wire form, for writing. The order of the members is fixed, so that equal
// filters are equal bytes.
type (
	wireGroup struct {
		Combinator string `json:"combinator"`
		Not        bool   `json:"not,omitempty"`
		Rules      []any  `json:"rules"`
	}
	wireRule struct {
		Field    string `json:"field"`
		Operator string `json:"operator"`
		Value    any    `json:"value,omitempty"`
		Where    any    `json:"where,omitempty"`
		Salt     string `json:"salt,omitempty"`
	}
)

// Canonical writes a filter in its normal wire form: aliases resolved, text
// folded, lists sorted and without repetition, money in major units, moments
// in UTC, segments by id. The order of rules and the nesting of groups stay as
// they are. Decoding it with the same schema gives the filter back.
func (f *Filter) Canonical() json.RawMessage {
	// Only values that JSON can write are in the tree, so this cannot fail.
	raw, err := json.Marshal(wireNode(f.Root))
	if err != nil {
		return nil
	}
	return raw
}

// Saved writes a filter for those who will see it again: as it was sent, but in
// our words and with the members that filters have. Values are as they were
// spelled. It is nil for a filter that was not sent or was null.
func (f *Filter) Saved() json.RawMessage {
	if f.sent == nil {
		return nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(f.sent); err != nil { // only what was parsed is in it, so this cannot fail
		return nil
	}
	return bytes.TrimSpace(b.Bytes())
}

// Hash is a short name for the meaning of a filter: the first 16 bytes of the
// SHA-256 of its canonical form, in hexadecimal. Filters of one canonical form
// have one hash; segments count by id, not by what they hold.
func (f *Filter) Hash() string {
	sum := sha256.Sum256(f.Canonical())
	return hex.EncodeToString(sum[:16])
}

func wireNode(n Node) any {
	switch n := n.(type) {
	case *Group:
		g := wireGroup{Combinator: "and", Not: n.Not, Rules: make([]any, len(n.Rules))}
		if n.Or {
			g.Combinator = "or"
		}
		for i, member := range n.Rules {
			g.Rules[i] = wireNode(member)
		}
		return g
	case *Rule:
		return n.wire()
	}
	return nil
}

func (r *Rule) wire() any {
	word, ok := r.Word()
	if !ok {
		// Only a tree made by hand negates what the wire has no word for.
		positive := *r
		positive.Not = false
		return wireGroup{Combinator: "and", Not: true, Rules: []any{positive.wire()}}
	}
	w := wireRule{Field: r.Field.Name, Operator: word, Value: r.wireValue(), Salt: r.Salt}
	if r.Related != nil && r.Related.Where != nil {
		w.Where = wireNode(r.Related.Where)
	}
	return w
}

// Word is the operator of the rule as the wire has it. It is false where the wire has none, as
// for the complement of all_of: then a group negates the rule without Not.
func (r *Rule) Word() (word string, ok bool) { return wordFor(r.Field, meaning{r.Operator, r.Not}) }

// Written is the value of the rule in the wire form, with texts as they were spelled. It is
// nil, a string, a bool, a json.Number, or a []any of those; of several units of the calendar it
// is what Units has.
func (r *Rule) Written() any { return r.valueOf(r.writtenOperand) }

func (r *Rule) wireValue() any { return r.valueOf(r.wireOperand) }

// valueOf puts the operands together as the operator has them.
func (r *Rule) valueOf(operand func(i int) any) any {
	switch r.Operator {
	case Exists, Any:
		return nil
	case WithinLast, WithinNext, AnniversaryWithin:
		return r.Period.String()
	case InThis, InLast, InNext:
		return r.Units.wire()
	case In, AnyOf, AllOf, Between:
		values := make([]any, len(r.Values))
		for i := range r.Values {
			values[i] = operand(i)
		}
		return values
	}
	return operand(0)
}

func (r *Rule) writtenOperand(i int) any {
	if i < len(r.spelled) && r.spelled[i] != "" {
		return r.spelled[i]
	}
	return r.wireOperand(i)
}

func (r *Rule) wireOperand(i int) any {
	if r.isDay(i) {
		return fields.FormatDay(r.Values[i].Int)
	}
	if v := r.Values[i]; v.Kind != fields.KindText {
		return r.Field.JSON(v)
	}
	return r.wireText(i)
}

// wireText gives the folded text, or the text as written where the folded one
// would not be read back: folding may end in a blank (from a lone accent),
// grow beyond the length of a value, or spoil the form of a link.
func (r *Rule) wireText(i int) string {
	text := r.Values[i].Text
	switch r.Field.Type {
	case fields.FieldText, fields.FieldLink, fields.FieldEmail:
	case fields.FieldMany:
		if r.Field.Attribute != nil {
			return text // an option is found by its folded form
		}
	default:
		return text
	}
	c := &checker{loader: newLoader(Decoder{Schema: &fields.Schema{}})}
	o, ok := c.operand(r, text, "")
	if (!ok || o.value.Text != text) && i < len(r.spelled) {
		return r.spelled[i]
	}
	return text
}
