package scheduler

import "github.com/ndoto/kundi/contacts"

// countFailing is how many segments are not refreshed as they should be.
func (s *Scheduler) countFailing() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.failing)
}

// note keeps whether a segment fails. It needs mu. A segment that lost its
// schedule while it ran is forgotten already.
func (s *Scheduler) note(segment contacts.ID, outcome Outcome) {
	switch outcome {
	case Failed:
		if s.plans[segment] != nil {
			s.failing[segment] = struct{}{}
		}
	case Succeeded, Unchanged:
		delete(s.failing, segment)
	}
}
