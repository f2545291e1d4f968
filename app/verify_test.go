package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/scheduler"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
	"github.com/ndoto/kundi/workspace"
)

// TestEveryCollectionHasAnOwner demands that nothing is left unverified. It reads the
// collections from the source, and wants the names that stand in data folders.
func TestEveryCollectionHasAnOwner(t *testing.T) {
	declaration := regexp.MustCompile(`\bCollection\{Name: "([^"]*)"`)
	var declared, names []string
	require.NoError(t, filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, found := range declaration.FindAllSubmatch(source, -1) {
			declared = append(declared, string(found[1]))
		}
		return err
	}))
	for _, c := range collections() {
		names = append(names, c.Name)
	}
	require.ElementsMatch(t, declared, names)
	require.ElementsMatch(t, []string{
		"attribute", "settings", "segment", "segment-name", "segment-size", "segment-pick", "segment-version", "snapshot", "snapshot-set", "run", "key", "key-use", "receipt", "block",
		"history", "attribute-use", "renaming", "label", "claiming", "shared-address", "alarm", "suppression", "audience", "audience-row", "audience-hold", "segment-events", "watched-segment", "watched-member", "person", "person-email", "sign-in", "session",
	}, names)
}

// usedStore is an engine with a store in which there is a record of every kind
// and a document of every collection.
func usedStore(t *testing.T) engine.Engine {
	t.Helper()
	a, err := Open(t.Context(), quietConfig(t.TempDir()))
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close(t.Context())) }()
	by := ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "me"}}
	_, err = a.Workspace.DefineAttribute(t.Context(), by.WithReceipt(ledger.ReceiptKey{Key: "once", Body: [32]byte{1}}), fields.Draft{"key": "tier", "type": "text"})
	require.NoError(t, err)
	var people []ledger.ID
	for i := range 6 {
		r, err := a.Contacts.Create(t.Context(), by, fields.Draft{
			"name": fmt.Sprint("Ada ", i), "email": fmt.Sprintf("ada%d@example.com", i), "city": "Nairobi", "company": "Acme",
		})
		require.NoError(t, err)
		people = append(people, r.Contact.ID)
	}
	raw := json.RawMessage(`{"combinator":"and","rules":[{"field":"city","operator":"eq","value":"Nairobi"}]}`)
	segment, err := a.Segments.Create(t.Context(), by, map[string]json.RawMessage{"name": json.RawMessage(`"Here"`), "filter": raw})
	require.NoError(t, err)
	refresh := func() {
		_, err := a.Segments.Refresh(t.Context(), by, segment.ID)
		require.NoError(t, err)
	}
	refresh()
	_, err = a.Contacts.Patch(t.Context(), by, people[0], fields.Draft{"city": "Mombasa"}, 0)
	require.NoError(t, err)
	refresh()
	shared := []any{object{"value": "+254722000111", "shared": true}}
	_, err = a.Contacts.Patch(t.Context(), by, people[0], fields.Draft{"phones": shared}, 0)
	require.NoError(t, err)
	_, err = a.Contacts.Block(t.Context(), by, people[1], nil, 0)
	require.NoError(t, err)
	_, err = a.Contacts.Delete(t.Context(), by, people[1], 0)
	require.NoError(t, err)
	_, err = a.Contacts.Merge(t.Context(), by, people[2], people[3], 0)
	require.NoError(t, err)
	_, err = a.Contacts.Suppress(t.Context(), by, []fields.Draft{{"channel": "email", "value": "bounced@x.example", "reason": "bounce"}})
	require.NoError(t, err)
	refresh()
	_, err = a.Segments.Create(t.Context(), by, map[string]json.RawMessage{"name": json.RawMessage(`"Known"`), "filter": json.RawMessage(
		`{"combinator": "and", "rules": [{"field": "attributes.tier", "operator": "exists"}]}`)})
	require.NoError(t, err)
	_, err = a.Workspace.DefineAttribute(t.Context(), by, fields.Draft{"key": "plan", "type": "list", "options": []any{"a"}})
	require.NoError(t, err)
	_, err = a.Workspace.RenameOption(t.Context(), by, fields.EntityContact, "plan", workspace.Rename{From: "a", To: "b"}, 0)
	require.NoError(t, err)
	_, err = a.Workspace.RenameLabel(t.Context(), by, workspace.Rename{From: "vip", To: "key"})
	require.NoError(t, err)
	for _, unique := range []bool{true, false} { // the claims are still to be given up
		_, err = a.Workspace.UpdateAttribute(t.Context(), by, fields.EntityContact, "tier", fields.Draft{"unique": unique}, 0)
		require.NoError(t, err)
	}
	_, err = a.Segments.Pick(t.Context(), by, segment.ID, segments.Picking{Set: segments.Pinned, Add: []string{people[4].String()}}, 0)
	require.NoError(t, err)
	_, err = a.Segments.Create(t.Context(), by, map[string]json.RawMessage{"name": json.RawMessage(`"Watched"`), "filter": raw, "watched": json.RawMessage("true")})
	require.NoError(t, err)
	require.NoError(t, a.watcher.Look(t.Context()))
	_, err = a.Contacts.Patch(t.Context(), by, people[5], fields.Draft{"city": "Mombasa"}, 0)
	require.NoError(t, err)
	require.NoError(t, a.watcher.Look(t.Context()))
	require.NoError(t, a.watcher.Close(t.Context()))
	audience, err := a.Audiences.Create(t.Context(), by, audiences.Order{Segment: segment.ID, Campaign: "spring"}, 0, nil)
	require.NoError(t, err)
	_, err = a.Audiences.Report(t.Context(), by, audience.Audience.ID, []audiences.Report{{Row: 1, Kind: audiences.Delivered, At: time.Now().Truncate(time.Millisecond)}})
	require.NoError(t, err)
	key, _, _, err := a.Keys.Create(t.Context(), by, access.Draft{Name: "me", Scope: access.ScopeAdmin})
	require.NoError(t, err)
	person, _, err := a.Team.Create(t.Context(), by, access.PersonDraft{Name: "Amina", Email: "amina@example.com", Scope: access.ScopeAgent})
	require.NoError(t, err)
	for _, password := range []string{"correct horse battery", ""} { // the second time for a link that is open
		_, link, _, err := a.Team.Invite(t.Context(), by, person.ID, time.Hour)
		require.NoError(t, err)
		if password != "" {
			_, _, err = a.Sessions.WithLink(t.Context(), link, password)
			require.NoError(t, err)
		}
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	run, err := json.Marshal(scheduler.Run{ScheduledFor: now, StartedAt: now, FinishedAt: now, Outcome: scheduler.Unchanged})
	require.NoError(t, err)
	_, err = a.Store.Update(t.Context(), by.Author, func(tx ledger.Tx) error {
		name := fmt.Sprintf("%s/%016x", segment.ID, uint64(1<<63-1-now.UnixMilli()))
		if err := tx.PutDocument(scheduler.RunDocuments, name, run); err != nil {
			return err
		}
		if err := (ledger.Alarm{At: now, Entity: fields.EntityContact, Ref: ledger.Ref{Ordinal: 5}}).Set(tx); err != nil {
			return err
		}
		return tx.PutDocument(access.UseDocuments, key.ID.String(), []byte("2026-11-22"))
	})
	require.NoError(t, err)
	_, _, err = a.Workspace.PatchSettings(t.Context(), by, fields.Draft{"keep_history": "P2Y"}, 0)
	require.NoError(t, err)
	require.NoError(t, a.Workspace.TrimHistory(t.Context()))
	found, err := a.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, found)
	e := memory.New()
	_, err = storage.Copy(t.Context(), a.engine, e, rand.Reader, nil)
	require.NoError(t, err)
	return e
}

// mangled is what may become of a record: each returns another value, nil when
// it has none for this one.
var mangled = map[string]func([]byte) []byte{
	"emptied":          func(v []byte) []byte { return []byte{} },
	"cut":              func(v []byte) []byte { return bytes.Clone(v[:len(v)/2]) },
	"zeros":            func(v []byte) []byte { return make([]byte, len(v)) },
	"garbage":          func(v []byte) []byte { return bytes.Repeat([]byte{0x5a}, len(v)) },
	"longer":           func(v []byte) []byte { return append(bytes.Clone(v), 0x5a) },
	"first byte other": func(v []byte) []byte { return append([]byte{^v[0]}, v[1:]...) },
}

// harmless are the changes that nobody can see: a counter that has gone on,
// another id of somebody who was deleted.
var harmless = map[string][]byte{
	"garbage":          {'n'},
	"first byte other": {'n', 't'},
}

func TestVerifyFindsEveryMangledRecord(t *testing.T) {
	whole := usedStore(t)
	view, err := whole.View(t.Context())
	require.NoError(t, err)
	defer view.Close()
	kinds := map[string]bool{}
	for r := (engine.Range{}); ; {
		page, err := view.Scan(r)
		require.NoError(t, err)
		for _, p := range page.Pairs {
			kind := string(p.Key[:1])
			if kind == "d" {
				kind = string(p.Key[1:bytes.IndexByte(p.Key, 0)])
			}
			kinds[kind] = true
			for name, mangle := range mangled {
				if !bytes.Contains(harmless[name], p.Key[:1]) {
					requireFound(t, whole, engine.Pair{Key: p.Key, Value: mangle(p.Value)}, "%s of kind %s, %q", name, kind, p.Key)
				}
			}
		}
		if page.Next == nil {
			break
		}
		r.From = page.Next
	}
	require.Len(t, kinds, len(collections())+14, "one kind, marks of unfinished deletions, is not there: %v", kinds)
}

// requireFound opens and verifies a copy of a store with another record.
func requireFound(t *testing.T, whole engine.Engine, p engine.Pair, format string, args ...any) {
	t.Helper()
	e := memory.New()
	_, err := storage.Copy(t.Context(), whole, e, rand.Reader, nil)
	require.NoError(t, err)
	view, err := e.View(t.Context())
	require.NoError(t, err)
	head, err := view.Head()
	require.NoError(t, err)
	view.Close()
	require.NoError(t, e.Apply(t.Context(), engine.Batch{ID: engine.BatchID(uuid.New()), Expect: head, Put: []engine.Pair{p}}))
	s, err := storage.Open(context.Background(), storage.Options{Kinds: Kinds, Collections: collections(), Engine: e})
	if err != nil {
		return // found already
	}
	defer s.Close()
	found, err := verifyStore(t.Context(), s, nil)
	if err == nil {
		require.NotEmpty(t, found, fmt.Sprintf(format, args...))
	}
}
