package segments

import (
	"encoding/json"
	"time"

	"github.com/ndoto/kundi/fault"
)

// upcomingRuns is how many runs Upcoming names.
const upcomingRuns = 5

// Upcoming says when a schedule would run next, which is sent as the schedule of a segment is. It returns the
// schedule, with the zone of the workspace when none was sent. Each run is later by a part of the jitter. One error
// of KindInvalid names all that is wrong with the schedule.
func (s *Service) Upcoming(sent json.RawMessage) (Schedule, []time.Time, error) {
	d := drafting{segment: &Segment{}, schema: s.store.Schema(), check: s.schedules.Check}
	if d.schedule(sent); d.segment.Schedule == nil && len(d.faults) == 0 {
		d.fault("schedule", "is required")
	}
	if err := fault.Invalid("invalid-segment", "The schedule is not valid.", d.faults); err != nil {
		return Schedule{}, nil, err
	}
	of := *d.segment.Schedule
	return of, s.schedules.Upcoming(of.Cron, of.TimeZone, s.now(), upcomingRuns), nil
}
