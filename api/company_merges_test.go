package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
)

// TestMergeOfCompaniesOverHTTP merges two companies: answers, filters, facets, sorts, counts
// and words know one company at once, and two again after the undo.
func TestMergeOfCompaniesOverHTTP(t *testing.T) {
	h := newHarness(t)
	acme := h.company(object{"name": "Acme", "country": "KE", "domains": []string{"acme.example"}})
	old := h.company(object{"name": "Zebra", "country": "UG", "domains": []string{"zebra.example"}, "identifier": "z-1"})
	h.create(object{"name": "Ada", "company": "Acme", "last_seen_at": "2026-01-02T00:00:00Z"})
	ben := h.create(object{"name": "Ben", "company": "Zebra", "last_seen_at": "2026-03-04T00:00:00Z"})
	path, undo := "/v1/companies/"+acme.ID+"/merge", ""

	names := func(field, operator string, value any) (names []string) {
		filter := object{"combinator": "and", "rules": []object{{"field": field, "operator": operator, "value": value}}}
		found, _ := ok[searchBody](h.call("POST", "/v1/contacts/search", object{"filter": filter, "sort": "name"}), 200)
		for _, hit := range found.Hits {
			names = append(names, hit.Contact.Name)
		}
		return names
	}
	standing := func(id string) (list []any) {
		rule := object{"combinator": "and", "rules": []object{{"field": "id", "operator": "eq", "value": id}, {"field": "contacts_count", "operator": "eq", "value": 2}}}
		found, _ := ok[counted[wholeCompany]](h.call("POST", "/v1/companies/count", object{"filter": rule, "facets": []string{"last_seen_at"}}), 200)
		members, _ := ok[contactList](h.call("GET", "/v1/companies/"+id+"/contacts"), 200)
		return []any{found.Count, len(members.Contacts)}
	}
	h.call("POST", path, object{"company_id": acme.ID}).problem(422, "invalid-merge")
	h.call("POST", path, object{"company_id": "x"}).problem(422, "invalid-request")
	h.call("POST", path, object{"company_id": ben.ID}).problem(422, "invalid-merge")
	h.call("POST", path, object{"contact_id": old.ID}).problem(422, "invalid-request")
	h.call("POST", path, object{"company_id": old.ID}).with("If-Match", `"1"`).problem(412, "version-mismatch")
	h.call("POST", path, object{"company_id": old.ID}).with("Authorization", "Bearer "+h.keys[access.ScopeMarketer]).problem(403, "forbidden")
	require.Equal(t, []any{uint64(0), 1}, standing(acme.ID))

	merged, header := ok[wholeCompany](h.call("POST", path, object{"company_id": old.ID}), 200)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	require.Equal(t, []absorbedCompany{{ID: old.ID, MergeID: merged.Absorbed[0].MergeID, MergedAt: merged.UpdatedAt, Name: "Zebra", Identifier: "z-1"}}, merged.Absorbed)
	undo = "/v1/merges/" + merged.Absorbed[0].MergeID + "/undo"
	h.call("POST", "/v1/companies/"+old.ID+"/merge", object{"company_id": acme.ID}).problem(422, "invalid-merge") // a cycle

	read, _ := ok[wholeCompany](h.call("GET", "/v1/companies/"+old.ID), 200)
	require.Equal(t, merged, read)
	shown, _ := ok[contactBody](h.call("GET", "/v1/contacts/"+ben.ID), 200)
	require.Equal(t, &companyBody{ID: acme.ID, Name: "Acme"}, shown.Company)
	both := []string{"Ada", "Ben"}
	for _, c := range []struct{ field, value string }{
		{"company_id", acme.ID}, {"company_id", old.ID}, {"company.name", "acme"}, {"company.country", "KE"}, {"company.identifier", "z-1"}, {"company.id", old.ID},
	} {
		require.Equal(t, both, names(c.field, "eq", c.value), c.field)
	}
	require.Empty(t, names("company.name", "eq", "Zebra"))
	require.Equal(t, []any{uint64(1), 2}, standing(acme.ID))
	require.Equal(t, []any{uint64(1), 2}, standing(old.ID)) // by its id, which means the survivor
	counted, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{"facets": []string{"company.name", "company.country"}}), 200)
	require.Equal(t, []facetValueBody{{"Acme", 2}}, counted.Facets["company.name"].Values)
	require.Equal(t, []facetValueBody{{"KE", 2}}, counted.Facets["company.country"].Values)
	listed, _ := ok[companyList](h.call("GET", "/v1/companies?sort=-last_seen_at"), 200)
	require.Len(t, listed.Companies, 1)
	require.Len(t, h.found("acme"), 2)
	require.Empty(t, h.found("zebra"))
	taken := h.call("POST", "/v1/companies", object{"name": "zebra"}).problem(409, "company-taken")
	require.Equal(t, acme.ID, taken.CompanyID)
	history, _ := ok[historyBody](h.call("GET", "/v1/companies/"+acme.ID+"/history"), 200)
	require.Equal(t, "merge", history.Entries[0].Op)

	restored, _ := ok[wholeCompany](h.call("POST", undo).with("Idempotency-Key", "once"), 200)
	again, header := ok[wholeCompany](h.call("POST", undo).with("Idempotency-Key", "once"), 200)
	require.Equal(t, restored, again)
	require.Equal(t, "true", header.Get("Idempotency-Replayed"))
	want := old
	want.UpdatedAt, want.Version, want.Contacts, want.LastSeenAt = restored.UpdatedAt, restored.Version, restored.Contacts, "2026-03-04T00:00:00.000Z"
	require.Equal(t, uint64(1), *restored.Contacts)
	require.Equal(t, want, restored)
	h.call("POST", undo).problem(404, "not-found")
	require.Equal(t, []string{"Ben"}, names("company_id", "eq", old.ID))
	require.Equal(t, []string{"Ada"}, names("company.country", "eq", "KE"))
	require.Equal(t, []any{uint64(0), 1}, standing(acme.ID))
	require.Len(t, h.found("zebra"), 1)
	history, _ = ok[historyBody](h.call("GET", "/v1/companies/"+old.ID+"/history"), 200)
	require.Equal(t, "restore", history.Entries[0].Op)
}
