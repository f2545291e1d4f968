package fields

import (
	"slices"
	"strings"
)

// Channels lists every channel on which people write and are written to, in alphabetical order.
// The enumeration is closed: a value outside it is refused.
var Channels = []string{
	"api", "email", "facebook", "instagram", "line", "live_chat", "sms",
	"telegram", "tiktok", "twitter", "viber", "voice", "wechat", "whatsapp",
}

// ExpectedChannel is how a fault names the channels, after "must be".
var ExpectedChannel = "one of " + strings.Join(Channels, ", ")

// Channel is a channel as records have it. Numbers never change their meaning, and a new channel
// takes a new one.
type Channel uint8

// channelNames are the channels by number.
var channelNames = [...]string{
	1: "api", 2: "email", 3: "facebook", 4: "instagram", 5: "line", 6: "live_chat", 7: "sms",
	8: "telegram", 9: "tiktok", 10: "twitter", 11: "viber", 12: "voice", 13: "wechat", 14: "whatsapp",
}

// ChannelNamed returns the channel with a name, 0 for none.
func ChannelNamed(name string) Channel { return Channel(max(0, slices.Index(channelNames[:], name))) }

// String is the name of the channel, "" for none.
func (c Channel) String() string {
	if int(c) < len(channelNames) {
		return channelNames[c]
	}
	return ""
}
