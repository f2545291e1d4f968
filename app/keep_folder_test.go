package app

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	keepFolder = flag.String("keep", "", "a folder that is not there yet: make the one of testdata in it")
	updateKept = flag.Bool("update", false, "write the golden file of the kept folder anew")
)

// TestMakeKeptFolder makes the data folder that testdata keeps of the present format, with every
// kind of record and document:
//
//	go test ./app -run TestMakeKeptFolder -keep ../storage/testdata/NAME
//	go test ./app -run TestKeptFoldersOpen -update
//
// NAME says the format, and what is newest in it: a version of the records of contacts, or a noun. Each such thing gets a folder
// of its own, and a line in keptFolders. Those that are there stay as they are.
func TestMakeKeptFolder(t *testing.T) {
	if *keepFolder == "" {
		t.Skip("without -keep it makes none")
	}
	folder := t.TempDir()
	k := &folderMaker{keptApp: openKept(t, folder)}
	k.now = time.Date(2026, 11, 27, 8, 0, 0, 250e6, time.UTC)
	k.define()
	k.people()
	k.talk()
	k.block()
	k.agree()
	k.merge()
	k.groups()
	k.campaign()
	k.watch()
	k.signIn()
	k.requireSound()
	require.NoError(t, k.Close(t.Context()))
	require.NoError(t, os.CopyFS(*keepFolder, os.DirFS(filepath.Join(folder, storeFolder))))
	require.NoError(t, os.Remove(filepath.Join(*keepFolder, "DISCARD"))) // which Badger makes anew
	size := int64(0)
	require.NoError(t, filepath.WalkDir(*keepFolder, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			info, failure := entry.Info()
			size, err = size+info.Size(), failure
		}
		return err
	}))
	require.Less(t, size, int64(300<<10))
}

// folderMaker writes what the kept folder holds, a minute after the other.
type folderMaker struct {
	*keptApp
	ada, bob, eve, eva, fay, gus, talks, acme, big, old string
}

// do sends a write, which must be done, and returns the answer.
func (k *folderMaker) do(method, target string, body any, header ...string) object {
	k.t.Helper()
	k.now = k.now.Add(time.Minute)
	status, answer := k.send(method, target, body, header...)
	require.Less(k.t, status, 300, "%s %s: %v", method, target, answer)
	return answer
}

// create makes a record and returns its id.
func (k *folderMaker) create(path string, draft object) string {
	k.t.Helper()
	return k.do("POST", path, draft)["id"].(string)
}

func (k *folderMaker) define() {
	k.do("PATCH", "/v1/settings", object{"time_zone": "Africa/Nairobi", "phone_region": "KE", "currency": "KES", "week_start": "sunday"})
	for _, entity := range []string{"contact", "company", "conversation"} {
		for _, d := range []object{
			{"key": "note", "type": "text"}, {"key": "age", "type": "number"}, {"key": "mrr", "type": "currency", "currency": "USD"}, {"key": "share", "type": "percentage"},
			{"key": "page", "type": "link"}, {"key": "born", "type": "date"}, {"key": "tier", "type": "list", "options": []any{"gold", "women’s"}},
			{"key": "likes", "type": "list", "multiple": true, "options": []any{"red", "green"}}, {"key": "vip", "type": "checkbox"}, {"key": "agreed", "type": "checkbox", "three_state": true},
			{"key": "gone", "type": "text"},
		} {
			d["entity"] = entity
			k.do("POST", "/v1/attributes", d)
		}
	}
	k.do("POST", "/v1/attributes", object{"key": "member", "type": "text", "unique": true})
}

// values are a value of every attribute but the unique one.
func values(note string) object {
	return object{
		"note": note, "age": 36.5, "mrr": 12500.5, "share": 25, "page": "https://example.com/ada", "born": "1960-01-02", "tier": "women’s", "likes": []any{"green", "red"},
		"vip": true, "agreed": false, "gone": "unseen",
	}
}

func (k *folderMaker) people() {
	k.acme = k.create("/v1/companies", object{
		"name": "Acme Kenya", "domains": []any{"acme.example"}, "identifier": "C-1", "country": "KE", "city": "Nairobi", "labels": []any{"partner"}, "attributes": values("of Acme"),
	})
	k.big = k.create("/v1/companies", object{"name": "Big", "domains": []any{"big.example"}})
	k.old = k.create("/v1/companies", object{"name": "Old", "country": "UG"})
	k.do("PATCH", "/v1/companies/"+k.acme, object{"city": "Mombasa"})
	ada := object{
		"type": "lead", "name": "Ada  L.", "first_name": "Ada", "last_name": "Lovelace", "identifier": "A-1", "country": "KE", "city": "Nairobi", "company_id": k.acme,
		"emails":     []any{object{"value": "Ada@Example.org", "primary": true}, object{"value": "ada@work.example"}, object{"value": "home@example.org", "shared": true}},
		"phones":     []any{object{"value": "+254712345678"}, object{"value": "+254722000111", "shared": true}},
		"identities": []any{object{"channel": "whatsapp", "source_id": "254712345678"}, object{"channel": "telegram", "source_id": "a:B"}},
		"labels":     []any{"vip", "women’s"}, "channels": []any{"email", "voice"}, "created_at": "1966-11-20T09:30:00.123Z", "last_seen_at": "2026-11-20T09:30:00.123Z",
		"attributes": values("Grüße an alle"),
	}
	ada["attributes"].(object)["member"] = "M-1"
	k.ada = k.create("/v1/contacts", ada)
	path := "/v1/contacts/" + k.ada
	for _, patch := range []object{
		{"name": "Ada Lovelace", "type": "customer"}, {"email": "ada@work.example"}, {"city": "Kampala", "country": "UG"}, {"labels": []any{"vip", "press"}},
		{"attributes": object{"age": 37, "note": nil}}, {"company_id": k.big}, {"company_id": k.acme},
	} {
		k.do("PATCH", path, patch)
	}
	k.bob = k.create("/v1/contacts", object{"name": "Bob", "emails": []any{object{"value": "home@example.org", "shared": true}, object{"value": "bob@example.org", "primary": true}}, "company_id": k.old})
	k.eve = k.create("/v1/contacts", object{"email": "eve@example.org", "phone": "+254733000222", "country": "UG", "channels": []any{"sms"}, "attributes": object{"note": "from Eve"}, "company_id": k.big})
	k.eva = k.create("/v1/contacts", object{"identifier": "E-2", "city": "Entebbe", "identities": []any{object{"channel": "line", "source_id": "eva"}}})
	k.fay = k.create("/v1/contacts", object{"name": "Fay", "email": "fay@example.org"})
	k.gus = k.create("/v1/contacts", object{"name": "Gus", "phone": "+254744000333", "labels": []any{"twice"}})
	gone := k.create("/v1/contacts", object{"name": "Oli", "email": "oli@example.org"})
	k.do("PATCH", "/v1/contacts/"+gone, object{"city": "Kisumu"})
	k.do("DELETE", "/v1/contacts/"+gone, nil)
	k.do("POST", "/v1/contacts", object{"name": "Jan", "identifier": "J-1"}, "Idempotency-Key", "kept")
	for _, entity := range []string{"contact", "company"} {
		k.do("DELETE", "/v1/attributes/gone?entity="+entity, nil)
	}
}

// talk writes conversations in every status, their messages, and notes.
func (k *folderMaker) talk() {
	k.talks = k.receive("whatsapp", object{"source_id": "254712345678"}, object{
		"text": "Where is\n\tmy order?", "source_id": "wamid.1", "at": "2026-11-20T10:00:00.000Z",
		"attachments": []any{object{"url": "https://files.example/a.png", "name": "a.png", "media_type": "image/png", "bytes": 12}},
	})
	k.do("POST", "/v1/conversations/"+k.talks+"/messages", object{"direction": "outbound", "text": "On its way"})
	k.do("POST", "/v1/conversations/"+k.talks+"/messages", object{"direction": "inbound", "text": "Earlier", "at": "1969-07-20T20:17:00.000Z"})
	k.do("PATCH", "/v1/conversations/"+k.talks, object{
		"status": "resolved", "priority": "urgent", "labels": []any{"order"}, "assignee": "amina", "team": "billing", "satisfaction": 5, "subject": "Order 1", "attributes": values("of a talk"),
	})
	k.do("DELETE", "/v1/attributes/gone?entity=conversation", nil)
	snoozed := k.receive("telegram", object{"source_id": "a:B"}, object{"text": "Call me"})
	k.do("PATCH", "/v1/conversations/"+snoozed, object{"status": "snoozed", "snoozed_until": "2030-01-01T08:00:00.000Z"})
	pending := k.receive("email", object{"email": "bob@example.org"}, object{"text": "Hello"})
	k.do("PATCH", "/v1/conversations/"+pending, object{"status": "pending"})
	k.receive("live_chat", object{"source_id": "visitor-1"}, object{"text": "Anybody there?"})
	k.receive("sms", object{"source_id": "eve-sms", "phone": "+254733000222"}, object{"text": "Eve here"})
	for _, owner := range []string{k.ada, k.eve, k.fay} {
		note := k.create("/v1/contacts/"+owner+"/notes", object{"text": "Calls on *Mondays*."})
		k.do("PATCH", "/v1/notes/"+note, object{"text": "Calls on Fridays.", "pinned": true})
	}
	k.do("DELETE", "/v1/notes/"+k.create("/v1/contacts/"+k.ada+"/notes", object{"text": "Nobody reads this."}), nil)
}

// receive lets somebody write, and returns the id of the conversation.
func (k *folderMaker) receive(channel string, sender, message object) string {
	k.t.Helper()
	return k.do("POST", "/v1/conversations", object{"channel": channel, "sender": sender, "message": message})["conversation"].(object)["id"].(string)
}

// block blocks people with an end and without one, who write, are deleted or let in again.
func (k *folderMaker) block() {
	kim := k.create("/v1/contacts", object{"name": "Kim", "identities": []any{object{"channel": "viber", "source_id": "kim"}}, "phone": "+254700000009"})
	hal := k.create("/v1/contacts", object{"name": "Hal", "email": "hal@example.org"})
	k.do("POST", "/v1/contacts/"+kim+"/block", object{"reason": "spam", "until": "2030-01-01T08:00:00.000Z"})
	k.do("POST", "/v1/contacts/"+hal+"/block", object{"reason": "threats"})
	k.do("POST", "/v1/contacts/"+k.gus+"/block", object{})
	k.do("DELETE", "/v1/contacts/"+k.gus+"/block", nil)
	for _, text := range []string{"Please", "Please!"} {
		status, answer := k.send("POST", "/v1/conversations", object{"channel": "viber", "sender": object{"source_id": "kim"}, "message": object{"text": text, "source_id": text}})
		require.Equal(k.t, 403, status, answer)
	}
	k.do("DELETE", "/v1/contacts/"+hal, nil)
}

// merge merges people and companies. Of each, one merge stays and one is undone.
func (k *folderMaker) merge() {
	k.do("POST", "/v1/contacts/"+k.eve+"/merge", object{"contact_id": k.eva, "choose": object{"city": "absorbed"}})
	k.do("POST", "/v1/contacts/"+k.bob+"/merge", object{"contact_id": k.eve, "choose": object{"email": "absorbed", "attributes.note": "absorbed"}})
	k.receive("sms", object{"source_id": "eve-sms"}, object{"text": "It is still me"})
	k.undo(k.do("POST", "/v1/contacts/"+k.fay+"/merge", object{"contact_id": k.gus}))
	k.do("POST", "/v1/companies/"+k.acme+"/merge", object{"company_id": k.old})
	k.undo(k.do("POST", "/v1/companies/"+k.big+"/merge", object{"company_id": k.acme}))
	k.do("POST", "/v1/contacts/"+k.ada+"/merge", object{"contact_id": k.fay})
}

func (k *folderMaker) undo(merged object) {
	k.t.Helper()
	absorbed := allIn(merged, "absorbed")
	k.do("POST", "/v1/merges/"+absorbed[len(absorbed)-1]["merge_id"].(string)+"/undo", nil)
}

// groups makes segments, their snapshots, and keys.
func (k *folderMaker) groups() {
	talked := object{"field": "conversations", "operator": "any", "where": object{"combinator": "and", "rules": []object{{"field": "channel", "operator": "eq", "value": "whatsapp"}}}}
	first := k.create("/v1/segments", object{"name": "Who wrote", "filter": object{"combinator": "and", "rules": []any{talked}}, "schedule": object{"cron": "0 6 * * *"}})
	k.create("/v1/segments", object{"name": "Nairobi", "filter": object{"combinator": "and", "rules": []object{
		{"field": "segment", "operator": "in", "value": []string{first}}, {"field": "attributes.tier", "operator": "eq", "value": "gold"},
	}}})
	k.do("POST", "/v1/segments/"+first+"/refresh", nil)
	k.receive("whatsapp", object{"source_id": "254799000111", "name": "Nia"}, object{"text": "Hi"})
	k.do("POST", "/v1/segments/"+first+"/refresh", nil)
	k.do("POST", "/v1/keys", object{"name": "desk", "scope": "agent"})
}

// agree says what people have agreed to, and which addresses nothing is sent to.
func (k *folderMaker) agree() {
	consent := func(who, channel string, draft object) { k.do("PUT", "/v1/contacts/"+who+"/consent/"+channel, draft) }
	consent(k.ada, "email", object{"status": "subscribed", "proof": "Form on example.org", "at": "2026-10-01T08:00:00.000Z"})
	consent(k.ada, "whatsapp", object{"status": "unsubscribed"})
	consent(k.eva, "line", object{"status": "unsubscribed", "proof": "link"})
	k.do("PATCH", "/v1/contacts/"+k.bob, object{"consent": object{"email": "unsubscribed", "sms": "subscribed"}})
	consent(k.bob, "sms", object{"status": "unknown"})
	k.do("POST", "/v1/suppressions/batch", object{"suppressions": []object{
		{"channel": "email", "value": "ada@example.org", "reason": "bounce", "at": "2026-10-02T08:00:00.000Z"}, {"channel": "email", "value": "ada@example.org", "reason": "manual"},
		{"channel": "telegram", "contact_id": k.ada, "reason": "complaint"}, {"channel": "sms", "value": "+254733000222", "reason": "unsubscribe"},
		{"channel": "email", "value": "nobody@example.org", "reason": "bounce"}, {"channel": "email", "value": "fay@example.org", "reason": "bounce"},
	}})
	k.do("DELETE", "/v1/suppressions?channel=email&value=fay@example.org", nil)
	for i := range 6 {
		k.create("/v1/contacts", object{"email": fmt.Sprintf("member%d@example.org", i)})
	}
	lea := object{"name": "Lea", "email": "lea@example.org"}
	first := k.create("/v1/contacts", lea)
	consent(first, "email", object{"status": "unsubscribed"})
	k.do("DELETE", "/v1/contacts/"+first, nil)
	k.create("/v1/contacts", lea)
}

// campaign makes segments of every kind, sends to audiences of them, and reports what became of it.
func (k *folderMaker) campaign() {
	named := func(rules ...object) object { return object{"combinator": "and", "rules": rules} }
	reached := k.create("/v1/segments", object{
		"name": "Reached", "description": "Whom we may write to", "owner": "Amina", "labels": []any{"monthly"}, "filter": named(rule("reachable", "any_of", []string{"email", "sms"})),
		"excluded": []string{k.bob}, "schedule": object{"cron": "@daily", "time_zone": "Europe/Berlin", "jitter": "PT10M"},
	})
	path := "/v1/segments/" + reached
	k.do("POST", path+"/refresh", nil)
	k.do("PATCH", path, object{"name": "Reachable", "filter": named(rule("reachable", "exists", nil), rule("changed.city", "after", "2020-01-01T00:00:00Z"))})
	k.do("POST", path+"/members", object{"add": []string{k.ada, k.eve}})
	k.do("POST", path+"/refresh", nil)
	k.do("POST", path+"/versions/1/restore", nil)
	k.create("/v1/segments", object{"name": "Picked", "kind": "static", "pinned": []string{k.ada}, "from": object{"segment_id": reached, "snapshot": 1}})
	away := k.create("/v1/segments", object{"name": "Put away", "archived": true, "filter": named(rule("consent.email", "eq", "unsubscribed"))})
	k.do("POST", path+"/refresh", nil)
	first := k.create("/v1/audiences", object{"segment_id": reached, "snapshot": 1, "campaign": "spring", "channel": "email", "fields": []string{"name", "email"}})
	second := k.create("/v1/audiences", object{
		"segment_id": reached, "campaign": "autumn", "limit": 6, "split": []object{{"name": "A", "percent": 50}, {"name": "B", "percent": 25.5}},
		"exclude": object{"segments": []string{away}, "campaigns_within": object{"within": "P7D", "campaigns": []string{"summer"}}},
	})
	k.do("POST", "/v1/audiences/"+first+"/events", object{"events": []object{
		{"row": 1, "kind": "delivered", "at": "2026-11-20T08:00:00.000Z"}, {"row": 1, "kind": "replied", "at": "2026-11-20T09:00:00.000Z"}, {"row": 2, "kind": "bounced", "at": "2026-11-20T08:00:01.000Z"},
	}})
	k.do("POST", "/v1/audiences/"+first+"/ack", object{"row": 1})
	k.do("POST", "/v1/audiences/"+second+"/events", object{"events": []object{{"row": 1, "kind": "opened", "at": "2026-11-20T08:00:00.000Z"}}})
	k.do("DELETE", "/v1/audiences/"+k.create("/v1/audiences", object{"segment_id": reached, "campaign": "never sent"}), nil)
}

// watch has it noted who enters a segment and leaves it.
func (k *folderMaker) watch() {
	look := func() {
		k.now = k.now.Add(time.Minute)
		require.NoError(k.t, k.watcher.Look(k.t.Context()))
	}
	watched := k.create("/v1/segments", object{"name": "Unsubscribed", "watched": true, "filter": object{"combinator": "and", "rules": []object{rule("consent.email", "eq", "unsubscribed")}}})
	look()
	for _, status := range []string{"unsubscribed", "subscribed"} {
		k.do("PUT", "/v1/contacts/"+k.ada+"/consent/email", object{"status": status})
		look()
	}
	require.Len(k.t, allIn(k.do("GET", "/v1/segments/"+watched+"/events", nil), "events"), 2)
}

// signIn makes people who sign in, with a password, with a link that is open, and disabled.
func (k *folderMaker) signIn() {
	amina := k.create("/v1/people", object{"name": "Amina", "email": "Amina@example.org", "scope": "agent"})
	token := k.do("POST", "/v1/people/"+amina+"/invitation", nil)["token"]
	k.do("POST", "/v1/session", object{"token": token, "password": keptPassword})
	joe := k.create("/v1/people", object{"name": "Joe", "email": "joe@example.org", "scope": "marketer"})
	k.do("POST", "/v1/people/"+joe+"/invitation", nil)
	zoe := k.create("/v1/people", object{"name": "Zoe", "email": "zoe@example.org", "scope": "agent"})
	k.do("PATCH", "/v1/people/"+zoe, object{"disabled": true})
	key := k.do("POST", "/v1/keys", object{"name": "console", "scope": "marketer"})
	k.do("POST", "/v1/session", object{"key": key["key"]})
}
