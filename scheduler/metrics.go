package scheduler

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/contacts"
)

type metrics struct {
	runs    *prometheus.CounterVec
	seconds prometheus.Histogram
	segment *prometheus.CounterVec
}

func newMetrics(registerer prometheus.Registerer) (metrics, error) {
	m := metrics{
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kundi_scheduler_runs_total",
			Help: "Scheduled refreshes of segments, by outcome.",
		}, []string{"outcome"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "kundi_scheduler_run_seconds",
			Help:    "How long scheduled refreshes took, without the wait for their turn.",
			Buckets: prometheus.ExponentialBuckets(0.001, 4, 8),
		}),
	}
	m.segment = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "kundi_scheduler_segment_seconds_total",
		Help: "How long the scheduled refreshes of a segment have taken, by its id.",
	}, []string{"segment"})
	if registerer == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.runs, m.seconds, m.segment} {
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

// spent adds what a run of a segment took.
func (m metrics) spent(segment contacts.ID, took time.Duration) {
	m.segment.WithLabelValues(segment.String()).Add(took.Seconds())
}

// forget removes what there is of a segment that was deleted.
func (m metrics) forget(segment contacts.ID) { m.segment.DeleteLabelValues(segment.String()) }
