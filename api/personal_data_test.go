package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// personalData is everything that is stored about a contact.
func (h *harness) personalData(contact string) personalDataBody {
	h.t.Helper()
	w := h.call("GET", "/v1/contacts/"+contact+"/personal-data").do()
	require.Equal(h.t, 200, w.Code, w.Body.String())
	require.Equal(h.t, "application/json", w.Header().Get("Content-Type"))
	var body personalDataBody
	decoder := json.NewDecoder(w.Body)
	decoder.DisallowUnknownFields()
	require.NoError(h.t, decoder.Decode(&body))
	return body
}

// wholePerson makes a contact with something of everything, and one that it has absorbed.
func wholePerson(h *harness) (ada, king contactBody) {
	h.t.Helper()
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text"}), 201)
	king = h.create(object{"name": "Ada King", "email": "king@example.org"})
	h.receive(object{"channel": "email", "sender": object{"email": "king@example.org"}, "message": object{"text": "of King"}})
	h.note(king.ID, object{"text": "about King"})
	ada = h.create(object{"name": "Ada", "email": "ada@example.org", "company": "Maji", "attributes": object{"tier": "gold"}})
	ok[contactBody](h.call("PATCH", "/v1/contacts/"+ada.ID, object{"city": "Nairobi"}), 200)
	talk := h.receive(object{"channel": "email", "sender": object{"email": "ada@example.org"}, "message": object{"text": "of <Ada>"}})
	ok[messageBody](h.call("POST", "/v1/conversations/"+talk.Conversation.ID+"/messages", object{"direction": "outbound", "text": "to Ada"}), 201)
	note := h.note(ada.ID, object{"text": "first"})
	ok[noteBody](h.call("PATCH", "/v1/notes/"+note.ID, object{"text": "second"}), 200)
	ok[contactBody](h.call("POST", "/v1/contacts/"+ada.ID+"/merge", object{"contact_id": king.ID}), 200)
	ok[contactBody](h.call("POST", "/v1/contacts/"+ada.ID+"/block", object{"reason": "Spam"}), 200)
	h.call("POST", "/v1/conversations", object{"channel": "email", "sender": object{"email": "king@example.org"}, "message": object{"text": "held of King"}}).problem(403, "contact-blocked")
	ok[contactBody](h.call("PATCH", "/v1/contacts/"+ada.ID, object{"email": "ada@example.net"}), 200)
	ok[attributeBody](h.call("PATCH", "/v1/attributes/tier", object{"archived": true}), 200)
	ada, _ = ok[contactBody](h.call("GET", "/v1/contacts/"+ada.ID), 200)
	return ada, king
}

func TestEverythingAboutAPerson(t *testing.T) {
	h := newHarness(t)
	ada, king := wholePerson(h)
	h.create(object{"name": "Zed", "email": "zed@example.org"})
	h.receive(object{"channel": "email", "sender": object{"email": "zed@example.org"}, "message": object{"text": "of Zed"}})
	data := h.personalData(ada.ID)
	require.Equal(t, h.store.Head(), data.Seq)
	require.Equal(t, object{"tier": "gold"}, object(data.Contact.Attributes), "an archived attribute")
	require.Equal(t, "Maji", data.Contact.Company.Name)
	require.Equal(t, ada.Block, data.Contact.Block)
	require.Equal(t, ada.Absorbed, data.Contact.Absorbed)
	require.Equal(t, king.ID, data.Contact.Absorbed[0].ID)

	ops := map[string][]string{}
	for _, c := range data.History {
		ops[c.ContactID] = append(ops[c.ContactID], c.Change.Op)
	}
	require.Equal(t, map[string][]string{ada.ID: {"update", "block", "merge", "update", "create"}, king.ID: {"merge", "create"}}, ops)

	require.Len(t, data.Merges, 1)
	merge := data.Merges[0]
	require.Equal(t, []string{king.ID, ada.Absorbed[0].MergeID, "Ada King", "ada@example.org", "ada@example.org"},
		[]string{merge.ContactID, merge.MergeID, merge.Absorbed.Name, merge.Before.Email, merge.After.Email})

	var texts [][]string
	for _, c := range data.Conversations {
		require.Equal(t, ada.ID, c.Conversation.ContactID)
		list := []string{}
		for _, m := range c.Messages {
			require.Equal(t, c.Conversation.ID, m.ConversationID)
			list = append(list, m.Text)
		}
		texts = append(texts, list)
	}
	require.ElementsMatch(t, [][]string{{"of <Ada>", "to Ada"}, {"of King"}}, texts)

	versions := map[string][]string{}
	for _, n := range data.Notes {
		for _, v := range n.Versions {
			versions[n.Note.Text] = append(versions[n.Note.Text], v.Text)
		}
	}
	require.Equal(t, map[string][]string{"second": {"second", "first"}, "about King": {"about King"}}, versions)
	require.Len(t, data.Quarantine, 1)
	require.Equal(t, "held of King", data.Quarantine[0].Text)
	fields := []string{}
	for _, b := range data.Blocks {
		require.NotEmpty(t, b.KeptAt)
		fields = append(fields, b.Field+" "+b.Value)
	}
	require.ElementsMatch(t, []string{"email ada@example.net", "email king@example.org", " "}, fields, "the last one is hers no more")
	same := h.personalData(king.ID)
	same.At = data.At
	require.Equal(t, data, same, "the id of one that was absorbed means the other")
}

func TestPersonalDataIsAFileForAdministrators(t *testing.T) {
	h := newHarness(t)
	ada := h.create(object{"name": "Quillon", "email": "quillon@example.org"})
	path := "/v1/contacts/" + ada.ID + "/personal-data"
	for _, scope := range access.Scopes {
		if scope != access.ScopeAdmin {
			h.call("GET", path).as(scope).problem(403, "forbidden")
		}
	}
	require.NotContains(t, h.log.String(), "personal data was asked for")
	for _, method := range []string{"GET", "HEAD"} {
		w := h.call(method, path).do()
		require.Equal(t, 200, w.Code)
		require.Equal(t, `attachment; filename="contact-`+ada.ID+`.json"`, w.Header().Get("Content-Disposition"))
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		require.Equal(t, method == "GET", strings.Contains(w.Body.String(), "Quillon"))
	}
	require.Contains(t, h.log.String(), `msg="personal data was asked for" contact=`+ada.ID+" key=admin")
	require.NotContains(t, strings.ToLower(h.log.String()), "quillon")

	h.call("GET", path+"?at=2026-01-01T00:00:00Z").problem(422, "invalid-request")
	h.call("GET", path).with("Accept", "text/csv").problem(406, "not-acceptable")
	ok[wire.None](h.call("DELETE", "/v1/contacts/"+ada.ID), 204)
	for _, gone := range []string{ada.ID, "01935f6e-0000-7000-8000-000000000000", "ada"} {
		w := h.call("GET", "/v1/contacts/"+gone+"/personal-data").do()
		require.Equal(t, 404, w.Code)
		require.Equal(t, h.call("GET", "/v1/contacts/"+gone).do().Body.String(), w.Body.String())
		require.Empty(t, w.Header().Get("Content-Disposition"))
	}
}

// slowReader takes an answer, and looks at the memory.
type slowReader struct {
	header  http.Header
	size    int
	pieces  int
	largest int
	most    uint64
	onPiece func()
}

func (s *slowReader) Header() http.Header { return s.header }
func (s *slowReader) WriteHeader(int)     {}
func (s *slowReader) Write(b []byte) (int, error) {
	s.size, s.pieces, s.largest = s.size+len(b), s.pieces+1, max(s.largest, len(b))
	if s.pieces%64 == 1 {
		s.onPiece()
	}
	return len(b), nil
}

// TestPersonalDataIsStreamed: of 10,000 messages with 20 MB of text, few are in memory at a time, and
// nothing that is written meanwhile is in the answer.
func TestPersonalDataIsStreamed(t *testing.T) {
	h := newHarness(t)
	const messages, length = 10_000, 2_000
	first := h.receive(object{"channel": "email", "sender": object{"email": "ada@example.org"}, "message": object{"text": "Hi"}})
	h.talkMuch(first.Conversation.ID, messages-1, strings.Repeat("x", length))
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	require.NoError(t, h.mirror.WaitForWritings(t.Context(), fields.EntityConversation, h.store.Head()))
	r := httptest.NewRequest("GET", "/v1/contacts/"+first.ContactID+"/personal-data", nil)
	r.Host = "localhost"
	r.Header.Set("Authorization", "Bearer "+h.keys[access.ScopeAdmin])
	took := func() int64 {
		before := heap()
		w := &slowReader{header: http.Header{}}
		w.onPiece = func() { w.most = max(w.most, heap()) }
		h.server.Handler().ServeHTTP(w, r)
		require.Greater(t, w.size, messages*length)
		require.LessOrEqual(t, w.largest, wire.PieceSize)
		return int64(w.most) - int64(before)
	}
	const enough = 10 << 20
	memory := took()
	for range 20 { // the followers of the writes before need some memory, too, until they come to rest
		if memory < enough {
			break
		}
		memory = took()
	}
	require.Less(t, memory, int64(enough))

	w := &slowReader{header: http.Header{}, onPiece: func() { h.talkMuch(first.Conversation.ID, 1, "late") }}
	var body bytes.Buffer
	h.server.Handler().ServeHTTP(both{w, &body}, r)
	var data personalDataBody
	require.NoError(t, json.Unmarshal(body.Bytes(), &data))
	require.Len(t, data.Conversations[0].Messages, messages, "those that came later are not there")
}

// both is a slowReader that keeps the body, too.
type both struct {
	*slowReader
	body *bytes.Buffer
}

func (b both) Write(p []byte) (int, error) {
	b.body.Write(p)
	return b.slowReader.Write(p)
}

// TestAnAnswerThatBreaksOffIsNoJSON: whoever is gone in the middle ends the work, and what was sent
// until then is no whole document.
func TestAnAnswerThatBreaksOffIsNoJSON(t *testing.T) {
	h := newHarness(t)
	first := h.receive(object{"channel": "email", "sender": object{"email": "ada@example.org"}, "message": object{"text": "Hi"}})
	h.talkMuch(first.Conversation.ID, 2_000, strings.Repeat("x", 1_000))
	as, id := h.keyWith(object{"scope": "admin"})
	w := &slowReader{header: http.Header{}}
	w.onPiece = func() {
		if w.pieces > 1 {
			return
		}
		ok[wire.None](h.call("DELETE", "/v1/keys/"+id.String()), 204) // the next piece is refused
	}
	r := httptest.NewRequest("GET", "/v1/contacts/"+first.ContactID+"/personal-data", nil)
	r.Host = "localhost"
	r.Header.Set("Authorization", as)
	var body bytes.Buffer
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { h.server.Handler().ServeHTTP(both{w, &body}, r) }, "the connection is cut")
	require.NotEmpty(t, body.Bytes())
	require.False(t, json.Valid(body.Bytes()))
	require.Zero(t, h.server.LoadOf(id), "nothing of it is under way")
}

// talkMuch adds outbound messages to a conversation, in the store alone.
func (h *harness) talkMuch(conversation string, n int, text string) {
	h.t.Helper()
	c, err := h.server.conversations.Get(h.t.Context(), uuid.MustParse(conversation))
	require.NoError(h.t, err)
	at := time.Now().UTC().Truncate(time.Millisecond)
	for made := 0; made < n; {
		_, err := h.store.Update(h.t.Context(), ledger.Author{Source: ledger.SourceSystem}, func(tx ledger.Tx) error {
			for end := min(n, made+500); made < end; made++ {
				m := &conversations.Message{ID: ledger.NewID(), Owner: c.Ordinal, At: at.Add(-time.Duration(made) * time.Second), Channel: c.Channel, Author: conversations.Author{Kind: conversations.AuthorAgent}, Text: text}
				if err := conversations.MessageKind.Create(tx, m); err != nil {
					return err
				}
			}
			return nil
		})
		require.NoError(h.t, err)
	}
}
