package api

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
)

func TestAScheduleSaysWhenItWouldRun(t *testing.T) {
	h := newHarness(t)
	ask := func(of any) *call { return h.call("POST", "/v1/schedules/preview", object{"schedule": of}) }
	h.call("PATCH", "/v1/settings", object{"time_zone": "Africa/Nairobi"}).answered(200)
	monthly, _ := ok[upcomingBody](ask(object{"cron": "30 6 L * *", "jitter": "PT10M"}).as(access.ScopeAgent), 200)
	require.Equal(t, "Africa/Nairobi", monthly.TimeZone)
	require.Len(t, monthly.Next, 5)
	before := h.now()
	for _, text := range monthly.Next {
		at, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		require.True(t, at.After(before), text)
		require.Equal(t, 1, at.Add(24*time.Hour).UTC().Day())
		require.Equal(t, "03:30", at.UTC().Format("15:04"), "half past six in Nairobi")
		before = at
	}
	every, _ := ok[upcomingBody](ask(object{"cron": "@every 90m", "time_zone": "Europe/Rome"}), 200)
	require.Equal(t, "Europe/Rome", every.TimeZone)
	first, err := time.Parse(time.RFC3339, every.Next[0])
	require.NoError(t, err)
	require.WithinDuration(t, h.now().Add(90*time.Minute), first, time.Minute)

	for _, of := range []any{
		object{"cron": "0 6 30 2 *", "time_zone": marker, "jitter": "PT2H"}, object{"cron": "@every 1s", "jitter": "PT5M"}, object{}, "x", object{"cron": "@daily", "day": marker},
	} {
		refused := ask(of).problem(422, "invalid-segment")
		saved := h.call("POST", "/v1/segments", object{"name": "n", "schedule": of}).problem(422, "invalid-segment")
		require.Equal(t, saved.Errors, refused.Errors)
	}
	require.Equal(t, []string{"schedule"}, locations(ask(nil).problem(422, "invalid-segment")))
	require.Equal(t, []string{"schedule"}, locations(h.call("POST", "/v1/schedules/preview", object{}).problem(422, "invalid-request")))
	p := h.call("POST", "/v1/schedules/preview", object{"schedule": object{"cron": "x", "jitter": "x"}, "day": marker}).problem(422, "invalid-segment")
	require.ElementsMatch(t, []string{"schedule.cron", "schedule.jitter", "body"}, locations(p))
}
