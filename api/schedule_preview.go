package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
)

type schedulePreviewInput struct {
	Body schedulePreviewText `body:"json"`
}

type schedulePreviewText struct {
	Schedule scheduleText `json:"schedule" doc:"As that of a segment."`
}

// scheduleText is the text of a schedule. The domain reads it.
type scheduleText json.RawMessage

// Schema describes it.
func (scheduleText) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[scheduleInput](), true, "")
}

type upcomingBody struct {
	TimeZone string   `json:"time_zone" doc:"That of the schedule, or of the workspace." example:"Africa/Nairobi"`
	Next     []string `json:"next" format:"date-time" doc:"When it would run next, 5 times; fewer of a line that ends. Each run is later by a part of the jitter, which every segment has of its own."`
}

func (s *server) registerSchedulePreview() {
	wire.Register(s.Server, wire.Operation{
		ID: "preview-schedule", Method: http.MethodPost, Path: "/v1/schedules/preview", Tag: "segments", Summary: "See when a schedule would run",
		About: "Nothing is stored. What is wrong with the schedule is told as when a segment is saved with it.",
	}, s.previewSchedule, func(_ context.Context, in *schedulePreviewInput) error {
		if len(in.Body.Schedule) == 0 {
			return nil // it is told that it is required
		}
		_, _, err := s.definitions.Upcoming(json.RawMessage(in.Body.Schedule))
		return err
	})
}

func (s *server) previewSchedule(_ context.Context, in *schedulePreviewInput) (wire.Answer[upcomingBody], error) {
	schedule, next, err := s.definitions.Upcoming(json.RawMessage(in.Body.Schedule))
	if err != nil {
		return wire.Answer[upcomingBody]{}, err
	}
	body := upcomingBody{TimeZone: schedule.TimeZone, Next: []string{}}
	for _, at := range next {
		body.Next = append(body.Next, wire.Instant(at))
	}
	return wire.Answer[upcomingBody]{Body: body}, nil
}
