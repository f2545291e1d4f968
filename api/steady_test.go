package api

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/index/search"
	"github.com/ndoto/kundi/workspace"
)

// turning is an index that does something else just before it answers a question, when it is told to.
type turning struct {
	Index
	turn func()
}

func (x *turning) turnNow() {
	if turn := x.turn; turn != nil {
		x.turn = nil
		turn()
	}
}

func (x *turning) Query(ctx context.Context, q index.Query) (index.Answer, error) {
	x.turnNow()
	return x.Index.Query(ctx, q)
}

func (x *turning) Search(ctx context.Context, q search.Query) (search.Answer, error) {
	x.turnNow()
	return x.Index.Search(ctx, q)
}

func (x *turning) SearchWritings(ctx context.Context, of fields.Entity, q search.WritingQuery) (search.WritingAnswer, error) {
	x.turnNow()
	return x.Index.SearchWritings(ctx, of, q)
}

// TestAnAnswerBetweenTwoNamesIsNotTaken renames an option between the check of a filter and the answer of the index:
// nobody has the former name any more, but everybody is still who was meant.
func TestAnAnswerBetweenTwoNamesIsNotTaken(t *testing.T) {
	h := newHarness(t)
	const people = streamedPage + 5 // more than a stream asks for at once
	for _, entity := range []string{"contact", "company", "conversation"} {
		ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "list", "options": []string{"n0", "other"}, "entity": entity}), 201)
	}
	firm := h.company(object{"name": "Acme", "attributes": object{"tier": "n0"}})
	got := h.receive(object{"channel": "sms", "sender": object{"source_id": "1", "name": "Ada"}, "message": object{"text": "a refund"}})
	ok[conversationBody](h.call("PATCH", "/v1/conversations/"+got.Conversation.ID, object{"attributes": object{"tier": "n0"}}), 200)
	ok[contactBody](h.call("PATCH", "/v1/contacts/"+got.ContactID, object{"company_id": firm.ID, "attributes": object{"tier": "n0"}}), 200)
	drafts := make([]object, people-1)
	for i := range drafts {
		drafts[i] = object{"name": fmt.Sprint("Ada ", i), "attributes": object{"tier": "n0"}}
	}
	for _, part := range [][]object{drafts[:500], drafts[500:1000], drafts[1000:]} {
		ok[object](h.call("POST", "/v1/contacts/batch", object{"contacts": part}), 200)
	}
	x := &turning{Index: h.server.index}
	h.server.index = x

	names := map[string]int{} // the present one, by entity
	rename := func(entity string) {
		h.sweep()
		from, to := fmt.Sprint("n", names[entity]), fmt.Sprint("n", names[entity]+1)
		ok[attributeBody](h.call("POST", "/v1/attributes/tier/rename-option?entity="+entity, object{"from": from, "to": to}), 200)
		names[entity]++
	}
	between := func(entity string, asked *call, want string) {
		t.Helper()
		x.turn = func() { rename(entity) }
		w := asked.do()
		require.Nil(t, x.turn, "it was asked")
		require.Equal(t, 200, w.Code, w.Body.String())
		require.Contains(t, w.Body.String(), want)
	}
	tier := rulesOf("and", ruleOn("attributes.tier", "eq", "n0")) // the name of the beginning is never forgotten
	query := "filter=" + url.QueryEscape(`{"combinator":"and","rules":[{"field":"attributes.tier","operator":"eq","value":"n0"}]}`)
	all := fmt.Sprintf(`"count":%d`, people)
	between("contact", h.call("POST", "/v1/contacts/count", object{"filter": tier}), all)
	between("contact", h.call("POST", "/v1/segments/preview", object{"filter": tier}), all)
	between("contact", h.call("POST", "/v1/contacts/search", object{"filter": tier, "limit": 1}), fmt.Sprintf(`"value":%d`, people))
	between("contact", h.call("GET", "/v1/contacts/search?q=ada&limit=1&min_seq="+fmt.Sprint(h.store.Head())+"&"+query), `"name":"Ada`)
	between("contact", h.call("GET", "/v1/contacts?limit=1&"+query), `"name":"Ada`)
	company := rulesOf("and", ruleOn("company.attributes.tier", "eq", "n0"))
	between("company", h.call("POST", "/v1/contacts/count", object{"filter": company}), `"count":1,`)
	between("company", h.call("POST", "/v1/companies/count", object{"filter": tier}), `"count":1,`)
	between("company", h.call("POST", "/v1/companies/search", object{"filter": tier}), `"name":"Acme"`)
	between("company", h.call("GET", "/v1/companies?"+query).with("Accept", "text/csv"), "Acme")
	between("conversation", h.call("GET", "/v1/conversations/search?q=refund&min_seq="+fmt.Sprint(h.store.Head())+"&"+query), `"a refund"`)
	between("conversation", h.call("POST", "/v1/conversations/count", object{"filter": tier}), `"count":1,`)

	pages := 0
	x.turn = func() { x.turn = func() { pages++; rename("contact") } } // before the second page of the stream
	csv := h.call("GET", "/v1/contacts?"+query).with("Accept", "text/csv").do().Body.String()
	require.Equal(t, 1, pages)
	require.Equal(t, people+1, strings.Count(csv, "\n"), "a stream goes on with the new name")
}

// TestCountsAreRightWhileOptionsAreRenamed asks all the time while an option gets one name after the other.
func TestCountsAreRightWhileOptionsAreRenamed(t *testing.T) {
	h := newHarness(t)
	const people, renames = 40, 150
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "list", "options": []string{"n0", "other"}}), 201)
	drafts := make([]object, people)
	for i := range drafts {
		drafts[i] = object{"name": fmt.Sprint("Ada ", i), "attributes": object{"tier": "n0"}}
	}
	made, _ := ok[object](h.call("POST", "/v1/contacts/batch", object{"contacts": drafts}), 200)
	ada := made["results"].([]any)[0].(map[string]any)["id"].(string)
	tier := rulesOf("and", ruleOn("attributes.tier", "eq", "n0")) // a former name is never forgotten
	segment := h.segmentOf("n0", tier)

	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range renames {
			w := h.call("POST", "/v1/attributes/tier/rename-option", object{"from": fmt.Sprint("n", i), "to": fmt.Sprint("n", i+1)}).do()
			if err := h.server.attributes.(*workspace.Service).SweepRenamings(t.Context()); w.Code != 200 || err != nil {
				t.Errorf("renaming %d: %d %v", i, w.Code, err)
				return
			}
		}
	}()
	asked, wrong := 0, map[string]int{}
	for going := true; going; asked++ {
		select {
		case <-done:
			going = false
		default:
		}
		counted, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{"filter": tier, "facets": []string{"attributes.tier"}}), 200)
		if values := counted.Facets["attributes.tier"].Values; counted.Count != people || len(values) != 1 || values[0].Count != people {
			wrong["counts"]++
		}
		if nested, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{"filter": rulesOf("and", ruleOn("segment", "in", []string{segment.ID}))}), 200); nested.Count != people {
			wrong["counts by segment"]++
		}
		if !h.explain(segment.ID, ada).Member {
			wrong["explanations"]++
		}
		if list, _ := ok[memberList](h.call("GET", "/v1/segments/"+segment.ID+"/members?limit=1"), 200); list.Count != people {
			wrong["lists of members"]++
		}
	}
	<-done
	require.Empty(t, wrong, "of %d of each", asked)
}
