package adapters

import (
	"time"

	"github.com/ndoto/kundi/scheduler"
)

// Schedules is the scheduler as segments know it. It is a segments.Schedules.
type Schedules struct{ *scheduler.Scheduler }

// Check implements segments.Schedules.
func (Schedules) Check(cron, zone string) (cronFault, zoneFault string) {
	return scheduler.Check(cron, zone)
}

// Upcoming implements segments.Schedules.
func (Schedules) Upcoming(cron, zone string, after time.Time, n int) []time.Time {
	return scheduler.Upcoming(cron, zone, after, n)
}
