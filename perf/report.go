package perf

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Report has what was measured, and where.
type Report struct {
	Machine Machine   `json:"machine"`
	Started time.Time `json:"started"`
	Rows    []Row     `json:"rows"`
}

// Row is one measurement with one number of contacts.
type Row struct {
	Name     string `json:"name"`
	What     string `json:"what"`
	Unit     Unit   `json:"unit"`
	Contacts int    `json:"contacts"`
	Result
	Floor   Bar     `json:"floor,omitzero"`
	Goal    Bar     `json:"goal,omitzero"`
	Reached Verdict `json:"reached,omitempty"`
}

func (r *Report) add(m Measurement, contacts int, result Result) {
	row := Row{Name: m.Name, What: m.What, Unit: m.Unit, Contacts: contacts, Result: result, Reached: m.Judge(result, contacts)}
	if row.Reached != NoBar { // no bar is shown that is for fewer contacts
		row.Floor, row.Goal = m.floor(result), m.Goal
	}
	r.Rows = append(r.Rows, row)
}

// sizes are the numbers of contacts, as measured.
func (r *Report) sizes() []int {
	var list []int
	for _, row := range r.Rows {
		if !slices.Contains(list, row.Contacts) {
			list = append(list, row.Contacts)
		}
	}
	return list
}

// Write writes the report as text: a table for each number of contacts, then how the
// medians grow.
func (r *Report) Write(w io.Writer) error {
	m := r.Machine
	fmt.Fprintf(w, "%s, %d cores, memory %s, %s, load %s, %s\n",
		m.Processor, m.Cores, m.Memory, m.Go, m.Load, r.Started.Format(time.RFC3339))
	for _, size := range r.sizes() {
		fmt.Fprintf(w, "\n%s contacts\n", thousands(uint64(size)))
		if err := r.writeSize(w, size); err != nil {
			return err
		}
	}
	if len(r.sizes()) < 2 {
		return nil
	}
	fmt.Fprintf(w, "\nGrowth of the medians\n")
	return r.writeGrowth(w)
}

func (r *Report) writeSize(w io.Writer, size int) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "name\tp50\tp99\tcpu\tfloor\tgoal\treached\twhat")
	for _, row := range r.Rows {
		if row.Contacts != size {
			continue
		}
		what := row.What
		if row.Note != "" {
			what += " (" + row.Note + ")"
		}
		fmt.Fprintln(t, strings.Join([]string{
			row.Name, row.Unit.format(row.P50), row.Unit.format(row.P99), row.Unit.format(row.CPU), row.Unit.bar(row.Floor), row.Unit.bar(row.Goal), string(row.Reached), what,
		}, "\t"))
	}
	return t.Flush()
}

// writeGrowth writes a line a measurement: the median at each size, and the
// power of the number of contacts that it grew with (1 is as fast as they).
func (r *Report) writeGrowth(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "name")
	for _, size := range r.sizes() {
		fmt.Fprintf(t, "\t%d", size)
	}
	fmt.Fprintln(t, "\tpower")
	for _, name := range Names() {
		var line []Row
		for _, row := range r.Rows {
			if row.Name == name {
				line = append(line, row)
			}
		}
		if len(line) < 2 {
			continue
		}
		fmt.Fprint(t, name)
		for _, size := range r.sizes() {
			at := slices.IndexFunc(line, func(row Row) bool { return row.Contacts == size })
			if at < 0 {
				fmt.Fprint(t, "\t-")
				continue
			}
			fmt.Fprintf(t, "\t%s", line[at].Unit.format(line[at].P50))
		}
		fmt.Fprintf(t, "\t%.2f\n", power(line[0], line[len(line)-1]))
	}
	return t.Flush()
}

// power is p where the median grew like the number of contacts to the p.
func power(small, large Row) float64 {
	return math.Log(large.P50/small.P50) / math.Log(float64(large.Contacts)/float64(small.Contacts))
}

// format writes a value with three significant digits and its unit, "-" for
// none.
func (u Unit) format(value float64) string {
	if value == 0 {
		return "-"
	}
	digits := 0
	if value < 100 {
		digits = min(max(2-int(math.Floor(math.Log10(value))), 0), 4)
	}
	return fmt.Sprintf("%.*f %s", digits, value, u)
}

// bar writes a limit: of the median, of the 99th percentile, or both.
func (u Unit) bar(b Bar) string {
	switch {
	case b.P50 != 0 && b.P99 != 0:
		return fmt.Sprintf("%g / %g %s", b.P50, b.P99, u)
	case b.P99 != 0:
		return fmt.Sprintf("p99 %g %s", b.P99, u)
	case b.P50 != 0:
		return fmt.Sprintf("%g %s", b.P50, u)
	}
	return "-"
}

func rows(n uint64) string { return thousands(n) + " rows" }

// thousands writes a number with commas between the thousands.
func thousands(n uint64) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
