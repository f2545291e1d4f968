package imports

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
	"github.com/ndoto/kundi/workspace"
)

// A file has what a contact shows of its conversations: the channels and when it was seen last.
// Unchanged it changes nothing, and what somebody has changed in it is taken.
func TestAFileOfPeopleWhoWrote(t *testing.T) {
	store, err := storage.Open(t.Context(), storage.Options{Kinds: kinds, Engine: memory.New()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	service, space := contacts.NewService(store, companies.Directory{}, nil, nil), workspace.NewService(store, nil)
	by := ledger.Caller{Author: importer}
	ada, err := service.Create(t.Context(), by, fields.Draft{"email": "a@x.example", "channels": []any{"sms"}, "last_seen_at": "2026-01-01T00:00:00Z"})
	require.NoError(t, err)
	eve, err := service.Create(t.Context(), by, fields.Draft{"email": "e@x.example"})
	require.NoError(t, err)
	write := func(email, channel, at string) {
		_, err := conversations.NewService(store, service, time.Now, nil).Receive(t.Context(), by, fields.Draft{
			"channel": channel, "sender": map[string]any{"email": email}, "message": map[string]any{"text": "Hello", "at": at},
		})
		require.NoError(t, err)
	}
	write("a@x.example", "whatsapp", "2026-02-01T00:00:00.123Z")
	write("e@x.example", "line", "2026-03-01T00:00:00Z")
	_, err = service.Merge(t.Context(), by, ada.ID, eve.ID, 0)
	require.NoError(t, err)

	head := store.Head()
	for _, cells := range []string{
		"line;sms;whatsapp,2026-03-01T00:00:00Z", "sms;line;WhatsApp,2026-02-01T00:00:00.123Z", "whatsapp;line;sms,", ",2026-03-01T00:00:00.000Z",
	} {
		summary, rejects := imported(t, service, space, "email,channels,last_seen_at\na@x.example,"+cells+"\n", Options{})
		require.Empty(t, rejects)
		require.Equal(t, Summary{Unchanged: 1}, summary, cells)
		require.Equal(t, head, store.Head())
	}
	summary, _ := imported(t, service, space, "id,channels,last_seen_at\n"+ada.ID.String()+",whatsapp;line;voice,2026-04-01T00:00:00Z\n", Options{})
	require.Equal(t, Summary{Updated: 1}, summary)
	c, _, err := service.Get(t.Context(), ada.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"line", "voice", "whatsapp"}, c.Channels)
	require.Equal(t, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), c.LastSeenAt)
}
