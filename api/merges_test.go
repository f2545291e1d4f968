package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

// found searches for words and returns the hits, with everything written so far.
func (h *harness) found(query string) []hitBody {
	h.t.Helper()
	found, _ := ok[searchBody](h.call("POST", "/v1/contacts/search", object{"query": query, "min_seq": h.store.Head()}), 200)
	return found.Hits
}

func TestMergeAndUndo(t *testing.T) {
	h := newHarness(t)
	ada := h.create(object{"name": "Ada Lovelace", "email": "ada@example.org", "labels": []string{"vip"}})
	king := h.create(object{"name": "Augusta King", "email": "king@example.org", "phone": "+442071234567", "company": "Acme", "labels": []string{"old"}})

	merged, header := ok[contactBody](h.call("POST", "/v1/contacts/"+ada.ID+"/merge", object{"contact_id": king.ID}).with("If-Match", wire.ETag(ada.Version)), 200)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	require.Equal(t, wire.ETag(merged.Version), header.Get("ETag"))
	require.Equal(t, ada.ID, merged.ID)
	require.Equal(t, "+442071234567", merged.Phone)
	require.Equal(t, []string{"vip", "old"}, merged.Labels)
	require.Equal(t, "Acme", merged.Company.Name)
	require.Equal(t, []absorbedBody{{
		ID: king.ID, MergeID: merged.Absorbed[0].MergeID, MergedAt: merged.UpdatedAt,
		Name: "Augusta King", Email: "king@example.org", Phone: "+442071234567",
	}}, merged.Absorbed)
	require.EqualValues(t, 1, h.count())
	again, _ := ok[contactBody](h.call("POST", "/v1/contacts/"+king.ID+"/merge", object{"contact_id": ada.ID}), 200)
	require.Equal(t, merged, again)

	// Its id and its e-mail mean the survivor.
	read, _ := ok[contactBody](h.call("GET", "/v1/contacts/"+king.ID), 200)
	require.Equal(t, merged, read)
	require.Equal(t, ada.ID, h.call("POST", "/v1/contacts", object{"email": "KING@example.org"}).problem(409, "identity-taken").ContactID)
	upserted, _ := ok[contactBody](h.call("POST", "/v1/contacts/upsert", object{"email": "King@example.org", "city": "London"}), 200)
	require.Equal(t, ada.ID, upserted.ID)
	require.Equal(t, "ada@example.org", upserted.Email)
	require.Equal(t, "London", upserted.City)

	hits := h.found("augusta king")
	require.Len(t, hits, 1)
	require.Equal(t, ada.ID, hits[0].Contact.ID)
	require.Equal(t, []highlightBody{{Field: "absorbed[0].name", Way: "exact", Ranges: [][2]int{{0, 12}}}}, hits[0].Highlights)
	suggested, _ := ok[suggestBody](h.call("GET", "/v1/contacts/suggest?q=king@"), 200)
	require.Equal(t, "king@example.org", suggested.Suggestions[0].Highlights[0].Value)

	path := "/v1/merges/" + merged.Absorbed[0].MergeID + "/undo"
	restored, _ := ok[contactBody](h.call("POST", path), 200)
	want := king
	want.UpdatedAt, want.Version = restored.UpdatedAt, restored.Version
	require.Equal(t, want, restored)
	after, _ := ok[contactBody](h.call("GET", "/v1/contacts/"+ada.ID), 200)
	want = ada
	want.City, want.UpdatedAt, want.Version = "London", after.UpdatedAt, after.Version
	require.Equal(t, want, after)
	require.EqualValues(t, 2, h.count())
	h.call("POST", path).problem(404, "not-found")
	require.Equal(t, king.ID, h.found("augusta king")[0].Contact.ID)
}

// TestFiltersMeetASurvivorByWhatItAbsorbed: a suppression list of old addresses keeps
// out who has them now, until the merge is undone.
func TestFiltersMeetASurvivorByWhatItAbsorbed(t *testing.T) {
	h := newHarness(t)
	ada := h.create(object{"name": "Ada", "email": "ada@example.org", "phone": "+442071234567"})
	king := h.create(object{"name": "King", "email": "king@example.org", "phone": "+442071234568", "identifier": "K-1"})
	h.create(object{"name": "Bea", "email": "bea@example.org"})
	merged, _ := ok[contactBody](h.call("POST", "/v1/contacts/"+ada.ID+"/merge", object{"contact_id": king.ID}), 200)
	count := func(field, operator string, value any) uint64 {
		body, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{
			"filter": object{"combinator": "and", "rules": []object{{"field": field, "operator": operator, "value": value}}},
		}), 200)
		return body.Count
	}
	require.EqualValues(t, 1, count("email", "not_in", []string{"King@example.org"}), "Bea alone")
	require.EqualValues(t, 1, count("phone", "eq", "+44 20 7123 4568"))
	require.EqualValues(t, 1, count("id", "in", []string{king.ID}))
	require.EqualValues(t, 2, count("email", "not_starts_with", "king")+count("identifier", "eq", "K-1"))

	ok[contactBody](h.call("POST", "/v1/merges/"+merged.Absorbed[0].MergeID+"/undo"), 200)
	require.EqualValues(t, 2, count("email", "not_in", []string{"king@example.org"}), "Ada and Bea")
	require.EqualValues(t, 1, count("email", "starts_with", "king"))
}

func TestMergesAreUndoneFromTheNewest(t *testing.T) {
	h := newHarness(t)
	a, b, c := h.create(object{"name": "A"}), h.create(object{"name": "B"}), h.create(object{"name": "C"})
	merge := func(into, other contactBody) []absorbedBody {
		merged, _ := ok[contactBody](h.call("POST", "/v1/contacts/"+into.ID+"/merge", object{"contact_id": other.ID}), 200)
		return merged.Absorbed
	}
	first := merge(b, c)[0]
	all := merge(a, b)
	require.Equal(t, []string{c.ID, b.ID}, []string{all[0].ID, all[1].ID})
	p := h.call("POST", "/v1/merges/"+first.MergeID+"/undo").problem(409, "later-merge")
	require.Equal(t, all[1].MergeID, p.MergeID)

	ok[wire.None](h.call("DELETE", "/v1/contacts/"+c.ID), 204)
	for _, gone := range []contactBody{a, b, c} {
		h.call("GET", "/v1/contacts/"+gone.ID).problem(404, "not-found")
	}
	h.call("POST", "/v1/merges/"+first.MergeID+"/undo").problem(404, "not-found")
}

func TestMergeOnce(t *testing.T) {
	h := newHarness(t)
	a, b := h.create(object{"name": "A"}), h.create(object{"name": "B"})
	merge := func() (contactBody, http.Header) {
		return ok[contactBody](h.call("POST", "/v1/contacts/"+a.ID+"/merge", object{"contact_id": b.ID}).with("Idempotency-Key", "m"), 200)
	}
	first, _ := merge()
	undo := func() (contactBody, http.Header) {
		return ok[contactBody](h.call("POST", "/v1/merges/"+first.Absorbed[0].MergeID+"/undo").with("Idempotency-Key", "u"), 200)
	}
	undone, _ := undo()
	again, header := undo()
	require.Equal(t, undone, again)
	require.Equal(t, "true", header.Get(wire.ReplayedHeader))
	repeated, header := merge()
	require.Equal(t, "true", header.Get(wire.ReplayedHeader))
	require.Empty(t, repeated.Absorbed, "it answers with what is now, and does not merge again")
	c := h.create(object{"name": "C"})
	h.call("POST", "/v1/contacts/"+a.ID+"/merge", object{"contact_id": c.ID}).with("Idempotency-Key", "m").problem(422, "idempotency-key-reused")
	h.call("POST", "/v1/contacts/"+a.ID+"/merge", object{"contact_id": a.ID}).with("Idempotency-Key", "m").problem(422, "invalid-merge")
}

func TestMergeRefused(t *testing.T) {
	h := newHarness(t)
	a := h.create(object{"name": "A"})
	path := "/v1/contacts/" + a.ID + "/merge"
	for name, body := range map[string]any{
		"itself": object{"contact_id": a.ID}, "nobody": object{"contact_id": "01a205a1-9fd6-73bc-b98a-cee81f707591"},
	} {
		require.Equal(t, []string{"contact_id"}, locations(h.call("POST", path, body).problem(422, "invalid-merge")), name)
	}
	for name, body := range map[string]any{
		"missing": object{}, "no id": object{"contact_id": marker}, "null": object{"contact_id": nil}, "number": object{"contact_id": 7},
	} {
		require.Equal(t, []string{"contact_id"}, locations(h.call("POST", path, body).problem(422, "invalid-request")), name)
	}
	for _, scope := range []access.Scope{access.ScopeMarketer, access.ScopeAI, access.ScopeCampaign} {
		p := h.call("POST", path, object{"contact_id": a.ID}).with("Authorization", "Bearer "+h.keys[scope]).problem(403, "forbidden")
		require.Equal(t, "This needs a key of the scope agent or admin. The key has the scope "+string(scope)+".", p.Detail)
	}
	h.call("POST", path, object{"contact_id": a.ID, "more": 1}).problem(422, "invalid-request")
	h.call("POST", strings.Replace(path, a.ID, "x", 1), object{"contact_id": a.ID}).problem(404, "not-found")
	b := h.create(object{"name": "B"})
	h.call("POST", path, object{"contact_id": b.ID}).with("If-Match", wire.ETag(b.Version)).problem(412, "version-mismatch")
	h.call("POST", "/v1/merges/"+a.ID+"/undo").problem(404, "not-found")
	require.EqualValues(t, 2, h.count())
}

func TestBlock(t *testing.T) {
	h := newHarness(t)
	a := h.create(object{"name": "Mary Sands", "email": "mary@example.org"})
	h.create(object{"name": "Mary Stone"})
	path := "/v1/contacts/" + a.ID + "/block"
	blocked, header := ok[contactBody](h.call("POST", path).with("If-Match", wire.ETag(a.Version)), 200)
	require.True(t, blocked.Blocked)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	h.call("POST", path).with("If-Match", wire.ETag(a.Version)).problem(412, "version-mismatch")
	again, _ := ok[contactBody](h.call("POST", path), 200)
	require.Equal(t, blocked, again)

	hits := h.found("mary")
	require.Len(t, hits, 2, "nobody is hidden")
	for _, hit := range hits {
		require.Equal(t, hit.Contact.ID == a.ID, hit.Contact.Blocked)
	}
	suggested, _ := ok[suggestBody](h.call("GET", "/v1/contacts/suggest?q=mary+sands"), 200)
	require.True(t, suggested.Suggestions[0].Blocked)
	counted, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{
		"filter": object{"combinator": "and", "rules": []object{{"field": "blocked", "operator": "eq", "value": true}}}, "facets": []string{"blocked"},
	}), 200)
	require.EqualValues(t, 1, counted.Count)
	require.Equal(t, true, counted.Facets["blocked"].Values[0].Value)
	p := h.call("PATCH", "/v1/contacts/"+a.ID, object{"blocked": false}).problem(422, "invalid-contact")
	require.Equal(t, []string{"blocked"}, locations(p))

	open, _ := ok[contactBody](h.call("DELETE", path), 200)
	require.False(t, open.Blocked)
	for _, scope := range []access.Scope{access.ScopeMarketer, access.ScopeAI, access.ScopeCampaign} {
		h.call("POST", path).with("Authorization", "Bearer "+h.keys[scope]).problem(403, "forbidden")
	}
	ok[contactBody](h.call("POST", path).with("Authorization", "Bearer "+h.keys[access.ScopeAgent]), 200)
}
