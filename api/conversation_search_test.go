package api

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

// findConversations asks for conversations by a query string, which reflects the newest write.
func (h *harness) findConversations(query string) conversationWordsBody {
	h.t.Helper()
	found, _ := ok[conversationWordsBody](h.call("GET", fmt.Sprintf("/v1/conversations/search?%s&min_seq=%d", query, h.store.Head())), 200)
	return found
}

// messages are the texts of the messages that were found.
func (b conversationWordsBody) messages() (list []string) {
	for _, hit := range b.Hits {
		list = append(list, hit.Message.Text)
	}
	return list
}

func TestConversationsAreFoundByWords(t *testing.T) {
	h := newHarness(t)
	first := h.receive(object{"channel": "whatsapp", "sender": object{"source_id": "1", "name": "Ada"}, "message": object{"text": "Where is\nmy refund?", "at": "2026-01-01T00:00:00Z"}})
	second := h.receive(object{"channel": "email", "sender": object{"email": "bo@example.com"}, "message": object{"text": "The refund was late", "at": "2026-02-01T00:00:00Z"}})
	h.receive(object{"channel": "email", "sender": object{"email": "cy@example.com"}, "message": object{"text": "Hello", "at": "2026-03-01T00:00:00Z"}})

	found := h.findConversations("q=refund")
	require.Equal(t, []string{"The refund was late", "Where is\nmy refund?"}, found.messages(), "the newest activity first")
	require.Equal(t, totalBody{Value: 2, Relation: "eq"}, found.Total)
	require.Equal(t, conversationHitBody{
		Conversation: first.Conversation, Contact: foundContact{ID: first.ContactID, Name: "Ada"}, Message: first.Message,
		Snippet: "Where is my refund?", Highlights: [][2]int{{12, 18}},
	}, found.Hits[1])
	require.Equal(t, []string{"Where is\nmy refund?"}, h.findConversations("q=where+rufund").messages(), "with a typo")
	require.Empty(t, h.findConversations("q=%20").Hits)

	filter := url.QueryEscape(`{"combinator":"and","rules":[{"field":"channel","operator":"eq","value":"email"}]}`)
	require.Equal(t, []string{"The refund was late"}, h.findConversations("q=refund&filter="+filter).messages())
	require.Equal(t, []string{"Where is\nmy refund?"}, h.findConversations("q=refund&contact_id="+first.ContactID).messages())
	require.Empty(t, h.findConversations("q=refund&filter="+filter+"&contact_id="+first.ContactID).Hits)

	page := h.findConversations("q=refund&limit=1")
	require.Equal(t, []string{"The refund was late"}, page.messages())
	last := h.findConversations("q=refund&limit=1&cursor=" + page.NextCursor)
	require.Equal(t, []string{"Where is\nmy refund?"}, last.messages())
	require.Empty(t, last.NextCursor)
	for _, other := range []string{"q=late", "q=refund&filter=" + filter, "q=refund&contact_id=" + second.ContactID} {
		h.call("GET", "/v1/conversations/search?"+other+"&cursor="+page.NextCursor).problem(422, "invalid-cursor")
	}
}

// The message of a hit is the newest with all words, else the newest with the most.
func TestTheMessageOfAHit(t *testing.T) {
	h := newHarness(t)
	made := h.receive(inbound("1", "my refund is late"))
	for _, text := range []string{"refund, late again", "Thanks", "the jacket arrived"} {
		h.say(made.Conversation.ID, object{"direction": "outbound", "text": text})
	}
	require.Equal(t, []string{"refund, late again"}, h.findConversations("q=late+refund").messages())
	require.Equal(t, []string{"the jacket arrived"}, h.findConversations("q=jacket+thanks").messages(), "in several messages: the newest of them")
	for range 205 {
		h.say(made.Conversation.ID, object{"direction": "outbound", "text": "..."})
	}
	found := h.findConversations("q=jacket+arrived")
	require.Equal(t, []string{"..."}, found.messages(), "the newest, when none of the newest has it")
	require.Empty(t, found.Hits[0].Highlights)

	h.say(made.Conversation.ID, object{"direction": "outbound", "text": "see here", "attachments": []object{{"url": "https://files.example/1", "name": "Invoice umbrella.pdf"}}})
	found = h.findConversations("q=umbrella")
	require.Equal(t, []string{"see here"}, found.messages())
	require.Equal(t, "Invoice umbrella.pdf", found.Hits[0].Snippet)
	for range 60 {
		h.say(made.Conversation.ID, object{"direction": "outbound", "text": "..."})
	}
	require.Equal(t, []string{"see here"}, h.findConversations("q=umbrella").messages(), "pages back")
}

func TestConversationsFoundFollowTheirContacts(t *testing.T) {
	h := newHarness(t)
	ada, bo := h.receive(inbound("1", "my refund")), h.receive(inbound("2", "a refund"))
	merged, _ := ok[contactBody](h.call("POST", "/v1/contacts/"+bo.ContactID+"/merge", object{"contact_id": ada.ContactID}), 200)
	require.Len(t, h.findConversations("q=refund&contact_id="+ada.ContactID).Hits, 2, "what either wrote is the survivor's")
	for _, hit := range h.findConversations("q=refund").Hits {
		require.Equal(t, bo.ContactID, hit.Contact.ID)
		require.Equal(t, bo.ContactID, hit.Conversation.ContactID)
	}
	require.Equal(t, 200, h.call("POST", "/v1/merges/"+merged.Absorbed[0].MergeID+"/undo").do().Code)
	require.Equal(t, []string{"my refund"}, h.findConversations("q=refund&contact_id="+ada.ContactID).messages())

	require.Equal(t, 204, h.call("DELETE", "/v1/contacts/"+ada.ContactID).do().Code)
	found, _ := ok[conversationWordsBody](h.call("GET", "/v1/conversations/search?q=refund"), 200)
	require.Equal(t, []string{"a refund"}, found.messages(), "at once")
	require.EqualValues(t, 1, found.Total.Value)
	h.call("GET", "/v1/conversations/search?q=refund&contact_id="+ada.ContactID).problem(404, "not-found")
}

func TestConversationSearchRefusesWhatItCannotRead(t *testing.T) {
	h := newHarness(t)
	for query, location := range map[string]string{
		"":                                "q",
		"q=" + strings.Repeat("x", 1_001): "q",
		"q=x&limit=101":                   "limit",
		"q=x&contact_id=" + marker:        "contact_id",
		"q=x&min_seq=99":                  "min_seq",
		"q=x&filter=" + url.QueryEscape(`{"combinator":"and","rules":[{"field":"city","operator":"eq","value":"`+marker+`"}]}`): "filter.rules[0].field",
	} {
		w := h.call("GET", "/v1/conversations/search?"+query).do()
		require.Equal(t, 422, w.Code, query)
		var p wire.Problem
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
		require.Equal(t, []string{location}, locations(p), query)
	}
	require.Equal(t, 400, h.call("GET", "/v1/conversations/search?q=x&filter={").do().Code)
}

// An assistant reads the people whose conversations it is shown.
func TestConversationsFoundCountAsPeopleRead(t *testing.T) {
	h := newHarness(t)
	for _, from := range []string{"1", "2"} {
		h.receive(inbound(from, "refund "+strings.Repeat("größe ", 100)))
	}
	h.receive(object{"channel": "sms", "sender": object{"phone": "+4915112345678"}, "message": object{"text": "refund"}})
	h.findConversations("q=refund")
	h.call("PATCH", "/v1/settings", object{"ai_people_per_hour": 3}).do()
	found, _ := ok[conversationWordsBody](h.call("GET", "/v1/conversations/search?q=refund").as(access.ScopeAI), 200)
	require.Len(t, found.Hits, 3)
	require.LessOrEqual(t, utf8.RuneCountInString(found.Hits[2].Snippet), 200)
	h.call("GET", "/v1/conversations/search?q=refund").as(access.ScopeAI).problem(429, "people-limit")
	ok[conversationWordsBody](h.call("GET", "/v1/conversations/search?q=refund").as(access.ScopeCampaign), 200)
}

// TestSearchesOfWordsRefuseAnEmptyContact: it would look like a search across all of them.
func TestSearchesOfWordsRefuseAnEmptyContact(t *testing.T) {
	h := newHarness(t)
	for _, path := range []string{"/v1/conversations/search", "/v1/notes/search"} {
		p := h.call("GET", path+"?q=refund&contact_id=").problem(422, "invalid-request")
		require.Equal(t, "contact_id", p.Errors[0].Location)
	}
}
