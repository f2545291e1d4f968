package contacts

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
)

// Channels are those of the contract; files and folders may have the names of
// before.
func TestChannelsOfBefore(t *testing.T) {
	require.Equal(t, []string{
		"api", "email", "facebook", "instagram", "line", "live_chat", "sms", "telegram", "tiktok", "twitter", "viber", "voice", "wechat", "whatsapp",
	}, fields.Channels)
	s := testSchema(t)
	for _, former := range []string{"web", "phone"} {
		_, fault := s.Coerce(field(t, s, "channels"), []any{former})
		require.Contains(t, fault, "must be one of api, email")
	}

	d, faults := new(FileRules).read(s, fields.Draft{"channels": []any{"Web", "email", "PHONE", "Live Chat"}})
	require.Empty(t, faults)
	require.Equal(t, []any{"live_chat", "email", "voice", "live_chat"}, d["channels"])

	list := []string{"phone", "sms", "web"}
	PresentChannels(list)
	require.Equal(t, []string{"live_chat", "sms", "voice"}, list)
}
