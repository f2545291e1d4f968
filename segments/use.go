package segments

import (
	"context"
	"fmt"
	"slices"

	"github.com/ndoto/kundi/contacts"
)

// usersListed is how many of the segments that use a thing an error names.
const usersListed = 10

// AttributeUse returns an error of KindConflict when the filter of a segment
// names the custom attribute with the given key, nil when none does. It fits
// contacts.WithAttributeUse.
func (s *Service) AttributeUse(ctx context.Context, key string) error {
	return s.use(ctx, "attribute-in-use", "key", "The attribute is used by the filters of %s.", func(segment *Segment) bool {
		return slices.Contains(segment.attributes, key)
	})
}

// segmentUse is AttributeUse for a segment.
func (s *Service) segmentUse(ctx context.Context, id contacts.ID) error {
	return s.use(ctx, "segment-in-use", "id", "The segment is used by the filters of %s.", func(segment *Segment) bool {
		return slices.Contains(segment.segments, id.String())
	})
}

func (s *Service) use(ctx context.Context, slug, path, message string, uses func(*Segment) bool) error {
	users := 0
	var faults []contacts.Fault
	err := s.each(ctx, func(segment *Segment) error {
		if !uses(segment) {
			return nil
		}
		if users++; users <= usersListed {
			faults = append(faults, contacts.Fault{Path: path, Detail: "is used by segment " + segment.ID.String()})
		}
		return nil
	})
	if err != nil || users == 0 {
		return err
	}
	count := "a segment"
	if users > 1 {
		count = fmt.Sprintf("%d segments", users)
	}
	return &contacts.Error{Kind: contacts.KindConflict, Type: slug, Message: fmt.Sprintf(message, count), Faults: faults}
}
