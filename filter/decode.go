package filter

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// Decoder turns the wire form of a filter into a tree that is checked against
// a schema. It is a value: the zero Self and a nil Segments are fine, and one
// Decoder may serve several goroutines if its Segments does.
type Decoder struct {
	Schema *fields.Schema
	// Of is the entity whose fields the filter has, "" for contacts.
	Of fields.Entity
	// Segments returns a segment, whose filter is decoded with the present
	// schema; ok is false when there is no such segment. Nil means that there
	// are none. It is asked at most once for an id in a call. An error says
	// that it cannot be known: Decode answers it as it is.
	Segments func(id string) (segment Saved, ok bool, err error)
	// Self is the id of the segment whose filter is decoded, "" when it is no
	// segment's: a rule that leads to it is circular.
	Self string
}

// Saved is a segment, as a filter that names it needs to know it.
type Saved struct {
	Name   string          // for people, in faults
	Filter json.RawMessage // in the wire form; empty for everyone
	// Static says that the members are those who are pinned, whatever the filter.
	Static bool
	// Pinned are members whatever the filter says. Excluded are none, not even when they are
	// pinned. Both are by ordinal, nil for none, and not to be changed.
	Pinned, Excluded *roaring.Bitmap
}

// fieldSet is what a filter may ask of a record.
type fieldSet interface {
	Field(name string) (fields.Field, bool)
	Meant(name string, fits func(fields.Field) bool) string
}

// fields returns the fields of an entity, "" for contacts.
func (d Decoder) fields(of fields.Entity) fieldSet {
	if of == "" || of == fields.EntityContact {
		return d.Schema
	}
	return d.Schema.Of(of)
}

// Field returns a field by its name among those of an entity, "" for contacts.
func (d Decoder) Field(of fields.Entity, name string) (fields.Field, bool) {
	return d.fields(of).Field(name)
}

// Decode reads a filter. path is the name of the member that holds it, with
// which the paths of faults begin ("filter"). No bytes and JSON null are a
// filter that everyone passes.
//
// An error is a *fault.Error: of KindMalformed for text that is no JSON or
// names a member twice, of KindInvalid and type "invalid-filter" otherwise,
// with every fault (the first 100 of them, then one that counts the rest).
// Neither repeats a value or the name of an unknown field. A filter beyond
// MaxDepth, MaxRules or MaxValues is not checked beyond the limit. An error of
// Segments comes before all of them.
func (d Decoder) Decode(raw []byte, path string) (*Filter, error) {
	root, err := newLoader(d).filter(raw, path)
	if err != nil {
		return nil, err
	}
	return &Filter{Root: root.group, sent: root.sent}, nil
}

// filter is Decode.
func (l *loader) filter(raw []byte, path string) (decoded, error) {
	root, found, err := l.decode(raw, path, 0)
	if l.failed != nil {
		return decoded{}, l.failed
	}
	if err != nil {
		return decoded{}, &fault.Error{
			Kind: fault.KindMalformed, Type: "malformed-json",
			Message: "The filter is not well-formed JSON.", Err: err,
		}
	}
	if found.count() == 0 && len(ChangedFields(root.group)) > MaxChanged {
		found.add(path, tooManyChanged)
	}
	return root, fault.Invalid("invalid-filter", "The filter is not valid.", found.list(path))
}

// checker turns one parsed filter into a tree. It rewrites what was parsed into
// what Filter.Saved writes.
type checker struct {
	loader  *loader
	path    string // of the whole filter
	of      fields.Entity
	inWhere bool // the rules at hand are those of a where, and of is what they are about
	nesting int  // how many segments lead here
	rules   int  // met so far, without those of segments
	faults  faults
	extent  extent

	suggested int // see suggest
}

// root checks the outermost group, the only one that may have no rules.
func (c *checker) root(tree any) *Group {
	if tree == nil {
		return &Group{}
	}
	return c.outermost(tree, c.path, 1)
}

// outermost checks a group that is in no other, but for the rule that has it as its where.
func (c *checker) outermost(tree any, path string, depth int) *Group {
	object, ok := tree.(map[string]any)
	if !ok || !isGroup(object) && len(object) > 0 {
		c.faults.add(path, "must be a group of rules: {combinator, rules}")
		return nil
	}
	return c.group(object, path, depth, true)
}

// isGroup tells groups from rules by the members that only groups have.
func isGroup(object map[string]any) bool {
	for _, member := range []string{"rules", "combinator", "not"} {
		if _, ok := object[member]; ok {
			return true
		}
	}
	return false
}

// node checks a member of rules. It returns nil after a fault.
func (c *checker) node(v any, path string, depth int) Node {
	object, ok := v.(map[string]any)
	switch {
	case !ok:
		c.faults.add(path, "must be a rule {field, operator, value} or a group {combinator, rules}")
	case isGroup(object):
		if g := c.group(object, path, depth, false); g != nil {
			return g
		}
	default:
		if r := c.counted(object, path, depth); r != nil {
			return r
		}
	}
	return nil
}

// group checks a group, of which only an outermost one may be without rules.
func (c *checker) group(object map[string]any, path string, depth int, outermost bool) *Group {
	if depth > MaxDepth {
		c.faults.add(path, fmt.Sprintf("groups may be nested at most %d deep", MaxDepth))
		return nil
	}
	c.leaveOut(object, path, ofBoth)
	c.members(object, path, "a group has the members combinator, not and rules", ofBoth, "combinator", "not", "rules")
	g := &Group{Not: c.negation(object, path)}
	rules, present := object["rules"]
	list, ok := rules.([]any)
	if present && !ok {
		c.faults.add(path+".rules", "must be an array of rules and groups")
		return nil
	}
	if len(list) == 0 && !outermost {
		c.faults.add(path+".rules", "must not be empty: only the outermost group may be, and then stands for everyone")
	}
	g.Or = c.combinator(object, path, len(list) > 0)
	if len(list) == 0 {
		object["rules"] = []any{}
	}
	for i, member := range list {
		if n := c.node(member, path+".rules["+strconv.Itoa(i)+"]", depth+1); n != nil {
			g.Rules = append(g.Rules, n)
		}
	}
	g.Or = g.Or && len(g.Rules) > 1 // one rule is alike under both
	return g
}

// combinator reports whether the group's is or. Without rules there is nothing
// to combine, so it may be absent.
func (c *checker) combinator(object map[string]any, path string, required bool) (or bool) {
	value, present := object["combinator"]
	if !present && !required {
		object["combinator"] = "and"
		return false
	}
	if value != "and" && value != "or" {
		c.faults.add(path+".combinator", `must be "and" or "or"`)
	}
	return value == "or"
}

func (c *checker) negation(object map[string]any, path string) bool {
	value, present := object["not"]
	not, ok := value.(bool)
	if present && !ok {
		c.faults.add(path+".not", "must be true or false")
	}
	return not
}

// members finds members that an object must not have. What they are called is
// not repeated: the caller made the names up.
func (c *checker) members(object map[string]any, path, expected string, builders []builderMember, allowed ...string) {
	for name := range object {
		if !slices.Contains(allowed, name) {
			c.faults.add(path, "has an unknown member: "+expected+"; "+listed(builders)+" of query builders are left out")
			return
		}
	}
}

// counted checks a rule unless the filter has too many, which is told once.
func (c *checker) counted(object map[string]any, path string, depth int) *Rule {
	c.rules++
	if c.rules > MaxRules {
		if c.rules == MaxRules+1 {
			c.faults.add(c.path, fmt.Sprintf("must have at most %d rules", MaxRules))
		}
		return nil
	}
	return c.rule(object, path, depth)
}

func (c *checker) rule(object map[string]any, path string, depth int) *Rule {
	c.leaveOut(object, path, ofRules)
	c.members(object, path, "a rule has the members field, operator and value, on related records where, and of random_bucket salt", ofRules, "field", "operator", "value", "where", "salt")
	field, hasField := c.field(object, path)
	m, hasMeaning := c.operator(object, path, field, hasField)
	if m.operator == Between {
		splitPair(object)
	}
	value, present := object["value"]
	r := &Rule{Field: field, Operator: m.operator, Not: m.not}
	before := c.faults.count()
	switch {
	case hasField && hasMeaning:
		c.value(r, value, present, path+".value")
	case hasMeaning && !m.operator.alone() && fields.Blank(value):
		c.faults.add(path+".value", valueRequired)
	}
	if hasField {
		r.Related = c.related(object, field, path+".where", depth)
		r.Salt = c.salt(object, field, path+".salt")
	}
	if !hasField || !hasMeaning || c.faults.count() > before {
		return nil
	}
	switch {
	case r.Operator.alone():
		delete(object, "value")
	case r.Field.Type == fields.FieldPhone && (r.Operator == Eq || r.Operator == In):
		object["value"] = r.wireValue() // E.164: another region later moves nobody
	}
	c.extent.rules++
	return r
}

// splitPair turns "from,to", as react-querybuilder joins two values, into an
// array of them. No number, day or moment has a comma, so there is one reading.
func splitPair(rule map[string]any) {
	text, _ := rule["value"].(string)
	if from, to, ok := strings.Cut(text, ","); ok && !strings.Contains(to, ",") {
		rule["value"] = []any{from, to}
	}
}

func (c *checker) field(object map[string]any, path string) (fields.Field, bool) {
	name, ok := object["field"].(string)
	if !ok {
		c.faults.add(path+".field", "must be the name of a field")
		return fields.Field{}, false
	}
	field, ok := c.loader.decoder.fields(c.of).Field(name)
	switch {
	case !ok:
		c.faults.add(path+".field", "there is no such field"+c.suggest(name))
	case c.inWhere && (field.Type == fields.FieldSegment || field.Type == fields.FieldRelated):
		c.faults.add(path+".field", "must be a field of the related records themselves: no segment and no other related records are inside where")
		return field, false
	}
	return field, ok
}

// maxSuggestions is for how many unknown fields of a filter another name is looked for,
// which takes a while.
const maxSuggestions = 10

// suggest asks whether another field was meant, if there is one with such a name.
func (c *checker) suggest(name string) string {
	if c.suggested++; c.suggested > maxSuggestions {
		return ""
	}
	d := c.loader.decoder
	if elsewhere := d.Schema.Elsewhere(c.of, name); elsewhere != "" {
		return elsewhere
	}
	return fields.DidYouMean(d.fields(c.of).Meant(name, nil))
}

// operator returns what the rule asks. Of an unknown field it only finds out
// whether any field has the operator.
func (c *checker) operator(object map[string]any, path string, field fields.Field, hasField bool) (meaning, bool) {
	word, ok := object["operator"].(string)
	if !ok {
		c.faults.add(path+".operator", "must be the name of an operator")
		return meaning{}, false
	}
	if ours, ok := aliases[word]; ok {
		if meanings[ours].operator == Exists {
			delete(object, "value") // which react-querybuilder keeps when the operator changes
		}
		word, object["operator"] = ours, ours
	}
	if !hasField {
		m, ok := meanings[word]
		if !ok {
			c.faults.add(path+".operator", "there is no such operator")
		}
		return m, ok
	}
	m, ok := meaningOf(field, word)
	if !ok {
		c.faults.add(path+".operator", operatorFault(field, word))
	}
	return m, ok
}
