package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
)

// nth makes the nth of the values of a field, each other than the one before.
type nth func(n int) any

// kindOfRecord is what the test needs to know of a kind of records. Whoever declares a
// field adds its values here, and a word by which it is searched; for what a place does
// not have, the reason.
type kindOfRecord struct {
	entity fields.Entity
	path   string // of its collection
	made   string // where its records are made, where that is another path
	// make makes a record of which the draft has all that can be sent, nil where POST does.
	make     func(c caller, draft object) object
	keyField string // a field of which each record has another value, "" for id
	noCSV    bool   // its list is not written as CSV
	fields   []fields.Field
	bare     func(n int) object // what the nth record is made with at least
	lone     func(n int, but string) object
	values   map[string]nth
	// answers are the schemas of the API document, of a record and of what is sent.
	answer, draft string
	// search is the path under which words find the records, "" for none, and words are
	// what a field is found by.
	search string
	found  string // where an answer has the list of what was found
	words  map[string]nth
	// unlisted says that no list, file or filter of its own has the records.
	unlisted bool
	// history says that the past is answered, merges that records can be merged.
	history, merges bool
	// imported says that the CSV of its list is read back.
	imported bool

	notRead   reasons // fields that a record does not show itself
	notSorted reasons
	notMerged reasons // fields of which a merge takes nothing from the absorbed record
	notFound  reasons // fields that no words find

	notChosen, notImported reasons // fields that a merge cannot be asked for, and that a file may leave alone
}

// reasons say of fields why a place does not have them.
type reasons map[string]string

// holds demands that a place has a field. An exception that is not needed fails, too.
func (r reasons) holds(t *testing.T, field string, so bool, message string) {
	t.Helper()
	if why, excepted := r[field]; excepted {
		require.False(t, so, "%s needs no exception (%s)", field, why)
		return
	}
	require.True(t, so, "%s %s", field, message)
}

// names are words that no search takes for another, with what is appended to them.
var names = []string{"Zainabu", "Wanjiru", "Fitzgerald", "Kowalczyk", "Oyelaran", "Brubeck", "Thunberg", "Quillon"}

func name(suffix string) nth {
	return func(n int) any { return fmt.Sprint(names[n%len(names)], suffix, n/len(names)) }
}

func mail(n int) any { return fmt.Sprint(name("")(n), "@example.org") }

func host(n int) any { return strings.ToLower(fmt.Sprint(name("")(n), ".example")) }

func phone(n int) any { return fmt.Sprintf("+2547%08d", n*62_710_561%100_000_000) }

func oneOf(list ...any) nth { return func(n int) any { return list[n%len(list)] } }

func textOf(format string) nth { return func(n int) any { return fmt.Sprintf(format, n) } }

func listOf(value nth) nth { return func(n int) any { return []any{value(n)} } }

func day(format string) nth { return func(n int) any { return fmt.Sprintf(format, n%28+1) } }

// declared are all fields of a kind, those that no filter knows, too.
func declared[T any](k *ledger.Kind[T]) (list []fields.Field) {
	for i := range k.Fields {
		list = append(list, k.Fields[i].Field)
	}
	return list
}

// kindsOfRecords are all kinds.
func kindsOfRecords(r *fieldsRig) []*kindOfRecord {
	const derived, closed = "of no record", "no word"
	company := func(n int) any { return r.links[n%len(r.links)] }
	people := &kindOfRecord{
		entity: fields.EntityContact, path: "/v1/contacts", fields: contacts.StandardFields, answer: "Contact", draft: "ContactInput",
		search: "/v1/contacts/search", found: "hits", history: true, merges: true, imported: true,
		bare: func(n int) object { return object{"name": fmt.Sprint("Somebody ", n)} },
		lone: func(n int, but string) object {
			if but == "email" {
				return object{"identifier": fmt.Sprint("lone-", n)}
			}
			return object{"email": fmt.Sprintf("lone%d@example.net", n)}
		},
		values: map[string]nth{
			"type": oneOf("lead", "customer"), "name": name("full"), "first_name": name("first"), "last_name": name("last"),
			"email": mail, "phone": phone, "identifier": name("id"),
			"country": oneOf("KE", "UG"), "city": name("ville"), "company_id": company, "labels": listOf(name("label")),
			"identities": listOf(func(n int) any { return object{"channel": "sms", "source_id": name("source")(n)} }),
			"channels":   listOf(oneOf("sms", "voice")), "created_at": day("2026-10-%02dT10:00:00.000Z"), "last_seen_at": day("2026-11-%02dT10:00:00.000Z"),
		},
		words: map[string]nth{
			"name": name("full"), "first_name": name("first"), "last_name": name("last"), "email": mail,
			"phone": phone, "identifier": name("id"), "country": oneOf("Kenya", "Uganda"), "city": name("ville"),
			"company_id": name(" Works"), "identities": name("source"),
		},
		notRead:   reasons{"random_bucket": derived, "segment": derived, "conversations": derived, "notes": derived, "campaign_events": derived},
		notSorted: reasons{"labels": "several values", "channels": "several values", "reachable": "several values", "identities": "several values", "random_bucket": derived, "segment": derived, "conversations": derived, "notes": derived, "campaign_events": derived},
		notMerged: reasons{}, notChosen: reasons{}, notImported: reasons{},
		notFound: reasons{"type": closed, "created_at": closed, "last_seen_at": closed, "labels": closed, "channels": closed},
	}
	for _, channel := range fields.Channels {
		name := contacts.ConsentPrefix + channel
		people.values[name] = oneOf("unsubscribed", "subscribed")
		people.notFound[name], people.notChosen[name], people.notImported[name] = closed, "the stricter one stays", "who has unsubscribed stays so"
	}
	firms := &kindOfRecord{
		entity: fields.EntityCompany, path: "/v1/companies", fields: companies.StandardFields, answer: "WholeCompany", draft: "CompanyInput",
		search: "/v1/search", found: "companies.hits", history: true, merges: true,
		bare: func(n int) object { return object{"name": fmt.Sprint("Firm ", n)} },
		lone: func(n int, _ string) object { return object{"name": fmt.Sprint("Lone ", n)} },
		values: map[string]nth{
			"name": name("group"), "domains": listOf(host), "identifier": name("id"), "country": oneOf("KE", "UG"),
			"city": name("ville"), "labels": listOf(name("label")), "created_at": day("2026-10-%02dT10:00:00.000Z"),
		},
		notSorted: reasons{"domains": "several values", "labels": "several values"},
		notMerged: reasons{"name": "a company keeps its own"},
		words:     map[string]nth{"country": oneOf("Kenya", "Uganda")},
		notFound:  reasons{"created_at": closed},
	}
	talks := &kindOfRecord{
		entity: fields.EntityConversation, path: "/v1/conversations", fields: conversations.StandardFields, answer: "Conversation", draft: "ConversationInput",
		make: talk, keyField: "contact_id", noCSV: true,
		bare: func(int) object { return object{} },
		values: map[string]nth{
			"status": oneOf("pending", "open"), "priority": oneOf("low", "urgent"), "labels": listOf(name("label")), "assignee": name("agent"), "team": name("team"),
			"satisfaction": func(n int) any { return 1 + n%5 },
		},
		notSorted: reasons{"labels": "several values"},
	}
	owner := r.in(r.t).call("POST", "/v1/contacts", object{"name": "Subject of notes"}, 201)["id"].(string)
	remarks := &kindOfRecord{
		entity: fields.EntityNote, path: "/v1/notes", made: "/v1/contacts/" + owner + "/notes", fields: declared(notes.Kind), answer: "Note", draft: "NoteInput",
		unlisted: true,
		bare:     func(n int) object { return object{"text": fmt.Sprint("Note ", n)} },
		values: map[string]nth{
			"text": textOf("line\n\tand another one of %d"), "pinned": oneOf(true, false), "created_at": day("2026-10-%02dT10:00:00.000Z"),
		},
	}
	return []*kindOfRecord{people, firms, talks, remarks}
}

// talk makes a conversation: somebody writes, and it is changed then.
func talk(c caller, draft object) object {
	c.made++
	body := object{"channel": oneOf("sms", "telegram")(c.made), "sender": object{"source_id": fmt.Sprint("sender ", c.made)}, "message": object{"text": "Hi"}}
	made := c.call("POST", "/v1/conversations", body, 201)["conversation"].(object)
	if len(draft) == 0 {
		return made
	}
	return c.call("PATCH", "/v1/conversations/"+made["id"].(string), draft, 200)
}

// attributes are definitions of custom attributes, at least one of every type, with their
// values.
var attributes = []struct {
	definition object
	value      nth
}{
	{object{"type": "text"}, name("gold")},
	{object{"type": "text", "unique": true}, name("only")},
	{object{"type": "number"}, func(n int) any { return 10.5 + float64(n) }},
	{object{"type": "currency", "currency": "KES"}, func(n int) any { return 100.25 + float64(n) }},
	{object{"type": "percentage"}, func(n int) any { return 1 + float64(n) }},
	{object{"type": "link"}, textOf("https://example.org/%d")},
	{object{"type": "date"}, day("2026-09-%02d")},
	{object{"type": "list", "options": []any{"red", "blue"}}, oneOf("red", "blue")},
	{object{"type": "list", "options": []any{"red", "blue"}, "multiple": true}, listOf(oneOf("red", "blue"))},
	{object{"type": "checkbox"}, oneOf(true, false)},
	{object{"type": "checkbox", "three_state": true}, oneOf(true, false)},
}

// define makes the attributes of a kind that can have any, and adds their fields and values.
func (k *kindOfRecord) define(c caller) {
	c.t.Helper()
	if !slices.Contains(c.Store.Schema().Defined(), k.entity) {
		return
	}
	var types []fields.AttributeType
	for i, a := range attributes {
		if a.definition["unique"] != nil && k.entity == fields.EntityConversation {
			continue
		}
		key := fmt.Sprintf("%s_%d", a.definition["type"], i)
		c.call("POST", "/v1/attributes", with(with(a.definition, "key", key), "entity", string(k.entity)), 201)
		field, known := c.Store.Schema().Of(k.entity).Field("attributes." + key)
		require.True(c.t, known, key)
		k.fields = append(slices.Clone(k.fields), field)
		k.values[field.Name] = a.value
		if field.Type == fields.FieldMany {
			k.notSorted[field.Name] = "several values"
		}
		if k.notFound != nil {
			k.notFound[field.Name] = "no attribute is found by words"
		}
		types = append(types, field.Attribute.Type)
	}
	for _, each := range fields.AttributeTypes {
		require.Contains(c.t, types, each, "no attribute has the type")
	}
}
