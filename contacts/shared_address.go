package contacts

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// SharedAddresses say which contacts share an address, by the BlockKey of what it would claim.
var SharedAddresses = ledger.Collection{Name: "shared-address", Unlogged: true}

// MaxSharing is how many contacts may share one address.
const MaxSharing = 1_000

// sharedAddress says who shares an address: ordinals of contacts, rising. It is the document of
// SharedAddresses under the BlockKey of what the address would claim.
type sharedAddress struct {
	Holders []uint32 `json:"holders"`
}

// sharedClaims are what a contact would claim by its shared addresses; nil has none.
func (c *Contact) sharedClaims() (list []ledger.Claim) {
	if c == nil {
		return nil
	}
	for _, k := range addressKinds {
		if *k.shared(c) {
			list = append(list, k.claimOn(*k.primary(c)))
		}
		for _, a := range *k.more(c) {
			if a.Shared {
				list = append(list, k.claimOn(a.Value))
			}
		}
	}
	return list
}

// share notes who shares which addresses after a change of a contact; before is nil for a new one,
// after for one that is gone. That an address which others share is the contact's alone from then
// on is a conflict.
func share(tx ledger.Tx, before, after *Contact) error {
	had, has := before.sharedClaims(), after.sharedClaims()
	for _, claim := range had {
		if slices.Contains(has, claim) {
			continue
		}
		left, err := changeSharing(tx, claim, before.Ordinal, false)
		if err != nil {
			return err
		}
		if len(left) > 0 && after != nil && after.Holds(claim) {
			return stillShared(tx, after, claim, left)
		}
	}
	for _, claim := range has {
		if slices.Contains(had, claim) {
			continue
		}
		if _, err := changeSharing(tx, claim, after.Ordinal, true); err != nil {
			return err
		}
	}
	return nil
}

// reshareAll is share where contacts are merged or parted, of pairs of before and after: nobody
// has chosen what is shared.
func reshareAll(tx ledger.Tx, changes [][2]*Contact) error {
	for _, c := range changes {
		for _, claim := range c[0].sharedClaims() {
			if _, err := changeSharing(tx, claim, c[0].Ordinal, false); err != nil {
				return err
			}
		}
		for _, claim := range c[1].sharedClaims() {
			if _, err := changeSharing(tx, claim, c[1].Ordinal, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// changeSharing adds a contact to those who share an address, or removes it, and returns them.
func changeSharing(tx ledger.Tx, claim ledger.Claim, ordinal uint32, shares bool) ([]uint32, error) {
	key := tx.BlockKey(claim)
	holders, err := sharersOf(tx, claim)
	if err != nil {
		return nil, err
	}
	a := sharedAddress{holders}
	at, there := slices.BinarySearch(a.Holders, ordinal)
	switch {
	case there == shares:
		return a.Holders, nil
	case there:
		a.Holders = slices.Delete(a.Holders, at, at+1)
	case len(a.Holders) >= MaxSharing:
		return nil, invalidContact([]fault.Fault{{Path: sharedField(claim), Detail: fmt.Sprintf("must not have an address that %d others share", MaxSharing)}})
	default:
		a.Holders = slices.Insert(a.Holders, at, ordinal)
	}
	if len(a.Holders) == 0 {
		return nil, tx.DeleteDocument(SharedAddresses, key)
	}
	encoded, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	return a.Holders, tx.PutDocument(SharedAddresses, key, encoded)
}

// sharersOf returns the ordinals of those who share what they would claim, rising.
func sharersOf(tx ledger.Tx, claim ledger.Claim) ([]uint32, error) {
	document, err := tx.Document(SharedAddresses, tx.BlockKey(claim))
	if err != nil || document == nil {
		return nil, err
	}
	var a sharedAddress
	err = ledger.DecodeDocument(document, &a)
	return a.Holders, err
}

// sharedField is the field of all addresses of the kind of a claim.
func sharedField(claim ledger.Claim) string {
	if claim.Kind == ClaimPhone {
		return phones.all
	}
	return emails.all
}

// maxNamed is how many contacts a conflict over a shared address names.
const maxNamed = 10

// stillShared is the conflict over an address that others share.
func stillShared(tx ledger.Tx, c *Contact, claim ledger.Claim, others []uint32) error {
	field := sharedField(claim)
	e := &fault.Error{
		Kind: fault.KindConflict, Type: "identity-taken", Field: field, ContactIDs: []ledger.ID{c.ID},
		Message: "Another contact shares one of the " + field + ": it cannot be of one contact alone before that one gives it up.",
	}
	for _, ordinal := range others[:min(maxNamed, len(others))] {
		other, err := Kind.Get(tx, ordinal)
		if err != nil {
			return err
		}
		e.ContactIDs = append(e.ContactIDs, other.ID)
	}
	return e
}

// VerifySharing adds what cannot be as it was written of who shares which addresses.
func VerifySharing(ctx context.Context, store ledger.DocumentReader, found *ledger.Differences) error {
	return ledger.EachDocument(ctx, store, SharedAddresses, "", func(d ledger.Document) error {
		var a sharedAddress
		if !ledger.IsHex(d.Key, 16) || ledger.DecodeDocument(d.Value, &a) != nil || len(a.Holders) == 0 || len(a.Holders) > MaxSharing || !slices.IsSorted(a.Holders) {
			found.Add("shared addresses that cannot be read")
		}
		return nil
	})
}
