package fields

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/words"
)

// Limits of a definition.
const (
	MaxLabelOfAttribute = 200   // characters
	MaxDescription      = 1_000 // characters
	MaxOptions          = 1_000
	MaxOptionLength     = MaxLabelLength // characters
	MaxSchemes          = 20
)

// AttributeTypes lists the types of custom attributes.
var AttributeTypes = []AttributeType{
	AttributeText, AttributeNumber, AttributeCurrency, AttributePercentage,
	AttributeLink, AttributeDate, AttributeList, AttributeCheckbox,
}

var (
	attributeKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	urlScheme    = regexp.MustCompile(`^[a-z][a-z0-9+.-]{0,31}$`) // RFC 3986, section 3.1
)

// scriptSchemes run code in the browser of whoever follows the link.
var scriptSchemes = []string{"javascript", "data", "vbscript"}

// DefinitionMembers are what a definition can be sent with.
var DefinitionMembers = []string{
	"entity", "key", "label", "description", "type", "options", "multiple",
	"currency", "three_state", "schemes", "min", "max", "group", "order",
	"default", "required", "unique", "pattern", "cue", "archived",
}

// definitionReader reads a draft into a definition and collects the faults.
type definitionReader struct {
	schema *Schema
	draft  Draft
	a      AttributeDefinition
	faults []fault.Fault
}

func (r *definitionReader) fault(path, detail string) {
	r.faults = append(r.faults, fault.Fault{Path: path, Detail: detail})
}

func (r *definitionReader) faulty(path string) bool {
	return slices.ContainsFunc(r.faults, func(f fault.Fault) bool { return f.Path == path })
}

// ReadDefinition reads a new definition. The currency of a currency attribute
// defaults to that of the workspace, the label to the key.
func ReadDefinition(d Draft, s *Schema) (*AttributeDefinition, []fault.Fault) {
	r := &definitionReader{schema: s, draft: d}
	r.read()
	r.checkKey()
	if r.a.Type == AttributeCurrency && Blank(d["currency"]) {
		r.a.Currency = s.Settings.Currency
	}
	if r.a.Label == "" {
		r.a.Label = r.a.Key
	}
	r.checkType()
	r.readDefault()
	r.checkUniqueDefault()
	return &r.a, r.faults
}

// PatchDefinition applies a merge patch to a definition of a schema.
func PatchDefinition(before *AttributeDefinition, d Draft, s *Schema) (*AttributeDefinition, []fault.Fault) {
	r := &definitionReader{schema: s, draft: d, a: *before}
	r.read()
	r.checkFixed(before)
	if r.a.Label == "" {
		r.fault("label", "must not be emptied")
	}
	if len(r.faults) == 0 {
		r.checkType()
		r.checkSpelling(before)
		r.readDefault()
		r.checkUniqueDefault()
	}
	return &r.a, r.faults
}

// read takes over every member that was sent.
func (r *definitionReader) read() {
	r.readEntity()
	r.readText("key", &r.a.Key, 63)
	r.readText("label", &r.a.Label, MaxLabelOfAttribute)
	r.readText("description", &r.a.Description, MaxDescription)
	r.readType()
	r.readOptions()
	r.readTexts("schemes", &r.a.Schemes, MaxSchemes, 32)
	r.a.Schemes = lowerAll(r.a.Schemes)
	r.readBool("multiple", &r.a.Multiple)
	r.readBool("three_state", &r.a.ThreeState)
	r.readText("currency", &r.a.Currency, MaxLabelOfAttribute) // checkType says how it is written
	r.a.Currency = strings.ToUpper(r.a.Currency)
	r.readBound("min", &r.a.Min)
	r.readBound("max", &r.a.Max)
	r.readRules()
	r.checkMembers()
}

func (r *definitionReader) readText(name string, into *string, limit int) {
	raw, sent := r.draft[name]
	if !sent {
		return
	}
	text, fault := CoerceText(raw)
	if fault == "" && utf8.RuneCountInString(text) > limit {
		fault = tooLong(limit)
	}
	if fault != "" {
		r.fault(name, fault)
		return
	}
	*into = text
}

func (r *definitionReader) readTexts(name string, into *[]string, count, limit int) {
	raw, sent := r.draft[name]
	if !sent {
		return
	}
	if Blank(raw) {
		*into = nil
		return
	}
	members, ok := raw.([]any)
	if !ok || len(members) > count {
		r.fault(name, fmt.Sprintf("must be an array of at most %d texts", count))
		return
	}
	list := make([]string, len(members))
	for i, member := range members {
		text, fault := CoerceText(member)
		switch {
		case fault == "" && text == "":
			fault = "must not be empty"
		case fault == "" && utf8.RuneCountInString(text) > limit:
			fault = tooLong(limit)
		}
		if fault != "" {
			r.fault(fmt.Sprintf("%s[%d]", name, i), fault)
		}
		list[i] = text
	}
	*into = list
}

func (r *definitionReader) readOptions() {
	if _, sent := r.draft["options"]; sent {
		r.a.choices = nil
	}
	r.readTexts("options", &r.a.Options, MaxOptions, MaxOptionLength)
}

// lowerAll returns a copy in lower case; the list may be that of a definition
// in use.
func lowerAll(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ToLower(s)
	}
	return out
}

func (r *definitionReader) readBool(name string, into *bool) {
	raw, sent := r.draft[name]
	if !sent {
		return
	}
	if Blank(raw) {
		*into = false
		return
	}
	v, fault := coerceCheckbox(raw)
	if fault != "" {
		r.fault(name, fault)
		return
	}
	*into = v.Bool
}

func (r *definitionReader) readBound(name string, into **float64) {
	raw, sent := r.draft[name]
	if !sent {
		return
	}
	if Blank(raw) {
		*into = nil
		return
	}
	v, fault := coerceNumber(raw)
	if fault != "" {
		r.fault(name, fault)
		return
	}
	*into = &v.Float
}

func (r *definitionReader) readType() {
	raw, sent := r.draft["type"]
	if !sent && r.a.Type != "" {
		return
	}
	text, _ := raw.(string)
	if !slices.Contains(AttributeTypes, AttributeType(text)) {
		r.fault("type", "must be one of text, number, currency, percentage, link, date, list, checkbox")
		return
	}
	r.a.Type = AttributeType(text)
}

// checkMembers refuses members that no definition has, those that the server
// sets, and other entities.
func (r *definitionReader) checkMembers() {
	foreign := false
	for name := range r.draft {
		foreign = foreign || !slices.Contains(DefinitionMembers, name)
	}
	if foreign {
		r.fault("", "has a member that cannot be sent; the members are "+strings.Join(DefinitionMembers, ", "))
	}
}

// readEntity reads what has the attribute. A contact's is kept without it.
func (r *definitionReader) readEntity() {
	raw, sent := r.draft["entity"]
	if !sent || Blank(raw) {
		return
	}
	text, _ := raw.(string)
	entity := Entity(text)
	if defined := r.schema.Defined(); !slices.Contains(defined, entity) {
		r.fault("entity", "must be "+oneOf(defined))
		return
	}
	if entity == EntityContact {
		entity = ""
	}
	r.a.Entity = entity
}

// oneOf lists entities for people.
func oneOf(entities []Entity) string {
	names := make([]string, len(entities))
	for i, e := range entities {
		names[i] = string(e)
	}
	return strings.Join(names, " or ")
}

func (r *definitionReader) checkKey() {
	const expected = "must be a lower-case letter and then up to 62 lower-case letters, digits or underscores"
	if r.faulty("key") {
		return
	}
	if !attributeKey.MatchString(r.a.Key) {
		r.fault("key", expected)
		return
	}
	of := r.a.Of()
	if _, standard := r.schema.Of(of).Field(r.a.Key); standard || slices.Contains(r.schema.noun(of).Reserved, r.a.Key) {
		r.fault("key", "must not be the name of a standard field")
	}
}

// checkFixed refuses to change what decides the form of stored values.
func (r *definitionReader) checkFixed(before *AttributeDefinition) {
	fixed := []struct {
		name    string
		changed bool
	}{
		{"entity", r.a.Entity != before.Entity},
		{"key", r.a.Key != before.Key},
		{"type", r.a.Type != before.Type},
		{"multiple", r.a.Multiple != before.Multiple},
		{"currency", r.a.Currency != before.Currency},
		{"three_state", r.a.ThreeState != before.ThreeState},
	}
	for _, f := range fixed {
		if f.changed {
			r.fault(f.name, "cannot be changed; define another attribute")
		}
	}
}

// checkSpelling refuses an option that is a present one in another spelling:
// contacts hold the spelling they were written with.
func (r *definitionReader) checkSpelling(before *AttributeDefinition) {
	if r.a.choices == before.choices {
		return
	}
	for i, option := range r.a.Options {
		if was, known := before.choices.spelling(option); known && was != option {
			r.fault(fmt.Sprintf("options[%d]", i), "must keep the spelling of the present option")
		}
	}
}

// IsAttributeKey reports whether a custom attribute could have the key.
func IsAttributeKey(key string) bool { return attributeKey.MatchString(key) }

// MakesSense reports whether the members of a stored definition go together.
func (a *AttributeDefinition) MakesSense() bool {
	r := definitionReader{a: *a}
	r.readType()
	r.checkType()
	return len(r.faults) == 0
}

// checkType checks each member against the type it belongs to.
func (r *definitionReader) checkType() {
	a := &r.a
	r.checkOnly("options", len(a.Options) > 0, AttributeList)
	r.checkOnly("multiple", a.Multiple, AttributeList)
	r.checkOnly("currency", a.Currency != "", AttributeCurrency)
	r.checkOnly("three_state", a.ThreeState, AttributeCheckbox)
	r.checkOnly("schemes", len(a.Schemes) > 0, AttributeLink)
	r.checkOnly("min", a.Min != nil, AttributeNumber, AttributePercentage)
	r.checkOnly("max", a.Max != nil, AttributeNumber, AttributePercentage)
	r.checkOptions()
	r.checkSchemes()
	r.checkRules()
	if a.Min != nil && a.Max != nil && *a.Min > *a.Max {
		r.fault("max", "must not be below min")
	}
	if _, ok := CurrencyExponent(a.Currency); a.Currency != "" && !ok {
		r.fault("currency", "must be an ISO 4217 currency code like KES")
	}
}

func (r *definitionReader) checkOnly(name string, given bool, types ...AttributeType) {
	if given && r.a.Type != "" && !slices.Contains(types, r.a.Type) {
		r.fault(name, "belongs to attributes of type "+joinTypes(types)+" only")
	}
}

func joinTypes(types []AttributeType) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t)
	}
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

func (r *definitionReader) checkOptions() {
	if r.a.Type == AttributeList && len(r.a.Options) == 0 && !r.faulty("options") {
		r.fault("options", "must have at least one option")
	}
	if r.a.choices != nil || len(r.a.Options) == 0 {
		return
	}
	places := make(map[string]int, len(r.a.Options))
	for i, option := range r.a.Options {
		form := words.Canonical(option)
		if _, taken := places[form]; taken && option != "" {
			r.fault(fmt.Sprintf("options[%d]", i), "must differ from the options before it by more than case and accents")
		}
		places[form] = i
	}
	r.a.keepFormer(places)
	r.a.choices = foldedChoices(r.a.Options, places)
}

func (r *definitionReader) checkSchemes() {
	for i, scheme := range r.a.Schemes {
		if scheme != "" && (!urlScheme.MatchString(scheme) || slices.Contains(scriptSchemes, scheme)) {
			r.fault(fmt.Sprintf("schemes[%d]", i), "must be a URL scheme like https or mailto, and none that runs code")
		}
	}
}

// Same reports whether two definitions say the same.
func (a *AttributeDefinition) Same(b *AttributeDefinition) bool {
	return a.Label == b.Label && a.Description == b.Description &&
		slices.Equal(a.Options, b.Options) && slices.Equal(a.Schemes, b.Schemes) &&
		equalBound(a.Min, b.Min) && equalBound(a.Max, b.Max) &&
		a.Group == b.Group && a.Order == b.Order && a.Required == b.Required && a.Unique == b.Unique && a.Archived == b.Archived &&
		a.Pattern == b.Pattern && a.Cue == b.Cue && reflect.DeepEqual(a.Default, b.Default)
}

func equalBound(a, b *float64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
