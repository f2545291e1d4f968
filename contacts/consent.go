package contacts

import (
	"cmp"
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// ConsentStatus says whether a person agrees to be written to on a channel. Numbers stand in
// records and never change their meaning.
type ConsentStatus uint8

// The statuses of consent, the stricter one later.
const (
	ConsentUnknown ConsentStatus = iota // nothing was said, or it was withdrawn
	Subscribed
	Unsubscribed
)

var consentWords = [...]string{"unknown", "subscribed", "unsubscribed"}

// ConsentWords are the words of the statuses, as in filters.
var ConsentWords = []string{"subscribed", "unsubscribed", "unknown"}

// String is the word of a status.
func (s ConsentStatus) String() string {
	if int(s) < len(consentWords) {
		return consentWords[s]
	}
	return ""
}

// consentNamed returns the status of a word, ConsentUnknown for no status.
func consentNamed(word string) ConsentStatus {
	return ConsentStatus(max(0, slices.Index(consentWords[:], word)))
}

// MaxProof is how long the proof of a consent may be, in characters.
const MaxProof = 1_000

// Consent is what a person has said about one channel.
type Consent struct {
	Channel fields.Channel
	Status  ConsentStatus // never ConsentUnknown in a record
	// At is when the person said so. By is who noted it.
	At     time.Time
	Source ledger.Source
	Name   string
	Proof  string // one line that says how it is known, "" for nothing
}

// Consent returns what a contact has said about a channel. ConsentUnknown is for nothing.
func (c *Contact) Consent(channel fields.Channel) Consent {
	for i := range c.Consents {
		if c.Consents[i].Channel == channel {
			return c.Consents[i]
		}
	}
	return Consent{Channel: channel}
}

// setConsent gives a contact another consent on the channel of it. ConsentUnknown takes it away.
func (c *Contact) setConsent(consent Consent) {
	at, had := slices.BinarySearchFunc(c.Consents, consent.Channel, func(a Consent, channel fields.Channel) int { return cmp.Compare(a.Channel, channel) })
	list := slices.Clone(c.Consents)
	switch {
	case consent.Status == ConsentUnknown && had:
		list = slices.Delete(list, at, at+1)
	case consent.Status == ConsentUnknown:
	case had:
		list[at] = consent
	default:
		list = slices.Insert(list, at, consent)
	}
	if len(list) == 0 {
		list = nil
	}
	c.Consents = list
}

// noteConsents says of each consent of after that before does not have who noted it, and when.
// before is nil for a new contact. The moment is that of the note: who says another one, or a proof,
// sets the consent as a whole.
func noteConsents(before, after *Contact, by ledger.Author, now time.Time) {
	for _, consent := range after.Consents {
		if before != nil && before.Consent(consent.Channel).Status == consent.Status {
			continue
		}
		after.setConsent(Consent{Channel: consent.Channel, Status: consent.Status, At: now, Source: by.Source, Name: by.Name})
	}
}

// sameConsent reports whether two consents are the same.
func sameConsent(a, b Consent) bool {
	at := a.At
	a.At = b.At
	return a == b && at.Equal(b.At)
}

// ConsentPrefix comes before the name of a channel in the names of fields.
const ConsentPrefix = "consent."

// refusedConsent is why no draft has what belongs to a consent.
const refusedConsent = "cannot be sent; set the consent of the channel instead"

// consentFields declares for each channel a field of the status, and what the history keeps beside it.
func consentFields() (list []ledger.FieldOf[Contact]) {
	for _, name := range fields.Channels {
		channel, status := fields.ChannelNamed(name), ConsentPrefix+name
		part := func(name string, t fields.FieldType, get func(Consent) fields.Value, set func(*Consent, fields.Value), options ...ledger.StandardOption) ledger.FieldOf[Contact] {
			return ledger.PartField(name, t,
				func(c *Contact) fields.Value { return get(c.Consent(channel)) },
				func(c *Contact, v fields.Value) {
					consent := c.Consent(channel)
					set(&consent, v)
					c.setConsent(consent)
				},
				func(a, b *Contact) bool {
					return len(a.Consents) == 0 && len(b.Consents) == 0 || get(a.Consent(channel)).Equal(get(b.Consent(channel)))
				},
				options...)
		}
		list = append(list,
			part(status, fields.FieldOption, consentStatus, setConsentStatus,
				ledger.OneOf(ConsentWords, "subscribed, unsubscribed or unknown"), ledger.Unset(ConsentUnknown.String())).Merged(consentMerge(channel)),
			part(status+".at", fields.FieldInstant, consentAt, setConsentAt, ledger.Unfiltered, ledger.ReadOnly(refusedConsent)).DecidedWith(status),
			part(status+".proof", fields.FieldText, consentProof, setConsentProof, ledger.Limit(MaxProof), ledger.Unfiltered, ledger.ReadOnly(refusedConsent)).DecidedWith(status).Sized(func(c *Contact) int { return len(c.Consent(channel).Proof) }),
		)
	}
	return list
}

func consentStatus(c Consent) fields.Value {
	if c.Status == ConsentUnknown {
		return fields.Value{}
	}
	return fields.TextValue(c.Status.String())
}

func setConsentStatus(c *Consent, v fields.Value) { c.Status = consentNamed(v.Text) }

func consentAt(c Consent) fields.Value {
	if c.At.IsZero() {
		return fields.Value{}
	}
	return fields.IntValue(c.At.UnixMilli())
}

func setConsentAt(c *Consent, v fields.Value) {
	c.At = time.Time{}
	if !v.IsMissing() {
		c.At = time.UnixMilli(v.Int).UTC()
	}
}

func consentProof(c Consent) fields.Value        { return fields.TextValue(c.Proof) }
func setConsentProof(c *Consent, v fields.Value) { c.Proof = v.Text }

// consentMerge gives the survivor the stricter of two consents on a channel, and of two that are alike
// the newer. Nobody can choose another one. An undo gives back what each had, unless somebody has changed it since.
func consentMerge(channel fields.Channel) ledger.MergePolicy[Contact] {
	return ledger.MergePolicy[Contact]{
		Give: func(after, absorbed *Contact) {
			own, other := after.Consent(channel), absorbed.Consent(channel)
			if cmp.Or(cmp.Compare(other.Status, own.Status), other.At.Compare(own.At)) > 0 {
				after.setConsent(other)
			}
		},
		Take: func(now, merged, before, _ *Contact) {
			if sameConsent(now.Consent(channel), merged.Consent(channel)) {
				now.setConsent(before.Consent(channel))
			}
		},
		Fixed: true,
	}
}

// partConsents settles the consents of two contacts that part, of the survivor as it is now. Each has its
// own again; what was said since the merge stays with after, the survivor (see consentMerge). Whoever has unsubscribed since
// may have been either of the two, so both are. What follows from a suppressed address goes with it.
func partConsents(tx ledger.Tx, now *Contact, m *ledger.Merge[Contact], after, restored *Contact) error {
	for _, name := range fields.Channels {
		channel := fields.ChannelNamed(name)
		said, theirs := now.Consent(channel), restored.Consent(channel)
		switch {
		case sameConsent(said, m.After.Consent(channel)):
		case said.bySuppression():
			own, err := unsubscribedAddress(tx, after, channel)
			if err != nil {
				return err
			}
			other, err := unsubscribedAddress(tx, restored, channel)
			if err != nil {
				return err
			}
			if other && !own {
				after.setConsent(m.Before.Consent(channel))
			}
		case said.Status == Unsubscribed:
			if theirs.Status != Unsubscribed {
				restored.setConsent(said)
			}
		case theirs.bySuppression():
			restored.setConsent(Consent{Channel: channel}) // it was lifted
		}
	}
	for _, c := range []*Contact{after, restored} {
		if err := heedSuppressions(tx, nil, c); err != nil {
			return err
		}
	}
	return nil
}
