package perf

import (
	"context"
	"fmt"
	"time"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// freezing measures audiences of everybody, in process.
func freezing() []Measurement {
	return []Measurement{
		{
			Name: "audience", What: "everybody with an e-mail frozen into an audience of three groups", Unit: Seconds, Whole: true,
			Floor: Bar{P50: 6}, Goal: Bar{P50: 3}, Run: runAudience,
		},
	}
}

// frozenTimes is how often an audience is made.
const frozenTimes = 3

// runAudience makes audiences of one segment and says what one takes in the store.
func runAudience(ctx context.Context, s *Subject) (r Result, err error) {
	by := ledger.Caller{Author: ledger.Author{Source: ledger.SourceSystem, Name: "bench"}}
	a, err := s.loaded(ctx)
	if err != nil {
		return r, err
	}
	made, err := a.Segments.Create(ctx, by, segments.Draft{"name": []byte(`"audience"`)})
	if err != nil {
		return r, err
	}
	defer func() {
		if _, failed := a.Segments.Delete(ctx, by, made.ID, 0); err == nil {
			err = failed
		}
	}()
	order := audiences.Order{
		Segment: made.ID, Campaign: "bench", Channel: "email", Limit: uint32(s.contacts),
		Split: []audiences.Share{{Name: "A", Hundredths: 4_500}, {Name: "B", Hundredths: 4_500}},
	}
	var took []time.Duration
	var bytes, rows uint64
	for range frozenTimes {
		start := time.Now()
		frozen, err := a.Audiences.Create(ctx, by, order, 0, nil)
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
		if _, err := a.Audiences.Delete(ctx, by, frozen.Audience.ID, 0); err != nil {
			return r, err
		}
	}
	r = distribution(took, time.Second)
	r.Note = fmt.Sprintf("%d rows in %.1f MB", rows, float64(bytes)/1e6)
	return r, nil
}
