package eval

import (
	"cmp"
	"fmt"
	"io"
	"text/tabwriter"
)

// Report says how well a search answered a set of queries.
type Report struct {
	Contacts int     `json:"contacts"` // searched in
	Classes  []Class `json:"classes"`  // none when no query has a class
	All      Class   `json:"all"`
	// Misses are the queries whose first hit is not relevant, in their order.
	Misses []Miss `json:"misses,omitempty"`
}

// Class is the score of the queries of one class, and how long their answers took, in
// milliseconds.
type Class struct {
	Name string `json:"class,omitempty"`
	Score
	P50 float64 `json:"p50_ms"`
	P99 float64 `json:"p99_ms"`
}

// Miss is a query whose first hit is not relevant.
type Miss struct {
	Line  int    `json:"line"`
	Class string `json:"class,omitempty"`
	Query string `json:"query"`
	Rank  int    `json:"rank"` // of the first relevant hit, 0 when it is not among the first Depth
}

// Write writes the report as a table, and the misses below it.
func (r *Report) Write(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "%d queries over %d contacts\n\n", r.All.Queries, r.Contacts); err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "class\tqueries\trecall@1\trecall@5\trecall@10\tMRR\tp50 ms\tp99 ms\t")
	for _, c := range r.Classes {
		c.write(t, cmp.Or(c.Name, "(none)"))
	}
	r.All.write(t, "all")
	if err := t.Flush(); err != nil {
		return err
	}
	if len(r.Misses) == 0 {
		return nil
	}
	fmt.Fprintf(w, "\nQueries whose first hit is not relevant\n")
	t = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "line\tclass\trank\tquery")
	for _, m := range r.Misses {
		rank := fmt.Sprint(m.Rank)
		if m.Rank == 0 {
			rank = fmt.Sprintf("over %d", Depth)
		}
		fmt.Fprintf(t, "%d\t%s\t%s\t%q\n", m.Line, cmp.Or(m.Class, "(none)"), rank, m.Query)
	}
	return t.Flush()
}

func (c *Class) write(w io.Writer, name string) {
	fmt.Fprintf(w, "%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.1f\t%.1f\t\n",
		name, c.Queries, c.RecallAt1, c.RecallAt5, c.RecallAt10, c.MRR, c.P50, c.P99)
}
