package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// System answers questions about the rows. It answers one question at a time.
type System interface {
	Name() string
	// Setup says how the system keeps the rows, in which order and with which indexes. It is
	// asked after Load.
	Setup() string
	// Load reads the rows and prepares to answer.
	Load(ctx context.Context, rows *Rows) error
	// Prepare returns a function that asks the question, nil if the system does not take part. So the
	// time for parsing the question is not measured.
	Prepare(ctx context.Context, q Question) (func(context.Context) (Answer, error), error)
	Close() error
}

// Searcher is a System that finds people by words.
type Searcher interface {
	System
	// Search returns the ids of the first ten hits.
	Search(ctx context.Context, way Way, text string) ([]uint32, error)
}

// Answer is the answer of a system. Only what the question asked for is set.
type Answer struct {
	Count  uint64
	IDs    []uint32 // of a page in its order, else in any
	Facets []Facet  // in any order
	// Took is how long the system itself needed, for one that is asked through a pipe. It is 0
	// when the time around the call is what counts.
	Took time.Duration
}

// Facet is the number of contacts that have a value of a field.
type Facet struct {
	Field, Value string
	Count        uint64
}

// same says what is the same in equal answers, however they are ordered.
func (a Answer) same(kind Kind) string {
	switch kind {
	case IDs:
		ids := slices.Clone(a.IDs)
		slices.Sort(ids)
		return fmt.Sprint(ids)
	case Page:
		return fmt.Sprint(a.IDs)
	case Facets:
		var lines []string
		for _, f := range a.Facets {
			if f.Value != "" { // who has none is not counted by all systems
				lines = append(lines, fmt.Sprintf("%s=%s:%d", f.Field, f.Value, f.Count))
			}
		}
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	return fmt.Sprint(a.Count)
}

// size says how large an answer is, for the table.
func (a Answer) size(kind Kind) int {
	switch kind {
	case IDs, Page:
		return len(a.IDs)
	case Facets:
		return len(a.Facets)
	}
	return int(a.Count)
}
