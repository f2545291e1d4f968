package storage

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are those of the committer.
type metrics struct {
	commits  prometheus.Counter
	duration prometheus.Histogram
	closures prometheus.Histogram
}

// newMetrics registers the metrics; registerer may be nil.
func newMetrics(registerer prometheus.Registerer, queued func() int) (*metrics, error) {
	m := &metrics{
		commits: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kundi_storage_commits_total", Help: "Durable commits.",
		}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "kundi_storage_commit_seconds", Help: "Time to make a commit durable.",
			Buckets: prometheus.ExponentialBuckets(0.0002, 2, 14),
		}),
		closures: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "kundi_storage_commit_closures", Help: "Closures folded into a commit.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 9),
		}),
	}
	if registerer == nil {
		return m, nil
	}
	queue := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "kundi_storage_queue_length", Help: "Closures that wait for the committer.",
	}, func() float64 { return float64(queued()) })
	for _, c := range []prometheus.Collector{m.commits, m.duration, m.closures, queue} {
		if err := registerer.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *metrics) committed(took time.Duration, closures int) {
	m.commits.Inc()
	m.duration.Observe(took.Seconds())
	m.closures.Observe(float64(closures))
}
