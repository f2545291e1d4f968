package segments

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/contacts"
)

// Get returns a segment, or an error of KindNotFound.
func (s *Service) Get(ctx context.Context, id contacts.ID) (*Segment, error) {
	segment, err := readSegment(ctx, s.store, id)
	if err != nil {
		return nil, err
	}
	return segment, s.withLast(ctx, segment)
}

// List returns up to limit segments whose id is greater than after (uuid.Nil
// for the first), oldest first. There are more when it returns limit of them
// and the next page is not empty.
func (s *Service) List(ctx context.Context, after contacts.ID, limit int) ([]*Segment, error) {
	key := ""
	if after != uuid.Nil {
		key = after.String()
	}
	segments, err := s.page(ctx, key, limit)
	if err != nil {
		return nil, err
	}
	for _, segment := range segments {
		if err := s.withLast(ctx, segment); err != nil {
			return nil, err
		}
	}
	return segments, nil
}

// EachSchedule calls f for every segment that has a schedule, until f fails.
func (s *Service) EachSchedule(ctx context.Context, f func(segment contacts.ID, cron, zone string, since time.Time) error) error {
	return s.each(ctx, func(segment *Segment) error {
		if segment.Schedule == nil {
			return nil
		}
		return f(segment.ID, segment.Schedule.Cron, segment.Schedule.TimeZone, segment.Schedule.Since)
	})
}

// each calls f for every segment, without its newest snapshot, until f fails.
func (s *Service) each(ctx context.Context, f func(*Segment) error) error {
	after := ""
	for {
		segments, err := s.page(ctx, after, 500)
		if err != nil || len(segments) == 0 {
			return err
		}
		for _, segment := range segments {
			if err := f(segment); err != nil {
				return err
			}
		}
		after = segments[len(segments)-1].ID.String()
	}
}

func (s *Service) page(ctx context.Context, after string, limit int) ([]*Segment, error) {
	documents, err := s.store.Documents(ctx, contacts.Segments, "", after, limit)
	if err != nil {
		return nil, err
	}
	segments := make([]*Segment, len(documents))
	for i, d := range documents {
		id, err := uuid.Parse(d.Key)
		if err != nil {
			return nil, fmt.Errorf("key of a segment: %w", err)
		}
		if segments[i], err = decodeSegment(id, d.Value); err != nil {
			return nil, err
		}
	}
	return segments, nil
}

func (s *Service) withLast(ctx context.Context, segment *Segment) error {
	state, err := s.state(ctx, segment.ID)
	if err != nil {
		return err
	}
	segment.Last = state.last()
	return nil
}
