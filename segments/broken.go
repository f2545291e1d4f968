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
		named := &definitions{ctx: ctx, store: s.store, known: map[string]*Segment{}}
		for i, segment := range list {
			_, err := filter.Decoder{Schema: schema, Segments: named.saved, Self: segment.ID.String()}.Decode(segment.Filter, "filter")
			var e *fault.Error
			if errors.As(err, &e) {
				faults[i] = e.Faults
			}
		}
		return named.err
	})
	return faults, err
}

// definitions reads the segments that several filters name, each once and without who was picked for them.
// It keeps the error of the store, because filter.Decoder cannot return it.
type definitions struct {
	ctx   context.Context
	store Store
	known map[string]*Segment // nil for one that is not there
	err   error
}

func (d *definitions) saved(id string) (filter.Saved, bool) {
	segment, known := d.known[id]
	if !known {
		if parsed, err := uuid.Parse(id); err == nil && parsed.String() == id {
			segment, err = readSegment(d.ctx, d.store, parsed)
			if err != nil && fault.KindOf(err) != fault.KindNotFound {
				d.err = err
			}
		}
		d.known[id] = segment
	}
	if segment == nil {
		return filter.Saved{}, false
	}
	return segment.saved(picks{}), true
}
