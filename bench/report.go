package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"
	"time"
)

// Line is one question and the time of each system, in the order of the systems. The
// time is 0 if a system was not asked.
type Line struct {
	Question string
	Counted  bool // its ratio belongs to the mean of counts and facets
	Size     int  // of the answer
	Medians  []time.Duration
	Found    []int  // searches only: percent that found who was meant
	Differs  string // which systems answer otherwise than the first, "" for none
}

// Report is the result of a comparison.
type Report struct {
	Header  string
	Systems []string // the first is what the others are compared with
	Lines   []Line
}

func median(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}

// Write writes the report as text: medians in milliseconds, and how many times as long
// as the first system each other system took.
func (r *Report) Write(w io.Writer) error {
	fmt.Fprintln(w, r.Header)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "question\tanswer")
	for i, name := range r.Systems {
		fmt.Fprintf(t, "\t%s ms", name)
		if i > 0 {
			fmt.Fprint(t, "\tratio")
		}
	}
	fmt.Fprintln(t)
	for _, line := range r.Lines {
		fmt.Fprintf(t, "%s\t%d", line.Question, line.Size)
		for i, took := range line.Medians {
			fmt.Fprintf(t, "\t%s%s", milliseconds(took), line.found(i))
			if i > 0 {
				fmt.Fprintf(t, "\t%s", ratio(line.Medians[0], took))
			}
		}
		if line.Differs != "" {
			fmt.Fprintf(t, "\tDIFFERS: %s", line.Differs)
		}
		fmt.Fprintln(t)
	}
	for _, mean := range []struct {
		name string
		over func(Line) bool
	}{
		{"geometric mean, counts and facets", func(l Line) bool { return l.Counted }},
		{"geometric mean, all but searches", func(l Line) bool { return l.Found == nil }},
		{"geometric mean, searches", func(l Line) bool { return l.Found != nil }},
	} {
		fmt.Fprintf(t, "%s\t\t", mean.name)
		for i := range r.Systems[1:] {
			fmt.Fprintf(t, "\t\t%s", r.mean(i+1, mean.over))
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

func (l Line) found(system int) string {
	if l.Found == nil || l.Medians[system] == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d %%)", l.Found[system])
}

func milliseconds(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return fmt.Sprintf("%.3f", float64(d)/1e6)
}

func ratio(first, other time.Duration) string {
	if first == 0 || other == 0 {
		return "-"
	}
	return times(float64(other) / float64(first))
}

// times writes a ratio. A ratio below one, where another system is faster, has more
// digits.
func times(ratio float64) string {
	if ratio < 1 {
		return fmt.Sprintf("%.3fx", ratio)
	}
	return fmt.Sprintf("%.1fx", ratio)
}

// mean returns the geometric mean of the ratios of a system over some of the lines.
func (r *Report) mean(system int, over func(Line) bool) string {
	sum, n := 0.0, 0
	for _, line := range r.Lines {
		if over(line) && line.Medians[system] > 0 {
			sum += math.Log(float64(line.Medians[system]) / float64(line.Medians[0]))
			n++
		}
	}
	if n == 0 {
		return "-"
	}
	return times(math.Exp(sum / float64(n)))
}
