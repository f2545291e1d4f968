package differ

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// tablesOf are the tables that a filter of an entity is asked in, that of the entity first.
var tablesOf = map[fields.Entity]string{
	fields.EntityContact: "c LEFT JOIN k ON k.ordinal = c.company", fields.EntityCompany: "k", fields.EntityConversation: "v JOIN c ON c.ordinal = v.contact",
}

// expression is where the values of a field are in PostgreSQL. It is "" for one that SQL cannot say.
func expression(of fields.Entity, f fields.Field) string {
	if of == fields.EntityCompany { // contacts have its fields, too
		return expressions[fields.EntityContact][fields.CompanyPrefix+f.Name]
	}
	if channel, ok := strings.CutPrefix(f.Name, contacts.ConsentPrefix); ok && of == fields.EntityContact {
		return "coalesce(c.consents ->> " + quoted(channel) + ", 'unknown')"
	}
	if f.Changed != nil {
		return "(c.changed ->> " + quoted(f.Changed.Name) + ")::timestamptz"
	}
	return expressions[of][f.Name]
}

// expressions are where the values of fields are, by the entity that a filter is about.
var expressions = map[fields.Entity]map[string]string{
	fields.EntityContact: {
		"id": "c.ids", "type": "c.type", "name": "c.name", "first_name": "c.first_name", "last_name": "c.last_name",
		"email": "c.emails", "phone": "c.phones", "identifier": "c.identifiers", "country": "c.country", "city": "c.city", "company_id": "k.ids",
		"labels": "c.labels", "channels": "c.channels", "identities": "c.identities", "blocked": "c.blocked",
		"created_at": "c.created_at", "updated_at": "c.updated_at", "last_seen_at": "c.last_seen_at",
		"conversations_count": "c.conversations_count", "open_conversations": "c.open_conversations",
		"last_message_at": "c.last_message_at", "first_reply_at": "c.first_reply_at", "last_reply_at": "c.last_reply_at",
		"attributes.job_title": "c.job_title", "attributes.seats": "c.seats", "attributes.mrr": "c.mrr_cents", "attributes.health": "c.health",
		"attributes.website": "c.website", "attributes.renewal_date": "c.renewal_date", "attributes.tier": "c.tier", "attributes.interests": "c.interests",
		"attributes.newsletter": "coalesce(c.newsletter, false)", "attributes.marketing_consent": "c.marketing_consent",
		"company.id": "k.ids", "company.name": "k.name", "company.domains": "k.domains", "company.identifier": "k.identifiers",
		"company.country": "k.country", "company.city": "k.city", "company.labels": "k.labels", "company.created_at": "k.created_at",
		"company.updated_at": "k.updated_at", "company.contacts_count": "k.contacts_count", "company.last_seen_at": "k.last_seen_at",
		"company.attributes.industry": "k.industry", "company.attributes.employees": "k.employees",
		"company.attributes.contract_end": "k.contract_end", "company.attributes.strategic": "k.strategic",
		"conversations": "v", "notes": "n", "campaign_events": "e", "random_bucket": "c.seed", "reachable": "c.reachable",
	},
	fields.EntityConversation: {
		"contact_id": "c.ids", "channel": "v.channel", "status": "v.status", "priority": "v.priority", "labels": "v.labels", "assignee": "v.assignee", "team": "v.team",
		"satisfaction": "v.satisfaction", "messages_count": "v.messages_count", "inbound_count": "v.inbound_count",
		"created_at": "v.created_at", "updated_at": "v.updated_at", "last_message_at": "v.last_message_at", "first_reply_at": "v.first_reply_at",
		"last_reply_at": "v.last_reply_at", "resolved_at": "v.resolved_at", "attributes.topic": "v.topic", "attributes.score": "v.score",
	},
	fields.EntityCampaignEvent: {"campaign": "e.campaign", "kind": "e.kind", "at": "e.at"},
	fields.EntityNote:          {"text": "n.text", "pinned": "n.pinned", "author.source": "n.source", "created_at": "n.created_at"},
}

// severalValues are the fields of one value a record that have more by merges and further
// addresses. In PostgreSQL they are arrays.
var severalValues = []string{"id", "email", "phone", "identifier", "company_id", "company.id", "company.identifier", "contact_id"}

// asSQL writes filters as conditions of SQL, by the rules of docs/filter-language.md. It shares no
// code with package filter.
type asSQL struct {
	now       time.Time
	zone      string
	weekStart string              // monday, sunday or saturday
	segments  map[string]*segment // by id
}

// question is the SQL that counts the records of an entity that pass a filter, and sums up who they
// are.
func (s asSQL) question(of fields.Entity, g *group) string {
	table := tablesOf[of][:1]
	return "SELECT count(*), coalesce(sum(" + table + ".ordinal::int8 * 7919 % 1000003), 0)::int8 FROM " + tablesOf[of] + " WHERE " + s.group(of, g)
}

// members is the SQL that lists them.
func (s asSQL) members(of fields.Entity, g *group) string {
	return "SELECT " + tablesOf[of][:1] + ".ordinal FROM " + tablesOf[of] + " WHERE " + s.group(of, g) + " ORDER BY 1"
}

// group writes a group. Its parts are never NULL.
func (s asSQL) group(of fields.Entity, g *group) string {
	parts := make([]string, len(g.Nodes))
	for i, n := range g.Nodes {
		switch n := n.(type) {
		case *group:
			parts[i] = s.group(of, n)
		case *rule:
			parts[i] = s.rule(of, n)
		}
	}
	text := "(" + strings.Join(parts, map[bool]string{false: " AND ", true: " OR "}[g.Or]) + ")"
	if len(parts) == 0 {
		text = "true"
	}
	if g.Not {
		return "NOT " + text
	}
	return text
}

// rule writes a rule. A positive operator is false on what is missing, and a negative one is its
// complement.
func (s asSQL) rule(of fields.Entity, r *rule) string {
	word, not := positive(r)
	text := "coalesce(" + s.positive(expression(of, r.Field), r, word) + ", false)"
	if not {
		return "NOT " + text
	}
	return text
}

// positive is the operator whose complement a negative one is, or the operator itself.
func positive(r *rule) (word string, not bool) {
	dated := r.Field.Type == fields.FieldDate || r.Field.Type == fields.FieldInstant
	switch rest, negative := strings.CutPrefix(r.Word, "not_"); {
	case negative:
		return rest, true
	case r.Word == "ne" && dated:
		return "on", true
	case r.Word == "ne":
		return "eq", true
	case r.Word == "none_of":
		return "any_of", true
	case r.Word == "none":
		return "any", true
	}
	return r.Word, false
}

func (s asSQL) positive(column string, r *rule, word string) string {
	if word == "exists" {
		return column + " IS NOT NULL"
	}
	switch r.Field.Type {
	case fields.FieldRelated:
		return s.related(column, r, word)
	case fields.FieldSegment:
		return s.segment(r)
	case fields.FieldMany:
		return many(column, r, word)
	case fields.FieldNumber:
		return compared(column, word, s.literals(r, func(v any) string { return quoted(fmt.Sprint(v)) + "::float8" }))
	case fields.FieldCurrency:
		return compared(column, word, s.literals(r, minorUnits))
	case fields.FieldBucket:
		h := fnv.New64a()
		h.Write([]byte(r.Salt))
		return compared(fmt.Sprintf("bucket(%s, %d)", column, int64(h.Sum64())), word, []string{fmt.Sprint(r.Value)})
	case fields.FieldCheckbox:
		return fmt.Sprintf("%s = %t", column, r.Value)
	case fields.FieldDate:
		return s.day(column, r, word)
	case fields.FieldInstant:
		return s.instant(column, r, word)
	}
	return texts(column, r, word)
}

// literals are the operands of a rule.
func (asSQL) literals(r *rule, literal func(any) string) []string {
	list, several := r.Value.([]any)
	if !several {
		list = []any{r.Value}
	}
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = literal(v)
	}
	return out
}

// quoted is a text as a literal.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// minorUnits is money in any of its forms.
func minorUnits(v any) string {
	if object, ok := v.(map[string]any); ok {
		v = object["amount"]
	}
	return quoted(fmt.Sprint(v)) + "::numeric * 100"
}

// compared compares numbers.
func compared(column, word string, operands []string) string {
	switch word {
	case "in":
		return column + " IN (" + strings.Join(operands, ", ") + ")"
	case "between":
		return column + " BETWEEN " + operands[0] + " AND " + operands[1]
	}
	return column + map[string]string{"eq": " = ", "gt": " > ", "gte": " >= ", "lt": " < ", "lte": " <= "}[word] + operands[0]
}

// texts compares texts: one, or any of several.
func texts(column string, r *rule, word string) string {
	operands := asSQL{}.literals(r, func(v any) string { return quoted(folded(r.Field, word, v.(string))) })
	if !slices.Contains(severalValues, r.Field.Name) {
		return ofText(column, word, operands)
	}
	if r.Field.Type == fields.FieldPhone && word != "eq" && word != "in" {
		column = "c.phone_digits"
	}
	return "EXISTS (SELECT FROM unnest(" + column + ") x WHERE " + ofText("x", word, operands) + ")"
}

func ofText(column, word string, operands []string) string {
	switch word {
	case "eq", "in":
		return column + " IN (" + strings.Join(operands, ", ") + ")"
	case "contains":
		return "strpos(" + column + ", " + operands[0] + ") > 0"
	case "starts_with":
		return "starts_with(" + column + ", " + operands[0] + ")"
	}
	return "right(" + column + ", char_length(" + operands[0] + ")) = " + operands[0] // ends_with
}

// folded is a text of a filter in the form in which the column has it.
func folded(f fields.Field, word, text string) string {
	part := word != "eq" && word != "in"
	switch f.Type {
	case fields.FieldID:
		return text
	case fields.FieldPhone:
		if part {
			return words.Digits(text)
		}
		return "+" + words.Digits(text)
	case fields.FieldEmail:
		if part {
			return fields.EmailPart(text)
		}
		return fields.CanonicalEmail(text)
	case fields.FieldOption:
		if f.Plain() == "country" {
			return strings.ToUpper(text)
		}
	case fields.FieldMany:
		if f.HasExactMembers() || f.Name == "channels" || f.Name == "reachable" {
			return text
		}
	}
	return words.Canonical(text)
}

// many compares lists.
func many(column string, r *rule, word string) string {
	operands := asSQL{}.literals(r, func(v any) string { return quoted(folded(r.Field, word, v.(string))) })
	return column + map[string]string{"any_of": " && ", "all_of": " @> "}[word] + "ARRAY[" + strings.Join(operands, ", ") + "]"
}

// segment asks for the members of segments, of any of them.
func (s asSQL) segment(r *rule) string {
	return strings.Join(s.literals(r, func(v any) string { return s.membersOf(s.segments[v.(string)]) }), " OR ")
}

// membersOf is the condition of the members of a segment.
func (s asSQL) membersOf(of *segment) string {
	text := "false"
	if !of.static {
		text = s.group(fields.EntityContact, of.filter)
	}
	return "(" + text + " OR " + picked(of.pinned) + ") AND NOT " + picked(of.excluded)
}

// picked is the condition of contacts that were picked, or have absorbed one that was.
func picked(ordinals []uint32) string {
	list := make([]string, len(ordinals))
	for i, ordinal := range ordinals {
		list[i] = fmt.Sprint(ordinal)
	}
	return "c.ordinal IN (SELECT contact FROM survivors WHERE ordinal IN (" + strings.Join(list, ", ") + "))"
}

// related counts the records that belong to a contact.
func (s asSQL) related(table string, r *rule, word string) string {
	of := map[string]fields.Entity{"v": fields.EntityConversation, "n": fields.EntityNote, "e": fields.EntityCampaignEvent}[table]
	where := " FROM " + table + " WHERE " + table + ".contact = c.ordinal"
	if r.Where != nil {
		where += " AND " + s.group(of, r.Where)
	}
	if word == "any" {
		return "EXISTS (SELECT" + where + ")"
	}
	sign := map[string]string{"count_eq": "=", "count_gte": ">=", "count_lte": "<="}[word]
	return fmt.Sprintf("(SELECT count(*)%s) %s %v", where, sign, r.Value)
}

// present is the moment of the question.
func (s asSQL) present() string {
	return quoted(s.now.Format("2006-01-02 15:04:05.000Z07:00")) + "::timestamptz"
}

// today is its day.
func (s asSQL) today() string {
	return "(" + s.present() + " AT TIME ZONE " + quoted(s.zone) + ")::date"
}

// day compares calendar days.
func (s asSQL) day(column string, r *rule, word string) string {
	switch word {
	case "within_last", "within_next":
		calendar, _ := parts(r.Value)
		if word == "within_last" {
			return fmt.Sprintf("%s BETWEEN (%s - %s)::date AND %s", column, s.today(), calendar, s.today())
		}
		return fmt.Sprintf("%s BETWEEN %s AND (%s + %s)::date", column, s.today(), s.today(), calendar)
	case "in_this", "in_last", "in_next":
		first, end := s.units(r, word)
		return fmt.Sprintf("%s >= %s AND %s < %s", column, first, column, end)
	case "anniversary_within":
		return s.anniversary(column, r)
	}
	operands := s.literals(r, func(v any) string { return quoted(v.(string)) + "::date" })
	switch word {
	case "on":
		word = "eq"
	case "before":
		word = "lt"
	case "after":
		word = "gt"
	}
	return compared(column, word, operands)
}

// instant compares moments. A day is all moments from its start to that of the next.
func (s asSQL) instant(column string, r *rule, word string) string {
	switch word {
	case "within_last", "within_next":
		calendar, clock := parts(r.Value)
		if word == "within_last" {
			return fmt.Sprintf("%s BETWEEN moved(%s, -%s, -%s, %s) AND %s", column, s.present(), calendar, clock, quoted(s.zone), s.present())
		}
		return fmt.Sprintf("%s BETWEEN %s AND moved(%s, %s, %s, %s)", column, s.present(), s.present(), calendar, clock, quoted(s.zone))
	case "in_this", "in_last", "in_next":
		first, end := s.units(r, word)
		return fmt.Sprintf("%s >= %s AND %s < %s", column, s.startOf(first), column, s.startOf(end))
	case "anniversary_within":
		return s.anniversary(fmt.Sprintf("day_of(%s, %s)", column, quoted(s.zone)), r)
	}
	begins := s.literals(r, func(v any) string { return column + " >= " + s.start(v.(string)) })
	ended := s.literals(r, func(v any) string { return column + s.end(v.(string)) })
	switch word {
	case "eq", "on":
		return begins[0] + " AND NOT " + ended[0]
	case "before", "lt":
		return "NOT " + begins[0]
	case "after", "gt":
		return ended[0]
	case "gte":
		return begins[0]
	case "lte":
		return "NOT " + ended[0]
	}
	return begins[0] + " AND NOT " + ended[1] // between
}

func (s asSQL) startOf(day string) string {
	return fmt.Sprintf("start_of_day(%s, %s)", day, quoted(s.zone))
}

// start is the first moment of a day or a moment itself.
func (s asSQL) start(value string) string {
	if isDay(value) {
		return s.startOf(quoted(value) + "::date")
	}
	return quoted(value) + "::timestamptz"
}

// end is a comparison that is true after a day or a moment.
func (s asSQL) end(value string) string {
	if isDay(value) {
		return " >= " + s.startOf(quoted(value)+"::date + 1")
	}
	return " > " + quoted(value) + "::timestamptz"
}

func isDay(value string) bool { return len(value) == len(time.DateOnly) }

// parts are the calendar's part of a period and that of the clock.
func parts(period any) (calendar, clock string) {
	days, hours, timed := strings.Cut(period.(string), "T")
	if days == "P" {
		days = "P0D"
	}
	if !timed {
		hours = "0S"
	}
	return "interval " + quoted(days), "interval " + quoted("PT"+hours)
}

// units are the first day of whole units of the calendar, and the first day after them.
func (s asSQL) units(r *rule, word string) (first, end string) {
	n, unit := 1, r.Value
	if object, ok := r.Value.(map[string]any); ok {
		n, unit = object["n"].(int), object["unit"]
	}
	begin := fmt.Sprintf("date_trunc('%s', %s::timestamp)::date", unit, s.today())
	step := func(n int) string {
		if unit == "quarter" {
			return fmt.Sprintf("(%s + interval '%d months')::date", begin, 3*n)
		}
		return fmt.Sprintf("(%s + interval '%d %ss')::date", begin, n, unit)
	}
	if unit == "week" {
		first := map[string]int{"monday": 1, "saturday": 6, "sunday": 7}[s.weekStart]
		begin = fmt.Sprintf("(%s - (extract(isodow FROM %s)::int + 7 - %d) %% 7)", s.today(), s.today(), first)
	}
	switch word {
	case "in_last":
		return step(-n), begin
	case "in_next":
		return step(1), step(1 + n)
	}
	return begin, step(1)
}

func (s asSQL) anniversary(day string, r *rule) string {
	calendar, _ := parts(r.Value)
	return fmt.Sprintf("comes_again(%s, %s, (%s + %s)::date)", day, s.today(), s.today(), calendar)
}

// number writes a float as JSON has it.
func number(x float64) json.Number { return json.Number(strconv.FormatFloat(x, 'g', -1, 64)) }
