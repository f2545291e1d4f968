package api

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestPickedContactsOverHTTP(t *testing.T) {
	h := newHarness(t)
	a, b, c := h.create(object{"name": "A", "city": "Nairobi"}), h.create(object{"name": "A", "city": "Nairobi"}), h.create(object{"name": "A", "city": "Mombasa"})
	made := h.segment("n", "Nairobi")
	require.Equal(t, "dynamic", made.Kind)
	require.Equal(t, []uint64{0, 0}, []uint64{made.PinnedCount, made.ExcludedCount})
	path := "/v1/segments/" + made.ID

	done, header := ok[picksBody](h.call("POST", path+"/members", object{"add": []string{c.ID, a.ID}}), 200)
	require.Equal(t, picksBody{Added: 2, Count: 2}, done)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	etag := header.Get("ETag")
	h.call("POST", path+"/exclusions", object{"add": []string{b.ID}}).with("If-Match", `"1"`).problem(412, "version-mismatch")
	ok[picksBody](h.call("POST", path+"/exclusions", object{"add": []string{b.ID}}).with("If-Match", etag), 200)

	got, header := ok[segmentBody](h.call("GET", path), 200)
	require.NotEqual(t, etag, header.Get("ETag"))
	require.Equal(t, []string{a.ID, c.ID}, got.Pinned)
	require.Equal(t, []string{b.ID}, got.Excluded)
	require.Equal(t, `City is "Nairobi", or is one of 2 pinned contacts, but is not the excluded contact`, got.Reading)
	list, _ := ok[segmentList](h.call("GET", "/v1/segments"), 200)
	require.Equal(t, []uint64{2, 1}, []uint64{list.Segments[0].PinnedCount, list.Segments[0].ExcludedCount})
	require.Nil(t, list.Segments[0].Pinned)
	require.Equal(t, got.Reading, list.Segments[0].Reading)

	rule := object{"combinator": "and", "rules": []any{object{"field": "segment", "operator": "in", "value": []string{made.ID}}}}
	count, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{"filter": rule}), 200)
	require.EqualValues(t, 2, count.Count)

	unknown := uuid.NewString()
	require.Equal(t, []string{"add[1]", "remove[0]"}, locations(h.call("POST", path+"/members", object{"add": []string{a.ID, "x"}, "remove": []string{unknown}}).problem(422, "invalid-request")))
	for _, body := range []object{{}, {"add": []string{}}, {"add": nil}, {"ids": []string{a.ID}}, {"add": "x"}} {
		h.call("POST", path+"/members", body).problem(422, "invalid-request")
	}
	h.call("POST", "/v1/segments/"+unknown+"/members", object{"add": []string{a.ID}}).problem(404, "not-found")
}

func TestStaticSegmentsOverHTTP(t *testing.T) {
	h := newHarness(t)
	a, _ := h.create(object{"name": "A", "city": "Nairobi"}), h.create(object{"name": "A", "city": "Mombasa"})
	source := h.segment("n", "Nairobi")
	static, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{
		"name": "s", "kind": "static", "from": object{"segment_id": source.ID}, "owner": "Amina", "labels": []string{"east"},
	}), 201)
	require.Nil(t, static.Filter)
	require.Equal(t, "is the picked contact", static.Reading)
	require.Equal(t, []string{a.ID}, static.Pinned)
	require.Equal(t, "Amina", static.Owner)
	require.Equal(t, []string{"east"}, static.Labels)
	h.call("PATCH", "/v1/segments/"+static.ID, object{"kind": "dynamic"}).problem(422, "invalid-segment")
	h.call("POST", "/v1/segments", object{"name": "t", "kind": "static", "filter": object{}}).problem(422, "invalid-segment")
	empty, _ := ok[segmentBody](h.call("PATCH", "/v1/segments/"+static.ID, object{"pinned": []string{}, "archived": true}), 200)
	require.Equal(t, "no one", empty.Reading)
	require.True(t, empty.Archived)
	list, _ := ok[segmentList](h.call("GET", "/v1/segments"), 200)
	require.Len(t, list.Segments, 1)
	only, _ := ok[segmentList](h.call("GET", "/v1/segments?archived=only&limit=1"), 200)
	require.Equal(t, static.ID, only.Segments[0].ID)
	require.Empty(t, only.NextCursor)
	all, _ := ok[segmentList](h.call("GET", "/v1/segments?archived=include&limit=1"), 200)
	h.call("GET", "/v1/segments?cursor="+all.NextCursor).problem(422, "invalid-cursor")
	rest, _ := ok[segmentList](h.call("GET", "/v1/segments?archived=include&cursor="+all.NextCursor), 200)
	require.Len(t, rest.Segments, 1)
}

// TestALargeStaticSegmentSaysHowMany although it does not answer their ids.
func TestALargeStaticSegmentSaysHowMany(t *testing.T) {
	h := newHarness(t)
	for range 11 {
		batch := make([]object, 1_000)
		for i := range batch {
			batch[i] = object{"name": "A"}
		}
		h.call("POST", "/v1/contacts/batch", object{"contacts": batch}).answered(200)
	}
	static, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "s", "kind": "static", "from": object{"filter": object{}}}), 201)
	read, _ := ok[segmentBody](h.call("GET", "/v1/segments/"+static.ID), 200)
	require.EqualValues(t, 11_000, read.PinnedCount)
	require.Nil(t, read.Pinned)
	require.Equal(t, "is one of 11000 picked contacts", read.Reading)
}
