package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAnArchiveThatIsKilledIsStoredOnce kills imports of conversations, and lets one end. It then
// asks a server what everybody has, who wrote before.
func TestAnArchiveThatIsKilledIsStoredOnce(t *testing.T) {
	const people, each, messages = 40, 50, 4
	folder := t.TempDir()
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "archive")
	p := start(t, folder, key)
	type shown struct {
		ID                 string
		LastSeenAt         string `json:"last_seen_at"`
		ConversationsCount int    `json:"conversations_count"`
		OpenConversations  int    `json:"open_conversations"`
	}
	var before []shown
	contact := func(id string) shown { return get[shown](t, p.client, "GET", "/v1/contacts/"+id, nil) }
	for i := range people {
		made := get[object](t, p.client, "POST", "/v1/conversations", object{"channel": "sms", "sender": object{"source_id": fmt.Sprint(i)}, "message": object{"text": "Hi"}})
		before = append(before, contact(made["contact_id"].(string)))
	}
	require.NoError(t, p.stop())

	var file strings.Builder
	for i := range people * each {
		var list []object
		for j := range messages {
			list = append(list, object{"text": "old", "at": time.Date(2020, 1, 1+i%each, 0, j, 0, 0, time.UTC), "source_id": fmt.Sprint(i, "-", j)})
		}
		require.NoError(t, json.NewEncoder(&file).Encode(object{"channel": "sms", "sender": object{"source_id": fmt.Sprint(i % people)}, "messages": list}))
	}
	path := filepath.Join(t.TempDir(), "archive.ndjson")
	require.NoError(t, os.WriteFile(path, []byte(file.String()), 0o600))
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	for range 5 {
		killed(t, random, 1_500, "import", "--data", folder, "--conversations", path)
	}
	run(t, "import", "--data", folder, "--conversations", path)
	require.Equal(t, "0 conversations begun, 0 continued, 2000 unchanged, 0 refused: 0 new messages, 8000 known before, 0 new contacts",
		run(t, "import", "--data", folder, "--conversations", path))

	p = start(t, folder, key)
	for _, was := range before {
		now := contact(was.ID)
		require.Equal(t, shown{was.ID, was.LastSeenAt, 1 + each, 1}, now)
	}
	counted := get[struct{ Count int }](t, p.client, "POST", "/v1/conversations/count", object{"filter": all(rule("messages_count", "eq", messages))})
	require.Equal(t, people*each, counted.Count)
}
