package segments

import (
	"context"
	"fmt"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// MaxChanged is of how many different fields all segments together may ask when they changed: the index
// keeps no more.
const MaxChanged = filter.MaxChanged

// changedBy lists the fields of which the rules of a filter ask when they changed, by name. It does not
// follow the segments.
func changedBy(root *filter.Group) (names []string) {
	for _, f := range filter.OwnChangedFields(root) {
		names = append(names, f.Changed.Name)
	}
	return names
}

// checkChanged returns an error of KindInvalid if a new definition of a segment asks of a field more when it
// changed, and all segments together ask of MaxChanged others. The caller holds the lock of the
// definitions.
func (s *Service) checkChanged(ctx context.Context, after *Segment) error {
	if len(after.changed) == 0 {
		return nil
	}
	named := make(map[string]bool)
	err := s.each(ctx, func(other *Segment) error {
		if other.ID != after.ID {
			for _, name := range other.changed {
				named[name] = true
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, name := range after.changed {
		named[name] = true
	}
	if len(named) <= MaxChanged {
		return nil
	}
	return fault.Invalid("invalid-segment", "The segment is not valid.", []fault.Fault{{
		Path:   "filter",
		Detail: fmt.Sprintf("must not ask of another field when it changed (%s...): all segments together may ask that of at most %d different fields, and they do", fields.ChangedPrefix, MaxChanged),
	}})
}
