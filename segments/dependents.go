package segments

import (
	"bytes"
	"context"
	"fmt"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// checkDependents returns an error of KindInvalid if a new filter of a segment would break others that name
// it, themselves or through others: they would be nested too deep, or have too many rules. Those that are
// broken already are left out. The caller holds the lock of the definitions.
func (s *Service) checkDependents(ctx context.Context, schema *fields.Schema, before, after *Segment) error {
	if bytes.Equal(before.Filter, after.Filter) {
		return nil
	}
	var all []*Segment
	if err := s.each(ctx, func(segment *Segment) error { all = append(all, segment); return nil }); err != nil {
		return err
	}
	now := s.Saved(ctx)
	changed := func(id string) (filter.Saved, bool, error) {
		saved, ok, err := now(id)
		if id == after.ID.String() {
			saved.Filter = after.Filter
		}
		return saved, ok, err
	}
	var faults []fault.Fault
	for _, one := range dependentsOf(all, after) {
		if len(faults) == usersListed {
			break
		}
		broken, err := faultsOf(schema, one, changed)
		if err != nil {
			return err
		}
		if len(broken) == 0 {
			continue
		}
		before, err := faultsOf(schema, one, now)
		if err != nil {
			return err
		}
		if len(before) == 0 {
			faults = append(faults, fault.Fault{
				Path: "filter", Detail: fmt.Sprintf("would break the segment %q, which names this one: %s", one.Name, broken[0].Detail),
			})
		}
	}
	return fault.Invalid("invalid-segment", "The segment is not valid.", faults)
}

// faultsOf is what is wrong with the filter of a segment, if saved finds those that it names.
func faultsOf(schema *fields.Schema, segment *Segment, saved func(id string) (filter.Saved, bool, error)) ([]fault.Fault, error) {
	_, err := filter.Decoder{Schema: schema, Segments: saved, Self: segment.ID.String()}.Decode(segment.Filter, "filter")
	return faultsIn(err)
}

// dependentsOf are those of a list that name a segment, themselves or through others of the list.
func dependentsOf(list []*Segment, of *Segment) (dependents []*Segment) {
	reached, rest := []string{of.ID.String()}, list
	for len(reached) > 0 {
		id, later := []byte(reached[0]), rest[:0:0]
		reached = reached[1:]
		for _, one := range rest {
			switch {
			case one.ID == of.ID:
			case bytes.Contains(one.Filter, id):
				dependents, reached = append(dependents, one), append(reached, one.ID.String())
			default:
				later = append(later, one)
			}
		}
		rest = later
	}
	return dependents
}
