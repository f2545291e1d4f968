package api

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// answered demands a status.
func (c *call) answered(status int) {
	c.h.t.Helper()
	w := c.do()
	require.Equal(c.h.t, status, w.Code, w.Body.String())
}

// TestMergeByChoiceOverHTTP rehearses a merge with choices, carries it out and undoes it.
func TestMergeByChoiceOverHTTP(t *testing.T) {
	h := newHarness(t)
	h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text"}).answered(201)
	ada := h.create(object{"name": "Ada", "email": "ada@example.org", "labels": []string{"vip"}, "attributes": object{"tier": "gold"}, "company": "Acme"})
	king := h.create(object{"name": "King", "email": "king@example.org", "labels": []string{"old"}, "attributes": object{"tier": "tin"}, "company": "Big"})
	h.note(king.ID, object{"text": "Calls on Mondays."})
	h.note(ada.ID, object{"text": "Calls on Fridays."})
	h.call("POST", "/v1/conversations", object{"channel": "email", "sender": object{"email": "king@example.org"}, "message": object{"text": "Hello"}}).answered(201)
	ada, _ = ok[contactBody](h.call("GET", "/v1/contacts/"+ada.ID), 200)
	king, _ = ok[contactBody](h.call("GET", "/v1/contacts/"+king.ID), 200)
	path := "/v1/contacts/" + ada.ID + "/merge"
	choose := object{"email": "absorbed", "name": "survivor", "labels": "absorbed", "attributes.tier": "absorbed", "company_id": "absorbed"}

	head := h.store.Head()
	dry, header := ok[rehearsedContact](h.call("POST", path, object{"contact_id": king.ID, "choose": choose, "dry_run": true}).with("Idempotency-Key", "k"), 200)
	require.Equal(t, movedRecords{Conversations: 1, Notes: 1}, dry.Moves)
	require.Equal(t, head, h.store.Head())
	require.Equal(t, strconv.FormatUint(head, 10), header.Get("Kundi-Seq"))
	require.Equal(t, ada.Version, dry.Contact.Version)
	require.Empty(t, dry.Contact.Absorbed[0].MergeID)
	for _, c := range []contactBody{ada, king} {
		now, _ := ok[contactBody](h.call("GET", "/v1/contacts/"+c.ID), 200)
		require.Equal(t, c, now)
	}

	merged, header := ok[contactBody](h.call("POST", path, object{"contact_id": king.ID, "choose": choose}).with("Idempotency-Key", "k"), 200)
	require.Empty(t, header.Get("Idempotency-Replayed"), "a rehearsal has no receipt")
	require.Equal(t, "Ada", merged.Name)
	require.Equal(t, "king@example.org", merged.Email)
	require.Equal(t, []addressBody{{Value: "king@example.org", Primary: true}, {Value: "ada@example.org"}}, merged.Emails)
	require.Equal(t, []string{"old"}, merged.Labels)
	require.Equal(t, "tin", merged.Attributes["tier"])
	require.Equal(t, "Big", merged.Company.Name)
	shown := dry.Contact
	shown.Version, shown.UpdatedAt, shown.Absorbed = merged.Version, merged.UpdatedAt, merged.Absorbed
	shown.Conversations, shown.Open, shown.LastMessageAt, shown.Channels, shown.LastSeenAt = merged.Conversations, merged.Open, merged.LastMessageAt, merged.Channels, merged.LastSeenAt
	require.Equal(t, merged, shown)
	again, _ := ok[rehearsedContact](h.call("POST", path, object{"contact_id": king.ID, "dry_run": true, "choose": nil}), 200)
	require.Equal(t, rehearsedContact{Contact: merged}, again, "both are one already")

	restored, _ := ok[contactBody](h.call("POST", "/v1/merges/"+merged.Absorbed[0].MergeID+"/undo"), 200)
	after, _ := ok[contactBody](h.call("GET", "/v1/contacts/"+ada.ID), 200)
	ada.Version, ada.UpdatedAt, king.Version, king.UpdatedAt = after.Version, after.UpdatedAt, restored.Version, restored.UpdatedAt
	require.Equal(t, ada, after)
	require.Equal(t, king, restored)
}

// TestChoicesThatAreNone: an unknown field is not repeated, and nothing is written.
func TestChoicesThatAreNone(t *testing.T) {
	h := newHarness(t)
	ada, king := h.create(object{"name": "Ada"}), h.create(object{"name": "King"})
	head := h.store.Head()
	for _, c := range []struct {
		choose any
		typ    string
		path   string
	}{
		{object{"secretive": "absorbed"}, "invalid-merge", "choose"},
		{object{"attributes.secretive": "absorbed"}, "invalid-merge", "choose"},
		{object{"blocked": "absorbed"}, "invalid-merge", "choose"},
		{object{"updated_at": "absorbed"}, "invalid-merge", "choose"},
		{object{"conversations_count": "absorbed"}, "invalid-merge", "choose"},
		{object{"email": "both"}, "invalid-merge", "choose.email"},
		{object{"email": 5}, "invalid-merge", "choose.email"},
		{object{"email": nil}, "invalid-merge", "choose.email"},
		{object{"email": []string{"absorbed"}}, "invalid-merge", "choose.email"},
		{[]string{"email"}, "invalid-request", "choose"},
		{"email", "invalid-request", "choose"},
	} {
		p := h.call("POST", "/v1/contacts/"+ada.ID+"/merge", object{"contact_id": king.ID, "choose": c.choose}).problem(422, c.typ)
		require.Len(t, p.Errors, 1)
		require.Equal(t, c.path, p.Errors[0].Location)
		require.NotContains(t, p.Errors[0].Detail, "secretive")
	}
	h.call("POST", "/v1/contacts/"+ada.ID+"/merge", object{"contact_id": king.ID, "dry_run": "yes"}).problem(422, "invalid-request")
	h.call("POST", "/v1/contacts/"+ada.ID+"/merge", object{"contact_id": ada.ID, "dry_run": true}).problem(422, "invalid-merge")
	require.Equal(t, head, h.store.Head())
}

// TestMergeOfCompaniesByChoice: the contacts of both show the chosen name, and words and filters
// know it, until the undo.
func TestMergeOfCompaniesByChoice(t *testing.T) {
	h := newHarness(t)
	acme := h.company(object{"name": "Acme", "country": "KE", "city": "Nairobi", "domains": []string{"acme.example"}})
	old := h.company(object{"name": "Zebra", "country": "UG", "domains": []string{"zebra.example"}})
	h.create(object{"name": "Ada", "company": "Acme"})
	h.create(object{"name": "Ben", "company": "Zebra"})
	acme, _ = ok[wholeCompany](h.call("GET", "/v1/companies/"+acme.ID), 200)
	path, body := "/v1/companies/"+acme.ID+"/merge", object{"company_id": old.ID, "choose": object{"name": "absorbed", "city": "absorbed", "domains": "absorbed"}}
	head := h.store.Head()
	dry, _ := ok[rehearsedCompany](h.call("POST", path, object{"company_id": old.ID, "choose": body["choose"], "dry_run": true}), 200)
	require.Equal(t, movedContacts{Contacts: 1}, dry.Moves)
	require.Equal(t, "Zebra", dry.Company.Name)
	require.Equal(t, head, h.store.Head())
	require.Len(t, h.found("acme"), 1)

	merged, _ := ok[wholeCompany](h.call("POST", path, body), 200)
	require.Equal(t, acme.ID, merged.ID)
	require.Equal(t, "Zebra", merged.Name)
	require.Equal(t, "UG", merged.Country)
	require.Empty(t, merged.City, "a city goes with its country")
	require.Equal(t, []string{"zebra.example", "acme.example"}, merged.Domains)
	counted, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{"facets": []string{"company.name"}}), 200)
	require.Equal(t, []facetValueBody{{"Zebra", 2}}, counted.Facets["company.name"].Values)
	require.Len(t, h.found("zebra"), 2)
	require.Empty(t, h.found("acme"))

	h.call("POST", "/v1/merges/"+merged.Absorbed[0].MergeID+"/undo").answered(200)
	after, _ := ok[wholeCompany](h.call("GET", "/v1/companies/"+acme.ID), 200)
	acme.Version, acme.UpdatedAt = after.Version, after.UpdatedAt
	require.Equal(t, acme, after)
	require.Len(t, h.found("zebra"), 1)
	require.Len(t, h.found("acme"), 1)
	h.call("POST", path, object{"company_id": old.ID, "choose": object{"company": "absorbed"}}).problem(422, "invalid-merge")
}

// TestRehearsalsWriteNothing: whatever is chosen, no byte of the store is another one, nobody hears
// of a change, and filters, words and the log know nothing.
func TestRehearsalsWriteNothing(t *testing.T) {
	h := newHarness(t)
	h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text"}).answered(201)
	h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text", "entity": "company"}).answered(201)
	ada := h.create(object{"name": "Ada", "email": "ada@example.org", "phone": "+254722000001", "attributes": object{"tier": "gold"}, "company": "Acme"})
	king := h.create(object{"name": "King", "email": "king@example.org", "identifier": "K-1", "city": "Leeds", "country": "GB", "attributes": object{"tier": "tin"}, "company": "Big"})
	h.note(king.ID, object{"text": "Calls on Mondays."})
	h.call("POST", "/v1/conversations", object{"channel": "email", "sender": object{"email": "king@example.org"}, "message": object{"text": "Hello"}}).answered(201)
	h.call("POST", "/v1/contacts/"+king.ID+"/block", object{"reason": "spam"}).answered(200)
	h.settled()
	require.Len(t, h.found("king"), 1)
	counts := object{"facets": []string{"name", "email", "city", "attributes.tier", "company.name", "company.attributes.tier", "blocked", "conversations_count", "channels"}}
	answers := func() (list []string) {
		for _, c := range []*call{
			h.call("POST", "/v1/contacts/count", counts), h.call("GET", "/v1/contacts?sort=name"), h.call("GET", "/v1/companies"), h.call("GET", "/v1/contacts/"+king.ID+"/history"),
			h.call("GET", "/v1/conversations"), h.call("POST", "/v1/contacts/search", object{"query": "king"}), h.call("GET", "/v1/search?q=big"), h.call("GET", "/v1/blocks?value=king@example.org"),
		} {
			w := c.do()
			require.Equal(t, 200, w.Code, w.Body)
			list = append(list, tookTime.ReplaceAllString(w.Body.String(), ""))
		}
		return list
	}
	told := 0
	h.store.Follow(func(changes []ledger.Change) { told += len(changes) })
	head, stored, before := h.store.Head(), h.stored(), answers()
	everything := object{}
	for _, f := range contacts.Kind.Fields {
		if f.Same != nil && f.Standard.Settable() && !f.Merge.Fixed {
			everything[f.Name] = "absorbed"
		}
	}
	everything["attributes.tier"] = "absorbed"
	dry, _ := ok[rehearsedContact](h.call("POST", "/v1/contacts/"+ada.ID+"/merge", object{"contact_id": king.ID, "dry_run": true, "choose": everything}).with("Idempotency-Key", "k"), 200)
	require.Equal(t, []any{"King", "king@example.org", "K-1", "Leeds", "Big", "tin", true}, []any{
		dry.Contact.Name, dry.Contact.Email, dry.Contact.Identifier, dry.Contact.City, dry.Contact.Company.Name, dry.Contact.Attributes["tier"], dry.Contact.Blocked,
	})
	require.Equal(t, "+254722000001", dry.Contact.Phone, "who has none has none to give")
	body := object{"company_id": king.Company.ID, "dry_run": true, "choose": object{"name": "absorbed", "attributes.tier": "absorbed"}}
	h.call("POST", "/v1/companies/"+ada.Company.ID+"/merge", body).with("Idempotency-Key", "l").answered(200)

	require.Equal(t, head, h.store.Head())
	require.Equal(t, stored, h.stored())
	require.Zero(t, told)
	require.Equal(t, before, answers())
}

// tookTime is what an answer says of the time that it took.
var tookTime = regexp.MustCompile(`,?"took_ms":[0-9.e-]+`)

// stored are all pairs of the store.
func (h *harness) stored() (list []engine.Pair) {
	h.t.Helper()
	v, err := h.engine.View(h.t.Context())
	require.NoError(h.t, err)
	defer v.Close()
	for from := []byte{}; from != nil; {
		page, err := v.Scan(engine.Range{From: from})
		require.NoError(h.t, err)
		list, from = append(list, page.Pairs...), page.Next
	}
	return list
}

// TestWhatCanBeChosen: the answer to an unknown choice names every field that can be chosen.
func TestWhatCanBeChosen(t *testing.T) {
	h := newHarness(t)
	ada, king := h.create(object{"name": "Ada", "company": "Acme"}), h.create(object{"name": "King", "company": "Big"})
	nothing := object{"nothing": "absorbed"}
	p := h.call("POST", "/v1/contacts/"+ada.ID+"/merge", object{"contact_id": king.ID, "choose": nothing}).problem(422, "invalid-merge")
	require.Equal(t, "has a member that cannot be chosen; the members are type, name, first_name, last_name, email, phone, identifier, emails, phones, identities, "+
		"country, city, company_id, labels, channels, created_at, last_seen_at, attributes.KEY", p.Errors[0].Detail)
	p = h.call("POST", "/v1/companies/"+ada.Company.ID+"/merge", object{"company_id": king.Company.ID, "choose": nothing}).problem(422, "invalid-merge")
	require.Equal(t, "has a member that cannot be chosen; the members are name, domains, identifier, country, city, labels, created_at, attributes.KEY", p.Errors[0].Detail)
}
