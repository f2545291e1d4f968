package api

import (
	"context"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// readings say in plain words what filters are. They are for one request, and know the names
// of the segments that its filters name.
type readings struct {
	schema *fields.Schema
	saved  func(id string) (filter.Saved, bool)
	names  map[string]string
}

func (s *server) readings(ctx context.Context) *readings {
	return &readings{schema: s.records.Schema(), saved: s.segments.Saved(ctx), names: map[string]string{}}
}

// of is the reading of a filter in the wire form, "" for one that is not valid any more.
func (r *readings) of(raw []byte) string {
	// What the segments in it ask is no part of its words.
	named := func(string) (filter.Saved, bool) { return filter.Saved{}, true }
	f, err := filter.Decoder{Schema: r.schema, Segments: named}.Decode(raw, "filter")
	if err != nil {
		return ""
	}
	return r.say(f.Root)
}

// say is the reading of a group or a rule of a checked filter.
func (r *readings) say(n filter.Node) string { return filter.Describe(n, r.name) }

// name returns the name of a segment, "" for one that is not there.
func (r *readings) name(id string) string {
	name, known := r.names[id]
	if !known {
		saved, _ := r.saved(id)
		name, r.names[id] = saved.Name, saved.Name
	}
	return name
}
