package api

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

func (h *harness) company(body object) wholeCompany {
	h.t.Helper()
	made, _ := ok[wholeCompany](h.call("POST", "/v1/companies", body), 201)
	return made
}

func TestCompanies(t *testing.T) {
	h := newHarness(t)
	sent := object{
		"name": "Maji Safi Ltd", "domains": []string{"MajiSafi.example"}, "identifier": "acc-77", "country": "ke", "city": "Nairobi",
		"labels": []string{"vip"}, "attributes": object{}, "created_at": "2020-01-02T03:04:05Z",
	}
	made, header := ok[wholeCompany](h.call("POST", "/v1/companies", sent), 201)
	require.Equal(t, wholeCompany{
		ID: made.ID, Name: "Maji Safi Ltd", Domains: []string{"majisafi.example"}, Identifier: "acc-77", Country: "KE", City: "Nairobi",
		Labels: []string{"vip"}, Attributes: map[string]any{}, Contacts: new(uint64), CreatedAt: "2020-01-02T03:04:05.000Z", UpdatedAt: made.UpdatedAt, Version: made.Version,
	}, made)
	one := "/v1/companies/" + made.ID
	require.Equal(t, one, header.Get("Location"))
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	read, header := ok[wholeCompany](h.call("GET", one), 200)
	require.Equal(t, made, read)
	require.Equal(t, wire.ETag(made.Version), header.Get("ETag"))
	require.Equal(t, 200, h.call("GET", one).with("If-None-Match", wire.ETag(made.Version)).do().Code, "its contacts may have changed")

	changed, _ := ok[wholeCompany](h.call("PATCH", one, object{"name": "Maji Safi", "city": nil}).with("If-Match", wire.ETag(made.Version)), 200)
	require.Equal(t, []string{"Maji Safi", "", "KE"}, []string{changed.Name, changed.City, changed.Country})
	h.call("PATCH", one, object{"name": "Maji"}).with("If-Match", wire.ETag(made.Version)).problem(412, "version-mismatch")
	h.call("PATCH", one, object{"nam": "Maji"}).problem(422, "invalid-company")
	h.call("PATCH", one, object{"name": nil}).problem(422, "invalid-company")
	h.call("POST", "/v1/companies", object{"name": "A", "domains": []string{"gmail.com"}}).problem(422, "invalid-company")
	h.call("POST", "/v1/companies", `["name"]`).problem(422, "invalid-request")
	for field, value := range (object{"name": "MAJI SAFI", "domains": []string{"majisafi.example"}, "identifier": "acc-77"}) {
		p := h.call("POST", "/v1/companies", object{"name": "Other", field: value}).problem(409, "company-taken")
		require.Equal(t, []string{field, made.ID}, []string{p.Field, p.CompanyID})
	}
	other := h.company(object{"name": "Other", "domains": []string{"other.example"}})
	p := h.call("POST", "/v1/companies", object{"name": "other", "domains": []string{"majisafi.example"}}).problem(409, "company-taken")
	require.Equal(t, []string{other.ID, made.ID}, p.CompanyIDs)
	require.Empty(t, p.CompanyID)

	require.Equal(t, 204, h.call("DELETE", one).with("If-Match", wire.ETag(changed.Version)).do().Code)
	h.call("GET", one).problem(404, "not-found")
	h.call("DELETE", one).problem(404, "not-found")
	h.call("PATCH", one, object{"name": "x"}).problem(404, "not-found")
	h.call("GET", "/v1/companies/x").problem(404, "not-found")
}

// TestContactsOfADeletedCompany answer without it at once, and with its new name at once
// when it is renamed: their versions do not say so.
func TestContactsOfADeletedCompany(t *testing.T) {
	h := newHarness(t)
	ada := h.create(object{"name": "Ada", "company": "Maji"})
	one := "/v1/contacts/" + ada.ID
	ok[wholeCompany](h.call("PATCH", "/v1/companies/"+ada.Company.ID, object{"name": "Safi"}), 200)
	w := h.call("GET", one).with("If-None-Match", wire.ETag(ada.Version)).do()
	require.Equal(t, http.StatusOK, w.Code)
	require.Contains(t, w.Body.String(), `"name":"Safi"`)
	require.Len(t, h.found("safi"), 1, "found by its new name")
	require.Empty(t, h.found("maji"))
	require.Equal(t, 204, h.call("DELETE", "/v1/companies/"+ada.Company.ID).do().Code)
	read, _ := ok[contactBody](h.call("GET", one), 200)
	require.Nil(t, read.Company)
	require.Empty(t, h.found("safi"))
	counted, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{
		"filter": object{"combinator": "and", "rules": []object{{"field": "company_id", "operator": "exists"}}},
	}), 200)
	require.Zero(t, counted.Count)
	require.Equal(t, 200, h.call("GET", one+"/history").do().Code)
}

func TestCompaniesAreListedPageByPage(t *testing.T) {
	h := newHarness(t)
	var names []string
	for _, name := range []string{"A", "B", "C", "D", "E"} {
		h.company(object{"name": name})
	}
	cursor, pages := "", 0
	for pages == 0 || cursor != "" {
		list, _ := ok[companyList](h.call("GET", "/v1/companies?limit=2&cursor="+cursor), 200)
		for _, c := range list.Companies {
			names = append(names, c.Name)
		}
		cursor, pages = list.NextCursor, pages+1
	}
	require.Equal(t, []string{"A", "B", "C", "D", "E"}, names)
	h.call("GET", "/v1/companies?cursor=x").problem(422, "invalid-cursor")
	h.call("GET", "/v1/companies?limit=1001").problem(422, "invalid-request")
}

func TestWhoMayChangeCompanies(t *testing.T) {
	h := newHarness(t)
	for scope, want := range map[access.Scope]int{
		access.ScopeAgent: 201, access.ScopeMarketer: 201, access.ScopeAdmin: 201, access.ScopeAI: 403, access.ScopeCampaign: 403,
	} {
		c := h.call("POST", "/v1/companies", object{"name": string(scope)})
		require.Equal(t, want, c.with("Authorization", "Bearer "+h.keys[scope]).do().Code, scope)
	}
	h.call("GET", "/v1/companies").with("Authorization", "Bearer "+h.keys[access.ScopeAI]).do()
}

// someCompanies makes three companies with attributes and contacts.
func (h *harness) someCompanies() (acme, maji, safi wholeCompany) {
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "plan", "type": "list", "options": []string{"free", "paid"}, "entity": "company"}), 201)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "mrr", "type": "number", "entity": "company"}), 201)
	acme = h.company(object{"name": "Acme", "country": "KE", "domains": []string{"acme.example"}, "labels": []string{"VIP", "=1+1"}, "attributes": object{"plan": "paid", "mrr": 120.5}})
	maji = h.company(object{"name": "Maji", "country": "KE", "identifier": "M-1", "attributes": object{"plan": "free", "mrr": 3}})
	safi = h.company(object{"name": "Šafi, Ltd", "country": "UG"})
	for _, c := range [][2]string{{"Ada", "Acme"}, {"Bea", "acme"}, {"Cid", "Maji"}} {
		h.create(object{"name": c[0], "company": c[1], "last_seen_at": "2026-11-20T10:00:00Z"})
	}
	return acme, maji, safi
}

func (h *harness) companiesPassing(rules ...object) (names []string) {
	h.t.Helper()
	found, _ := ok[companySearchBody](h.call("POST", "/v1/companies/search", object{"filter": object{"combinator": "and", "rules": rules}}), 200)
	counted, _ := ok[counted[wholeCompany]](h.call("POST", "/v1/companies/count", object{"filter": object{"combinator": "and", "rules": rules}, "sample": 100}), 200)
	require.Equal(h.t, found.Companies, counted.Sample)
	require.EqualValues(h.t, len(found.Companies), counted.Count)
	for _, c := range found.Companies {
		names = append(names, c.Name)
	}
	return names
}

func TestFiltersOverCompanies(t *testing.T) {
	h := newHarness(t)
	acme, maji, _ := h.someCompanies()
	rule := func(field, operator string, value any) object {
		return object{"field": field, "operator": operator, "value": value}
	}
	for _, c := range []struct {
		rule object
		want []string
	}{
		{rule("name", "contains", "saf"), []string{"Šafi, Ltd"}},
		{rule("id", "eq", maji.ID), []string{"Maji"}},
		{rule("country", "in", []string{"ke"}), []string{"Acme", "Maji"}},
		{rule("domains", "any_of", []string{"ACME.example"}), []string{"Acme"}},
		{rule("domains", "none_of", []string{"acme.example"}), []string{"Maji", "Šafi, Ltd"}},
		{rule("identifier", "eq", "M-1"), []string{"Maji"}},
		{rule("labels", "any_of", []string{"vip"}), []string{"Acme"}},
		{rule("attributes.plan", "ne", "paid"), []string{"Maji", "Šafi, Ltd"}},
		{rule("attributes.mrr", "gt", 100), []string{"Acme"}},
		{rule("contacts_count", "gte", 1), []string{"Acme", "Maji"}},
		{rule("contacts_count", "eq", 0), []string{"Šafi, Ltd"}},
		{rule("last_seen_at", "on", "2026-11-20"), []string{"Acme", "Maji"}},
		{object{"field": "last_seen_at", "operator": "not_exists"}, []string{"Šafi, Ltd"}},
		{object{"field": "created_at", "operator": "exists"}, []string{"Acme", "Maji", "Šafi, Ltd"}},
	} {
		require.Equal(t, c.want, h.companiesPassing(c.rule), c.rule)
	}
	for _, unknown := range []string{"email", "attributes.tier", "company.name", "segment", "type"} {
		h.call("POST", "/v1/companies/count", object{"filter": object{"combinator": "and", "rules": []object{rule(unknown, "eq", "x")}}}).problem(422, "invalid-filter")
	}

	found, _ := ok[companySearchBody](h.call("POST", "/v1/companies/search", object{
		"sort": "-contacts_count,name", "limit": 2, "facets": []any{"country", "attributes.plan", "labels", object{"field": "attributes.mrr", "ranges": []int{100}}},
	}), 200)
	require.Equal(t, []string{"Acme", "Maji"}, []string{found.Companies[0].Name, found.Companies[1].Name})
	require.EqualValues(t, 3, found.Total.Value)
	require.Equal(t, []facetValueBody{{"KE", 2}, {"UG", 1}}, found.Facets["country"].Values)
	require.EqualValues(t, 1, found.Facets["attributes.plan"].Missing)
	require.Len(t, found.Facets["attributes.mrr"].Ranges, 2)
	next, _ := ok[companySearchBody](h.call("POST", "/v1/companies/search", object{"sort": "-contacts_count,name", "limit": 2, "cursor": found.NextCursor}), 200)
	require.Equal(t, "Šafi, Ltd", next.Companies[0].Name)
	h.call("POST", "/v1/companies/search", object{"sort": "name", "cursor": found.NextCursor}).problem(422, "invalid-cursor")
	h.call("POST", "/v1/companies/search", object{"sort": "labels"}).problem(422, "invalid-request")
	h.call("POST", "/v1/companies/search", object{"facets": []string{"email"}}).problem(422, "invalid-request")
	for path, name := range map[string]string{"companies": "email", "contacts": "contacts_count"} {
		p := h.call("POST", "/v1/"+path+"/count", object{"filter": object{"combinator": "and", "rules": []object{rule(name, "exists", nil)}}}).problem(422, "invalid-filter")
		require.Contains(t, p.Errors[0].Detail, map[string]string{"email": "it is a field of contacts", "contacts_count": "did you mean company.contacts_count?"}[name])
	}
	for _, ask := range []object{{"sort": "-plan"}, {"facets": []string{"company.plan"}}} {
		p := h.call("POST", "/v1/companies/search", ask).problem(422, "invalid-request")
		require.Contains(t, p.Errors[0].Detail, "did you mean attributes.plan?")
	}

	list, _ := ok[contactList](h.call("GET", "/v1/companies/"+acme.ID+"/contacts?sort=name"), 200)
	require.Equal(t, []string{"Ada", "Bea"}, []string{list.Contacts[0].Name, list.Contacts[1].Name})
	page, _ := ok[contactList](h.call("GET", "/v1/companies/"+acme.ID+"/contacts?sort=name&limit=1"), 200)
	page, _ = ok[contactList](h.call("GET", "/v1/companies/"+acme.ID+"/contacts?sort=name&limit=1&cursor="+page.NextCursor), 200)
	require.Equal(t, "Bea", page.Contacts[0].Name)
	h.call("GET", "/v1/companies/"+h.create(object{"name": "X"}).ID+"/contacts").problem(404, "not-found")
}

func TestCompaniesInOtherForms(t *testing.T) {
	h := newHarness(t)
	acme, _, safi := h.someCompanies()
	w := h.call("GET", "/v1/companies").with("Accept", "text/csv").do()
	require.Equal(t, 200, w.Code)
	require.Equal(t, "3", w.Header().Get(wire.CountHeader))
	rows, err := csv.NewReader(w.Body).ReadAll()
	require.NoError(t, err)
	require.Equal(t, [][]string{
		{"id", "name", "domains", "identifier", "country", "city", "labels", "created_at", "updated_at", "contacts_count", "last_seen_at", "attributes.plan", "attributes.mrr"},
		{acme.ID, "Acme", "acme.example", "", "KE", "", "VIP;'=1+1", acme.CreatedAt, acme.UpdatedAt, "2", "2026-11-20T10:00:00.000Z", "paid", "120.5"},
	}, rows[:2])
	require.Equal(t, "Šafi, Ltd", rows[3][1])
	w = h.call("GET", "/v1/companies?limit=1&sort=-name").with("Accept", "application/x-ndjson").do()
	var one wholeCompany
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &one))
	require.Equal(t, safi, one)
	require.NotEmpty(t, w.Header().Get(wire.NextCursorHeader))
	for i := range 230 {
		h.company(object{"name": "Company " + strconv.Itoa(i)})
	}
	w = h.call("GET", "/v1/companies").with("Accept", "application/x-ndjson").do()
	require.Equal(t, 233, strings.Count(w.Body.String(), "\n"))
}

// TestCompaniesShowWhatTheyHaveOfTheirContacts in every answer, as it is at that moment, of both
// after a merge; nobody can send it, and no state of the past has it.
func TestCompaniesShowWhatTheyHaveOfTheirContacts(t *testing.T) {
	h := newHarness(t)
	acme, maji, safi := h.someCompanies() // two contacts, one and none
	one := "/v1/companies/" + acme.ID
	type figures struct {
		count    uint64
		lastSeen string
	}
	shown := func(c wholeCompany) figures {
		t.Helper()
		require.NotNil(t, c.Contacts)
		return figures{*c.Contacts, c.LastSeenAt}
	}
	read := func(path string) wholeCompany {
		t.Helper()
		c, _ := ok[wholeCompany](h.call("GET", path), 200)
		return c
	}
	require.Equal(t, figures{2, "2026-11-20T10:00:00.000Z"}, shown(read(one)))
	require.Equal(t, figures{0, ""}, shown(read("/v1/companies/"+safi.ID)))
	h.create(object{"name": "Fay", "company": "Maji", "last_seen_at": "2026-11-21T10:00:00Z"})
	require.Equal(t, figures{2, "2026-11-21T10:00:00.000Z"}, shown(read("/v1/companies/"+maji.ID)))

	list, _ := ok[companyList](h.call("GET", "/v1/companies?sort=-contacts_count,name&limit=2"), 200)
	require.Equal(t, []figures{{2, "2026-11-20T10:00:00.000Z"}, {2, "2026-11-21T10:00:00.000Z"}}, []figures{shown(list.Companies[0]), shown(list.Companies[1])})
	found, _ := ok[companySearchBody](h.call("POST", "/v1/companies/search", object{"sort": "-last_seen_at", "limit": 1}), 200)
	require.Equal(t, figures{2, "2026-11-21T10:00:00.000Z"}, shown(found.Companies[0]))
	counted, _ := ok[counted[wholeCompany]](h.call("POST", "/v1/companies/count", object{"sample": 3}), 200)
	require.Equal(t, figures{0, ""}, shown(counted.Sample[2]))
	box, _ := ok[boxBody](h.call("GET", "/v1/search?q=acme&min_seq="+strconv.FormatUint(found.Seq, 10)), 200)
	require.Equal(t, figures{2, "2026-11-20T10:00:00.000Z"}, shown(box.Companies.Hits[0].Company))
	lines := h.call("GET", "/v1/companies").with("Accept", "application/x-ndjson").do().Body.String()
	require.Contains(t, lines, `"contacts_count":2,"last_seen_at":"2026-11-21T10:00:00.000Z"`)

	changed, _ := ok[wholeCompany](h.call("PATCH", one, object{"city": "Gulu"}), 200)
	require.Equal(t, figures{2, "2026-11-20T10:00:00.000Z"}, shown(changed))
	merged, _ := ok[wholeCompany](h.call("POST", one+"/merge", object{"company_id": maji.ID}), 200)
	require.Equal(t, figures{4, "2026-11-21T10:00:00.000Z"}, shown(merged))
	require.Equal(t, shown(merged), shown(read("/v1/companies/"+maji.ID)))
	then := read(one + "?at=" + acme.UpdatedAt)
	require.Nil(t, then.Contacts)
	require.Empty(t, then.LastSeenAt)
	for _, field := range []string{"contacts_count", "last_seen_at"} {
		p := h.call("PATCH", one, object{field: nil}).problem(422, "invalid-company")
		require.Equal(t, []string{field}, locations(p))
	}
}

// TestContactsByTheirCompanies: every field and attribute of companies serves in filters,
// facets and sorts of contacts, and follows when the company changes.
func TestContactsByTheirCompanies(t *testing.T) {
	h := newHarness(t)
	acme, _, _ := h.someCompanies()
	h.create(object{"name": "Dee"})
	names := func(field, operator string, value any) (names []string) {
		rule := object{"field": field, "operator": operator, "value": value}
		if value == nil {
			delete(rule, "value")
		}
		found, _ := ok[searchBody](h.call("POST", "/v1/contacts/search", object{"filter": object{"combinator": "and", "rules": []object{rule}}, "sort": "name"}), 200)
		for _, hit := range found.Hits {
			names = append(names, hit.Contact.Name)
		}
		return names
	}
	for _, c := range []struct {
		field, operator string
		value           any
		want            []string
	}{
		{"company.country", "eq", "ke", []string{"Ada", "Bea", "Cid"}},
		{"company.domains", "any_of", []string{"ACME.example"}, []string{"Ada", "Bea"}},
		{"company.labels", "none_of", []string{"vip"}, []string{"Cid", "Dee"}},
		{"company.identifier", "eq", "M-1", []string{"Cid"}},
		{"company.id", "eq", acme.ID, []string{"Ada", "Bea"}},
		{"company.attributes.mrr", "lt", 100, []string{"Cid"}},
		{"company.attributes.plan", "ne", "paid", []string{"Cid", "Dee"}},
		{"company.attributes.plan", "not_exists", nil, []string{"Dee"}},
		{"company.created_at", "exists", nil, []string{"Ada", "Bea", "Cid"}},
	} {
		require.Equal(t, c.want, names(c.field, c.operator, c.value), "%s %s", c.field, c.operator)
	}
	for _, unknown := range []string{"company.email", "company.attributes.tier", "company.company.name"} {
		h.call("POST", "/v1/contacts/count", object{"filter": object{"combinator": "and", "rules": []object{{"field": unknown, "operator": "exists"}}}}).problem(422, "invalid-filter")
	}
	h.call("POST", "/v1/contacts/count", object{"filter": object{"combinator": "and", "rules": []object{{"field": "company.country", "operator": "eq", "value": "XX"}}}}).problem(422, "invalid-filter")

	counted, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{"facets": []string{"company.country", "company.attributes.plan"}}), 200)
	require.Equal(t, []facetValueBody{{"KE", 3}}, counted.Facets["company.country"].Values)
	require.EqualValues(t, 1, counted.Facets["company.country"].Missing)
	require.Equal(t, []facetValueBody{{"paid", 2}, {"free", 1}}, counted.Facets["company.attributes.plan"].Values)
	sorted, _ := ok[contactList](h.call("GET", "/v1/contacts?sort=company.attributes.mrr,-name"), 200)
	require.Equal(t, []string{"Cid", "Bea", "Ada", "Dee"}, []string{sorted.Contacts[0].Name, sorted.Contacts[1].Name, sorted.Contacts[2].Name, sorted.Contacts[3].Name})

	ok[wholeCompany](h.call("PATCH", "/v1/companies/"+acme.ID, object{"country": "UG"}), 200)
	require.Equal(t, []string{"Ada", "Bea"}, names("company.country", "eq", "UG"))
	ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "Paying", "filter": object{"combinator": "and", "rules": []object{{"field": "company.attributes.plan", "operator": "eq", "value": "paid"}}}}), 201)
	h.call("DELETE", "/v1/attributes/plan?entity=company").problem(409, "attribute-in-use")
}

// TestFieldsOfCompaniesInProjections chooses fields of the company in lists of members, in
// all their forms.
func TestFieldsOfCompaniesInProjections(t *testing.T) {
	h := newHarness(t)
	acme, _, _ := h.someCompanies()
	h.create(object{"name": "Dee"})
	everyone, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "All"}), 201)
	target := "/v1/segments/" + everyone.ID + "/members?fields=name,company_id,company.country,company.labels,company.attributes.mrr"
	page, _ := ok[struct{ Contacts []map[string]any }](h.call("GET", target), 200)
	require.Equal(t, map[string]any{
		"id": page.Contacts[0]["id"], "name": "Ada",
		"company": map[string]any{"id": acme.ID, "country": "KE", "labels": []any{"VIP", "=1+1"}, "attributes": map[string]any{"mrr": 120.5}},
	}, page.Contacts[0])
	require.Equal(t, map[string]any{"id": page.Contacts[3]["id"], "name": "Dee"}, page.Contacts[3])
	rows, err := csv.NewReader(h.call("GET", target).with("Accept", "text/csv").do().Body).ReadAll()
	require.NoError(t, err)
	require.Equal(t, [][]string{
		{"name", "company_id", "company.country", "company.labels", "company.attributes.mrr"},
		{"Ada", acme.ID, "KE", "VIP;'=1+1", "120.5"},
	}, rows[:2])
	require.Equal(t, []string{"Dee", "", "", "", ""}, rows[4])
	lines := strings.Split(h.call("GET", target).with("Accept", "application/x-ndjson").do().Body.String(), "\n")
	require.Contains(t, lines[0], `"company":{"attributes":{"mrr":120.5},"country":"KE"`)
	for _, unknown := range []string{"company.attributes.tier", "company.company.name"} {
		h.call("GET", "/v1/segments/"+everyone.ID+"/members?fields="+unknown).problem(422, "invalid-request")
	}
}
