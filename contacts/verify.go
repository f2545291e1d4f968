package contacts

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// VerifyBlocks compares the groups of blocked addresses with the addresses, and adds what
// cannot be as it was written. An address that
// is in no group has fallen out of it, see maxGroup.
func VerifyBlocks(ctx context.Context, store ledger.DocumentReader, found *ledger.Differences) error {
	kept, listed := map[string]uint32{}, map[string]uint32{}
	err := ledger.EachDocument(ctx, store, ledger.Blocks, "", func(d ledger.Document) error {
		if group, ok := strings.CutPrefix(d.Key, blockGroups); ok {
			var list blockGroup
			number, err := strconv.ParseUint(group, 10, 32)
			if err != nil || ledger.DecodeDocument(d.Value, &list) != nil || len(list.Keys) == 0 || len(list.Keys) > maxGroup {
				found.Add("groups of blocked addresses that cannot be read")
			}
			alarm := ledger.Alarm{At: list.Until, Entity: KeptBlocks, Ref: ledger.Ref{Ordinal: uint32(number)}}
			if kept, err := alarm.IsKept(ctx, store); err != nil {
				return err
			} else if !kept {
				found.Add("groups of blocked addresses whose end has no alarm")
			}
			for _, key := range list.Keys {
				listed[key] = uint32(number)
			}
			return nil
		}
		var block keptBlock
		if !ledger.IsHex(d.Key, 16) || ledger.DecodeDocument(d.Value, &block) != nil || block.Group == 0 || block.At.IsZero() {
			found.Add("blocked addresses that cannot be read")
		}
		kept[d.Key] = block.Group
		return nil
	})
	for key, group := range listed {
		if kept[key] != group {
			found.Add("blocked addresses that are missing")
		}
	}
	return err
}

// SuppressionStore is what VerifySuppressions needs of the store.
type SuppressionStore interface {
	ledger.Records
	ledger.DocumentReader
	BlockReader
}

// keptOn is the key of a document of Suppressions that has a channel.
type keptOn struct {
	key     string
	channel fields.Channel
}

// VerifySuppressions compares the suppressed addresses with what each contact lists of its own, and adds
// what cannot be as it was written.
func VerifySuppressions(ctx context.Context, store SuppressionStore, found *ledger.Differences) error {
	kept := map[keptOn]bool{}
	err := ledger.EachDocument(ctx, store, ledger.Suppressions, "", func(d ledger.Document) error {
		var list keptSuppressions
		valid := ledger.IsHex(d.Key, 16) && ledger.DecodeDocument(d.Value, &list) == nil && len(list.List) > 0
		for _, s := range list.List {
			channel := fields.ChannelNamed(s.Channel)
			valid = valid && channel != 0 && slices.Contains(Reasons, string(s.Reason)) && !s.At.IsZero()
			kept[keptOn{d.Key, channel}] = true
		}
		if !valid {
			found.Add("suppressed addresses that cannot be read")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return eachReadable(ctx, store, func(c *Contact) {
		if !slices.Equal(c.Suppressed, suppressedAmong(store, c, kept)) {
			found.Add("contacts that list other addresses as suppressed than those that are", c.Ordinal)
		}
	})
}

// suppressedAmong is suppressedOf, of documents that are known.
func suppressedAmong(r BlockReader, c *Contact, kept map[keptOn]bool) (list []Suppressed) {
	if len(kept) == 0 {
		return nil
	}
	for _, name := range fields.Channels {
		channel := fields.ChannelNamed(name)
		for address := range c.addressesOn(channel) {
			s := Suppressed{channel, address}
			if kept[keptOn{r.BlockKey(addressClaim(channel, address)), channel}] && !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
	}
	return list
}

// eachReadable calls visit with every contact that can be read. Whoever verifies the records finds the others.
func eachReadable(ctx context.Context, r ledger.Records, visit func(*Contact)) error {
	for next := (ledger.Ref{}); ; next.Ordinal++ {
		read := 0
		err := r.Scan(ctx, &Kind.Shape, next, readAtOnce, func(ref ledger.Ref, record []byte) error {
			read, next = read+1, ref
			if c, err := Kind.Decode(ref, record); err == nil {
				visit(c)
			}
			return nil
		})
		if err != nil || read < readAtOnce {
			return err
		}
	}
}
