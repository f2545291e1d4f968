package differ

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ndoto/kundi/fields"
)

// Report is the result of a run.
type Report struct {
	Contacts, Companies, Conversations, Notes, Events int // in the end
	Changes                                           int // how often the world was changed

	Cases       int
	Some        int           // cases that some records pass, and not all
	Pairs       int           // fields with one of their operators
	Blind       []string      // those of them that no filter of one rule has told apart: all passed, or none
	Differences []*Difference // at most mostDifferences
}

// Difference is a filter to which the systems give different answers, or one fails.
type Difference struct {
	Case     int
	Filter   string // as small as it could be made
	Whole    string // as it was drawn
	SQL      string
	Now      time.Time
	Zone     string
	Kundi    uint64
	Postgres uint64
	Only     [2][]uint32 // the ordinals that only Kundi has, and those that only PostgreSQL has; a few
	Err      error       // of the system that failed, or what is counted otherwise in a facet or a funnel
}

// Limits of what is reported.
const (
	mostDifferences = 10
	mostOrdinals    = 5
	mostShrinking   = 300 // filters asked to make one smaller
)

// Run asks all cases. It ends early when there are too many differences.
func (c *Comparison) Run(ctx context.Context) (*Report, error) {
	w := c.world
	r := &Report{Pairs: len(c.pairs)}
	told := map[string]bool{}
	for number := c.options.First; number < c.options.First+c.options.Cases && len(r.Differences) < mostDifferences; number++ {
		for c.changes < number/changeEvery {
			if err := c.change(ctx); err != nil {
				return r, err
			}
		}
		all := map[fields.Entity]int{fields.EntityContact: len(w.Contacts), fields.EntityCompany: len(w.Companies), fields.EntityConversation: len(w.Conversations)}
		q := c.question(number)
		a, difference := c.compare(ctx, q, q.sql().question(q.of, q.filter))
		if err := ctx.Err(); err != nil {
			return r, context.Cause(ctx)
		}
		r.Cases++
		if difference != nil {
			r.Differences = append(r.Differences, c.shrunk(ctx, q, difference))
			fmt.Fprintf(c.options.Progress, "case %d differs\n", number)
		}
		if a.Count > 0 && a.Count < uint64(all[q.of]) {
			r.Some++
			if q.alone {
				told[q.about.String()] = true
			}
		}
		if r.Cases%500 == 0 {
			fmt.Fprintf(c.options.Progress, "  %d cases\n", r.Cases)
		}
	}
	r.Contacts, r.Companies, r.Conversations, r.Notes, r.Events, r.Changes = len(w.Contacts), len(w.Companies), len(w.Conversations), len(w.Notes), len(w.Events), c.changes
	for _, pair := range c.pairs {
		if !told[pair.String()] {
			r.Blind = append(r.Blind, pair.String())
		}
	}
	return r, nil
}

// compare asks both systems. It returns what Kundi answers, and how the other answer differs.
func (c *Comparison) compare(ctx context.Context, q question, sql string) (answer, *Difference) {
	d := &Difference{Case: q.number, Filter: string(q.filter.wire()), SQL: sql, Now: q.now, Zone: q.zone}
	d.Whole = d.Filter
	ours, members, err := c.kundi(ctx, q)
	if err != nil {
		d.Err = err
		return ours, d
	}
	theirs, err := c.postgres(ctx, sql)
	if err != nil {
		d.Err = fmt.Errorf("postgres: %w", err)
		return ours, d
	}
	if ours == theirs {
		if d.Err = c.compareCounts(ctx, q); d.Err != nil {
			return ours, d
		}
		return ours, nil
	}
	d.Kundi, d.Postgres = ours.Count, theirs.Count
	d.Err = c.tell(ctx, q, members, d)
	return ours, d
}

// compareCounts compares what is counted beside those who pass. One rule alone has none.
func (c *Comparison) compareCounts(ctx context.Context, q question) error {
	switch {
	case q.alone:
		return nil
	case q.number%4 == 1:
		return c.compareFacet(ctx, q)
	}
	return c.compareFunnel(ctx, q)
}

// tell finds out who passes in one system only.
func (c *Comparison) tell(ctx context.Context, q question, ours []uint32, d *Difference) error {
	rows, err := c.conn.Query(ctx, q.sql().members(q.of, q.filter), pgx.QueryExecModeExec)
	if err != nil {
		return err
	}
	theirs, err := pgx.CollectRows(rows, pgx.RowTo[uint32])
	if err != nil {
		return err
	}
	d.Only = [2][]uint32{without(ours, theirs), without(theirs, ours)}
	return nil
}

// without returns the first of some sorted ordinals that others have not.
func without(list, others []uint32) (out []uint32) {
	for _, ordinal := range list {
		if _, has := slices.BinarySearch(others, ordinal); !has && len(out) < mostOrdinals {
			out = append(out, ordinal)
		}
	}
	return out
}

// shrunk is the difference of a smaller filter, as long as one differs.
func (c *Comparison) shrunk(ctx context.Context, q question, d *Difference) *Difference {
	whole := d.Whole
	for asked, found := 0, true; found; {
		found = false
		for _, less := range q.filter.smaller() {
			if asked++; asked > mostShrinking || ctx.Err() != nil {
				break
			}
			smaller := q
			smaller.filter = less
			if _, still := c.compare(ctx, smaller, smaller.sql().question(q.of, less)); still != nil {
				q, d, found = smaller, still, true
				break
			}
		}
	}
	d.Whole = whole
	return d
}

// Write writes the report as text.
func (r *Report) Write(w io.Writer) error {
	fmt.Fprintf(w, "%d contacts, %d companies, %d conversations, %d notes, %d events, changed %d times\n", r.Contacts, r.Companies, r.Conversations, r.Notes, r.Events, r.Changes)
	fmt.Fprintf(w, "%d filters, of which %d are passed by some records and not by all\n", r.Cases, r.Some)
	fmt.Fprintf(w, "%d fields with one of their operators", r.Pairs)
	if len(r.Blind) > 0 {
		fmt.Fprintf(w, ", of which %d were alone in no filter that some pass and not all: %s", len(r.Blind), strings.Join(r.Blind, ", "))
	}
	fmt.Fprintln(w)
	for _, d := range r.Differences {
		fmt.Fprintf(w, "\ncase %d, now %s in %s\n%s\n%s\n", d.Case, d.Now.Format(time.RFC3339Nano), d.Zone, d.Filter, d.SQL)
		if d.Whole != d.Filter {
			fmt.Fprintf(w, "made smaller from %s\n", d.Whole)
		}
		if d.Err != nil {
			fmt.Fprintf(w, "failed: %v\n", d.Err)
			continue
		}
		fmt.Fprintf(w, "kundi %d, postgres %d; only kundi has %v, only postgres has %v\n", d.Kundi, d.Postgres, d.Only[0], d.Only[1])
	}
	_, err := fmt.Fprintf(w, "%d differences\n", len(r.Differences))
	return err
}
