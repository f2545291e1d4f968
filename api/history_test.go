package api

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

// TestHistoryOverHTTP reads what a contact has gone through, whole and by field, page by page.
func TestHistoryOverHTTP(t *testing.T) {
	h := newHarness(t)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "mrr", "type": "currency", "currency": "KES"}), 201)
	c := h.create(object{"name": "Ada", "city": "Nairobi"})
	path := "/v1/contacts/" + c.ID
	agent := "Bearer " + h.keys[access.ScopeAgent]
	moved, _ := ok[contactBody](h.call("PATCH", path, object{"city": "Kisumu", "company": "Acme", "attributes": object{"mrr": 12.5}}).with("Authorization", agent), 200)
	blocked, _ := ok[contactBody](h.call("POST", path+"/block"), 200)

	page, _ := ok[historyBody](h.call("GET", path+"/history"), 200)
	require.Len(t, page.Entries, 3)
	require.Empty(t, page.NextCursor)
	require.Equal(t, "block", page.Entries[0].Op)
	require.Equal(t, []fieldChangeBody{{Field: "blocked", Old: false, New: true}}, page.Entries[0].Changes)
	require.Equal(t, historyEntryBody{
		Seq: moved.Version, At: moved.UpdatedAt, Op: "update", Author: authorBody{Source: "agent", Name: "agent"},
		Changes: []fieldChangeBody{
			{Field: "city", Old: "Nairobi", New: "Kisumu"}, {Field: "company_id", New: moved.Company.ID}, {Field: "company.name", New: "Acme"},
			{Field: "attributes.mrr", New: 12.5},
		},
	}, page.Entries[1])
	require.Equal(t, historyEntryBody{Seq: c.Version, At: c.UpdatedAt, Op: "create", Author: authorBody{Source: "api", Name: "admin"}, Changes: []fieldChangeBody{}}, page.Entries[2])

	page, _ = ok[historyBody](h.call("GET", path+"/history?field=attributes.mrr"), 200)
	require.Len(t, page.Entries, 1)
	require.Len(t, page.Entries[0].Changes, 1)
	page, _ = ok[historyBody](h.call("GET", fmt.Sprint(path, "/history?before=", blocked.Version)), 200)
	require.Len(t, page.Entries, 2)
	first, _ := ok[historyBody](h.call("GET", path+"/history?limit=2"), 200)
	require.Len(t, first.Entries, 2)
	rest, _ := ok[historyBody](h.call("GET", path+"/history?limit=2&cursor="+first.NextCursor), 200)
	require.Equal(t, page.Entries[1:], rest.Entries)
	require.Empty(t, rest.NextCursor)

	ok[wire.None](h.call("DELETE", "/v1/attributes/mrr"), 204)
	page, _ = ok[historyBody](h.call("GET", path+"/history"), 200)
	require.Equal(t, fieldChangeBody{Field: "attributes.mrr", New: 12.5, Former: true}, page.Entries[1].Changes[3])

	page, _ = ok[historyBody](h.call("GET", path+"/history?field=attributes.mrr"), 200)
	require.Equal(t, []fieldChangeBody{{Field: "attributes.mrr", New: 12.5, Former: true}}, page.Entries[0].Changes)

	other := h.create(object{"name": "Ben"})
	h.call("GET", "/v1/contacts/"+other.ID+"/history?limit=2&cursor="+first.NextCursor).problem(422, "invalid-cursor")
	h.call("GET", path+"/history?field=city&cursor="+first.NextCursor).problem(422, "invalid-cursor")
	for query, location := range map[string]string{"field=" + marker: "field", "before=0": "before", "limit=0": "limit", "at=x": "query"} {
		require.Equal(t, []string{location}, locations(h.call("GET", path+"/history?"+query).problem(422, "invalid-request")), query)
	}
	for typo, meant := range map[string]string{"emial": "email", "City": "city", "company": "company.name", "segment": "", "updated_at": "created_at", "attributes.mr": "", "attributes.emial": "email"} {
		p := h.call("GET", path+"/history?field="+typo).problem(422, "invalid-request")
		if meant != "" {
			require.Contains(t, p.Errors[0].Detail, "did you mean "+meant+"?", typo)
		}
	}
	ok[wire.None](h.call("DELETE", path), 204)
	for _, target := range []string{"/history", "/history?limit=2&cursor=" + first.NextCursor, "?at=" + c.UpdatedAt, "?include=provenance"} {
		h.call("GET", path+target).problem(404, "not-found")
	}
}

// TestContactsAsOfAMoment asks how contacts were, and where what they have comes from.
func TestContactsAsOfAMoment(t *testing.T) {
	h := newHarness(t)
	made := h.create(object{"name": "Ada", "city": "Nairobi", "company": "Acme"})
	path := "/v1/contacts/" + made.ID
	then := func(id, at string) contactBody {
		body, header := ok[contactBody](h.call("GET", "/v1/contacts/"+id+"?at="+url.QueryEscape(at)), 200)
		require.Empty(t, header.Get("ETag"))
		require.Nil(t, body.Conversations, "nobody knows how many it had")
		none := uint64(0)
		body.Conversations, body.Open = &none, &none
		return body
	}
	later := func() { h.later(2 * time.Millisecond) } // another millisecond
	later()
	moved, _ := ok[contactBody](h.call("PATCH", path, object{"city": "Kisumu", "company": nil}), 200)
	later()
	ben := h.create(object{"name": "Ben", "email": "ben@example.org"})
	later()
	merged, _ := ok[contactBody](h.call("POST", path+"/merge", object{"contact_id": ben.ID}), 200)
	require.Equal(t, made, then(made.ID, made.UpdatedAt), "as of its updated_at it is that state")
	require.Equal(t, moved, then(made.ID, moved.UpdatedAt))
	require.Equal(t, merged, then(made.ID, h.now().Format(time.RFC3339Nano)))
	require.Equal(t, ben, then(ben.ID, ben.UpdatedAt), "the id meant itself then")
	require.Equal(t, merged, then(ben.ID, merged.UpdatedAt))
	history, _ := ok[historyBody](h.call("GET", "/v1/contacts/"+ben.ID+"/history"), 200)
	require.Equal(t, "merge", history.Entries[0].Op)
	require.Equal(t, merged.Version, history.Entries[0].Seq)

	origins, header := ok[contactBody](h.call("GET", path+"?include=provenance"), 200)
	require.Equal(t, fmt.Sprintf("%q", fmt.Sprint(merged.Version)), header.Get("ETag"))
	require.Equal(t, originBody{Source: "merge", Name: "admin", At: merged.UpdatedAt, Seq: merged.Version}, origins.Provenance["email"])
	require.Equal(t, originBody{Source: "api", Name: "admin", At: moved.UpdatedAt, Seq: moved.Version}, origins.Provenance["city"])
	require.Equal(t, made.Version, origins.Provenance["name"].Seq)
	require.NotContains(t, origins.Provenance, "company_id")
	past, _ := ok[contactBody](h.call("GET", path+"?include=provenance&at="+made.UpdatedAt), 200)
	require.Equal(t, made.Version, past.Provenance["city"].Seq)

	later()
	ok[contactBody](h.call("POST", "/v1/merges/"+merged.Absorbed[0].MergeID+"/undo"), 200)
	parted := then(ben.ID, merged.UpdatedAt)
	require.Equal(t, []any{made.ID, []absorbedBody{{ID: ben.ID}}}, []any{parted.ID, parted.Absorbed}, "the id meant the survivor then")
	require.Equal(t, parted, then(made.ID, merged.UpdatedAt))
	h.call("GET", path+"?at=2020-01-01T03:00:00+03:00").problem(404, "not-found")
	for _, query := range []string{"at=" + marker, "at=2026-11-22", "at=", "at=2200-01-01T00:00:00Z", "include=" + marker, "include="} {
		h.call("GET", path+"?"+query).problem(422, "invalid-request")
	}

	// Retention, and who reads how much.
	ok[settingsBody](h.call("PATCH", "/v1/settings", object{"keep_history": "P1D"}), 200)
	h.call("PATCH", "/v1/settings", object{"keep_history": "2 years"}).problem(422, "invalid-settings")
	trim := h.server.attributes.(interface {
		TrimHistory(ctx context.Context) error
	})
	require.NoError(t, trim.TrimHistory(t.Context()))
	h.call("GET", path+"?at=2020-01-01T03:00:00Z").problem(410, "history-expired")
	ok[settingsBody](h.call("PATCH", "/v1/settings", object{"ai_people_per_hour": 1}), 200)
	ai := "Bearer " + h.keys[access.ScopeAI]
	ok[historyBody](h.call("GET", path+"/history").with("Authorization", ai), 200)
	h.call("GET", path+"?at="+made.UpdatedAt).with("Authorization", ai).problem(429, "people-limit")
}

// TestACursorOfAHistoryIsOfOneRecord: when that is merged into another one, the pages of the
// other one begin anew.
func TestACursorOfAHistoryIsOfOneRecord(t *testing.T) {
	h := newHarness(t)
	people := [2]string{h.create(object{"name": "Ada"}).ID, h.create(object{"name": "Bea"}).ID}
	firms := [2]string{h.company(object{"name": "Maji"}).ID, h.company(object{"name": "Moto"}).ID}
	for noun, ids := range map[string][2]string{"contact": people, "company": firms} {
		path := map[string]string{"contact": "/v1/contacts/", "company": "/v1/companies/"}[noun]
		for _, city := range []string{"Nairobi", "Kisumu", "Mombasa"} {
			ok[object](h.call("PATCH", path+ids[0], object{"city": city}), 200)
		}
		page, _ := ok[historyBody](h.call("GET", path+ids[0]+"/history?limit=2"), 200)
		next := path + ids[0] + "/history?limit=2&cursor=" + page.NextCursor
		rest, _ := ok[historyBody](h.call("GET", next), 200)
		require.Len(t, rest.Entries, 2)
		ok[object](h.call("POST", path+ids[1]+"/merge", object{noun + "_id": ids[0]}), 200)
		h.call("GET", next).problem(422, "invalid-cursor")
		whole, _ := ok[historyBody](h.call("GET", path+ids[0]+"/history"), 200)
		require.Equal(t, "merge", whole.Entries[0].Op)
	}
}
