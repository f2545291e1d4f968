package contacts

import (
	"context"
	"strings"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// maxAhead is how far the clock of who says when something was may be ahead.
const maxAhead = 5 * time.Minute

// SetConsent sets what a contact has said about a channel; version is as for Patch. The draft has a
// status, and may have a proof and an at, which is now when absent. It replaces what was said before as
// a whole, and the status unknown withdraws it. A channel of 0 is a fault like those of the draft, and all are told. What is as it is already, but for the moment where the
// draft has none, stays.
//
// To subscribe lifts what is suppressed because somebody with one of the addresses unsubscribed.
func (s *Service) SetConsent(ctx context.Context, by ledger.Caller, id ledger.ID, channel fields.Channel, d fields.Draft, version uint64) (Result, error) {
	now := s.instant()
	consent, faults := readConsent(s.store.Schema(), channel, d, now)
	invalid := fault.Invalid("invalid-request", "The consent is not valid.", faults)
	if invalid != nil && by.Receipt == nil {
		return Result{}, invalid
	}
	consent.Source, consent.Name = by.Source, by.Author.Name
	return s.once(ctx, by, now, func(tx ledger.Tx) (Result, error) {
		before, err := Kind.ByID(tx, id)
		if err == nil {
			err = ledger.CheckVersion(version, before.Version)
		}
		if err == nil {
			err = invalid
		}
		if err != nil {
			return Result{}, err
		}
		present := before.Consent(channel)
		_, moment := d["at"]
		same := present.Status == consent.Status && present.Proof == consent.Proof && (!moment || present.At.Equal(consent.At))
		if same || consent.Status == ConsentUnknown && present.Status == ConsentUnknown {
			return s.resultOf(tx, ledger.StatusUnchanged, before)
		}
		shall := before.Clone()
		shall.setConsent(consent)
		after, err := putConsents(tx, before, shall.Consents, now)
		if err != nil {
			return Result{}, err
		}
		return s.resultOf(tx, ledger.StatusUpdated, after)
	})
}

// readConsent reads the draft of a consent.
func readConsent(schema *fields.Schema, channel fields.Channel, d fields.Draft, now time.Time) (Consent, []fault.Fault) {
	r := memberReader{schema: schema, draft: d}
	if channel == 0 {
		r.fault("channel", "must be "+fields.ExpectedChannel)
		channel = fields.ChannelNamed(fields.Channels[0]) // all have the same members
	}
	consent, field := Consent{Channel: channel, At: now}, ConsentPrefix+channel.String()
	if v, ok := r.read("status", Kind.Named(field).Field); ok {
		consent.Status = consentNamed(v.Text)
		if v.IsMissing() {
			r.fault("status", "must be subscribed, unsubscribed or unknown")
		}
	} else if _, sent := d["status"]; !sent {
		r.fault("status", "must be given: subscribed, unsubscribed or unknown")
	}
	if v, ok := r.read("proof", Kind.Named(field+".proof").Field); ok {
		consent.Proof = v.Text
	}
	consent.At = r.moment(now)
	if consent.Status == ConsentUnknown && consent.Proof != "" {
		r.fault("proof", "must be absent where the status is unknown")
	}
	return consent, r.end("consent", "status, proof and at")
}

// memberReader reads the members of a draft that is no contact.
type memberReader struct {
	schema *fields.Schema
	draft  fields.Draft
	known  int
	faults []fault.Fault
}

func (r *memberReader) fault(path, detail string) {
	r.faults = append(r.faults, fault.Fault{Path: path, Detail: detail})
}

// read reads a member as a field. It is not ok when the draft does not have it, or has no value of
// the field.
func (r *memberReader) read(name string, f fields.Field) (v fields.Value, ok bool) {
	raw, sent := r.draft[name]
	if !sent {
		return v, false
	}
	r.known++
	v, wrong := r.schema.Coerce(f, raw)
	if wrong != "" {
		r.fault(name, wrong)
	}
	return v, wrong == ""
}

// moment reads the member at, which is now when absent.
func (r *memberReader) moment(now time.Time) time.Time {
	v, ok := r.read("at", fields.Field{Name: "at", Type: fields.FieldInstant})
	if !ok || v.IsMissing() {
		return now
	}
	at := time.UnixMilli(v.Int).UTC()
	if at.After(now.Add(maxAhead)) {
		r.fault("at", "must not be in the future")
	}
	return at
}

// end returns all faults, that there are other members among them.
func (r *memberReader) end(noun, members string) []fault.Fault {
	if r.known < len(r.draft) {
		r.fault("", "has a member that no "+noun+" has; the members are "+strings.ReplaceAll(members, " and", ","))
	}
	return r.faults
}
