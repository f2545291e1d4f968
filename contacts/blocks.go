package contacts

import (
	"context"
	"time"
)

// BlockedAddress is a value that is blocked as one of the fields by which contacts are
// known. At least one of the other members says why.
type BlockedAddress struct {
	Field string // email, phone or identifier
	// KeptAt is when the value was kept as one that stays blocked, zero when it was
	// not.
	KeptAt time.Time
	// Contact is the blocked contact that has the value, zero for none.
	Contact ID
}

// known is a value as one of the fields by which contacts are known.
type known struct {
	field string
	claim Claim
}

// readKnown reads a value as everything that it can be.
func readKnown(schema *Schema, value string) ([]known, error) {
	var list []known
	fault := ""
	for _, field := range []string{"email", "phone", "identifier"} {
		claim, wrong := identifying(schema, field, value)
		if wrong == "" {
			list = append(list, known{field, claim})
		}
		fault = wrong
	}
	if len(list) == 0 {
		return nil, Invalid("invalid-request", "Nobody can have this value.", []Fault{{Path: "value", Detail: fault}})
	}
	return list, nil
}

// BlockedAddresses says as what a value is blocked, nil for nothing: because it was
// the address of a blocked contact, or is that of one. The value is read as when it is
// written. A text that nobody can have is an error of KindInvalid.
func (s *Service) BlockedAddresses(ctx context.Context, value string) ([]BlockedAddress, error) {
	values, err := readKnown(s.store.Schema(), value)
	if err != nil {
		return nil, err
	}
	var list []BlockedAddress
	for _, v := range values {
		blocked := BlockedAddress{Field: v.field}
		document, err := s.store.Document(ctx, Blocks, s.store.BlockKey(v.claim))
		if err != nil {
			return nil, err
		}
		if document != nil {
			var kept keptBlock
			if err := DecodeDocument(document, &kept); err != nil {
				return nil, err
			}
			blocked.KeptAt = kept.At
		}
		c, _, err := s.holder(ctx, v.claim)
		if err != nil && KindOf(err) != KindNotFound {
			return nil, err
		}
		if c != nil && c.Blocked {
			blocked.Contact = c.ID
		}
		if document != nil || blocked.Contact != (ID{}) {
			list = append(list, blocked)
		}
	}
	return list, nil
}

// LiftBlocks lifts what is blocked by a value: the value itself, whatever it can be,
// and the contact that has it. When nothing is, the error is of KindNotFound.
func (s *Service) LiftBlocks(ctx context.Context, by Author, value string) (Done, error) {
	values, err := readKnown(s.store.Schema(), value)
	if err != nil {
		return Done{}, err
	}
	now := s.instant()
	return Do(ctx, s.store, by, now, func(tx Tx) error {
		lifted := false
		for _, v := range values {
			unblocked, err := unblockHolder(tx, v.claim, now)
			if err != nil {
				return err
			}
			kept, err := liftBlock(tx, v.claim)
			if err != nil {
				return err
			}
			lifted = lifted || unblocked || kept != nil
		}
		if !lifted {
			return NotFound("block")
		}
		return nil
	})
}

// unblockHolder lets the contact in that holds a claim, if it is blocked.
func unblockHolder(tx Tx, claim Claim, now time.Time) (unblocked bool, err error) {
	ordinal, held, err := tx.Holder(claim)
	if err != nil || !held {
		return false, err
	}
	c, err := tx.Contact(ordinal)
	if err != nil || !c.Blocked {
		return false, err
	}
	_, err = setBlocked(tx, c, false, now)
	return err == nil, err
}
