package contacts

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// What a contact shows of its conversations is refused under its own name, as
// everything else is that answers have and nobody may send.
func TestFiguresOfConversationsAreRefusedByName(t *testing.T) {
	schema := ledger.NewSchema(fields.DefaultSettings(), nil, Kind, companies.Kind)
	for _, name := range []string{"conversations_count", "open_conversations", "last_message_at", "first_reply_at", "last_reply_at"} {
		_, faults := NewPatch(schema, fields.Draft{"name": "A", name: nil})
		require.Equal(t, []fault.Fault{{Path: name, Detail: "follows from the conversations and cannot be sent"}}, faults, name)
	}
}
