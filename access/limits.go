package access

import (
	"fmt"

	"github.com/ndoto/kundi/fault"
)

// Limits are what one key may take at most. A member that is 0 is what keys of
// the scope have when nothing is said.
type Limits struct {
	// RequestsPerSecond is how many requests it may make a second, over some
	// time; at one moment it may make as many as a second gives it.
	RequestsPerSecond int
	// HeavyQuestions is how many heavy questions (package api says which those
	// are) may be under way at the same time, those that wait included.
	HeavyQuestions int
}

// The most that can be set.
const (
	MaxRequestsPerSecond = 1_000_000
	MaxHeavyQuestions    = 1_000
)

// defaultLimits are generous: they are there for the client that runs wild, not
// for the one that is busy. Administrators load data, so theirs are higher.
func defaultLimits(s Scope) Limits {
	if s == ScopeAdmin {
		return Limits{RequestsPerSecond: 10_000, HeavyQuestions: 64}
	}
	return Limits{RequestsPerSecond: 2_000, HeavyQuestions: 64}
}

// or fills members that are 0 from others.
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
