package api

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// office writes at random what people, agents and programs write, over HTTP.
type office struct {
	*harness
	random *rand.Rand
	made   int
	talks  []string // the ids of conversations, also of those that are gone
	notes  []string
	did    map[string]int // how often each write was done, and not refused
}

// TestContactsShowWhatFiltersFind: after any writes, GET of a contact says what its conversations
// say, and each value that it shows is found by a filter on the field.
func TestContactsShowWhatFiltersFind(t *testing.T) {
	o := &office{harness: newHarness(t), random: rand.New(rand.NewPCG(15, 1)), did: map[string]int{}}
	for n := range 200 {
		o.later(time.Duration(1+o.random.IntN(90)) * time.Second)
		o.write()
		if n%8 == 7 {
			o.requireShown()
		}
	}
	for _, write := range []string{"create", "patch", "inbound", "held", "reply", "status", "note", "edit", "merge", "undo", "block", "unblock", "delete"} {
		require.Positive(t, o.did[write], "%s: %v", write, o.did)
	}
}

// write makes one random write. It may be refused, as that to somebody who is gone.
func (o *office) write() {
	people := o.people()
	if len(people) < 4 {
		o.send("create", "POST", "/v1/contacts", o.draft())
		return
	}
	who, other := people[o.random.IntN(len(people))], people[o.random.IntN(len(people))]
	path := "/v1/contacts/" + who.ID
	switch o.random.IntN(20) {
	case 0:
		o.send("create", "POST", "/v1/contacts", o.draft())
	case 1, 2:
		o.send("patch", "PATCH", path, o.seen())
	case 3, 4, 5, 6, 7:
		o.receiveAny(who)
	case 8, 9:
		o.send("reply", "POST", "/v1/conversations/"+o.any(o.talks)+"/messages", object{"direction": "outbound", "text": "On its way"})
	case 10, 11, 12:
		o.send("status", "PATCH", "/v1/conversations/"+o.any(o.talks), object{"status": o.any([]string{"open", "pending", "resolved"}), "priority": "high"})
	case 13:
		if made := o.send("note", "POST", path+"/notes", object{"text": "Calls on Mondays"}); made["id"] != nil {
			o.notes = append(o.notes, made["id"].(string))
		}
	case 14:
		o.send("edit", "PATCH", "/v1/notes/"+o.any(o.notes), object{"text": fmt.Sprint("Calls at ", o.made)})
	case 15, 16:
		o.send("merge", "POST", path+"/merge", object{"contact_id": other.ID})
	case 17:
		if n := len(who.Absorbed); n > 0 {
			o.send("undo", "POST", "/v1/merges/"+who.Absorbed[o.random.IntN(n)].MergeID+"/undo", nil)
		}
	case 18:
		o.turn(who)
	default:
		if o.random.IntN(3) == 0 {
			o.send("delete", "DELETE", path, nil)
		}
	}
}

// turn blocks who is not blocked, and the other way round.
func (o *office) turn(who contactBody) {
	name, method := "block", "POST"
	if who.Blocked {
		name, method = "unblock", "DELETE"
	}
	o.send(name, method, "/v1/contacts/"+who.ID+"/block", nil)
}

// draft is a new contact, who may have been seen before.
func (o *office) draft() object {
	o.made++
	d := o.seen()
	d["name"], d["email"] = fmt.Sprint("Person ", o.made), fmt.Sprint("p", o.made, "@example.org")
	return d
}

// seen is what a contact has of its own beside what its conversations say.
func (o *office) seen() object {
	at := o.now().Add(-time.Duration(o.random.IntN(600)) * time.Second)
	return object{"last_seen_at": at.UTC().Format(time.RFC3339), "channels": []string{o.any([]string{"voice", "email", "sms"})}}
}

// receiveAny has a contact write on any channel, or somebody who is not known.
func (o *office) receiveAny(who contactBody) {
	body := inbound(fmt.Sprint(o.random.IntN(8)), "Where is my order?")
	if o.random.IntN(3) > 0 && who.Email != "" {
		body["channel"], body["sender"] = "email", object{"email": who.Email}
	}
	got := o.send("inbound", "POST", "/v1/conversations", body)
	if talk, is := got["conversation"].(map[string]any); is {
		o.talks = append(o.talks, talk["id"].(string))
	} else if got["type"] == "contact-blocked" {
		o.did["held"]++
	}
}

// any is one of some texts, or the id of nothing.
func (o *office) any(list []string) string {
	if len(list) == 0 {
		return "00000000-0000-7000-8000-000000000000"
	}
	return list[o.random.IntN(len(list))]
}

// send sends a write, which is done or refused by a rule, and returns the answer.
func (o *office) send(name, method, target string, body any) object {
	o.t.Helper()
	c := o.call(method, target)
	if body != nil {
		c = o.call(method, target, body)
	}
	w := c.do()
	answer := object{}
	if w.Body.Len() > 0 {
		require.NoError(o.t, json.Unmarshal(w.Body.Bytes(), &answer))
	}
	if w.Code < 300 {
		o.did[name]++
		return answer
	}
	refused := []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity}
	require.Contains(o.t, refused, w.Code, "%s %s: %s", method, target, w.Body)
	return answer
}

// people are all contacts, as a list shows them.
func (o *office) people() []contactBody {
	o.t.Helper()
	list, _ := ok[contactList](o.call("GET", "/v1/contacts?limit=100"), 200)
	require.Empty(o.t, list.NextCursor)
	return list.Contacts
}

// requireShown looks at every contact.
func (o *office) requireShown() {
	o.t.Helper()
	talks := 0
	for _, listed := range o.people() {
		c, _ := ok[contactBody](o.call("GET", "/v1/contacts/"+listed.ID), 200)
		require.Equal(o.t, c, listed, "a list shows what GET shows")
		o.requireTalks(c)
		talks += int(*c.Conversations)
		for _, rule := range shownRules(c) {
			filter := object{"combinator": "and", "rules": []object{{"field": "id", "operator": "eq", "value": c.ID}, rule}}
			counted, _ := ok[countBody](o.call("POST", "/v1/contacts/count", object{"filter": filter}), 200)
			require.EqualValues(o.t, 1, counted.Count, "%v does not find %+v", rule, c)
		}
	}
	all, _ := ok[countBody](o.call("POST", "/v1/conversations/count", object{}), 200)
	require.EqualValues(o.t, talks, all.Count, "each conversation is somebody's")
}

// requireTalks compares a contact with the list of its conversations.
func (o *office) requireTalks(c contactBody) {
	o.t.Helper()
	list, _ := ok[conversationList](o.call("GET", "/v1/contacts/"+c.ID+"/conversations?limit=100"), 200)
	open, message, first, last := uint64(0), "", "", ""
	for _, talk := range list.Conversations {
		if talk.Status == "open" {
			open++
		}
		message, last = max(message, talk.LastMessageAt), max(last, talk.LastReplyAt)
		if first == "" || talk.FirstReplyAt != "" && talk.FirstReplyAt < first {
			first = talk.FirstReplyAt
		}
		require.Contains(o.t, c.Channels, talk.Channel)
	}
	require.EqualValues(o.t, len(list.Conversations), *c.Conversations)
	require.Equal(o.t, []any{open, message, first, last}, []any{*c.Open, c.LastMessageAt, c.FirstReplyAt, c.LastReplyAt})
}

// shownRules are a rule for each value that a contact shows of others, which it must pass.
func shownRules(c contactBody) []object {
	rules := []object{
		{"field": "conversations_count", "operator": "eq", "value": *c.Conversations},
		{"field": "open_conversations", "operator": "eq", "value": *c.Open},
		{"field": "blocked", "operator": "eq", "value": c.Blocked},
		{"field": "conversations", "operator": "count_eq", "value": *c.Conversations},
		{"field": "conversations", "operator": "count_eq", "value": *c.Open, "where": object{
			"combinator": "and", "rules": []object{{"field": "status", "operator": "eq", "value": "open"}},
		}},
	}
	for field, value := range map[string]string{
		"last_message_at": c.LastMessageAt, "first_reply_at": c.FirstReplyAt, "last_reply_at": c.LastReplyAt, "last_seen_at": c.LastSeenAt,
	} {
		rule := object{"field": field, "operator": "between", "value": []string{value, value}}
		if value == "" {
			rule = object{"field": field, "operator": "not_exists"}
		}
		rules = append(rules, rule)
	}
	if len(c.Channels) == 0 {
		return append(rules, object{"field": "channels", "operator": "not_exists"})
	}
	others := slices.DeleteFunc([]string{"email", "sms", "voice", "whatsapp"}, func(name string) bool { return slices.Contains(c.Channels, name) })
	if len(others) > 0 {
		rules = append(rules, object{"field": "channels", "operator": "none_of", "value": others})
	}
	return append(rules, object{"field": "channels", "operator": "all_of", "value": c.Channels})
}
