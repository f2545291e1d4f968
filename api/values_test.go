package api

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
)

// rule is a filter of one rule.
func rule(field, operator string, value any) object {
	return object{"combinator": "and", "rules": []object{{"field": field, "operator": operator, "value": value}}}
}

// who are the ids of the contacts that a rule accepts.
func (h *harness) who(field, operator string, value any) []string {
	h.t.Helper()
	found, _ := ok[searchBody](h.call("POST", "/v1/contacts/search", object{"filter": rule(field, operator, value)}), 200)
	ids := []string{}
	for _, hit := range found.Hits {
		ids = append(ids, hit.Contact.ID)
	}
	return ids
}

// What looks alike is one contact, label, company, option and name: in every way
// in which values come in, and in every question about them.
func TestValuesThatLookAlike(t *testing.T) {
	h := newHarness(t)
	ok[settingsBody](h.call("PATCH", "/v1/settings", object{"phone_region": "KE"}), 200)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "list", "label": "\u200eTier", "options": []string{"women’s", "big\u200b  spender"}}), 201)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "note", "type": "text"}), 201)
	require.Equal(t, []string{"options[1]"}, locations(h.call("POST", "/v1/attributes", object{
		"key": "size", "type": "list", "options": []string{"women’s", "Women's"}}).problem(422, "invalid-attribute")))

	kim := h.create(object{
		"name": "\u202aKim\u202c Lee\u200b", "email": "kim@firma。example", "phone": "\u200e0722 123 456\u202c", "identifier": "\ufeffC-1\u200d", "company": "Women’s  Club",
		"labels": []string{"big  spender", "big spender", "BIG\u00a0SPENDER", "women’s", "women's"}, "city": "Port\u00adland",
		"attributes": object{"tier": "women's", "note": "a\u200bb"},
	})
	require.Equal(t, []any{"Kim Lee", "kim@firma.example", "+254722123456", "C-1", "Portland"}, []any{kim.Name, kim.Email, kim.Phone, kim.Identifier, kim.City})
	require.Equal(t, []string{"big  spender", "women’s"}, kim.Labels)
	require.Equal(t, object{"tier": "women’s", "note": "ab"}, kim.Attributes)

	for name, item := range map[string]object{
		"the same": {"email": "kim@firma.example"}, "wide": {"email": "KIM@ｆｉｒｍａ．example"}, "marks": {"email": "\u2066kim@fir\u00adma.example\u2069"},
		"wa.me": {"phone": "https://wa.me/254722123456"}, "c.us": {"phone": "254722123456@c.us"}, "TEL": {"phone": "TEL:+254-722-123456"}, "joiner": {"identifier": "C\u200c-1"},
	} {
		upserted, _ := ok[batchBody](h.call("POST", "/v1/contacts/batch", object{"contacts": []object{item}}), 200)
		require.Equal(t, kim.ID, upserted.Results[0].ID, name)
		item["min_seq"] = h.store.Head()
		similar, _ := ok[similarBody](h.call("POST", "/v1/contacts/similar", item), 200)
		require.NotEmpty(t, similar.Hits, name)
		require.Equal(t, kim.ID, similar.Hits[0].Contact.ID, name)
	}
	require.EqualValues(t, 1, h.count())
	h.call("POST", "/v1/contacts", object{"email": "kim@xn--0.example"}).problem(422, "invalid-contact")
	other := h.create(object{"email": "lea@xn--bcher-kva.example", "company": "women's club", "labels": []string{"Women‘s"}})
	require.Equal(t, kim.Company.ID, other.Company.ID)
	require.Equal(t, "lea@bücher.example", other.Email)
	h.call("PATCH", "/v1/contacts/"+other.ID, object{"phone": "whatsapp:+254722123456"}).problem(409, "identity-taken")
	h.call("PATCH", "/v1/contacts/"+other.ID, object{"email": "kim@firma\u200b.example"}).problem(409, "identity-taken")

	for _, question := range []struct {
		field, operator string
		value           any
	}{
		{"email", "eq", "Kim@firma。example"}, {"email", "in", []string{"x@y.example", "\u202akim@ｆｉｒｍａ.example"}}, {"email", "contains", "@firma。ex"},
		{"email", "ends_with", "＠firma.example"}, {"email", "starts_with", "\u200bkim@"},
		{"phone", "eq", "0722-123-456"}, {"phone", "in", []string{"tel:+254722123456"}}, {"phone", "contains", "0722"}, {"phone", "contains", "0722 123"}, {"phone", "starts_with", "0722"},
		{"phone", "starts_with", "254"}, {"phone", "ends_with", "0722123456"}, {"phone", "ends_with", "123456"},
		{"identifier", "eq", "C-1\u200e"}, {"name", "eq", "kim  lee"}, {"name", "contains", "m\u00a0l"}, {"city", "eq", "port\u200bland"},
		{"attributes.tier", "eq", "WOMEN`S"}, {"attributes.note", "eq", "a\u00adb"}, {"labels", "any_of", []string{"Big Spender\u200f"}},
	} {
		require.Equal(t, []string{kim.ID}, h.who(question.field, question.operator, question.value), "%v", question)
	}
	for _, domain := range []string{"@bücher.example", "@xn--bcher-kva.example", "XN--BCHER-KVA.example"} {
		require.Equal(t, []string{other.ID}, h.who("email", "ends_with", domain), domain)
	}
	require.ElementsMatch(t, []string{kim.ID, other.ID}, h.who("labels", "any_of", []string{"women's"}))
	require.ElementsMatch(t, []string{kim.ID, other.ID}, h.who("company.name", "eq", "WOMEN´S CLUB"))
	require.Empty(t, h.who("phone", "contains", "0733"))
	facets, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{"facets": []string{"labels"}}), 200)
	require.Len(t, facets.Facets["labels"].Values, 2)

	for _, words := range []string{"kim@firma。example", "\u202akim\u202c", "TEL: 0722 123456", "wa.me/254722123456", "254722123456@c.us", "c\u200b-1", "kim@ｆｉｒｍａ.example"} {
		found, _ := ok[searchBody](h.call("GET", "/v1/contacts/search?min_seq="+strconv.FormatUint(h.store.Head(), 10)+"&q="+url.QueryEscape(words)), 200)
		require.NotEmpty(t, found.Hits, "%q", words)
		require.Equal(t, kim.ID, found.Hits[0].Contact.ID, "%q", words)
	}

	ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "Women’s  club"}), 201)
	h.call("POST", "/v1/segments", object{"name": "women\u200b's club"}).problem(409, "name-taken")
	key, _ := ok[keyBody](h.call("POST", "/v1/keys", object{"name": "\u202aHelp desk\u202c", "scope": "agent"}), 201)
	require.Equal(t, "Help desk", key.Name)
	for _, nothing := range []string{"\u200b", "\u200e\ufeff", "\u200d\ufe0f", "\u3164"} {
		h.call("POST", "/v1/contacts", object{"name": nothing}).problem(422, "invalid-contact")
		h.call("POST", "/v1/segments", object{"name": nothing}).problem(422, "invalid-segment")
		h.call("POST", "/v1/keys", object{"name": nothing, "scope": "agent"}).problem(422, "invalid-key")
		h.call("POST", "/v1/contacts/count", object{"filter": rule("name", "eq", nothing)}).problem(422, "invalid-filter")
	}
}

// A saved filter means the same people when the region of the workspace changes.
func TestPhonesOfSegmentsKeepTheirRegion(t *testing.T) {
	h := newHarness(t)
	ok[settingsBody](h.call("PATCH", "/v1/settings", object{"phone_region": "KE"}), 200)
	kim := h.create(object{"phone": "0722 123 456"})
	made, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "x", "filter": rule("phone", "in", []string{"0722 123 456"})}), 201)
	ok[settingsBody](h.call("PATCH", "/v1/settings", object{"phone_region": "TZ"}), 200)
	members := func() []string {
		w := h.call("GET", "/v1/segments/"+made.ID+"/members?fields=id").with("Accept", wire.CSVMedia).do()
		require.Equal(t, 200, w.Code, w.Body.String())
		return strings.Fields(strings.ReplaceAll(w.Body.String(), `"`, ""))
	}
	require.Equal(t, []string{"id", kim.ID}, members())
	ok[settingsBody](h.call("PATCH", "/v1/settings", object{"phone_region": nil}), 200)
	require.Equal(t, []string{"id", kim.ID}, members())
	h.call("POST", "/v1/contacts/count", object{"filter": rule("phone", "eq", "0722123456")}).problem(422, "invalid-filter")
}
