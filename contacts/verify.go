package contacts

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// VerifyDocuments reads every attribute definition, the settings, every receipt, the
// state of retention and every address that stays blocked, and adds what cannot be as it was written.
func VerifyDocuments(ctx context.Context, store ledger.DocumentReader, found *ledger.Differences) error {
	if err := verifyAttributes(ctx, store, found); err != nil {
		return err
	}
	if err := verifySettings(ctx, store, found); err != nil {
		return err
	}
	if err := ledger.VerifyReceipts(ctx, store, found); err != nil {
		return err
	}
	if err := verifyClaimings(ctx, store, found); err != nil {
		return err
	}
	if err := ledger.VerifyLabelNames(ctx, store, found); err != nil {
		return err
	}
	if err := verifyRenamings(ctx, store, found); err != nil {
		return err
	}
	if err := ledger.VerifyRetained(ctx, store, found); err != nil {
		return err
	}
	return verifyBlocks(ctx, store, found)
}

// verifyBlocks compares the groups of blocked addresses with the addresses. One that
// is in no group has fallen out of it, see maxGroup.
func verifyBlocks(ctx context.Context, store ledger.DocumentReader, found *ledger.Differences) error {
	kept, listed := map[string]uint32{}, map[string]uint32{}
	err := ledger.EachDocument(ctx, store, ledger.Blocks, "", func(d ledger.Document) error {
		if group, ok := strings.CutPrefix(d.Key, blockGroups); ok {
			var list blockGroup
			number, err := strconv.ParseUint(group, 10, 32)
			if err != nil || ledger.DecodeDocument(d.Value, &list) != nil || len(list.Keys) == 0 || len(list.Keys) > maxGroup {
				found.Add("groups of blocked addresses that cannot be read")
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

func verifyAttributes(ctx context.Context, store ledger.DocumentReader, found *ledger.Differences) error {
	numbers := map[uint32]bool{}
	return ledger.EachDocument(ctx, store, ledger.AttributeDefinitions, "", func(d ledger.Document) error {
		var a fields.AttributeDefinition
		if ledger.DecodeDocument(d.Value, &a) != nil || a.Document() != d.Key || a.Entity == fields.EntityContact || !slices.Contains(fields.DefinedEntities, a.Of()) || !fields.IsAttributeKey(a.Key) || a.Version == 0 {
			found.Add("attribute definitions that cannot be read")
			return nil
		}
		if !a.MakesSense() {
			found.Add("attribute definitions that make no sense")
		}
		if a.Number == 0 || numbers[a.Number] {
			found.Add("attribute definitions with the number of another")
		}
		numbers[a.Number] = true
		return nil
	})
}

func verifySettings(ctx context.Context, store ledger.DocumentReader, found *ledger.Differences) error {
	there := false
	err := ledger.EachDocument(ctx, store, ledger.SettingsDoc, "", func(d ledger.Document) error {
		var s fields.Settings
		if ledger.DecodeDocument(d.Value, &s) != nil || d.Key != settingsKey || faultySettings(s) {
			found.Add("settings that cannot be read")
		}
		there = true
		return nil
	})
	if !there {
		found.Add("settings that are missing")
	}
	return err
}

// faultySettings reports whether no patch could have made the settings.
func faultySettings(s fields.Settings) bool {
	_, faults := patchSettings(s, fields.Draft{
		"time_zone": s.TimeZone, "currency": s.Currency, "phone_region": s.PhoneRegion, "week_start": s.WeekStart, "keep_history": s.KeepHistory,
		"ai_people_per_hour": json.Number(strconv.Itoa(s.AIPeoplePerHour)), "link_companies_by_domain": !s.NoDomainLinks,
	})
	return len(faults) > 0
}
