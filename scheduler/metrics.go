package scheduler

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/ledger"
)

type metrics struct {
	runs    *prometheus.CounterVec
	seconds prometheus.Histogram
	segment *prometheus.CounterVec
}

// newMetrics makes the metrics and registers them, if registerer is not nil.
// failing returns the number of segments that fail.
func newMetrics(registerer prometheus.Registerer, failing func() int) (metrics, error) {
	m := metrics{
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kundi_scheduler_runs_total",
			Help: "Scheduled refreshes of segments by outcome: succeeded, unchanged (the members were the same as in the last snapshot), skipped (the run before was still going on), failed.",
		}, []string{"outcome"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "kundi_scheduler_run_seconds",
			Help:    "How long scheduled refreshes took, without the wait for their turn.",
			Buckets: prometheus.ExponentialBuckets(0.001, 4, 8),
		}),
	}
	m.segment = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "kundi_scheduler_segment_seconds_total",
		Help: "How long all scheduled refreshes of a segment have taken together, by its id.",
	}, []string{"segment"})
	for _, outcome := range []Outcome{Succeeded, Unchanged, Skipped, Failed} {
		m.runs.WithLabelValues(string(outcome)) // starts at 0, so that the first run shows as growth
	}
	if registerer == nil {
		return m, nil
	}
	failingNow := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "kundi_scheduler_failing_segments",
		Help: "Segments whose last scheduled refresh failed, or whose schedule cannot be read.",
	}, func() float64 { return float64(failing()) })
	for _, c := range []prometheus.Collector{m.runs, m.seconds, m.segment, failingNow} {
		if err := registerer.Register(c); err != nil {
			return metrics{}, err
		}
	}
	return m, nil
}

func (m metrics) observe(r Run) {
	m.runs.WithLabelValues(string(r.Outcome)).Inc()
	if r.Outcome != Skipped {
		m.seconds.Observe(r.Took().Seconds())
	}
}

// spent adds the duration of a run of a segment.
func (m metrics) spent(segment ledger.ID, took time.Duration) {
	m.segment.WithLabelValues(segment.String()).Add(took.Seconds())
}

// forget removes the metric of a deleted segment.
func (m metrics) forget(segment ledger.ID) { m.segment.DeleteLabelValues(segment.String()) }
