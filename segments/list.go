package segments

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/ledger"
)

// Get returns a segment, or an error of KindNotFound.
func (s *Service) Get(ctx context.Context, id ledger.ID) (*Segment, error) {
	segment, err := readSegment(ctx, s.store, id)
	if err != nil {
		return nil, err
	}
	return segment, s.withLast(ctx, segment)
}

// Filters may be large, and there may be MaxSegments of them.
const (
	readAtATime = 20      // segments read from the store at once
	pageBytes   = 4 << 20 // a page ends after this many bytes
)

// Which says which segments a list has.
type Which string

// Which segments a list may have.
const (
	WithoutArchived Which = "exclude"
	WithArchived    Which = "include"
	OnlyArchived    Which = "only"
)

func (w Which) has(s *Segment) bool { return w == WithArchived || s.Archived == (w == OnlyArchived) }

// List returns up to limit segments of those that are asked for whose id is greater than after (uuid.Nil
// for the first page), oldest first. It returns fewer if their filters are
// large. more says whether others follow.
func (s *Service) List(ctx context.Context, asked Search, after ledger.ID, limit int) (segments []*Segment, more bool, err error) {
	key := ""
	if after != uuid.Nil {
		key = after.String()
	}
	if segments, more, err = s.page(ctx, asked.matcher(), key, limit); err != nil {
		return nil, false, err
	}
	for _, segment := range segments {
		if err := s.withLast(ctx, segment); err != nil {
			return nil, false, err
		}
	}
	return segments, more, nil
}

// EachSchedule calls f for every segment that has a schedule and is not archived. It stops at the
// first error of f and returns it.
func (s *Service) EachSchedule(ctx context.Context, f func(segment ledger.ID, cron, zone string, jitter time.Duration, since time.Time) error) error {
	return s.each(ctx, func(segment *Segment) error {
		if segment.Schedule == nil || segment.Archived {
			return nil
		}
		return f(segment.ID, segment.Schedule.Cron, segment.Schedule.TimeZone, segment.Schedule.jitter(), segment.Schedule.Since)
	})
}

// each calls f for every segment, without its newest snapshot. It stops at the
// first error of f and returns it.
func (s *Service) each(ctx context.Context, f func(*Segment) error) error {
	after := ""
	for {
		segments, more, err := s.page(ctx, WithArchived.has, after, MaxSegments)
		if err != nil {
			return err
		}
		for _, segment := range segments {
			if err := f(segment); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
		after = segments[len(segments)-1].ID.String()
	}
}

// page is List without the newest snapshots, of those that has accepts. It returns at least one segment if
// there is one after the key, even if it is large.
func (s *Service) page(ctx context.Context, has func(*Segment) bool, after string, limit int) (segments []*Segment, more bool, err error) {
	for size := 0; ; {
		full := size >= pageBytes
		documents, err := s.store.Documents(ctx, SegmentDocuments, "", after, readAtATime)
		if err != nil || len(documents) == 0 {
			return segments, false, err
		}
		for _, d := range documents {
			id, err := uuid.Parse(d.Key)
			if err != nil {
				return nil, false, fmt.Errorf("key of a segment: %w", err)
			}
			segment, err := decodeSegment(id, d.Value)
			if err != nil {
				return nil, false, err
			}
			after = d.Key
			if !has(segment) {
				continue
			}
			if len(segments) == limit || full {
				return segments, true, nil
			}
			segments = append(segments, segment)
			size += len(d.Value)
		}
	}
}

func (s *Service) withLast(ctx context.Context, segment *Segment) error {
	state, err := s.readState(ctx, segment.ID)
	if err != nil {
		return err
	}
	segment.Last = state.last()
	return nil
}
