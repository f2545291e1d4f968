package scheduler

import (
	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	runs    *prometheus.CounterVec
	seconds prometheus.Histogram
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
	if registerer == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.runs, m.seconds} {
		if err := registerer.Register(c); err != nil {
			return metrics{}, err
		}
	}
	return m, nil
}

func (m metrics) observe(r Run) {
	m.runs.WithLabelValues(string(r.Outcome)).Inc()
	if r.Outcome != Skipped {
		m.seconds.Observe(r.FinishedAt.Sub(r.StartedAt).Seconds())
	}
}
