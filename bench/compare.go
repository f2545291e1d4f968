package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ndoto/kundi/words"
)

// comparison asks each question of all systems in turn, so that other load on the
// machine affects all of them.
type comparison struct {
	systems []System
	rounds  int
	rows    *Rows
	report  *Report
}

func (c *comparison) run(ctx context.Context, searches []Search) error {
	for _, s := range c.systems {
		c.report.Systems = append(c.report.Systems, s.Name())
	}
	for _, q := range Questions() {
		say("%s", q.Name)
		line, err := c.ask(ctx, q)
		if err != nil {
			return fmt.Errorf("%s: %w", q.Name, err)
		}
		c.report.Lines = append(c.report.Lines, line)
	}
	for _, s := range searches {
		say("%s", s.Name)
		line, err := c.search(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		c.report.Lines = append(c.report.Lines, line)
	}
	return nil
}

// ask measures a question. A first round warms up and compares the answers.
func (c *comparison) ask(ctx context.Context, q Question) (Line, error) {
	line := Line{Question: q.Name, Counted: q.Counted(), Medians: make([]time.Duration, len(c.systems))}
	asks := make([]func(context.Context) (Answer, error), len(c.systems))
	var first string
	var differing []string
	for i, s := range c.systems {
		var err error
		if asks[i], err = s.Prepare(ctx, q); err != nil {
			return line, fmt.Errorf("%s: %w", s.Name(), err)
		}
		answer, err := asks[i](ctx)
		if err != nil {
			return line, fmt.Errorf("%s: %w", s.Name(), err)
		}
		same := answer.same(q.Kind)
		if i == 0 {
			first, line.Size = same, answer.size(q.Kind)
		} else if same != first {
			differing = append(differing, fmt.Sprintf("%s (%d)", s.Name(), answer.size(q.Kind)))
		}
	}
	line.Differs = strings.Join(differing, ", ")
	took := make([][]time.Duration, len(c.systems))
	for range c.rounds {
		for i := range c.systems {
			start := time.Now()
			if _, err := asks[i](ctx); err != nil {
				return line, err
			}
			took[i] = append(took[i], time.Since(start))
		}
	}
	for i := range took {
		line.Medians[i] = median(took[i])
	}
	return line, nil
}

// search measures each text once, after one text that does not count.
func (c *comparison) search(ctx context.Context, s Search) (Line, error) {
	line := Line{Question: s.Name, Size: 10, Medians: make([]time.Duration, len(c.systems)), Found: make([]int, len(c.systems))}
	if len(s.Texts) == 0 {
		return line, errors.New("nobody to search for among so few contacts")
	}
	took := make([][]time.Duration, len(c.systems))
	for n := -1; n < len(s.Texts); n++ {
		text, wanted := s.Texts[max(n, 0)], s.Wanted[max(n, 0)]
		for i, system := range c.systems {
			searcher, ok := system.(Searcher)
			if !ok {
				continue
			}
			start := time.Now()
			ids, err := searcher.Search(ctx, s.Way, text)
			if err != nil {
				return line, fmt.Errorf("%s: %w", system.Name(), err)
			}
			if n < 0 {
				continue
			}
			took[i] = append(took[i], time.Since(start))
			if c.has(ids, wanted) {
				line.Found[i]++
			}
		}
	}
	for i := range took {
		if took[i] != nil {
			line.Medians[i] = median(took[i])
			line.Found[i] = line.Found[i] * 100 / len(s.Texts)
		}
	}
	return line, nil
}

// has reports whether somebody with the wanted part of a name is among the
// hits.
func (c *comparison) has(ids []uint32, wanted string) bool {
	for _, id := range ids {
		if strings.Contains(words.Canonical(c.rows.people[id-1].Name), wanted) {
			return true
		}
	}
	return false
}

// disagreement returns an error if the systems have given different answers.
func (c *comparison) disagreement() error {
	var questions []string
	for _, line := range c.report.Lines {
		if line.Differs != "" {
			questions = append(questions, line.Question)
		}
	}
	if len(questions) == 0 {
		return nil
	}
	return fmt.Errorf("the answers differ: %s", strings.Join(questions, "; "))
}
