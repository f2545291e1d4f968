package contacts

import (
	"context"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// BlockedAddress is a value that is blocked as one of the fields by which contacts are
// known. At least one of the other members says why.
type BlockedAddress struct {
	Field string // email, phone, identifier or identity
	// KeptAt is when the value was kept as one that stays blocked, zero when it was
	// not.
	KeptAt time.Time
	// Until is when it is blocked no more, zero for never.
	Until time.Time
	// Contact is the blocked contact that has the value, zero for none.
	Contact ledger.ID
}

// known is a value as one of the fields by which contacts are known.
type known struct {
	field string
	claim ledger.Claim
}

// readKnown reads a value as everything that it can be. unread is the fault of what
// looks like a phone number and cannot be read as one, since the workspace has no
// phone region; it may all the same be an identifier.
func readKnown(schema *fields.Schema, value string) (list []known, unread string, err error) {
	detail := ""
	for _, field := range []string{"email", "phone", "identifier"} {
		claim, wrong := identifying(schema, field, value)
		if wrong == "" {
			list = append(list, known{field, claim})
		}
		if wrong == fields.ExpectedPhoneRegion && fields.HasDialledDigits(value) {
			unread = wrong
		}
		detail = wrong
	}
	if channel, ok := identityNamed(schema, value); ok {
		list = append(list, known{"identity", channel.claim()})
	}
	if len(list) == 0 {
		return nil, "", fault.Invalid("invalid-request", "Nobody can have this value.", []fault.Fault{{Path: "value", Detail: detail}})
	}
	return list, unread, nil
}

// identityNamed reads an identity as channel:source_id.
func identityNamed(schema *fields.Schema, text string) (Identity, bool) {
	identity := IdentityOf(words.VisibleText(text))
	v, wrong := schema.Coerce(sourceID, identity.SourceID)
	identity.SourceID = v.Text
	return identity, identity.Channel != 0 && wrong == "" && !v.IsMissing()
}

// unreadPhone is the error of a value of which it is not known whether it is blocked:
// nobody has it as identifier, and as a phone number it cannot be read.
func unreadPhone(wrong string) error {
	return fault.Invalid("invalid-request", "The value cannot be read as a phone number, and nobody has it as identifier.", []fault.Fault{{Path: "value", Detail: wrong}})
}

// BlockedAddresses says as what a value is blocked, nil for nothing: because it was
// the address of a blocked contact, or is that of one. The value is read as when it is
// written. A text that nobody can have is an error of fault.KindInvalid, and so is a local
// phone number in a workspace without region, unless it is somebody's identifier.
func (s *Service) BlockedAddresses(ctx context.Context, value string) ([]BlockedAddress, error) {
	values, unread, err := readKnown(s.store.Schema(), value)
	if err != nil {
		return nil, err
	}
	now := s.instant()
	var list []BlockedAddress
	for _, v := range values {
		blocked, kept, err := s.keptAddress(ctx, v, now)
		if err != nil {
			return nil, err
		}
		c, _, err := s.holder(ctx, v.claim)
		if err != nil && fault.KindOf(err) != fault.KindNotFound {
			return nil, err
		}
		if c != nil {
			unread = ""
		}
		if c != nil && c.Blocked && !c.blockOver(now) {
			blocked.Contact = c.ID
			if !kept || lastsLonger(c.BlockUntil, blocked.Until) {
				blocked.Until = c.BlockUntil
			}
		}
		if kept || blocked.Contact != (ledger.ID{}) {
			list = append(list, blocked)
		}
	}
	if unread != "" && len(list) == 0 {
		return nil, unreadPhone(unread)
	}
	return list, nil
}

// keptAddress says whether a value is kept as one that stays blocked.
func (s *Service) keptAddress(ctx context.Context, v known, now time.Time) (b BlockedAddress, kept bool, err error) {
	b.Field = v.field
	var block keptBlock
	if found, err := storedBlock(ctx, s.store, s.store.BlockKey(v.claim), &block); err != nil || !found {
		return b, false, err
	}
	var group blockGroup
	if _, err := storedBlock(ctx, s.store, groupKey(block.Group), &group); err != nil || group.over(now) {
		return b, false, err
	}
	b.KeptAt, b.Until = block.At, group.Until
	return b, true, nil
}

// LiftBlocks lifts what is blocked by a value: the value itself, whatever it can be,
// and the contact that has it. When nothing is, the error is of fault.KindNotFound, or of
// fault.KindInvalid where BlockedAddresses has one.
func (s *Service) LiftBlocks(ctx context.Context, by ledger.Caller, value string) (ledger.Done, error) {
	values, unread, err := readKnown(s.store.Schema(), value)
	if err != nil {
		return ledger.Done{}, err
	}
	now := s.instant()
	return ledger.Do(ctx, s.store, by, now, func(tx ledger.Tx) error {
		lifted, had := false, false
		for _, v := range values {
			held, unblocked, err := unblockHolder(tx, v.claim, now)
			if err != nil {
				return err
			}
			kept, err := liftBlock(tx, v.claim)
			if err != nil {
				return err
			}
			lifted, had = lifted || unblocked || kept != nil, had || held
		}
		switch {
		case lifted:
			return nil
		case unread != "" && !had:
			return unreadPhone(unread)
		}
		return fault.NotFound("block")
	})
}

// unblockHolder lets the contact in that holds a claim, if it is blocked.
func unblockHolder(tx ledger.Tx, claim ledger.Claim, now time.Time) (held, unblocked bool, err error) {
	holder, held, err := tx.Holder(claim)
	if err != nil || !held {
		return false, false, err
	}
	c, err := Kind.At(tx, holder)
	if err != nil || !c.Blocked {
		return true, false, err
	}
	_, err = putBlockOf(tx, c, nil, now)
	return true, err == nil, err
}
