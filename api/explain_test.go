package api

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
)

// segmentOf makes a segment with a filter.
func (h *harness) segmentOf(name string, filter object) segmentBody {
	h.t.Helper()
	v, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": name, "filter": filter}), 201)
	return v
}

func (h *harness) explain(segment, contact string) explanationBody {
	h.t.Helper()
	v, _ := ok[explanationBody](h.call("GET", "/v1/segments/"+segment+"/explain?contact="+contact), 200)
	return v
}

// taken takes a snapshot, or answers the one whose members are still the same.
func (h *harness) taken(segment string) snapshotBody {
	h.t.Helper()
	w := h.call("POST", "/v1/segments/"+segment+"/refresh").do()
	require.Less(h.t, w.Code, 300, w.Body.String())
	var v snapshotBody
	require.NoError(h.t, json.Unmarshal(w.Body.Bytes(), &v))
	return v
}

func TestAnExplanationHasEveryRule(t *testing.T) {
	h := newHarness(t)
	ada := h.create(object{
		"name": "Ada", "city": "Nairobi", "labels": []string{"vip", "beta"}, "company": "Acme",
		"emails": []object{{"value": "ada@example.com"}, {"value": "ada@home.example"}},
	})
	for range 2 {
		h.note(ada.ID, object{"text": "Asked for a refund"})
	}
	h.note(ada.ID, object{"text": "Is happy"})
	nairobi, mombasa := h.segment("Nairobi", "Nairobi"), h.segment("Mombasa", "Mombasa")
	refund := rulesOf("and", ruleOn("text", "contains", "refund"))
	segment := h.segmentOf("All", rulesOf("and",
		ruleOn("city", "ne", "Nairobi"),
		object{"combinator": "or", "not": true, "rules": []object{ruleOn("labels", "any_of", []string{"vip"}), ruleOn("phone", "exists", nil)}},
		ruleOn("email", "eq", "ada@home.example"),
		ruleOn("company.name", "eq", "acme"),
		ruleOn("country", "exists", nil),
		object{"field": "notes", "operator": "count_gte", "value": 3, "where": refund},
		ruleOn("segment", "in", []string{nairobi.ID, mombasa.ID}),
		ruleOn("conversations_count", "eq", 0),
	))
	e := h.explain(segment.ID, ada.ID)
	require.Equal(t, explanationBody{
		ContactID: ada.ID, History: []crossingBody{},
		Rules: []explainedRuleBody{
			{"filter.rules[0]", `City is not "Nairobi" (or has none)`, false, "Nairobi"},
			{"filter.rules[1]", e.Rules[1].Reading, false, nil},
			{"filter.rules[1].rules[0]", "Labels include vip", true, []any{"vip", "beta"}},
			{"filter.rules[1].rules[1]", "Phone is set", false, nil},
			{"filter.rules[2]", `Email is "ada@home.example"`, true, []any{"ada@example.com", "ada@home.example"}},
			{"filter.rules[3]", `Company is "acme"`, true, "Acme"},
			{"filter.rules[4]", "Country is set", false, nil},
			{"filter.rules[5]", e.Rules[7].Reading, false, 2.0},
			{"filter.rules[6]", `Contact is in any of the segments "Nairobi" or "Mombasa"`, true, []any{nairobi.ID}},
			{"filter.rules[7]", "Number of conversations is 0", true, 0.0},
		},
	}, e)
	require.NotEmpty(t, e.Rules[1].Reading)
	require.NotEmpty(t, e.Rules[7].Reading)
	require.True(t, h.explain(nairobi.ID, ada.ID).Member)
	require.False(t, h.explain(mombasa.ID, ada.ID).Member)
}

func TestAnExplanationIsOfTheSurvivor(t *testing.T) {
	h := newHarness(t)
	ada, bo := h.create(object{"city": "Nairobi", "identifier": "a"}), h.create(object{"city": "Mombasa", "identifier": "b"})
	nairobi := h.segment("Nairobi", "Nairobi")
	identified := h.segmentOf("By identifier", rulesOf("and", ruleOn("identifier", "eq", "b")))
	h.taken(nairobi.ID)
	_, _ = ok[wire.None](h.call("POST", "/v1/contacts/"+ada.ID+"/merge", object{"contact_id": bo.ID}), 200)

	e := h.explain(nairobi.ID, bo.ID)
	require.Equal(t, ada.ID, e.ContactID)
	require.True(t, e.Member)
	require.Equal(t, []any{"a", "b"}, h.explain(identified.ID, bo.ID).Rules[0].Value)
	require.Len(t, e.History, 1)
	require.Equal(t, "first_snapshot", e.History[0].Cause)

	_, _ = ok[wire.None](h.call("DELETE", "/v1/contacts/"+ada.ID), 204)
	for _, gone := range []string{ada.ID, bo.ID, "0199c1f2-5a3e-7d60-9f00-1c2d3e4f5a6b"} {
		h.call("GET", "/v1/segments/"+nairobi.ID+"/explain?contact="+gone).problem(404, "not-found")
	}
	h.call("GET", "/v1/segments/"+ada.ID+"/explain?contact="+ada.ID).problem(404, "not-found")
	p := h.call("GET", "/v1/segments/"+nairobi.ID+"/explain?contact="+marker+"&limit=1").problem(422, "invalid-request")
	require.ElementsMatch(t, []string{"contact", "query"}, locations(p))
	for _, query := range []string{"", "?contact=" + marker, "?contact="} {
		p := h.call("GET", "/v1/segments/"+nairobi.ID+"/explain"+query).problem(422, "invalid-request")
		require.Equal(t, []string{"contact"}, locations(p))
	}
}

// TestAnExplanationKnowsWhenAndWhy: each snapshot has another cause.
func TestAnExplanationKnowsWhenAndWhy(t *testing.T) {
	h := newHarness(t)
	ada := h.create(object{"name": "Ann", "city": "Nairobi"})
	bo := h.create(object{"name": "Bo", "city": "Nairobi"})
	acme, _ := ok[companyBody](h.call("POST", "/v1/companies", object{"name": "Acme", "city": "Nairobi"}), 201)
	segment := h.segment("Nairobi", "Nairobi")
	patch := func(target string, body object) {
		_, _ = ok[wire.None](h.call("PATCH", target, body), 200)
	}
	filtered := func(filter object) { patch("/v1/segments/"+segment.ID, object{"filter": filter}) }
	settled := func(filter object) { // with a snapshot that ada is in as before
		filtered(filter)
		h.create(object{"name": "Zoe"})
		h.taken(segment.ID)
	}
	var want []crossingBody
	step := func(event, cause string, changed ...string) {
		t.Helper()
		h.later(time.Second)
		taken := h.taken(segment.ID)
		history := h.explain(segment.ID, ada.ID).History
		require.Len(t, history, len(want)+1, "at snapshot %d", taken.N)
		var fields []string
		for _, c := range history[0].Changes {
			require.Equal(t, "admin", c.Author.Name)
			fields = append(fields, c.Field)
		}
		require.Equal(t, changed, fields)
		require.Equal(t, crossingBody{N: taken.N, At: taken.EvaluatedAt, Event: event, Cause: cause, Changes: history[0].Changes}, history[0])
		require.Equal(t, want, history[1:], "what was asked then counts, and not what is asked now")
		want = history
	}
	want = []crossingBody{}
	step("entered", "first_snapshot")
	patch("/v1/contacts/"+ada.ID, object{"name": "Ada", "city": "Mombasa"})
	step("left", "changed", "city")
	filtered(rulesOf("or", ruleOn("city", "eq", "Nairobi"), ruleOn("city", "eq", "Mombasa")))
	step("entered", "definition")
	settled(rulesOf("and", ruleOn("company.city", "ne", "Nairobi")))
	patch("/v1/contacts/"+ada.ID, object{"company_id": acme.ID})
	step("left", "changed", "company_id")
	patch("/v1/companies/"+acme.ID, object{"city": "Kisumu"})
	step("entered", "company", "city")
	settled(rulesOf("and", object{"field": "notes", "operator": "none"}))
	h.later(time.Minute)
	h.note(ada.ID, object{"text": "Hello"})
	step("left", "notes")
	a := h.audience(object{"segment_id": h.segmentOf("Ada", rulesOf("and", ruleOn("name", "eq", "Ada"))).ID, "campaign": "spring"})
	replied := rulesOf("and", ruleOn("campaign", "eq", "spring"), ruleOn("kind", "eq", "replied"))
	filtered(rulesOf("and", object{"field": "campaign_events", "operator": "none", "where": replied}))
	step("entered", "definition")
	_, _ = ok[reportBody](h.report(a.ID, object{"row": 1, "kind": "replied", "at": "2026-01-20T10:00:00Z"}), 200)
	step("left", "campaign_events")
	filtered(rulesOf("and", ruleOn("consent.email", "ne", "unsubscribed")))
	step("entered", "definition")
	_, _ = ok[wire.None](h.call("PUT", "/v1/contacts/"+ada.ID+"/consent/email", object{"status": "unsubscribed"}), 200)
	step("left", "changed", "consent.email")
	filtered(rulesOf("and", ruleOn("created_at", "within_last", "PT1H"), object{"field": "campaign_events", "operator": "any", "where": replied}))
	step("entered", "definition")
	h.later(2 * time.Hour)
	step("left", "date")
	filtered(rulesOf("and", ruleOn("name", "eq", "Ada")))
	step("entered", "definition")
	settled(rulesOf("and", object{"field": "identifier", "operator": "not_exists"}))
	patch("/v1/contacts/"+bo.ID, object{"identifier": "bo"})
	h.taken(segment.ID)
	_, _ = ok[wire.None](h.call("POST", "/v1/contacts/"+ada.ID+"/merge", object{"contact_id": bo.ID}), 200)
	taken := h.taken(segment.ID)
	last := h.explain(segment.ID, ada.ID).History[0]
	require.Equal(t, crossingBody{N: taken.N, At: taken.EvaluatedAt, Event: "left", Cause: "merged"}, last)

	carl := h.create(object{"name": "Carl"})
	h.taken(segment.ID)
	require.Equal(t, "created", h.explain(segment.ID, carl.ID).History[0].Cause)
}

func TestAnExplanationSaysWhoIsPicked(t *testing.T) {
	h := newHarness(t)
	ada, bo := h.settle("Nairobi", 1)[0], h.settle("Mombasa", 1)[0]
	segment := h.segment("Nairobi", "Nairobi")
	static, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "Static", "kind": "static"}), 201)
	for _, id := range []string{segment.ID, static.ID} {
		h.taken(id)
		_, _ = ok[wire.None](h.call("POST", "/v1/segments/"+id+"/members", object{"add": []string{bo}}), 200)
	}
	_, _ = ok[wire.None](h.call("POST", "/v1/segments/"+segment.ID+"/exclusions", object{"add": []string{ada}}), 200)
	for _, id := range []string{segment.ID, static.ID} {
		h.taken(id)
		in := h.explain(id, bo)
		require.True(t, in.Member)
		require.True(t, in.Pinned)
		require.Equal(t, []string{"entered", "picked"}, []string{in.History[0].Event, in.History[0].Cause})
	}
	out := h.explain(segment.ID, ada)
	require.False(t, out.Member)
	require.True(t, out.Excluded)
	require.True(t, out.Rules[0].Matches)
	require.Equal(t, []string{"left", "picked"}, []string{out.History[0].Event, out.History[0].Cause})
	require.Empty(t, h.explain(static.ID, ada).Rules)
}
