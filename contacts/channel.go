package contacts

import (
	"cmp"
	"slices"

	"github.com/ndoto/kundi/fields"
)

// anonymousChannels are those on which somebody can write of whom nothing is known: an
// identity of them makes nobody a lead.
var anonymousChannels = []fields.Channel{fields.ChannelNamed("api"), fields.ChannelNamed("live_chat")}

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
