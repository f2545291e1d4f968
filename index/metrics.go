package index

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/index/columns"
)

// metrics of the columns.
type metrics struct {
	changes     prometheus.Counter
	applying    prometheus.Counter
	asking      prometheus.Histogram
	refused     prometheus.Counter
	checkpoints prometheus.Histogram
	rebuilds    prometheus.Counter
}

func newMetrics() *metrics {
	return &metrics{
		changes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kundi_columns_changes_total", Help: "Changes that were applied to the columns, which answer counts and filters.",
		}),
		applying: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kundi_columns_apply_seconds_total", Help: "Time spent applying changes to the columns.",
		}),
		asking: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "kundi_columns_question_seconds", Help: "How long filters, with their counts, facets and pages, take to answer.",
			Buckets: prometheus.ExponentialBuckets(0.000_05, 3, 12),
		}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kundi_columns_refused_total", Help: "Filters that were refused because they cost too much (too-costly).",
		}),
		checkpoints: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "kundi_columns_checkpoint_seconds", Help: "How long a checkpoint of the columns takes to write.",
			Buckets: prometheus.ExponentialBuckets(0.01, 3, 8),
		}),
		rebuilds: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kundi_columns_rebuilds_total", Help: "How often the columns were rebuilt from the records.",
		}),
	}
}

func (m *metrics) applied(changes int, took time.Duration) {
	m.changes.Add(float64(changes))
	m.applying.Add(took.Seconds())
}

// asked takes note of a question that took so long.
func (m *metrics) asked(took time.Duration, err error) {
	m.asking.Observe(took.Seconds())
	if e := (*fault.Error)(nil); errors.As(err, &e) && e.Type == columns.TooCostly {
		m.refused.Inc()
	}
}

// register makes the metrics of the columns known.
func (x *Index) register(r prometheus.Registerer) error {
	seq := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "kundi_columns_applied_seq", Help: "Number (seq) of the newest change that counts and filters know.",
	}, func() float64 { return float64(x.table.Seq()) })
	var errs []error
	for _, c := range []prometheus.Collector{
		seq, x.metrics.changes, x.metrics.applying, x.metrics.asking, x.metrics.refused, x.metrics.checkpoints, x.metrics.rebuilds,
	} {
		errs = append(errs, r.Register(c))
	}
	return errors.Join(errs...)
}
