package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVersionsOfASegmentOverHTTP(t *testing.T) {
	h := newHarness(t)
	segment := h.segment("n", "Nairobi")
	path := "/v1/segments/" + segment.ID
	ok[segmentBody](h.call("PATCH", path, object{"filter": cityIs("Mombasa"), "owner": "Amina"}), 200)
	ok[segmentBody](h.call("PATCH", path, object{"owner": nil}), 200)
	list, _ := ok[segmentVersionList](h.call("GET", path+"/versions?limit=1"), 200)
	require.Len(t, list.Versions, 1)
	v := list.Versions[0]
	require.Equal(t, []any{uint32(2), "n", `City is "Mombasa"`, []string{`Changed at filter.rules[0]: City is "Mombasa". It was: City is "Nairobi".`}}, []any{v.N, v.Name, v.Reading, v.Difference})
	require.Equal(t, &authorBody{Source: "api", Name: "admin"}, v.Author)
	rest, _ := ok[segmentVersionList](h.call("GET", path+"/versions?limit=1&cursor="+list.NextCursor), 200)
	require.Equal(t, []string{}, rest.Versions[0].Difference)
	require.Empty(t, rest.NextCursor)

	restored, header := ok[segmentBody](h.call("POST", path+"/versions/1/restore"), 200)
	require.JSONEq(t, string(*segment.Filter), string(*restored.Filter))
	require.NotEmpty(t, header.Get("ETag"))
	for _, n := range []string{"0", "01", "4", "x", "-1"} {
		h.call("POST", path+"/versions/"+n+"/restore").problem(404, "not-found")
	}
	h.call("POST", path+"/versions/1/restore").with("If-Match", `"1"`).problem(412, "version-mismatch")

	copied, header := ok[segmentBody](h.call("POST", path+"/duplicate"), 201)
	require.Equal(t, "n (copy)", copied.Name)
	require.Equal(t, "/v1/segments/"+copied.ID, header.Get("Location"))
	named, _ := ok[segmentBody](h.call("POST", path+"/duplicate", object{"name": "other"}), 201)
	require.Equal(t, "other", named.Name)
	h.call("POST", path+"/duplicate", object{"name": "other"}).problem(409, "name-taken")
	h.call("POST", path+"/duplicate", object{"names": "other"}).problem(422, "invalid-request")
}
