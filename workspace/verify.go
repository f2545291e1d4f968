package workspace

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Collections are what VerifyDocuments reads.
var Collections = []ledger.Collection{
	ledger.AttributeDefinitions, ledger.SettingsDoc, ledger.Claimings, ledger.LabelNames, ledger.Renamings, ledger.HistoryState,
}

// Verified is what VerifyDocuments needs of the store.
type Verified interface {
	ledger.DocumentReader
	Schema() *fields.Schema
}

// VerifyDocuments reads every attribute definition, the settings, how far the sweeps have
// come, and the former names of labels, and adds what cannot be as it was written.
func VerifyDocuments(ctx context.Context, store Verified, found *ledger.Differences) error {
	if err := verifyAttributes(ctx, store, store.Schema().Defined(), found); err != nil {
		return err
	}
	for _, verify := range []func(context.Context, ledger.DocumentReader, *ledger.Differences) error{
		verifySettings, verifyClaimings, ledger.VerifyLabelNames, verifyRenamings, ledger.VerifyRetained,
	} {
		if err := verify(ctx, store, found); err != nil {
			return err
		}
	}
	return nil
}

// verifyAttributes reads the definitions, which are of some entities.
func verifyAttributes(ctx context.Context, store ledger.DocumentReader, defined []fields.Entity, found *ledger.Differences) error {
	numbers := map[uint32]bool{}
	return ledger.EachDocument(ctx, store, ledger.AttributeDefinitions, "", func(d ledger.Document) error {
		var a fields.AttributeDefinition
		if ledger.DecodeDocument(d.Value, &a) != nil || a.Document() != d.Key || a.Entity == fields.EntityContact || !slices.Contains(defined, a.Of()) || !fields.IsAttributeKey(a.Key) || a.Version == 0 {
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
		"ai_people_per_hour": json.Number(strconv.Itoa(s.AIPeoplePerHour)), "link_companies_by_domain": !s.NoDomainLinks, "reopen_within": s.ReopenWithin, "keep_snapshots": s.KeepSnapshots.Members(),
	})
	return len(faults) > 0
}
