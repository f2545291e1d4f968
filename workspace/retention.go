package workspace

import (
	"context"
	"encoding/json"
	"regexp"
	"strconv"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// trimmer signs what retention removes.
var trimmer = ledger.Author{Source: ledger.SourceSystem, Name: "retention"}

// TrimHistory removes the values that the history has from before Settings.KeepHistory, of
// every record. Of each the newest change from before stays, without its values: as of
// then it was as after that change. A sweep that was cut off is finished first, where it
// was. It takes seconds with millions of changes, in steps that let others through.
func (s *Service) TrimHistory(ctx context.Context) error {
	state, err := ledger.ReadRetained(ctx, s.store)
	if err != nil {
		return err
	}
	if state.Next > 0 {
		if err := s.sweepHistory(ctx, state); err != nil {
			return err
		}
	}
	cutoff, limited := historyCutoff(s.store.Schema().Settings, s.instant())
	if !limited || !cutoff.After(state.Since) {
		return nil
	}
	state = ledger.Retained{Since: cutoff, Next: 1}
	if err := s.keepHistoryState(ctx, state); err != nil {
		return err
	}
	return s.sweepHistory(ctx, state)
}

// sweepHistory removes what is older than the state says, from its place on.
func (s *Service) sweepHistory(ctx context.Context, state ledger.Retained) error {
	for state.Next > 0 {
		next, removed, err := s.store.TrimHistory(ctx, trimmer, state.Next, state.Since)
		if err != nil {
			return err
		}
		state.Next = next
		if removed || next == 0 {
			if err := s.keepHistoryState(ctx, state); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) keepHistoryState(ctx context.Context, state ledger.Retained) error {
	raw, err := json.Marshal(state)
	if err != nil {
		return err
	}
	_, err = s.store.Update(ctx, trimmer, func(tx ledger.Tx) error { return tx.PutDocument(ledger.HistoryState, ledger.RetainedKey, raw) })
	return err
}

// historyPeriod is a number of years, months, weeks or days, by ISO 8601.
var historyPeriod = regexp.MustCompile(`^P([1-9][0-9]{0,3})([YMWD])$`)

// checkKeepHistory takes a period like P2Y, empty for ever.
func checkKeepHistory(text string) (string, string) {
	if text != "" && !historyPeriod.MatchString(text) {
		return "", "must be a number of years, months, weeks or days like P2Y or P90D, or null or empty for ever"
	}
	return text, ""
}

// historyCutoff is from when on history is kept, false for all of it.
func historyCutoff(s fields.Settings, now time.Time) (time.Time, bool) {
	part := historyPeriod.FindStringSubmatch(s.KeepHistory)
	if part == nil {
		return time.Time{}, false
	}
	n, err := strconv.Atoi(part[1])
	if err != nil {
		return time.Time{}, false
	}
	switch part[2] {
	case "Y":
		return now.AddDate(-n, 0, 0), true
	case "M":
		return now.AddDate(0, -n, 0), true
	case "W":
		return now.AddDate(0, 0, -7*n), true
	}
	return now.AddDate(0, 0, -n), true
}
