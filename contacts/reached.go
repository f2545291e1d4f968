package contacts

import (
	"cmp"
	"context"
	"slices"

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
// which one of them with a lower ordinal is, too; see Reach. identified are all contacts that have
// identities. Only those are read who may have the address of another, and those others: who shares one,
// and on channels that use phone numbers also who has an identity, because that may be the number of
// another. On channels that use neither nobody is, because identities are unique.
func SecondOfAddress(ctx context.Context, store SharingStore, set, identified *roaring.Bitmap, channel fields.Channel) (*roaring.Bitmap, error) {
	if channel != emailChannel && !usesPhones(channel) {
		return roaring.New(), nil
	}
	suspects, err := sharers(ctx, store)
	if err != nil {
		return nil, err
	}
	if usesPhones(channel) {
		suspects.Or(identified)
	}
	suspects.And(set)
	list, claims, err := writtenTo(ctx, store, suspects, channel)
	if err != nil {
		return nil, err
	}
	owners := roaring.New() // who have one of these addresses for themselves
	for claim := range claims {
		holder, held, err := store.Holder(ctx, claim)
		if err != nil {
			return nil, err
		}
		if held {
			owners.Add(holder.Ordinal)
		}
	}
	owners.And(set)
	owners.AndNot(suspects)
	more, _, err := writtenTo(ctx, store, owners, channel)
	if err != nil {
		return nil, err
	}
	return second(append(list, more...)), nil
}

// written is where a contact is written to.
type written struct {
	ordinal uint32
	address string
}

// writtenTo returns where those of a set are written to who are, and what these addresses claim that they
// do not have for themselves.
func writtenTo(ctx context.Context, store ledger.Records, set *roaring.Bitmap, channel fields.Channel) ([]written, map[ledger.Claim]struct{}, error) {
	var list []written
	claims := map[ledger.Claim]struct{}{}
	err := eachOf(ctx, store, set, func(c *Contact) {
		address, why := Reach(c, channel)
		if why != "" {
			return
		}
		list = append(list, written{c.Ordinal, address})
		if claim := addressClaim(channel, address); !c.Holds(claim) {
			claims[claim] = struct{}{}
		}
	})
	return list, claims, err
}

// second returns those who are written to at an address of one with a lower ordinal.
func second(list []written) *roaring.Bitmap {
	slices.SortFunc(list, func(a, b written) int { return cmp.Compare(a.ordinal, b.ordinal) })
	found, taken := roaring.New(), make(map[string]struct{}, len(list))
	for _, w := range list {
		if _, had := taken[w.address]; had {
			found.Add(w.ordinal)
		}
		taken[w.address] = struct{}{}
	}
	return found
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
