package differ

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/notes"
)

var (
	periods      = []string{"P0D", "P1D", "P7D", "P30D", "P1W", "P1M", "P6M", "P1Y", "P1Y2M3W4D", "P13M", "P100Y", "P5M1D"}
	timedPeriods = []string{"PT0S", "PT1H", "PT24H", "P1DT1H30M", "P1MT1S", "PT2H30M"}
	units        = []string{"day", "week", "month", "quarter", "year"}
)

// drawer draws filters whose values are those of the world, or near them.
type drawer struct {
	*world
	random   *rand.Rand
	schema   *fields.Schema
	segments []string // ids
}

// asked is a field of an entity, and one of its operators. Inside is a rule of the where that the
// field has, nil for none.
type asked struct {
	Of     fields.Entity
	Field  fields.Field
	Word   string
	Inside *asked
}

// String is how it is reported.
func (a asked) String() string {
	if a.Inside != nil {
		return a.Field.Name + " of " + a.Inside.String()
	}
	return string(a.Of) + " " + a.Field.Name + " " + a.Word
}

// known are the fields of an entity that both systems have. Those that SQL cannot say are left out.
func known(schema *fields.Schema, of fields.Entity) (list []fields.Field) {
	for _, f := range every(schema, of) {
		if expression(of, f) != "" || f.Type == fields.FieldSegment {
			list = append(list, f)
		}
	}
	return list
}

// every returns all fields of the filters of an entity.
func every(schema *fields.Schema, of fields.Entity) (list []fields.Field) {
	standard := map[fields.Entity][]fields.Field{
		fields.EntityContact: contacts.StandardFields, fields.EntityCompany: companies.StandardFields,
		fields.EntityConversation: conversations.StandardFields, fields.EntityNote: notes.Kind.StandardFields(),
		fields.EntityCampaignEvent: audiences.EventsKind.StandardFields(),
	}[of]
	list = slices.Clone(standard)
	attributes := func(of fields.Entity, prefix string) {
		for _, a := range schema.Of(of).Attributes() {
			f, _ := schema.Of(of).Field(fields.AttributePrefix + a.Key)
			f.Name = prefix + f.Name
			list = append(list, f)
		}
	}
	attributes(of, "")
	if of == fields.EntityContact {
		for _, f := range companies.StandardFields {
			if name := fields.CompanyPrefix + f.Name; name != "company.name" { // contacts have that one themselves
				field, _ := schema.Field(name)
				list = append(list, field)
			}
		}
		attributes(fields.EntityCompany, fields.CompanyPrefix)
		list = append(list, changedFields(schema)...)
	}
	return list
}

// inside are the fields that a where knows. It does not ask whose the records are.
func inside(schema *fields.Schema, of fields.Entity) []fields.Field {
	return slices.DeleteFunc(known(schema, of), func(f fields.Field) bool { return f.Name == "contact_id" })
}

// entities are those whose records filters choose.
var entities = []fields.Entity{fields.EntityContact, fields.EntityCompany, fields.EntityConversation}

// everything is each field with each operator, also inside of a where.
func everything(schema *fields.Schema) (list []asked) {
	for _, of := range entities {
		for _, f := range known(schema, of) {
			for _, word := range filter.Operators(f) {
				list = append(list, asked{of, f, word, nil})
			}
			if f.Type != fields.FieldRelated {
				continue
			}
			for _, inside := range inside(schema, f.Standard.Records) {
				for _, word := range filter.Operators(inside) {
					list = append(list, asked{of, f, "any", &asked{f.Standard.Records, inside, word, nil}})
				}
			}
		}
	}
	return list
}

// single draws the filter of one rule.
func (d *drawer) single(a asked) *group {
	r := d.rule(a.Of, a.Field, a.Word)
	if a.Inside != nil {
		r.Where = all(d.rule(a.Inside.Of, a.Inside.Field, a.Inside.Word))
	}
	return all(r)
}

// group draws a group of rules on some fields, with others inside, up to a depth.
func (d *drawer) group(of fields.Entity, choices []fields.Field, depth int) *group {
	g := &group{Or: d.chance(50), Not: d.chance(30)}
	for range 1 + d.random.IntN(4) {
		if depth > 1 && d.chance(30) {
			g.Nodes = append(g.Nodes, d.group(of, choices, depth-1))
			continue
		}
		f := pick(d.random, choices)
		if f.Type == fields.FieldSegment && len(d.segments) == 0 {
			f = choices[0]
		}
		g.Nodes = append(g.Nodes, d.rule(of, f, pick(d.random, filter.Operators(f))))
	}
	return g
}

func (d *drawer) chance(percent int) bool { return d.random.IntN(100) < percent }

// rule draws the operands of an operator.
func (d *drawer) rule(of fields.Entity, f fields.Field, word string) *rule {
	r := &rule{Field: f, Word: word}
	if f.Type == fields.FieldBucket {
		r.Value, r.Salt = d.random.IntN(fields.Buckets+1), pick(d.random, []string{"", "spring sale", "Größe"})
		return r
	}
	switch strings.TrimPrefix(word, "not_") {
	case "exists", "any", "none":
	case "count_eq", "count_gte", "count_lte":
		r.Value = d.random.IntN(5)
	case "in", "any_of", "none_of", "all_of":
		r.Value = d.several(of, f)
	case "between":
		r.Value = d.pair(of, f)
	case "within_last", "within_next", "anniversary_within":
		r.Value = pick(d.random, periods)
		if f.Type == fields.FieldInstant && !strings.HasSuffix(word, "anniversary_within") && d.chance(40) {
			r.Value = pick(d.random, timedPeriods)
		}
	case "in_this":
		r.Value = pick(d.random, units)
	case "in_last", "in_next":
		if r.Value = pick(d.random, units); d.chance(70) {
			r.Value = map[string]any{"n": 1 + d.random.IntN(5), "unit": r.Value}
		}
	case "contains", "starts_with", "ends_with":
		r.Value = d.part(of, f, strings.TrimPrefix(word, "not_"))
	default:
		r.Value = d.operand(of, f)
	}
	if f.Type == fields.FieldRelated && d.chance(70) {
		r.Where = d.group(f.Standard.Records, inside(d.schema, f.Standard.Records), 2)
	}
	return r
}

func (d *drawer) several(of fields.Entity, f fields.Field) (list []any) {
	for range 1 + d.random.IntN(4) {
		list = append(list, d.operand(of, f))
	}
	return list
}

// pair draws two values in their order. On instants a day may come before a moment, and after one.
func (d *drawer) pair(of fields.Entity, f fields.Field) []any {
	a, b := d.value(of, f), d.value(of, f)
	if a.Float > b.Float || a.Int > b.Int {
		a, b = b, a
	}
	if f.Type == fields.FieldInstant {
		const twoDays = 48 * 60 * 60 * 1000
		firstDay, lastDay := d.chance(50), d.chance(50)
		if firstDay != lastDay {
			b.Int = max(b.Int, a.Int+twoDays)
		}
		return []any{d.momentOrDay(a.Int, firstDay), d.momentOrDay(b.Int, lastDay)}
	}
	return []any{d.written(f, a), d.written(f, b)}
}

// operand draws one value: that of a record, or one beside it.
func (d *drawer) operand(of fields.Entity, f fields.Field) any {
	if f.Type == fields.FieldSegment {
		return pick(d.random, d.segments)
	}
	v := d.value(of, f)
	if f.Type == fields.FieldInstant {
		return d.momentOrDay(v.Int+int64(d.random.IntN(3))-1, d.chance(50))
	}
	if f.Type == fields.FieldDate && v.Int > -700_000 && v.Int < 2_900_000 { // not beyond the years that there are
		v.Int += int64(d.random.IntN(3)) - 1
	}
	return d.written(f, v)
}

// written is a value as a filter has it.
func (d *drawer) written(f fields.Field, v fields.Value) any {
	switch f.Type {
	case fields.FieldNumber:
		return number(v.Float)
	case fields.FieldCurrency:
		amount := fmt.Sprintf("%d.%02d", v.Int/100, max(v.Int%100, -(v.Int%100)))
		if v.Int < 0 && v.Int > -100 {
			amount = "-" + amount
		}
		if d.chance(30) {
			return map[string]any{"amount": amount, "currency": f.Attribute.Currency}
		}
		return amount
	case fields.FieldDate:
		return fields.FormatDay(v.Int)
	case fields.FieldCheckbox:
		return v.Bool
	case fields.FieldText, fields.FieldLink, fields.FieldEmail:
		return d.recased(v.Text)
	}
	if f.Attribute != nil || f.Plain() == "country" || f.Plain() == "labels" {
		return d.recased(v.Text)
	}
	return v.Text
}

// recased writes a text in the other case, now and then.
func (d *drawer) recased(text string) string {
	switch d.random.IntN(4) {
	case 0:
		return strings.ToUpper(text)
	case 1:
		return strings.ToLower(text)
	}
	return text
}

// momentOrDay is an instant of a filter: itself, or its day in the zone.
func (d *drawer) momentOrDay(ms int64, day bool) string {
	if day {
		return time.UnixMilli(ms).In(d.schema.Zone()).Format(time.DateOnly)
	}
	return fields.FormatInstant(ms)
}

// part draws a piece of a text that begins and ends with a sign that can be seen.
func (d *drawer) part(of fields.Entity, f fields.Field, word string) string {
	text := d.value(of, f).Text
	if f.Type == fields.FieldPhone {
		text = pick(d.random, writtenPhones(text))
	}
	runes := []rune(text)
	from, to := 0, len(runes)
	if word != "starts_with" {
		from = d.random.IntN(len(runes))
	}
	if word != "ends_with" {
		to = min(len(runes), from+1+d.random.IntN(6))
	}
	piece := runes[from:to]
	unseen := func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Mn, r) }
	if unseen(piece[0]) || unseen(piece[len(piece)-1]) {
		return text
	}
	if f.Type == fields.FieldID || f.Type == fields.FieldPhone {
		return string(piece)
	}
	return d.recased(string(piece))
}

// value draws the value of a record, which is not missing. Of a list it is one member.
func (d *drawer) value(of fields.Entity, f fields.Field) fields.Value {
	switch f.Type {
	case fields.FieldCheckbox:
		return fields.BoolValue(d.chance(50))
	case fields.FieldInstant:
		if d.chance(40) {
			return fields.IntValue(pick(d.random, d.moments))
		}
	case fields.FieldDate:
		if d.chance(20) {
			return fields.IntValue(pick(d.random, d.days))
		}
	}
	for range 200 {
		v := d.stored(of, f)
		if v.Kind == fields.KindList {
			return fields.TextValue(pick(d.random, v.List))
		}
		if !v.IsMissing() {
			return v
		}
	}
	return d.fallback(f)
}

// fallback is a value of a field that hardly any record has.
func (d *drawer) fallback(f fields.Field) fields.Value {
	switch f.Type {
	case fields.FieldInstant:
		return fields.IntValue(pick(d.random, d.moments))
	case fields.FieldDate:
		return fields.IntValue(pick(d.random, d.days))
	case fields.FieldNumber:
		return fields.NumberValue(float64(d.random.IntN(6)))
	}
	return fields.TextValue(pick(d.random, names))
}

// stored is what any record has in a field.
func (d *drawer) stored(of fields.Entity, f fields.Field) fields.Value {
	if v, derived := d.derived(of, f); derived {
		return v
	}
	switch of {
	case fields.EntityConversation:
		return conversations.Kind.Facts(pick(d.random, d.Conversations)).Value(f)
	case fields.EntityNote:
		return notes.Kind.Facts(pick(d.random, d.Notes)).Value(f)
	case fields.EntityCampaignEvent:
		return audiences.EventsKind.Facts(pick(d.random, d.Events)).Value(f)
	case fields.EntityCompany:
		return firstOf(companies.Kind.Facts(pick(d.random, d.Companies)).Values(f), d.random)
	}
	c := pick(d.random, d.Contacts)
	if c.Company > 0 {
		return firstOf(contacts.Kind.Facts(c, companies.Kind.Facts(d.Companies[c.Company-1])).Values(f), d.random)
	}
	return firstOf(contacts.Kind.Facts(c).Values(f), d.random)
}

func firstOf(values []fields.Value, random *rand.Rand) fields.Value {
	if len(values) == 0 {
		return fields.Value{}
	}
	return pick(random, values)
}

// derived draws a value of a field that says what others have.
func (d *drawer) derived(of fields.Entity, f fields.Field) (fields.Value, bool) {
	if f.Changed != nil {
		return instantOf(pick(d.random, d.Past).at), true
	}
	talk := pick(d.random, d.Conversations)
	name := f.Name
	switch of {
	case fields.EntityCompany:
		name = fields.CompanyPrefix + name
	case fields.EntityConversation:
		if name != "contact_id" {
			return fields.Value{}, false
		}
	case fields.EntityNote, fields.EntityCampaignEvent:
		return fields.Value{}, false
	}
	switch name {
	case "contact_id":
		return firstOf(contacts.Kind.Facts(pick(d.random, d.Contacts)).Values(d.id()), d.random), true
	case "conversations_count", "open_conversations":
		return fields.NumberValue(float64(d.random.IntN(6))), true
	case "company.contacts_count":
		return fields.NumberValue(float64(1 + d.random.IntN(12))), true
	case "last_message_at", "first_reply_at", "last_reply_at":
		same, _ := d.schema.Of(fields.EntityConversation).Field(f.Name)
		return conversations.Kind.Facts(talk).Value(same), true
	case "company.last_seen_at":
		return fields.IntValue(talk.LastMessageAt.UnixMilli()), true
	}
	return fields.Value{}, false
}

func instantOf(at time.Time) fields.Value { return fields.IntValue(at.UnixMilli()) }

// id is the field of contacts with their ids.
func (d *drawer) id() fields.Field {
	f, _ := d.schema.Field("id")
	return f
}
