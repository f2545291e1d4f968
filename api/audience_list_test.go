package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAudiencesAreListedBySegmentAndCampaign(t *testing.T) {
	h := newHarness(t)
	h.settle("Nairobi", 2)
	nairobi, other := h.segment("Nairobi", "nairobi"), h.segment("Mombasa", "mombasa")
	var ids []string
	for _, of := range [][2]string{{nairobi.ID, "Spring"}, {other.ID, "Spring"}, {nairobi.ID, "spring"}, {nairobi.ID, "Spring"}} {
		ids = append(ids, h.audience(object{"segment_id": of[0], "campaign": of[1]}).ID)
	}
	list := func(query string) (found []string) {
		for cursor := ""; ; {
			page, _ := ok[audienceList](h.call("GET", "/v1/audiences?limit=1"+query+cursor), 200)
			for _, a := range page.Audiences {
				found = append(found, a.ID)
			}
			if page.NextCursor == "" {
				return found
			}
			cursor = "&cursor=" + page.NextCursor
		}
	}
	require.Equal(t, ids, list(""))
	require.Equal(t, []string{ids[0], ids[2], ids[3]}, list("&segment_id="+nairobi.ID))
	require.Equal(t, []string{ids[0], ids[1], ids[3]}, list("&campaign=Spring"))
	require.Equal(t, []string{ids[0], ids[3]}, list("&campaign=Spring&segment_id="+nairobi.ID))
	require.Empty(t, list("&campaign=Winter"))
	first, _ := ok[audienceList](h.call("GET", "/v1/audiences?limit=1&campaign=Spring"), 200)
	h.call("GET", "/v1/audiences?limit=1&campaign=spring&cursor="+first.NextCursor).problem(422, "invalid-cursor")
	p := h.call("GET", "/v1/audiences?segment_id="+marker).problem(422, "invalid-request")
	require.Equal(t, []string{"segment_id"}, locations(p))
	p = h.call("GET", "/v1/audiences?limit=0&segment_id="+marker).problem(422, "invalid-request")
	require.ElementsMatch(t, []string{"segment_id", "limit"}, locations(p))
}
