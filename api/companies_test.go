package api

import (
	"net/http"
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
		Labels: []string{"vip"}, Attributes: map[string]any{}, CreatedAt: "2020-01-02T03:04:05.000Z", UpdatedAt: made.UpdatedAt, Version: made.Version,
	}, made)
	one := "/v1/companies/" + made.ID
	require.Equal(t, one, header.Get("Location"))
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	read, header := ok[wholeCompany](h.call("GET", one), 200)
	require.Equal(t, made, read)
	require.Equal(t, wire.ETag(made.Version), header.Get("ETag"))
	require.Equal(t, 304, h.call("GET", one).with("If-None-Match", wire.ETag(made.Version)).do().Code)

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
