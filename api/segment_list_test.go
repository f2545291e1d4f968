package api

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// listSegments lists the names of segments, page by page.
func (h *harness) listSegments(query url.Values) (names []string) {
	h.t.Helper()
	for cursor := "start"; cursor != ""; {
		page, _ := ok[segmentList](h.call("GET", "/v1/segments?"+query.Encode()), 200)
		for _, s := range page.Segments {
			names = append(names, s.Name)
		}
		cursor = page.NextCursor
		query.Set("cursor", cursor)
	}
	return names
}

func TestSegmentsAreListedByNameLabelAndOwner(t *testing.T) {
	h := newHarness(t)
	for _, of := range []object{
		{"name": "VIP customers, Élysée", "labels": []string{"Spring", "East"}, "owner": "Amina"},
		{"name": "Customers in Kenya", "labels": []string{"east"}, "owner": "Ben"},
		{"name": "old vip", "owner": "amina", "archived": true},
		{"name": "东京 客户名单"},
		{"name": "🔥Hot C++ leads", "archived": true},
	} {
		h.call("POST", "/v1/segments", of).answered(201)
	}
	for _, of := range []struct {
		query string
		names []string
	}{
		{"", []string{"VIP customers, Élysée", "Customers in Kenya", "东京 客户名单"}},
		{"q=CUST", []string{"VIP customers, Élysée", "Customers in Kenya"}},
		{"q=elys vi", []string{"VIP customers, Élysée"}},
		{"q=ustomers", nil},
		{"q=customers uganda", nil},
		{"q=名单", []string{"东京 客户名单"}},
		{"q= , ", []string{"VIP customers, Élysée", "Customers in Kenya", "东京 客户名单"}},
		{"q=hot&archived=include", []string{"🔥Hot C++ leads"}},
		{"q=🔥 c%2B%2B&archived=include", []string{"🔥Hot C++ leads"}},
		{"q=🔥c&archived=include", []string{"🔥Hot C++ leads"}},
		{"q=vip&archived=include", []string{"VIP customers, Élysée", "old vip"}},
		{"label=EAST", []string{"VIP customers, Élysée", "Customers in Kenya"}},
		{"label=eas", nil},
		{"label=east&owner=ben", []string{"Customers in Kenya"}},
		{"owner=AMINA&archived=only", []string{"old vip"}},
		{"owner=amina&q=customers&label=spring", []string{"VIP customers, Élysée"}},
	} {
		query, err := url.ParseQuery(of.query)
		require.NoError(t, err)
		query.Set("limit", "1")
		require.Equal(t, of.names, h.listSegments(query), of.query)
	}
	first, _ := ok[segmentList](h.call("GET", "/v1/segments?limit=1&q=customers"), 200)
	h.call("GET", "/v1/segments?limit=1&q=vip&cursor="+first.NextCursor).problem(422, "invalid-cursor")
	h.call("GET", "/v1/segments?limit=1&q=customers&owner=ben&cursor="+first.NextCursor).problem(422, "invalid-cursor")
}

// TestSegmentsAreListedWithTheirCounts: exact, with those who are picked.
func TestSegmentsAreListedWithTheirCounts(t *testing.T) {
	h := newHarness(t)
	people := h.settle("Nairobi", 3)
	nairobi := h.segment("Nairobi", "nairobi")
	h.call("PATCH", "/v1/segments/"+nairobi.ID, object{"excluded": people[:1]}).answered(200)
	h.call("POST", "/v1/segments", object{"name": "Picked", "kind": "static", "pinned": people[1:2]}).answered(201)
	h.call("POST", "/v1/segments", object{"name": "In", "filter": rulesOf("and", ruleOn("segment", "in", []string{nairobi.ID}))}).answered(201)
	h.call("POST", "/v1/segments", object{"name": "Nobody", "filter": cityIs("Atlantis")}).answered(201)
	list, _ := ok[segmentList](h.call("GET", "/v1/segments?count=true"), 200)
	var counts []uint64
	for _, s := range list.Segments {
		counts = append(counts, *s.Count)
	}
	require.Equal(t, []uint64{2, 1, 2, 0}, counts)
	without, _ := ok[segmentList](h.call("GET", "/v1/segments"), 200)
	require.Nil(t, without.Segments[0].Count)
	p := h.call("GET", "/v1/segments?count=true&limit=101").problem(422, "invalid-request")
	require.Equal(t, []string{"limit"}, locations(p))
	p = h.call("GET", "/v1/segments?count=true&limit=101&archived=some").problem(422, "invalid-request")
	require.ElementsMatch(t, []string{"archived", "limit"}, locations(p))
	h.call("GET", "/v1/segments?count=true&limit=100").answered(200)
}
