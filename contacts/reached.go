package contacts

import (
	"cmp"
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// readAtOnce is how many contacts are in memory at once when many are looked at.
const readAtOnce = 1_000

// eachOf calls visit with those of a set of contacts that there are, in the order of their ordinals.
func eachOf(ctx context.Context, store ledger.Records, set *roaring.Bitmap, visit func(*Contact)) error {
	for it := set.Iterator(); it.HasNext(); {
		ordinals := make([]uint32, 0, readAtOnce)
		for len(ordinals) < readAtOnce && it.HasNext() {
			ordinals = append(ordinals, it.Next())
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		list, err := Kind.List(ctx, store, ordinals)
		if err != nil {
			return err
		}
		for _, c := range list {
			if c != nil {
				visit(c)
			}
		}
	}
	return nil
}

// SuppressedOf returns those of a set of contacts who have addresses of a channel, all of which are
// suppressed. It reads each of them.
func SuppressedOf(ctx context.Context, store ledger.Records, set *roaring.Bitmap, channel fields.Channel) (*roaring.Bitmap, error) {
	found := roaring.New()
	err := eachOf(ctx, store, set, func(c *Contact) {
		if _, why := Reach(c, channel); why == UnreachedSuppressed {
			found.Add(c.Ordinal)
		}
	})
	return found, err
}

// SharingStore is what SecondOfAddress needs of the store.
type SharingStore interface {
	ledger.ClaimReader
	ledger.DocumentReader
}

// SecondOfAddress returns those of a set of contacts who are written to at an address of a channel at
// which one of them with a lower ordinal is, too; see Reach. Only those are read who may have an
// address that others have: on email, those who share one, and whose it is alone; on channels that use phone
// numbers, all, because the number of one may be the identity of another; and nobody on the others, where
// identities are unique.
func SecondOfAddress(ctx context.Context, store SharingStore, set *roaring.Bitmap, channel fields.Channel) (*roaring.Bitmap, error) {
	second, among := roaring.New(), set
	switch {
	case channel == emailChannel:
		sharing, err := sharers(ctx, store)
		if err != nil {
			return nil, err
		}
		among = roaring.And(set, sharing)
		owners, err := ownersOfShared(ctx, store, among)
		if err != nil {
			return nil, err
		}
		owners.And(set)
		among.Or(owners)
	case !usesPhones(channel):
		return second, nil
	}
	taken := map[string]struct{}{}
	err := eachOf(ctx, store, among, func(c *Contact) {
		address, why := Reach(c, channel)
		if why != "" {
			return
		}
		if _, had := taken[address]; had {
			second.Add(c.Ordinal)
		}
		taken[address] = struct{}{}
	})
	return second, err
}

// ownersOfShared returns those who have an e-mail for themselves that one of the sharing shares.
func ownersOfShared(ctx context.Context, store SharingStore, sharing *roaring.Bitmap) (*roaring.Bitmap, error) {
	shared := map[ledger.Claim]struct{}{}
	err := eachOf(ctx, store, sharing, func(c *Contact) {
		for _, claim := range c.sharedClaims() {
			if claim.Kind == ClaimEmail {
				shared[claim] = struct{}{}
			}
		}
	})
	owners := roaring.New()
	for claim := range shared {
		holder, held, failed := store.Holder(ctx, claim)
		if err = cmp.Or(err, failed); err != nil {
			return nil, err
		}
		if held {
			owners.Add(holder.Ordinal)
		}
	}
	return owners, err
}

// sharers are all contacts that share an address, perhaps with others.
func sharers(ctx context.Context, store ledger.DocumentReader) (*roaring.Bitmap, error) {
	all := roaring.New()
	err := ledger.EachDocument(ctx, store, SharedAddresses, "", func(d ledger.Document) error {
		var a sharedAddress
		if err := ledger.DecodeDocument(d.Value, &a); err != nil {
			return err
		}
		all.AddMany(a.Holders)
		return nil
	})
	return all, err
}
