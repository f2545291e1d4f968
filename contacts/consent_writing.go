package contacts

import (
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// putConsents gives a contact other consents and returns the state after it. Each is a change of its
// own, on behalf of whoever noted it: so history and timeline have each of them with its proof.
func putConsents(tx ledger.Tx, c *Contact, consents []Consent, now time.Time) (*Contact, error) {
	if len(c.Consents) == 0 && len(consents) == 0 {
		return c, nil
	}
	shall := &Contact{Consents: consents}
	for _, name := range fields.Channels {
		channel := fields.ChannelNamed(name)
		consent := shall.Consent(channel)
		if sameConsent(consent, c.Consent(channel)) {
			continue
		}
		after := c.Clone()
		after.setConsent(consent)
		after.UpdatedAt = now
		update := func() error { return Kind.Update(tx, c, after) }
		err := error(nil)
		if consent.Status == ConsentUnknown {
			err = update()
		} else {
			err = tx.As(ledger.Author{Source: consent.Source, Name: consent.Name}, update)
		}
		if err != nil {
			return nil, err
		}
		if c = after; consent.Status == Subscribed {
			if c, err = resubscribe(tx, c, channel, now); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}
