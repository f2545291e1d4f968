package storage

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

// metrics are those of the committer.
type metrics struct {
	commits  prometheus.Counter
	duration prometheus.Histogram
	closures prometheus.Histogram

	contacts  prometheus.Gauge
	companies prometheus.Gauge
	segments  prometheus.Gauge
}

// newMetrics registers the metrics; registerer may be nil.
func newMetrics(registerer prometheus.Registerer, queued func() int) (*metrics, error) {
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
		contacts: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kundi_contacts", Help: "Contacts of the workspace; merged and deleted ones do not count.",
		}),
		companies: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kundi_companies", Help: "Companies of the workspace.",
		}),
		segments: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kundi_segments", Help: "Segments of the workspace.",
		}),
	}
	if registerer == nil {
		return m, nil
	}
	queue := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "kundi_storage_queue_length", Help: "Writes that wait for a commit.",
	}, func() float64 { return float64(queued()) })
	for _, c := range []prometheus.Collector{m.commits, m.duration, m.closures, queue, m.contacts, m.companies, m.segments} {
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
	m.contacts.Set(float64(n.Records[contacts.Kind.Number]))
	m.companies.Set(float64(n.Records[companies.Kind.Number]))
	m.segments.Set(float64(n.Documents[ledger.Segments]))
}
