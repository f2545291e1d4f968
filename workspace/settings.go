package workspace

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// settingsKey is the key of the one document in ledger.SettingsDoc.
const settingsKey = "workspace"

// weekStarts are the days a week can begin with.
var weekStarts = []string{"monday", "sunday", "saturday"}

// GetSettings returns the settings of the workspace.
func (s *Service) GetSettings() fields.Settings { return versioned(s.store.Schema().Settings) }

// versioned names the version for callers.
func versioned(s fields.Settings) fields.Settings {
	if s.Version == 0 {
		s.Version = ledger.NeverChanged
	}
	return s
}

// PatchSettings applies a merge patch to the settings; version is as for
// Patch. It returns the new settings.
func (s *Service) PatchSettings(ctx context.Context, by ledger.Caller, d fields.Draft, version uint64) (fields.Settings, ledger.Done, error) {
	var settings fields.Settings
	done, err := ledger.Do(ctx, s.store, by, s.instant(), func(tx ledger.Tx) error {
		before := tx.Schema().Settings
		if err := ledger.CheckVersion(version, versioned(before).Version); err != nil {
			return err
		}
		var faults []fault.Fault
		settings, faults = patchSettings(before, d)
		if len(faults) > 0 {
			return fault.Invalid("invalid-settings", "The settings are not valid.", faults)
		}
		if settings == before {
			return nil
		}
		settings.Version = tx.Seq()
		raw, err := json.Marshal(settings)
		if err != nil {
			return err
		}
		return tx.PutDocument(ledger.SettingsDoc, settingsKey, raw)
	})
	if err != nil {
		return fields.Settings{}, ledger.Done{}, err
	}
	if done.Replayed {
		settings = s.GetSettings()
	}
	return versioned(settings), done, nil
}

// patchSettings returns the settings with a draft applied, and all faults.
func patchSettings(s fields.Settings, d fields.Draft) (fields.Settings, []fault.Fault) {
	var faults []fault.Fault
	members := []struct {
		name  string
		into  *string
		check func(string) (string, string)
	}{
		{"time_zone", &s.TimeZone, checkTimeZone},
		{"currency", &s.Currency, checkCurrency},
		{"phone_region", &s.PhoneRegion, checkPhoneRegion},
		{"week_start", &s.WeekStart, checkWeekStart},
		{"keep_history", &s.KeepHistory, checkKeepHistory},
		{"reopen_within", &s.ReopenWithin, checkReopenWithin},
	}
	known := 0
	for _, m := range members {
		raw, sent := d[m.name]
		if !sent {
			continue
		}
		known++
		text, wrong := settingText(raw)
		if wrong == "" {
			text, wrong = m.check(text)
		}
		if wrong != "" {
			faults = append(faults, fault.Fault{Path: m.name, Detail: wrong})
			continue
		}
		*m.into = text
	}
	if raw, sent := d["ai_people_per_hour"]; sent {
		known++
		n, wrong := checkPeoplePerHour(raw)
		if wrong != "" {
			faults = append(faults, fault.Fault{Path: "ai_people_per_hour", Detail: wrong})
		} else {
			s.AIPeoplePerHour = n
		}
	}
	if raw, sent := d["link_companies_by_domain"]; sent {
		known++
		link, isBool := raw.(bool)
		if !isBool && raw != nil {
			faults = append(faults, fault.Fault{Path: "link_companies_by_domain", Detail: "must be true or false"})
		}
		s.NoDomainLinks = isBool && !link // null is as at first
	}
	if raw, sent := d["keep_snapshots"]; sent {
		known++
		keep, wrong := s.KeepSnapshots.Patch(raw, "keep_snapshots")
		if faults = append(faults, wrong...); len(wrong) == 0 {
			s.KeepSnapshots = keep
		}
	}
	if _, sent := d["version"]; sent {
		known++
		faults = append(faults, fault.Fault{Path: "version", Detail: "is set by the server and cannot be sent"})
	}
	if known < len(d) {
		faults = append(faults, fault.Fault{Path: "", Detail: "has an unknown member; the members are time_zone, currency, phone_region, week_start, keep_history, keep_snapshots, reopen_within, ai_people_per_hour, link_companies_by_domain"})
	}
	return s, faults
}

// settingText takes text only.
func settingText(raw any) (string, string) {
	switch raw.(type) {
	case nil, string:
		return fields.CoerceText(raw)
	}
	return "", "must be text"
}

// checkPeoplePerHour takes a whole number; null is what a new workspace has.
func checkPeoplePerHour(raw any) (int, string) {
	if raw == nil {
		return fields.DefaultSettings().AIPeoplePerHour, ""
	}
	number, isNumber := raw.(json.Number)
	n, err := strconv.Atoi(number.String())
	if !isNumber || err != nil || n < 0 || n > fields.MaxAIPeoplePerHour {
		return 0, fmt.Sprintf("must be a whole number from 0 to %d", fields.MaxAIPeoplePerHour)
	}
	return n, ""
}

// checkTimeZone takes the names of the IANA database, not "Local", which
// would mean the zone of the process.
func checkTimeZone(name string) (string, string) {
	const expected = "must be an IANA time zone like Africa/Nairobi"
	if name == "" || strings.EqualFold(name, "local") {
		return "", expected
	}
	if _, err := time.LoadLocation(name); err != nil {
		return "", expected
	}
	return name, ""
}

// longestReopening bounds reopen_within.
const longestReopening = 10 // years

// checkReopenWithin takes a span like P7D; empty is as at first.
func checkReopenWithin(text string) (string, string) {
	if text == "" {
		return "", ""
	}
	span, ok := fields.ParseSpan(text)
	if !ok {
		return "", "must be a number of years, months, weeks, days, hours or minutes like P7D or PT12H, or null for seven days"
	}
	if zero := time.Unix(0, 0).UTC(); span.After(zero, time.UTC).After(zero.AddDate(longestReopening, 0, 0)) {
		return "", fmt.Sprintf("must be at most %d years", longestReopening)
	}
	return text, ""
}

func checkCurrency(code string) (string, string) {
	code = strings.ToUpper(code)
	if _, ok := fields.CurrencyExponent(code); !ok {
		return "", "must be an ISO 4217 currency code like KES"
	}
	return code, ""
}

func checkPhoneRegion(code string) (string, string) {
	code = strings.ToUpper(code)
	if code != "" && !fields.IsPhoneRegion(code) {
		return "", "must be an ISO 3166 alpha-2 country code like KE, or empty for none"
	}
	return code, ""
}

func checkWeekStart(day string) (string, string) {
	if !slices.Contains(weekStarts, day) {
		return "", "must be one of " + strings.Join(weekStarts, ", ")
	}
	return day, ""
}
