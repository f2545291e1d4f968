package contacts

import (
	"cmp"
	"slices"
	"strings"
)

// Channels lists every channel a contact can be reached on, in alphabetical
// order. The enumeration is closed: a value outside it is refused.
var Channels = []string{
	"api", "email", "facebook", "instagram", "line", "live_chat", "sms",
	"telegram", "tiktok", "twitter", "viber", "voice", "wechat", "whatsapp",
}

// expectedChannel is how a fault names the channels, after "must be".
var expectedChannel = "one of " + strings.Join(Channels, ", ")

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

// anonymousChannels are those on which somebody can write of whom nothing is known: an
// identity of them makes nobody a lead.
var anonymousChannels = []string{"api", "live_chat"}

// PresentChannel returns the name that a channel has now: those of two were
// other ones once, which older folders, files and filters have.
func PresentChannel(name string) string { return cmp.Or(formerChannels[name], name) }

// formerChannels are the names of now by those of older programs.
var formerChannels = map[string]string{"web": "live_chat", "phone": "voice"}

// PresentChannels gives the channels of a contact their present names, in place,
// in the order of the enumeration.
func PresentChannels(list []string) {
	for i, name := range list {
		list[i] = PresentChannel(name)
	}
	slices.Sort(list)
}
