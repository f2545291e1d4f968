package contacts

import (
	"slices"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Identity is who a contact is on a channel.
type Identity struct {
	Channel  fields.Channel
	SourceID string // compared exactly
	// Of is the ordinal of the merged contact that it came with, 0 for the contact's own.
	Of uint32
}

// String is the identity as filters, files and the history have it: channel:source_id. Source ids
// may have colons, channels have none.
func (i Identity) String() string { return i.Channel.String() + ":" + i.SourceID }

// IdentityOf reads an identity as String writes it. What is none has no channel.
func IdentityOf(text string) Identity {
	channel, source, _ := strings.Cut(text, ":")
	return Identity{Channel: fields.ChannelNamed(channel), SourceID: source}
}

// claim is what the identity claims.
func (i Identity) claim() ledger.Claim {
	return ledger.Claim{Kind: ClaimIdentity, Value: i.Channel.String() + "\x00" + i.SourceID}
}

// is reports whether two identities are the same, whomever they came with.
func (i Identity) is(other Identity) bool {
	return i.Channel == other.Channel && i.SourceID == other.SourceID
}

// identityTexts are the identities of a contact as the history has them.
func identityTexts(c *Contact) []string {
	var list []string
	for _, i := range c.Identities {
		list = append(list, i.String())
	}
	return list
}

// setIdentities gives a contact other identities. Where it had one, it keeps with which merged
// contact that came.
func setIdentities(c *Contact, texts []string) {
	had := c.Identities
	c.Identities = nil
	for _, text := range texts {
		identity := IdentityOf(text)
		if at := slices.IndexFunc(had, identity.is); at >= 0 {
			identity.Of = had[at].Of
		}
		c.Identities = append(c.Identities, identity)
	}
}

// identitiesField declares the field of all identities.
func identitiesField() ledger.FieldOf[Contact] {
	same := func(a, b *Contact) bool { return slices.EqualFunc(a.Identities, b.Identities, Identity.is) }
	f := ledger.AddressesField("identities", identityTexts, setIdentities, same, ledger.OneOf(fields.Channels, fields.ExpectedChannel), ledger.Keyed)
	return f.Merged(identitiesMerge)
}

// identitiesMerge unites the identities of two contacts.
var identitiesMerge = ledger.MergePolicy[Contact]{
	Give: func(after, absorbed *Contact) {
		for _, i := range absorbed.Identities {
			if !slices.ContainsFunc(after.Identities, i.is) {
				i.Of = cameWith(i.Of, absorbed)
				after.Identities = append(after.Identities, i)
			}
		}
	},
	Choose: func(after, absorbed *Contact) {
		own := *after
		after.Identities = nil
		for _, i := range absorbed.Identities {
			if at := slices.IndexFunc(own.Identities, i.is); at >= 0 {
				i = own.Identities[at]
			} else {
				i.Of = cameWith(i.Of, absorbed)
			}
			after.Identities = append(after.Identities, i)
		}
		for _, i := range own.Identities {
			if !slices.ContainsFunc(after.Identities, i.is) {
				after.Identities = append(after.Identities, i)
			}
		}
	},
	Take: func(now, _, _, absorbed *Contact) {
		now.Identities = slices.DeleteFunc(slices.Clone(now.Identities), func(i Identity) bool {
			return absorbed.brought(i.Of) || slices.ContainsFunc(absorbed.Identities, i.is)
		})
		if len(now.Identities) == 0 {
			now.Identities = nil
		}
	},
}

// Identified reports whether the contact is at least a lead: it has an e-mail, a phone, an
// identifier, or an identity on a channel where people are known.
func (c *Contact) Identified() bool {
	return c.Email != "" || c.Phone != "" || c.Identifier != "" ||
		slices.ContainsFunc(c.Identities, func(i Identity) bool { return !slices.Contains(anonymousChannels, i.Channel) })
}

// named reports whether there is anything to know the contact by, beside a name.
func (c *Contact) named() bool { return c.Identified() || len(c.Identities) > 0 }
