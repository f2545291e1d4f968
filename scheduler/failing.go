package scheduler

import "github.com/ndoto/kundi/ledger"

// countFailing returns how many segments failed in their last run or have a
// schedule that cannot be read.
func (s *Scheduler) countFailing() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.failing)
}

// noteOutcome remembers whether the last run of a segment failed. The caller
// holds mu. A segment that lost its schedule during the run is not remembered.
func (s *Scheduler) noteOutcome(segment ledger.ID, outcome Outcome) {
	switch outcome {
	case Failed:
		if s.plans[segment] != nil {
			s.failing[segment] = struct{}{}
		}
	case Succeeded, Unchanged:
		delete(s.failing, segment)
	}
}
