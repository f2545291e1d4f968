package segments

import (
	"context"
	"fmt"
	"slices"

	"github.com/ndoto/kundi/contacts"
)

// usersListed is how many of the segments that use a thing an error names.
const usersListed = 10

// WhileUnused calls do when no filter of a segment names the custom attribute
// of an entity with the given key, and lets nobody define a segment until do has returned.
// Else it is an error of KindConflict. It fits contacts.WithAttributeUse.
func (s *Service) WhileUnused(ctx context.Context, e contacts.Entity, key string, do func() error) error {
	if err := s.define(ctx); err != nil {
		return err
	}
	defer s.defined()
	if err := s.attributeUse(ctx, contacts.DefinitionDocument(e, key)); err != nil {
		return err
	}
	return do()
}

// attributeUse returns an error of KindConflict when the filter of a segment
// names the attribute whose definition is in the document with the key, nil when none does.
func (s *Service) attributeUse(ctx context.Context, document string) error {
	return s.use(ctx, "attribute-in-use", "key", "The attribute is used by the filters of %s.", func(segment *Segment) bool {
		return slices.Contains(segment.attributes, document)
	})
}

// segmentUse is attributeUse for a segment.
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
