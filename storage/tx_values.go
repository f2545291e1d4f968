package storage

import (
	"bytes"
	"slices"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// The claims on values of attributes. Which of them there are the schema says, and while
// that has changed, a sweep is under way: a record may not have its claim yet, or still have
// one. So a claim is given up only by the record that has it.

// valueClaim is the claim on a value of an attribute.
type valueClaim struct {
	ledger.Claim
	fields.ClaimedAttribute
}

// valueClaims are those of a record, as the schema says.
func (k *kind) valueClaims(s *fields.Schema, r ledger.Record) (list []valueClaim) {
	if k.ValueClaim == 0 {
		return nil
	}
	claimed := s.Of(k.Entity).Claimed()
	if len(claimed) == 0 {
		return nil
	}
	values := k.AttributesOf(r)
	for _, a := range claimed {
		if form := fields.ClaimedForm(a.Number, values.Get(a.Number)); form != "" {
			list = append(list, valueClaim{ledger.Claim{Kind: k.ValueClaim, Value: form}, a})
		}
	}
	return list
}

// takenValues are the claims that a new record takes.
func (t *tx) takenValues(k *kind, r ledger.Record) (taken []ledger.Claim) {
	for _, c := range k.valueClaims(t.schema, r) {
		if c.Takes {
			taken = append(taken, c.Claim)
		}
	}
	return taken
}

// movedValues are the claims that a record gives up and takes by a change.
func (t *tx) movedValues(k *kind, before, after ledger.Record) (released, taken []ledger.Claim, err error) {
	had, has := k.valueClaims(t.schema, before), k.valueClaims(t.schema, after)
	ref := k.StampOf(before).Ref()
	for _, c := range had {
		if slices.Contains(has, c) {
			continue
		}
		own, _, err := t.holdsValue(k, ref, c.Claim)
		if err != nil {
			return nil, nil, err
		}
		if own {
			released = append(released, c.Claim)
		}
	}
	for _, c := range has {
		if !c.Takes || slices.Contains(had, c) {
			continue // of what it keeps, the sweep takes the claim
		}
		taken = append(taken, c.Claim)
	}
	return released, taken, nil
}

// holdsValue reports whether a record has a claim, and whether anybody has it.
func (t *tx) holdsValue(k *kind, ref ledger.Ref, c ledger.Claim) (own, held bool, err error) {
	holder, err := t.get(t.hasher.key(c))
	if err != nil {
		return false, false, readFailure(err)
	}
	return bytes.Equal(holder, k.encodeRef(ref)), holder != nil, nil
}

// releaseValues gives up the claims that a record has on values of its attributes.
func (t *tx) releaseValues(k *kind, r ledger.Record) error {
	for _, c := range k.valueClaims(t.schema, r) {
		own, _, err := t.holdsValue(k, k.StampOf(r).Ref(), c.Claim)
		if err != nil {
			return err
		}
		if own {
			t.unclaim([]ledger.Claim{c.Claim})
		}
	}
	return nil
}

// Reclaim takes or gives up the claim on the value that a record has of the attribute with a
// number, as the schema asks. One that another record has is a *ledger.Taken.
func (t *tx) Reclaim(any ledger.AnyKind, ref ledger.Ref, number uint32) error {
	k, err := t.kind(any)
	if err != nil {
		return err
	}
	r, err := t.record(k, ref)
	if err != nil {
		return err
	}
	if r == nil {
		return fault.NotFound(string(k.Entity))
	}
	for _, c := range k.valueClaims(t.schema, r) {
		if c.Number != number {
			continue
		}
		own, held, err := t.holdsValue(k, ref, c.Claim)
		switch {
		case err != nil:
			return err
		case own && !c.Takes:
			t.unclaim([]ledger.Claim{c.Claim})
		case c.Takes && held && !own:
			return t.free(k, []ledger.Claim{c.Claim})
		case c.Takes && !held:
			t.claim(k, []ledger.Claim{c.Claim}, ref)
		}
	}
	return nil
}

// uniqueOf says what a claim of a kind is on.
func (t *tx) uniqueOf(k *kind, c ledger.Claim) ledger.Unique {
	if k.ValueClaim == 0 || c.Kind != k.ValueClaim {
		return k.unique(c.Kind)
	}
	u := ledger.Unique{Claim: c.Kind, Noun: "value of an attribute"}
	if a := t.schema.Of(k.Entity).AttributeByNumber(fields.NumberClaimed(c.Value)); a != nil {
		u.Field = fields.AttributePrefix + a.Key
		u.Noun = "value of " + u.Field
	}
	return u
}

// hasValue reports whether a record has the value of a claim on one of an attribute.
func (k *kind) hasValue(r ledger.Record, c ledger.Claim) bool {
	number := fields.NumberClaimed(c.Value)
	return fields.ClaimedForm(number, k.AttributesOf(r).Get(number)) == c.Value
}
