package perf

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// freezing measures audiences of everybody, in process.
func freezing() []Measurement {
	return []Measurement{
		freezingOn("audience", "email", "everybody with an e-mail frozen into an audience of three groups"),
		freezingOn("audience-sms", "sms", "the same for everybody with a phone, by sms"),
		freezingOn("audience-whatsapp", "whatsapp", "the same for everybody with a phone, on WhatsApp"),
	}
}

// frozenTimes is how often an audience is made.
const frozenTimes = 3

// freezingOn makes audiences of one segment and says what one takes in the store.
func freezingOn(name, channel, what string) Measurement {
	return Measurement{
		Name: name, What: what, Unit: Seconds, Whole: true, Floor: Bar{P50: 6}, Goal: Bar{P50: 3},
		Run: func(ctx context.Context, s *Subject) (r Result, err error) {
			a, err := s.loaded(ctx)
			if err != nil {
				return r, err
			}
			made, err := a.Segments.Create(ctx, author, segments.Draft{"name": encode("Bench " + name)})
			if err != nil {
				return r, err
			}
			defer func() { err = errors.Join(err, deleteSegment(ctx, a, made.Segment.ID)) }()
			return freeze(ctx, a, s.drawn(made.Segment.ID, channel))
		},
	}
}

// drawn is an order of everybody in a segment, in the order of a draw, with two groups and hold-outs.
func (s *Subject) drawn(segment ledger.ID, channel string) audiences.Order {
	return audiences.Order{
		Segment: segment, Campaign: "bench", Channel: channel, Limit: uint32(s.contacts),
		Split: []audiences.Share{{Name: "A", Hundredths: 4_500}, {Name: "B", Hundredths: 4_500}},
	}
}

// freeze makes an audience some times.
func freeze(ctx context.Context, a *app.App, order audiences.Order) (r Result, err error) {
	var took []time.Duration
	var bytes, rows uint64
	for range frozenTimes {
		start := time.Now()
		frozen, err := a.Audiences.Create(ctx, author, order, 0, nil)
		if err != nil {
			return r, err
		}
		took, rows, bytes = append(took, time.Since(start)), uint64(frozen.Audience.Count), 0
		err = ledger.EachDocument(ctx, a.Store, audiences.RowDocuments, frozen.Audience.ID.String(), func(d ledger.Document) error {
			bytes += uint64(len(d.Key) + len(d.Value))
			return nil
		})
		if err != nil {
			return r, err
		}
		if _, err := a.Audiences.Delete(ctx, author, frozen.Audience.ID, 0); err != nil {
			return r, err
		}
	}
	r = distribution(took, time.Second)
	r.Note = fmt.Sprintf("%d rows in %.1f MB", rows, float64(bytes)/1e6)
	return r, nil
}

func deleteSegment(ctx context.Context, a *app.App, id ledger.ID) error {
	_, err := a.Segments.Delete(ctx, author, id, 0)
	return err
}
