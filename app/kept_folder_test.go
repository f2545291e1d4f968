package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/storage/engine"
)

// keptFolders are data folders that were made once, by TestMakeKeptFolder, with how many merges stand in
// each: the last one is of the present format. A golden file says all that is read of a folder.
var keptFolders = map[string]int{"format7": 4, "format7-contacts9": 4, "format7-people": 4}

// keptPassword is the password of the person in kept folders who has one.
const keptPassword = "correct horse battery"

func keptPath(name string) string { return filepath.Join("../storage/testdata", name) }

// keptApp is a whole Kundi over a folder, at a moment that a test says.
type keptApp struct {
	*App
	t       *testing.T
	now     time.Time
	handler http.Handler
}

func openKept(t *testing.T, folder string) *keptApp {
	t.Helper()
	k := &keptApp{t: t, now: time.Date(2026, 11, 27, 20, 0, 0, 0, time.UTC)}
	config := quietConfig(folder)
	config.Clock = func() time.Time { return k.now }
	var err error
	k.App, err = Open(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { k.Close(t.Context()) })
	api, err := k.App.handler(10)
	require.NoError(t, err)
	k.handler = api.OwnerHandler()
	return k
}

// send sends a request of the owner of the folder.
func (k *keptApp) send(method, target string, body any, header ...string) (int, object) {
	k.t.Helper()
	var text []byte
	if body != nil {
		var err error
		text, err = json.Marshal(body)
		require.NoError(k.t, err)
	}
	request := httptest.NewRequest(method, target, bytes.NewReader(text))
	request.Host = "localhost"
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	k.handler.ServeHTTP(w, request)
	answer := object{}
	if w.Body.Len() > 0 {
		require.NoError(k.t, json.Unmarshal(w.Body.Bytes(), &answer), w.Body.String())
	}
	delete(answer, "request_id")
	return w.Code, answer
}

// allIn are the objects of a list in an answer, none where there is no list.
func allIn(answer object, member string) (list []object) {
	all, _ := answer[member].([]any)
	for _, one := range all {
		list = append(list, one.(object))
	}
	return list
}

// everything reads what a folder holds: the answers by their target, the documents, the log, and
// how many keys there are by their first byte.
func (k *keptApp) everything() object {
	k.t.Helper()
	all := object{}
	read := func(target string) object {
		status, answer := k.send("GET", target, nil)
		all["GET "+target] = object{"status": status, "answer": answer}
		return answer
	}
	each := func(target, member string, then func(path string)) {
		for _, one := range allIn(read(target), member) {
			then("/v1/" + member + "/" + one["id"].(string))
		}
	}
	for _, target := range []string{"/v1/settings", "/v1/attributes", "/v1/keys", "/v1/people", "/v1/blocks?value=hal@example.org", "/v1/blocks?value=%2B254700000009",
		"/v1/suppressions?channel=email&value=ada@example.org", "/v1/suppressions?channel=sms&value=%2B254733000222", "/v1/suppressions?channel=email&value=lea@example.org",
	} {
		read(target)
	}
	each("/v1/contacts?limit=100", "contacts", func(path string) {
		for _, more := range []string{"?include=provenance", "/history?limit=100", "/timeline?limit=100", "/quarantine?limit=100", "/conversations?limit=100", "/consent", "/segments"} {
			read(path + more)
		}
		each(path+"/notes?limit=100", "notes", func(note string) { read(note + "/versions") })
	})
	each("/v1/companies?limit=100", "companies", func(path string) { read(path + "/history?limit=100") })
	each("/v1/conversations?limit=100", "conversations", func(path string) { read(path + "/messages?limit=100") })
	each("/v1/segments?archived=include", "segments", func(path string) {
		for _, more := range []string{"", "/sizes", "/members", "/events"} {
			read(path + more)
		}
		for _, version := range allIn(read(path+"/versions"), "versions") {
			delete(version, "difference") // it is made when somebody asks
		}
		for _, snapshot := range allIn(read(path+"/snapshots"), "snapshots") {
			read(fmt.Sprint(path, "/snapshots/", snapshot["n"], "/members?blocked=include"))
		}
	})
	each("/v1/audiences", "audiences", func(path string) {
		for _, more := range []string{"/members", "/members?group=hold_out"} {
			read(path + more)
		}
	})
	for _, kind := range audiences.EventKinds {
		_, answer := k.send("POST", "/v1/contacts/count", object{"filter": object{"combinator": "and", "rules": []object{rule("campaign_events", "any", nil, rule("kind", "eq", kind))}}, "sample": 10})
		delete(answer, "took_ms")
		all["POST /v1/contacts/count "+kind] = answer
	}
	all["head"] = k.Store.Head()
	changes, err := k.Store.Changes(k.t.Context(), 0, 1000)
	require.NoError(k.t, err)
	all["log"], all["documents"], all["keys"] = changes, k.documents(), k.keys()
	return all
}

// documents are all that are no records, by collection and key, long ones by their hash.
func (k *keptApp) documents() object {
	all := object{}
	for _, c := range collections() {
		list, err := k.Store.Documents(k.t.Context(), c, "", "", 100)
		require.NoError(k.t, err)
		for _, d := range list {
			text := string(d.Value)
			if len(text) > 300 {
				text = fmt.Sprintf("%d bytes, SHA-256 %x", len(text), sha256.Sum256(d.Value))
			}
			all[fmt.Sprintf("%s %q", c.Name, d.Key)] = fmt.Sprintf("%q", text)
		}
	}
	return all
}

// keys counts the keys by their first byte.
func (k *keptApp) keys() map[string]int {
	v, err := k.engine.View(k.t.Context())
	require.NoError(k.t, err)
	defer v.Close()
	count := map[string]int{}
	for from := []byte{}; from != nil; {
		page, err := v.Scan(engine.Range{From: from})
		require.NoError(k.t, err)
		for _, p := range page.Pairs {
			count[string(p.Key[:1])]++
		}
		from = page.Next
	}
	return count
}

// requireSound demands that nothing differs.
func (k *keptApp) requireSound() {
	k.t.Helper()
	found, err := k.Verify(k.t.Context(), nil)
	require.NoError(k.t, err)
	require.Empty(k.t, found)
}

// TestKeptFoldersOpen opens each kept folder, finds all that was ever read of it, and goes on.
func TestKeptFoldersOpen(t *testing.T) {
	for name, merges := range keptFolders {
		t.Run(name, func(t *testing.T) { requireOpens(t, keptPath(name), merges) })
	}
}

func requireOpens(t *testing.T, kept string, merges int) {
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(folder, storeFolder), os.DirFS(kept)))
	k := openKept(t, folder)
	k.requireSound()
	found, err := json.MarshalIndent(k.everything(), "", " ")
	require.NoError(t, err)
	if *updateKept {
		require.NoError(t, os.WriteFile(kept+".json", append(found, '\n'), 0o644))
	}
	golden, err := os.ReadFile(kept + ".json")
	require.NoError(t, err)
	require.JSONEq(t, string(golden), string(found))

	k.goOn(merges)
	k.requireSound()
	after, err := json.Marshal(k.everything())
	require.NoError(t, err)
	require.NoError(t, k.Close(t.Context()))
	again, err := json.Marshal(openKept(t, folder).everything())
	require.NoError(t, err)
	require.JSONEq(t, string(after), string(again), "opened again, it holds what was written")
}

// goOn undoes every merge, and writes beside what is there.
func (k *keptApp) goOn(merges int) {
	k.t.Helper()
	undone := 0
	for _, path := range []string{"/v1/contacts", "/v1/companies"} {
		for merged := true; merged; {
			merged = false
			_, list := k.send("GET", path+"?limit=100", nil)
			for _, one := range allIn(list, filepath.Base(path)) {
				absorbed := allIn(one, "absorbed")
				if len(absorbed) == 0 {
					continue
				}
				status, answer := k.send("POST", "/v1/merges/"+absorbed[len(absorbed)-1]["merge_id"].(string)+"/undo", nil)
				require.Equal(k.t, 200, status, answer)
				undone, merged = undone+1, true
			}
		}
	}
	require.Equal(k.t, merges, undone)
	status, answer := k.send("POST", "/v1/contacts", object{"email": "hal@example.org"})
	require.Equal(k.t, []any{201, true}, []any{status, answer["blocked"]}, "a kept block holds")
	status, answer = k.send("POST", "/v1/contacts", object{"name": "Jan", "identifier": "J-1"}, "Idempotency-Key", "kept")
	require.Equal(k.t, 201, status, answer)
	k.agreeAgain()
	if _, list := k.send("GET", "/v1/people", nil); len(allIn(list, "people")) > 0 {
		status, answer = k.send("POST", "/v1/session", object{"email": "amina@example.org", "password": keptPassword})
		require.Equal(k.t, 201, status, answer)
	}
	status, answer = k.send("POST", "/v1/conversations", object{"channel": "whatsapp", "sender": object{"source_id": "254712345678"}, "message": object{"text": "Still nothing", "at": "2026-11-27T19:30:00Z"}})
	require.Equal(k.t, 201, status, answer)
}

// agreeAgain lifts what is suppressed, says something of each contact, and sends to all who are reachable.
func (k *keptApp) agreeAgain() {
	k.t.Helper()
	_, list := k.send("GET", "/v1/contacts?limit=100", nil)
	for _, one := range allIn(list, "contacts") {
		status, answer := k.send("PUT", "/v1/contacts/"+one["id"].(string)+"/consent/email", object{"status": "subscribed"})
		require.Equal(k.t, 200, status, answer)
	}
	status, answer := k.send("POST", "/v1/suppressions/batch", object{"suppressions": []object{{"channel": "email", "value": "bob@example.org", "reason": "unsubscribe"}}})
	require.Equal(k.t, 200, status, answer)
	status, segment := k.send("POST", "/v1/segments", object{"name": "All of them"})
	require.Equal(k.t, 201, status, segment)
	status, audience := k.send("POST", "/v1/audiences", object{"segment_id": segment["id"], "campaign": "again", "channel": "email"})
	require.Equal(k.t, 201, status, audience)
	status, answer = k.send("POST", "/v1/audiences/"+audience["id"].(string)+"/events", object{"events": []object{{"row": 1, "kind": "failed", "at": "2026-11-27T19:00:00Z"}}})
	require.Equal(k.t, []any{200, float64(201)}, []any{status, allIn(answer, "results")[0]["status"]}, answer)
}
