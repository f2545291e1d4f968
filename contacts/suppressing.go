package contacts

import (
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// suppress keeps a suppression of an address, and brings all contacts in line that have it. Whoever has an
// address that is suppressed because its owner unsubscribed is unsubscribed, unless it is shared.
func suppress(tx ledger.Tx, address string, s Suppression, now time.Time) (added bool, err error) {
	if added, err = keepSuppression(tx, address, s); err != nil || !added {
		return added, err
	}
	return true, alignHolders(tx, s.Channel, address, now, func(c *Contact) error {
		if s.Reason == ReasonUnsubscribe && c.owns(s.Channel, address) {
			c.unsubscribe(s)
		}
		return nil
	})
}

// lift removes the suppressions of an address on a channel for some reasons, and brings all contacts in
// line that have it. Whoever was unsubscribed on account of the address alone is so no more.
func lift(tx ledger.Tx, channel fields.Channel, address string, now time.Time, reasons ...Reason) (lifted bool, err error) {
	dropped, err := dropSuppressions(tx, channel, address, reasons...)
	if err != nil || len(dropped) == 0 {
		return false, err
	}
	unsubscribed := slices.ContainsFunc(dropped, Suppression.unsubscribes)
	return true, alignHolders(tx, channel, address, now, func(c *Contact) error {
		if !unsubscribed || !c.Consent(channel).bySuppression() {
			return nil
		}
		others, err := unsubscribedAddress(tx, c, channel)
		if err == nil && !others {
			c.setConsent(Consent{Channel: channel})
		}
		return err
	})
}

// owns reports whether an address on a channel is that of the contact alone.
func (c *Contact) owns(channel fields.Channel, address string) bool {
	return c.Holds(addressClaim(channel, address)) || slices.ContainsFunc(c.Identities, func(i Identity) bool { return i.Channel == channel && i.address() == address })
}

// unsubscribedAddress reports whether a contact has an address on a channel that is its own alone and that
// is suppressed because its owner unsubscribed.
func unsubscribedAddress(tx ledger.Tx, c *Contact, channel fields.Channel) (bool, error) {
	for address := range c.addressesOn(channel) {
		list, err := suppressionsOf(tx, channel, address)
		if err != nil {
			return false, err
		}
		if c.owns(channel, address) && slices.ContainsFunc(list, Suppression.unsubscribes) {
			return true, nil
		}
	}
	return false, nil
}

// unsubscribedSomewhere is unsubscribedAddress also of addresses that the contact shares.
func unsubscribedSomewhere(tx ledger.Tx, c *Contact, channel fields.Channel) (found bool, err error) {
	err = eachSuppression(tx, c, func(s Suppressed, list []Suppression) {
		found = found || s.Channel == channel && slices.ContainsFunc(list, Suppression.unsubscribes)
	})
	return found, err
}

// bySuppression is who unsubscribes somebody on account of an address.
func bySuppression(channel fields.Channel) ledger.Author {
	noun := "identity"
	switch {
	case channel == emailChannel:
		noun = "email"
	case usesPhones(channel):
		noun = "phone"
	}
	return ledger.Author{Source: ledger.SourceSystem, Name: "the " + noun + " is suppressed"}
}

// bySuppression reports whether a consent follows from an address that is suppressed.
func (c Consent) bySuppression() bool {
	return c.Source == ledger.SourceSystem && c.Name == bySuppression(c.Channel).Name
}

// unsubscribe gives a contact the consent that follows from a suppression, unless it has unsubscribed
// itself.
func (c *Contact) unsubscribe(s Suppression) {
	if c.Consent(s.Channel).Status != Unsubscribed {
		by := bySuppression(s.Channel)
		c.setConsent(Consent{Channel: s.Channel, Status: Unsubscribed, At: s.At, Source: by.Source, Name: by.Name})
	}
}

// alignHolders brings all contacts that have an address in line with what is suppressed, and with what
// change says.
func alignHolders(tx ledger.Tx, channel fields.Channel, address string, now time.Time, change func(*Contact) error) error {
	holders, err := holdersOf(tx, channel, address)
	if err != nil {
		return err
	}
	for _, ordinal := range holders {
		before, err := Kind.Get(tx, ordinal)
		if err != nil {
			return err
		}
		after := before.Clone()
		if after.Suppressed, err = suppressedOf(tx, after); err != nil {
			return err
		}
		if err := change(after); err != nil {
			return err
		}
		consents := after.Consents
		after.Consents = before.Consents
		if slices.Equal(before.Suppressed, after.Suppressed) {
			after = before
		} else {
			after.UpdatedAt = now
			if err := Kind.Update(tx, before, after); err != nil {
				return err
			}
		}
		if _, err := putConsents(tx, after, consents, now); err != nil {
			return err
		}
	}
	return nil
}

// suppressedOf returns the addresses of a contact that are suppressed now, each once a channel.
func suppressedOf(tx ledger.Tx, c *Contact) (list []Suppressed, err error) {
	err = eachSuppression(tx, c, func(s Suppressed, _ []Suppression) { list = append(list, s) })
	return list, err
}

// eachSuppression calls visit with each suppressed address of a contact and what is kept of it.
func eachSuppression(tx ledger.Tx, c *Contact, visit func(Suppressed, []Suppression)) error {
	for _, name := range fields.Channels {
		channel := fields.ChannelNamed(name)
		var met []string
		for address := range c.addressesOn(channel) {
			if slices.Contains(met, address) {
				continue
			}
			met = append(met, address)
			list, err := suppressionsOf(tx, channel, address)
			if err != nil {
				return err
			}
			if len(list) > 0 {
				visit(Suppressed{channel, address}, list)
			}
		}
	}
	return nil
}

// heedSuppressions brings a contact that is about to be written in line with what is suppressed. before is
// nil for a new one. Whoever takes an address that is suppressed because its owner unsubscribed is
// unsubscribed, too, unless it shares it.
func heedSuppressions(tx ledger.Tx, before, after *Contact) error {
	after.Suppressed = nil
	return eachSuppression(tx, after, func(s Suppressed, list []Suppression) {
		after.Suppressed = append(after.Suppressed, s)
		had := before != nil && slices.Contains(slices.Collect(before.addressesOn(s.Channel)), s.Address)
		if had || !after.owns(s.Channel, s.Address) {
			return
		}
		for _, one := range list {
			if one.unsubscribes() {
				after.unsubscribe(one)
			}
		}
	})
}

// keepUnsubscribes lets the addresses stay unsubscribed that a contact which has unsubscribed is about to
// give up: all of them where after is nil. One that others have, too, is theirs from then on.
func keepUnsubscribes(tx ledger.Tx, before, after *Contact) error {
	for _, consent := range before.Consents {
		if consent.Status != Unsubscribed {
			continue
		}
		var left []string
		if after != nil {
			left = slices.Collect(after.addressesOn(consent.Channel))
		}
		for address := range before.addressesOn(consent.Channel) {
			if slices.Contains(left, address) {
				continue
			}
			holders, err := holdersOf(tx, consent.Channel, address)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(holders, func(ordinal uint32) bool { return ordinal != before.Ordinal }) {
				continue
			}
			s := Suppression{consent.Channel, ReasonUnsubscribe, consent.At, ledger.Author{Source: consent.Source, Name: consent.Name}}
			if _, err := keepSuppression(tx, address, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// resubscribe lifts what is suppressed because a contact had unsubscribed on a channel, and returns the
// state after it. Addresses that bounced stay suppressed.
func resubscribe(tx ledger.Tx, c *Contact, channel fields.Channel, now time.Time) (*Contact, error) {
	for address := range c.addressesOn(channel) {
		if _, err := lift(tx, channel, address, now, ReasonUnsubscribe); err != nil {
			return nil, err
		}
	}
	return Kind.Get(tx, c.Ordinal)
}
