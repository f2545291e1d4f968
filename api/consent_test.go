package api

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

// reached are the channels on which a contact is written to.
func (h *harness) reached(id string) []string {
	h.t.Helper()
	c, _ := ok[contactBody](h.call("GET", "/v1/contacts/"+id), 200)
	return c.Reachable
}

func TestConsentOfAContact(t *testing.T) {
	h := newHarness(t)
	c := h.create(object{"name": "Kim", "email": "Kim@firma.example"})
	path := "/v1/contacts/" + c.ID + "/consent"
	list, header := ok[consentsBody](h.call("GET", path).with("Authorization", "Bearer "+h.keys[access.ScopeCampaign]), 200)
	require.Len(t, list.Consent, 14)
	require.Equal(t, consentBody{Channel: "email", Status: "unknown"}, list.Consent[1])
	etag := header.Get("ETag")

	agent := func(call *call) *call { return call.with("Authorization", "Bearer "+h.keys[access.ScopeAgent]) }
	for _, scope := range []access.Scope{access.ScopeAI, access.ScopeMarketer, access.ScopeCampaign} {
		h.call("PUT", path+"/email", object{"status": "subscribed"}).with("Authorization", "Bearer "+h.keys[scope]).problem(403, "forbidden")
	}
	put := func() *call {
		return agent(h.call("PUT", path+"/email", object{"status": "unsubscribed", "proof": "link in a mail", "at": "2026-01-02T03:04:05Z"})).with("If-Match", etag).with("Idempotency-Key", "p")
	}
	said, header := ok[consentBody](put(), 200)
	require.Equal(t, []string{"email", "unsubscribed", "agent", "2026-01-02T03:04:05.000Z", "link in a mail"}, []string{said.Channel, said.Status, said.Source, said.At, said.Proof})
	require.NotEqual(t, etag, header.Get("ETag"))
	_, header = ok[consentBody](put(), 200)
	require.Equal(t, "true", header.Get(wire.ReplayedHeader))
	agent(h.call("PUT", path+"/email", object{"status": "unknown"})).with("If-Match", etag).problem(412, "version-mismatch")
	h.call("PUT", path+"/fax", object{"status": "unknown"}).problem(422, "invalid-request")
	p := h.call("PUT", path+"/fax", object{"status": "maybe", "proof": "a\nb", "at": "2999-01-01T00:00:00Z", "why": "x"}).problem(422, "invalid-request")
	require.ElementsMatch(t, []string{"channel", "status", "proof", "at", "body"}, locations(p))
	h.call("PUT", path+"/sms", object{"status": "maybe", "at": "2999-01-01T00:00:00Z"}).problem(422, "invalid-request")
	require.Empty(t, h.reached(c.ID))

	read, _ := ok[contactBody](h.call("PATCH", "/v1/contacts/"+c.ID, object{"consent": object{"sms": "subscribed"}}), 200)
	require.Equal(t, map[string]string{"email": "unsubscribed", "sms": "subscribed"}, read.Consent)
	h.call("PATCH", "/v1/contacts/"+c.ID, object{"consent": object{"sms": nil}}).with("Authorization", "Bearer "+h.keys[access.ScopeAI]).problem(422, "invalid-contact")

	line, _ := ok[timelineBody](h.call("GET", "/v1/contacts/"+c.ID+"/timeline?kinds=consent"), 200)
	require.Len(t, line.Entries, 2)
	require.Equal(t, entryConsent{Channel: "sms", Status: "subscribed"}, *line.Entries[0].Consent)
	require.Equal(t, entryConsent{Channel: "email", Status: "unsubscribed", Proof: "link in a mail"}, *line.Entries[1].Consent)
	require.Equal(t, "agent", line.Entries[1].Author.Source)
	line, _ = ok[timelineBody](h.call("GET", "/v1/contacts/"+c.ID+"/timeline?kinds=changed"), 200)
	require.Empty(t, line.Entries)

	other := h.create(object{"name": "Silent"})
	for status, want := range map[string]uint64{"unsubscribed": 1, "unknown": 1, "subscribed": 0} {
		counted, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{
			"filter": object{"combinator": "and", "rules": []object{{"field": "consent.email", "operator": "eq", "value": status}}}, "facets": []string{"consent.email", "reachable"},
		}), 200)
		require.Equal(t, want, counted.Count, status)
	}
	h.call("GET", "/v1/contacts/"+other.ID+"/consent").answered(200)
	h.call("GET", "/v1/contacts/01935f6e-0000-7000-8000-000000000000/consent").problem(404, "not-found")
}

// Whoever may not set a consent says the first word and a stricter one, and takes nobody's no back.
func TestMarketersSubscribeNobodyAgain(t *testing.T) {
	h := newHarness(t)
	as := func(scope access.Scope, call *call) *call { return call.with("Authorization", "Bearer "+h.keys[scope]) }
	draft := func(status any) object {
		return object{"email": "kim@firma.example", "consent": object{"email": status}}
	}
	c, _ := ok[contactBody](as(access.ScopeMarketer, h.call("POST", "/v1/contacts", draft("subscribed"))), 201)
	path := "/v1/contacts/" + c.ID
	for _, status := range []any{nil, "subscribed", "unsubscribed"} {
		as(access.ScopeMarketer, h.call("PATCH", path, draft(status))).answered(200)
	}

	again := []*call{
		h.call("PATCH", path, draft("subscribed")), h.call("PATCH", path, draft("unknown")), h.call("PATCH", path, draft(nil)),
		h.call("PATCH", path, object{"consent": nil}), h.call("POST", "/v1/contacts/upsert", draft("subscribed")),
	}
	for _, call := range again {
		p := as(access.ScopeMarketer, call).problem(422, "invalid-contact")
		require.Len(t, p.Errors, 1)
		require.Equal(t, "consent.email", p.Errors[0].Location)
		require.Contains(t, p.Errors[0].Detail, "an agent or an administrator")
	}
	done, _ := ok[batchBody](as(access.ScopeMarketer, h.call("POST", "/v1/contacts/batch", object{"contacts": []object{
		draft("subscribed"), {"name": "Ann", "consent": object{"sms": "subscribed"}}, draft("unsubscribed"),
	}})), 200)
	require.Equal(t, []string{"failed", "created", "unchanged"}, []string{done.Results[0].Result, done.Results[1].Result, done.Results[2].Result})
	require.Equal(t, "consent.email", done.Results[0].Error.Errors[0].Location)
	read, _ := ok[contactBody](h.call("GET", path), 200)
	require.Equal(t, map[string]string{"email": "unsubscribed"}, read.Consent)

	for _, scope := range []access.Scope{access.ScopeAgent, access.ScopeAdmin} {
		for _, status := range []string{"unsubscribed", "subscribed"} {
			as(scope, h.call("PATCH", path, draft(status))).answered(200)
		}
	}
}

// Who may set a consent may also do so in a draft.
func TestWhoSetsConsents(t *testing.T) {
	for _, scope := range access.Scopes {
		require.Equal(t, slices.Contains(routeScopes()["PUT /v1/contacts/:id/consent/:channel"], scope), scope.SetsConsents(), scope)
	}
}

func TestSuppressions(t *testing.T) {
	h := newHarness(t)
	c := h.create(object{"name": "Kim", "email": "Kim@firma.example", "phone": "+254722000111"})
	campaign := func(call *call) *call { return call.with("Authorization", "Bearer "+h.keys[access.ScopeCampaign]) }
	for _, scope := range []access.Scope{access.ScopeAI, access.ScopeAgent} {
		h.call("POST", "/v1/suppressions/batch", object{"suppressions": []object{{}}}).with("Authorization", "Bearer "+h.keys[scope]).problem(403, "forbidden")
	}
	batch := object{"suppressions": []any{
		object{"channel": "email", "value": "kim@firma.example", "reason": "bounce", "at": "2026-01-02T03:04:05Z"}, "no object",
		object{"channel": "fax", "value": "1", "reason": "bounce"}, object{"channel": "sms", "contact_id": c.ID, "reason": "complaint"},
	}}
	done, header := ok[suppressedBatch](campaign(h.call("POST", "/v1/suppressions/batch", batch)), 200)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	var results []string
	for _, r := range done.Results {
		results = append(results, r.Result)
	}
	require.Equal(t, []string{"created", "failed", "failed", "created"}, results)
	require.Equal(t, "channel", done.Results[2].Error.Errors[0].Location)
	require.Equal(t, []string{"voice", "whatsapp"}, h.reached(c.ID))
	for _, wrong := range []object{{"suppressions": []any{}}, {"suppressions": []any{}, "more": 1}, {}} {
		h.call("POST", "/v1/suppressions/batch", wrong).problem(422, "invalid-request")
	}

	found, _ := ok[suppressionsBody](h.call("GET", "/v1/suppressions?channel=email&value=KIM@firma.example"), 200)
	require.Equal(t, suppressionsBody{Suppressed: true, Suppressions: []suppressionBody{{
		Channel: "email", Reason: "bounce", At: "2026-01-02T03:04:05.000Z", Author: authorBody{Source: "api", Name: "campaign"},
	}}}, found)
	found, _ = ok[suppressionsBody](h.call("GET", "/v1/suppressions?channel=sms&value=+254722000111"), 200)
	require.True(t, found.Suppressed)
	found, _ = ok[suppressionsBody](h.call("GET", "/v1/suppressions?channel=line&value=x"), 200)
	require.Equal(t, suppressionsBody{Suppressions: []suppressionBody{}}, found)
	h.call("GET", "/v1/suppressions?channel=email&value="+marker).problem(422, "invalid-request")

	campaign(h.call("DELETE", "/v1/suppressions?channel=email&value=kim@firma.example")).answered(204)
	campaign(h.call("DELETE", "/v1/suppressions?channel=email&value=kim@firma.example")).problem(404, "not-found")
	require.Equal(t, []string{"email", "voice", "whatsapp"}, h.reached(c.ID))
}
