package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

// object is a JSON object.
type object = map[string]any

// create makes a contact and returns it.
func (h *harness) create(body object) contactBody {
	h.t.Helper()
	created, _ := ok[contactBody](h.call("POST", "/v1/contacts", body), 201)
	return created
}

// count is how many contacts there are.
func (h *harness) count() uint64 {
	h.t.Helper()
	counted, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{}), 200)
	return counted.Count
}

func TestContactFromCreationToDeletion(t *testing.T) {
	h := newHarness(t)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "mrr", "type": "currency", "currency": "KES"}), 201)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "renewal", "type": "date"}), 201)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "vip", "type": "checkbox"}), 201)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "pets", "type": "list", "options": []string{"cat", "dog"}, "multiple": true}), 201)

	w := h.call("POST", "/v1/contacts", `{"first_name":"Amina","last_name":"Yusuf","email":"Amina@Example.org","phone":"+254712345678",
		"identifier":"c-1","country":"ke","city":"Nairobi","company":"Maji Safi","labels":["vip","VIP"],"channels":["whatsapp","email"],
		"attributes":{"mrr":"120.50","renewal":"2027-01-31","pets":["dog"]},"last_seen_at":"2026-11-20T10:00:00+03:00"}`).do()
	require.Equal(t, 201, w.Code, w.Body.String())
	var created contactBody
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &created))
	require.Equal(t, "/v1/contacts/"+created.ID, w.Header().Get("Location"))
	require.Equal(t, w.Header().Get("Kundi-Seq"), strings.Trim(w.Header().Get("ETag"), `"`))
	require.Equal(t, strconv.FormatUint(created.Version, 10), w.Header().Get("Kundi-Seq"))
	require.Equal(t, "lead", created.Type)
	require.Equal(t, "Amina Yusuf", created.Name)
	require.Equal(t, "KE", created.Country)
	require.Equal(t, "Maji Safi", created.Company.Name)
	require.Equal(t, []string{"vip"}, created.Labels)
	require.Equal(t, []string{"email", "whatsapp"}, created.Channels)
	require.Equal(t, "2026-11-20T07:00:00.000Z", created.LastSeenAt)
	require.Contains(t, w.Body.String(), `"attributes":{"mrr":120.5,"pets":["dog"],"renewal":"2027-01-31","vip":false}`)

	path := "/v1/contacts/" + created.ID
	read, header := ok[contactBody](h.call("GET", path), 200)
	require.Equal(t, created, read)
	etag := header.Get("ETag")
	require.Equal(t, 304, h.call("GET", path).with("If-None-Match", etag).do().Code)

	patched, header := ok[contactBody](h.call("PATCH", path, `{"city":null,"attributes":{"mrr":null,"vip":true},"labels":[]}`).
		with("If-Match", etag).with("Content-Type", wire.MergePatchMedia), 200)
	require.NotEqual(t, etag, header.Get("ETag"))
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	require.Empty(t, patched.City)
	require.Equal(t, []string{}, patched.Labels)
	require.Equal(t, object{"vip": true, "renewal": "2027-01-31", "pets": []any{"dog"}}, patched.Attributes)

	mismatch := h.call("PATCH", path, object{"city": "Kisumu"}).with("If-Match", etag).problem(412, "version-mismatch")
	require.Equal(t, &patched.Version, mismatch.Version)
	require.Equal(t, fmt.Sprintf("It has version %d now. Version %d was named. Read it again before you change it.", patched.Version, read.Version), mismatch.Detail)
	h.call("DELETE", path).with("If-Match", etag).problem(412, "version-mismatch")
	mismatch = h.call("DELETE", path).with("If-Match", `"abc"`).problem(412, "version-mismatch")
	require.Equal(t, fmt.Sprintf("It has version %d now. The version that was named is none that a record can have. Read it again before you change it.", patched.Version), mismatch.Detail)
	require.Equal(t, []string{"If-Match"}, locations(h.call("DELETE", path).with("If-Match", "abc").problem(422, "invalid-header")))
	again, sameHeader := ok[contactBody](h.call("GET", path), 200)
	require.Equal(t, patched, again)

	_, header = ok[wire.None](h.call("DELETE", path).with("If-Match", sameHeader.Get("ETag")), 204)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	for _, method := range []string{"GET", "DELETE"} {
		h.call(method, path).problem(404, "not-found")
	}
	h.call("PATCH", path, object{"city": "Kisumu"}).problem(404, "not-found")
	require.Zero(t, h.count())
}

func TestContactsWithoutValuesHaveArraysAndAttributes(t *testing.T) {
	h := newHarness(t)
	w := h.call("POST", "/v1/contacts", object{"name": "Only a name"}).do()
	require.Equal(t, 201, w.Code)
	var raw object
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &raw))
	var names []string
	for name := range raw {
		names = append(names, name)
	}
	require.ElementsMatch(t, []string{"id", "type", "name", "emails", "phones", "identities", "labels", "channels", "reachable", "attributes", "created_at", "updated_at", "version", "conversations_count", "open_conversations"}, names)
	require.Equal(t, "visitor", raw["type"])
}

func TestTakenIdentitiesNameTheOther(t *testing.T) {
	h := newHarness(t)
	one := h.create(object{"email": "a@example.org"})
	two := h.create(object{"phone": "+254712345678"})
	p := h.call("POST", "/v1/contacts", object{"email": "A@Example.org", "name": marker}).problem(409, "identity-taken")
	require.Equal(t, "email", p.Field)
	require.Equal(t, one.ID, p.ContactID)
	p = h.call("PATCH", "/v1/contacts/"+two.ID, object{"email": "a@example.org"}).problem(409, "identity-taken")
	require.Equal(t, one.ID, p.ContactID)
	p = h.call("POST", "/v1/contacts/upsert", object{"email": "a@example.org", "phone": "+254712345678"}).problem(409, "identity-taken")
	require.ElementsMatch(t, []string{one.ID, two.ID}, p.ContactIDs)
	require.EqualValues(t, 2, h.count())
}

func TestUpsert(t *testing.T) {
	h := newHarness(t)
	made, header := ok[contactBody](h.call("POST", "/v1/contacts/upsert", object{"email": "a@example.org"}), 201)
	require.NotEmpty(t, header.Get("Location"))
	changed, header := ok[contactBody](h.call("POST", "/v1/contacts/upsert", object{"email": "A@example.org", "city": "Kisumu"}), 200)
	require.Empty(t, header.Get("Location"))
	require.Equal(t, made.ID, changed.ID)
	require.Equal(t, "Kisumu", changed.City)
	same, header := ok[contactBody](h.call("POST", "/v1/contacts/upsert", object{"email": "A@example.org", "city": "Kisumu"}), 200)
	require.Equal(t, changed, same)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
}

func TestBatch(t *testing.T) {
	h := newHarness(t)
	one := h.create(object{"email": "a@example.org"})
	two := h.create(object{"identifier": "b"})
	v, header := ok[batchBody](h.call("POST", "/v1/contacts/batch", object{"contacts": []any{
		object{"email": "new@example.org"},
		object{"email": "a@example.org", "city": "Kisumu"},
		object{"email": marker},
		object{"email": "a@example.org", "identifier": "b"},
		object{marker: 1, "name": "x"},
		marker,
		object{"email": "A@EXAMPLE.ORG"},
	}}), 200)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	statuses, words := []int{}, []string{}
	for _, r := range v.Results {
		statuses, words = append(statuses, r.Status), append(words, r.Result)
		require.Equal(t, r.Error == nil, r.ID != "")
		if r.Error != nil {
			require.Equal(t, r.Status, r.Error.Status)
		}
	}
	require.Equal(t, []int{201, 200, 422, 409, 422, 422, 200}, statuses)
	require.Equal(t, []string{"created", "updated", "failed", "failed", "failed", "failed", "updated"}, words)
	require.Equal(t, []string{"email"}, locations(*v.Results[2].Error))
	require.ElementsMatch(t, []string{one.ID, two.ID}, v.Results[3].Error.ContactIDs)
	require.EqualValues(t, 3, h.count())

	many := make([]object, 1001)
	for i := range many {
		many[i] = object{"identifier": fmt.Sprint(i)}
	}
	for _, contacts := range []any{nil, []object{}, many, "x", object{}} {
		require.Equal(t, []string{"contacts"}, locations(h.call("POST", "/v1/contacts/batch", object{"contacts": contacts}).problem(422, "invalid-request")))
	}
	require.EqualValues(t, 3, h.count())
	v, _ = ok[batchBody](h.call("POST", "/v1/contacts/batch", object{"contacts": many[:1000]}), 200)
	require.Len(t, v.Results, 1000)
	require.EqualValues(t, 1003, h.count())
	v, _ = ok[batchBody](h.call("POST", "/v1/contacts/batch", object{"contacts": []any{1, nil}}), 200)
	require.Equal(t, 422, v.Results[1].Status)
}

func TestIdempotencyKeys(t *testing.T) {
	h := newHarness(t)
	body := object{"email": "a@example.org"}
	first, header := ok[contactBody](h.call("POST", "/v1/contacts", body).with("Idempotency-Key", "k1"), 201)
	require.Empty(t, header.Get("Idempotency-Replayed"))
	again, replay := ok[contactBody](h.call("POST", "/v1/contacts", body).with("Idempotency-Key", "k1"), 201)
	require.Equal(t, "true", replay.Get("Idempotency-Replayed"))
	require.Equal(t, first, again)
	require.Equal(t, header.Get("Kundi-Seq"), replay.Get("Kundi-Seq"))
	require.Equal(t, header.Get("Location"), replay.Get("Location"))

	// Bound to the body, the operation and the key of the caller.
	h.call("POST", "/v1/contacts", object{"email": "b@example.org"}).with("Idempotency-Key", "k1").problem(422, "idempotency-key-reused")
	h.call("POST", "/v1/contacts/upsert", body).with("Idempotency-Key", "k1").problem(422, "idempotency-key-reused")
	other := "Bearer " + h.keys[access.ScopeAgent]
	h.call("POST", "/v1/contacts", body).with("Idempotency-Key", "k1").with("Authorization", other).problem(409, "identity-taken")

	batch := object{"contacts": []object{{"name": "x"}, {"name": ""}}}
	ran, header := ok[batchBody](h.call("POST", "/v1/contacts/batch", batch).with("Idempotency-Key", "k2"), 200)
	reran, replay := ok[batchBody](h.call("POST", "/v1/contacts/batch", batch).with("Idempotency-Key", "k2"), 200)
	require.Equal(t, ran, reran)
	require.Equal(t, "true", replay.Get("Idempotency-Replayed"))
	require.Equal(t, header.Get("Kundi-Seq"), replay.Get("Kundi-Seq"))
	require.EqualValues(t, 2, h.count())

	for _, key := range []string{"", " ", "a b", "é", "a\tb", strings.Repeat("k", 256)} {
		p := h.call("POST", "/v1/contacts", object{"name": "x"}).with("Idempotency-Key", key).problem(422, "invalid-header")
		require.Equal(t, []string{"Idempotency-Key"}, locations(p))
	}
	ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "x"}).with("Idempotency-Key", strings.Repeat("k", 255)), 201)

	ok[wire.None](h.call("DELETE", "/v1/contacts/"+first.ID), 204)
	p := h.call("POST", "/v1/contacts", body).with("Idempotency-Key", "k1").problem(410, "deleted-since")
	require.Equal(t, first.ID, p.ContactID)
}

func TestBadContactsChangeNothingAndAreNotRepeated(t *testing.T) {
	h := newHarness(t)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "score", "type": "number", "max": 10}), 201)
	c := h.create(object{"name": "Amina", "email": "a@example.org"})
	head := h.store.Head()
	for body, want := range map[string]struct {
		status   int
		slug     string
		location string
	}{
		`{"email":"` + marker + `"}`:                                       {422, "invalid-contact", "email"},
		`{"phone":"` + marker + `"}`:                                       {422, "invalid-contact", "phone"},
		`{"phone":"123"}`:                                                  {422, "invalid-contact", "phone"},
		`{"country":"` + marker + `"}`:                                     {422, "invalid-contact", "country"},
		`{"name":"` + marker + `\u0007"}`:                                  {422, "invalid-contact", "name"},
		`{"name":["` + marker + `"]}`:                                      {422, "invalid-contact", "name"},
		`{"name":"` + strings.Repeat("x", 501) + `"}`:                      {422, "invalid-contact", "name"},
		`{"` + marker + `":1,"name":"x"}`:                                  {422, "invalid-contact", "body"},
		`{"id":"` + marker + `","name":"x"}`:                               {422, "invalid-contact", "id"},
		`{"updated_at":"2026-01-01T00:00:00Z","name":"x"}`:                 {422, "invalid-contact", "updated_at"},
		`{"attributes":{"` + marker + `":1},"name":"x"}`:                   {422, "invalid-contact", "attributes"},
		`{"attributes":{"score":"` + marker + `"},"name":"x"}`:             {422, "invalid-contact", "attributes.score"},
		`{"attributes":{"score":11},"name":"x"}`:                           {422, "invalid-contact", "attributes.score"},
		`{"attributes":{"score":1234567890.1234567},"name":"x"}`:           {422, "invalid-contact", "attributes.score"},
		`{"channels":["` + marker + `"],"name":"x"}`:                       {422, "invalid-contact", "channels[0]"},
		`{"name":"x","attributes":{"score":1,"score":2}}`:                  {400, "malformed-json", "body"},
		`{"name":"` + marker + `"`:                                         {400, "malformed-json", "body"},
		"{\"name\":\"" + marker + "\xff\"}":                                {400, "malformed-json", "body"},
		`[{"name":"` + marker + `"}]`:                                      {422, "invalid-request", "body"},
		`null`:                                                             {422, "invalid-request", "body"},
		`{"name":"` + marker + strings.Repeat("x", wire.MaxBody) + `"}`:    {413, "body-too-large", "body"},
		`{"name":"x","attributes":` + strings.Repeat(`{"a":`, 1000) + `1}`: {400, "malformed-json", "body"},
	} {
		for _, target := range []string{"POST /v1/contacts", "POST /v1/contacts/upsert", "PATCH /v1/contacts/" + c.ID} {
			method, path, _ := strings.Cut(target, " ")
			if method == "PATCH" && want.location == "updated_at" {
				continue
			}
			p := h.call(method, path, body).problem(want.status, want.slug)
			require.Contains(t, locations(p), want.location, "%s %.60s", target, body)
		}
	}
	p := h.call("POST", "/v1/contacts", object{}).problem(422, "invalid-contact")
	require.Contains(t, locations(p), "name")
	h.call("PATCH", "/v1/contacts/"+c.ID, object{"name": nil, "email": nil}).problem(422, "invalid-contact")
	require.Equal(t, head, h.store.Head(), "something was written")
	bare := strings.ReplaceAll(c.ID, "-", "")
	for _, id := range []string{"x", "0", c.ID[:35], c.ID + "0", "%00", marker, bare, "urn:uuid:" + c.ID, "{" + c.ID + "}"} {
		h.call("GET", "/v1/contacts/"+id).problem(404, "not-found")
	}
}

func TestAttributes(t *testing.T) {
	h := newHarness(t)
	made, header := ok[attributeBody](h.call("POST", "/v1/attributes", `{"entity":"contact","key":"tier","label":"Tier","type":"list","options":["gold","silver"]}`).
		with("Idempotency-Key", "k"), 201)
	require.Equal(t, "/v1/attributes/tier", header.Get("Location"))
	require.Equal(t, "contact", made.Entity)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	ok[attributeBody](h.call("POST", "/v1/attributes", `{"entity":"contact","key":"tier","label":"Tier","type":"list","options":["gold","silver"]}`).
		with("Idempotency-Key", "k"), 201)
	h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text"}).problem(409, "attribute-taken")
	p := h.call("POST", "/v1/attributes", object{"key": "email", "type": marker, marker: 1}).problem(422, "invalid-attribute")
	require.ElementsMatch(t, []string{"key", "type", "body"}, locations(p))

	read, header := ok[attributeBody](h.call("GET", "/v1/attributes/tier"), 200)
	require.Equal(t, made, read)
	etag := header.Get("ETag")
	changed, header := ok[attributeBody](h.call("PATCH", "/v1/attributes/tier", object{"label": "Level"}).with("If-Match", etag), 200)
	require.Equal(t, "Level", changed.Label)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	h.call("PATCH", "/v1/attributes/tier", object{"label": "Other"}).with("If-Match", etag).problem(412, "version-mismatch")
	h.call("PATCH", "/v1/attributes/tier", object{"type": "text"}).problem(422, "invalid-attribute")
	list, _ := ok[attributeList](h.call("GET", "/v1/attributes"), 200)
	require.Equal(t, []attributeBody{changed}, list.Attributes)

	h.call("DELETE", "/v1/attributes/tier").with("If-Match", etag).problem(412, "version-mismatch")
	ok[wire.None](h.call("DELETE", "/v1/attributes/tier"), 204)
	for _, method := range []string{"GET", "DELETE"} {
		h.call(method, "/v1/attributes/tier").problem(404, "not-found")
	}
	h.call("PATCH", "/v1/attributes/"+marker, object{"label": "x"}).problem(404, "not-found")
	empty := h.call("GET", "/v1/attributes").do()
	require.JSONEq(t, `{"attributes":[]}`, empty.Body.String())
}

func TestSettings(t *testing.T) {
	h := newHarness(t)
	settings, header := ok[settingsBody](h.call("GET", "/v1/settings"), 200)
	first := header.Get("ETag")
	require.Equal(t, `"0"`, first, "there from the start, so that the first change can be conditional, too")
	require.Equal(t, 304, h.call("GET", "/v1/settings").with("If-None-Match", first).do().Code)
	mismatch := h.call("PATCH", "/v1/settings", object{"week_start": "sunday"}).with("If-Match", `"1"`).problem(412, "version-mismatch")
	require.Equal(t, new(uint64), mismatch.Version, "as the ETag says")
	require.Contains(t, mismatch.Detail, "It has version 0 now. Version 1 was named.")
	_, header = ok[settingsBody](h.call("PATCH", "/v1/settings", object{"week_start": "monday"}).with("If-Match", first), 200)
	require.Equal(t, first, header.Get("ETag"), "nothing has changed")
	require.Equal(t, settingsBody{TimeZone: "UTC", Currency: "USD", WeekStart: "monday", KeepSnapshots: keepBody{Count: 100}, ReopenWithin: "P7D", AIPeoplePerHour: 2_000, LinkCompaniesByDomain: true}, settings)
	const unset = `{"time_zone":"UTC","currency":"USD","phone_region":null,"week_start":"monday","keep_history":null,"keep_snapshots":{"count":100},"reopen_within":"P7D","ai_people_per_hour":2000,"link_companies_by_domain":true}`
	require.JSONEq(t, unset, h.call("GET", "/v1/settings").do().Body.String())
	require.JSONEq(t, unset, h.call("PATCH", "/v1/settings", object{"phone_region": nil}).do().Body.String())
	kenya := "KE"
	settings, header = ok[settingsBody](h.call("PATCH", "/v1/settings", object{"time_zone": "Africa/Nairobi", "phone_region": kenya}).with("If-Match", first), 200)
	h.call("PATCH", "/v1/settings", object{"week_start": "sunday"}).with("If-Match", first).problem(412, "version-mismatch")
	require.Equal(t, settingsBody{TimeZone: "Africa/Nairobi", Currency: "USD", PhoneRegion: &kenya, WeekStart: "monday", KeepSnapshots: keepBody{Count: 100}, ReopenWithin: "P7D", AIPeoplePerHour: 2_000, LinkCompaniesByDomain: true}, settings)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	etag := header.Get("ETag")
	ok[settingsBody](h.call("PATCH", "/v1/settings", object{"week_start": "sunday"}).with("If-Match", etag), 200)
	h.call("PATCH", "/v1/settings", object{"week_start": "monday"}).with("If-Match", etag).problem(412, "version-mismatch")
	p := h.call("PATCH", "/v1/settings", object{"time_zone": marker, marker: 1, "currency": "XXXX"}).problem(422, "invalid-settings")
	require.ElementsMatch(t, []string{"time_zone", "currency", "body"}, locations(p))
}

func TestChangesAreMadeByTheKey(t *testing.T) {
	h := newHarness(t)
	for scope, source := range map[access.Scope]string{access.ScopeAI: "ai", access.ScopeAgent: "agent", access.ScopeMarketer: "api", access.ScopeAdmin: "api"} {
		_, header := ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "x"}).with("Authorization", "Bearer "+h.keys[scope]), http.StatusCreated)
		seq, err := strconv.ParseUint(header.Get("Kundi-Seq"), 10, 64)
		require.NoError(t, err)
		changes, err := h.store.Changes(t.Context(), seq-1, 1)
		require.NoError(t, err)
		require.Equal(t, source, string(changes[0].Source))
	}
}

func TestAContactIsReadByWhatItIsKnownBy(t *testing.T) {
	h := newHarness(t)
	ok[settingsBody](h.call("PATCH", "/v1/settings", object{"phone_region": "KE"}), 200)
	const identifier = "CU/7 +%é?#&"
	amina := h.create(object{"name": "Amina", "email": "Amina+x@Example.org", "phone": "0712 345678", "identifier": identifier}).ID
	other := h.create(object{"name": "Old", "email": "old@example.org", "phone": "+447535136679", "identifier": "by"}).ID
	ok[contactBody](h.call("POST", "/v1/contacts/"+amina+"/merge", object{"contact_id": other}), 200)

	for _, path := range []string{
		"email/amina+x@example.org", "email/AMINA%2BX%40EXAMPLE.ORG", "email/amina%2Bx@example.org", "email/%20amina+x@example.org",
		"phone/+254712345678", "phone/%2B254712345678", "phone/0712%20345678", "phone/0712-345678", "phone/tel:+254712345678", "phone/0712%2F345678",
		"identifier/" + url.PathEscape(identifier), "identifier/CU%2F7%20+%25%C3%A9%3F%23%26",
		"email/old@example.org", "phone/+44%207535%20136679", "identifier/by",
	} {
		found, header := ok[contactBody](h.call("GET", "/v1/contacts/by/"+path), 200)
		require.Equal(t, amina, found.ID, path)
		require.Equal(t, fmt.Sprintf("%q", fmt.Sprint(found.Version)), header.Get("ETag"))
		require.Equal(t, 304, h.call("GET", "/v1/contacts/by/"+path).with("If-None-Match", header.Get("ETag")).do().Code)
	}
	for _, path := range []string{
		"email/nobody@example.org", "identifier/cu%2F7", "identifier/" + marker, "phone/+254712345679", "identifier/a%2Fb",
		"name/Amina", "email", "email/", "email/a/b", "identifier/%ff", "id/" + amina, "Email/old@example.org",
	} {
		h.call("GET", "/v1/contacts/by/"+path).problem(404, "not-found")
	}
	for _, path := range []string{"email/" + marker, "phone/" + marker, "phone/12", "email/%20", "identifier/%00", "identifier/%20%20"} {
		require.Equal(t, []string{"value"}, locations(h.call("GET", "/v1/contacts/by/"+path).problem(422, "invalid-request")), path)
	}
}
