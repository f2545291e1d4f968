package segments

import (
	"context"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// RenameLabel gives a label another name in the filters of all segments, in the closure that
// commit runs. No segment is defined meanwhile. It fits workspace.WithLabelUse.
func (s *Service) RenameLabel(ctx context.Context, by ledger.Author, r fields.Renaming, commit func(inside func(ledger.Tx) error) error) error {
	if err := s.lockDefinitions(ctx); err != nil {
		return err
	}
	defer s.unlockDefinitions()
	relabelled, err := s.relabelled(ctx, by, r)
	if err != nil {
		return err
	}
	return commit(func(tx ledger.Tx) error {
		for _, one := range relabelled {
			before, after := *one.before, *one.after
			if err := putDefinition(tx, &before, &after); err != nil {
				return err
			}
		}
		return nil
	})
}

// UsesLabel reports whether the filter of a segment names a label.
func (s *Service) UsesLabel(ctx context.Context, label string) (used bool, err error) {
	r := &fields.Renaming{From: label, To: label + "-"} // any other name
	err = s.each(ctx, func(segment *Segment) error {
		_, named := filter.WithLabel(segment.Filter, r)
		used = used || named
		return nil
	})
	return used, err
}

// redefined is a definition that is to replace another one.
type redefined struct{ before, after *Segment }

// relabelled are the segments whose filters name a label, with its new name. The hash of a
// filter is that of what it means, so it also changes where a segment names another one
// that names the label.
func (s *Service) relabelled(ctx context.Context, by ledger.Author, r fields.Renaming) (list []redefined, err error) {
	schema := s.store.Schema()
	for _, e := range schema.Defined() {
		r.Entity = e
		one := r
		schema = schema.WithRenaming(fields.DefinitionDocument(e, "labels"), &one)
	}
	now := s.now()
	err = s.each(ctx, func(before *Segment) error {
		after := *before
		raw, named := filter.WithLabel(before.Filter, &r)
		f, err := s.decode(ctx, schema, before.ID, raw, "filter")
		switch {
		case err == nil:
			after.Filter, after.Hash = f.Saved(), f.Hash()
		case fault.KindOf(err) != fault.KindInvalid:
			return err
		default:
			after.Filter = raw // it was not valid before either
		}
		if named || after.Hash != before.Hash {
			after.UpdatedAt, after.UpdatedBy = now, by
			list = append(list, redefined{before, &after})
		}
		return nil
	})
	return list, err
}
