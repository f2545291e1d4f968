package contacts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// Suppress suppresses 1 to MaxBatch addresses one after the other, as Batch upserts drafts. A draft has
// a channel, a reason, either a value or a contact_id, and perhaps an at. A contact_id means all addresses
// that the contact has on the channel. The Result of an item is StatusCreated when one of its addresses was
// not suppressed for the reason before, and has the id of the contact that it names.
func (s *Service) Suppress(ctx context.Context, by ledger.Caller, drafts []fields.Draft) (BatchResult, error) {
	if len(drafts) == 0 || len(drafts) > MaxBatch {
		return BatchResult{}, fault.Invalid("invalid-batch", "The batch is not valid.",
			[]fault.Fault{{Path: "suppressions", Detail: fmt.Sprintf("must have 1 to %d items", MaxBatch)}})
	}
	now := s.instant()
	do := func(tx ledger.Tx, i int) (result Result, err error) {
		err = tx.Attempt(func() (err error) {
			result, err = suppressOne(tx, by.Author, drafts[i], now)
			return err
		})
		switch fault.KindOf(err) {
		case fault.KindInvalid, fault.KindNotFound:
			return Result{Status: ledger.StatusFailed, Err: err}, nil
		}
		result.Seq = tx.Seq() - 1
		return result, err
	}
	b := batch{store: s.store, by: by, now: now, do: do, results: make([]Result, len(drafts))}
	return b.run(ctx, func(int) {})
}

// suppressOne suppresses what one draft names.
func suppressOne(tx ledger.Tx, by ledger.Author, d fields.Draft, now time.Time) (Result, error) {
	o, faults := readSuppression(tx.Schema(), d, now)
	if err := fault.Invalid("invalid-request", "The suppression is not valid.", faults); err != nil {
		return Result{}, err
	}
	result := Result{Status: ledger.StatusUnchanged, ID: o.contact}
	addresses := []string{o.address}
	if o.contact != (ledger.ID{}) {
		c, err := Kind.ByID(tx, o.contact)
		if err != nil {
			return Result{}, err
		}
		if addresses = slices.Collect(c.addressesOn(o.channel)); len(addresses) == 0 {
			return Result{}, fault.Invalid("invalid-request", "The suppression is not valid.", []fault.Fault{{Path: "contact_id", Detail: "must be a contact that has an address on the channel"}})
		}
	} else if err := o.checkDigits(tx); err != nil {
		return Result{}, err
	}
	for _, address := range addresses {
		added, err := suppress(tx, address, Suppression{o.channel, o.reason, o.at, by}, now)
		if err != nil {
			return Result{}, err
		}
		if added {
			result.Status = ledger.StatusCreated
		}
	}
	return result, nil
}

// suppressionOrder is what a draft asks for.
type suppressionOrder struct {
	channel fields.Channel
	address string
	digits  bool      // the address may be a phone number that cannot be read, see readAddress
	contact ledger.ID // instead of the address
	reason  Reason
	at      time.Time
}

var (
	channelField = fields.Field{Name: "channel", Type: fields.FieldOption, Standard: &fields.Standard{Choices: fields.Channels, Expected: fields.ExpectedChannel}}
	reasonField  = fields.Field{Name: "reason", Type: fields.FieldOption, Standard: &fields.Standard{Choices: Reasons, Expected: "one of " + strings.Join(Reasons, ", ")}}
)

func readSuppression(schema *fields.Schema, d fields.Draft, now time.Time) (o suppressionOrder, faults []fault.Fault) {
	r := memberReader{schema: schema, draft: d}
	required := func(f fields.Field) string {
		v, ok := r.read(f.Name, f)
		if _, sent := d[f.Name]; !sent || ok && v.IsMissing() {
			r.fault(f.Name, "must be given: "+f.Standard.Expected)
		}
		return v.Text
	}
	o.channel, o.reason = fields.ChannelNamed(required(channelField)), Reason(required(reasonField))
	o.at = r.moment(now)
	value, named := d["value"]
	contact, ofContact := d["contact_id"]
	for _, sent := range []bool{named, ofContact} {
		if sent {
			r.known++
		}
	}
	switch {
	case named == ofContact:
		r.fault("value", "must be given, or else contact_id, and not both")
	case ofContact:
		text, _ := contact.(string)
		id, err := uuid.Parse(words.VisibleText(text))
		if o.contact = id; err != nil || id == uuid.Nil {
			r.fault("contact_id", "must be the id of a contact")
		}
	case o.channel != 0:
		text, isText := value.(string)
		if !isText {
			r.fault("value", "must be a text")
			break
		}
		var wrong string
		if o.address, o.digits, wrong = readAddress(schema, o.channel, text); wrong != "" {
			r.fault("value", wrong)
		}
	}
	return o, r.end("suppression", "channel, value, contact_id, reason and at")
}

// readAddress reads an address on a channel, as Reach returns it. What cannot be read as a phone number,
// since the workspace has no phone region, may all the same be an identity: digits says so.
func readAddress(schema *fields.Schema, channel fields.Channel, text string) (address string, digits bool, wrong string) {
	field, _ := schema.Field("email")
	if usesPhones(channel) {
		field, _ = schema.Field("phone")
	} else if channel != emailChannel {
		field = sourceID
	}
	v, wrong := schema.Coerce(field, text)
	if wrong != "" && usesPhones(channel) && !fields.Blank(text) {
		digits = wrong == fields.ExpectedPhoneRegion && fields.HasDialledDigits(text)
		v, wrong = schema.Coerce(sourceID, text)
		v.Text = Identity{Channel: channel, SourceID: v.Text}.address()
	}
	switch {
	case wrong != "":
		return "", false, wrong
	case v.IsMissing():
		return "", false, "must not be blank"
	case channel == emailChannel:
		return fields.ClaimedEmail(v.Text), false, ""
	}
	return v.Text, digits, ""
}

// checkDigits refuses digits that nobody has as identity: they are a phone number that cannot be read.
func (o suppressionOrder) checkDigits(tx ledger.Tx) error {
	if !o.digits {
		return nil
	}
	holders, err := holdersOf(tx, o.channel, o.address)
	if err == nil && len(holders) == 0 {
		err = fault.Invalid("invalid-request", "The suppression is not valid.", []fault.Fault{{Path: "value", Detail: fields.ExpectedPhoneRegion}})
	}
	return err
}

// invalidAddress is the error of what nobody can have as address on a channel.
func invalidAddress(wrong string) error {
	return fault.Invalid("invalid-request", "Nobody can have this value.", []fault.Fault{{Path: "value", Detail: wrong}})
}

// Suppressions returns the suppressions of a value on a channel, nil for none. A text that nobody can have
// there is an error of fault.KindInvalid.
func (s *Service) Suppressions(ctx context.Context, channel fields.Channel, value string) ([]Suppression, error) {
	address, _, wrong := readAddress(s.store.Schema(), channel, value)
	if wrong != "" {
		return nil, invalidAddress(wrong)
	}
	return ReadSuppressions(ctx, s.store, channel, address)
}

// ReadSuppressions returns the suppressions of an address, as Reach returns it, on a channel.
func ReadSuppressions(ctx context.Context, r BlockReader, channel fields.Channel, address string) ([]Suppression, error) {
	document, err := r.Document(ctx, ledger.Suppressions, r.BlockKey(addressClaim(channel, address)))
	if err != nil || document == nil {
		return nil, err
	}
	var kept keptSuppressions
	err = ledger.DecodeDocument(document, &kept)
	return kept.on(channel), err
}

// SuppressionsOf returns the suppressions of all addresses of a contact.
func SuppressionsOf(ctx context.Context, r BlockReader, c *Contact) (addresses []Suppressed, of [][]Suppression, err error) {
	for _, s := range c.Suppressed {
		list, err := ReadSuppressions(ctx, r, s.Channel, s.Address)
		if err != nil {
			return nil, nil, err
		}
		addresses, of = append(addresses, s), append(of, list)
	}
	return addresses, of, nil
}

// LiftSuppressions lifts all suppressions of a value on a channel. When there is none the error is of
// fault.KindNotFound, or of fault.KindInvalid where Suppressions has one.
func (s *Service) LiftSuppressions(ctx context.Context, by ledger.Caller, channel fields.Channel, value string) (ledger.Done, error) {
	address, _, wrong := readAddress(s.store.Schema(), channel, value)
	if wrong != "" {
		return ledger.Done{}, invalidAddress(wrong)
	}
	now := s.instant()
	return ledger.Do(ctx, s.store, by, now, func(tx ledger.Tx) error {
		lifted, err := lift(tx, channel, address, now, ReasonBounce, ReasonComplaint, ReasonUnsubscribe, ReasonManual)
		if err == nil && !lifted {
			err = fault.NotFound("suppression")
		}
		return err
	})
}
