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
	at      moments
	report  *Report
}

func (c *comparison) run(ctx context.Context, searches []Search) error {
	for _, s := range c.systems {
		c.report.Systems = append(c.report.Systems, s.Name())
		c.report.Setups = append(c.report.Setups, s.Setup())
	}
	for _, q := range Questions(c.at) {
		say("%s", q.Name)
		lines, err := c.ask(ctx, q)
		if err != nil {
			return fmt.Errorf("%s: %w", q.Name, err)
		}
		c.report.Lines = append(c.report.Lines, lines...)
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

// asked is a question as it is put to all systems.
type asked struct {
	question Question
	systems  []System
	asks     []func(context.Context) (Answer, error) // nil for a system that does not take part
}

// ask measures a question. A first round warms up and compares the answers. For a page there is a line of
// the first round, too: what a system takes that was not asked for this order since it was started.
func (c *comparison) ask(ctx context.Context, q Question) ([]Line, error) {
	a := asked{question: q, systems: c.systems, asks: make([]func(context.Context) (Answer, error), len(c.systems))}
	for i, s := range c.systems {
		var err error
		if a.asks[i], err = s.Prepare(ctx, q); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name(), err)
		}
	}
	line := Line{Question: q.Name, Counted: q.Counted(), Ten: q.Ten, Medians: make([]time.Duration, len(c.systems))}
	first, err := a.round(ctx, &line, true)
	if err != nil {
		return nil, err
	}
	took := make([][]time.Duration, len(c.systems))
	for range c.rounds {
		again, err := a.round(ctx, &line, q.Kind == Change)
		if err != nil {
			return nil, err
		}
		for i, t := range again {
			took[i] = append(took[i], t)
		}
	}
	for i := range took {
		line.Medians[i] = median(took[i])
	}
	if q.Kind != Page {
		return []Line{line}, nil
	}
	return []Line{{Question: q.Name + ", the first time", Size: line.Size, Medians: first}, line}, nil
}

// round asks each system once. It returns the times, 0 for a system that does not take part. If compare is
// set, it notes in the line whose answers differ from the first one.
func (a *asked) round(ctx context.Context, line *Line, compare bool) ([]time.Duration, error) {
	took := make([]time.Duration, len(a.asks))
	var answers []string
	var differing []string
	for i, ask := range a.asks {
		if ask == nil {
			continue
		}
		start := time.Now()
		answer, err := ask(ctx)
		if took[i] = time.Since(start); err != nil {
			return nil, fmt.Errorf("%s: %w", a.systems[i].Name(), err)
		}
		if answer.Took > 0 {
			took[i] = answer.Took
		}
		if !compare {
			continue
		}
		answers = append(answers, answer.same(a.question.Kind))
		if len(answers) == 1 {
			line.Size = answer.size(a.question.Kind)
		} else if answers[0] != answers[len(answers)-1] {
			differing = append(differing, fmt.Sprintf("%s (%d)", a.systems[i].Name(), answer.size(a.question.Kind)))
		}
	}
	if len(differing) > 0 {
		line.Differs = strings.Join(differing, ", ")
	}
	return took, nil
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
