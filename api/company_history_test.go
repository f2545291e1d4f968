package api

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
)

// TestHistoryOfCompanies reads what a company has gone through, how it was, and where what it
// has comes from.
func TestHistoryOfCompanies(t *testing.T) {
	h := newHarness(t)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"entity": "company", "key": "plan", "type": "currency", "currency": "KES"}), 201)
	c := h.company(object{"name": "Maji", "city": "Nairobi"})
	path := "/v1/companies/" + c.ID
	marketer := "Bearer " + h.keys[access.ScopeMarketer]
	h.later(time.Second)
	moved, _ := ok[wholeCompany](h.call("PATCH", path, object{"city": "Kisumu", "domains": []string{"maji.example"}, "attributes": object{"plan": 12.5}}).with("Authorization", marketer), 200)

	page, _ := ok[historyBody](h.call("GET", path+"/history"), 200)
	require.Equal(t, []historyEntryBody{
		{
			Seq: moved.Version, At: moved.UpdatedAt, Op: "update", Author: authorBody{Source: "api", Name: "marketer"},
			Changes: []fieldChangeBody{
				{Field: "domains", New: []any{"maji.example"}}, {Field: "city", Old: "Nairobi", New: "Kisumu"}, {Field: "attributes.plan", New: 12.5},
			},
		},
		{Seq: c.Version, At: c.UpdatedAt, Op: "create", Author: authorBody{Source: "api", Name: "admin"}, Changes: []fieldChangeBody{}},
	}, page.Entries)
	page, _ = ok[historyBody](h.call("GET", path+"/history?field=attributes.plan"), 200)
	require.Len(t, page.Entries[0].Changes, 1)
	first, _ := ok[historyBody](h.call("GET", path+"/history?limit=1"), 200)
	rest, _ := ok[historyBody](h.call("GET", path+"/history?limit=1&cursor="+first.NextCursor), 200)
	require.Equal(t, "create", rest.Entries[0].Op)
	require.Empty(t, rest.NextCursor)
	p := h.call("GET", path+"/history?field=domain").problem(422, "invalid-request")
	require.Contains(t, p.Errors[0].Detail, "did you mean domains?")
	p = h.call("GET", path+"/history?field=plan").problem(422, "invalid-request")
	require.Contains(t, p.Errors[0].Detail, "did you mean attributes.plan?")
	h.call("GET", path+"/history?field=contacts_count").problem(422, "invalid-request")

	then, header := ok[wholeCompany](h.call("GET", path+"?at="+url.QueryEscape(c.UpdatedAt)), 200)
	c.Contacts = nil // nobody knows how many it had
	require.Equal(t, c, then)
	require.Empty(t, header.Get("ETag"))
	h.call("GET", path+"?at=2020-01-01T00:00:00Z").problem(404, "not-found")
	h.call("GET", path+"?at=x").problem(422, "invalid-request")
	h.call("GET", path+"?include=x").problem(422, "invalid-request")
	whence, _ := ok[wholeCompany](h.call("GET", path+"?include=provenance"), 200)
	require.Equal(t, originBody{Source: "api", Name: "marketer", At: moved.UpdatedAt, Seq: moved.Version}, whence.Provenance["city"])
	require.Equal(t, c.Version, whence.Provenance["name"].Seq)

	// What a contact shows of it comes from the last word on that.
	made, _ := ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Ada", "company_id": c.ID}), 201)
	named, _ := ok[wholeCompany](h.call("PATCH", path, object{"name": "Maji Safi"}).with("Authorization", marketer), 200)
	shown, _ := ok[contactBody](h.call("GET", "/v1/contacts/"+made.ID+"?include=provenance"), 200)
	require.Equal(t, originBody{Source: "api", Name: "marketer", At: named.UpdatedAt, Seq: named.Version}, shown.Provenance["company.name"])
	require.Equal(t, originBody{Source: "api", Name: "admin", At: made.UpdatedAt, Seq: made.Version}, shown.Provenance["company_id"])

	require.Equal(t, 204, h.call("DELETE", path).do().Code)
	for _, target := range []string{"/history", "?at=" + url.QueryEscape(c.UpdatedAt), "?include=provenance"} {
		h.call("GET", path+target).problem(404, "not-found")
	}
}
