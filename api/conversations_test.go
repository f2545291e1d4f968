package api

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

// inbound is the body of a message that came in on WhatsApp.
func inbound(from, text string) object {
	return object{"channel": "whatsapp", "sender": object{"source_id": from}, "message": object{"text": text}}
}

// receive sends a message that came in.
func (h *harness) receive(body object) receivedBody {
	h.t.Helper()
	got, _ := ok[receivedBody](h.call("POST", "/v1/conversations", body), 201)
	return got
}

// say adds a message to a conversation.
func (h *harness) say(conversation string, message object) messageBody {
	h.t.Helper()
	m, _ := ok[messageBody](h.call("POST", "/v1/conversations/"+conversation+"/messages", message), 201)
	return m
}

// textsOf are the texts of the messages of a conversation, oldest first.
func (h *harness) textsOf(conversation string) (texts []string) {
	h.t.Helper()
	list, _ := ok[messageList](h.call("GET", "/v1/conversations/"+conversation+"/messages"), 200)
	for _, m := range list.Messages {
		texts = append(texts, m.Text)
	}
	return texts
}

// talksOf are the ids of the conversations of a contact.
func (h *harness) talksOf(contact, query string) (ids []string) {
	h.t.Helper()
	list, _ := ok[conversationList](h.call("GET", "/v1/contacts/"+contact+"/conversations"+query), 200)
	for _, c := range list.Conversations {
		ids = append(ids, c.ID)
	}
	return ids
}

func (h *harness) setStatus(conversation string, patch object) conversationBody {
	h.t.Helper()
	c, _ := ok[conversationBody](h.call("PATCH", "/v1/conversations/"+conversation, patch), 200)
	return c
}

func TestConversationLives(t *testing.T) {
	h := newHarness(t)
	body := inbound("254712345678", "Where is\n\tmy order?")
	body["sender"] = object{"source_id": "254712345678", "name": "Amina", "email": "amina@example.org"}
	body["message"] = object{"text": "Where is\n\tmy order?", "source_id": "wamid.1", "attachments": []any{object{"url": "https://files.example/a.png", "name": "a.png", "media_type": "image/png", "bytes": 12}}}
	body["subject"], body["labels"] = "Order", []any{"vip"}
	w := h.call("POST", "/v1/conversations", body)
	got, header := ok[receivedBody](w, 201)
	require.Equal(t, createdBody{true, true}, got.Created)
	require.Equal(t, "/v1/conversations/"+got.Conversation.ID, header.Get("Location"))
	require.Equal(t, wire.ETag(got.Conversation.Version), header.Get("ETag"))
	require.Equal(t, []any{"open", "whatsapp", "Order", []string{"vip"}, uint32(1), uint32(1), got.ContactID}, []any{
		got.Conversation.Status, got.Conversation.Channel, got.Conversation.Subject, got.Conversation.Labels, got.Conversation.Messages, got.Conversation.Inbound, got.Conversation.ContactID,
	})
	require.Equal(t, messageBody{
		ID: got.Message.ID, ConversationID: got.Conversation.ID, Direction: "inbound", Author: messageAuthor{Kind: "contact"}, Text: "Where is\n\tmy order?", At: got.Conversation.CreatedAt,
		SourceID: "wamid.1", Attachments: []attachmentBody{{"https://files.example/a.png", "a.png", "image/png", 12}}, Seq: got.Message.Seq,
	}, got.Message)
	contact, _ := ok[contactBody](h.call("GET", "/v1/contacts/"+got.ContactID), 200)
	require.Equal(t, []string{"Amina", "amina@example.org", "lead"}, []string{contact.Name, contact.Email, contact.Type})

	again, header := ok[receivedBody](h.call("POST", "/v1/conversations", body), 200)
	require.Equal(t, createdBody{}, again.Created)
	require.Equal(t, got.Message, again.Message)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	require.Empty(t, header.Get("Location"))

	reply := h.say(got.Conversation.ID, object{"direction": "outbound", "text": "On its way"})
	require.Equal(t, messageAuthor{"agent", "admin"}, reply.Author)
	c, _ := ok[conversationBody](h.call("GET", "/v1/conversations/"+got.Conversation.ID), 200)
	require.Equal(t, reply.At, c.FirstReplyAt)
	require.EqualValues(t, 2, c.Messages)
	require.Equal(t, []string{"Where is\n\tmy order?", "On its way"}, h.textsOf(c.ID))

	h.call("PATCH", "/v1/conversations/"+c.ID, object{"status": "resolved"}).with("If-Match", wire.ETag(got.Conversation.Version)).problem(412, "version-mismatch")
	resolved := h.setStatus(c.ID, object{"status": "resolved", "priority": "high", "assignee": "amina", "team": "billing", "satisfaction": 5})
	require.NotEmpty(t, resolved.ResolvedAt)
	require.Equal(t, 5, resolved.Satisfaction)
	same := h.setStatus(c.ID, object{"status": "resolved"})
	require.Equal(t, resolved, same)

	opened := h.receive(inbound("254712345678", "Still nothing"))
	require.Equal(t, createdBody{}, opened.Created)
	require.Equal(t, []string{c.ID, "open", ""}, []string{opened.Conversation.ID, opened.Conversation.Status, opened.Conversation.ResolvedAt})
	require.Equal(t, []string{c.ID}, h.talksOf(got.ContactID, ""))
}

func TestConversationsAreRefused(t *testing.T) {
	h := newHarness(t)
	with := func(change func(object)) object {
		body := inbound("1", "Hi")
		change(body)
		return body
	}
	message := func(m object) object { return with(func(b object) { b["message"] = m }) }
	soon, before := time.Now().Add(6*time.Minute).UTC().Format(time.RFC3339), h.store.Head()
	for location, wrong := range map[string]object{
		"channel":                    with(func(b object) { b["channel"] = "fax" }),
		"sender":                     with(func(b object) { b["sender"] = object{"name": "Only"} }),
		"sender.email":               with(func(b object) { b["sender"] = object{"email": "no"} }),
		"message.text":               message(object{}),
		"message.at":                 message(object{"text": "x", "at": soon}),
		"message":                    message(object{"text": "x", "direction": "inbound"}),
		"message.attachments[0].url": message(object{"attachments": []any{object{"url": "ftp://x.example/a"}}}),
		"message.attachments[0]":     message(object{"attachments": []any{object{"url": "https://x.example/a", marker: 1}}}),
		"message.attachments":        message(object{"attachments": "none"}),
		"message.source_id":          message(object{"text": "x", "source_id": strings.Repeat("x", 256)}),
		"subject":                    with(func(b object) { b["subject"] = strings.Repeat("x", 501) }),
		"labels":                     with(func(b object) { b["labels"] = "vip" }),
		"body":                       with(func(b object) { b[marker] = 1 }),
	} {
		require.Equal(t, []string{location}, locations(h.call("POST", "/v1/conversations", wrong).problem(422, "invalid-conversation")), location)
	}
	require.Equal(t, []string{"message.text"}, locations(h.call("POST", "/v1/conversations", message(object{"text": strings.Repeat("ä", 100_001)})).problem(422, "invalid-conversation")))
	require.Equal(t, []string{"message.text"}, locations(h.call("POST", "/v1/conversations", message(object{"text": "a\x01b"})).problem(422, "invalid-conversation")))
	h.call("POST", "/v1/conversations", message(object{"text": strings.Repeat("x", 1<<20)})).problem(413, "body-too-large")
	require.Equal(t, before, h.store.Head(), "nothing was written")
	h.receive(message(object{"text": strings.Repeat("ä", 100_000)}))

	h.call("POST", "/v1/conversations", inbound("1", "Hi")).with("Authorization", "Bearer "+h.keys[access.ScopeMarketer]).problem(403, "forbidden")
	c := h.receive(inbound("1", "Hi")).Conversation.ID
	path := "/v1/conversations/" + c
	for location, wrong := range map[string]object{
		"direction":   {"text": "x"},
		"author.kind": {"direction": "inbound", "text": "x", "author": object{"kind": "agent"}},
		"author":      {"direction": "outbound", "text": "x", "author": "me"},
		"text":        {"direction": "outbound"},
		"at":          {"direction": "outbound", "text": "x", "at": soon},
		"body":        {"direction": "outbound", "text": "x", marker: 1},
	} {
		require.Equal(t, []string{location}, locations(h.call("POST", path+"/messages", wrong).problem(422, "invalid-message")), location)
	}
	h.call("POST", path+"/messages", object{"direction": "outbound", "text": "x", "author": object{"kind": "contact"}}).problem(422, "invalid-message")
	for location, wrong := range map[string]object{
		"status":        {"status": "closed"},
		"snoozed_until": {"snoozed_until": soon},
		"priority":      {"priority": "vital"},
		"satisfaction":  {"satisfaction": 6},
		"channel":       {"channel": "sms"},
		"contact_id":    {"contact_id": c},
		"resolved_at":   {"resolved_at": soon},
		"inbound_count": {"inbound_count": 3},
		"labels[0]":     {"labels": []any{strings.Repeat("x", 101)}},
		"attributes":    {"attributes": object{marker: 1}},
		"body":          {marker: 1},
	} {
		require.Equal(t, []string{location}, locations(h.call("PATCH", path, wrong).problem(422, "invalid-conversation")), location)
	}
	h.call("PATCH", path, object{"status": nil}).problem(422, "invalid-conversation")
	for _, nobody := range []string{"/v1/conversations/" + h.create(object{"name": "Ada"}).ID, "/v1/conversations/x"} {
		h.call("GET", nobody).problem(404, "not-found")
		h.call("PATCH", nobody, object{"status": "open"}).problem(404, "not-found")
		h.call("GET", nobody+"/messages").problem(404, "not-found")
		h.call("POST", nobody+"/messages", object{"direction": "outbound", "text": "x"}).problem(404, "not-found")
	}
	h.call("GET", "/v1/contacts/"+c+"/conversations").problem(404, "not-found")
	for _, name := range []string{"status", "channel"} {
		p := h.call("GET", "/v1/contacts/"+h.create(object{"name": "Ada"}).ID+"/conversations?"+name+"=open,fax").problem(422, "invalid-request")
		require.Equal(t, []string{name}, locations(p))
	}
	h.call("GET", path+"/messages?cursor=x").problem(422, "invalid-cursor")
}

func TestStatusesFollowEachOther(t *testing.T) {
	h := newHarness(t)
	c := h.receive(inbound("1", "Hi")).Conversation.ID
	path, tomorrow := "/v1/conversations/"+c, wire.Instant(h.now().Add(24*time.Hour))
	snooze := object{"status": "snoozed", "snoozed_until": tomorrow}
	refused := func(patch object, location string) {
		t.Helper()
		require.Equal(t, []string{location}, locations(h.call("PATCH", path, patch).problem(422, "invalid-conversation")))
	}
	refused(object{"status": "snoozed"}, "snoozed_until")
	refused(object{"status": "snoozed", "snoozed_until": wire.Instant(h.now())}, "snoozed_until")
	require.Equal(t, tomorrow, h.setStatus(c, snooze).SnoozedUntil)
	refused(object{"snoozed_until": nil}, "snoozed_until")
	require.Equal(t, []string{"pending", ""}, func() []string {
		b := h.setStatus(c, object{"status": "pending"})
		return []string{b.Status, b.SnoozedUntil}
	}())
	h.setStatus(c, snooze)
	require.Equal(t, "open", h.receive(inbound("1", "Anybody?")).Conversation.Status, "who writes opens it")
	resolved := h.setStatus(c, object{"status": "resolved"})
	refused(snooze, "status")
	h.say(c, object{"direction": "outbound", "text": "Bye"})
	same, _ := ok[conversationBody](h.call("GET", path), 200)
	require.Equal(t, []string{"resolved", resolved.ResolvedAt}, []string{same.Status, same.ResolvedAt}, "an answer opens nothing")
	require.Equal(t, []string{"pending", ""}, func() []string {
		b := h.setStatus(c, object{"status": "pending"})
		return []string{b.Status, b.ResolvedAt}
	}())
}

// TestOneOfManyIsTheMessage sends one message from 32 clients at a time.
func TestOneOfManyIsTheMessage(t *testing.T) {
	h := newHarness(t)
	body := inbound("1", "Hi")
	body["message"] = object{"text": "Hi", "source_id": "m1"}
	var made, known, others int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			w := h.call("POST", "/v1/conversations", body).do()
			mu.Lock()
			defer mu.Unlock()
			switch w.Code {
			case 201:
				made++
			case 200:
				known++
			default:
				others++
			}
		})
	}
	all.Wait()
	require.Equal(t, []int{1, 31, 0}, []int{made, known, others})
	require.Len(t, h.talksOf(h.receive(inbound("1", "More")).ContactID, ""), 1)
}

func TestSendersWhoAreSeveralAndMessagesThatAreElsewhere(t *testing.T) {
	h := newHarness(t)
	ada, king := h.create(object{"name": "Ada", "email": "ada@example.org"}), h.create(object{"name": "King", "phone": "+254712345678"})
	body := inbound("1", "Hi")
	body["sender"] = object{"email": "ada@example.org", "phone": "+254712345678"}
	before := h.store.Head()
	p := h.call("POST", "/v1/conversations", body).problem(409, "identity-taken")
	require.ElementsMatch(t, []string{ada.ID, king.ID}, p.ContactIDs)
	require.Equal(t, []string{"email", "phone"}, []string{p.Named[0].Field, p.Named[1].Field})
	require.Equal(t, before, h.store.Head())

	first, second := inbound("1", "Hi"), inbound("2", "Ho")
	first["message"] = object{"text": "Hi", "source_id": "m1"}
	c, other := h.receive(first).Conversation, h.receive(second).Conversation
	p = h.call("POST", "/v1/conversations/"+other.ID+"/messages", object{"direction": "inbound", "text": "Hi", "source_id": "m1"}).problem(409, "message-taken")
	require.Equal(t, []string{c.ID, "source_id"}, []string{p.Conversation, p.Field})
	ok[messageBody](h.call("POST", "/v1/conversations/"+c.ID+"/messages", object{"direction": "inbound", "text": "Hi", "source_id": "m1"}), 200)
	second["message"] = object{"text": "Whoever says so", "source_id": "m1"}
	again, _ := ok[receivedBody](h.call("POST", "/v1/conversations", second), 200)
	require.Equal(t, c.ID, again.Conversation.ID)
	first["channel"] = "sms"
	require.NotEqual(t, c.ID, h.receive(first).Conversation.ID, "another channel has ids of its own")

	ok[contactBody](h.call("POST", "/v1/contacts/"+c.ContactID+"/block"), 200)
	require.Equal(t, c.ContactID, h.call("POST", "/v1/conversations", inbound("1", "Please")).problem(403, "contact-blocked").ContactID)
	h.call("POST", "/v1/conversations/"+c.ID+"/messages", object{"direction": "inbound", "text": "Please"}).problem(403, "contact-blocked")
	h.say(c.ID, object{"direction": "outbound", "text": "No"})
}

// TestMessagesByIdempotencyKey repeats a message that has no source id.
func TestMessagesByIdempotencyKey(t *testing.T) {
	h := newHarness(t)
	send := func() *call {
		return h.call("POST", "/v1/conversations", inbound("1", "Hi")).with("Idempotency-Key", "k")
	}
	first, _ := ok[receivedBody](send(), 201)
	again, _ := ok[receivedBody](send(), 201)
	require.Equal(t, first, again)
	reply := func() *call {
		return h.call("POST", "/v1/conversations/"+first.Conversation.ID+"/messages", object{"direction": "outbound", "text": "Ho"}).with("Idempotency-Key", "r")
	}
	said, _ := ok[messageBody](reply(), 201)
	once, _ := ok[messageBody](reply(), 201)
	require.Equal(t, said, once)
	require.Equal(t, []string{"Hi", "Ho"}, h.textsOf(first.Conversation.ID))
	require.Equal(t, 204, h.call("DELETE", "/v1/contacts/"+first.ContactID).do().Code)
	send().problem(410, "deleted-since")
	reply().problem(410, "deleted-since")
	h.call("GET", "/v1/conversations/"+first.Conversation.ID).problem(404, "not-found")
	h.call("POST", "/v1/conversations/"+first.Conversation.ID+"/messages", object{"direction": "outbound", "text": "Hi"}).problem(404, "not-found")
}

func TestMessagesByPages(t *testing.T) {
	h := newHarness(t)
	c := h.receive(inbound("1", "0")).Conversation.ID
	for i := range 30 {
		h.say(c, object{"direction": "outbound", "text": fmt.Sprint(i + 1), "at": time.Date(2026, 1, 1+(i*7)%30, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)})
	}
	all := h.textsOf(c)
	require.Len(t, all, 31)
	require.Equal(t, "0", all[30])
	for _, order := range []string{"oldest", "newest"} {
		var texts []string
		for cursor := ""; ; {
			page, _ := ok[messageList](h.call("GET", "/v1/conversations/"+c+"/messages?limit=7&order="+order+cursor), 200)
			for _, m := range page.Messages {
				if order == "newest" {
					texts = append([]string{m.Text}, texts...)
				} else {
					texts = append(texts, m.Text)
				}
			}
			if page.NextCursor == "" {
				break
			}
			cursor = "&cursor=" + page.NextCursor
		}
		require.Equal(t, all, texts, order)
	}
	exact, _ := ok[messageList](h.call("GET", "/v1/conversations/"+c+"/messages?limit=31"), 200)
	require.Empty(t, exact.NextCursor)
}

func TestConversationsByFilter(t *testing.T) {
	h := newHarness(t)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"entity": "conversation", "key": "order", "type": "text"}), 201)
	require.Equal(t, []string{"unique"}, locations(h.call("POST", "/v1/attributes", object{"entity": "conversation", "key": "only", "type": "text", "unique": true}).problem(422, "invalid-attribute")))
	first, second := h.receive(inbound("1", "Hi")), h.receive(inbound("2", "Ho"))
	h.setStatus(first.Conversation.ID, object{"labels": []any{"vip"}, "priority": "urgent", "attributes": object{"order": "4711"}})
	h.say(second.Conversation.ID, object{"direction": "outbound", "text": "Yes?"})
	search := func(field, operator string, value any) (ids []string) {
		t.Helper()
		filter := object{"combinator": "and", "rules": []object{{"field": field, "operator": operator, "value": value}}}
		found, _ := ok[conversationSearchBody](h.call("POST", "/v1/conversations/search", object{"filter": filter, "sort": "-last_message_at"}), 200)
		for _, c := range found.Conversations {
			ids = append(ids, c.ID)
		}
		return ids
	}
	require.Equal(t, []string{first.Conversation.ID}, search("labels", "any_of", []string{"VIP"}))
	require.Equal(t, []string{first.Conversation.ID}, search("priority", "eq", "urgent"))
	require.Equal(t, []string{first.Conversation.ID}, search("attributes.order", "eq", "4711"))
	require.Equal(t, []string{second.Conversation.ID}, search("messages_count", "gte", 2))
	require.Len(t, search("channel", "in", []string{"whatsapp"}), 2)
	counted, _ := ok[counted[conversationBody]](h.call("POST", "/v1/conversations/count", object{"facets": []string{"status", "channel"}, "sample": 1}), 200)
	require.EqualValues(t, 2, counted.Count)
	require.Len(t, counted.Sample, 1)
	list, _ := ok[conversationList](h.call("GET", "/v1/conversations?sort=-messages_count&limit=1"), 200)
	require.Equal(t, second.Conversation.ID, list.Conversations[0].ID)
	require.NotEmpty(t, list.NextCursor)
	lines := h.call("GET", "/v1/conversations").with("Accept", "application/x-ndjson").do()
	require.Equal(t, 2, strings.Count(lines.Body.String(), "\n"))
	require.Equal(t, 406, h.call("GET", "/v1/conversations").with("Accept", "text/csv").do().Code)
	uses, _ := ok[attributeUses](h.call("GET", "/v1/attributes/order/uses?entity=conversation"), 200)
	require.EqualValues(t, 1, *uses.Conversations)
	require.Nil(t, uses.Contacts)

	ok[labelRenaming](h.call("POST", "/v1/labels/rename", object{"from": "vip", "to": "key"}), 200)
	renamed, _ := ok[conversationBody](h.call("GET", "/v1/conversations/"+first.Conversation.ID), 200)
	require.Equal(t, []string{"key"}, renamed.Labels)
}

// TestConversationsFollowTheirContact: each message of a merged contact joins what was said with
// the address that it came from, a merge and its undo move none, a deletion takes all.
func TestConversationsFollowTheirContact(t *testing.T) {
	h := newHarness(t)
	ada, king := h.receive(inbound("ada", "1")), h.receive(inbound("king", "2"))
	merged, _ := ok[contactBody](h.call("POST", "/v1/contacts/"+ada.ContactID+"/merge", object{"contact_id": king.ContactID}), 200)
	both := []string{king.Conversation.ID, ada.Conversation.ID}
	require.ElementsMatch(t, both, h.talksOf(ada.ContactID, ""))
	require.ElementsMatch(t, both, h.talksOf(king.ContactID, ""))
	last := inbound("king", "4")
	last["message"] = object{"text": "4", "at": wire.Instant(h.now().Add(time.Minute))}
	third, fourth := h.receive(inbound("ada", "3")), h.receive(last)
	require.Equal(t, []string{ada.Conversation.ID, king.Conversation.ID}, []string{third.Conversation.ID, fourth.Conversation.ID})
	require.Equal(t, []string{ada.ContactID, ada.ContactID}, []string{third.ContactID, fourth.ContactID})
	sms := inbound("king", "5")
	sms["channel"], sms["sender"] = "sms", object{"source_id": "king-sms"}
	fresh := h.receive(sms)
	require.True(t, fresh.Created.Contact)
	require.Equal(t, fourth.Conversation.ID, h.talksOf(ada.ContactID, "?status=open&channel=whatsapp&limit=1")[0], "the newest activity first")

	ok[contactBody](h.call("POST", "/v1/merges/"+merged.Absorbed[0].MergeID+"/undo"), 200)
	require.Equal(t, []string{ada.Conversation.ID}, h.talksOf(ada.ContactID, ""))
	require.Equal(t, []string{king.Conversation.ID}, h.talksOf(king.ContactID, ""))
	require.Equal(t, []string{"1", "3"}, h.textsOf(ada.Conversation.ID))
	require.Equal(t, []string{"2", "4"}, h.textsOf(king.Conversation.ID))
	require.Equal(t, king.ContactID, h.receive(inbound("king", "6")).ContactID)

	require.Equal(t, 204, h.call("DELETE", "/v1/contacts/"+king.ContactID).do().Code)
	h.call("GET", "/v1/conversations/"+king.Conversation.ID).problem(404, "not-found")
	h.call("GET", "/v1/conversations/"+king.Conversation.ID+"/messages").problem(404, "not-found")
	counted, _ := ok[counted[conversationBody]](h.call("POST", "/v1/conversations/count", object{}), 200)
	require.EqualValues(t, 2, counted.Count)
	require.NotEqual(t, king.ContactID, h.receive(inbound("king", "7")).ContactID)
}

func TestReopeningIsASetting(t *testing.T) {
	h := newHarness(t)
	settings, _ := ok[settingsBody](h.call("GET", "/v1/settings"), 200)
	require.Equal(t, "P7D", settings.ReopenWithin)
	for _, wrong := range []any{"7 days", "P0D", "P11Y", "PT9999999H", 7} {
		require.Equal(t, []string{"reopen_within"}, locations(h.call("PATCH", "/v1/settings", object{"reopen_within": wrong}).problem(422, "invalid-settings")))
	}
	settings, _ = ok[settingsBody](h.call("PATCH", "/v1/settings", object{"reopen_within": "PT1H"}), 200)
	require.Equal(t, "PT1H", settings.ReopenWithin)
	settings, _ = ok[settingsBody](h.call("PATCH", "/v1/settings", object{"reopen_within": nil}), 200)
	require.Equal(t, "P7D", settings.ReopenWithin)
}

var conversationSamples = samples{
	heavy: []string{"count-conversations", "list-contact-conversations", "list-conversations", "find-conversations", "list-messages", "list-quarantine", "search-conversations"},
	writes: func(h *harness) []write {
		talk := func() string { return "/v1/conversations/" + h.receive(inbound("sample", "Hi")).Conversation.ID }
		return []write{
			{"receive-message", "POST", "/v1/conversations", inbound("another", "Hi"), 201},
			{"update-conversation", "PATCH", talk(), object{"status": "pending"}, 200},
			{"add-message", "POST", talk() + "/messages", object{"direction": "outbound", "text": "Ho"}, 201},
			{"release-message", "POST", "/v1/quarantine/" + h.held("sample-held") + "/release", nil, 201},
		}
	},
	one: func(h *harness) (path, route string) {
		return "/conversations/" + h.receive(inbound("one", "Hi")).Conversation.ID, "/conversations/:id"
	},
}

// TestAnAssistantWritesAsItself: what an assistant writes is marked as its own.
func TestAnAssistantWritesAsItself(t *testing.T) {
	h := newHarness(t)
	talk := h.receive(inbound("1", "Hi")).Conversation.ID
	send := func(author object) *call {
		m := object{"direction": "outbound", "text": "Hello", "author": author}
		return h.call("POST", "/v1/conversations/"+talk+"/messages", m).as(access.ScopeAI)
	}
	for _, kind := range []string{"agent", "rule", "system"} {
		p := send(object{"kind": kind, "name": "Amina"}).problem(422, "invalid-message")
		require.Equal(t, "author.kind", p.Errors[0].Location)
	}
	for _, author := range []object{nil, {"name": "Amina"}, {"kind": "ai"}} {
		m, _ := ok[messageBody](send(author), 201)
		require.Equal(t, "ai", m.Author.Kind)
	}
	require.Len(t, h.textsOf(talk), 4)
}
