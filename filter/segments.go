package filter

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fields"
)

// What can be wrong with a segment that a rule names.
const (
	segmentUnknown = "there is no such segment"
	segmentNoID    = "there is no such segment: rules name segments by their ids, not by their names"
	segmentInvalid = "the filter of this segment is not valid any more"
)

var (
	segmentTooDeep = fmt.Sprintf("segments may be nested at most %d deep", MaxSegmentDepth)
	filterTooWide  = fmt.Sprintf("must have at most %d rules together with those of the segments it names", MaxExpandedRules)
)

// extent is how far a filter reaches once its segments are put in place.
type extent struct {
	rules  int // every occurrence counts
	height int // of segments within segments
}

// decoded is a checked filter with its extent, and as Filter.Saved has it.
type decoded struct {
	group *Group
	sent  any
	extent
}

// loader decodes a filter and the segments it names, each once, so that a
// segment named in two places is one tree with two parents.
type loader struct {
	decoder  Decoder
	segments map[string]*segment
	opened   opened
	whole    map[string]*segment // those of a SegmentDecoder, nil without one
	failed   error               // the first error of decoder.Segments
}

// segment is what came of a segment's filter. While it is open it is being
// decoded, and a rule that leads to it is circular.
type segment struct {
	decoded
	open  bool
	fault string
}

func newLoader(d Decoder) *loader {
	l := &loader{decoder: d, segments: map[string]*segment{}}
	if d.Self != "" {
		l.segments[d.Self] = &segment{open: true}
		l.opened = opened{{id: d.Self}}
	}
	return l
}

// decode parses and checks one filter that nesting segments lead to.
func (l *loader) decode(raw []byte, path string, nesting int) (decoded, *faults, error) {
	var tree any
	if len(raw) > 0 {
		var err error
		if tree, err = parse(raw); err != nil {
			return decoded{}, nil, err
		}
	}
	c := &checker{loader: l, path: path, of: l.decoder.Of, nesting: nesting}
	root := c.root(tree)
	if c.extent.rules > MaxExpandedRules {
		c.faults.add(path, filterTooWide)
	}
	return decoded{root, tree, c.extent}, &c.faults, nil
}

// segment returns the decoded filter of a segment that nesting others lead to,
// with the fault filled in when a rule must not name it.
func (l *loader) segment(id string, nesting int) *segment {
	if s, met := l.segments[id]; met {
		switch {
		case s.open:
			return &segment{fault: l.circle(id)}
		case s.fault == "" && nesting+s.height > MaxSegmentDepth:
			return &segment{fault: segmentTooDeep}
		}
		return s
	}
	if s, known := l.whole[id]; known && nesting+s.height <= MaxSegmentDepth {
		l.segments[id] = s
		return s
	}
	if nesting > MaxSegmentDepth {
		return &segment{fault: segmentTooDeep}
	}
	s := &segment{open: true}
	l.segments[id] = s
	l.fill(s, id, nesting)
	s.open = false
	return s
}

func (l *loader) fill(s *segment, id string, nesting int) {
	saved, ok := l.saved(id)
	if !ok {
		s.fault = segmentUnknown
		return
	}
	l.opened = append(l.opened, named{id, saved.Name})
	defer func() { l.opened = l.opened[:len(l.opened)-1] }()
	d, found, err := l.decode(saved.Filter, "filter", nesting)
	if err != nil {
		s.fault = segmentInvalid
		return
	}
	*s = *segmentOf(saved, d)
	s.fault = segmentFault(found)
}

// segmentOf is what came of a segment, given its filter.
func segmentOf(saved Saved, filter decoded) *segment {
	filter.group = saved.members(filter.group)
	filter.height++
	return &segment{decoded: filter}
}

// saved asks for a segment. After an error it asks for no more.
func (l *loader) saved(id string) (saved Saved, ok bool) {
	if l.decoder.Segments == nil || l.failed != nil {
		return Saved{}, false
	}
	saved, ok, l.failed = l.decoder.Segments(id)
	return saved, ok && l.failed == nil
}

// segmentFault tells, of the faults within a segment, what concerns the one
// who names it: circles and depth are of the whole, all else is the segment's.
func segmentFault(f *faults) string {
	fault := ""
	for _, x := range f.found {
		switch {
		case strings.HasPrefix(x.Detail, circular):
			return x.Detail
		case x.Detail == segmentTooDeep, x.Detail == filterTooWide:
			fault = x.Detail
		case fault == "":
			fault = segmentInvalid
		}
	}
	return fault
}

// segmentOperand checks one id of a segment rule.
func (c *checker) segmentOperand(f fields.Field, raw any, path string) (operand, bool) {
	v, fault := c.loader.decoder.Schema.CoerceMember(f, raw)
	if fault != "" {
		c.faults.add(path, fault)
		return operand{}, false
	}
	s := c.loader.segment(v.Text, c.nesting+1)
	if s.fault != "" {
		detail := s.fault
		if detail == segmentUnknown && uuid.Validate(v.Text) != nil {
			detail = segmentNoID
		}
		c.faults.add(path, detail)
		return operand{}, false
	}
	// Saturate at the limit: many wide segments must not overflow.
	c.extent.rules = min(c.extent.rules+max(s.rules, 1), MaxExpandedRules+1)
	c.extent.height = max(c.extent.height, s.height)
	return operand{value: v, spelled: v.Text, segment: s.group}, true
}
