package filter

// SegmentDecoder decodes the filters of many segments that name each other. It decodes a segment that has no
// fault once, however many of the others name it. So what it is given and what Decoder.Segments returns have to be
// of one moment. It is for one goroutine.
type SegmentDecoder struct {
	decoder Decoder
	whole   map[string]*segment // those without a fault, with all that they name
}

// ForSegments returns a decoder of the filters of segments. Self counts for nothing: it is each of them in its turn.
func (d Decoder) ForSegments() *SegmentDecoder {
	return &SegmentDecoder{decoder: d, whole: map[string]*segment{}}
}

// Decode decodes the filter of a segment, as Decoder.DecodeSaved does with the segment as Self.
func (s *SegmentDecoder) Decode(id string, saved Saved, path string) (*Filter, error) {
	s.decoder.Self = id
	l := newLoader(s.decoder)
	l.whole = s.whole
	root, err := l.filter(saved.Filter, path)
	for named, one := range l.segments {
		if !one.open && one.fault == "" {
			s.whole[named] = one
		}
	}
	if err != nil {
		return nil, err
	}
	s.whole[id] = segmentOf(saved, root)
	return saved.Whole(&Filter{Root: root.group, sent: root.sent}), nil
}
