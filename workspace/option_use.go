package workspace

import (
	"context"
	"slices"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// optionScanPage is how many records are read at a time.
const optionScanPage = 1_000

// checkOptionsUnused refuses a change that takes an option away from a record
// that has it. It reads the records before the change is made, so a record
// written in between may keep an option that is gone; it stays readable.
func (s *Service) checkOptionsUnused(ctx context.Context, before, after *fields.AttributeDefinition) error {
	removed := removedOptions(before, after)
	if len(removed) == 0 {
		return nil
	}
	used, err := s.optionInUse(ctx, before.Of(), before.Number, removed)
	if err != nil || used == "" {
		return err
	}
	return &fault.Error{Kind: fault.KindConflict, Type: "option-in-use", Field: "options",
		Message: "The option " + used + " cannot be removed while " + s.store.KindOf(before.Of()).Info().Plural + " have it."}
}

// removedOptions are those that a change takes away.
func removedOptions(before, after *fields.AttributeDefinition) (removed []string) {
	if after.SharesOptions(before) {
		return nil
	}
	for _, option := range before.Options {
		if _, ok := after.OptionLike(option); !ok {
			removed = append(removed, option)
		}
	}
	return removed
}

// checkOptionsUnnamed refuses, in the commit, a change that takes away an option that somebody
// needs who refers to it by name.
func (s *Service) checkOptionsUnnamed(tx ledger.Tx, before, after *fields.AttributeDefinition) error {
	for _, option := range removedOptions(before, after) {
		if err := s.unusedOption(tx, before, option); err != nil {
			return err
		}
	}
	return nil
}

// optionInUse returns the first of the options that it finds in a record of an entity, "" for
// none.
func (s *Service) optionInUse(ctx context.Context, e fields.Entity, number uint32, options []string) (string, error) {
	for from := (ledger.Ref{Ordinal: 1}); ; from.Ordinal++ {
		page, err := s.taggedFrom(ctx, e, from)
		if err != nil || len(page) == 0 {
			return "", err
		}
		for _, one := range page {
			v := one.Value(number)
			if slices.Contains(options, v.Text) && v.Kind == fields.KindText {
				return v.Text, nil
			}
			if at := slices.IndexFunc(v.List, func(o string) bool { return slices.Contains(options, o) }); at >= 0 {
				return v.List[at], nil
			}
		}
		if from = page[len(page)-1].Ref; from.Ordinal == ^uint32(0) {
			return "", nil
		}
	}
}
