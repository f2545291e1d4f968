package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/watch"
)

// SegmentEvents are who entered and left watched segments.
type SegmentEvents interface {
	Events(ctx context.Context, segment ledger.ID, after uint64, limit int) ([]watch.Entry, error)
	Latest(ctx context.Context, segment ledger.ID, after, before uint64, limit int) ([]watch.Entry, error)
	Since(ctx context.Context, segment ledger.ID) (time.Time, error)
}

// segmentEventBody is an event of a watched segment, on the wire.
type segmentEventBody struct {
	Seq       uint64 `json:"seq" doc:"The sequence number of the event, higher than that of every earlier one." example:"1207"`
	ContactID string `json:"contact_id,omitempty" format:"uuid" doc:"Who: the id that the contact had, also when it was merged or deleted. Absent when nothing is left of it."`
	Event     string `json:"event" enum:"entered,left"`
	At        string `json:"at" format:"date-time" doc:"When it was noticed, a few seconds after it happened."`
	Cause     string `json:"cause" enum:"deleted,merged,created,unmerged,changed,company,conversations,notes,campaign_events,date,definition,picked,reconciled,unknown" doc:"What moved the contact; of several that hold, the first in this order. deleted, merged, created, unmerged, changed: that happened to it. company, conversations, notes, campaign_events: what belongs to it was changed. date: time has passed. definition: the filter, a segment that it names, or the time zone or the start of the week. picked: it was picked, pinned or excluded, or is so no longer. reconciled: the nightly evaluation of everybody disagreed, which is a fault of Kundi. unknown: that is not kept."`
}

type segmentEventList struct {
	Events     []segmentEventBody `json:"events" doc:"Oldest first, or as order says."`
	NextCursor string             `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type listSegmentEventsInput struct {
	ID     ledger.ID `path:"id" noun:"segment" doc:"The id of the segment."`
	After  int       `query:"after" doc:"Only events with a higher sequence number: that of the last one that you know." minimum:"0"`
	Order  string    `query:"order" enum:"oldest,newest" default:"oldest" doc:"Which event comes first."`
	Limit  int       `query:"limit" doc:"Events a page." minimum:"1" maximum:"1000" default:"50"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before, with the same after and order."`
}

func (s *server) registerSegmentEvents() {
	wire.Register(s.Server, wire.Operation{
		ID: "list-segment-events", Method: http.MethodGet, Path: "/v1/segments/{id}/events", Tag: "segments", Summary: "Who entered a watched segment and who left it",
		About: "Of a segment with watched: true. Entries and leaves are noticed within 10 seconds of the write, or of the moment at which a date turns. They are kept for 90 days.",
	}, s.listSegmentEvents)
}

func (s *server) listSegmentEvents(ctx context.Context, in *listSegmentEventsInput) (wire.Answer[segmentEventList], error) {
	boundTo := []string{"list-segment-events", in.ID.String(), fmt.Sprint(in.After), in.Order}
	from, err := s.Cursors.OpenNumber(in.Cursor, boundTo...)
	if err == nil {
		_, err = s.definitions.Get(ctx, in.ID)
	}
	if err != nil {
		return wire.Answer[segmentEventList]{}, err
	}
	var page []watch.Entry
	if in.Order == "newest" {
		page, err = s.segmentEvents.Latest(ctx, in.ID, uint64(in.After), from, in.Limit+1)
	} else {
		page, err = s.segmentEvents.Events(ctx, in.ID, max(uint64(in.After), from), in.Limit+1)
	}
	if err != nil {
		return wire.Answer[segmentEventList]{}, err
	}
	list := segmentEventList{Events: []segmentEventBody{}}
	if len(page) > in.Limit {
		page = page[:in.Limit]
		list.NextCursor = s.Cursors.SealNumber(page[in.Limit-1].Seq, boundTo...)
	}
	for _, e := range page {
		body := segmentEventBody{Seq: e.Seq, Event: enteredOrLeft(e.Entered), At: wire.Instant(e.At), Cause: e.Cause.String()}
		if e.Contact != uuid.Nil {
			body.ContactID = e.Contact.String()
		}
		list.Events = append(list.Events, body)
	}
	return wire.Answer[segmentEventList]{Body: list}, nil
}

// entrySegment is that a contact entered a watched segment or left it.
type entrySegment struct {
	SegmentID string `json:"segment_id" format:"uuid" doc:"The segment may have been deleted since."`
	Name      string `json:"name,omitempty" doc:"What the segment is called now, in timelines; absent of one that was deleted."`
	Event     string `json:"event" enum:"entered,left"`
	At        string `json:"at" format:"date-time"`
	Cause     string `json:"cause" enum:"deleted,merged,created,unmerged,changed,company,conversations,notes,campaign_events,date,definition,picked,reconciled,unknown" doc:"As in GET /v1/segments/{id}/events."`
}

func segmentEventOnWire(e *watch.Event, at time.Time) entrySegment {
	return entrySegment{SegmentID: e.Segment.String(), Event: enteredOrLeft(e.Entered), At: wire.Instant(at), Cause: e.Cause.String()}
}

func enteredOrLeft(entered bool) string {
	if entered {
		return "entered"
	}
	return "left"
}
