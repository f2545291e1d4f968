package contacts

import (
	"slices"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Unreached says why a contact is not written to on a channel. "" is for one that is.
type Unreached string

// The reasons, of which the first that applies is given.
const (
	UnreachedBlocked      Unreached = "blocked"
	UnreachedUnsubscribed Unreached = "unsubscribed"
	UnreachedSuppressed   Unreached = "suppressed"  // all addresses of the channel are
	UnreachedNoAddress    Unreached = "unreachable" // there is none
)

// Reach returns the address at which a contact is written to on a channel, or why it is not. On
// email it is the primary e-mail, or the next one that is not suppressed. On sms, voice and whatsapp
// it is an identity of the channel, else a phone number; on others an identity. Two contacts with
// one address get the same text.
func Reach(c *Contact, channel fields.Channel) (address string, why Unreached) {
	switch {
	case c.Blocked:
		return "", UnreachedBlocked
	case c.Consent(channel).Status == Unsubscribed:
		return "", UnreachedUnsubscribed
	}
	why = UnreachedNoAddress
	for address := range c.addressesOn(channel) {
		if !slices.Contains(c.Suppressed, Suppressed{channel, address}) {
			return address, ""
		}
		why = UnreachedSuppressed
	}
	return "", why
}

var (
	emailChannel  = fields.ChannelNamed("email")
	phoneChannels = []fields.Channel{fields.ChannelNamed("sms"), fields.ChannelNamed("voice"), fields.ChannelNamed("whatsapp")}
)

func usesPhones(channel fields.Channel) bool { return slices.Contains(phoneChannels, channel) }

// AddressFields are the fields in which the addresses of a channel are. Whoever has a value in none of
// them has no address.
func AddressFields(channel fields.Channel) []string {
	switch {
	case channel == emailChannel:
		return []string{"email"}
	case usesPhones(channel):
		return []string{"phone", "identities"}
	}
	return []string{"identities"}
}

// addressesOn yields the addresses of a contact on a channel, in the order in which they are used. An
// address may come twice.
func (c *Contact) addressesOn(channel fields.Channel) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		if channel == emailChannel {
			for _, a := range c.Emails() {
				if a.Value != "" && !yield(fields.ClaimedEmail(a.Value)) {
					return
				}
			}
			return
		}
		for _, i := range c.Identities {
			if i.Channel == channel && !yield(i.address()) {
				return
			}
		}
		if !usesPhones(channel) {
			return
		}
		for _, a := range c.Phones() {
			if a.Value != "" && !yield(a.Value) {
				return
			}
		}
	}
}

// address is how an identity is written to. The digits of a phone number are that number, because
// WhatsApp and others name people so.
func (i Identity) address() string {
	if digits := strings.TrimPrefix(i.SourceID, "+"); usesPhones(i.Channel) && isPhone("+"+digits) {
		return "+" + digits
	}
	return i.SourceID
}

// isPhone reports whether a text has the form of E.164: a plus and 7 to 15 digits, of which the first
// is not 0.
func isPhone(text string) bool {
	if len(text) < 8 || len(text) > 16 || text[0] != '+' || text[1] == '0' {
		return false
	}
	return strings.Trim(text[1:], "0123456789") == ""
}

// addressClaim is what somebody with an address on a channel claims. The identity that has the digits
// of a phone number claims something else, see claimsOn.
func addressClaim(channel fields.Channel, address string) ledger.Claim {
	switch {
	case channel == emailChannel:
		return emails.claimOn(address)
	case usesPhones(channel) && isPhone(address):
		return phones.claimOn(address)
	}
	return Identity{Channel: channel, SourceID: address}.claim()
}

// reachableField declares the field of the channels on which a contact is written to.
func reachableField() ledger.FieldOf[Contact] {
	refused := ledger.ReadOnly("follows from the addresses, the consent, the suppressions and the block, and cannot be sent")
	return ledger.ComputedField("reachable", fields.FieldMany, func(c *Contact) fields.Value { return fields.ListValue(c.Reachable()) },
		ledger.OneOf(fields.Channels, fields.ExpectedChannel), refused)
}

// Reachable returns the channels on which a contact is written to, in the order of the channels.
func (c *Contact) Reachable() (list []string) {
	if c.Blocked || c.Email == "" && c.Phone == "" && len(c.Identities) == 0 {
		return nil
	}
	for _, name := range fields.Channels {
		if _, why := Reach(c, fields.ChannelNamed(name)); why == "" {
			list = append(list, name)
		}
	}
	return list
}
