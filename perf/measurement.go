// Package perf measures Kundi with invented contacts in a folder of its own. It
// measures how long questions take, how much is written a second, what restarts,
// memory and disk cost, and how all of that grows with the number of contacts. Some
// rows are measured in process, so that a profile can explain them. The rows that
// users see are measured through a server in a process of its own.
package perf

import "context"

// Measurement is one row of the report and how it is measured.
type Measurement struct {
	Name string // unique, what --only selects
	What string // one line for a reader
	Unit Unit
	// Floor is the bar that a million contacts must reach, and Goal the bar
	// that they should reach. A zero Bar means that there is none.
	Floor, Goal Bar
	// Noops is a factor. The P99 of the floor is raised to Noops times the P99
	// of requests that do nothing, if that is higher: on a busy machine even
	// those are slow. 0 leaves the floor as it is.
	Noops float64
	// Whole says that it needs the whole data folder, not the columns alone.
	Whole bool
	// Talks says that it needs conversations.
	Talks bool
	Run   func(ctx context.Context, s *Subject) (Result, error)
}

// Unit is the unit of a result.
type Unit string

// The units.
const (
	Microseconds Unit = "us"
	Milliseconds Unit = "ms"
	Seconds      Unit = "s"
	Gigabytes    Unit = "GB"
	Bytes        Unit = "B"
	PerSecond    Unit = "/s"
	Words        Unit = "words"
	Percent      Unit = "%"
)

// Bar is a limit for the median and for the 99th percentile. 0 means no limit.
type Bar struct {
	P50 float64 `json:"p50,omitempty"`
	P99 float64 `json:"p99,omitempty"`
}

// Result is the result of one measurement. A result with one value, such as a rate,
// has it in P50.
type Result struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99,omitempty"`
	// CPU is the processor time of one, over all cores, garbage collection
	// included: what a busy machine distorts least. 0 where it was not taken.
	CPU     float64 `json:"cpu,omitempty"`
	Samples int     `json:"samples"`
	// NoopP99 is the 99th percentile of requests that did nothing meanwhile.
	NoopP99 float64 `json:"noop_p99,omitempty"`
	Note    string  `json:"note,omitempty"`
}

// single is a Result with one value.
func single(value float64, note string) Result { return Result{P50: value, Samples: 1, Note: note} }

// Verdict says which bar a result reaches.
type Verdict string

// The verdicts; NoBar where there is nothing to reach.
const (
	NoBar  Verdict = ""
	Goal   Verdict = "goal"
	Floor  Verdict = "floor"
	Missed Verdict = "missed"
)

// barContacts is the size that the bars are set for. Smaller ones must reach
// them too; larger ones are measured to see how things grow.
const barContacts = 1_000_000

// Judge compares a result with the bars. contacts is how many contacts it was
// measured with.
func (m Measurement) Judge(r Result, contacts int) Verdict {
	none := m.Floor == Bar{} && m.Goal == Bar{}
	switch {
	case none || contacts > barContacts:
		return NoBar
	case m.Unit.reaches(r, m.Goal):
		return Goal
	case m.Unit.reaches(r, m.floor(r)):
		return Floor
	}
	return Missed
}

// floor is the bar that a result must reach.
func (m Measurement) floor(r Result) Bar {
	bar := m.Floor
	bar.P99 = max(bar.P99, m.Noops*r.NoopP99)
	return bar
}

// reaches reports whether a result is as good as a bar: as high when it is a
// rate, else as low.
func (u Unit) reaches(r Result, b Bar) bool {
	good := func(value, bar float64) bool {
		if u == PerSecond {
			return value >= bar
		}
		return value <= bar
	}
	return (b.P50 == 0 || good(r.P50, b.P50)) && (b.P99 == 0 || good(r.P99, b.P99))
}

// Measurements returns all measurements in the order in which they run. Those that
// change the data folder come after those that only read it. Those of conversations come
// after the others, which are measured in a folder that has none, and those of what campaigns report last.
func Measurements() []Measurement {
	var all []Measurement
	for _, group := range [][]Measurement{evaluations(), manyFilters(), changes(), freezing(), joining(), loading(), searches(), writing(), serving(), pulling(), editing(), refreshing(), watching(), standing(), besideHostile(), talking(), reporting()} {
		all = append(all, group...)
	}
	return all
}
