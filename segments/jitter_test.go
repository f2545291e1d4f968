package segments_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/segments"
)

func TestJitterOfASchedule(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.create(`{"name": "n", "schedule": {"cron": "@hourly", "jitter": "PT10M"}}`)
	require.Equal(t, "PT10M", segment.Schedule.Jitter)
	require.Equal(t, "@hourly UTC 12:00 10m0s", w.schedule.plans[segment.ID])
	w.now = noon.Add(time.Hour)
	require.Equal(t, "PT10M", w.patch(segment.ID, `{"schedule": {"cron": "@daily"}}`).Schedule.Jitter, "it is merged")
	require.Equal(t, "PT1H", w.patch(segment.ID, `{"schedule": {"jitter": "PT1H"}}`).Schedule.Jitter)
	require.Equal(t, "@daily UTC 13:00 1h0m0s", w.schedule.plans[segment.ID])
	for schedule, path := range map[string]string{
		`{"jitter": "PT61M"}`: "schedule.jitter", `{"jitter": "P1D"}`: "schedule.jitter", `{"jitter": "10m"}`: "schedule.jitter",
		`{"jitter": 10}`: "schedule.jitter", `{"jitter": "PT0M"}`: "schedule.jitter", `{"cron": "@every 1h"}`: "schedule.jitter",
	} {
		_, err := w.Patch(context.Background(), by, segment.ID, draft(t, `{"schedule": `+schedule+`}`), 0)
		var e *fault.Error
		require.True(t, errors.As(err, &e), schedule)
		require.Len(t, e.Faults, 1, schedule)
		require.Equal(t, path, e.Faults[0].Path, schedule)
	}
	_, err := w.Patch(context.Background(), by, segment.ID, draft(t, `{"schedule": {"cron": "@every 1h", "jitter": "P1D"}}`), 0)
	var e *fault.Error
	require.True(t, errors.As(err, &e))
	require.Len(t, e.Faults, 2, "it is too long, and must be absent")
	require.Empty(t, w.patch(segment.ID, `{"schedule": {"jitter": null}}`).Schedule.Jitter)
	require.Equal(t, "@daily UTC 13:00", w.schedule.plans[segment.ID])
}
