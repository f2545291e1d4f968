package contacts

import (
	"slices"
	"strings"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// consentMember is the member of a draft that has a word for each channel.
const consentMember = "consent"

// isConsent reports whether a field is the consent on a channel.
func isConsent(f *ledger.FieldOf[Contact]) bool {
	return f.Standard.Unset != "" && strings.HasPrefix(f.Name, ConsentPrefix)
}

// readConsent reads the consents of a draft: an object that has, by channel, subscribed, unsubscribed,
// or unknown or null for none. A null in the place of the object withdraws all.
func (r *draftReader) readConsent() {
	raw, sent := r.member(consentMember)
	if !sent {
		return
	}
	object, ok := raw.(map[string]any)
	if !ok && raw != nil {
		r.fault(consentMember, "must be an object that has subscribed, unsubscribed or unknown by channel")
		return
	}
	known := 0
	for _, channel := range fields.Channels {
		said, sent := object[channel]
		switch {
		case sent:
			known++
			r.readConsentOn(channel, said)
		case raw == nil:
			r.readConsentOn(channel, nil)
		}
	}
	if known < len(object) {
		r.fault(consentMember, "has a member that is no channel; the channels are "+strings.Join(fields.Channels, ", "))
	}
}

func (r *draftReader) readConsentOn(channel string, raw any) {
	f := Kind.Named(ConsentPrefix + channel)
	v, wrong := r.patch.schema.Coerce(f.Field, raw)
	if wrong != "" {
		r.fault(f.Name, wrong)
		return
	}
	r.patch.standard = append(r.patch.standard, assignment{f, v})
}

// consents brings the consents of a row, which are cells like consent.email, into the form of a
// draft. The words may have any case.
func (r *cellReader) consents() {
	var said map[string]any
	for _, channel := range fields.Channels {
		text, ok := r.draft[ConsentPrefix+channel].(string)
		if !ok {
			continue
		}
		if said == nil {
			said = map[string]any{}
			r.draft[consentMember] = said
		}
		delete(r.draft, ConsentPrefix+channel)
		said[channel] = strings.ToLower(strings.TrimSpace(text))
	}
}

// keepUnsubscribed leaves out of a row that somebody is subscribed who has unsubscribed: a file may be
// older than that.
func (w *writing) keepUnsubscribed(match *Contact) {
	for _, consent := range match.Consents {
		field := ConsentPrefix + consent.Channel.String()
		v, sent := w.item.patch.sent(field)
		if sent && consent.Status == Unsubscribed && v.Text != Unsubscribed.String() {
			w.omit(field)
			w.leaveOut(field, "is unsubscribed, which a file does not change")
		}
	}
}

// checkSource refuses a draft of an assistant that has consents: people have said them to people.
func (w *writing) checkSource() error {
	says := func(a assignment) bool { return isConsent(a.field) }
	if w.by.Source != ledger.SourceAI || !slices.ContainsFunc(w.item.patch.standard, says) {
		return nil
	}
	return invalidContact([]fault.Fault{{Path: consentMember, Detail: "cannot be set by an assistant"}})
}

// checkResubscribing refuses that an author who sets no consents takes back that somebody has
// unsubscribed: a contact, or the owner of an address that the contact shares. before is nil for a new
// contact, and after has heeded the suppressions.
func (w *writing) checkResubscribing(before, after *Contact) error {
	if !w.by.NoResubscribing {
		return nil
	}
	if before == nil {
		before = &Contact{}
	}
	var faults []fault.Fault
	for _, name := range fields.Channels {
		channel := fields.ChannelNamed(name)
		was, is := before.Consent(channel).Status, after.Consent(channel).Status
		if was == is {
			continue
		}
		path := ConsentPrefix + name
		if was == Unsubscribed {
			faults = append(faults, fault.Fault{Path: path, Detail: "cannot be changed, because the contact has unsubscribed; " + whoSubscribesAgain})
			continue
		}
		lifts, err := unsubscribedSomewhere(w.tx, after, channel)
		if err != nil {
			return err
		}
		if is == Subscribed && lifts {
			faults = append(faults, fault.Fault{Path: path, Detail: "cannot be subscribed, because the owner of an address has unsubscribed; " + whoSubscribesAgain})
		}
	}
	return invalidContact(faults)
}

// whoSubscribesAgain says whom to ask.
const whoSubscribesAgain = "an agent or an administrator may do so"
