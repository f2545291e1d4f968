package api

import (
	"context"
	"fmt"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/segments"
)

// readings say in plain words what filters are. They are for one request, and know the names
// of the segments that its filters name.
type readings struct {
	schema *fields.Schema
	saved  func(id string) (filter.Saved, bool, error)
	names  map[string]string
}

func (s *server) readings(ctx context.Context) *readings {
	return &readings{schema: s.records.Schema(), saved: s.segments.Saved(ctx), names: map[string]string{}}
}

// of is the reading of a filter in the wire form, "" for one that is not valid any more.
func (r *readings) of(raw []byte) string {
	root, valid := r.Decode(raw)
	if !valid {
		return ""
	}
	return r.Say(root)
}

// Decode returns the root of a filter in the wire form, false for one that is not valid any more.
func (r *readings) Decode(raw []byte) (root *filter.Group, valid bool) {
	// What the segments in it ask is no part of its words.
	named := func(string) (filter.Saved, bool, error) { return filter.Saved{}, true, nil }
	f, err := filter.Decoder{Schema: r.schema, Segments: named}.Decode(raw, "filter")
	if err != nil {
		return nil, false
	}
	return f.Root, true
}

// ofSegment is the reading of who is in a segment, with those who are picked for it. It is ""
// when the filter is not valid any more.
func (r *readings) ofSegment(s *segments.Segment, picks segments.Picks) string {
	pinned, excluded := picks.Pinned.GetCardinality(), picks.Excluded.GetCardinality()
	text := ""
	switch {
	case s.Kind != segments.KindStatic:
		if text = r.of(s.Filter); text == "" {
			return ""
		}
		if pinned > 0 {
			text += ", or is " + oneOf(pinned, "pinned")
		}
	case pinned == 0:
		return "no one"
	default:
		text = "is " + oneOf(pinned, "picked")
	}
	if excluded > 0 {
		text += ", but is not " + oneOf(excluded, "excluded")
	}
	return text
}

// oneOf names some contacts by their number: "one of 3 pinned contacts".
func oneOf(n uint64, picked string) string {
	if n == 1 {
		return "the " + picked + " contact"
	}
	return fmt.Sprintf("one of %d %s contacts", n, picked)
}

// Say is the reading of a group or a rule of a checked filter.
func (r *readings) Say(n filter.Node) string { return filter.Describe(n, r.name) }

// name returns the name of a segment, "" for one that is not there or cannot be read now.
func (r *readings) name(id string) string {
	name, known := r.names[id]
	if !known {
		saved, _, _ := r.saved(id)
		name, r.names[id] = saved.Name, saved.Name
	}
	return name
}
