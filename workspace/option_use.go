package workspace

import (
	"context"
	"slices"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// optionScanPage is how many records are read at a time.
const optionScanPage = 1_000

// checkOptionsUnused refuses a change that takes an option away from a record
// that has it. It reads the records before the change is made, so a record
// written in between may keep an option that is gone; it stays readable.
func (s *Service) checkOptionsUnused(ctx context.Context, before, after *fields.AttributeDefinition) error {
	if after.SharesOptions(before) {
		return nil
	}
	var removed []string
	for _, option := range before.Options {
		if _, ok := after.OptionLike(option); !ok {
			removed = append(removed, option)
		}
	}
	if len(removed) == 0 {
		return nil
	}
	used, err := s.anyRecordHas(ctx, before.Of(), before.Number, removed)
	if err != nil || !used {
		return err
	}
	return &fault.Error{Kind: fault.KindConflict, Type: "option-in-use", Field: "options",
		Message: "An option cannot be removed while " + s.store.KindOf(before.Of()).Info().Plural + " have it."}
}

// anyRecordHas scans the records of an entity for one that has any of the options.
func (s *Service) anyRecordHas(ctx context.Context, e fields.Entity, number uint32, options []string) (bool, error) {
	for from := uint32(1); ; {
		page, err := s.taggedFrom(ctx, e, from)
		if err != nil || len(page) == 0 {
			return false, err
		}
		for _, one := range page {
			v := one.Value(number)
			if slices.Contains(options, v.Text) && v.Kind == fields.KindText {
				return true, nil
			}
			if slices.ContainsFunc(v.List, func(o string) bool { return slices.Contains(options, o) }) {
				return true, nil
			}
		}
		last := page[len(page)-1].Ordinal
		if last == ^uint32(0) {
			return false, nil
		}
		from = last + 1
	}
}
