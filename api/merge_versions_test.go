package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAMergeNoticesThatTheOtherHasChanged since it was rehearsed.
func TestAMergeNoticesThatTheOtherHasChanged(t *testing.T) {
	h := newHarness(t)
	for _, noun := range []string{"contact", "company"} {
		path := "/v1/" + map[string]string{"contact": "contacts", "company": "companies"}[noun] + "/"
		make := func(name string) string {
			made, _ := ok[struct{ ID string }](h.call("POST", path[:len(path)-1], object{"name": name}), 201)
			return made.ID
		}
		stays, other := make("Stays"), make("Other")
		merge := func(body object) *call {
			body[noun+"_id"] = other
			return h.call("POST", path+stays+"/merge", body)
		}
		type rehearsed struct {
			Version uint64 `json:"absorbed_version"`
		}
		before, _ := ok[rehearsed](merge(object{"dry_run": true}), 200)
		h.call("PATCH", path+other, object{"city": "Thika"}).answered(200)
		after, _ := ok[rehearsed](merge(object{"dry_run": true}), 200)
		require.Greater(t, after.Version, before.Version)
		p := merge(object{noun + "_version": before.Version}).problem(412, "version-mismatch")
		require.EqualValues(t, after.Version, *p.Version)
		require.Equal(t, []string{noun + "_version"}, locations(p))
		merge(object{noun + "_version": before.Version, "dry_run": true}).problem(412, "version-mismatch")
		merge(object{noun + "_version": after.Version}).answered(200)
		merge(object{noun + "_version": before.Version}).answered(200) // they are one already
		again, _ := ok[rehearsed](merge(object{"dry_run": true}), 200)
		require.Zero(t, again.Version)
		p = merge(object{noun + "_version": 0, "choose": "x", "as": marker}).problem(422, "invalid-request")
		require.ElementsMatch(t, []string{noun + "_version", "choose", "body"}, locations(p))
	}
}
