package storage

import (
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are those of the committer.
type metrics struct {
	commits  prometheus.Counter
	duration prometheus.Histogram
	closures prometheus.Histogram

	records  map[byte]prometheus.Gauge // by the numbers of the kinds
	segments prometheus.Gauge
}

// newMetrics registers the metrics; registerer may be nil.
func newMetrics(registerer prometheus.Registerer, queued func() int, ks *kinds) (*metrics, error) {
	m := &metrics{
		commits: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kundi_storage_commits_total", Help: "Commits of writes that are durable.",
		}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "kundi_storage_commit_seconds", Help: "Time that the disk took to make a commit durable.",
			Buckets: prometheus.ExponentialBuckets(0.0002, 2, 14),
		}),
		closures: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "kundi_storage_commit_writes", Help: "How many writes were made durable together, in one commit.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 9),
		}),
		records: map[byte]prometheus.Gauge{},
		segments: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kundi_segments", Help: "Segments of the workspace.",
		}),
	}
	for _, k := range ks.list {
		m.records[k.Number] = prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kundi_" + strings.ReplaceAll(k.Plural, " ", "_"), Help: "How many " + k.Plural + " the workspace has; merged and deleted ones do not count.",
		})
	}
	if registerer == nil {
		return m, nil
	}
	queue := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "kundi_storage_queue_length", Help: "Writes that wait for a commit.",
	}, func() float64 { return float64(queued()) })
	collectors := []prometheus.Collector{m.commits, m.duration, m.closures, queue, m.segments}
	for _, k := range ks.list {
		collectors = append(collectors, m.records[k.Number])
	}
	for _, c := range collectors {
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

// counted takes note of how much there is.
func (m *metrics) counted(n totals) {
	for number, gauge := range m.records {
		gauge.Set(float64(n.Records[number]))
	}
	m.segments.Set(float64(n.Documents["segment"])) // the name of their collection
}
