package fields

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// The numbers of channels stand in data folders.
func TestNumbersOfChannels(t *testing.T) {
	require.True(t, slices.IsSorted(Channels))
	require.Equal(t, []Channel{1, 2, 6, 7, 12, 14}, []Channel{
		ChannelNamed("api"), ChannelNamed("email"), ChannelNamed("live_chat"), ChannelNamed("sms"), ChannelNamed("voice"), ChannelNamed("whatsapp"),
	})
	for _, name := range Channels {
		require.Equal(t, name, ChannelNamed(name).String())
		require.NotZero(t, ChannelNamed(name), name)
	}
	require.Zero(t, ChannelNamed("fax"))
	require.Zero(t, ChannelNamed(""))
	require.Empty(t, Channel(200).String())
}
