package api

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestSegmentsOfAContactOverHTTP(t *testing.T) {
	h := newHarness(t)
	ada := h.create(object{"name": "Ada", "city": "Nairobi"})
	dynamic := h.segment("n", "Nairobi")
	static, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "s", "kind": "static", "pinned": []string{ada.ID}}), 201)
	h.segment("m", "Mombasa")
	path := "/v1/contacts/" + ada.ID + "/segments"
	list, _ := ok[membershipList](h.call("GET", path), 200)
	require.Equal(t, membershipList{Segments: []membershipBody{
		{ID: dynamic.ID, Name: "n", Kind: "dynamic"}, {ID: static.ID, Name: "s", Kind: "static", Pinned: true},
	}}, list)
	first, _ := ok[membershipList](h.call("GET", path+"?limit=1"), 200)
	rest, _ := ok[membershipList](h.call("GET", path+"?limit=1&cursor="+first.NextCursor), 200)
	require.Equal(t, list.Segments[1:], rest.Segments)
	require.Empty(t, rest.NextCursor)
	h.call("GET", path+"?archived=only&cursor="+first.NextCursor).problem(422, "invalid-cursor")
	ok[segmentBody](h.call("PATCH", "/v1/segments/"+static.ID, object{"archived": true}), 200)
	only, _ := ok[membershipList](h.call("GET", path+"?archived=only"), 200)
	require.Equal(t, []membershipBody{{ID: static.ID, Name: "s", Kind: "static", Archived: true, Pinned: true}}, only.Segments)
	h.call("GET", "/v1/contacts/"+uuid.NewString()+"/segments").problem(404, "not-found")

	both := object{"operation": "difference", "segment_ids": []string{static.ID, dynamic.ID}}
	none, _ := ok[combinedBody](h.call("POST", "/v1/segments/combine", both), 200)
	require.Zero(t, none.Count)
	require.Equal(t, `Contact is in the segment "s" and Contact is not in the segment "n"`, none.Reading)
	both["operation"] = "union"
	union, _ := ok[combinedBody](h.call("POST", "/v1/segments/combine", both), 200)
	require.EqualValues(t, 1, union.Count)
	saved, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "u", "filter": union.Filter}), 201)
	require.Equal(t, union.Reading, saved.Reading)
	both["operation"] = "xor"
	h.call("POST", "/v1/segments/combine", both).problem(422, "invalid-request")
	require.Equal(t, []string{"segment_ids[1]"}, locations(h.call("POST", "/v1/segments/combine", object{"operation": "union", "segment_ids": []string{static.ID, "x"}}).problem(422, "invalid-request")))
}
