package api

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
)

// rulesOf is a group of rules.
func rulesOf(combinator string, rules ...object) object {
	return object{"combinator": combinator, "rules": rules}
}

func ruleOn(field, operator string, value any) object {
	return object{"field": field, "operator": operator, "value": value}
}

func (h *harness) preview(body object) previewBody {
	h.t.Helper()
	v, _ := ok[previewBody](h.call("POST", "/v1/segments/preview", body), 200)
	return v
}

// townsfolk are six people: three customers and a lead in Nairobi, and two customers in Mombasa.
func townsfolk(h *harness) {
	for i, of := range [][2]string{{"Nairobi", "customer"}, {"Nairobi", "customer"}, {"Nairobi", "customer"}, {"Nairobi", "lead"}, {"Mombasa", "customer"}, {"Mombasa", "customer"}} {
		h.create(object{"identifier": string(rune('a' + i)), "city": of[0], "type": of[1]})
	}
}

func TestAPreviewCountsRuleByRule(t *testing.T) {
	h := newHarness(t)
	townsfolk(h)
	nairobi, customers := ruleOn("city", "eq", "Nairobi"), ruleOn("type", "eq", "customer")
	first := ruleOn("identifier", "in", []string{"a", "e"})
	for _, of := range []struct {
		filter object
		count  uint64
		funnel []uint64
	}{
		{nil, 6, []uint64{}},
		{rulesOf("and", nairobi, customers, first), 1, []uint64{4, 3, 1}},
		{rulesOf("or", first, nairobi, customers), 6, []uint64{2, 5, 6}},
		{object{"combinator": "and", "not": true, "rules": []object{nairobi, customers}}, 3, []uint64{2, 3}},
		{object{"combinator": "or", "not": true, "rules": []object{first, nairobi}}, 1, []uint64{4, 1}},
		{rulesOf("and", nairobi, rulesOf("or", first, ruleOn("type", "eq", "lead"))), 2, []uint64{4, 2}},
	} {
		v := h.preview(object{"filter": of.filter})
		require.Equal(t, of.count, v.Count, of.filter)
		require.Equal(t, of.funnel, v.Funnel, of.filter)
		require.Nil(t, v.Difference)
		require.Empty(t, v.Overlap)
		require.Equal(t, h.store.Head(), v.Seq)
	}
	v := h.preview(object{"filter": rulesOf("and", nairobi), "sample": 2, "facets": []string{"type"}})
	require.Equal(t, []string{"a", "b"}, []string{v.Sample[0].Identifier, v.Sample[1].Identifier})
	require.Len(t, v.Sample, 2)
	require.Equal(t, []facetValueBody{{Value: "customer", Count: 3}, {Value: "lead", Count: 1}}, v.Facets["type"].Values)
	require.Len(t, v.Facets, 1)
	require.Equal(t, `City is "Nairobi"`, v.Reading)
}

// TestAPreviewCountsEachRule by itself and where it stands, also in groups.
func TestAPreviewCountsEachRule(t *testing.T) {
	h := newHarness(t)
	townsfolk(h)
	nairobi, customers, mombasa := ruleOn("city", "eq", "Nairobi"), ruleOn("type", "eq", "customer"), ruleOn("city", "eq", "Mombasa")
	first := ruleOn("identifier", "in", []string{"a", "e"})
	filter := rulesOf("and", customers, object{"combinator": "or", "not": true, "rules": []object{mombasa, first}}, nairobi)
	v := h.preview(object{"filter": filter, "rules": true, "overlap": []string{h.segment("n", "Nairobi").ID}})
	require.Equal(t, []ruleCountBody{
		{"filter.rules[0]", 5, 5}, {"filter.rules[1]", 3, 2}, {"filter.rules[1].rules[0]", 2, 3}, {"filter.rules[1].rules[1]", 2, 2}, {"filter.rules[2]", 4, 2},
	}, v.Rules)
	require.Equal(t, []uint64{5, 2, 2}, v.Funnel)
	require.EqualValues(t, 2, v.Overlap[0].Count)
	require.Len(t, v.Overlap, 1)
	v = h.preview(object{"filter": rulesOf("or", rulesOf("and", nairobi, customers), mombasa), "rules": true})
	require.Equal(t, []ruleCountBody{
		{"filter.rules[0]", 3, 3}, {"filter.rules[0].rules[0]", 4, 4}, {"filter.rules[0].rules[1]", 5, 3}, {"filter.rules[1]", 2, 5},
	}, v.Rules)
	require.Nil(t, h.preview(object{"filter": filter}).Rules)
	require.Nil(t, h.preview(object{"rules": true}).Rules)
	many := make([]object, 60)
	for i := range many {
		many[i] = nairobi
	}
	require.Len(t, h.preview(object{"filter": rulesOf("or", many...), "rules": true}).Rules, 50)
}

func TestAPreviewComparesWithSegments(t *testing.T) {
	h := newHarness(t)
	townsfolk(h)
	nairobi := h.segment("Nairobi", "Nairobi")
	mombasa := h.segment("Mombasa", "Mombasa")
	customers := rulesOf("and", ruleOn("type", "eq", "customer"))

	v := h.preview(object{"filter": customers, "segment_id": nairobi.ID, "overlap": []string{mombasa.ID, nairobi.ID}})
	require.EqualValues(t, 5, v.Count)
	require.Equal(t, &differenceBody{Entered: 2, Left: 1}, v.Difference)
	require.Equal(t, []overlapBody{{mombasa.ID, 2}, {nairobi.ID, 3}}, v.Overlap)

	same := h.preview(object{"filter": cityIs("Nairobi"), "segment_id": nairobi.ID})
	require.Equal(t, &differenceBody{}, same.Difference)

	through := h.preview(object{"filter": rulesOf("and", ruleOn("segment", "in", []string{mombasa.ID})), "segment_id": nairobi.ID})
	require.Equal(t, &differenceBody{Entered: 2, Left: 4}, through.Difference)
	require.Equal(t, `Contact is in the segment "Mombasa"`, through.Reading)
}

func TestPreviewsAreRefusedWithEverythingThatIsWrong(t *testing.T) {
	h := newHarness(t)
	nairobi := h.segment("Nairobi", "Nairobi")
	nobody := "0199c1f2-5a3e-7d60-9f00-1c2d3e4f5a6b"
	p := h.call("POST", "/v1/segments/preview", object{
		"filter": rulesOf("and", ruleOn("type", "eq", marker)), "facets": []string{marker},
		"segment_id": nobody, "overlap": []string{nairobi.ID, marker, nobody},
	}).problem(422, "invalid-filter")
	require.ElementsMatch(t, []string{"filter.rules[0].value", "facets[0]", "segment_id", "overlap[1]", "overlap[2]"}, locations(p))

	p = h.call("POST", "/v1/segments/preview", object{"segment_id": nobody}).problem(422, "invalid-request")
	require.Equal(t, []string{"segment_id"}, locations(p))

	other, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "Through", "filter": rulesOf("and", ruleOn("segment", "in", []string{nairobi.ID}))}), 201)
	for _, id := range []string{nairobi.ID, other.ID} {
		p = h.call("POST", "/v1/segments/preview", object{
			"filter": rulesOf("and", ruleOn("segment", "in", []string{id})), "segment_id": nairobi.ID,
		}).problem(422, "invalid-filter")
		require.Equal(t, []string{"filter.rules[0].value[0]"}, locations(p))
		require.Contains(t, p.Errors[0].Detail, "circular: ")
	}
	p = h.call("POST", "/v1/segments/preview", object{"overlap": []string{nairobi.ID, other.ID, nairobi.ID, marker, marker}}).problem(422, "invalid-request")
	require.Equal(t, []string{"overlap[2]", "overlap[3]", "overlap[4]"}, locations(p))
	require.Equal(t, "is named twice", p.Errors[0].Detail)
	many := make([]string, 21)
	for i := range many {
		many[i] = nairobi.ID
	}
	p = h.call("POST", "/v1/segments/preview", object{"overlap": many}).problem(422, "invalid-request")
	require.Equal(t, []string{"overlap"}, locations(p))
}

// TestShapeAndContentAreRefusedTogether: one answer has every fault of a request with a filter.
func TestShapeAndContentAreRefusedTogether(t *testing.T) {
	h := newHarness(t)
	bad := rulesOf("and", ruleOn("type", "eq", marker))
	for target, want := range map[string][]string{
		"/v1/segments/preview":    {"filter.rules[0].value", "facets[0]", "sample", "body"},
		"/v1/contacts/count":      {"filter.rules[0].value", "facets[0]", "sample", "body"},
		"/v1/conversations/count": {"filter.rules[0].field", "facets[0]", "sample", "body"},
		"/v1/contacts/search":     {"filter.rules[0].value", "facets[0]", "limit", "body"},
		"/v1/companies/search":    {"filter.rules[0].field", "facets[0]", "limit", "body"},
		"/v1/filters/print":       {"filter.rules[0].value", "body"},
		"/v1/segments?":           {"filter.rules[0].value", "body", "name", "schedule"},
	} {
		body := object{"filter": bad, marker: 1}
		switch {
		case strings.HasSuffix(target, "search"):
			body["facets"], body["limit"] = []string{marker}, 0
		case strings.HasSuffix(target, "?"):
			body["name"], body["schedule"] = 1, "daily"
		case !strings.HasSuffix(target, "print"):
			body["facets"], body["sample"] = []string{marker}, "x"
		}
		p := h.call("POST", target, body).problem(422, map[bool]string{true: "invalid-segment", false: "invalid-filter"}[strings.HasSuffix(target, "?")])
		require.ElementsMatch(t, want, locations(p), target)
	}
	text, err := json.Marshal(bad)
	require.NoError(t, err)
	for _, target := range []string{"/v1/contacts", "/v1/contacts/search"} {
		p := h.call("GET", target+"?limit=0&filter="+url.QueryEscape(string(text))).problem(422, "invalid-filter")
		require.ElementsMatch(t, []string{"filter.rules[0].value", "limit"}, locations(p), target)
	}
}

// TestAPreviewKeepsWhoIsPicked: saving the filter changes neither who is pinned nor who is excluded.
func TestAPreviewKeepsWhoIsPicked(t *testing.T) {
	h := newHarness(t)
	people := h.settle("Nairobi", 3)
	pinned := h.settle("Mombasa", 2)
	segment := h.segment("Nairobi", "Nairobi")
	_, _ = ok[wire.None](h.call("POST", "/v1/segments/"+segment.ID+"/members", object{"add": pinned}), 200)
	_, _ = ok[wire.None](h.call("POST", "/v1/segments/"+segment.ID+"/exclusions", object{"add": []string{people[0]}}), 200)

	v := h.preview(object{"filter": cityIs("Nairobi"), "segment_id": segment.ID, "sample": 5, "overlap": []string{segment.ID}})
	require.EqualValues(t, 4, v.Count)
	require.Len(t, v.Sample, 4)
	require.Equal(t, []uint64{3}, v.Funnel)
	require.Equal(t, &differenceBody{}, v.Difference)
	require.Equal(t, []overlapBody{{segment.ID, 4}}, v.Overlap)

	static, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "Static", "kind": "static"}), 201)
	p := h.call("POST", "/v1/segments/preview", object{"filter": cityIs("Nairobi"), "segment_id": static.ID}).problem(422, "invalid-request")
	require.Equal(t, []string{"segment_id"}, locations(p))
}

// TestAPreviewCountsWhoIsReached by channel, whether the field is asked for as a facet or not.
func TestAPreviewCountsWhoIsReached(t *testing.T) {
	h := newHarness(t)
	h.create(object{"name": "Nobody"})
	h.create(object{"email": "ada@example.com", "phone": "+254712345678"})
	bo := h.create(object{"email": "bo@example.com"})
	want := map[string]uint64{"email": 2, "sms": 1, "voice": 1, "whatsapp": 1}
	for _, facets := range [][]any{{}, {"type", "reachable"}} {
		v := h.preview(object{"facets": facets})
		require.Equal(t, want, v.Reach)
		require.Len(t, v.Facets, len(facets))
	}
	_, _ = ok[wire.None](h.call("POST", "/v1/contacts/"+bo.ID+"/block", object{}), 200)
	require.EqualValues(t, 1, h.preview(object{}).Reach["email"])
	require.Equal(t, map[string]uint64{}, h.preview(object{"filter": rulesOf("and", ruleOn("name", "eq", "Nobody"))}).Reach)

	segment := h.segmentOf("Reached", rulesOf("and", ruleOn("reachable", "any_of", []string{"email"})))
	h.taken(segment.ID)
	_, _ = ok[wire.None](h.call("DELETE", "/v1/contacts/"+bo.ID+"/block"), 200)
	h.taken(segment.ID)
	history := h.explain(segment.ID, bo.ID).History
	require.Equal(t, []string{"entered", "changed"}, []string{history[0].Event, history[0].Cause})
	require.Equal(t, "blocked", history[0].Changes[0].Field)
}
