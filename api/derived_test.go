package api

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestContactsByWhatTheirCompanyHasOfThem: how many contacts the company has, and when one of
// them was last seen, are fields of contacts in filters, facets, orders and segments. They
// follow each contact that comes or goes, and a merge of companies.
func TestContactsByWhatTheirCompanyHasOfThem(t *testing.T) {
	h := newHarness(t)
	acme, maji, _ := h.someCompanies()
	h.create(object{"name": "Dee"})
	many := object{"combinator": "and", "rules": []object{{"field": "company.contacts_count", "operator": "gte", "value": 2}}}
	segment, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "Many", "filter": many}), 201)
	in := object{"combinator": "and", "rules": []object{{"field": "segment", "operator": "in", "value": []string{segment.ID}}}}
	passing := func(filter object) (names []string) {
		found, _ := ok[searchBody](h.call("POST", "/v1/contacts/search", object{"filter": filter}), 200)
		for _, hit := range found.Hits {
			names = append(names, hit.Contact.Name)
		}
		return names
	}
	refresh := func() snapshotBody {
		c := h.call("POST", "/v1/segments/"+segment.ID+"/refresh", object{})
		snapshot, _ := ok[snapshotBody](c, 201)
		return snapshot
	}
	members := func(path string) (names []string) {
		list, _ := ok[struct{ Contacts []contactBody }](h.call("GET", "/v1/segments/"+segment.ID+path+"?blocked=include"), 200)
		for _, c := range list.Contacts {
			names = append(names, c.Name)
		}
		return names
	}
	expect := func(want ...string) {
		t.Helper()
		require.Equal(t, want, passing(many))
		require.Equal(t, want, passing(in))
		require.Equal(t, want, members("/members"))
	}
	expect("Ada", "Bea")
	require.EqualValues(t, 2, refresh().Count)

	eli := h.create(object{"name": "Eli", "company_id": maji.ID, "last_seen_at": "2026-11-24T10:00:00Z"})
	expect("Ada", "Bea", "Cid", "Eli")
	snapshot := refresh()
	require.EqualValues(t, 2, snapshot.Entered, "one came, and the other is now one of two")
	require.Equal(t, []string{"Ada", "Bea", "Cid", "Eli"}, members("/snapshots/2/members"))
	seen := object{"combinator": "and", "rules": []object{{"field": "company.last_seen_at", "operator": "gte", "value": "2026-11-24"}}}
	require.Equal(t, []string{"Cid", "Eli"}, passing(seen))

	found, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{"facets": []any{"company.contacts_count", object{"field": "company.last_seen_at", "ranges": []string{"2026-11-22"}}}}), 200)
	require.Equal(t, []facetValueBody{{2.0, 4}}, found.Facets["company.contacts_count"].Values)
	require.EqualValues(t, 1, found.Facets["company.contacts_count"].Missing, "who has no company")
	ranges := found.Facets["company.last_seen_at"].Ranges
	require.Equal(t, []uint64{2, 2}, []uint64{ranges[0].Count, ranges[1].Count})
	sorted, _ := ok[contactList](h.call("GET", "/v1/contacts?sort=-company.last_seen_at,-name"), 200)
	require.Equal(t, []string{"Eli", "Cid", "Bea", "Ada", "Dee"}, []string{sorted.Contacts[0].Name, sorted.Contacts[1].Name, sorted.Contacts[2].Name, sorted.Contacts[3].Name, sorted.Contacts[4].Name})

	ok[wholeCompany](h.call("POST", "/v1/companies/"+acme.ID+"/merge", object{"company_id": maji.ID}), 200)
	h.call("DELETE", "/v1/contacts/"+eli.ID).do()
	require.Equal(t, []string{"Ada", "Bea", "Cid"}, passing(object{"combinator": "and", "rules": []object{{"field": "company.contacts_count", "operator": "eq", "value": 3}}}))
	require.Empty(t, passing(seen))
	expect("Ada", "Bea", "Cid")
	h.call("GET", "/v1/contacts?sort=company.contacts").problem(422, "invalid-request")
}

// TestWhatTheCompanyHasInProjections chooses these fields in lists of members, in all forms.
func TestWhatTheCompanyHasInProjections(t *testing.T) {
	h := newHarness(t)
	acme, maji, _ := h.someCompanies()
	h.create(object{"name": "Dee"})
	ok[wholeCompany](h.call("POST", "/v1/companies/"+acme.ID+"/merge", object{"company_id": maji.ID}), 200)
	everyone, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "All"}), 201)
	target := "/v1/segments/" + everyone.ID + "/members?fields=name,company.contacts_count,company.last_seen_at"
	page, _ := ok[struct{ Contacts []map[string]any }](h.call("GET", target), 200)
	require.Len(t, page.Contacts, 4)
	for i, name := range []string{"Ada", "Bea", "Cid"} {
		require.Equal(t, map[string]any{
			"id": page.Contacts[i]["id"], "name": name,
			"company": map[string]any{"contacts_count": 3.0, "last_seen_at": "2026-11-20T10:00:00.000Z"},
		}, page.Contacts[i])
	}
	require.Equal(t, map[string]any{"id": page.Contacts[3]["id"], "name": "Dee"}, page.Contacts[3])
	for _, limit := range []string{"", "&limit=4"} {
		rows, err := csv.NewReader(h.call("GET", target+limit).with("Accept", "text/csv").do().Body).ReadAll()
		require.NoError(t, err)
		require.Equal(t, [][]string{
			{"name", "company.contacts_count", "company.last_seen_at"}, {"Ada", "3", "2026-11-20T10:00:00.000Z"},
		}, rows[:2])
		require.Equal(t, []string{"Dee", "", ""}, rows[4])
		lines := strings.Split(h.call("GET", target+limit).with("Accept", "application/x-ndjson").do().Body.String(), "\n")
		require.Contains(t, lines[2], `"company":{"contacts_count":3,"last_seen_at":"2026-11-20T10:00:00.000Z"}`)
	}
}
