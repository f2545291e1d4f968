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
	Ten      bool // its ratio belongs to the mean of the ten questions
	Size     int  // of the answer
	Medians  []time.Duration
	Found    []int  // searches only: percent that found who was meant
	Differs  string // which systems answer otherwise than the first, "" for none
}

// Report is the result of a comparison.
type Report struct {
	Header  string
	Systems []string // the first is what the others are compared with
	Setups  []string // what is known of each
	Missing []string // why systems did not take part
	Lines   []Line
}

func median(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}

// advice is how to read the table.
const advice = `Times are medians in milliseconds. Behind them is how many times as long the system took as the first one that was asked.
Other load on the machine makes this gap wider, in favour of whoever answers fastest. Times below 1 ms suffer most from it.`

// Write writes the report as text.
func (r *Report) Write(w io.Writer) error {
	fmt.Fprintln(w, r.Header)
	for i, setup := range r.Setups {
		fmt.Fprintf(w, "%s: %s\n", r.Systems[i], setup)
	}
	for _, why := range r.Missing {
		fmt.Fprintf(w, "left out: %s\n", why)
	}
	fmt.Fprintln(w, advice)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "question\tanswer")
	for i, name := range r.Systems {
		fmt.Fprintf(t, "\t%s", name)
		if i > 0 {
			fmt.Fprint(t, "\t")
		}
	}
	fmt.Fprintln(t)
	for _, line := range r.Lines {
		r.writeLine(t, line)
	}
	for _, m := range means {
		r.writeMean(t, m)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	r.writeAdded(w)
	return nil
}

func (r *Report) writeLine(w io.Writer, line Line) {
	name := line.Question
	if line.Ten {
		name += " *"
	}
	fmt.Fprintf(w, "%s\t%d", name, line.Size)
	base := line.base()
	for i, took := range line.Medians {
		fmt.Fprintf(w, "\t%s%s", milliseconds(took), line.found(i))
		if i == 0 {
			continue
		} else if i > base {
			fmt.Fprintf(w, "\t%s", ratio(line.Medians[base], took))
		} else {
			fmt.Fprint(w, "\t")
		}
	}
	if line.Differs != "" {
		fmt.Fprintf(w, "\tDIFFERS: %s", line.Differs)
	}
	fmt.Fprintln(w)
}

// base is the first system that was asked, with which the others are compared.
func (l Line) base() int {
	return max(0, slices.IndexFunc(l.Medians, func(took time.Duration) bool { return took > 0 }))
}

// mean is a line with the geometric mean of ratios over some of the questions.
type mean struct {
	name string
	to   string // the system that the others are compared with, "" for the first
	over func(Line) bool
}

var means = []mean{
	{"geometric mean, the ten questions (*)", "", func(l Line) bool { return l.Ten }},
	{"geometric mean, those of the ten that are asked over HTTP", overHTTP, func(l Line) bool { return l.Ten }},
	{"geometric mean, counts and facets", "", func(l Line) bool { return l.Counted }},
	{"geometric mean, all but searches", "", func(l Line) bool { return l.Found == nil }},
	{"geometric mean, searches", "", func(l Line) bool { return l.Found != nil }},
}

// writeMean writes nothing when the system to compare with has not taken part.
func (r *Report) writeMean(w io.Writer, m mean) {
	to := 0
	if m.to != "" {
		to = slices.Index(r.Systems, m.to)
	}
	if to < 0 {
		return
	}
	fmt.Fprintf(w, "%s\t", m.name)
	for i := range r.Systems {
		switch {
		case i == to:
			fmt.Fprint(w, "\t1")
		case i == 0:
			fmt.Fprintf(w, "\t%s", r.mean(0, to, m.over))
		default:
			fmt.Fprintf(w, "\t\t%s", r.mean(i, to, m.over))
		}
	}
	fmt.Fprintln(w)
}

// writeAdded says what the way over HTTP adds to what Kundi takes in process. It writes nothing when
// Kundi was not asked both ways.
func (r *Report) writeAdded(w io.Writer) {
	over := slices.Index(r.Systems, overHTTP)
	if over < 0 {
		return
	}
	var added []time.Duration
	var nothing time.Duration
	for _, line := range r.Lines {
		if line.Question == nothingToAsk {
			nothing = line.Medians[over]
		}
		if line.Ten && line.Medians[0] > 0 && line.Medians[over] > 0 {
			added = append(added, line.Medians[over]-line.Medians[0])
		}
	}
	if len(added) > 0 && nothing > 0 {
		fmt.Fprintf(w, "HTTP adds %s ms to one of the ten questions (median), %s ms of them for a request that does nothing\n",
			milliseconds(median(added)), milliseconds(nothing))
	}
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

// mean returns the geometric mean of how many times as long one system took as another, over some of the
// lines: those in which both were asked.
func (r *Report) mean(system, to int, over func(Line) bool) string {
	sum, n := 0.0, 0
	for _, line := range r.Lines {
		if over(line) && line.Medians[system] > 0 && line.Medians[to] > 0 {
			sum += math.Log(float64(line.Medians[system]) / float64(line.Medians[to]))
			n++
		}
	}
	if n == 0 {
		return "-"
	}
	return times(math.Exp(sum / float64(n)))
}
