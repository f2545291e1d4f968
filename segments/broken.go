package segments

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// Broken says what is wrong with the filters of some segments now, in their order: nothing where the filter
// fits the schema and the segments that it names. A filter fits when it is saved, and what it names cannot be
// removed; one that an older program accepted may be broken. Nobody is evaluated, and nobody's picks are read.
func (s *Service) Broken(ctx context.Context, list []*Segment) (faults [][]fault.Fault, err error) {
	err = s.index.Steady(ctx, func(schema *fields.Schema) error {
		faults = make([][]fault.Fault, len(list))
		decoder := filter.Decoder{Schema: schema, Segments: s.definitions(ctx, list)}.ForSegments()
		for i, segment := range list {
			_, err := decoder.Decode(segment.ID.String(), segment.saved(picks{}), "filter")
			if faults[i], err = faultsIn(err); err != nil {
				return err
			}
		}
		return nil
	})
	return faults, err
}

// faultsIn are the faults that an error of a filter.Decoder tells. Any other error is returned.
func faultsIn(err error) ([]fault.Fault, error) {
	var e *fault.Error
	if errors.As(err, &e) && (e.Kind == fault.KindInvalid || e.Kind == fault.KindMalformed) {
		return e.Faults, nil
	}
	return nil, err
}

// definitions returns a function that finds a segment by its id, as filter.Decoder needs it, without who was
// picked for it. Those of the list it has already, and each of the others it reads once.
func (s *Service) definitions(ctx context.Context, list []*Segment) func(id string) (filter.Saved, bool, error) {
	known := make(map[string]*Segment, len(list)) // nil for one that is not there
	for _, segment := range list {
		known[segment.ID.String()] = segment
	}
	return func(id string) (filter.Saved, bool, error) {
		segment, read := known[id]
		if parsed, err := uuid.Parse(id); !read && err == nil && parsed.String() == id {
			segment, err = readSegment(ctx, s.store, parsed)
			if err != nil && fault.KindOf(err) != fault.KindNotFound {
				return filter.Saved{}, false, err
			}
		}
		if known[id] = segment; segment == nil {
			return filter.Saved{}, false, nil
		}
		return segment.saved(picks{}), true, nil
	}
}
