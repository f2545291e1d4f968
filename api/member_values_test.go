package api

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index"
)

// TestStreamsFromTheIndexAreThoseFromTheStore: a stream of fields that the index keeps, which reads no contact, has the
// same bytes as a page of contacts that were read.
func TestStreamsFromTheIndexAreThoseFromTheStore(t *testing.T) {
	h := newHarness(t)
	for _, attribute := range []object{
		{"key": "tier", "type": "list", "options": []string{"Pro", "Max & <b>"}}, {"key": "plan", "type": "text"}, {"key": "score", "type": "number"},
		{"key": "share", "type": "percentage"}, {"key": "mrr", "type": "currency", "currency": "KES"}, {"key": "site", "type": "link"},
		{"key": "renewal", "type": "date"}, {"key": "vip", "type": "checkbox"}, {"key": "sure", "type": "checkbox", "three_state": true},
		{"key": "langs", "type": "list", "options": []string{"sw", "en", "fr"}, "multiple": true},
	} {
		ok[attributeBody](h.call("POST", "/v1/attributes", attribute), 201)
	}
	random := rand.New(rand.NewPCG(1, 1))
	texts := []string{"Amina", "amina", `"quoted"`, "=1+1", "a,b;c", `back\slash`, "<b> & co", "Zoë", "دبي", "separator\u2028", "😀"}
	for i := range 60 {
		draft := object{"city": "Nairobi", "email": fmt.Sprintf("Person%d@Example.org", i)}
		some := func(name string, v any) {
			if random.IntN(3) > 0 {
				draft[name] = v
			}
		}
		text := func() string { return texts[random.IntN(len(texts))] }
		some("name", text()+" "+text())
		some("first_name", text())
		some("identifier", fmt.Sprintf("c/%d", i))
		some("phone", fmt.Sprintf("+2547000000%02d", i))
		some("country", []string{"KE", "TZ"}[random.IntN(2)])
		some("type", []string{"lead", "customer"}[random.IntN(2)])
		some("labels", []string{"one", text(), fmt.Sprint("label ", random.IntN(3))})
		some("last_seen_at", fmt.Sprintf("2026-01-%02dT10:00:00.12Z", 1+random.IntN(28)))
		attributes := object{}
		for key, v := range map[string]any{
			"tier": []string{"Pro", "Max & <b>"}[random.IntN(2)], "plan": text(), "score": []any{-1.5, 0, 1e12}[random.IntN(3)], "share": 12.5, "mrr": 99.95, "site": "https://example.org/?a=1&b=2",
			"renewal": "2027-02-28", "vip": random.IntN(2) == 0, "sure": random.IntN(2) == 0, "langs": []string{"sw", "fr"}[:1+random.IntN(2)],
		} {
			if random.IntN(3) > 0 {
				attributes[key] = v
			}
		}
		draft["attributes"] = attributes
		created := h.create(draft)
		if i%7 == 0 {
			ok[contactBody](h.call("POST", "/v1/contacts/"+created.ID+"/block", object{"reason": "spam"}), 200)
		}
		if i%9 == 0 {
			h.call("DELETE", "/v1/contacts/"+created.ID).do()
		}
	}
	for i, channel := range []string{"email", "whatsapp", "email"} { // who has them was last seen then
		sender := object{"email": fmt.Sprintf("person%d@example.org", 10+i), "phone": fmt.Sprintf("+2547000000%02d", 10+i)}
		h.receive(object{"channel": channel, "sender": sender, "message": object{"text": "Hello", "at": "2026-03-01T00:00:00Z"}})
	}
	stays, absorbed := h.create(object{"name": "Stays", "city": "Nairobi"}), h.create(object{"name": "Is absorbed", "email": "absorbed@example.org", "labels": []string{"absorbed"}, "last_seen_at": "2026-04-01T00:00:00Z"})
	ok[contactBody](h.call("POST", "/v1/contacts/"+stays.ID+"/merge", object{"contact_id": absorbed.ID}), 200)
	segment := h.segment("Nairobi", "Nairobi")
	h.refresh(segment.ID, 201)

	schema := h.store.Schema()
	var kept []string
	for _, field := range everyField(schema) {
		if h.mirror.Values(nil, []fields.Field{field}, &index.Values{}) {
			kept = append(kept, field.Name)
		}
	}
	for _, name := range []string{"id", "email", "name", "country", "labels", "last_seen_at", "blocked", "attributes.tier", "attributes.mrr", "attributes.vip", "attributes.langs"} {
		require.Contains(t, kept, name)
	}
	for _, target := range []string{"/v1/segments/" + segment.ID + "/members", "/v1/segments/" + segment.ID + "/snapshots/1/members"} {
		for _, chosen := range append(kept, strings.Join(kept, ","), "name,attributes.langs,attributes.tier", "attributes.vip,attributes.score") {
			for _, media := range []string{wire.NDJSONMedia, wire.CSVMedia} {
				for _, blocked := range []string{"include", "exclude"} {
					ask := func(limit string) string {
						answer := h.call("GET", target+"?fields="+chosen+"&blocked="+blocked+limit).with("Accept", media).do()
						require.Equal(t, 200, answer.Code, answer.Body)
						return answer.Body.String()
					}
					require.Equal(t, ask("&limit=1000"), ask(""), "%s of %s, blocked %s", media, chosen, blocked)
				}
			}
		}
	}
}
