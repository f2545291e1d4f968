package contacts

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ndoto/kundi/ledger"
)

// KeptAddress is an address that stays blocked on account of a contact.
type KeptAddress struct {
	// Field is email, phone, identifier or identity. It is empty, as Value, of an address that
	// the contact has no more: only a keyed hash of that is kept.
	Field string
	Value string // as it is compared; of an identity channel:source_id
	// KeptAt is when it was kept, Until when it is blocked no more, zero for never.
	KeptAt, Until time.Time
}

// BlockReader reads what stays blocked.
type BlockReader interface {
	// Document returns a document, nil when there is none.
	Document(ctx context.Context, c ledger.Collection, key string) ([]byte, error)
	// BlockKey is as in ledger.Tx.
	BlockKey(c ledger.Claim) string
}

// fieldOfClaim are the names of the fields of addresses, by what they claim.
var fieldOfClaim = map[ledger.ClaimKind]string{ClaimEmail: "email", ClaimPhone: "phone", ClaimIdentifier: "identifier", ClaimIdentity: "identity"}

// KeptAddresses returns the addresses that stay blocked on account of a contact and of those that it
// has absorbed: first those that it has, then those that it had.
func KeptAddresses(ctx context.Context, r BlockReader, c *Contact) ([]KeptAddress, error) {
	k := keptReading{reader: r, groups: ledger.Ordinals(Kind, c)}
	for _, claim := range c.addresses() {
		if err := k.add(ctx, r.BlockKey(claim), fieldOfClaim[claim.Kind], strings.Replace(claim.Value, "\x00", ":", 1)); err != nil {
			return nil, err
		}
	}
	for i := 0; i < len(k.groups); i++ {
		var group blockGroup
		if _, err := storedBlock(ctx, r, groupKey(k.groups[i]), &group); err != nil {
			return nil, err
		}
		for _, key := range group.Keys {
			if err := k.add(ctx, key, "", ""); err != nil {
				return nil, err
			}
		}
	}
	return k.list, nil
}

// keptReading gathers addresses, each once.
type keptReading struct {
	reader BlockReader
	groups []uint32
	keys   []string
	list   []KeptAddress
}

// add adds the address that is kept under a key, if there is one, and its group.
func (k *keptReading) add(ctx context.Context, key, field, value string) error {
	var kept keptBlock
	found, err := storedBlock(ctx, k.reader, key, &kept)
	if err != nil || !found || slices.Contains(k.keys, key) {
		return err
	}
	var group blockGroup
	if _, err := storedBlock(ctx, k.reader, groupKey(kept.Group), &group); err != nil {
		return err
	}
	if !slices.Contains(k.groups, kept.Group) {
		k.groups = append(k.groups, kept.Group)
	}
	k.keys = append(k.keys, key)
	k.list = append(k.list, KeptAddress{Field: field, Value: value, KeptAt: kept.At, Until: group.Until})
	return nil
}

// storedBlock reads a document of Blocks, if there is one.
func storedBlock(ctx context.Context, r BlockReader, key string, into any) (found bool, err error) {
	document, err := r.Document(ctx, ledger.Blocks, key)
	if err != nil || document == nil {
		return false, err
	}
	return true, ledger.DecodeDocument(document, into)
}
