package contacts

import (
	"context"
	"strconv"
	"strings"

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
