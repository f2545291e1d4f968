package access

import (
	"fmt"

	"github.com/ndoto/kundi/fault"
)

// Limits say what one key may take at most. A limit of 0 stands for the limit of
// the scope.
type Limits struct {
	// RequestsPerSecond is how many requests the key may make a second on
	// average. After a pause it may make up to one second's requests at once.
	RequestsPerSecond int
	// HeavyQuestions is how many heavy questions the key may have at the same
	// time, with those that wait. Package api says which questions are heavy.
	HeavyQuestions int
}

// The highest limits that can be set.
const (
	MaxRequestsPerSecond = 1_000_000
	MaxHeavyQuestions    = 1_000
)

// defaultLimits returns the limits of a scope. They are high: they stop a client
// with a fault, and not one that is busy. Administrators load data, so theirs are
// higher.
func defaultLimits(s Scope) Limits {
	if s == ScopeAdmin {
		return Limits{RequestsPerSecond: 10_000, HeavyQuestions: 64}
	}
	return Limits{RequestsPerSecond: 2_000, HeavyQuestions: 64}
}

// or returns the limits, with those of others where a limit is 0.
func (l Limits) or(others Limits) Limits {
	if l.RequestsPerSecond == 0 {
		l.RequestsPerSecond = others.RequestsPerSecond
	}
	if l.HeavyQuestions == 0 {
		l.HeavyQuestions = others.HeavyQuestions
	}
	return l
}

func (l Limits) faults() (faults []fault.Fault) {
	check := func(path string, n, most int) {
		if n < 0 || n > most {
			faults = append(faults, fault.Fault{Path: path, Detail: fmt.Sprintf("must be from 1 to %d", most)})
		}
	}
	check("requests_per_second", l.RequestsPerSecond, MaxRequestsPerSecond)
	check("heavy_questions", l.HeavyQuestions, MaxHeavyQuestions)
	return faults
}
