package fields

import (
	"encoding/json"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"sync"

	"github.com/ndoto/kundi/fault"
)

// Limits of what a definition says of its values.
const (
	MaxGroup   = 100       // characters of the name of a group
	MaxOrder   = 1_000_000 // places in a list
	MaxPattern = 500       // characters
	MaxCue     = 200       // characters
	// maxPatternSteps bounds a pattern by the instructions that it compiles to. A text is
	// matched in time that grows with their product: at most 4,000 characters times these.
	maxPatternSteps = 500
)

// pattern matches whole texts. It is compiled when it is first needed, and safe for
// concurrent use.
type pattern struct {
	source string
	once   sync.Once
	match  *regexp.Regexp
}

// matches reports whether the pattern matches all of a text. A nil pattern, and one that an
// older program cannot compile, matches everything.
func (p *pattern) matches(text string) bool {
	if p == nil {
		return true
	}
	p.once.Do(func() { p.match, _ = regexp.Compile(`\A(?:` + p.source + `)\z`) })
	return p.match == nil || p.match.MatchString(text)
}

// checkPattern says what is wrong with a pattern, "" when nothing is.
func checkPattern(source string) string {
	parsed, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return "must be a regular expression as Go and RE2 have them, without lookaround and backreferences"
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(program.Inst) > maxPatternSteps {
		return "must be a simpler regular expression: it has too many steps, as those with large counts have"
	}
	return ""
}

// readRules reads what a definition says of its values and of its place in lists. The
// default comes later: it depends on all of this.
func (r *definitionReader) readRules() {
	r.readText("group", &r.a.Group, MaxGroup)
	r.readOrder()
	r.readBool("required", &r.a.Required)
	r.readBool("unique", &r.a.Unique)
	r.readBool("archived", &r.a.Archived)
	r.readPattern()
}

// readPattern reads the pattern and its cue. Another pattern drops the cue of the one before,
// which would say what is not true any more.
func (r *definitionReader) readPattern() {
	former := r.a.Pattern
	r.readText("pattern", &r.a.Pattern, MaxPattern)
	if _, sent := r.draft["pattern"]; sent {
		r.a.pattern = nil
	}
	if r.a.Pattern != former {
		r.a.Cue = ""
	}
	r.readText("cue", &r.a.Cue, MaxCue)
}

func (r *definitionReader) readOrder() {
	raw, sent := r.draft["order"]
	if !sent {
		return
	}
	if Blank(raw) {
		r.a.Order = 0
		return
	}
	v, fault := coerceNumber(raw)
	n := int(v.Float)
	if fault != "" || float64(n) != v.Float || n < 0 || n > MaxOrder {
		r.fault("order", fmt.Sprintf("must be a whole number from 0 to %d", MaxOrder))
		return
	}
	r.a.Order = n
}

// checkRules checks each rule against the type that it belongs to.
func (r *definitionReader) checkRules() {
	a := &r.a
	r.checkUnique()
	r.checkOnly("pattern", a.Pattern != "", AttributeText)
	r.checkOnly("cue", a.Cue != "", AttributeText)
	if a.Type == AttributeText && a.Cue != "" && a.Pattern == "" {
		r.fault("cue", "belongs to attributes with a pattern only")
	}
	if a.Required && a.Type == AttributeCheckbox && !a.ThreeState {
		r.fault("required", "belongs to checkboxes with three_state only: others are false until they are set")
	}
	if a.Pattern == "" || r.faulty("pattern") {
		return
	}
	if a.pattern == nil {
		if fault := checkPattern(a.Pattern); fault != "" {
			r.fault("pattern", fault)
			return
		}
		a.pattern = &pattern{source: a.Pattern}
	}
}

// readDefault reads the value that new records get, and checks the present one again when
// the options or rules it must fit have changed.
func (r *definitionReader) readDefault() {
	raw, sent := r.draft["default"]
	if !sent {
		raw = r.a.Default
	}
	r.a.Default = nil
	if len(r.faults) > 0 || Blank(raw) {
		return
	}
	f := r.a.field()
	v, fault := (&Schema{}).Coerce(f, raw)
	if fault != "" {
		r.fault("default", r.a.defaultRule(raw))
		return
	}
	r.a.Default = plainJSON(f.JSON(v))
}

// defaultRule says which rule a default breaks. What a write of the value would be told may
// have something in it that was sent with the definition, such as an option, and no error
// repeats that.
func (a *AttributeDefinition) defaultRule(raw any) string {
	switch a.Type {
	case AttributeList:
		if a.Multiple {
			return "must be an array of options of the attribute"
		}
		return "must be one of the options of the attribute"
	case AttributeCurrency:
		return "must be an amount in the currency of the attribute"
	case AttributeLink:
		return "must be an address with one of the schemes of the attribute"
	}
	bare := AttributeDefinition{Key: a.Key, Type: a.Type}
	if _, fault := (&Schema{}).Coerce(bare.field(), raw); fault != "" {
		return fault
	}
	if a.Type == AttributeText {
		return "must match the pattern of the attribute"
	}
	return "must be within min and max of the attribute"
}

// plainJSON is a value as it is when it was encoded and decoded again.
func plainJSON(v any) (plain any) {
	text, err := json.Marshal(v)
	if err != nil || json.Unmarshal(text, &plain) != nil {
		return nil
	}
	return plain
}

// field is the attribute as a field of its entity.
func (a *AttributeDefinition) field() Field {
	return Field{Name: AttributePrefix + a.Key, Type: TypeOf(a), Attribute: a}
}

// initial is the value that a new record gets which was sent without one.
func (a *AttributeDefinition) initial() Value {
	if a.Default == nil {
		return Value{}
	}
	v, fault := (&Schema{}).Coerce(a.field(), a.Default)
	if fault != "" {
		return Value{} // what a default may be has changed since this program's time
	}
	return v
}

// checkText says what is wrong with the form of a text, "" when nothing is.
func (a *AttributeDefinition) checkText(text string) string {
	switch {
	case a == nil || a.pattern.matches(text):
		return ""
	case a.Cue != "":
		return a.Cue
	}
	return "must have the form that the pattern of the attribute asks for"
}

// Emptied is what is left of the attributes of a record when all that can be written are
// removed: those of archived definitions.
func (s *Set) Emptied(attributes Attributes) (left Attributes) {
	for _, a := range attributes {
		if definition := s.numbers[a.Number]; definition != nil && definition.Archived {
			left = append(left, a)
		}
	}
	return left
}

// ArchivedRefusal is what is said to whoever writes an archived attribute.
const ArchivedRefusal = "is archived: nothing writes it until its definition is brought back"

// Complete gives a new record the defaults of the attributes that were not sent, and checks
// that what is required is there and stays there. before is what the record had, nil for
// a new one; sent are the attributes that somebody sent, missing values included.
func (s *Set) Complete(before, after Attributes, fresh bool, sent Attributes) (Attributes, []fault.Fault) {
	var faults []fault.Fault
	for _, a := range s.ruled {
		named := slices.ContainsFunc(sent, func(x Attribute) bool { return x.Number == a.Number })
		if fresh && !named && a.Default != nil {
			after = after.With(a.Number, a.initial())
		}
		if !a.Required || !after.Get(a.Number).IsMissing() {
			continue
		}
		switch {
		case fresh:
			faults = append(faults, fault.Fault{Path: AttributePrefix + a.Key, Detail: "must be given"})
		case !before.Get(a.Number).IsMissing():
			faults = append(faults, fault.Fault{Path: AttributePrefix + a.Key, Detail: "must not be emptied"})
		}
	}
	return after, faults
}
