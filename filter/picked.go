package filter

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// Picked is a node that accepts records that were picked one by one, by their ordinals. A
// record that has absorbed a picked one is accepted, too. No filter on the wire has such a
// node: Decode puts it into the filters of segments (see Saved).
type Picked struct {
	Ordinals *roaring.Bitmap // not to be changed
}

func (*Picked) node() {}

// matchPicked reports whether a record, or one that it has absorbed, was picked.
func matchPicked(p *Picked, facts Facts) bool {
	return slices.ContainsFunc(facts.Ordinals(), p.Ordinals.Contains)
}

// members returns the filter of the members of a segment, given its own filter.
func (s Saved) members(root *Group) *Group {
	if s.Static {
		root = &Group{Not: true}
	}
	if s.Pinned != nil {
		root = &Group{Or: true, Rules: []Node{root, &Picked{s.Pinned}}}
	}
	if s.Excluded != nil {
		root = &Group{Rules: []Node{root, &Group{Not: true, Rules: []Node{&Picked{s.Excluded}}}}}
	}
	return root
}

// DecodeSaved decodes the filter of a segment, as Decode does, and returns the filter that its
// members pass: with those who are pinned, and without those who are excluded. It is for
// evaluation only: no wire form has the picked contacts.
func (d Decoder) DecodeSaved(s Saved, path string) (*Filter, error) {
	f, err := d.Decode(s.Filter, path)
	if err != nil {
		return nil, err
	}
	return s.Whole(f), nil
}

// Whole returns the filter that the members of the segment pass if its own filter is f. It is for
// evaluation only, as that of DecodeSaved is.
func (s Saved) Whole(f *Filter) *Filter {
	if !s.Static && s.Pinned == nil && s.Excluded == nil {
		return f
	}
	return &Filter{Root: s.members(f.Root)}
}
